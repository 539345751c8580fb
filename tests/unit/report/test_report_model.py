from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from apexlab_desktop.analysis.types import AnalysedSession, Lap
from apexlab_desktop.report.report_model import report_model
from tests.unit.report.report_fixture import comparison, lap, report, session


def absence(made: AnalysedSession) -> str:
    return report_model(report(session=made, comparison=None)).compare_absence


@pytest.mark.parametrize(
    ("laps", "words"),
    [
        ((), "no lap"),
        ((lap(1, 0.0, 60.0, lap_time_s=None),), "no lap crosses the start line at both ends"),
        ((lap(1, 0.0, 60.0),), "needs two timed laps"),
        ((lap(1, 0.0, 60.0), lap(2, 60.0, 61.0)), "No laps were chosen"),
    ],
)
def test_without_a_comparison_the_report_says_why(laps: tuple[Lap, ...], words: str) -> None:
    assert words in absence(session(laps=laps, best_lap=None))


def test_a_file_without_motion_says_so() -> None:
    assert "neither position nor speed" in absence(session(trajectory=None))


def test_a_comparison_of_no_laps_counts_as_none() -> None:
    model = report_model(report(comparison=replace(comparison(1), laps=())))
    assert model.compare_page is None
    assert model.compare_absence


def test_the_document_is_dated_with_the_start_of_the_session_in_utc() -> None:
    made = session()
    zone = timezone(timedelta(hours=2))
    raw = replace(made.raw, start_time_utc=datetime(2026, 6, 14, 12, 42, 7, tzinfo=zone))
    model = report_model(report(session=replace(made, raw=raw)))
    assert model.creation_date == (2026, 6, 14, 10, 42, 7)


def test_the_method_names_reference_and_closure_error() -> None:
    compared = comparison(2, closure_error_s=0.00123)
    words = " ".join(report_model(report(comparison=compared)).method)
    assert "Reference: lap\u00a01, 0:59.736" in words
    assert "Closure error 0.0012\u00a0s" in words
    assert "not at equal odometer" in words


def test_one_lap_has_no_closure_error() -> None:
    assert "Closure" not in " ".join(report_model(report(comparison=comparison(1))).method)


def test_numbers_of_a_sim_are_called_its_own() -> None:
    made = session()
    sim = replace(made, raw=replace(made.raw, is_sim=True))
    assert "sim's own" in " ".join(report_model(report(session=sim)).method)


def test_the_version_is_named() -> None:
    assert report_model(report()).version.startswith("ApexLab Desktop ")
