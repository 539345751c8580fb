"""Segments of a lap, against laps whose tops of speed are known in closed form."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.ui.viewmodels.track_segments import segment_at, speed_tops

GRID_M = np.arange(0.0, 3000.1, 0.7)
WAVE = 45.0 - 15.0 * np.cos(2.0 * np.pi * GRID_M / 600.0)
"""Slowest at the line and every 600 m, fastest 300 m after."""
TOPS_M = [300.0, 900.0, 1500.0, 2100.0, 2700.0]


def test_tops_are_where_the_wave_has_them() -> None:
    assert speed_tops(GRID_M, WAVE) == pytest.approx(TOPS_M, abs=0.7)


def test_noise_makes_no_tops() -> None:
    noisy = WAVE + np.random.default_rng(5).normal(0.0, 0.3, WAVE.size)
    assert speed_tops(GRID_M, noisy) == pytest.approx(TOPS_M, abs=25.0)


def test_missing_speeds_are_passed_over() -> None:
    holes = WAVE.copy()
    holes[(GRID_M > 1200.0) & (GRID_M < 1250.0)] = np.nan
    assert speed_tops(GRID_M, holes) == pytest.approx(TOPS_M, abs=0.7)


@pytest.mark.parametrize(
    ("place_m", "low_m", "high_m"),
    [(0.0, 0.0, 300.0), (100.0, 0.0, 300.0), (1000.0, 900.0, 1500.0), (2999.0, 2700.0, 3000.0),
     (GRID_M[-1], 2700.0, 3000.0)],
)  # fmt: skip
def test_a_segment_reaches_from_top_to_top(place_m: float, low_m: float, high_m: float) -> None:
    assert segment_at(GRID_M, WAVE, place_m) == pytest.approx((low_m, high_m), abs=0.8)


@pytest.mark.parametrize(
    "speed", [np.full(GRID_M.size, 30.0), np.full(GRID_M.size, np.nan), GRID_M / 100.0]
)
def test_without_tops_the_whole_lap_is_one_segment(speed: np.ndarray) -> None:
    assert segment_at(GRID_M, speed, 1500.0) == (GRID_M[0], GRID_M[-1])
