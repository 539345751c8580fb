"""A small raw session written by hand, with every kind of stored array."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from apexlab_desktop.analysis.types import (
    BoundaryReason,
    Channel,
    ChannelGroup,
    ChannelKind,
    DeclaredLap,
    Lap,
    LapKind,
    Notice,
    RawSession,
    Severity,
    StartLine,
)
from apexlab_desktop.store.sessions import DerivedFacts, FileFacts


def raw_session(n: int = 70_000) -> RawSession:
    """Return a session whose GPS group spans two chunks."""
    step = np.arange(n)
    lat = np.rint((52.0 + step * 1e-6) * 1e7) / 1e7
    lat[5] = np.nan
    gps = ChannelGroup(
        name="100: gps",
        time_us=step * 40_000,
        rate_hz=25.0,
        channels=(
            Channel(name="lat_deg", source="gps", unit="deg", values=lat),
            Channel(name="lon_deg", source="gps", unit="deg", values=-lat),
            Channel(
                name="speed_mps",
                source="gps",
                unit="m/s",
                vendor_name="speed",
                vendor_unit="m/s",
                values=(20.0 + 10.0 * np.sin(step / 50.0)).astype(np.float32),
            ),
            Channel(name="distance_m", unit="m", values=step * 0.8),
        ),
    )
    obd = ChannelGroup(
        name="200: obd",
        time_us=np.array([0, 100_000, 250_000]),
        channels=(
            Channel(
                name="gear",
                source="obd",
                kind=ChannelKind.STEPPED,
                values=np.array([1.0, np.nan, 3.0], np.float32),
            ),
        ),
    )
    return RawSession(
        format="racechrono-csv",
        format_version="3",
        start_time_utc=datetime(2026, 6, 14, 10, 42, 0, 120_000, tzinfo=UTC),
        n_samples=n,
        groups=(gps, obd),
        laps_declared=(DeclaredLap(number=1, start_us=0, end_us=60_000_000, is_complete=True),),
        start_line=StartLine(lat_deg=52.0, lon_deg=-52.0, bearing_deg=90.0),
        segment_starts_us=(1_000_000,),
        metadata={"track": "Ridgeline Park", "title": "Run 3, «dry»"},
        notices=(Notice(code="repeated_rows_dropped", severity=Severity.REPAIRED, count=3),),
    )


def derived_facts(best_lap_s: float | None = 60.0) -> DerivedFacts:
    """Return derived facts with one lap."""
    lap = Lap(
        number=1,
        kind=LapKind.TIMED,
        start_s=0.0,
        end_s=60.0,
        lap_time_s=60.0,
        length_m=1200.0,
        is_valid=True,
        is_clean=True,
        start_reason=BoundaryReason.VENDOR,
        end_reason=BoundaryReason.VENDOR,
    )
    return DerivedFacts(
        analysis_version=1,
        notices=(),
        laps=(lap,),
        duration_s=2800.0,
        n_laps=1,
        n_clean=1,
        best_lap_s=best_lap_s,
        length_m=1200.0,
        quality_grade="A",
        max_speed_mps=30.0,
        outline=((0.0, 0.0), (1.0, 1.0)),
        lap_gaps_s=(0.0, None),
    )


def file_facts(sha256: str = "ab" * 32) -> FileFacts:
    """Return the facts of a file."""
    return FileFacts(name="run3.csv", sha256=sha256, size_bytes=1234)
