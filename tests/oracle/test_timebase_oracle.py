"""Lap times through a receiver's phase steps, a drifting clock and jitter, against the truth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis import session
from apexlab_desktop.analysis.types import AnalysedSession, FloatArray
from apexlab_desktop.synth.sensors import GpsFixes
from apexlab_desktop.synth.session import SyntheticSession
from tests.oracle.synth_raw import raw_from_fixes, synthetic, true_start_line

LIMIT_S = 0.002
RATES_HZ = (1.0, 5.0, 10.0, 25.0)
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5)


def drive() -> SyntheticSession:
    return synthetic("club-short", 5, 50.0, 1, "none")


def instants(rate_hz: float, share: float) -> FloatArray:
    """When the fixes are taken: from 40 % on, and from 70 % on, `share` of a period later."""
    count = np.arange(int((drive().truth.time_s[-1] - 1.0) * rate_hz) - 1)
    n_steps = np.searchsorted(np.array([0.4, 0.7]) * count.size, count, side="right")
    return np.asarray((count + share * n_steps) / rate_hz, dtype=np.float64)


def jitter(n: int, sigma_s: float, seed: int = 5) -> FloatArray:
    return sigma_s * np.clip(np.random.default_rng(seed).standard_normal(n), -2.5, 2.5)


def fixes(taken_s: FloatArray, noted_s: FloatArray, rate_hz: float) -> GpsFixes:
    """Return exact fixes taken at `taken_s` and noted at `noted_s`, in whole milliseconds.

    Straight lines between the 200 Hz of the truth are within 0.1 mm of it.
    """
    made = drive()
    truth, n = made.truth, taken_s.size
    lat_deg, lon_deg, speed_mps, course_rad = (
        np.interp(taken_s, truth.time_s, values)
        for values in (truth.lat_deg, truth.lon_deg, truth.speed_mps, truth.course_rad)
    )
    return replace(
        made.gps,
        time_s=np.round(noted_s, 3),
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        altitude_m=np.zeros(n),
        speed_mps=speed_mps,
        bearing_deg=90.0 - np.degrees(course_rad),
        n_satellites=np.full(n, 18),
        accuracy_m=np.full(n, 0.5),
        rate_hz=rate_hz,
    )


def analysed(
    taken_s: FloatArray, noted_s: FloatArray, rate_hz: float, without: tuple[str, ...] = ()
) -> AnalysedSession:
    raw = raw_from_fixes(fixes(taken_s, noted_s, rate_hz), without=without)
    return session.analyse(raw, start_line=true_start_line(drive()))


def off_s(found: AnalysedSession) -> FloatArray:
    times_s = [lap.lap_time_s for lap in found.laps if lap.lap_time_s is not None]
    return np.abs(np.array(times_s) - np.diff(drive().truth.crossings_s))


def codes(found: AnalysedSession) -> set[str]:
    return {notice.code for notice in found.notices}


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_phase_steps_of_the_receiver_cost_no_lap_time(rate_hz: float, share: float) -> None:
    taken_s = instants(rate_hz, share)
    found = analysed(taken_s, taken_s, rate_hz)
    assert np.max(off_s(found)) < LIMIT_S
    assert "time_jitter_removed" not in codes(found)


@pytest.mark.parametrize("share", [0.0, *SHARES])
@pytest.mark.parametrize(("rate_hz", "sigma_s"), [(5.0, 0.01), (10.0, 0.01), (25.0, 0.005)])
def test_jitter_of_the_host_costs_no_lap_time(rate_hz: float, sigma_s: float, share: float) -> None:
    """The clock of the host is 10 ppm fast as well: 0.7 ms a lap."""
    taken_s = instants(rate_hz, share)
    noted_s = 1.00001 * taken_s + jitter(taken_s.size, sigma_s)
    found = analysed(taken_s, noted_s, rate_hz)
    assert np.max(off_s(found)) < LIMIT_S
    assert "time_jitter_removed" in codes(found)


@pytest.mark.parametrize("share", [0.0, 0.3])
@pytest.mark.parametrize("without", [(), ("speed_mps", "course_rad")])
@pytest.mark.parametrize(("rate_hz", "sigma_s"), [(1.0, 0.05), (5.0, 0.01), (25.0, 0.005)])
def test_fixes_that_were_taken_unevenly_keep_their_stamps(
    rate_hz: float, sigma_s: float, share: float, without: tuple[str, ...]
) -> None:
    taken_s = instants(rate_hz, share)
    taken_s = np.round(taken_s + jitter(taken_s.size, sigma_s), 3)
    found = analysed(taken_s, taken_s, rate_hz, without)
    assert np.max(off_s(found)) < LIMIT_S
    assert "time_jitter_removed" not in codes(found)
