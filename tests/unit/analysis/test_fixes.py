from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.fixes import true_fix_mask
from apexlab_desktop.analysis.types import BoolArray, FloatArray


def _merged(
    rate_hz: float, other_hz: float, phase_s: float = 0.013
) -> tuple[FloatArray, FloatArray, FloatArray, BoolArray]:
    """Rows at the instants of two devices; positions interpolated between fixes, as written."""
    fix_us = np.rint(np.arange(0, 60, 1 / rate_hz) * 1e6).astype(np.int64) + 440_000
    other_us = np.rint((np.arange(0, 60, 1 / other_hz) + phase_s) * 1e6).astype(np.int64)
    rows_us = np.unique(np.concatenate((fix_us, (other_us + 440_000) // 1000 * 1000)))
    rows_us = rows_us[(rows_us >= fix_us[0]) & (rows_us <= fix_us[-1])]
    fix_s = fix_us / 1e6
    lat = 50.0 + 0.001 * np.sin(fix_s / 3.0)  # about 12 m/s2
    lon = 8.0 + 0.0015 * np.cos(fix_s / 3.5)
    time_s = rows_us / 1e6
    return (
        time_s,
        np.round(np.interp(time_s, fix_s, lat), 7),
        np.round(np.interp(time_s, fix_s, lon), 7),
        np.isin(rows_us, fix_us),
    )


@pytest.mark.parametrize("rate_hz", [1.0, 5.0, 10.0, 20.0, 25.0])
@pytest.mark.parametrize("is_stated", [True, False])
def test_merged_rows_give_back_exactly_the_fixes(rate_hz: float, *, is_stated: bool) -> None:
    time_s, lat, lon, is_fix = _merged(rate_hz, 7.3)
    mask = true_fix_mask(time_s, lat, lon, rate_hz=rate_hz if is_stated else None)
    np.testing.assert_array_equal(mask, is_fix)


def test_held_rows_repeat_the_fix_before_them() -> None:
    time_s = np.arange(50) / 50.0
    lat = np.repeat(50.0 + np.arange(10) * 1e-5, 5)
    mask = true_fix_mask(time_s, lat, np.full(50, 8.0))
    assert np.flatnonzero(mask).tolist() == list(range(0, 50, 5))


def test_pure_fixes_are_all_fixes() -> None:
    time_s = np.arange(100) / 10.0
    mask = true_fix_mask(time_s, 50.0 + 1e-4 * np.sin(time_s), 8.0 + 1e-4 * time_s)
    assert mask.all()


def test_irregular_fixes_are_where_the_path_bends() -> None:
    rng = np.random.default_rng(2)
    fix_s = np.round(np.cumsum(rng.uniform(0.7, 1.6, 40)), 3)
    rows_s = np.unique(np.concatenate((fix_s, np.arange(fix_s[0], fix_s[-1], 0.25) + 0.0004)))
    lat = 50.0 + 0.001 * np.sin(fix_s / 3)
    lon = 8.0 + 0.001 * np.cos(fix_s / 2)
    mask = true_fix_mask(rows_s, np.interp(rows_s, fix_s, lat), np.interp(rows_s, fix_s, lon))
    np.testing.assert_array_equal(mask, np.isin(rows_s, fix_s))


def test_rows_without_a_position_are_no_fixes() -> None:
    nothing = np.full(5, np.nan)
    assert not true_fix_mask(np.arange(5.0), nothing, nothing).any()
    assert true_fix_mask(np.zeros(0), np.zeros(0), np.zeros(0)).size == 0
