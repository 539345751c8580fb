"""The debrief of poor sessions: reasons, never a made-up number."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis.debrief import Debrief, debrief
from apexlab_desktop.analysis.findings import Told
from apexlab_desktop.app.analysis_documents import plain
from tests.unit.analysis.made_laps import made_comparison, made_lap
from tests.unit.analysis.test_findings import CORNERS, GRID, driven, profile


def poor(n: int, *, is_clean: bool = True, has_line: bool = True) -> Debrief:
    laps = [
        made_lap(k, GRID, profile(slow_mps=18.0 + 0.1 * k), start_s=100.0 * k, is_clean=is_clean)
        for k in range(1, n + 1)
    ]
    comparison = made_comparison(laps, GRID)
    if not has_line:
        return debrief(replace(comparison, line=None), (), ())
    return debrief(comparison, CORNERS, ())


def test_no_clean_lap_gives_sectors_of_the_laps_and_reasons_for_the_rest() -> None:
    found = poor(3, is_clean=False)
    assert found.sectors.times.lap_numbers == (1, 2, 3)
    assert [s.best_s for s in found.sectors.sectors] == [None] * len(found.sectors.sectors)
    assert found.gains.reasons == ("gains need 2 clean laps, there are 0",)
    assert found.ideal.by_sectors.time_s is None
    assert found.ideal.rolling.reasons == ("no lap counts",)
    assert found.ideal.reachable.reasons == ("no lap counts",)
    assert found.consistency.consistency_score is None
    assert found.technique.score.total is None
    assert found.findings.findings == ()


def test_one_clean_lap_is_its_own_ideal_and_has_no_consistency() -> None:
    found = poor(1)
    assert found.ideal.by_corners.time_s == found.ideal.rolling.time_s
    assert found.gains.consistency_gain_s is None
    assert found.consistency.reasons == ("consistency needs 2 clean laps, there are 1",)


def test_laps_without_positions_have_sectors_and_no_corners() -> None:
    found = poor(5, has_line=False)
    assert len(found.segments) == 1
    assert found.findings.reasons == ("without positions no corners are known",)
    assert found.gains.has_sufficient_data


def test_the_users_sectors_are_kept() -> None:
    laps = driven(dict)
    found = debrief(made_comparison(laps, GRID), CORNERS, (), sector_places_m=(700.0, 1300.0))
    assert found.sectors.times.boundaries_m.tolist() == [0.0, 700.0, 1300.0, GRID[-1]]


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_everything_is_json_without_nan(n: int) -> None:
    found = poor(max(n, 1), is_clean=n > 0)
    text = json.dumps(
        [plain(one) for one in (found.gains, found.ideal, found.consistency, found.technique)],
        allow_nan=False,
    )
    assert "NaN" not in text


def test_a_standing_car_is_no_division_by_zero() -> None:
    speed = profile()
    speed[1200:1210] = 0.5
    laps = [made_lap(k, GRID, speed, start_s=200.0 * k) for k in range(1, 6)]
    found = debrief(made_comparison(laps, GRID), CORNERS, ())
    assert found.gains.theoretical_s is not None
    assert np.isfinite(found.gains.theoretical_s)


def test_a_receiver_of_one_hertz_tells_no_level_no_splice_and_no_sum_of_10_m_pieces() -> None:
    found = debrief(made_comparison(driven(dict), GRID), CORNERS, (), told=Told(rate_hz=1.0))
    assert found.gains.theoretical_s is None
    assert found.gains.theoretical_gain_s is None
    assert found.gains.theoretical_sigma_s is None
    assert found.ideal.reachable.time_s is None
    assert found.technique.skill.level is None
    for reasons in (
        found.gains.reasons,
        found.ideal.reachable.reasons,
        found.technique.skill.reasons,
        found.findings.reasons,
    ):
        assert len(reasons) == 1
        assert reasons[0].startswith("the receiver gives 1 position a second; ")
    assert found.gains.composite.time_s is not None


def test_a_receiver_of_five_hertz_tells_them_all() -> None:
    found = debrief(made_comparison(driven(dict), GRID), CORNERS, (), told=Told(rate_hz=4.99))
    assert found.gains.theoretical_s is not None
    assert found.ideal.reachable.time_s is not None


@pytest.mark.parametrize(("score", "is_told"), [(39.0, False), (40.0, True), (None, True)])
def test_an_unusable_recording_has_no_score_and_no_level(
    score: float | None, is_told: bool
) -> None:
    told = Told(rate_hz=10.0, quality_score=score)
    found = debrief(made_comparison(driven(dict), GRID), CORNERS, (), told=told).technique
    assert (found.score.total is not None) == is_told
    if not is_told:
        reason = ("the quality of the recording is 39 of 100; a judgement needs 40",)
        assert found.score.reasons == found.skill.reasons == reason
