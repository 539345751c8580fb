"""The delta and its band against the generator's truth (algorithms.md 4.3)."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis import session
from apexlab_desktop.analysis.comparison import compare_laps
from apexlab_desktop.analysis.delta import BAND_Z
from apexlab_desktop.analysis.types import FloatArray, LapKind
from tests.oracle.synth_raw import CIRCUITS, raw_session, synthetic, true_start_line

RATES_HZ = [5.0, 10.0, 25.0]
CLAIMED_SHARE = 0.90


def _errors(track: str, rate_hz: float, noise: str) -> list[tuple[FloatArray, FloatArray]]:
    """Return the error of each lap's delta and its sigma on the grid [s].

    Two laps are at one place where their true stations along the centreline agree.
    """
    made = synthetic(track, 4, rate_hz, 1, noise)
    analysed = session.analyse(raw_session(made), start_line=true_start_line(made))
    laps = [lap for lap in analysed.laps if lap.kind is LapKind.TIMED]
    compared = compare_laps([(analysed, lap, str(lap.number)) for lap in laps])
    truth = made.truth
    true_laps = [lap for lap in truth.laps if lap.kind == "timed"]

    def station_m(at_s: FloatArray | float) -> FloatArray:
        return np.asarray(np.interp(at_s, truth.time_s, truth.station_m))

    first = true_laps[0]
    reference_s = compared.laps[0].time_s
    # The measured lap time differs from the true one by the noise at the line: shared out evenly.
    reference_s = reference_s * (first.end_s - first.start_s) / reference_s[-1]
    place_m = station_m(first.start_s + reference_s) - station_m(first.start_s)
    found = []
    for lap, true in zip(compared.laps[1:], true_laps[1:], strict=True):
        near = (truth.time_s >= true.start_s - 1.0) & (truth.time_s <= true.end_s + 1.0)
        places_m = place_m + station_m(true.start_s)
        arrival_s = np.interp(places_m, truth.station_m[near], truth.time_s[near]) - true.start_s
        found.append((lap.delta_t_s - (arrival_s - reference_s), lap.delta_t_sigma_s))
    return found


def _of_all_tracks(rate_hz: float, noise: str) -> list[tuple[FloatArray, FloatArray]]:
    return [pair for track in CIRCUITS for pair in _errors(track, rate_hz, noise)]


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize(("noise", "limit_s"), [("none", 0.003), ("good", 0.015)])
def test_delta_is_true_to_the_receiver(noise: str, limit_s: float, rate_hz: float) -> None:
    rms_s = [float(np.sqrt(np.mean(e**2))) for e, _ in _of_all_tracks(rate_hz, noise)]
    assert np.mean(rms_s) <= limit_s


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("noise", ["good", "consumer"])
def test_band_covers_what_it_claims(noise: str, rate_hz: float) -> None:
    shares = [
        float(np.mean(np.abs(e) <= BAND_Z * sigma + 1e-9))
        for e, sigma in _of_all_tracks(rate_hz, noise)
    ]
    assert np.mean(shares) >= CLAIMED_SHARE
