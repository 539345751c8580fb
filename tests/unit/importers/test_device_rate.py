"""The rate of a device beside the receiver, from rows whose truth is known by construction."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from apexlab_desktop.importers.device_rate import device_rate_hz

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


def instants(rate_hz: float, start_s: float = 0.0) -> IntArray:
    return np.rint(np.arange(start_s, 120.0, 1.0 / rate_hz) * 1e3).astype(np.int64) * 1_000


def engine_speed(time_us: IntArray) -> FloatArray:
    time_s = time_us / 1e6
    return np.rint(3_000.0 + 800.0 * np.sin(1.1 * time_s) + 300.0 * np.sin(5.0 * time_s))


def rows(device_hz: float, kind: str, others: IntArray) -> tuple[IntArray, FloatArray, BoolArray]:
    """Return times, an engine speed and the fixes of a 25 Hz receiver, the device and others."""
    fixes_us, own_us = instants(25.0), instants(device_hz, 0.013)
    time_us = np.unique(np.concatenate([fixes_us, own_us, others]))
    time_us = time_us[(time_us >= own_us[0]) & (time_us <= own_us[-1])]
    if kind == "interpolated":
        values = np.round(np.interp(time_us, own_us, engine_speed(own_us)), 5)
    elif kind == "held":
        values = engine_speed(own_us)[np.searchsorted(own_us, time_us, side="right") - 1]
    else:
        values = engine_speed(time_us)
    stored = values.astype(np.float32).astype(np.float64)
    return time_us, stored, np.isin(time_us, fixes_us)


NOBODY = np.zeros(0, dtype=np.int64)


def irregular() -> IntArray:
    steps_s = np.random.default_rng(1).uniform(0.02, 0.09, 1_900)
    return np.rint(np.cumsum(steps_s) * 1e3).astype(np.int64) * 1_000


@pytest.mark.parametrize("device_hz", [5.0, 7.0, 10.0, 20.0, 50.0, 100.0])
@pytest.mark.parametrize("kind", ["interpolated", "held", "made anew at every row"])
def test_rows_that_are_left_without_the_fixes_tell_the_rate(device_hz: float, kind: str) -> None:
    time_us, values, is_fix = rows(device_hz, kind, NOBODY)
    found_hz = device_rate_hz(time_us, [values], is_fix, is_alone=True)
    assert found_hz == pytest.approx(device_hz, abs=0.11)


@pytest.mark.parametrize("device_hz", [5.0, 7.0, 10.0, 20.0])
@pytest.mark.parametrize("kind", ["interpolated", "held"])
def test_beside_others_the_bends_or_the_steps_tell_it(device_hz: float, kind: str) -> None:
    time_us, values, is_fix = rows(device_hz, kind, irregular())
    found_hz = device_rate_hz(time_us, [values], is_fix, is_alone=False)
    assert found_hz == pytest.approx(device_hz, abs=0.11)


def test_values_made_anew_at_every_row_beside_others_tell_no_rate() -> None:
    time_us, values, is_fix = rows(7.0, "made anew at every row", irregular())
    assert device_rate_hz(time_us, [values], is_fix, is_alone=False) is None


def test_a_quantity_that_stands_still_tells_no_rate() -> None:
    time_us, values, is_fix = rows(7.0, "held", irregular())
    still = np.full_like(values, 90.0)
    assert device_rate_hz(time_us, [still], is_fix, is_alone=False) is None
    moving_hz = device_rate_hz(time_us, [still, values], is_fix, is_alone=False)
    assert moving_hz == pytest.approx(7.0, abs=0.11)
