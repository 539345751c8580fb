from __future__ import annotations

from datetime import UTC, datetime

import pytest

from apexlab_desktop.ui import formatting
from apexlab_desktop.units import UnitSystem

MOMENT = datetime(2026, 6, 4, 9, 5, tzinfo=UTC)


def test_dates_read_in_words() -> None:
    assert formatting.month(MOMENT) == "June 2026"
    assert formatting.short_day(MOMENT) == "04\u00a0Jun"
    assert formatting.day_and_time(MOMENT) == "04\u00a0Jun 2026, 09:05"


def test_unknown_date_says_so() -> None:
    assert formatting.month(None) == formatting.day_and_time(None) == "No date"
    assert formatting.clock(None) == ""


@pytest.mark.parametrize(
    ("n_bytes", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1.0 kB"), (4_812_000, "4.8 MB"),
     (27_000_000, "27 MB"), (999_600, "1.0 MB"), (1_240_000_000, "1.2 GB")],
)  # fmt: skip
def test_file_sizes_have_two_digits(n_bytes: int, words: str) -> None:
    assert formatting.file_size(n_bytes) == words.replace(" ", "\u00a0")


def test_counts_agree_with_their_word() -> None:
    assert formatting.counted(1, "lap") == "1\u00a0lap"
    assert formatting.counted(1_402, "lap") == "1,402\u00a0laps"


def test_units_change_the_reading_only() -> None:
    assert formatting.speed(50.0, UnitSystem.METRIC) == "180\u00a0km/h"
    assert formatting.speed(50.0, UnitSystem.IMPERIAL) == "112\u00a0mph"
    assert formatting.speed(None, UnitSystem.METRIC) == formatting.DASH
