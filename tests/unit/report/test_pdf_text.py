from __future__ import annotations

import pytest

from apexlab_desktop.report.pdf_fonts import Typeface, Weight
from apexlab_desktop.report.pdf_text import wrapped
from tests.unit.report.report_fixture import FONTS

TYPEFACE = Typeface(FONTS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "short",
        "several words that need more than one line of this width",
        "W" * 300,
        "a_very_long_file_name-with/joints_20260614_run3.csv" * 4,
        "鈴鹿サーキットのとても長い名前、東コースの午後の走行" * 4,
        "x" * 10 + " " + "鈴" * 30 + " end",
    ],
)
def test_no_line_is_wider_than_asked_and_no_character_is_lost(text: str) -> None:
    lines = wrapped(TYPEFACE, text, 120.0, 9.0)
    assert all(TYPEFACE.width(line, 9.0, Weight.REGULAR) <= 120.0 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_lines_break_between_words() -> None:
    assert wrapped(TYPEFACE, "aaaa bbbb", TYPEFACE.width("aaaa b", 9.0, Weight.REGULAR), 9.0) == [
        "aaaa", "bbbb",
    ]  # fmt: skip


def test_a_width_of_nothing_still_ends() -> None:
    assert wrapped(TYPEFACE, "abc", 0.0, 9.0) == ["a", "b", "c"]
