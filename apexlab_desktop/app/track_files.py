"""A layout as one file, for other drivers: written, and read with care."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.layout_geometry import of_shape
from apexlab_desktop.analysis.layout_match import centre_of, match_layouts
from apexlab_desktop.analysis.layout_values import LapShape, Layout
from apexlab_desktop.analysis.types import StartLine, read_only
from apexlab_desktop.app.exporting import write_text
from apexlab_desktop.app.library_access import library
from apexlab_desktop.app.track_edits import get_track
from apexlab_desktop.app.track_fields import Fields, not_a_track
from apexlab_desktop.store import layouts
from apexlab_desktop.store.sessions import new_id

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = "apexlab-track"
SCHEMA = 1
LARGEST_FILE = 32 * 1024 * 1024
MOST_POINTS, FEWEST_POINTS = 100_000, 16
MOST_CORNERS = 400
LENGTH_RATIO = 0.1
"""The stated length and that of the line differ by no more."""
WORDS = ("name", "venue", "country", "circuit_key")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedTrack:
    """What became of a track file.

    Attributes
    ----------
    file : str
    layout_id, name : str
        Of the layout in the library.
    status : str
        `imported`, or `already_known` where the library has that layout.
    """

    file: str
    layout_id: str
    name: str
    status: str


def export_track(track: str, out: Path) -> Layout:
    """Write a layout of the library to a file.

    Raises
    ------
    StoreError
        If there is no such layout.
    EnvironmentFaultError
        If the file cannot be written.
    """
    layout = get_track(track)
    document = json.dumps(track_document(layout), ensure_ascii=False, indent=1, allow_nan=False)
    write_text(out, lambda file: _write(file, document))
    return layout


def _write(file: Any, text: str) -> None:
    file.write(text)
    file.write("\n")


def track_document(layout: Layout) -> dict[str, Any]:
    """Return the document of a layout: everything that another library needs."""
    shape = layout.shape
    return {
        "format": FORMAT,
        "schema": SCHEMA,
        "id": layout.id,
        **{word: getattr(layout, word) for word in WORDS},
        "length_m": shape.length_m,
        "direction": shape.direction,
        "is_closed": shape.is_closed,
        "quality": shape.quality,
        "n_laps": shape.n_laps,
        "start_line": asdict(shape.start_line),
        "corners_laps": layout.corners_laps,
        "corners": [asdict(corner) for corner in layout.corners],
        "sectors_m": list(layout.sectors_m),
        "lat_deg": [round(value, 7) for value in shape.lat_deg.tolist()],
        "lon_deg": [round(value, 7) for value in shape.lon_deg.tolist()],
    }


def import_track(path: Path) -> ImportedTrack:
    """Bring a track file into the library; a layout that is there already is not doubled.

    Raises
    ------
    CorruptFileError
        If it is not a track file, or contradicts itself; nothing is changed.
    """
    layout = read_track(path)
    with library().writing() as connection:
        known = layouts.get_layout(connection, layout.id)
        if known is None:
            near = layouts.layouts_near(connection, *centre_of(layout.shape))
            match = match_layouts(layout.shape, near)
            known = next((one for one in near if one.id == match.layout_id), None)
        if known is None:
            taken = set(layouts.names(connection).values())
            layout = replace(layout, name=_free(layout.name, taken), source="imported")
            layouts.insert_layout(connection, layout)
        elif known.id == layout.id and not known.corners and layout.corners:
            layouts.set_corners(connection, known.id, layout.corners, layout.corners_laps)
    found = known or layout
    return ImportedTrack(
        file=path.name,
        layout_id=found.id,
        name=found.name,
        status="imported" if known is None else "already_known",
    )


def _free(name: str, taken: set[str]) -> str:
    if name not in taken:
        return name
    n = 2
    while f"{name} {n}" in taken:
        n += 1
    return f"{name} {n}"


def read_track(path: Path) -> Layout:
    """Return the layout of a track file; see `import_track`."""
    fields = Fields(_document(path), str(path))
    if fields.word("format") != FORMAT:
        raise not_a_track(str(path), "format", f"{FORMAT!r}", "another one")
    schema = fields.whole("schema", 1, 10**6)
    if schema > SCHEMA:
        raise not_a_track(
            str(path), "schema", f"{SCHEMA} or older", f"{schema}", "Update ApexLab to read it."
        )
    shape = _shape(fields)
    # Stations count along the line as it is drawn, which differs a little from the lap's length.
    drawn_m = of_shape(shape, centre_of(shape)).length_m
    return Layout(
        id=_identifier(fields),
        name=fields.word("name", least=1),
        venue=fields.word("venue"),
        country=fields.word("country", most=2),
        circuit_key=fields.word("circuit_key"),
        shape=shape,
        corners=_corners(fields, drawn_m),
        corners_laps=fields.whole("corners_laps", 0, 10**6),
        sectors_m=_sectors(fields, drawn_m),
    )


def _document(path: Path) -> dict[str, Any]:
    place = str(path)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise not_a_track(place, "", f"up to {LARGEST_FILE // 2**20} MB", "more")
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise not_a_track(place, "", "a file that can be read", str(error.strerror)) from error
    except (ValueError, RecursionError) as error:
        raise not_a_track(place, "", "a JSON document", "something else") from error
    if not isinstance(found, dict):
        raise not_a_track(place, "", "a JSON object", type(found).__name__)
    return found


def _identifier(fields: Fields) -> str:
    """Return the file's own id, or a new one where it is no UUID."""
    text = fields.word("id").lower()
    try:
        return str(UUID(text))
    except ValueError:
        return new_id()


