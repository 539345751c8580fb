"""The report as pages of words and points, before it becomes PDF or HTML."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from apexlab_desktop.analysis.config import ANALYSIS_VERSION
from apexlab_desktop.analysis.types import AnalysedSession, Comparison
from apexlab_desktop.formatting import lap_time
from apexlab_desktop.report.comparison_page import comparison_page, lap_slots
from apexlab_desktop.report.laps_page import laps_page
from apexlab_desktop.report.measures import NO_BREAK_SPACE, measures_of
from apexlab_desktop.report.page_model import ReportModel
from apexlab_desktop.report.report_input import ReportInput
from apexlab_desktop.report.words import MOST_FACT, brief, lap_label, title

_DISTRIBUTION = "apexlab-desktop"


def report_model(report: ReportInput) -> ReportModel:
    """Return what the report says and shows."""
    comparison = report.comparison if report.comparison and report.comparison.laps else None
    raw = report.session.raw
    return ReportModel(
        title=title(raw.metadata, report.file_name),
        subject=brief(report.file_name, MOST_FACT),
        creation_date=_creation_date(raw.start_time_utc),
        laps_page=laps_page(report, lap_slots(comparison)),
        compare_page=comparison_page(comparison, measures_of(report.units)) if comparison else None,
        compare_absence="" if comparison else _absence(report.session),
        method=_method(report.session, comparison),
        version=_program(),
    )


def _creation_date(moment: datetime | None) -> tuple[int, int, int, int, int, int] | None:
    if moment is None:
        return None
    utc = moment.astimezone(UTC)
    return utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second


def _absence(session: AnalysedSession) -> str:
    """Return why nothing is compared."""
    n_timed = sum(lap.lap_time_s is not None for lap in session.laps)
    if session.trajectory is None:
        return "Nothing to compare: the file has neither position nor speed."
    if not session.laps:
        return "Nothing to compare: the recording holds no lap."
    if n_timed == 0:
        return "Nothing to compare: no lap crosses the start line at both ends."
    if n_timed == 1:
        return "Nothing to compare: a comparison needs two timed laps, the recording holds one."
    return "No laps were chosen for a comparison."


def _method(session: AnalysedSession, comparison: Comparison | None) -> tuple[str, ...]:
    lines = [
        "Gap: lap time minus the best clean lap's. Top speed: highest sample within the lap.",
    ]
    if comparison is not None:
        lines += _comparison_method(comparison)
    if session.trajectory is not None and session.raw.is_sim:
        lines.append("Speed and position are the sim's own, not measured.")
    return tuple(lines)


def _comparison_method(comparison: Comparison) -> list[str]:
    reference = comparison.laps[comparison.reference_index]
    label, time = lap_label(reference.label), lap_time(reference.lap.lap_time_s)
    how = (
        "at the same driven distance, scaled to one length"
        if comparison.line is None
        else "at the same place on one reference line, not at equal odometer"
    )
    lines = [
        f"Reference: lap{NO_BREAK_SPACE}{label}, {time}. Laps are compared {how}.",
    ]
    if len(comparison.laps) > 1:
        lines.append(
            "Delta: time later than the reference at that place, up is slower; its 95\u00a0% range"
            " is drawn where wider than 0.05\u00a0s. Closure error"
            f" {comparison.closure_error_s:.4f}\u00a0s: the largest difference between"
            " the delta at the line and the difference of the lap times."
        )
    return lines


def _program() -> str:
    try:
        number = version(_DISTRIBUTION)
    except PackageNotFoundError:  # started from a checkout that was never set up
        number = "(not installed)"
    return f"ApexLab Desktop {number}, analysis version {ANALYSIS_VERSION}"
