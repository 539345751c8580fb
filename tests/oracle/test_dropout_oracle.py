"""The delta where fixes are missing, and where a velocity led astray, against the truth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pytest

from apexlab_desktop.analysis.comparison import compare_laps
from apexlab_desktop.analysis.delta import BAND_Z
from apexlab_desktop.analysis.types import BoolArray, ComparedLap, FloatArray, IntArray, Lap
from apexlab_desktop.synth.sensors import GpsFixes
from apexlab_desktop.synth.session import SyntheticSession, generate
from apexlab_desktop.synth.truth import TrueLap
from tests.oracle.delta_truth import (
    N_LAPS,
    SENSED_HZ,
    analysed,
    arrivals_s,
    places_m,
    timed,
    true_delta_s,
    true_laps,
)
from tests.oracle.synth_raw import CIRCUITS, every

SHARES = (0.15, 0.35, 0.55, 0.75)
"""Where in the lap fixes go missing; corners and straights of every circuit."""
_BESIDE_S = 3.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Missing:
    """A lap with missing fixes against another; arrays have shape (n_grid,)."""

    lap: ComparedLap
    error_s: FloatArray
    is_inside: BoolArray
    is_beside: BoolArray

    @property
    def is_in_band(self) -> BoolArray:
        return np.asarray(np.abs(self.error_s) <= BAND_Z * self.lap.delta_t_sigma_s)


def _without(fixes: GpsFixes, first_s: float, last_s: float) -> GpsFixes:
    kept = (fixes.time_s <= first_s) | (fixes.time_s >= last_s)
    arrays = {
        name: getattr(fixes, name)[kept]
        for name in fixes.__slots__
        if name not in ("rate_hz", "dropouts_s")
    }
    return replace(fixes, **arrays)


@lru_cache(maxsize=8)
def _made(track: str, noise: str) -> SyntheticSession:
    return generate(track, N_LAPS, SENSED_HZ, 211, noise)


def _missing(track: str, noise: str, share: float, span_s: float) -> Missing:
    """Return the second lap against the first, its fixes missing for a while."""
    made = _made(track, noise)
    first, second, *_ = true_laps(made)
    gone_s = second.start_s + share * (second.end_s - second.start_s)
    found = analysed(made, _without(every(made.gps, 2), gone_s, gone_s + span_s))
    compared = compare_laps([(found, lap, str(lap.number)) for lap in timed(found.laps)])
    reference_s = compared.laps[0].time_s
    place_m = places_m(made, first, reference_s)
    there_s = second.start_s + arrivals_s(made, second, place_m)
    lap = compared.laps[1]
    is_inside = (there_s > gone_s + 0.05) & (there_s < gone_s + span_s - 0.05)
    is_near = (there_s > gone_s - _BESIDE_S) & (there_s < gone_s + span_s + _BESIDE_S)
    is_beside = is_near & ((there_s < gone_s - 0.1) | (there_s > gone_s + span_s + 0.1))
    return Missing(
        lap=lap,
        error_s=lap.delta_t_s - true_delta_s(made, second, made, first, reference_s),
        is_inside=is_inside,
        is_beside=is_beside,
    )


@pytest.mark.parametrize("span_s", [3.0, 5.0, 8.0])
def test_delta_is_unknown_where_fixes_are_missing_for_long(span_s: float) -> None:
    for track in CIRCUITS[1:]:
        one = _missing(track, "good", 0.55, span_s)
        rows = (one.lap.time_s, one.lap.delta_t_s, one.lap.delta_t_sigma_s)
        for row in (*rows, *one.lap.channels.values()):
            assert np.isnan(row[one.is_inside]).all()
        for row in rows:
            assert np.isfinite(row[one.is_beside]).all()
        assert one.lap.delta_t_s[0] == 0.0
        assert one.lap.delta_t_s[-1] == pytest.approx(one.lap.gap_s, abs=1e-9)


@pytest.mark.parametrize("span_s", [0.7, 1.2, 1.8, 4.0, 8.0])
@pytest.mark.parametrize("noise", ["good", "consumer"])
def test_seconds_beside_missing_fixes_are_as_true_as_any(noise: str, span_s: float) -> None:
    found = [_missing(track, noise, share, span_s) for track in CIRCUITS[1:] for share in SHARES]
    beside_s = np.concatenate([one.error_s[one.is_beside] for one in found])
    assert np.sqrt(np.mean(beside_s**2)) <= {"good": 0.006, "consumer": 0.015}[noise]
    assert np.mean([np.mean(one.is_in_band[one.is_beside]) for one in found]) >= 0.9


@pytest.mark.parametrize("span_s", [0.7, 1.2, 1.8])
@pytest.mark.parametrize("noise", ["good", "consumer"])
def test_band_is_honest_over_short_dropouts(noise: str, span_s: float) -> None:
    found = [_missing(track, noise, share, span_s) for track in CIRCUITS for share in SHARES]
    assert np.mean([np.mean(one.is_in_band[one.is_inside]) for one in found]) >= 0.9
    inside, beside = (
        np.mean([np.mean(one.lap.delta_t_sigma_s[where]) for one, where in rows])
        for rows in (
            [(one, one.is_inside) for one in found],
            [(one, one.is_beside) for one in found],
        )
    )
    assert inside > beside


def _at_1_hz(track: str, seed: int, noise: str) -> list[tuple[FloatArray, FloatArray]]:
    """Return error and sigma of every lap against the first, with one fix a second [s].

    A dropout over the line can hide it; two laps in one have no truth.
    """
    made = generate(track, N_LAPS, 1.0, seed, noise)
    found = analysed(made, made.gps)
    laps = [(lap, _truth_of(lap, made)) for lap in timed(found.laps)]
    whole = [(lap, true) for lap, true in laps if true is not None]
    compared = compare_laps([(found, lap, str(lap.number)) for lap, _ in whole])
    reference_s, first = compared.laps[0].time_s, whole[0][1]
    pairs = []
    for lap, (_, true) in zip(compared.laps[1:], whole[1:], strict=True):
        known = np.isfinite(lap.delta_t_s)
        true_s = true_delta_s(made, true, made, first, reference_s[known])
        pairs.append((lap.delta_t_s[known] - true_s, lap.delta_t_sigma_s[known]))
    return pairs


def _truth_of(lap: Lap, made: SyntheticSession) -> TrueLap | None:
    near = [
        true
        for true in true_laps(made)
        if abs(true.start_s - lap.start_s) < 1.0 and abs(true.end_s - lap.end_s) < 1.0
    ]
    return near[0] if near else None


def test_one_fix_a_second_is_enough_for_a_good_receiver(*, is_long: bool) -> None:
    seeds = range(401, 421 if is_long else 404)
    pairs = [pair for one in CIRCUITS for seed in seeds for pair in _at_1_hz(one, seed, "good")]
    rms_s = [np.sqrt(np.mean(error_s**2)) for error_s, _ in pairs]
    assert np.mean(rms_s) <= 0.015
    shares = [np.mean(np.abs(error_s) <= BAND_Z * sigma_s) for error_s, sigma_s in pairs]
    assert np.mean(shares) >= 0.9


@pytest.mark.parametrize("track", CIRCUITS)
def test_band_covers_what_a_phone_makes_of_it(track: str, *, is_long: bool) -> None:
    seeds = range(301, 321 if is_long else 304)
    pairs = [pair for seed in seeds for pair in _at_1_hz(track, seed, "phone")]
    shares = [np.mean(np.abs(error_s) <= BAND_Z * sigma_s) for error_s, sigma_s in pairs]
    assert np.mean(shares) >= 0.85
    assert max(float(np.sqrt(np.mean(error_s**2))) for error_s, _ in pairs) < 0.4


def _with(values: FloatArray, at: IntArray, others: FloatArray) -> FloatArray:
    changed = values.copy()
    changed[at] = others
    return changed


def _straight(values: FloatArray, at: IntArray, ends: list[int], time_s: FloatArray) -> FloatArray:
    return _with(values, at, np.interp(time_s[at], time_s[ends], values[ends]))


@pytest.mark.parametrize("share", SHARES)
def test_course_held_over_a_dropout_moves_no_lap(share: float) -> None:
    """Some loggers go on straight, at the last course, where the receiver said nothing."""
    made = generate("club-long", N_LAPS, 1.0, 126, "consumer")
    first, second, *_ = true_laps(made)
    gone_s = first.start_s + share * (first.end_s - first.start_s)
    fixes = made.gps
    held = np.flatnonzero((fixes.time_s > gone_s) & (fixes.time_s < gone_s + 4.0))
    ends = [held[0] - 1, held[-1] + 1]
    fixes = replace(
        fixes,
        bearing_deg=_with(fixes.bearing_deg, held, fixes.bearing_deg[ends[0]]),
        lat_deg=_straight(fixes.lat_deg, held, ends, fixes.time_s),
        lon_deg=_straight(fixes.lon_deg, held, ends, fixes.time_s),
        speed_mps=_straight(fixes.speed_mps, held, ends, fixes.time_s),
    )
    found = analysed(made, fixes)
    compared = compare_laps([(found, lap, str(lap.number)) for lap in timed(found.laps)])
    reference_s, lap = compared.laps[0].time_s, compared.laps[1]
    error_s = lap.delta_t_s - true_delta_s(made, second, made, first, reference_s)
    there_s = first.start_s + reference_s
    is_away = (there_s < gone_s - 5.0) | (there_s > gone_s + 9.0)
    assert float(np.sqrt(np.mean(error_s[is_away] ** 2))) < 0.06