def _shape(fields: Fields) -> LapShape:
    lat_deg = fields.numbers("lat_deg", -90.0, 90.0, FEWEST_POINTS, MOST_POINTS)
    lon_deg = fields.numbers("lon_deg", -180.0, 180.0, FEWEST_POINTS, MOST_POINTS)
    if len(lat_deg) != len(lon_deg):
        raise fields.wrong("lon_deg", f"{len(lat_deg)} values", f"{len(lon_deg)}")
    line = fields.inside("start_line")
    shape = LapShape(
        lat_deg=read_only(np.array(lat_deg)),
        lon_deg=read_only(np.array(lon_deg)),
        length_m=fields.number("length_m", 50.0, 1e6),
        direction=fields.one_of("direction", ("cw", "ccw", "")),
        is_closed=fields.flag("is_closed"),
        start_line=StartLine(
            lat_deg=line.number("lat_deg", -90.0, 90.0),
            lon_deg=line.number("lon_deg", -180.0, 180.0),
            bearing_deg=line.number("bearing_deg", -360.0, 360.0),
            half_width_m=line.number("half_width_m", 1.0, 200.0),
        ),
        quality=fields.number("quality", 0.0, 100.0),
        n_laps=fields.whole("n_laps", 0, 10**6),
    )
    drawn_m = of_shape(shape, centre_of(shape)).length_m
    if not math.isclose(drawn_m, shape.length_m, rel_tol=LENGTH_RATIO):
        raise fields.wrong(
            "length_m", f"the length of its line, {drawn_m:.0f} m", f"{shape.length_m:.0f} m"
        )
    return shape


def _corners(fields: Fields, drawn_m: float) -> tuple[Corner, ...]:
    corners = [_corner(item, drawn_m) for item in fields.items("corners", MOST_CORNERS)]
    for key in ("id", "number"):
        if len({getattr(corner, key) for corner in corners}) != len(corners):
            raise fields.wrong("corners", f"a {key} of its own for each", "one twice")
    return tuple(sorted(corners, key=lambda corner: corner.apex_m))


def _corner(item: Fields, length_m: float) -> Corner:
    return Corner(
        id=item.word("id", least=1),
        number=item.word("number"),
        name=item.word("name"),
        direction=item.one_of("direction", ("left", "right")),
        entry_m=item.number("entry_m", 0.0, length_m),
        apex_m=item.number("apex_m", 0.0, length_m),
        exit_m=item.number("exit_m", 0.0, length_m),
        radius_m=item.number("radius_m", 0.0, 1e6),
        turned_rad=item.number("turned_rad", -100.0, 100.0),
        kind=item.word("kind"),
        complex=item.word("complex"),
        character=item.word("character"),
    )


def _sectors(fields: Fields, drawn_m: float) -> tuple[float, ...]:
    stations = fields.numbers("sectors_m", 0.0, drawn_m, 0, MOST_CORNERS)
    if stations != sorted(set(stations)):
        raise fields.wrong("sectors_m", "rising stations", "others")
    return tuple(stations)
