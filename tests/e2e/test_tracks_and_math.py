"""Tracks and formulas by the command line: from a file to names, numbers and files again."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.e2e.command_line import apexlab

STATUS_FILE, STATUS_ENVIRONMENT = 4, 3
pytestmark = pytest.mark.usefixtures("apexlab_home")


def test_a_track_is_learned_exported_and_known_to_another_library(
    club_file: Path, tmp_path: Path
) -> None:
    assert apexlab("tracks", "--json").document == {"schema": 1, "tracks": []}
    assert apexlab("import", club_file).status == 0
    (track,) = apexlab("tracks", "--json").document["tracks"]
    assert (track["name"], track["n_sessions"], track["direction"]) == ("Club Short", 1, "cw")
    out = tmp_path / "club.json"
    assert apexlab("tracks", "export", track["id"][:13], "-o", out).status == 0
    assert json.loads(out.read_text(encoding="utf-8"))["format"] == "apexlab-track"
    other = ("--profile", tmp_path / "other")
    said = apexlab("tracks", "import", out, "--json", *other)
    assert said.document["status"] == "imported"
    assert apexlab("import", club_file, *other).status == 0
    (known,) = apexlab("tracks", "--json", *other).document["tracks"]
    assert (known["id"], known["n_sessions"]) == (track["id"], 1)


def test_tracks_speak_to_people(club_file: Path) -> None:
    assert "No tracks yet" in apexlab("tracks").out
    apexlab("import", club_file)
    assert "Club Short" in apexlab("tracks").out


def test_sessions_and_laps_show_the_name_of_the_layout(club_file: Path) -> None:
    apexlab("import", club_file)
    (session,) = apexlab("sessions", "--json").document["sessions"]
    assert session["track"] == "Club Short"
    assert apexlab("laps", session["id"], "--json").document["track"] == "Club Short"


def test_a_track_is_renamed_and_a_session_told_where_it_was(club_file: Path) -> None:
    apexlab("import", club_file)
    (track,) = apexlab("tracks", "--json").document["tracks"]
    assert apexlab("tracks", "rename", track["id"], "Home").status == 0
    (session,) = apexlab("sessions", "--json").document["sessions"]
    assert session["track"] == "Home"
    assert apexlab("tracks", "assign", session["id"], track["id"]).status == 0
    assert apexlab("laps", club_file, "--json").document["track"] == "Home"


def test_a_match_says_what_fits_and_how_well(club_file: Path, tmp_path: Path) -> None:
    before = apexlab("tracks", "match", club_file, "--json").document
    assert (before["track"], before["layout_id"], before["candidates"]) == ("Club Short", None, [])
    apexlab("import", club_file)
    (track,) = apexlab("tracks", "--json").document["tracks"]
    found = apexlab("tracks", "match", club_file, "--json").document
    assert found["layout_id"] == track["id"]
    assert found["confidence"] > 0.9
    (candidate,) = found["candidates"]
    assert candidate["coverage"] == 1.0
    back = tmp_path / "back.csv"
    apexlab("generate", "--track", "club-short", "--reverse", "--laps", 3, "-o", back)
    other = apexlab("tracks", "match", back, "--json").document
    assert (other["layout_id"], other["reversed_of"]) == (None, track["id"])
    assert "other way round" in apexlab("tracks", "match", back).out


def test_corners_of_a_library_session_have_ids_that_stay(club_file: Path, tmp_path: Path) -> None:
    apexlab("import", club_file)
    again = tmp_path / "again.csv"
    apexlab(
        "generate", "--track", "club-short", "--laps", 4, "--seed", 8, "--noise", "consumer",
        "-o", again,
    )  # fmt: skip
    apexlab("import", again)
    ids = [row["id"] for row in apexlab("sessions", "--json").document["sessions"]]
    lists = [apexlab("corners", one, "--json").document["corners"] for one in ids]
    first, second = ([(one["id"], one["number"]) for one in corners] for corners in lists)
    assert first == second
    assert len(first) == 8


def test_a_bad_track_file_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.json"
    path.write_text('{"format": "apexlab-track", "schema": 1}')
    said = apexlab("tracks", "import", path)
    assert said.status == STATUS_FILE
    assert said.err.count("\n") == 1
    assert str(path) in said.err


def test_an_unknown_track_is_one_clear_line(tmp_path: Path) -> None:
    said = apexlab("tracks", "export", "0190-none", "-o", tmp_path / "x.json")
    assert said.status == STATUS_ENVIRONMENT
    assert said.err.count("\n") == 1


def test_a_formula_over_a_session_is_worked_with_its_unit(club_file: Path) -> None:
    found = apexlab("math", club_file, "integrate(speed_mps)", "--json").document
    assert found["unit"] == "m"
    assert len(found["values"]) == len(found["time_s"]) == found["n"]
    laps = apexlab("laps", club_file, "--json").document["laps"]
    driven_m = sum(lap["length_m"] for lap in laps)
    assert found["max"] == pytest.approx(driven_m, rel=2e-3)


def test_a_formula_on_laps_is_worked_on_their_places(club_file: Path) -> None:
    found = apexlab("math", club_file, "delta(speed_mps)", "--laps", 2, 3, "--json").document
    assert [lap["lap"] for lap in found["laps"]] == [2, 3]
    reference, other = found["laps"]
    assert reference["distance_m"] == other["distance_m"]
    assert reference["max"] == reference["min"] == 0.0
    assert other["max"] > 0.0 > other["min"]


def test_another_lap_may_be_the_reference(club_file: Path) -> None:
    found = apexlab(
        "math", club_file, "delta(speed_mps)", "--laps", 2, "--reference", 3, "--json"
    ).document
    assert [lap["lap"] for lap in found["laps"]] == [2]
    assert found["laps"][0]["max"] > 0.0


def test_an_error_shows_the_formula_with_a_caret(club_file: Path) -> None:
    said = apexlab("math", club_file, "speed_mps + 3 m")
    assert said.status == STATUS_FILE
    formula, caret, line = said.err.splitlines()
    assert formula[caret.index("^")] == "+"
    assert "m/s and m" in line


def test_channels_have_their_vendors_names_also_from_the_library(club_file: Path) -> None:
    apexlab("import", club_file)
    (session,) = apexlab("sessions", "--json").document["sessions"]
    for file in (club_file, session["id"]):
        found = apexlab("math", file, '"combined_acc" / 1 g', "--json").document
        assert found["unit"] == ""
        assert 0.5 < found["max"] < 2.0


def test_a_formula_is_kept_listed_used_and_dropped(club_file: Path) -> None:
    apexlab("import", club_file)
    said = apexlab("math", club_file, "speed_mps^2 / 2", "--save", "kinetic")
    assert said.status == 0, said.err
    (kept,) = apexlab("math", club_file, "--json").document["math_channels"]
    (track,) = apexlab("tracks", "--json").document["tracks"]
    assert (kept["name"], kept["layout_id"]) == ("kinetic", track["id"])
    used = apexlab("math", club_file, "derivative(kinetic, distance)", "--laps", 2, "--json")
    assert used.document["unit"] == "m/s2"
    assert apexlab("math", club_file, "kinetic", "--save", "kinetic").status == STATUS_FILE
    assert apexlab("math", club_file, "1", "--save", "speed_mps").status == STATUS_ENVIRONMENT
    assert apexlab("math", club_file, "--remove", "kinetic").status == 0
    assert apexlab("math", club_file, "--json").document["math_channels"] == []
    assert apexlab("math", club_file, "kinetic").status == STATUS_FILE


def test_a_formula_is_written_as_a_table(club_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "math.csv"
    said = apexlab("math", club_file, "speed_mps > 100 km/h", "--laps", 2, 3, "--csv", out)
    assert said.status == 0, said.err
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert set(rows[0]) == {"lap", "distance_m", "time_s", "value"}
    assert {row["lap"] for row in rows} == {"2", "3"}
    assert {float(row["value"]) for row in rows} == {0.0, 1.0}


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("10^10^10^10", "too large"),
        ("sqrt(-1)", "not defined"),
        ("speed_mps / 0", "divides by zero"),
    ],
)
def test_a_formula_without_any_number_says_why(club_file: Path, formula: str, why: str) -> None:
    (remark,) = apexlab("math", club_file, formula, "--json").document["remarks"]
    assert why in remark
    assert f"N{remark[1:]}." in " ".join(apexlab("math", club_file, formula).out.split())


def test_a_formula_with_numbers_has_no_remark(club_file: Path) -> None:
    assert (
        apexlab("math", club_file, "1 / (speed_mps > 20 m/s)", "--json").document["remarks"] == []
    )


def test_a_formula_may_begin_with_a_minus(club_file: Path) -> None:
    said = apexlab("math", club_file, "--json", "--", "-speed_mps")
    assert said.document["max"] <= 0.0
    assert "--" in apexlab("math", "--help").out.partition("Arguments")[0]


def test_a_formula_never_overwrites_its_recording(club_file: Path) -> None:
    before = club_file.read_bytes()
    assert apexlab("math", club_file, "1", "--csv", club_file).status == 2
    assert club_file.read_bytes() == before


@pytest.mark.corpus
def test_real_files_name_their_track(corpus: Path) -> None:
    file = corpus / "racechrono-csv" / "session_20251231_111318_tianma_lap9_v3.csv"
    apexlab("import", file)
    (track,) = apexlab("tracks", "--json").document["tracks"]
    assert (track["name"], track["venue"]) == ("Tianma", "Shanghai Tianma Circuit")
    assert (track["country"], track["direction"]) == ("CN", "ccw")
