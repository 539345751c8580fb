"""The line through given points: coarse or fine, exact or noisy, closed or open."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.fitted_line import fit_line, path_along
from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.errors import InsufficientDataError

Points = tuple[FloatArray, FloatArray]


def circle(radius_m: float, step_m: float, noise_m: float = 0.0, seed: int = 1) -> Points:
    n = round(2.0 * np.pi * radius_m / step_m)
    angle = np.arange(n) * 2.0 * np.pi / n
    random = np.random.default_rng(seed)
    x, y = radius_m * np.cos(angle), radius_m * np.sin(angle)
    return x + noise_m * random.normal(size=n), y + noise_m * random.normal(size=n)


def ellipse(step_m: float, noise_m: float = 0.0) -> Points:
    dense = np.linspace(0.0, 2.0 * np.pi, 100_001)
    way = np.append(
        0.0, np.cumsum(np.hypot(np.diff(300.0 * np.cos(dense)), np.diff(120.0 * np.sin(dense))))
    )
    n = int(way[-1] / step_m)
    angle = np.interp(np.arange(n) * way[-1] / n, way, dense)
    random = np.random.default_rng(2)
    return (
        300.0 * np.cos(angle) + noise_m * random.normal(size=n),
        120.0 * np.sin(angle) + noise_m * random.normal(size=n),
    )


def figure_eight(n: int) -> Points:
    angle = np.arange(n) * 2.0 * np.pi / n
    return 250.0 * np.sin(angle), 125.0 * np.sin(2.0 * angle)


def clothoid(step_m: float) -> Points:
    """Return 300 m from straight on to a radius of 30 m, by fine sums."""
    fine = np.arange(0.0, 300.0, 0.01) + 0.005
    heading = fine**2 / (2.0 * 9000.0)
    x, y = (np.append(0.0, 0.01 * np.cumsum(part)) for part in (np.cos(heading), np.sin(heading)))
    few = slice(None, None, round(step_m / 0.01))
    return x[few], y[few]


@pytest.mark.parametrize("step_m", [0.2, 1.0, 5.0, 10.0])
@pytest.mark.parametrize("radius_m", [20.0, 100.0])
def test_exact_circle_is_as_round_as_it_is(radius_m: float, step_m: float) -> None:
    line = fit_line(*circle(radius_m, step_m), 1.0)
    assert line.is_closed
    assert line.curvature_per_m == pytest.approx(1.0 / radius_m, rel=1e-3)
    assert line.length_m == pytest.approx(2.0 * np.pi * radius_m, rel=1e-4)


@pytest.mark.parametrize(
    ("step_m", "noise_m"), [(0.2, 0.1), (0.2, 0.3), (1.0, 0.1), (1.0, 0.3), (5.0, 0.1), (5.0, 0.3)]
)
def test_noisy_circle_stays_a_circle(step_m: float, noise_m: float) -> None:
    line = fit_line(*circle(60.0, step_m, noise_m), 1.0)
    error = line.curvature_per_m * 60.0 - 1.0
    assert float(np.sqrt(np.mean(error**2))) < 0.05
    assert line.length_m == pytest.approx(2.0 * np.pi * 60.0, rel=3e-3)


@pytest.mark.parametrize("step_m", [0.5, 1.0, 5.0, 10.0])
def test_points_rounded_to_centimetres_do_not_shake_the_bend(step_m: float) -> None:
    x, y = (np.round(values, 2) for values in circle(100.0, step_m))
    line = fit_line(x, y, 1.0)
    assert line.curvature_per_m == pytest.approx(0.01, rel=0.02)


@pytest.mark.parametrize("step_m", [1.0, 5.0, 10.0])
def test_ellipse_bends_as_its_formula_says(step_m: float) -> None:
    line = fit_line(*ellipse(step_m), 1.0)
    angle = np.arctan2(line.y_m / 120.0, line.x_m / 300.0)
    bend = 300.0 * 120.0 / ((300.0 * np.sin(angle)) ** 2 + (120.0 * np.cos(angle)) ** 2) ** 1.5
    assert line.curvature_per_m == pytest.approx(bend, abs=2e-5)


@pytest.mark.parametrize("noise_m", [0.05, 0.3])
@pytest.mark.parametrize("step_m", [1.0, 5.0])
def test_noisy_ellipse_is_within_a_few_percent(step_m: float, noise_m: float) -> None:
    line = fit_line(*ellipse(step_m, noise_m), 1.0)
    angle = np.arctan2(line.y_m / 120.0, line.x_m / 300.0)
    bend = 300.0 * 120.0 / ((300.0 * np.sin(angle)) ** 2 + (120.0 * np.cos(angle)) ** 2) ** 1.5
    assert float(np.sqrt(np.mean((line.curvature_per_m - bend) ** 2))) < 0.04 * bend.max()


@pytest.mark.parametrize("step_m", [1.0, 5.0, 10.0])
def test_open_clothoid_bends_in_proportion_to_its_length(step_m: float) -> None:
    line = fit_line(*clothoid(step_m), 1.0)
    assert not line.is_closed
    assert line.curvature_per_m == pytest.approx(line.station_m / 9000.0, abs=1.2e-3)


@pytest.mark.parametrize(
    ("points", "turns"),
    [(circle(50.0, 5.0), 1), (ellipse(5.0, 0.3), 1), (figure_eight(300), 0)],
    ids=["circle", "noisy ellipse", "figure eight"],
)
def test_closed_line_turns_once_and_an_eight_not_at_all(points: Points, turns: int) -> None:
    x, y = points
    for sign in (1.0, -1.0):
        turned = path_along(fit_line(x, sign * y, 1.0)).turned_rad
        assert turned == pytest.approx(sign * turns * 2.0 * np.pi, abs=0.005 * 2.0 * np.pi)


def test_line_is_closed_when_its_ends_are_two_spacings_apart() -> None:
    x, y = circle(100.0, 5.0)
    assert fit_line(x[:-1], y[:-1], 1.0).is_closed
    assert not fit_line(x[:-3], y[:-3], 1.0).is_closed


@pytest.mark.parametrize("extra", [1, 2])
def test_end_that_goes_over_the_beginning_again_is_left_out(extra: int) -> None:
    x, y = circle(100.0, 5.0)
    again = fit_line(np.append(x, x[:extra]), np.append(y, y[:extra]), 1.0)
    assert again.length_m == pytest.approx(2.0 * np.pi * 100.0, rel=1e-4)


def test_repeated_points_change_nothing() -> None:
    x, y = circle(100.0, 5.0)
    twice = fit_line(np.repeat(x, 2), np.repeat(y, 2), 1.0)
    assert np.array_equal(twice.curvature_per_m, fit_line(x, y, 1.0).curvature_per_m)


def test_uneven_spacing_of_exact_points_does_no_harm() -> None:
    random = np.random.default_rng(4)
    angle = np.sort(random.uniform(0.0, 2.0 * np.pi, 200))
    line = fit_line(100.0 * np.cos(angle), 100.0 * np.sin(angle), 1.0)
    assert np.median(np.abs(line.curvature_per_m - 0.01)) < 1e-4


def test_slope_and_crest_of_a_hill_are_found() -> None:
    x, y = circle(300.0, 5.0)
    angle = np.arctan2(y, x)
    line = fit_line(x, y, 1.0, z_m=6.0 * np.sin(2.0 * angle))
    along = 2.0 * line.station_m / 300.0
    assert line.grade_rad == pytest.approx(np.arctan(6.0 * 2.0 / 300.0 * np.cos(along)), abs=2e-4)
    bend = -6.0 * (2.0 / 300.0) ** 2 * np.sin(along)
    assert line.vertical_per_m == pytest.approx(bend, abs=1e-5)


def test_way_over_a_hill_is_longer_than_on_the_map() -> None:
    x, y = circle(300.0, 5.0)
    line = fit_line(x, y, 1.0, z_m=10.0 * np.sin(4.0 * np.arctan2(y, x)))
    slope = 10.0 * 4.0 / 300.0 * np.cos(np.linspace(0.0, 2.0 * np.pi, 10_001)[:-1])
    expected = 2.0 * np.pi * 300.0 * float(np.mean(np.hypot(1.0, slope)))
    assert path_along(line).length_m == pytest.approx(expected, rel=1e-4)


def test_other_columns_follow_the_line() -> None:
    x, y = circle(100.0, 5.0)
    line = fit_line(x, y, 1.0, others=np.column_stack((x, y)))
    assert line.others == pytest.approx(np.column_stack((line.x_m, line.y_m)), abs=0.05)


def test_open_line_begins_with_short_steps_for_a_launch() -> None:
    line = fit_line(np.arange(0.0, 200.0, 5.0), np.zeros(40), 1.0)
    steps = np.diff(line.station_m)
    assert steps[0] < 0.001
    assert steps[-1] == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("n", [2, 3, 4])
def test_few_points_in_a_row_are_a_straight(n: int) -> None:
    line = fit_line(np.linspace(0.0, 300.0, n), np.linspace(0.0, 400.0, n), 1.0)
    assert not line.is_closed
    assert line.length_m == pytest.approx(500.0)
    assert line.curvature_per_m == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("n", [3, 4])
def test_few_points_of_an_arc_bend_like_it(n: int) -> None:
    angle = np.linspace(0.0, 0.5, n)
    line = fit_line(100.0 * np.sin(angle), 100.0 * (1.0 - np.cos(angle)), 1.0)
    assert not line.is_closed
    assert line.curvature_per_m == pytest.approx(0.01, rel=0.1)


@pytest.mark.parametrize("x", [(0.0, 0.0, 0.0), (0.0, 50.0, 0.0)], ids=["one place", "and back"])
def test_too_few_points_are_refused(x: tuple[float, ...]) -> None:
    with pytest.raises(InsufficientDataError):
        fit_line(np.array(x), np.zeros(3), 1.0)


def test_very_many_points_are_a_line_all_the_same() -> None:
    line = fit_line(*circle(300.0, 0.005), 1.0)
    assert line.curvature_per_m == pytest.approx(1.0 / 300.0, rel=1e-3)


def test_line_as_long_as_a_country_gets_a_coarser_grid() -> None:
    line = fit_line(*circle(1e8, 1e6), 1.0)
    assert line.station_m.size <= 200_000
    assert line.curvature_per_m == pytest.approx(1e-8, rel=1e-3)
