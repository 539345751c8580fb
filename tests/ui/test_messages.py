from __future__ import annotations

from dataclasses import replace

import pytest

from apexlab_desktop.analysis.types import DataQuality, Notice, QualityMetric, Severity
from apexlab_desktop.errors import CancelledError, CorruptFileError, StoreUnavailableError
from apexlab_desktop.ui.formatting import NO_BREAK_SPACE
from apexlab_desktop.ui.messages import (
    error_line,
    format_name,
    lap_state,
    notice_count,
    notice_reason,
    notice_title,
    quality_line,
    worst_first,
)


def test_our_error_is_its_one_line() -> None:
    error = CorruptFileError(
        expected="26 columns", found="3", place="row 12", advice="Export again"
    )
    assert error_line(error) == "Row 12: expected 26 columns; found 3. Export again"


def test_a_file_name_at_the_front_keeps_its_letters() -> None:
    assert error_line(StoreUnavailableError(found="a lock", place="library.sqlite")).startswith(
        "library.sqlite: found a lock"
    )


def test_foreign_error_is_called_ours() -> None:
    line = error_line(KeyError("x"))
    assert "defect of ApexLab" in line
    assert "KeyError" in line


def test_disk_error_is_the_systems_words() -> None:
    assert error_line(OSError(28, "No space left on device", "a.db")) == (
        "a.db: No space left on device"
    )


def test_cancelled_says_that_nothing_changed() -> None:
    assert error_line(CancelledError()) == "Cancelled; nothing was changed"


def test_known_notice_has_title_reason_and_unit() -> None:
    notice = Notice(
        code="repeated_rows_dropped", severity=Severity.REPAIRED, count=212, detail="said twice"
    )
    assert notice_title(notice) == "Repeated rows dropped"
    assert notice_reason(notice) == "said twice"
    assert notice_count(notice) == "212\u00a0rows"


@pytest.mark.parametrize(
    ("channel", "title"),
    [
        ("accel_lat_mps2", "Sign turned: lateral acceleration"),
        ("Oil P", "Sign turned: Oil P"),
    ],
)
def test_a_catalogued_channel_is_called_by_its_label(channel: str, title: str) -> None:
    notice = Notice(code="sign_flipped", severity=Severity.REPAIRED, channel=channel)
    assert notice_title(notice) == title


def test_counts_have_their_plural() -> None:
    notice = Notice(code="fixes_of_low_accuracy", severity=Severity.INFO, count=3)
    assert notice_count(notice) == "3\u00a0fixes"


def test_unknown_notice_still_reads_as_words() -> None:
    notice = Notice(
        code="odd_lap_merged", severity=Severity.REPAIRED, channel="lap", first_s=1.0, last_s=2.5
    )
    assert notice_title(notice) == "Odd lap merged: lap"
    assert notice_reason(notice) == "from 1.0 to 2.5\u00a0s"
    assert notice_count(notice) == "1\u00a0lap"


def test_own_words_of_a_notice_win() -> None:
    notice = Notice(code="gaps_filled", severity=Severity.REPAIRED, detail="a bridge for 0.6 s")
    assert notice_reason(notice) == "a bridge for 0.6 s"


def test_receipt_begins_with_the_worst() -> None:
    notices = [Notice(code="x", severity=severity) for severity in Severity]
    order = [notice.severity for notice in worst_first(notices)]
    assert order == [Severity.LOST, Severity.REPAIRED, Severity.IGNORED, Severity.INFO]


@pytest.mark.parametrize(
    ("kind", "reasons", "is_clean", "words"),
    [
        ("timed", (), True, ""),
        ("out", (), False, "out"),
        ("timed", ("gap", "slow"), False, "gap, slow"),
        ("timed", (), False, "not counted"),
        ("timed", ("timing_uncertain",), False, "timing uncertain"),
    ],
)
def test_lap_state_says_why(
    kind: str, reasons: tuple[str, ...], is_clean: bool, words: str
) -> None:
    assert lap_state(kind, reasons, is_clean=is_clean) == words


def test_formats_have_names() -> None:
    assert format_name("racechrono-csv") == "RaceChrono CSV"
    assert format_name("some-thing") == "some thing"


def test_poor_data_are_told_by_their_two_worst_metrics() -> None:
    metrics = (
        QualityMetric(name="accuracy_p90_m", value=2.4, score=10.0, weight=0.30),
        QualityMetric(name="satellites_p10", value=12.0, score=88.0, weight=0.15),
        QualityMetric(name="lap_length_cv_pct", value=3.12, score=30.0, weight=0.25),
        QualityMetric(name="heading_jitter_degpm", value=0.7, score=0.0, weight=0.10),
        QualityMetric(name="scatter_p90_m", value=None, score=None, weight=0.05),
    )
    poor = DataQuality(score=42.0, grade="D", signal_class="C", metrics=metrics)
    assert quality_line(poor).replace(NO_BREAK_SPACE, " ") == (
        "Data quality D: GPS accuracy of 2.4 m, lap lengths 3.1 % apart"
    )
    assert quality_line(replace(poor, grade="C")) == ""
    assert quality_line(replace(poor, grade="F", metrics=())) == "Data quality F"
