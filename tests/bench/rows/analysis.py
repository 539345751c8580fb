"""Laps on one line and their deltas, after the file has been read."""

from __future__ import annotations

import mmap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.harness import Measured, in_turn, row

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import Comparison, FloatArray, RawSession

N_LAPS = 50
N_STATIONS, N_SAMPLES = 5281, 2770
"""3.7 km on the grid; the same lap at 25 Hz."""
SUBTRACTION = "subtraction on a shared grid"
FEW, MANY = 10, 40
N_WHOLE, LONG_LAP_S = 30, 168.0
N_CHANNELS, STATION_STEP_M = 12, 0.7


@row("delta_by_distance", ours="delta of 50 laps by distance", floor=SUBTRACTION, holds=6)
def delta_by_distance(_: Path) -> Measured:
    import numpy as np

    from apexlab_desktop.analysis.delta import delta_t
    from apexlab_desktop.analysis.distance import on_stations
    from apexlab_desktop.analysis.types import LapTrace

    random = np.random.default_rng(5)
    grid = 0.7 * np.arange(N_STATIONS, dtype=np.float64)

    def lap() -> LapTrace:
        time_s = np.arange(N_SAMPLES) / 25.0
        corners = np.sin(time_s[:-1, None] / (1.0, 2.7) + random.uniform(0.0, 6.0, 2))
        speed_mps = 33.0 + corners @ (8.0, 4.0)
        station = np.concatenate((grid[:1], np.cumsum(speed_mps)))
        station *= grid[-1] / station[-1]
        return LapTrace(
            station_m=station, time_s=time_s, session_time_s=time_s, lateral_offset_m=0 * time_s,
            station_sigma_m=1.0, method="projection",
        )  # fmt: skip

    laps = [lap() for _ in range(N_LAPS)]
    on_grid = on_stations(lap(), grid)
    shared = np.stack([on_stations(one, grid).time_s for one in laps])
    return in_turn(
        lambda: [delta_t(one, on_grid) for one in laps],
        lambda: [one - on_grid.time_s for one in shared],
    )


@row(
    "delta_by_projection",
    ours="delta of 50 laps by projection",
    floor=SUBTRACTION,
    holds=150,
)
def delta_by_projection(_: Path) -> Measured:
    import numpy as np

    from apexlab_desktop.analysis import distance, reference_line
    from apexlab_desktop.analysis.delta import delta_t
    from apexlab_desktop.analysis.projection import LineTable
    from apexlab_desktop.analysis.session import analyse
    from tests.bench.drive import recorded_session

    session = analyse(recorded_session(N_LAPS, N_SAMPLES / 25.0))
    laps = [lap for lap in session.laps if lap.lap_time_s is not None]
    assert len(laps) == N_LAPS, session.laps
    line = reference_line.build(session.trajectory, session.laps)
    assert line is not None
    table = LineTable(line)
    reference = distance.on_stations(distance.lap_trace(session, laps[0], table), line.station_m)
    shared = np.tile(reference.time_s, (N_LAPS, 1))
    return in_turn(
        lambda: [delta_t(distance.lap_trace(session, lap, table), reference) for lap in laps],
        lambda: [one - reference.time_s for one in shared],
    )


@row(
    "analysis_growth",
    ours="laps and comparison of 40 laps",
    floor="the same of 10 laps",
    holds=4.4,
)
def analysis_growth(_: Path) -> Measured:
    from tests.bench.drive import recorded_session

    many, few = recorded_session(MANY), recorded_session(FEW)
    return in_turn(lambda: _laps_and_comparison(many), lambda: _laps_and_comparison(few))


@row(
    "analysis_whole",
    ours="full analysis of 30 laps x 2.8 min at 25 Hz, after parse",
    floor="writing the resampled output (12 channels at 0.7 m)",
    holds=12,
)
def analysis_whole(_: Path) -> Measured:
    from tests.bench.drive import recorded_session

    raw = recorded_session(N_WHOLE, LONG_LAP_S)
    floor = written_output(_laps_and_comparison(raw).distance_m)
    return in_turn(lambda: _laps_and_comparison(raw), floor)


def written_output(distance_m: FloatArray) -> Callable[[], FloatArray]:
    """Return what writes the channels of all laps at the places of a lap."""
    import numpy as np

    n_stations = int(distance_m[-1] / STATION_STEP_M) + 1
    values = np.linspace(0.0, 1.0, n_stations)

    def write() -> FloatArray:
        # Fresh pages each time: a result lies in memory that the program did not have before,
        # and whether the allocator still holds some would decide over the floor.
        memory = mmap.mmap(-1, N_WHOLE * N_CHANNELS * values.nbytes)
        out = np.frombuffer(memory, np.float64).reshape(N_WHOLE, N_CHANNELS, n_stations)
        out[:] = values
        return out

    return write


def _laps_and_comparison(raw: RawSession) -> Comparison:
    from apexlab_desktop.analysis.comparison import compare_laps
    from apexlab_desktop.analysis.session import analyse

    session = analyse(raw)
    laps = [lap for lap in session.laps if lap.lap_time_s is not None]
    return compare_laps([(session, lap, str(lap.number)) for lap in laps])
