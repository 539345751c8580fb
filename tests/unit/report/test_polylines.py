from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.formatting import plain
from apexlab_desktop.report.polylines import (
    View,
    equal_runs,
    finite_runs,
    polyline,
    simplified,
)
from apexlab_desktop.report.scales import Axis, distance_axis, value_axis

UNIT = Axis(low=0.0, high=1.0, ticks=(), zero=0.0)


def view(n_columns: int = 300) -> View:
    return View(x=UNIT, y=UNIT, n_columns=n_columns, n_rows=60.0)


def farthest(points: FloatArray, line: FloatArray) -> float:
    """Return the greatest distance of a point to the nearest piece of a line, all pieces tried."""
    start, along = line[:-1], np.diff(line, axis=0)
    away = points[:, None, :] - start
    share = np.clip((away * along).sum(axis=2) / (along**2).sum(axis=1), 0.0, 1.0)
    return float(np.linalg.norm(away - share[..., None] * along, axis=2).min(axis=1).max())


def test_a_straight_line_needs_its_two_ends() -> None:
    x = np.linspace(0.0, 1.0, 5_000)
    (run,) = polyline(x, 0.25 + 0.5 * x, view())
    np.testing.assert_allclose(run, [[0.0, 0.25], [1.0, 0.75]])


def test_a_smooth_line_keeps_its_shape_with_few_points() -> None:
    x = np.linspace(0.0, 1.0, 5_000)
    y = 0.5 + 0.4 * np.sin(20.0 * x)
    (run,) = polyline(x, y, view())
    assert len(run) < 300
    drawn = np.array((300.0, 60.0))
    assert farthest(np.stack((x, y), axis=1) * drawn, run * drawn) <= 0.1


def test_a_steep_slope_has_no_steps() -> None:
    x = np.linspace(0.0, 1.0, 5_000)
    y = np.clip((x - 0.5) * 40.0 + 0.5, 0.0, 1.0)
    (run,) = polyline(x, y, view(n_columns=50))
    assert len(run) == 4


def test_noise_keeps_its_peak_and_stays_small() -> None:
    x = np.linspace(0.0, 1.0, 20_000)
    y = 0.5 + 0.1 * np.sin(np.arange(20_000) * 2.3)
    y[12_345] = 0.97
    (run,) = polyline(x, y, view())
    assert len(run) <= 4 * 300
    assert abs(run[:, 1].max() - 0.97) < 0.1 / 60.0


def test_slight_noise_on_a_slope_makes_no_steps() -> None:
    x = np.linspace(0.0, 1.0, 5_000)
    wave = 0.5 + 0.45 * np.sin(40.0 * x)
    y = wave + 0.002 * np.sin(np.arange(5_000) * 2.3)
    (run,) = polyline(x, y, view())
    assert np.all(np.diff(run[:, 0]) > 0.0)
    drawn = np.array((300.0, 60.0))
    assert farthest(np.stack((x, y), axis=1) * drawn, run * drawn) <= 0.5


def test_a_missing_stretch_breaks_the_line() -> None:
    x = np.linspace(0.0, 1.0, 101)
    y = np.full(101, 0.5)
    y[40:60] = np.nan
    first, second = polyline(x, y, view())
    assert first[-1, 0] == x[39]
    assert second[0, 0] == x[60]


def test_nothing_known_draws_nothing() -> None:
    assert polyline(np.array([0.0, 1.0]), np.full(2, np.nan), view()) == ()


def test_values_stand_where_the_axes_say() -> None:
    axes = View(
        x=distance_axis(2.0, "km"),
        y=value_axis(0.0, 100.0, label=plain, least=10.0),
        n_columns=300,
        n_rows=60.0,
    )
    (run,) = polyline(np.array([0.0, 2.0]), np.array([0.0, 100.0]), axes)
    np.testing.assert_allclose(run[:, 0], [0.0, 1.0])
    np.testing.assert_allclose(axes.y.low + run[:, 1] * axes.y.span, [0.0, 100.0], atol=1e-9)


def test_simplified_keeps_a_closed_line_apart_from_its_chord() -> None:
    angle = np.linspace(0.0, 2.0 * np.pi, 401)
    circle = np.stack((np.cos(angle), np.sin(angle)), axis=1)
    assert len(simplified(circle, 0.01)) > 10


def test_runs_of_one_sample_are_left_out() -> None:
    is_finite = np.array([True, False, True, True, True, False, True, True])
    assert finite_runs(is_finite) == [slice(2, 5), slice(6, 8)]


def test_equal_runs_meet_each_other() -> None:
    assert equal_runs(np.array([3, 3, 5, 5, 5, 2])) == [slice(0, 3), slice(2, 6), slice(5, 6)]
