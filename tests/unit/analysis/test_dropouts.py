"""Stretches of a lap without fixes: where they are, and how little they leave known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis.dropouts import Dropouts, dropouts_between, dropouts_of
from apexlab_desktop.analysis.types import FloatArray
from tests.unit.analysis.test_drift import motion_of, true_session

RATE_HZ = 10.0


def one(start_s: float, end_s: float, *, is_unknown: bool) -> Dropouts:
    return Dropouts(
        start_s=np.array([start_s]),
        end_s=np.array([end_s]),
        is_unknown=np.array([is_unknown]),
        accel_mps2=4.0,
    )


def without(time_s: FloatArray, first_s: float, last_s: float) -> FloatArray:
    return time_s[(time_s <= first_s) | (time_s >= last_s)]


@pytest.mark.parametrize(("span_s", "is_unknown"), [(0.8, False), (1.9, False), (3.0, True)])
def test_missing_fixes_are_a_dropout_and_long_ones_are_unknown(
    span_s: float, *, is_unknown: bool
) -> None:
    time_s = without(np.arange(0.0, 60.0, 1.0 / RATE_HZ), 20.0, 20.0 + span_s - 1e-6)
    found = dropouts_between(time_s, RATE_HZ)
    assert found.start_s == pytest.approx([20.0])
    assert found.end_s == pytest.approx([20.0 + span_s])
    assert found.is_unknown.tolist() == [is_unknown]


@pytest.mark.parametrize("rate_hz", [1.0, 5.0, 25.0])
def test_fixes_at_their_own_rate_are_none(rate_hz: float) -> None:
    assert dropouts_between(np.arange(0.0, 60.0, 1.0 / rate_hz), rate_hz).start_s.size == 0


def test_filled_samples_are_no_fixes() -> None:
    motion = motion_of(true_session())
    filled = (motion.time_s > 80.05) & (motion.time_s < 81.45)
    found = dropouts_of(replace(motion, is_interpolated=filled), 60.0, 120.0)
    assert found.start_s == pytest.approx([80.0])
    assert found.end_s == pytest.approx([81.5])
    assert dropouts_of(replace(motion, is_interpolated=filled), 100.0, 120.0).start_s.size == 0


def test_dropout_that_reaches_in_from_both_sides_is_seen() -> None:
    motion = motion_of(true_session())
    kept = (motion.time_s < 80.0) | (motion.time_s > 140.0)
    arrays = {
        name: getattr(motion, name)[kept]
        for name in motion.__slots__
        if isinstance(getattr(motion, name), np.ndarray)
    }
    found = dropouts_of(replace(motion, **arrays), 100.0, 120.0)
    assert found.unknown(np.array([100.0, 110.0, 120.0])).all()


def test_only_the_inside_is_unknown() -> None:
    at_s = np.array([9.0, 10.0, 10.1, 14.9, 15.0, 16.0])
    hidden = one(10.0, 15.0, is_unknown=True).unknown(at_s)
    assert hidden.tolist() == [False, False, True, True, False, False]
    assert not one(10.0, 15.0, is_unknown=False).unknown(at_s).any()


def test_place_is_least_known_in_the_middle_and_less_the_longer() -> None:
    sigma_m = one(10.0, 12.0, is_unknown=False).sigma_m(np.linspace(9.0, 13.0, 41))
    assert sigma_m[:11].max() == sigma_m[30:].max() == 0.0
    assert np.argmax(sigma_m) == 20
    longer_m = one(10.0, 14.0, is_unknown=False).sigma_m(np.array([12.0]))
    assert longer_m[0] > 2.0**1.5 * sigma_m.max()


def test_steps_of_a_dropout_over_the_line_are_left_out() -> None:
    time_s = np.array([9.0, 10.0, 10.5, 11.0, 12.0])
    dropout = one(10.0, 11.0, is_unknown=False)
    assert dropout.steps(time_s, np.array([0.0, 50.0])).tolist() == [False, True, True, False]
    assert not dropout.steps(time_s, np.array([10.5])).any()
