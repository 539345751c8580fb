"""Straights and arcs that meet at once: where they meet, and what a lap over them takes."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.config import STANDARD_GRAVITY_MPS2 as G
from apexlab_desktop.analysis.curvature_jumps import curvature_jumps
from apexlab_desktop.analysis.fitted_line import FittedLine, fit_line, path_along
from apexlab_desktop.analysis.ggv_table import GgvTable, table_from_rows
from apexlab_desktop.analysis.given_points import by_chords
from apexlab_desktop.analysis.optimal_profile import optimal_profile
from apexlab_desktop.analysis.types import FloatArray

RADIUS_M, STRAIGHT_M, PULL_MPS2 = 60.0, 400.0, 8.0
HALF_M = STRAIGHT_M + np.pi * RADIUS_M


def oval(step_m: float, first_m: float = 0.0, decimals: int = 12) -> tuple[FloatArray, FloatArray]:
    n = round(2.0 * HALF_M / step_m)
    half, along = np.divmod((first_m + np.arange(n) * 2.0 * HALF_M / n) % (2.0 * HALF_M), HALF_M)
    turn = np.maximum(along - STRAIGHT_M, 0.0) / RADIUS_M
    east = np.minimum(along, STRAIGHT_M) + RADIUS_M * np.sin(turn)
    north = RADIUS_M * (1.0 - np.cos(turn))
    x = np.where(half == 0, east, STRAIGHT_M - east)
    y = np.where(half == 0, north, 2.0 * RADIUS_M - north)
    rounded = np.asarray(np.round([x, y], decimals), dtype=np.float64)
    return rounded[0], rounded[1]


def car() -> GgvTable:
    share = np.sin(np.linspace(0.0, 0.5 * np.pi, 41))
    rows = [
        (v, G * u, PULL_MPS2 * root, -G * root)
        for v in (0.0, 90.0)
        for u, root in zip(share, np.sqrt(1.0 - share**2), strict=True)
    ]
    return table_from_rows(*np.array(rows).T)


def lap_time_s(x: FloatArray, y: FloatArray) -> float:
    return optimal_profile(path_along(fit_line(x, y, 1.0)), car()).lap_time_s


def exact_s() -> float:
    """Return up at the pull, down at g, steady in the bends."""
    slow = np.sqrt(G * RADIUS_M)
    up_m = STRAIGHT_M * G / (PULL_MPS2 + G)
    top = np.sqrt(slow**2 + 2.0 * PULL_MPS2 * up_m)
    straight_s = (top - slow) * (1.0 / PULL_MPS2 + 1.0 / G)
    return float(2.0 * (straight_s + np.pi * RADIUS_M / slow))


@pytest.mark.parametrize("first_m", [0.0, 0.7, 1.6])
@pytest.mark.parametrize("step_m", [1.0, 2.0, 5.0, 10.0])
def test_oval_takes_the_time_of_its_closed_form(step_m: float, first_m: float) -> None:
    assert lap_time_s(*oval(step_m, first_m)) == pytest.approx(exact_s(), rel=1e-4)


@pytest.mark.parametrize("step_m", [1.0, 2.0, 5.0, 10.0])
def test_oval_in_millimetres_takes_the_same_time(step_m: float) -> None:
    assert lap_time_s(*oval(step_m, 0.3, decimals=3)) == pytest.approx(exact_s(), rel=6e-4)


@pytest.mark.parametrize("decimals", [12, 3])
@pytest.mark.parametrize("step_m", [2.0, 5.0])
def test_point_that_stands_first_changes_nothing(step_m: float, decimals: int) -> None:
    x, y = oval(step_m, 0.3, decimals)
    times = [lap_time_s(np.roll(x, -k), np.roll(y, -k)) for k in (0, 1, 17, x.size // 2, -1)]
    assert max(times) - min(times) < 5e-4


def test_line_begins_at_the_first_point() -> None:
    x, y = oval(5.0)
    for k in (0, 40, 150):
        line = fit_line(np.roll(x, -k), np.roll(y, -k), 1.0)
        assert (line.x_m[0], line.y_m[0]) == pytest.approx((x[k], y[k]), abs=0.05)


def bend_at(line: FittedLine, station_m: float) -> float:
    return float(np.interp(station_m, line.station_m, line.curvature_per_m))


def test_curvature_jumps_where_the_arc_begins() -> None:
    line = fit_line(*oval(5.0), 1.0)
    assert bend_at(line, STRAIGHT_M - 0.1) == pytest.approx(0.0, abs=2e-4)
    assert bend_at(line, STRAIGHT_M + 0.1) == pytest.approx(1.0 / RADIUS_M, rel=0.01)


@pytest.mark.parametrize("noise_m", [0.0, 0.02, 0.3])
def test_smooth_line_has_no_jumps(noise_m: float) -> None:
    angle = np.arange(400) * 2.0 * np.pi / 400
    random = np.random.default_rng(5)
    x, y = 300.0 * np.cos(angle), 120.0 * np.sin(angle)
    plan = np.column_stack((x, y)) + noise_m * random.normal(size=(400, 2))
    assert curvature_jumps(by_chords(plan, is_closed=True)) is None


def test_line_may_ask_for_even_steps_only() -> None:
    line = fit_line(*oval(5.0), 1.0, is_even=True)
    assert np.ptp(np.diff(line.station_m)) < 1e-6


def test_open_line_from_a_straight_into_an_arc_jumps_once() -> None:
    x, y = (values[:140] for values in oval(4.0))
    jumps = curvature_jumps(by_chords(np.column_stack((x, y)), is_closed=False))
    assert jumps is not None
    assert jumps.at_m == pytest.approx([STRAIGHT_M], abs=0.05)
