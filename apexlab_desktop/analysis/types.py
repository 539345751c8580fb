"""Values that flow through the program, under one roof for everybody who uses them."""

from __future__ import annotations

from apexlab_desktop.analysis.arrays import (
    BoolArray,
    FloatArray,
    IntArray,
    StoredArray,
    read_only,
    where_finite,
)
from apexlab_desktop.analysis.recording import (
    MICROSECONDS_PER_SECOND,
    Channel,
    ChannelGroup,
    ChannelKind,
    DeclaredLap,
    Notice,
    RawSession,
    Severity,
    StartLine,
)
from apexlab_desktop.analysis.results import (
    AnalysedSession,
    BoundaryReason,
    ComparedLap,
    Comparison,
    DataQuality,
    Lap,
    LapKind,
    LapTrace,
    QualityMetric,
    ReferenceLine,
    Trajectory,
)

__all__ = [
    "MICROSECONDS_PER_SECOND",
    "AnalysedSession",
    "BoolArray",
    "BoundaryReason",
    "Channel",
    "ChannelGroup",
    "ChannelKind",
    "ComparedLap",
    "Comparison",
    "DataQuality",
    "DeclaredLap",
    "FloatArray",
    "IntArray",
    "Lap",
    "LapKind",
    "LapTrace",
    "Notice",
    "QualityMetric",
    "RawSession",
    "ReferenceLine",
    "Severity",
    "StartLine",
    "StoredArray",
    "Trajectory",
    "read_only",
    "where_finite",
]
