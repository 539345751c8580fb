"""Sessions find their track at import; the user's names win; files of tracks are read with care."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.session_laps import laps_at_places
from apexlab_desktop.app import (
    import_session,
    layouts,
    list_sessions,
    open_session,
    resplit_laps,
    set_sectors,
)
from apexlab_desktop.app import track_edits as edits
from apexlab_desktop.app.debriefing import analyze_opened
from apexlab_desktop.app.documents import laps_document
from apexlab_desktop.app.library_access import library
from apexlab_desktop.app.start_lines import PlaceOnTrack, start_line_across
from apexlab_desktop.app.track_files import export_track, import_track, read_track
from apexlab_desktop.errors import ApexLabError, CorruptFileError, StoreError
from apexlab_desktop.store import layouts as store
from apexlab_desktop.store.sessions import new_id
from apexlab_desktop.synth import generate, write

pytestmark = pytest.mark.usefixtures("apexlab_home")
Drive = Callable[..., Path]


@pytest.fixture(scope="module")
def drive(tmp_path_factory: pytest.TempPathFactory) -> Drive:
    """A file of a generated session, made once for the same words."""
    folder = tmp_path_factory.mktemp("drives")

    def made(
        track: str = "kart-bowl", seed: int = 1, laps: int = 3, *, reverse: bool = False
    ) -> Path:
        path = folder / f"{track}-{seed}-{laps}-{reverse}.csv"
        if not path.exists():
            session = generate(track, laps, 10.0, seed, "good", reverse=reverse)
            write(session, path, "racechrono")
        return path

    return made


def imported(path: Path) -> str:
    outcome = import_session(path)
    assert outcome.session_id is not None, outcome.error
    return outcome.session_id


def layout_id(session_id: str) -> str | None:
    with library().reading() as connection:
        link = store.layout_of_session(connection, session_id)
    return link.layout_id if link else None


def corner(number: str, entry_m: float, apex_m: float, exit_m: float) -> Corner:
    return Corner(
        id=f"found-{number}",
        number=number,
        direction="left",
        entry_m=entry_m,
        apex_m=apex_m,
        exit_m=exit_m,
        radius_m=20.0,
        turned_rad=1.5,
    )


def test_sessions_of_one_layout_share_it_and_others_do_not(drive: Drive) -> None:
    first, second = imported(drive(seed=1)), imported(drive(seed=2))
    other, backwards = imported(drive("club-short")), imported(drive(reverse=True))
    ids = [layout_id(one) for one in (first, second, other, backwards)]
    assert ids[0] == ids[1] is not None
    assert len(set(ids)) == 3
    tracks = {track.name: track.n_sessions for track in edits.list_tracks()}
    assert tracks == {"Kart Bowl": 2, "Kart Bowl (reversed)": 1, "Club Short": 1}


def test_a_name_given_by_the_user_is_shown_everywhere_and_stays(drive: Drive) -> None:
    session_id = imported(drive())
    track = layout_id(session_id)
    assert track is not None
    edits.rename_track(track, "  Home\n track ")
    assert [one.track for one in list_sessions()] == ["Home track"]
    assert laps_document(open_session(session_id))["track"] == "Home track"
    # A file that is not in the library is driven on a track that is.
    assert laps_document(open_session(drive(seed=2)))["track"] == "Home track"
    later = imported(drive(seed=2))
    assert {one.id: one.track for one in list_sessions()}[later] == "Home track"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_that_is_none_is_refused(drive: Drive, name: str) -> None:
    track = layout_id(imported(drive()))
    assert track is not None
    with pytest.raises(StoreError):
        edits.rename_track(track, name)


def test_two_tracks_do_not_get_one_name(drive: Drive) -> None:
    imported(drive("club-short"))
    track = layout_id(imported(drive()))
    assert track is not None
    with pytest.raises(StoreError, match="no other track"):
        edits.rename_track(track, "Club Short")


def test_the_users_word_on_the_layout_wins(drive: Drive) -> None:
    session_id, other = imported(drive()), imported(drive("club-short"))
    other_track = layout_id(other)
    assert other_track is not None
    edits.assign_track(session_id, other_track)
    match = layouts.match_session(open_session(session_id))
    assert match.layout is not None
    assert match.layout.id == other_track
    assert {one.id: one.track for one in list_sessions()}[session_id] == "Club Short"


def test_a_track_that_does_not_exist_is_one_clear_line() -> None:
    with pytest.raises(StoreError, match="apexlab tracks"):
        edits.rename_track("0190-nope", "Name")


def test_corners_keep_their_ids_over_sessions_and_the_users_names_win(drive: Drive) -> None:
    first, second = (open_session(imported(drive(seed=seed))) for seed in (1, 2))
    line, other = (laps_at_places(one.analysed).line for one in (first, second))
    assert line is not None
    assert other is not None
    found = [corner("1", 40.0, 60.0, 80.0), corner("2", 150.0, 170.0, 190.0)]
    learned = edits.corners_of_layout(first, line, found)
    track = layout_id(first.id)
    assert track is not None
    assert [one.number for one in learned] == ["1", "2"]
    assert not {one.id for one in learned} & {"found-1", "found-2"}
    edits.rename_corner(track, learned[0].id, name="Church", number="1A")
    # A second session finds its corners a little elsewhere, one of them new.
    again = edits.corners_of_layout(
        second, other, [corner("1", 46.0, 66.0, 84.0), corner("2", 240.0, 262.0, 280.0)]
    )
    assert [one.id for one in again[:2]] == [one.id for one in learned]
    assert [(one.number, one.name) for one in again] == [("1A", "Church"), ("2", ""), ("2a", "")]
    assert again[0].apex_m == pytest.approx(60.0, abs=4.0)
    # It is the layout's from now on, also for the first session and without detection.
    assert edits.corners_of_layout(first, line, ())[2].id == again[2].id


def test_a_corner_name_is_taken_back_with_an_empty_one(drive: Drive) -> None:
    session = open_session(imported(drive()))
    line = laps_at_places(session.analysed).line
    assert line is not None
    (one,) = edits.corners_of_layout(session, line, [corner("1", 40.0, 60.0, 80.0)])
    track = layout_id(session.id)
    assert track is not None
    assert edits.rename_corner(track, one.id, name="Church").name == "Church"
    assert edits.rename_corner(track, one.id, name="").name == ""
    with pytest.raises(StoreError, match="one of the 1 corners"):
        edits.rename_corner(track, "nobody", name="x")


def test_a_file_outside_the_library_teaches_it_nothing(drive: Drive) -> None:
    session = open_session(drive())
    line = laps_at_places(session.analysed).line
    assert line is not None
    found = (corner("1", 40.0, 60.0, 80.0),)
    assert edits.corners_of_layout(session, line, found) == found
    assert edits.list_tracks() == []


def test_sectors_set_on_one_session_are_those_of_the_track(drive: Drive) -> None:
    first, second = imported(drive(seed=1)), imported(drive(seed=2))
    set_sectors(first, (300.0, 600.0))
    kept = analyze_opened(open_session(second)).sector_places_m
    assert kept == pytest.approx((300.0, 600.0), abs=3.0)
    # What a session has of its own comes first, and going back is going back for all.
    set_sectors(second, (400.0, 700.0))
    assert analyze_opened(open_session(first)).sector_places_m == (300.0, 600.0)
    set_sectors(first, None)
    assert analyze_opened(open_session(first)).sector_places_m is None


@pytest.fixture
def track_file(drive: Drive, tmp_path: Path) -> Path:
    """The file of a layout with a corner, from a library that is then left."""
    session = open_session(imported(drive()))
    line = laps_at_places(session.analysed).line
    assert line is not None
    edits.corners_of_layout(session, line, [corner("1", 40.0, 60.0, 80.0)])
    track = layout_id(session.id)
    assert track is not None
    out = tmp_path / "track.json"
    export_track(track, out)
    return out


def test_a_track_comes_back_from_its_file_point_by_point(track_file: Path) -> None:
    (track,) = edits.list_tracks()
    kept, read = edits.get_track(track.id), read_track(track_file)
    assert (read.id, read.name, read.corners) == (kept.id, kept.name, kept.corners)
    assert abs(read.shape.lat_deg - kept.shape.lat_deg).max() < 1e-9
    assert read.shape.start_line == kept.shape.start_line
    assert import_track(track_file).status == "already_known"
    assert len(edits.list_tracks()) == 1


def test_another_library_learns_the_track_and_its_corners(
    track_file: Path, drive: Drive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APEXLAB_HOME", str(tmp_path / "other"))
    assert import_track(track_file).status == "imported"
    session = open_session(imported(drive(seed=2)))
    line = laps_at_places(session.analysed).line
    assert line is not None
    assert [one.number for one in edits.corners_of_layout(session, line, ())] == ["1"]
    assert [track.n_sessions for track in edits.list_tracks()] == [1]


def broken(document: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """Return the document with one field changed, or without it where the value is `...`."""
    *parents, last = path.split(".")
    inside: Any = document
    for key in parents:
        inside = inside[int(key)] if key.isdigit() else inside[key]
    if value is ...:
        del inside[last]
    else:
        inside[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "gpx"),
        ("format", 1),
        ("schema", 99),
        ("schema", True),
        ("schema", 1.5),
        ("name", ""),
        ("name", "a\nb"),
        ("name", "x" * 201),
        ("name", ...),
        ("country", "Netherlands"),
        ("length_m", "long"),
        ("length_m", float("nan")),
        ("length_m", 10**400),
        ("length_m", 4_000.0),
        ("direction", "left"),
        ("is_closed", 1),
        ("lat_deg", [52.0] * 3),
        ("lat_deg", [99.0] * 480),
        ("lat_deg", [None] * 480),
        ("lat_deg", "52"),
        ("lon_deg", []),
        ("start_line", None),
        ("start_line.bearing_deg", "north"),
        ("start_line.half_width_m", 0.0),
        ("corners", {}),
        ("corners", [1]),
        ("corners.0.apex_m", -5.0),
        ("corners.0.apex_m", 1e5),
        ("corners.0.direction", "up"),
        ("corners.0.id", ""),
        ("sectors_m", [500.0, 300.0]),
        ("n_laps", -1),
        ("quality", 101.0),
        ("corners_laps", None),
    ],
)
def test_a_bad_field_is_named_in_one_line(track_file: Path, path: str, value: object) -> None:
    document = broken(json.loads(track_file.read_text(encoding="utf-8")), path, value)
    track_file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(CorruptFileError) as caught:
        import_track(track_file)
    assert path.split(".")[-1].rstrip("s_m") in caught.value.place
    assert "\n" not in caught.value.one_line()


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"[" * 100_000, b"[1, 2]", b'"track"', b"{", b"{}", b"nul"]
)
def test_a_file_that_is_no_track_is_one_clear_line(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(data)
    with pytest.raises(CorruptFileError) as caught:
        import_track(path)
    assert str(path) in caught.value.one_line()


def test_a_track_file_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ApexLabError, match="No such file"):
        import_track(tmp_path / "none.json")


def test_first_guesses_of_few_laps_give_way_to_better_ones_with_their_ids(drive: Drive) -> None:
    few, many = (open_session(imported(drive(seed=seed, laps=n))) for seed, n in ((1, 1), (2, 4)))
    line, better = (laps_at_places(one.analysed).line for one in (few, many))
    assert line is not None
    assert better is not None
    guesses = [corner("1", 40.0, 60.0, 80.0), corner("2", 240.0, 260.0, 280.0)]
    guessed = edits.corners_of_layout(few, line, guesses)
    found = [corner("1", 44.0, 66.0, 84.0), corner("2", 150.0, 170.0, 190.0)]
    learned = edits.corners_of_layout(many, better, found)
    assert [one.number for one in learned] == ["1", "2"]
    assert learned[0].id == guessed[0].id
    assert learned[1].id != guessed[1].id
    # From now on they stand.
    again = edits.corners_of_layout(few, line, guesses)
    assert [one.id for one in again] == [one.id for one in learned]


def test_forgotten_corners_are_found_anew(drive: Drive) -> None:
    session = open_session(imported(drive()))
    line = laps_at_places(session.analysed).line
    assert line is not None
    first = edits.corners_of_layout(session, line, [corner("1", 40.0, 60.0, 80.0)])
    track = layout_id(session.id)
    assert track is not None
    edits.forget_corners(track)
    again = edits.corners_of_layout(session, line, [corner("1", 240.0, 260.0, 280.0)])
    assert (len(again), again[0].number) == (1, "1")
    assert again[0].id != first[0].id


def test_a_lap_that_two_tracks_fit_is_asked_about_and_the_answer_stays(drive: Drive) -> None:
    first = imported(drive())
    track = layout_id(first)
    assert track is not None
    with library().writing() as connection:
        twin = replace(edits.get_track(track), id=new_id(), name="Twin", corners=())
        store.insert_layout(connection, twin)
    outcome = import_session(drive(seed=2))
    (notice,) = (one for one in outcome.notices if one.code == "track_unsure")
    assert "Kart Bowl or Twin" in notice.detail or "Twin or Kart Bowl" in notice.detail
    assert outcome.session_id is not None
    assert layout_id(outcome.session_id) is None
    match = layouts.match_session(open_session(outcome.session_id))
    assert match.layout is None
    assert {one.layout_id for one in match.match.candidates} == {track, twin.id}
    edits.assign_track(outcome.session_id, twin.id)
    assert {one.id: one.track for one in list_sessions()}[outcome.session_id] == "Twin"


def test_a_hill_climb_is_a_track_too(drive: Drive) -> None:
    first, second = (imported(drive("hill-climb", seed, 1)) for seed in (1, 2))
    assert layout_id(first) == layout_id(second)
    if layout_id(first) is not None:
        (track,) = edits.list_tracks()
        assert track.direction == ""


def test_laps_split_elsewhere_keep_the_track_and_its_corners(drive: Drive) -> None:
    session_id = imported(drive(laps=4))
    session = open_session(session_id)
    track = layout_id(session_id)
    line = laps_at_places(session.analysed).line
    assert line is not None
    (before,) = edits.corners_of_layout(session, line, [corner("1", 240.0, 260.0, 280.0)])
    place = PlaceOnTrack(
        x_m=float(line.x_m[900]),
        y_m=float(line.y_m[900]),
        east=float(np.cos(line.heading_rad[900])),
        north=float(np.sin(line.heading_rad[900])),
        origin_lat_deg=line.origin_lat_deg,
        origin_lon_deg=line.origin_lon_deg,
    )
    resplit_laps(session_id, start_line_across(place))
    again = open_session(session_id)
    assert layout_id(session_id) == track
    moved = laps_at_places(again.analysed).line
    assert moved is not None
    (after,) = edits.corners_of_layout(again, moved, ())
    assert after.id == before.id
    here = np.array([np.interp(before.apex_m, line.station_m, one) for one in (line.x_m, line.y_m)])
    there = np.array(
        [np.interp(after.apex_m, moved.station_m, one) for one in (moved.x_m, moved.y_m)]
    )
    assert float(np.hypot(*(here - there))) < 3.0
