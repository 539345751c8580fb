"""Envelope and optimal lap against cars and drivers whose limits are known."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from apexlab_desktop.analysis import session as session_analysis
from apexlab_desktop.analysis.grip_envelope import GripEnvelope, envelope_of
from apexlab_desktop.analysis.grip_samples import grip_samples
from apexlab_desktop.analysis.grip_use import MAX_POINTS, grip_use
from apexlab_desktop.analysis.optimal_corners import corner_gaps
from apexlab_desktop.analysis.optimal_session import SessionOptimum, session_optimum
from apexlab_desktop.analysis.road_height import road_grade
from apexlab_desktop.analysis.session_corners import SessionCorners, corners_of
from apexlab_desktop.analysis.track_width import driven_band
from apexlab_desktop.analysis.types import AnalysedSession
from apexlab_desktop.errors import InsufficientDataError
from apexlab_desktop.synth.driver import EXACT_DRIVER, Driver, Fault, FaultKind
from apexlab_desktop.synth.session import SyntheticSession, generate
from apexlab_desktop.synth.vehicles import VEHICLES
from tests.oracle.synth_raw import raw_session, true_start_line

CASES = (("club-short", 11), ("hill-eight", 12), ("grand-circuit", 13), ("kart-bowl", 14))
ROAD = replace(VEHICLES["road"], grip=1.10, lift_area_m2=0.0)


@lru_cache(maxsize=8)
def driven(
    track: str,
    seed: int,
    utilisation: float = 0.97,
    *,
    rate_hz: float = 25.0,
    noise: str = "consumer",
    faults: tuple[Fault, ...] = (),
    laps: int = 5,
) -> tuple[SyntheticSession, AnalysedSession, SessionCorners]:
    session = generate(
        track, laps, rate_hz, seed, noise,
        vehicle=ROAD if track == "club-short" else None,
        driver=replace(Driver(), utilisation=utilisation),
        faults=faults, price_faults=False,
    )  # fmt: skip
    analysed = session_analysis.analyse(raw_session(session), start_line=true_start_line(session))
    return session, analysed, corners_of(analysed)


def envelope(analysed: AnalysedSession, found: SessionCorners) -> GripEnvelope:
    grade = road_grade(analysed, found.comparison)
    return envelope_of(grip_samples(found.comparison, grade))


def optimum(analysed: AnalysedSession, found: SessionCorners) -> SessionOptimum:
    return session_optimum(analysed, found.comparison, corners=found.corners)


@pytest.mark.parametrize(("track", "seed"), CASES)
def test_friction_is_found_to_four_percent(track: str, seed: int) -> None:
    session, analysed, found = driven(track, seed)
    assert envelope(analysed, found).mu == pytest.approx(session.vehicle.grip, rel=0.04)


@pytest.mark.parametrize(("track", "seed"), CASES[:3])
def test_power_and_drag_are_found(track: str, seed: int) -> None:
    session, analysed, found = driven(track, seed)
    car, grip = session.vehicle, envelope(analysed, found)
    # The generator's driver squeezes the pedals: the car pulls a few per cent less than it could.
    assert grip.power_per_mass == pytest.approx(car.power_w / car.mass_kg, rel=0.09)
    drag = 0.5 * 1.225 * car.drag_area_m2 / car.mass_kg
    assert grip.drag_per_m == pytest.approx(drag, rel=0.30)


def test_downforce_shows_as_grip_that_grows_with_speed() -> None:
    session, analysed, found = driven("grand-circuit", 13)
    car = session.vehicle
    true = car.grip * 0.5 * 1.225 * car.lift_area_m2 / car.mass_kg
    assert envelope(analysed, found).lateral_per_m == pytest.approx(true, rel=0.35)


def test_driver_at_85_percent_leaves_a_lower_bound() -> None:
    session, analysed, found = driven("club-short", 11, 0.85)
    grip = envelope(analysed, found)
    assert grip.mu == pytest.approx(0.85 * session.vehicle.grip, rel=0.04)
    assert grip.is_lower_bound
    assert any("lower bound" in reason for reason in grip.reasons)


def test_trap_21_one_wild_sample_does_not_move_the_envelope() -> None:
    _, analysed, found = driven("club-short", 11)
    samples = grip_samples(found.comparison, road_grade(analysed, found.comparison))
    plain = envelope_of(samples)
    wild = np.array(samples.accel_lat_mps2)
    wild[0, 500] = 40.0
    assert envelope_of(replace(samples, accel_lat_mps2=wild)).mu == pytest.approx(
        plain.mu, rel=2e-3
    )


@pytest.mark.parametrize(("track", "seed"), CASES)
def test_optimal_lap_is_faster_than_every_driven_one(track: str, seed: int) -> None:
    _, analysed, found = driven(track, seed)
    best = optimum(analysed, found)
    assert best.is_valid, best.invalid_reasons
    laps = [lap.lap.lap_time_s for lap in found.comparison.laps if lap.lap.is_clean]
    assert best.profile.lap_time_s < min(lap for lap in laps if lap is not None)


def test_trap_18_a_perfect_driver_is_not_slower_than_the_limit_of_his_car() -> None:
    """Nothing is tuned: the laps of an exact driver lie behind the optimum, by what pedals cost."""
    for track in ("club-short", "hill-eight"):
        session = generate(track, 4, 25.0, 3, "good", driver=EXACT_DRIVER, price_faults=False)
        analysed = session_analysis.analyse(
            raw_session(session), start_line=true_start_line(session)
        )
        best = optimum(analysed, corners_of(analysed))
        assert best.is_valid
        assert 1.0 < best.driven_time_s / best.profile.lap_time_s < 1.06


@pytest.mark.parametrize("rate_hz", [10.0, 5.0])
def test_slower_receivers_tell_nearly_the_same_limit(rate_hz: float) -> None:
    _, analysed, found = driven("club-short", 11)
    fast = optimum(analysed, found).profile.lap_time_s
    _, slower, laps = driven("club-short", 11, rate_hz=rate_hz)
    assert optimum(slower, laps).profile.lap_time_s == pytest.approx(fast, rel=0.012)


def test_phone_at_one_fix_per_second_gives_a_reason_instead() -> None:
    _, analysed, found = driven("club-short", 11, rate_hz=1.0, noise="phone")
    with pytest.raises(InsufficientDataError) as caught:
        optimum(analysed, found)
    assert "fixes per second" in caught.value.one_line()


def test_trap_20_slow_corner_is_the_one_that_lost_the_speed() -> None:
    fault = Fault(FaultKind.LOW_MIN_SPEED, 3, 3.0)
    _, clean_session, clean = driven("club-short", 11)
    _, analysed, found = driven("club-short", 11, faults=(fault,))
    before = {g.corner_id: g for g in corner_gaps(optimum(clean_session, clean), clean.corners)}
    after = {g.corner_id: g for g in corner_gaps(optimum(analysed, found), found.corners)}
    grown = {k: after[k].speed_gap_mps - before[k].speed_gap_mps for k in before if k in after}
    worst = max(grown, key=lambda corner: grown[corner])
    assert worst == found.corners[2].id
    assert grown[worst] == pytest.approx(3.0, abs=0.7)


def test_gaps_of_all_corners_come_sorted_with_their_straights() -> None:
    _, analysed, found = driven("club-short", 11)
    best = optimum(analysed, found)
    gaps = corner_gaps(best, found.corners)
    assert len(gaps) == len(found.corners)
    costs = [gap.cost_s for gap in gaps]
    assert costs == sorted(costs, reverse=True)
    lost = best.driven_time_s - best.profile.lap_time_s
    # Corners and the straights behind them are the whole lap but for its approaches.
    assert 0.5 * lost < sum(costs) < 1.1 * lost


def test_use_of_the_envelope_is_told_by_phase_and_corner() -> None:
    _, analysed, found = driven("club-short", 11)
    samples = grip_samples(found.comparison, road_grade(analysed, found.comparison))
    use = grip_use(samples, envelope(analysed, found), found.corners)
    assert use.session.mid is not None
    assert 0.85 < use.session.mid <= 1.0
    assert use.session.limit_ratio is not None
    assert 0.1 < use.session.limit_ratio < 0.9
    assert set(use.corners) == {corner.id for corner in found.corners}
    assert use.points.speed_mps.size <= MAX_POINTS


def test_use_of_grip_is_the_share_that_was_driven() -> None:
    """Against the envelope of a better driver, the laps of a careful one are at 85 %."""
    _, best_session, best = driven("club-short", 11)
    _, analysed, found = driven("club-short", 11, 0.85)
    samples = grip_samples(found.comparison, road_grade(analysed, found.comparison))
    limit = envelope(best_session, best)
    own, other = (grip_use(samples, one).session.mid for one in (envelope(analysed, found), limit))
    assert own is not None
    assert other is not None
    assert other / own == pytest.approx(0.85 / 0.97, abs=0.03)


def test_band_that_was_driven_holds_the_laps() -> None:
    _, _, found = driven("club-short", 11, laps=9)
    left, right = driven_band(found.comparison)
    offsets = np.stack([lap.channels["lateral_offset_m"] for lap in found.comparison.laps])
    inside = (offsets < left + 0.1) & (offsets > -right - 0.1)
    assert float(np.mean(inside)) > 0.97
    assert 0.5 < float(np.median(left + right)) < 4.0


def test_few_laps_do_not_tell_how_wide_the_road_is() -> None:
    _, _, found = driven("club-short", 11)
    with pytest.raises(InsufficientDataError):
        driven_band(found.comparison)
