"""Sessions made by hand: a small track in closed form, driven a little slower on each lap."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from apexlab_desktop.analysis.types import (
    AnalysedSession,
    BoundaryReason,
    ComparedLap,
    Comparison,
    DataQuality,
    FloatArray,
    Lap,
    LapKind,
    Notice,
    RawSession,
    ReferenceLine,
    Severity,
    StartLine,
    Trajectory,
)
from apexlab_desktop.report import ReportInput
from apexlab_desktop.units import UnitSystem

FONTS = Path(__file__).resolve().parents[3] / "resources" / "fonts"
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
GRID_STEP_M = 0.7
GRIP_MPS2 = 12.0
TOP_SPEED_MPS = 58.0
OUTSIDE_LAPS_MPS = 20.0
NAMES: Mapping[str, str] = {
    "track": "Ridgeline Park",
    "layout": "full course",
    "driver": "Anna",
    "vehicle": "MX-5 ND",
    "session_type": "Club track day, run 3",
}


def centreline() -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return station, x, y and curvature of r = 390 + 140 cos 2a + 60 sin 3a + 42 cos 5a."""
    angle = np.linspace(0.0, 2.0 * np.pi, 40_001) + 0.6
    radius = 390.0 + 140.0 * np.cos(2.0 * angle) + 60.0 * np.sin(3.0 * angle)
    radius += 42.0 * np.cos(5.0 * angle)
    x, y = radius * np.cos(angle), radius * np.sin(angle)
    s = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    grid = np.append(np.arange(0.0, s[-1], GRID_STEP_M), s[-1])
    x, y = np.interp(grid, s, x), np.interp(grid, s, y)
    dx, dy = np.gradient(x, grid), np.gradient(y, grid)
    curvature = dx * np.gradient(dy, grid) - dy * np.gradient(dx, grid)
    curvature[[0, 1, -2, -1]] = curvature[2]
    padded = np.pad(curvature, 20, mode="wrap")
    return grid, x, y, np.convolve(padded, np.ones(41) / 41.0, mode="valid")


def lap_speed(curvature: FloatArray, skill: float) -> FloatArray:
    """Return a speed that corners with `skill` of the grip and never exceeds the top speed."""
    cornering = np.sqrt(skill * GRIP_MPS2 / np.maximum(np.abs(curvature), 1e-4))
    limited = np.minimum(cornering, TOP_SPEED_MPS * (0.98 + 0.02 * skill))
    window = np.hanning(241)
    padded = np.pad(limited, 120, mode="wrap")
    return np.asarray(np.convolve(padded, window / window.sum(), mode="valid"))


def lap(number: int, start_s: float, time_s: float, **changes: Any) -> Lap:
    """Return a clean timed lap, changed as asked."""
    clean = Lap(
        number=number,
        kind=LapKind.TIMED,
        start_s=start_s,
        end_s=start_s + time_s,
        lap_time_s=time_s,
        lap_time_sigma_s=0.012,
        length_m=3_012.4,
        is_valid=True,
        is_clean=True,
        start_reason=BoundaryReason.CROSSING,
        end_reason=BoundaryReason.CROSSING,
    )
    return replace(clean, **changes)


