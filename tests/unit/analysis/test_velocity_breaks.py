"""Where the way by velocity and the fixes part for good."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.analysis.velocity_breaks import velocity_breaks
from tests.unit.analysis.test_drift import wander


def drift(time_s: FloatArray, seed: int) -> np.typing.NDArray[np.complex128]:
    """Return what a receiver's drift leaves between velocity and fixes [m]."""
    return wander(time_s, seed, 2.5, 45.0) + 1j * wander(time_s, seed + 100, 2.5, 45.0)


@pytest.mark.parametrize("rate_hz", [1.0, 10.0])
def test_way_in_a_wrong_direction_is_found_where_it_was(rate_hz: float) -> None:
    time_s = np.arange(0.0, 600.0, 1.0 / rate_hz)
    gone_m = 40.0 * np.clip((time_s - 300.0) / 4.0, 0.0, 1.0)
    ((first_s, last_s),) = velocity_breaks(time_s, drift(time_s, 1) + gone_m)
    assert 292.0 <= first_s <= 300.0
    assert 304.0 <= last_s <= 312.0


@pytest.mark.parametrize("seed", range(5))
def test_drift_alone_is_no_break(seed: int) -> None:
    time_s = np.arange(0.0, 900.0, 0.5)
    assert velocity_breaks(time_s, drift(time_s, seed)) == []


@pytest.mark.parametrize("burst_s", [1.0, 3.0, 6.0, 10.0])
def test_fixes_that_were_off_and_came_back_say_nothing_about_the_velocity(burst_s: float) -> None:
    time_s = np.arange(0.0, 600.0, 1.0)
    is_off = (time_s >= 300.0) & (time_s < 300.0 + burst_s)
    assert velocity_breaks(time_s, drift(time_s, 2) + np.where(is_off, 25.0, 0.0)) == []


def test_way_that_agrees_exactly_has_no_break() -> None:
    time_s = np.arange(0.0, 100.0, 0.1)
    assert velocity_breaks(time_s, np.zeros(time_s.size, dtype=np.complex128)) == []


@pytest.mark.parametrize("n", [1, 2, 12])
def test_few_samples_cannot_tell(n: int) -> None:
    assert velocity_breaks(np.arange(float(n)), np.zeros(n, dtype=np.complex128)) == []
