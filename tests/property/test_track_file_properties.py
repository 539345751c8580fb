"""A track file that anybody changed anywhere is read whole or refused with one clear line."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.layout_values import Layout
from apexlab_desktop.app.track_files import read_track, track_document
from apexlab_desktop.errors import CorruptFileError
from tests.unit.analysis.layout_fixture import shape_from, stadium

CORNER = Corner(
    id="one", number="1", direction="left", entry_m=700.0, apex_m=900.0, exit_m=1_100.0,
    radius_m=100.0, turned_rad=3.1,
)  # fmt: skip
TRACK = track_document(
    Layout(
        id="01a213b7-d3a3-73a8-80ce-7800287e3b66",
        name="Home",
        shape=shape_from(stadium(step_m=20.0)),
        corners=(CORNER,),
        corners_laps=3,
        sectors_m=(500.0, 1_500.0),
    )
)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**30), 10**30),
        st.floats(),
        st.text(max_size=12),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


def paths_of(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the way to every value of a document; of long lists the first two."""
    found = [path] if path else []
    if isinstance(value, dict):
        for key, inside in value.items():
            found += paths_of(inside, (*path, key))
    elif isinstance(value, list):
        for index, inside in enumerate(value[:2]):
            found += paths_of(inside, (*path, index))
    return found


def read(text: str) -> Layout | CorruptFileError:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "track.json"
        path.write_text(text, encoding="utf-8")
        try:
            return read_track(path)
        except CorruptFileError as error:
            return error


@settings(max_examples=150)
@given(st.sampled_from(paths_of(TRACK)), VALUES)
def test_any_value_anywhere_is_read_or_refused(path: tuple[str | int, ...], value: object) -> None:
    document = json.loads(json.dumps(TRACK))
    inside: Any = document
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    outcome = read(json.dumps(document))
    if isinstance(outcome, CorruptFileError):
        assert "\n" not in outcome.one_line()
        assert "track.json" in outcome.place
    else:
        assert outcome.shape.lat_deg.size == outcome.shape.lon_deg.size


@settings(max_examples=80)
@given(st.integers(0, 4_000), st.integers(0, 60), st.text(max_size=8))
def test_any_cut_or_paste_is_read_or_refused(at: int, gone: int, pasted: str) -> None:
    text = json.dumps(TRACK)
    outcome = read(text[:at] + pasted + text[at + gone :])
    if isinstance(outcome, CorruptFileError):
        assert "\n" not in outcome.one_line()


def test_the_file_of_a_track_says_all_of_it() -> None:
    outcome = read(json.dumps(TRACK))
    assert isinstance(outcome, Layout)
    assert track_document(outcome) == TRACK
