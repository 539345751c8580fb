"""Write the report of a session as PDF or HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apexlab_desktop.app.comparing import compare_opened
from apexlab_desktop.app.exporting import write_bytes
from apexlab_desktop.app.opening import open_session
from apexlab_desktop.app.selecting import choose
from apexlab_desktop.errors import AnalysisError, NoLapsError
from apexlab_desktop.paths import resource_path
from apexlab_desktop.units import UnitSystem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from apexlab_desktop.analysis.types import Comparison

REPORT_SUFFIXES = (".pdf", ".html")


def write_report(file: str, out: Path, *, laps: Sequence[int] | None, imperial: bool) -> None:
    """Write the laps and the comparison of a file or session.

    Raises
    ------
    ApexLabError
        If the file cannot be used, a named lap does not exist, or `out` cannot be written.
    """
    from apexlab_desktop import report

    session = open_session(file)
    content = report.ReportInput(
        session=session.analysed,
        file_name=session.file.rsplit("/", 1)[-1],
        sha256=session.sha256,
        comparison=_comparison(file, laps),
        units=UnitSystem.IMPERIAL if imperial else UnitSystem.METRIC,
        fonts=resource_path("fonts"),
    )
    make = report.pdf_bytes if out.suffix.lower() == ".pdf" else report.html_bytes
    write_bytes(out, make(content))


def _comparison(file: str, laps: Sequence[int] | None) -> Comparison | None:
    """Return the comparison, or None where the session has none and none was asked for."""
    try:
        chosen = choose(file, None, laps, None)
        return compare_opened(chosen.laps, reference=chosen.reference)
    except (AnalysisError, NoLapsError):
        if laps:
            raise
        return None
