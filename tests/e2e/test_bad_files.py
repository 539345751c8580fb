"""Damaged files by the public commands: one clear line and its status, or used and said so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from apexlab_desktop.store.database import LIBRARY_FILE
from tests.data import make_bad_files
from tests.e2e.command_line import Said, apexlab

pytestmark = pytest.mark.usefixtures("apexlab_home")

DATA = Path(make_bad_files.__file__).parent
STATUS_FILE = 4

REFUSED: dict[str, tuple[str, ...]] = {
    "racechrono-csv/bad/empty.csv": ("an empty file",),
    "racechrono-csv/bad/blank_lines.csv": ("blank text",),
    "racechrono-csv/bad/banner_only.csv": ("'timestamp'", "end of the file", "line 2"),
    "racechrono-csv/bad/cut_in_the_preamble.csv": ("'timestamp'", "end of the file", "CSV v3"),
    "racechrono-csv/bad/cut_in_the_names.csv": ("rows of data", "end of the file", "line 10"),
    "racechrono-csv/bad/header_only.csv": ("rows of data", "line 12"),
    "racechrono-csv/bad/nan_everywhere.csv": ("values for the position", "no number in latitude"),
    "racechrono-csv/bad/blank_everywhere.csv": ("values for the position", "no number in latitude"),
    "racechrono-csv/bad/words_everywhere.csv": ("values for the position", "no number in latitude"),
    "racechrono-csv/bad/backwards.csv": ("timestamps that increase", "39 of 40 rows"),
    "racechrono-csv/bad/no_position_ever.csv": ("0 or missing in every row", "position"),
    "racechrono-csv/bad/clock_stands_still.csv": ("the same time at all 40 rows",),
    "racechrono-csv/bad/milliseconds_called_seconds.csv": ("seconds since 1970", "1.76715e+12"),
    "racechrono-csv/bad/binary_behind_the_banner.csv": ("binary bytes behind 'This file is",),
    "racechrono-csv/bad/binary_behind_the_header.csv": ("binary bytes behind 'This file is",),
    "racechrono-csv/bad/binary.csv": ("binary bytes that start with 00 01 02",),
    "racechrono-csv/bad/utf32.csv": ("text in UTF-32",),
    "racechrono-csv/bad/rows_of_another_width.csv": ("rows of 16 cells", "40 rows", "line 13"),
    "racechrono-csv/bad/without_latitude.csv": ("no latitude", "CSV v3"),
    "racechrono-csv/bad/format_9.csv": ("format 9", "format 1, 2 or 3"),
    "racechrono-rcz/bad/empty.rcz": ("an empty file",),
    "racechrono-rcz/bad/cut.rcz": ("ZIP file that is cut or damaged",),
    "racechrono-rcz/bad/text.rcz": ("text that starts with 'this is a text",),
    "racechrono-rcz/bad/flipped_bits.rcz": ("channel_1_300_0_3_1", "does not unpack", "offset"),
    "racechrono-rcz/bad/session_is_no_json.rcz": ("JSON in session.json",),
    "racechrono-rcz/bad/session_is_a_list.rcz": ("JSON object in session.json", "a list"),
    "racechrono-rcz/bad/without_channels.rcz": ("no channel with values",),
    "racechrono-rcz/bad/channels_without_samples.rcz": ("no channel with values",),
    "racechrono-rcz/bad/without_gps.rcz": ("GPS channels", "channels of obd only"),
    "racechrono-rcz/bad/no_value_everywhere.rcz": ("without a single value",),
    "racechrono-rcz/bad/backwards.rcz": ("timestamps that increase",),
    "iracing-ibt/bad/empty.ibt": ("an empty file",),
    "iracing-ibt/bad/text.ibt": ("text that starts with 'SessionTime,Lap,Speed'",),
    "iracing-ibt/bad/cut_in_the_header.ibt": ("header", "a file of 100 bytes"),
    "iracing-ibt/bad/cut_in_the_variables.ibt": ("table of variables", "offset 144"),
    "iracing-ibt/bad/cut_in_the_words.ibt": ("records of telemetry", "offset"),
    "iracing-ibt/bad/header_only.ibt": ("records of telemetry", "offset"),
    "iracing-ibt/bad/zeros_behind_the_header.ibt": ("inside a record", "offset 144"),
    "iracing-ibt/bad/live_memory.ibt": ("live memory", "Alt+L"),
    "iracing-ibt/bad/version_3.ibt": ("version 1 or 2", "version 3", "Update ApexLab"),
    "iracing-ibt/bad/nan_everywhere.ibt": ("no number that can be a time",),
    "iracing-ibt/bad/nan_but_time.ibt": ("no number in any of 4 variables",),
    "iracing-ibt/bad/backwards.ibt": ("timestamps that increase",),
    "iracing-ibt/bad/without_time.ibt": ("SessionTime",),
}
"""File to words of its one line."""
USED: dict[str, tuple[str, ...]] = {
    "racechrono-csv/bad/cut_in_the_last_row.csv": ("ragged_rows_dropped",),
    "racechrono-csv/bad/latin1.csv": ("header_oddity",),
    "racechrono-csv/bad/utf16_without_mark.csv": ("header_oddity",),
    "racechrono-rcz/bad/half_a_value.rcz": ("partial_value_dropped", "channel_lengths_differ"),
    "iracing-ibt/bad/cut_in_a_record.ibt": ("record_count_differs", "partial_record_dropped"),
}
"""File to codes of its receipt."""


def assert_one_clear_line(said: Said, path: Path, words: tuple[str, ...]) -> None:
    assert said.status == STATUS_FILE, said.err
    assert "Traceback" not in said.err + said.out
    (line,) = said.err.strip().splitlines()
    assert line.startswith("apexlab: ")
    assert path.name in line
    for word in words:
        assert word in line


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("command", ["inspect", "laps"])
def test_a_bad_file_is_one_clear_line(name: str, command: str, apexlab_home: Path) -> None:
    assert_one_clear_line(apexlab(command, DATA / name), DATA / name, REFUSED[name])
    assert not list(apexlab_home.iterdir())


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_leaves_nothing_in_the_library(name: str, apexlab_home: Path) -> None:
    path = DATA / name
    said = apexlab("import", path, "--json")
    assert_one_clear_line(said, path, REFUSED[name])
    (outcome,) = said.document["files"]
    assert (outcome["status"], outcome["session_id"]) == ("failed", None)
    assert path.name in outcome["error"]
    assert apexlab("sessions", "--json").document["sessions"] == []
    assert all(found.name.startswith(LIBRARY_FILE) for found in apexlab_home.iterdir())


@pytest.mark.parametrize("name", REFUSED)
def test_as_json_the_error_is_one_document(name: str) -> None:
    error = json.loads(apexlab("inspect", DATA / name, "--json").out)["error"]
    assert error["type"].endswith("Error")
    assert error["expected"]
    assert error["found"]
    assert Path(name).name in error["place"]


@pytest.mark.parametrize("name", USED)
def test_what_is_usable_is_used_and_the_receipt_says_so(name: str) -> None:
    document = apexlab("inspect", DATA / name, "--json").document
    assert set(USED[name]) <= {notice["code"] for notice in document["notices"]}
    assert any(c["name"] == "speed_mps" for g in document["groups"] for c in g["channels"])
    said = apexlab("import", DATA / name, "--json")
    assert (said.status, said.err.strip()) == (0, "")
    assert [f["status"] for f in said.document["files"]] == ["imported"]


def test_bad_files_among_good_ones_do_not_stop_them(club_file: Path) -> None:
    bad = [DATA / name for name in list(REFUSED)[:3]]
    said = apexlab("import", bad[0], club_file, *bad[1:], "--json")
    assert said.status == STATUS_FILE
    assert [f["status"] for f in said.document["files"]] == [
        "failed", "imported", "failed", "failed",
    ]  # fmt: skip
    lines = said.err.strip().splitlines()
    assert [path.name in line for path, line in zip(bad, lines, strict=True)] == [True] * 3


def test_the_files_are_what_their_maker_writes() -> None:
    made = dict(make_bad_files.bad_files())
    assert set(made) == set(REFUSED) | set(USED)
    kept = {p.relative_to(DATA).as_posix(): p.read_bytes() for p in DATA.glob("*/bad/*")}
    assert kept == made
