"""What must hold of the laps of every drive (algorithms.md 3.2)."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apexlab_desktop.analysis import session
from apexlab_desktop.analysis.types import FloatArray, StartLine
from tests.oracle.synth_raw import analytic_session

RADIUS_M = 120.0


@st.composite
def circle_times(draw: st.DrawFn) -> tuple[FloatArray, FloatArray]:
    """Return fixes on a circle at any rate, phase and slowly changing speed: times and angles."""
    rate_hz = draw(st.sampled_from([1.0, 5.0, 10.0, 25.0]))
    mean_mps = draw(st.floats(min_value=15.0, max_value=60.0))
    swing = draw(st.floats(min_value=0.0, max_value=0.2))
    start_rad = draw(st.floats(min_value=-3.0, max_value=-0.5))
    time_s = np.arange(0.0, 200.0, 1.0 / rate_hz)
    phase = 2.0 * np.pi * time_s / 40.0
    way_m = mean_mps * (time_s + swing * 40.0 / (2.0 * np.pi) * (1.0 - np.cos(phase)))
    return time_s, start_rad + way_m / RADIUS_M


@given(circle_times())
@settings(max_examples=30)
def test_laps_tile_the_time_between_the_first_and_the_last_crossing(
    drive: tuple[FloatArray, FloatArray],
) -> None:
    time_s, angle_rad = drive

    def motion(_: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        speed = RADIUS_M * np.gradient(angle_rad, time_s)
        x, y = RADIUS_M * np.cos(angle_rad), RADIUS_M * np.sin(angle_rad)
        return x, y, speed, angle_rad + np.pi / 2.0

    # The line lies at angle 0, where the car heads north.
    line = StartLine(lat_deg=50.0, lon_deg=8.0 + _degrees_east(RADIUS_M), bearing_deg=0.0)
    found = session.analyse(analytic_session(motion, time_s), start_line=line)
    timed = [lap for lap in found.laps if lap.lap_time_s is not None]
    whole = int(np.floor(angle_rad[-1] / (2.0 * np.pi)) - np.floor(angle_rad[0] / (2.0 * np.pi)))
    if 2.0 * np.pi * RADIUS_M / (RADIUS_M * np.max(np.gradient(angle_rad, time_s))) > 10.0:
        assert len(timed) == whole - 1
    for before, after in itertools.pairwise(found.laps):
        assert before.end_s == after.start_s
    if timed:
        total_s = sum(lap.lap_time_s for lap in timed if lap.lap_time_s is not None)
        assert total_s == pytest.approx(timed[-1].end_s - timed[0].start_s, abs=1e-6)


def _degrees_east(way_m: float) -> float:
    """Return the longitude that many metres are worth at 50 degrees north (WGS-84)."""
    e2 = 6.69437999014e-3
    sin = np.sin(np.radians(50.0))
    normal_m = 6378137.0 / np.sqrt(1.0 - e2 * sin**2)
    return float(np.degrees(way_m / (normal_m * np.cos(np.radians(50.0)))))
