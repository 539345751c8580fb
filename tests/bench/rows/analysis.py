"""Laps on one line and their deltas, after the file has been read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.harness import Measured, in_turn, row

if TYPE_CHECKING:
    from apexlab_desktop.analysis.types import RawSession

N_LAPS = 50
N_STATIONS = 5281
SUBTRACTION = "subtraction on a shared grid"
FEW, MANY = 10, 40


@row("delta_by_distance", ours="delta of 50 laps by distance", floor=SUBTRACTION, holds=6)
def delta_by_distance(_: Path) -> Measured:
    import numpy as np

    from apexlab_desktop.analysis.delta import delta_t
    from apexlab_desktop.analysis.types import LapTrace

    random = np.random.default_rng(5)
    grid = 0.7 * np.arange(N_STATIONS, dtype=np.float64)

    def lap() -> LapTrace:
        station = grid + random.uniform(-0.3, 0.3, grid.size)
        station[[0, -1]] = grid[[0, -1]]
        time_s = np.cumsum(random.uniform(0.01, 0.03, grid.size))
        return LapTrace(
            station_m=station, time_s=time_s, session_time_s=time_s, lateral_offset_m=0 * time_s,
            station_sigma_m=1.0, method="projection",
        )  # fmt: skip

    laps, reference = [lap() for _ in range(N_LAPS)], lap()
    on_grid = LapTrace(
        station_m=grid, time_s=reference.time_s, session_time_s=reference.session_time_s,
        lateral_offset_m=reference.lateral_offset_m, station_sigma_m=1.0, method="projection",
    )  # fmt: skip
    shared = np.stack([one.time_s for one in laps])
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

    session = analyse(recorded_session(N_LAPS))
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
    from apexlab_desktop.analysis.comparison import compare_laps
    from apexlab_desktop.analysis.session import analyse
    from tests.bench.drive import recorded_session

    many, few = recorded_session(MANY), recorded_session(FEW)

    def work(raw: RawSession) -> None:
        session = analyse(raw)
        laps = [lap for lap in session.laps if lap.lap_time_s is not None]
        compare_laps([(session, lap, str(lap.number)) for lap in laps])

    return in_turn(lambda: work(many), lambda: work(few))
