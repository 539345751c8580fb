from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from apexlab_desktop.report import pdf_bytes
from apexlab_desktop.report.pdf_document import layout
from apexlab_desktop.report.pdf_fonts import Typeface
from apexlab_desktop.report.pdf_marks import Area, Box, Mark, Stroke, Words
from apexlab_desktop.report.pdf_sheets import MARGIN, PAGE_HEIGHT, PAGE_WIDTH
from apexlab_desktop.report.report_model import report_model
from tests.unit.report.report_fixture import CASES, FONTS, named, report, session

MOST_BYTES = 300_000
TYPEFACE = Typeface(FONTS)
ROOT = Path(__file__).resolve().parents[3]


@cache
def pages(case: str) -> list[list[Mark]]:
    return layout(report_model(CASES[case]()), TYPEFACE).pages


def words_of(page: list[Mark]) -> list[Words]:
    return [mark for mark in page if isinstance(mark, Words) and mark.text.strip()]


def text_of(case: str) -> str:
    return "\n".join(words.text for page in pages(case) for words in words_of(page))


def box_of(words: Words) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of the letters: cap height above, descender below."""
    width = TYPEFACE.width(words.text, words.size, words.weight)
    left = words.x - words.anchor.value * width
    return left, words.y - 0.73 * words.size, left + width, words.y + 0.2 * words.size


def overlap(one: Words, other: Words) -> bool:
    left, top, right, bottom = box_of(one)
    other_left, other_top, other_right, other_bottom = box_of(other)
    return left < other_right and other_left < right and top < other_bottom and other_top < bottom


def places_of(mark: Mark) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    if isinstance(mark, Stroke | Area):
        return mark.points
    if isinstance(mark, Box):
        return np.array(((mark.x, mark.y), (mark.x + mark.width, mark.y + mark.height)))
    left, top, right, bottom = box_of(mark)
    return np.array(((left, top), (right, bottom)))


@pytest.mark.parametrize("case", CASES)
def test_everything_lies_within_the_margins(case: str) -> None:
    for page in pages(case):
        for mark in page:
            places = places_of(mark)
            assert places[:, 0].min() >= MARGIN - 0.5, mark
            assert places[:, 0].max() <= PAGE_WIDTH - MARGIN + 0.5, mark
            assert places[:, 1].min() >= 30.0, mark
            assert places[:, 1].max() <= PAGE_HEIGHT - 20.0, mark


@pytest.mark.parametrize("case", CASES)
def test_no_two_texts_overlap(case: str) -> None:
    for page in pages(case):
        for one, other in combinations(words_of(page), 2):
            assert not overlap(one, other), (one.text, other.text)


@pytest.mark.parametrize("case", CASES)
def test_no_text_is_smaller_than_print_can_be_read(case: str) -> None:
    assert min(words.size for page in pages(case) for words in words_of(page)) >= 7.5


@pytest.mark.parametrize("case", CASES)
def test_equal_input_gives_equal_small_bytes(case: str) -> None:
    made = pdf_bytes(CASES[case]())
    assert made == pdf_bytes(CASES[case]())
    assert made.startswith(b"%PDF-")
    assert len(made) < MOST_BYTES


def test_all_sixty_laps_are_printed_under_a_head_on_each_page() -> None:
    texts = [words for page in pages("sixty_laps") for words in words_of(page)]
    column = next(words.x for words in texts if words.text == "Lap")
    numbers = [words.text for words in texts if words.x == column and words.text.isdecimal()]
    assert numbers == [str(number) for number in range(62)]
    n_heads = sum(words.text == "Top speed" for words in texts)
    assert n_heads == 1 + 2  # the tile, and the table on two pages


def test_pages_are_numbered() -> None:
    n_pages = len(pages("sixty_laps"))
    assert f"page 1 of {n_pages}" in text_of("sixty_laps")
    assert f"page {n_pages} of {n_pages}" in text_of("sixty_laps")


def test_a_long_title_is_printed_to_its_last_letter() -> None:
    title = report_model(CASES["names"]()).title
    assert title.replace(" ", "").removesuffix("…") in text_of("names").replace("\n", "").replace(
        " ", ""
    )


def test_without_a_comparison_the_page_says_why() -> None:
    assert "No laps were chosen for a comparison." in text_of("no_comparison")


def test_bytes_depend_neither_on_the_process_nor_on_the_folder_of_the_fonts(
    tmp_path: Path,
) -> None:
    fonts = tmp_path / "fonts"
    shutil.copytree(FONTS, fonts)
    program = (
        "import hashlib, sys; from pathlib import Path;"
        "from apexlab_desktop.report import pdf_bytes;"
        "from tests.unit.report.report_fixture import report;"
        "print(hashlib.sha256(pdf_bytes(report(fonts=Path(sys.argv[1])))).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program, str(folder)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for folder, seed in ((FONTS, "1"), (fonts, "2"))
    }
    assert len(digests) == 1


def test_no_path_of_this_machine_is_in_the_file() -> None:
    made = pdf_bytes(report())
    assert str(FONTS).encode() not in made
    assert str(ROOT).encode() not in made


def run_poppler(tool: str, made: bytes, tmp_path: Path, *arguments: str) -> str:
    program = shutil.which(tool)
    if program is None:
        pytest.skip(f"{tool} (poppler-utils) is not on PATH")
    file = tmp_path / "report.pdf"
    file.write_bytes(made)
    return subprocess.run(
        [program, str(file), *arguments], capture_output=True, check=True, encoding="utf-8"
    ).stdout


def test_the_text_can_be_read_back_by_another_program(tmp_path: Path) -> None:
    made = pdf_bytes(report(session=named(session(), track="鈴鹿サーキット", layout="")))
    text = run_poppler("pdftotext", made, tmp_path, "-layout", "-")
    assert "鈴鹿サーキット" in text
    assert "0:58.933" in text
    assert "\u2212" in text
    assert "Lap 5" in text.replace("\u00a0", " ")


def test_the_document_carries_title_date_and_no_clock(tmp_path: Path) -> None:
    text = run_poppler("pdfinfo", pdf_bytes(report()), tmp_path, "-isodates")
    facts = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    assert facts["Title"].strip() == "Ridgeline Park, full course"
    assert facts["CreationDate"].strip() == "2026-06-14T10:42:00Z"
    assert facts["Pages"].strip() == "2"
    assert facts["Page size"].strip().endswith("(A4)")
