"""Splines on even knots against closed forms and scipy's independent solver."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from apexlab_desktop.analysis.spline import (
    natural_spline,
    periodic_spline,
    smooth_open,
    smooth_periodic,
)

RNG = np.random.default_rng(4)


@pytest.mark.parametrize("n", [4, 5, 37, 512])
@pytest.mark.parametrize("derivative", [0, 1, 2])
def test_closed_spline_equals_scipys(n: int, derivative: int) -> None:
    values = RNG.normal(size=n)
    oracle = CubicSpline(np.arange(n + 1) * 0.7, np.append(values, values[0]), bc_type="periodic")
    argument = np.linspace(0.0, 0.7 * n, 333)
    found = periodic_spline(values, 0.7).at(argument, derivative)
    assert np.allclose(found, oracle(argument, derivative), atol=1e-9)


@pytest.mark.parametrize("n", [4, 5, 37, 512])
@pytest.mark.parametrize("derivative", [0, 1, 2])
def test_open_spline_equals_scipys_natural_one(n: int, derivative: int) -> None:
    values = RNG.normal(size=n)
    oracle = CubicSpline(np.arange(n) * 0.7, values, bc_type="natural")
    argument = np.linspace(0.0, 0.7 * (n - 1), 333)
    found = natural_spline(values, 0.7).at(argument, derivative)
    assert np.allclose(found, oracle(argument, derivative), atol=1e-9)


def test_closed_spline_wraps_around() -> None:
    spline = periodic_spline(RNG.normal(size=20), 0.5)
    argument = np.linspace(0.0, 10.0, 50)
    assert np.allclose(spline.at(argument - 30.0), spline.at(argument))


def test_smoothing_keeps_half_of_the_cutoff_wave_and_nearly_all_of_a_long_one() -> None:
    s = np.arange(1_000) * 0.7
    for wavelength, kept in ((10.0, 0.5), (35.0, 1.0 / (1.0 + (10.0 / 35.0) ** 4))):
        n_waves = round(700.0 / wavelength)
        wave = np.sin(2.0 * np.pi * n_waves * s / 700.0)
        assert np.allclose(smooth_periodic(wave, 0.7, 10.0), kept * wave, atol=1e-9)


def test_open_smoothing_keeps_straight_lines_and_end_points() -> None:
    line = 3.0 + 0.25 * np.arange(200.0)
    assert np.allclose(smooth_open(np.asarray(line), 0.7, 20.0), line)
    noisy = line + RNG.normal(size=200)
    smooth = smooth_open(np.asarray(noisy), 0.7, 20.0)
    assert smooth[[0, -1]] == pytest.approx(noisy[[0, -1]])
    assert np.std(smooth[20:-20] - line[20:-20]) < 0.4