def skills(n_laps: int) -> FloatArray:
    """Return how well each lap is driven, 0 to 1: different for each, best in the middle."""
    index = np.arange(n_laps)
    return 0.95 - 0.012 * np.abs(index - n_laps // 2) / max(1.0, n_laps / 8.0) - 0.004 * (index % 3)


def compared_lap(
    index_skill: float, number: int, reference_time_s: FloatArray | None
) -> ComparedLap:
    """Return one lap of the track on the grid, with pedals from its own acceleration."""
    s, x, y, curvature = centreline()
    v = lap_speed(curvature, index_skill)
    slowness = 1.0 / v
    steps = np.diff(s) * (slowness[1:] + slowness[:-1]) / 2.0
    time_s = np.concatenate(([0.0], np.cumsum(steps)))
    delta = time_s - (time_s if reference_time_s is None else reference_time_s)
    along = v * np.gradient(v, s)
    gap = float(delta[-1])
    return ComparedLap(
        label=str(number),
        lap=lap(number, 100.0 * number, float(time_s[-1])),
        gap_s=gap,
        time_s=time_s,
        delta_t_s=delta,
        delta_t_sigma_s=np.full(s.shape, 0.01),
        channels={
            "speed_mps": v,
            "accel_lat_mps2": v**2 * curvature,
            "accel_long_mps2": along,
            "x_m": x,
            "y_m": y,
            "lateral_offset_m": np.zeros(s.shape),
        },
    )


@lru_cache(maxsize=8)
def laps_compared(n_laps: int) -> Comparison:
    """Return the comparison of laps 1..n; the first is the reference."""
    s, x, y, curvature = centreline()
    chosen = skills(max(n_laps, 8))
    first = compared_lap(float(chosen[0]), 1, None)
    others = [compared_lap(float(chosen[i]), i + 1, first.time_s) for i in range(1, n_laps)]
    line = ReferenceLine(
        station_m=s, x_m=x, y_m=y, heading_rad=np.zeros(s.shape), curvature_per_m=curvature,
        length_m=float(s[-1]), is_closed=True, origin_lat_deg=50.0, origin_lon_deg=7.0,
    )  # fmt: skip
    return Comparison(
        reference_index=0, distance_m=s, line=line, laps=(first, *others), closure_error_s=0.0004
    )


def comparison(n_laps: int = 3, **changes: Any) -> Comparison:
    """Return the comparison of laps 1..n, changed as asked."""
    return replace(laps_compared(n_laps), **changes)


def with_channels(
    compared: Comparison, change: Mapping[str, FloatArray | None], laps: Sequence[int] | None = None
) -> Comparison:
    """Return the comparison with channels set, or taken away where the value is None."""

    def changed(one: ComparedLap) -> ComparedLap:
        channels = {**one.channels, **change}
        return replace(one, channels={k: v for k, v in channels.items() if v is not None})

    chosen = range(len(compared.laps)) if laps is None else laps
    return replace(
        compared,
        laps=tuple(changed(one) if i in chosen else one for i, one in enumerate(compared.laps)),
    )


def with_pedals(compared: Comparison) -> Comparison:
    """Return the comparison with throttle and brake from each lap's own acceleration."""

    def pedals(one: ComparedLap) -> ComparedLap:
        along = one.channels["accel_long_mps2"]
        return replace(
            one,
            channels={
                **one.channels,
                "throttle_ratio": np.clip(along / 3.0 + 0.3, 0.0, 1.0),
                "brake_ratio": np.clip(-along / 8.0, 0.0, 1.0),
            },
        )

    return replace(compared, laps=tuple(pedals(one) for one in compared.laps))


def trajectory(compared: Comparison, *, has_position: bool = True) -> Trajectory:
    """Return the laps driven one after another at 25 Hz, lap k from 100 k s on."""
    t = np.arange(0.0, 100.0 * (len(compared.laps) + 2), 0.04)
    v = np.full(t.shape, OUTSIDE_LAPS_MPS)
    for one in compared.laps:
        inside = (t >= one.lap.start_s) & (t < one.lap.end_s)
        v[inside] = np.interp(t[inside] - one.lap.start_s, one.time_s, one.channels["speed_mps"])
    nothing = np.full(t.shape, np.nan)
    place = np.zeros(t.shape) if has_position else nothing
    return Trajectory(
        time_s=t, x_m=place, y_m=place, origin_lat_deg=50.0 if has_position else None,
        origin_lon_deg=7.0 if has_position else None, speed_mps=v, course_rad=nothing,
        accel_long_mps2=nothing, accel_lat_mps2=nothing, curvature_per_m=nothing,
        odometer_m=np.cumsum(v) * 0.04, segment=np.zeros(t.shape, dtype=np.int64),
        is_interpolated=np.zeros(t.shape, dtype=np.bool_), rate_hz=25.0, position_sigma_m=0.62,
    )  # fmt: skip


NOTICES = (
    Notice(code="start_line_found", severity=Severity.INFO, detail="start line found"),
    Notice(
        code="repeated_rows_dropped", severity=Severity.REPAIRED, count=1_204, first_s=1.0,
        last_s=1_402.5, detail="rows that repeat the fix before them were dropped",
    ),
    Notice(
        code="gps_gap", severity=Severity.LOST, channel="speed_mps", count=37, first_s=812.4,
        last_s=813.9, detail="no fix for 1.5 s",
    ),
    Notice(code="channel_not_used", severity=Severity.IGNORED, detail="columns of another device"),
)  # fmt: skip


def session(compared: Comparison | None = None, **changes: Any) -> AnalysedSession:
    """Return a session of the compared laps, with an out-lap before and an in-lap after."""
    compared = comparison(8) if compared is None else compared
    laps = [one.lap for one in compared.laps]
    untimed = {
        "lap_time_s": None, "lap_time_sigma_s": None, "is_valid": False, "is_clean": False,
    }  # fmt: skip
    out = lap(0, 10.0, 85.0, kind=LapKind.OUT, **untimed)
    back = lap(
        laps[-1].number + 1, 100.0 * (laps[-1].number + 1), 60.0, kind=LapKind.IN,
        reasons=("pit", "slow"), **untimed,
    )  # fmt: skip
    made = AnalysedSession(
        raw=RawSession(
            format="racechrono-csv",
            format_version="3",
            start_time_utc=datetime(2026, 6, 14, 10, 42, tzinfo=UTC),
            metadata=NAMES,
        ),
        trajectory=trajectory(compared),
        start_line=StartLine(lat_deg=50.0, lon_deg=7.0, bearing_deg=90.0),
        laps=(out, *laps, back),
        best_lap=min(laps, key=lambda one: one.lap_time_s or np.inf),
        quality=DataQuality(score=91.0, grade="A", signal_class="B"),
        notices=NOTICES,
    )
    return replace(made, **changes)


def named(made: AnalysedSession, **metadata: str) -> AnalysedSession:
    """Return the session with other words in its file."""
    return replace(made, raw=replace(made.raw, metadata={**made.raw.metadata, **metadata}))


def some_of(compared: Comparison, *indices: int) -> Comparison:
    """Return the comparison of a few of its laps; the first named is the reference."""
    laps = [compared.laps[index] for index in indices]
    first = laps[0]

    def rebased(one: ComparedLap) -> ComparedLap:
        delta = one.time_s - first.time_s
        return replace(one, delta_t_s=delta, gap_s=float(delta[-1]))

    return replace(compared, reference_index=0, laps=tuple(map(rebased, laps)))


def report(**changes: Any) -> ReportInput:
    """Return eight laps and three of them compared, changed as asked."""
    made = ReportInput(
        session=session(),
        file_name="session_20260614_run3.csv",
        sha256=SHA256,
        comparison=some_of(comparison(8), 4, 6, 7),
        fonts=FONTS,
    )
    return replace(made, **changes)


def _without_position() -> ReportInput:
    nothing = np.full(comparison(8).distance_m.shape, np.nan)
    compared = with_channels(
        comparison(8, line=None), {"x_m": nothing, "y_m": nothing, "accel_lat_mps2": nothing}
    )
    driven = trajectory(compared, has_position=False)
    return report(session=session(compared, trajectory=driven), comparison=compared)


def _with_gaps() -> ReportInput:
    compared = with_pedals(comparison(3))
    one = compared.laps[1]
    where = np.arange(compared.distance_m.size)
    gappy = {
        name: np.where((where > 500) & (where < 900) | (where % 997 == 0), np.nan, values)
        for name, values in one.channels.items()
    }
    gappy["brake_ratio"] = np.full(where.shape, np.nan)
    sigma = np.where(where % 1_000 < 500, 0.2, np.nan)
    laps = (compared.laps[0], replace(one, channels=gappy, delta_t_sigma_s=sigma), compared.laps[2])
    return report(comparison=replace(compared, laps=laps))


def _noise() -> ReportInput:
    """Return a lap of a long track full of noise: 30 000 samples, pedals, nine laps."""
    compared = with_pedals(comparison(9))
    old, new = np.linspace(0.0, 1.0, compared.distance_m.size), np.linspace(0.0, 1.0, 30_000)
    random = np.random.default_rng(20_260_614)

    def noisy(values: FloatArray) -> FloatArray:
        spread = 0.05 * float(np.ptp(values))
        return np.asarray(np.interp(new, old, values) + random.normal(0.0, spread, new.size))

    laps = tuple(
        replace(
            one, time_s=noisy(one.time_s), delta_t_s=noisy(one.delta_t_s),
            delta_t_sigma_s=np.full(new.shape, 0.1),
            channels={name: noisy(values) for name, values in one.channels.items()},
        )
        for one in compared.laps
    )  # fmt: skip
    length = float(compared.distance_m[-1])
    return report(comparison=replace(compared, distance_m=new * 7.0 * length, laps=laps))


def _with_names() -> ReportInput:
    compared = comparison(3)
    laps = tuple(
        replace(one, label=f"{one.label} (14 Jun, {'another long file name ' * 8})")
        for one in compared.laps
    )
    words = named(
        session(),
        track=f"鈴鹿サーキット 🏎\ufe0f <script>alert('x')</script> & {'Very' * 90}",
        driver="山田 太郎 \x00\u202e]]>",
        vehicle="W" * 400,
        note='Ünïcode "quoted" note about <b>setup</b>: ' * 60,
    )
    detail = "a long 'detail' & <i>more</i> " * 30
    notice = Notice(code="long_one", severity=Severity.LOST, channel="c" * 90, detail=detail)
    words = replace(words, notices=(*words.notices, notice))
    return report(
        session=words,
        comparison=replace(compared, laps=laps),
        file_name=f"<b>{'very_long_file_name_' * 15}.csv",
    )


def _sixty_laps() -> ReportInput:
    return report(session=session(comparison(60)), comparison=comparison(60))


def _imperial() -> ReportInput:
    compared = with_pedals(comparison(8))
    return report(session=session(compared), comparison=compared, units=UnitSystem.IMPERIAL)


CASES: Mapping[str, Callable[[], ReportInput]] = {
    "normal": report,
    "no_comparison": lambda: report(comparison=None),
    "no_position": _without_position,
    "gaps": _with_gaps,
    "noise": _noise,
    "one_lap": lambda: report(session=session(comparison(1)), comparison=comparison(1)),
    "no_laps": lambda: report(
        session=session(laps=(), best_lap=None, notices=(), trajectory=None), comparison=None
    ),
    "sixty_laps": _sixty_laps,
    "names": _with_names,
    "imperial": _imperial,
}
"""What a report must be able to hold, by name."""
