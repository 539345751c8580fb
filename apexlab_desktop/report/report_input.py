"""What a report is made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from apexlab_desktop.analysis.types import AnalysedSession, Comparison
from apexlab_desktop.units import UnitSystem


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ReportInput:
    """One session, and the laps to compare.

    Attributes
    ----------
    session : AnalysedSession
    file_name : str
        Name of the file for people, without its folder.
    sha256 : str
        Hash of the file's bytes, hexadecimal.
    comparison : Comparison or None
        None when there is nothing to compare; the report then says why.
    units : UnitSystem
        What people read; results stay SI.
    fonts : Path
        Folder of the four Inter and two Noto Sans JP files (only the PDF needs it).
    """

    session: AnalysedSession
    file_name: str
    sha256: str
    comparison: Comparison | None
    units: UnitSystem = UnitSystem.METRIC
    fonts: Path
