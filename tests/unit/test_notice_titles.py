from __future__ import annotations

import re
from pathlib import Path

import pytest

from apexlab_desktop.notice_titles import count_of, is_known, title_of

PACKAGE = Path(__file__).resolve().parents[2] / "apexlab_desktop"
CODE = re.compile(r'\bcode="([a-z_]+)"|(?:\b_notice|_listing|\.note)\(\s*"([a-z_]+)"')


def test_every_code_of_importers_and_analysis_has_words() -> None:
    sources = [*(PACKAGE / "importers").glob("*.py"), *(PACKAGE / "analysis").glob("*.py")]
    found = {
        first or second
        for path in sources
        for first, second in CODE.findall(path.read_text(encoding="utf-8"))
    }
    assert len(found) > 30
    assert {code for code in found if not is_known(code)} == set()


@pytest.mark.parametrize(
    ("code", "count", "words"),
    [
        ("repeated_rows_dropped", 1, "1\u00a0row"),
        ("repeated_rows_dropped", 1_402, "1,402\u00a0rows"),
        ("no_fix", 2, "2\u00a0samples"),
        ("fixes_of_low_accuracy", 3, "3\u00a0fixes"),
        ("odd_lap_merged", 2, "2\u00a0laps"),
        ("never_heard_of", 1, "1\u00a0place"),
    ],
)
def test_counts_are_glued_to_their_word(code: str, count: int, words: str) -> None:
    assert count_of(code, count) == words


def test_a_code_without_words_reads_as_its_own() -> None:
    assert title_of("odd_lap_merged") == "Odd lap merged"
    assert title_of("gps_gap") == "GPS gap"
    assert title_of("no_circuit") == "No circuit found"
