from __future__ import annotations

from pathlib import Path

import pytest

from apexlab_desktop.errors import EnvironmentFaultError
from apexlab_desktop.report.pdf_fonts import Typeface, Weight
from tests.unit.report.report_fixture import FONTS

TYPEFACE = Typeface(FONTS)


def font_of(text: str, weight: Weight = Weight.REGULAR) -> list[tuple[str, str]]:
    return [(run.font_name.partition("@")[0], run.text) for run in TYPEFACE.runs(text, weight)]


def test_ten_ones_are_as_wide_as_the_design_system_measured() -> None:
    # spec/desktop.md 1.3, measured with Qt at 13 px: 84.2 tabular, 52.8 proportional.
    assert TYPEFACE.width("1" * 10, 13.0, Weight.REGULAR) == pytest.approx(84.2, abs=0.15)


@pytest.mark.parametrize("weight", list(Weight))
def test_digits_and_signs_have_one_width(weight: Weight) -> None:
    widths = {round(TYPEFACE.width(char, 10.0, weight), 6) for char in "0123456789"}
    signs = {round(TYPEFACE.width(char, 10.0, weight), 6) for char in "+\u2212"}
    assert len(widths) == 1
    assert len(signs) == 1


def test_japanese_falls_back_run_by_run() -> None:
    assert font_of("Suzuka 鈴鹿 1:20", Weight.SEMIBOLD) == [
        ("Inter-SemiBold", "Suzuka "), ("NotoSansJP-Bold", "鈴鹿"), ("Inter-SemiBold", " 1:20"),
    ]  # fmt: skip
    assert font_of("鈴鹿")[0][0] == "NotoSansJP-Regular"


def test_a_character_that_no_font_has_is_a_square() -> None:
    assert font_of("a🏎\ufe0fb") == [("Inter-Regular", "a□b")]


def test_a_missing_font_file_is_named_with_its_folder(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFaultError) as caught:
        Typeface(tmp_path).width("a", 10.0, Weight.REGULAR)
    assert "Inter_400Regular.ttf" in str(caught.value)
    assert str(tmp_path) in str(caught.value)


def test_a_damaged_font_file_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "Inter_400Regular.ttf").write_bytes(b"not a font at all")
    with pytest.raises(EnvironmentFaultError, match="TrueType"):
        Typeface(tmp_path).width("a", 10.0, Weight.REGULAR)
