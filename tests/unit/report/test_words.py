from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from apexlab_desktop.analysis.types import LapKind
from apexlab_desktop.report.words import brief, clean, date, lap_status, sentence, title
from tests.unit.report.report_fixture import lap


@pytest.mark.parametrize(
    ("raw", "printed"),
    [
        ("Ridgeline Park", "Ridgeline Park"),
        ("two\nlines\tand a tab", "two lines and a tab"),
        ("nul\x00 and escape\x1b[31m", "nul and escape [31m"),
        ("right-to-left \u202etrick", "right-to-left trick"),
        ("half a pair \ud83c", "half a pair"),
        ("鈴鹿サーキット", "鈴鹿サーキット"),
        ("   ", ""),
    ],
)
def test_clean_text_is_one_printable_line(raw: str, printed: str) -> None:
    assert clean(raw) == printed


def test_a_joined_emoji_stays_joined() -> None:
    assert clean("👨\u200d🔧") == "👨\u200d🔧"


def test_brief_text_says_that_it_was_cut() -> None:
    assert brief("abcdef", 6) == "abcdef"
    assert brief("abcdefg", 6) == "abcde…"


def test_the_date_is_utc_whatever_the_zone() -> None:
    tokyo = datetime(2026, 6, 14, 8, 5, tzinfo=timezone(timedelta(hours=9)))
    assert date(tokyo) == "13 June 2026, 23:05 UTC"
    assert date(datetime(2026, 12, 1, tzinfo=UTC)) == "1 December 2026, 00:00 UTC"


def test_a_file_without_a_date_says_so() -> None:
    assert date(None) == "not in the file"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "clean"),
        ({"is_clean": False}, "valid, not clean"),
        ({"is_clean": False, "reasons": ("slow",)}, "valid, not clean: unusually slow"),
        (
            {"is_clean": False, "is_valid": False, "reasons": ("gap", "brand_new_code")},
            "not counted: gap in the data, brand new code",
        ),
        (
            {"is_clean": False, "is_valid": False, "kind": LapKind.PARTIAL},
            "part of a lap, not counted",
        ),
    ],
)
def test_a_lap_says_whether_it_counts_and_why(changes: dict[str, object], words: str) -> None:
    assert lap_status(lap(3, 0.0, 60.0, **changes)) == words


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"track": "Ridgeline", "layout": "full"}, "Ridgeline, full"),
        ({"track": "Ridgeline full", "layout": "Full"}, "Ridgeline full"),
        ({"title": "Sunday"}, "Sunday"),
        ({"track": "\n", "title": ""}, "run.csv"),
    ],
)
def test_the_title_is_the_best_name_that_is_known(metadata: dict[str, str], expected: str) -> None:
    assert title(metadata, "run.csv") == expected


def test_a_session_without_any_name_still_has_a_title() -> None:
    assert title({}, "") == "Session"


def test_a_fragment_becomes_a_sentence() -> None:
    assert sentence("no fix for 1.5 s") == "No fix for 1.5 s."
    assert sentence("Really?") == "Really?"
    assert sentence(" ") == ""
