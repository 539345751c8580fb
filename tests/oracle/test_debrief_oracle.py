"""The whole debrief against generated truth: laps alike, wear, poor data, the figure-of-eight."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.debrief import Debrief, debrief
from apexlab_desktop.analysis.degradation import Fuel, TimedLap, Trend, stint_trend, stints
from apexlab_desktop.analysis.findings import Told
from apexlab_desktop.analysis.session import analyse
from apexlab_desktop.analysis.session_corners import corners_of
from apexlab_desktop.analysis.types import AnalysedSession, Lap
from apexlab_desktop.synth import EXACT_DRIVER
from apexlab_desktop.synth.session import SyntheticSession, generate
from tests.oracle.synth_raw import raw_session, true_start_line


def analysed(session: SyntheticSession) -> AnalysedSession:
    return analyse(raw_session(session), start_line=true_start_line(session))


def known(value: float | None) -> float:
    assert value is not None
    return value


def debriefed(session: AnalysedSession) -> Debrief:
    found = corners_of(session)
    rate = session.trajectory.rate_hz if session.trajectory else None
    return debrief(
        found.comparison,
        found.corners,
        [one for row in found.passes for one in row],
        told=Told(rate_hz=rate),
    )


@pytest.fixture(scope="module")
def alike() -> AnalysedSession:
    """Eight laps of a driver who does everything alike, without measurement noise."""
    return analysed(generate("club-short", 8, 25.0, 1, "none", driver=EXACT_DRIVER))


def test_trap_06_laps_that_are_alike_are_all_clean(alike: AnalysedSession) -> None:
    times = [known(lap.lap_time_s) for lap in alike.laps if lap.is_clean]
    assert len(times) == 8
    assert np.ptp(times[1:-1]) < 0.001


def test_laps_that_are_alike_have_the_best_lap_as_ideal_and_nothing_significant(
    alike: AnalysedSession,
) -> None:
    found = debriefed(alike)
    best = known(found.gains.best_lap_s)
    for ideal in (found.ideal.by_sectors, found.ideal.by_corners, found.ideal.rolling):
        assert ideal.time_s == pytest.approx(best, abs=0.05)
        assert known(ideal.time_s) <= best
    assert found.ideal.reachable.time_s == pytest.approx(best, abs=0.05)
    assert not any(one.is_significant for one in found.findings.findings)
    assert known(found.consistency.consistency_score) > 99.0


@pytest.mark.parametrize("track", ["kart-bowl", "hill-eight"])
def test_ideal_laps_are_in_order_on_every_track(track: str) -> None:
    found = debriefed(analysed(generate(track, 6, 10.0, 4, "consumer", price_faults=False)))
    gains = found.gains
    best, reachable = known(gains.best_lap_s), found.ideal.reachable
    assert known(gains.theoretical_s) <= known(gains.composite.time_s) <= best
    assert best <= known(gains.mean_lap_s)
    assert known(found.ideal.rolling.time_s) <= best + 1e-6
    assert known(reachable.composite_s) <= known(reachable.time_s) <= best + 1e-6
    assert (found.sectors.times.time_us.sum(axis=1) == found.sectors.times.lap_us).all()
    costs_s = sum(f.time_cost_s for f in found.findings.findings)
    assert costs_s <= known(gains.consistency_gain_s) + 1e-9


def test_a_rolling_lap_is_the_one_that_was_truly_driven() -> None:
    session = generate("club-short", 8, 25.0, 6, "good", price_faults=False)
    truth = session.truth
    length = session.track.length_m
    first, last = (float(s) for s in truth.station_m[[0, -1]])
    begins = np.arange(0.0, 7.0 * length, 5.0)
    begins = begins[(begins > first) & (begins + length < last)]
    ends = np.interp(begins + length, truth.station_m, truth.time_s)
    driven = ends - np.interp(begins, truth.station_m, truth.time_s)
    found = debriefed(analysed(session)).ideal.rolling
    assert found.time_s == pytest.approx(float(driven.min()), abs=0.03)


def test_one_hertz_gives_times_but_no_finding() -> None:
    found = debriefed(analysed(generate("club-long", 6, 1.0, 2, "good", price_faults=False)))
    assert found.findings.findings == ()
    assert "position a second" in found.findings.reasons[0]
    assert found.gains.has_sufficient_data


def test_one_hertz_tells_no_pedal_without_a_pedal() -> None:
    found = debriefed(analysed(generate("club-short", 6, 1.0, 3, "good", price_faults=False)))
    names = ("brake_point_m", "throttle_pickup_m", "throttle_commit_m", "coast_time_s")
    assert found.passes
    for one in found.passes:
        assert [getattr(one, name) for name in names] == [None] * 4
        assert {"rate_too_low", "dropout"} & set(one.reasons)
        assert "no_throttle_commit" not in one.reasons
    for grades in found.technique.grades:
        assert grades.throttle.letter == "N/A"
    assert any(
        g.throttle.reason == "the receiver is too slow for it" for g in found.technique.grades
    )
    assert found.technique.skill.level is None


def timed(laps: tuple[Lap, ...]) -> list[TimedLap]:
    return [
        TimedLap(number=k.number, start_s=k.start_s, end_s=k.end_s, time_s=k.lap_time_s)
        for k in laps
        if k.is_clean and k.lap_time_s is not None
    ]


def test_wear_is_found_within_0_03_with_the_fuel_taken_off(request: pytest.FixtureRequest) -> None:
    seeds = range(1, 11) if request.config.getoption("--long", default=False) else (1,)
    for seed in seeds:
        fresh = generate("club-short", 20, 10.0, seed, price_faults=False)
        worn = generate("club-short", 20, 10.0, seed, price_faults=False, tyre_wear_per_lap=0.0028)
        both = generate(
            "club-short",
            20,
            10.0,
            seed,
            price_faults=False,
            tyre_wear_per_lap=0.0028,
            fuel_start_kg=55.0,
            fuel_per_lap_kg=2.5,
        )
        age = np.polyfit(np.arange(20), lap_times(worn) - lap_times(fresh), 1)[0]
        fuel = Fuel(per_lap_kg=2.5, car_kg=both.vehicle.mass_kg)
        found = stint_trend(stints(timed(analysed(both).laps))[0], [], fuel)
        assert found.trend is Trend.FADING
        assert found.age_s_per_lap == pytest.approx(age, abs=0.03)


def lap_times(session: SyntheticSession) -> np.ndarray:
    return np.array([lap.lap_time_s for lap in session.truth.laps if lap.lap_time_s is not None])
