"""Which group carries the motion, and what its columns are worth."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis import motion_source
from apexlab_desktop.analysis.config import DEFAULT_CONFIG as CONFIG
from apexlab_desktop.analysis.types import Channel, ChannelGroup, RawSession, Severity

N = 50


def group(name: str, *names: str, n: int = N, value: float = 1.0) -> ChannelGroup:
    return ChannelGroup(
        name=name,
        time_us=100_000 * np.arange(n, dtype=np.int64),
        channels=tuple(Channel(name=one, values=np.full(n, value)) for one in names),
    )


def chosen(*groups: ChannelGroup) -> str | None:
    found = motion_source.primary_group(RawSession(format="x", groups=groups))
    return None if found is None else found.name


POSITION = ("lat_deg", "lon_deg")


def test_position_with_speed_goes_before_position_and_that_before_speed() -> None:
    both = group("both", *POSITION, "speed_mps", n=10)
    place = group("place", *POSITION, n=100)
    speed = group("speed", "speed_mps", n=1000)
    assert chosen(speed, place, both) == "both"
    assert chosen(speed, place) == "place"
    assert chosen(speed) == "speed"


def test_of_equals_the_one_with_more_samples_is_taken() -> None:
    assert chosen(group("few", *POSITION, n=10), group("many", *POSITION, n=20)) == "many"


def test_columns_without_values_do_not_count() -> None:
    empty = group("empty", *POSITION, "speed_mps", value=np.nan)
    assert chosen(empty, group("speed", "speed_mps")) == "speed"
    assert chosen(empty) is None
    assert chosen(group("half", "lat_deg")) is None


def test_plane_lies_around_the_median_fix() -> None:
    samples, origin = motion_source.columns(group("gps", *POSITION, value=50.0))
    assert origin == (50.0, 50.0)
    assert samples.x_m == pytest.approx(0.0, abs=1e-6)
    assert samples.has_position
    assert np.isnan(samples.speed_mps).all()


def test_metres_of_a_simulator_are_taken_as_they_are() -> None:
    samples, origin = motion_source.columns(group("sim", "x_m", "y_m", value=7.0))
    assert origin is None
    assert samples.y_m == pytest.approx(7.0)


@pytest.mark.parametrize(
    ("names", "value", "period_s", "sigma_m"),
    [
        (("position_accuracy_m",), 1.0, 0.1, np.sqrt(0.5)),
        (("position_accuracy_m",), 0.001, 0.1, motion_source.LEAST_SIGMA_M),
        (("dop_horizontal",), 1.0, 0.1, np.sqrt(0.5)),
        (("dop_horizontal",), 0.1, 0.1, 0.3),
        (("dop_horizontal",), 99.0, 0.1, 10.0),
        ((), 0.0, 0.1, CONFIG.slow_position_sigma_m),
        ((), 0.0, 1.0, CONFIG.phone_position_sigma_m),
    ],
)
def test_position_error_is_as_stated_else_by_class(
    names: tuple[str, ...], value: float, period_s: float, sigma_m: float
) -> None:
    one = group("gps", *names, value=value)
    got = motion_source.position_sigma(one, period_s, is_sim=False)
    assert got == pytest.approx(sigma_m)


def test_simulators_are_exact() -> None:
    assert motion_source.position_sigma(group("sim"), 0.02, is_sim=True) == 0.01


def test_receipt_is_silent_about_nothing_and_counts_the_rest() -> None:
    receipt = motion_source.Receipt()
    receipt.note("frozen_fixes", Severity.LOST, np.zeros(0), "frozen")
    receipt.note("no_fix", Severity.LOST, np.array([1.0, 2.5]), "without a fix")
    (notice,) = receipt.notices
    assert (notice.code, notice.count, notice.first_s, notice.last_s) == ("no_fix", 2, 1.0, 2.5)
    assert notice.detail == "2 without a fix"
