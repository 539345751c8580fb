"""The reference line against shapes in closed form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis import reference_line
from apexlab_desktop.analysis.config import DEFAULT_CONFIG
from apexlab_desktop.analysis.types import AnalysedSession, ReferenceLine
from tests.unit.analysis.drives import drive, figure_eight, oval, polyline_shape, steady


def line_of(session: AnalysedSession) -> ReferenceLine:
    line = reference_line.build(session.trajectory, session.laps)
    assert line is not None
    return line


def circle(radius_m: float) -> AnalysedSession:
    shape, length_m = polyline_shape([(2 * np.pi * radius_m, 2 * np.pi)])
    time_s, station_m = steady(length_m, 3, min(3.0 * np.sqrt(radius_m), 50.0), 10.0)
    return drive(shape, length_m, time_s=time_s, station_m=station_m)


@pytest.mark.parametrize("radius_m", [12.0, 50.0, 300.0])
def test_circle_has_its_length_curvature_and_turn(radius_m: float) -> None:
    line = line_of(circle(radius_m))
    assert line.is_closed
    # Smoothing takes 5 cm off the tightest one.
    assert line.length_m == pytest.approx(2 * np.pi * radius_m, rel=5e-3)
    assert np.allclose(line.curvature_per_m, 1.0 / radius_m, rtol=0.01)
    assert line.heading_rad[-1] - line.heading_rad[0] == pytest.approx(2 * np.pi, abs=1e-6)


def test_grid_is_0_7_m_with_the_end_point() -> None:
    line = line_of(circle(50.0))
    steps = np.diff(line.station_m)
    assert np.allclose(steps[:-1], 0.7)
    assert 0.0 < steps[-1] <= 0.7 + 1e-9
    assert line.station_m[-1] == line.length_m
    assert np.hypot(line.x_m[-1] - line.x_m[0], line.y_m[-1] - line.y_m[0]) < 1e-6


def test_oval_is_followed_within_centimetres_and_starts_at_the_line() -> None:
    shape, length_m = oval()
    time_s, station_m = steady(length_m, 3, 24.0, 10.0)
    line = line_of(drive(shape, length_m, time_s=time_s, station_m=station_m))
    x, y, heading = shape(line.station_m * length_m / line.length_m)
    across = -np.sin(heading) * (line.x_m - x) + np.cos(heading) * (line.y_m - y)
    assert np.abs(across).max() < 0.15  # the corner where a straight meets an arc is rounded
    assert np.hypot(line.x_m[0], line.y_m[0]) < 0.02


def test_curvature_is_continuous_where_straight_meets_arc() -> None:
    shape, length_m = oval()
    time_s, station_m = steady(length_m, 3, 24.0, 25.0)
    line = line_of(drive(shape, length_m, time_s=time_s, station_m=station_m))
    assert np.abs(np.diff(line.curvature_per_m)).max() < 0.1 / 60.0


def test_figure_eight_turns_by_nothing() -> None:
    shape, length_m = figure_eight()
    time_s, station_m = steady(length_m, 3, 30.0, 10.0)
    line = line_of(drive(shape, length_m, time_s=time_s, station_m=station_m))
    assert line.is_closed
    assert line.heading_rad[-1] - line.heading_rad[0] == pytest.approx(0.0, abs=1e-6)
    assert line.length_m == pytest.approx(length_m, rel=2e-3)


def test_point_to_point_gives_an_open_line() -> None:
    shape, length_m = polyline_shape([(300.0, 0.0), (150.0, 1.5), (300.0, 0.0)])
    time_s = np.linspace(0.0, 35.0, 351)
    # Short of the end by nothing that matters: there the shape begins again at its start.
    station_m = time_s * length_m / 35.0 * (1.0 - 1e-9)
    session = drive(shape, length_m, time_s=time_s, station_m=station_m, laps=[(0.0, 35.0)])
    line = line_of(session)
    assert not line.is_closed
    assert line.length_m == pytest.approx(length_m, rel=2e-3)
    assert np.hypot(line.x_m[0], line.y_m[0]) < 0.05


def test_median_of_laps_ignores_one_wide_lap() -> None:
    shape, length_m = oval()
    time_s, station_m = steady(length_m, 5, 24.0, 10.0)
    lap, phase = np.divmod(station_m / length_m, 1.0)
    offset_m = np.where(lap == 2, 6.0, 0.5 * np.sin(lap)) * np.sin(np.pi * phase) ** 2
    line = line_of(drive(shape, length_m, time_s=time_s, station_m=station_m, offset_m=offset_m))
    x, y, heading = shape(line.station_m * length_m / line.length_m)
    across = -np.sin(heading) * (line.x_m - x) + np.cos(heading) * (line.y_m - y)
    assert np.abs(across[100:-100]).max() < 0.6


def test_one_lap_is_enough() -> None:
    session = circle(50.0)
    line = reference_line.build(session.trajectory, session.laps[:1])
    assert line is not None
    assert line.position_sigma_m is None


def test_clean_laps_come_before_faster_dirty_ones() -> None:
    session = circle(50.0)
    assert session.trajectory is not None
    dirty = replace(session.laps[0], is_clean=False, lap_time_s=1.0)
    chosen = reference_line._laps_for_line(
        session.trajectory, [dirty, *session.laps[1:]], DEFAULT_CONFIG
    )
    assert dirty not in chosen


def test_no_position_or_no_lap_gives_no_line() -> None:
    session = circle(50.0)
    assert session.trajectory is not None
    blind = replace(session.trajectory, x_m=session.trajectory.x_m * np.nan)
    assert reference_line.build(None, session.laps) is None
    assert reference_line.build(blind, session.laps) is None
    assert reference_line.build(session.trajectory, []) is None


def test_scatter_of_the_laps_tells_the_receivers_drift() -> None:
    shape, length_m = oval()
    time_s, station_m = steady(length_m, 9, 24.0, 10.0)
    session = drive(shape, length_m, time_s=time_s, station_m=station_m, sigma_m=0.8)
    steady_line = line_of(session)
    assert steady_line.position_sigma_m is not None
    assert steady_line.position_sigma_m < 0.35  # stated 0.8, but nine laps agree to centimetres
