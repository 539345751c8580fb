"""A run that passes no place twice, in closed form: launch, level speed, slow-down."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis import point_to_point
from apexlab_desktop.analysis.session import analyse
from apexlab_desktop.analysis.types import (
    BoundaryReason,
    Channel,
    ChannelGroup,
    LapKind,
    RawSession,
    Trajectory,
)

LAUNCH_S, ACCEL_MPS2, TOP_MPS, BRAKE_S, BRAKING_MPS2 = 8.0, 4.0, 36.0, 60.0, 6.0
RATE_HZ = 25.0


def straight_session(time_s: np.ndarray, speed_mps: np.ndarray) -> RawSession:
    """Return a drive due east."""
    x_m = np.append(0.0, np.cumsum(0.5 * (speed_mps[1:] + speed_mps[:-1]) / RATE_HZ))
    columns = {"x_m": x_m, "y_m": 0.0 * x_m, "speed_mps": speed_mps, "course_rad": 0.0 * x_m}
    group = ChannelGroup(
        name="gps",
        time_us=np.rint(time_s * 1e6).astype(np.int64),
        rate_hz=RATE_HZ,
        channels=tuple(Channel(name=name, values=values) for name, values in columns.items()),
    )
    return RawSession(format="by-hand", n_samples=time_s.size, groups=(group,))


def run(until_s: float = 75.0, from_s: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return instants and speeds of a car that waits, runs and stops."""
    time_s = np.arange(from_s, until_s, 1.0 / RATE_HZ)
    speed = np.clip(ACCEL_MPS2 * (time_s - LAUNCH_S), 0.0, TOP_MPS)
    speed = np.minimum(speed, np.clip(TOP_MPS - BRAKING_MPS2 * (time_s - BRAKE_S), 0.0, TOP_MPS))
    return time_s, speed


def motion_of(raw: RawSession) -> Trajectory:
    """Return the motion of a raw session."""
    motion = analyse(raw).trajectory
    assert motion is not None
    return motion


def test_the_run_lasts_from_launch_to_slow_down() -> None:
    found = point_to_point.find(motion_of(straight_session(*run())))
    assert found is not None
    # The car passes 1 m/s a quarter of a second after it moved off.
    assert found[0] == pytest.approx(LAUNCH_S + 1.0 / ACCEL_MPS2, abs=0.05)
    assert found[1] == pytest.approx(BRAKE_S, abs=0.6)


def test_the_run_is_the_one_timed_lap() -> None:
    session = analyse(straight_session(*run()))
    assert [(lap.number, lap.kind) for lap in session.laps] == [
        (0, LapKind.OUT),
        (1, LapKind.TIMED),
        (2, LapKind.IN),
    ]
    lap = session.laps[1]
    assert lap.is_valid
    assert (lap.start_reason, lap.end_reason) == (BoundaryReason.LAUNCH, BoundaryReason.SLOW_DOWN)
    assert "point_to_point" in {notice.code for notice in session.notices}


@pytest.mark.parametrize(("from_s", "until_s"), [(20.0, 75.0), (0.0, 55.0)])
def test_a_recording_that_begins_or_ends_at_speed_is_not_timed(
    from_s: float, until_s: float
) -> None:
    session = analyse(straight_session(*run(until_s, from_s)))
    assert [lap.lap_time_s for lap in session.laps] == [None]
