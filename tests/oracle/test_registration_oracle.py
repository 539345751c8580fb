"""Sessions of two receivers on one track (algorithms.md 4.4)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis import reference_line, registration, session
from apexlab_desktop.analysis.comparison import compare_laps
from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.errors import AnalysisError
from apexlab_desktop.synth.sensors import GpsFixes
from apexlab_desktop.synth.session import SyntheticSession
from tests.oracle.delta_truth import analysed, timed, true_delta_s, true_laps
from tests.oracle.synth_raw import CIRCUITS, raw_from_fixes, synthetic

SHIFT_M = (2.0, -1.5)
RATE_HZ = 10.0
TRACKS = CIRCUITS[::2]


def _shifted(made: SyntheticSession) -> GpsFixes:
    """Return the fixes of a receiver that is off by `SHIFT_M` all the time."""
    plane = made.track.plane
    x_m, y_m = plane.project(made.gps.lat_deg, made.gps.lon_deg)
    lat_deg, lon_deg = plane.to_lat_lon(x_m + SHIFT_M[0], y_m + SHIFT_M[1])
    return replace(made.gps, lat_deg=lat_deg, lon_deg=lon_deg)


def _mean_error_m(made: SyntheticSession, fixes: GpsFixes) -> FloatArray:
    """Return how far the receiver was off on average while the car was on its laps, shape (2,)."""
    plane, truth = made.track.plane, made.truth
    on_laps = (fixes.time_s > truth.crossings_s[0]) & (fixes.time_s < truth.crossings_s[-1])
    at_s = fixes.time_s[on_laps]
    true = plane.project(
        np.interp(at_s, truth.time_s, truth.lat_deg), np.interp(at_s, truth.time_s, truth.lon_deg)
    )
    told = plane.project(fixes.lat_deg[on_laps], fixes.lon_deg[on_laps])
    return np.array([np.mean(a - b) for a, b in zip(told, true, strict=True)])


@pytest.mark.parametrize("noise", ["none", "good"])
@pytest.mark.parametrize("track", TRACKS)
def test_offset_of_another_receiver_is_recovered(track: str, noise: str) -> None:
    home, away = (synthetic(track, 4, RATE_HZ, seed, noise) for seed in (301, 302))
    first, second = analysed(home, home.gps), analysed(away, _shifted(away))
    line = reference_line.build(first.trajectory, first.laps)
    assert line is not None
    placement, notices = registration.place(registration.in_plane_of(second, line), line)
    assert [notice.code for notice in notices] == ["registration_applied"]
    apart_m = _mean_error_m(away, _shifted(away)) - _mean_error_m(home, home.gps)
    assert placement.shift_x_m == pytest.approx(-apart_m[0], abs=0.3)
    assert placement.shift_y_m == pytest.approx(-apart_m[1], abs=0.3)


@pytest.mark.parametrize("noise", ["none", "good"])
def test_delta_between_receivers_is_as_good_as_within_one(noise: str) -> None:
    rms_s = []
    for track in TRACKS:
        home, away = (synthetic(track, 4, RATE_HZ, seed, noise) for seed in (301, 302))
        first, second = analysed(home, home.gps), analysed(away, _shifted(away))
        reference = timed(first.laps)[0]
        laps = timed(second.laps)
        found = compare_laps([(first, reference, "1"), *((second, lap, "2") for lap in laps)])
        for lap, true in zip(found.laps[1:], true_laps(away), strict=True):
            true_s = true_delta_s(away, true, home, true_laps(home)[0], found.laps[0].time_s)
            rms_s.append(float(np.sqrt(np.mean((lap.delta_t_s - true_s) ** 2))))
    assert np.mean(rms_s) <= 0.015


def _refusal(home: SyntheticSession, away: SyntheticSession, fixes: GpsFixes) -> str:
    """Return why two sessions cannot be compared."""
    first, second = analysed(home, home.gps), analysed(away, fixes)
    with pytest.raises(AnalysisError) as caught:
        compare_laps(
            [(first, timed(first.laps)[0], "home"), (second, timed(second.laps)[0], "away")]
        )
    return str(caught.value)


def test_short_layout_of_the_same_circuit_is_told_apart() -> None:
    full, short = (
        synthetic(track, 3, RATE_HZ, 1, "consumer")
        for track in ("grand-circuit", "grand-circuit-short")
    )
    assert "layout" in _refusal(full, short, short.gps)


def test_other_direction_is_told() -> None:
    there, back = (
        synthetic("club-short", 3, RATE_HZ, 1, "consumer", reverse=reverse)
        for reverse in (False, True)
    )
    assert "direction" in _refusal(there, back, back.gps)


def test_neighbouring_track_of_the_same_length_is_another_one() -> None:
    made = synthetic("kart-bowl", 3, RATE_HZ, 1, "consumer")
    plane = made.track.plane
    x_m, y_m = plane.project(made.gps.lat_deg, made.gps.lon_deg)
    lat_deg, lon_deg = plane.to_lat_lon(x_m + 200.0, y_m)
    beside = session.analyse(raw_from_fixes(replace(made.gps, lat_deg=lat_deg, lon_deg=lon_deg)))
    home = analysed(made, made.gps)
    with pytest.raises(AnalysisError, match="track"):
        compare_laps([(home, timed(home.laps)[0], "1"), (beside, timed(beside.laps)[0], "2")])


def test_receiver_that_is_off_by_five_metres_is_on_the_same_track() -> None:
    made = synthetic("club-long", 3, RATE_HZ, 1, "consumer")
    plane = made.track.plane
    x_m, y_m = plane.project(made.gps.lat_deg, made.gps.lon_deg)
    lat_deg, lon_deg = plane.to_lat_lon(x_m + 3.0, y_m - 4.0)
    home = analysed(made, made.gps)
    away = analysed(made, replace(made.gps, lat_deg=lat_deg, lon_deg=lon_deg))
    reference = timed(home.laps)[0]
    found = compare_laps([(home, reference, "1"), *((away, lap, "2") for lap in timed(away.laps))])
    assert len(found.laps) == 4
