"""A speed in another unit than stated: positions lead, and the quality says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis import session
from apexlab_desktop.analysis.types import AnalysedSession, FloatArray, Notice, Severity
from tests.oracle.synth_raw import analytic_session

SPEED_MPS = 25.0
RADIUS_M = 150.0


def drive(factor: float, *, is_noticed: bool) -> AnalysedSession:
    def circle(time_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        angle = SPEED_MPS * time_s / RADIUS_M
        return (
            RADIUS_M * np.cos(angle),
            RADIUS_M * np.sin(angle),
            np.full_like(time_s, factor * SPEED_MPS),
            angle + np.pi / 2.0,
        )

    raw = analytic_session(circle, np.arange(0.0, 120.0, 0.1))
    if is_noticed:
        found = Notice(
            code="speed_unit_contradicts_positions",
            severity=Severity.LOST,
            channel="speed_mps",
            count=raw.groups[0].time_us.size,
        )
        raw = replace(raw, notices=(*raw.notices, found))
    return session.analyse(raw)


@pytest.mark.parametrize("factor", [3.6, 1.0 / 3.6, 2.2369363])
def test_speeds_come_from_positions_when_theirs_are_in_another_unit(factor: float) -> None:
    analysed = drive(factor, is_noticed=True)
    assert analysed.trajectory is not None
    assert np.median(analysed.trajectory.speed_mps) == pytest.approx(SPEED_MPS, rel=0.01)
    assert analysed.trajectory.odometer_m[-1] == pytest.approx(SPEED_MPS * 119.9, rel=0.01)


def test_such_a_session_is_of_grade_d_at_best_and_says_why() -> None:
    quality = drive(3.6, is_noticed=True).quality
    assert quality.score is not None
    assert quality.score < 60.0
    assert quality.grade == "D"
    assert quality.signal_class in "CD"
    assert "speed_contradicts_position" in quality.reasons


def test_a_few_percent_cost_the_grade_a_but_the_speed_is_kept() -> None:
    analysed = drive(1.05, is_noticed=False)
    assert analysed.trajectory is not None
    assert np.median(analysed.trajectory.speed_mps) == pytest.approx(1.05 * SPEED_MPS, rel=0.01)
    assert analysed.quality.grade != "A"
    assert "speed_contradicts_position" in analysed.quality.reasons


def test_a_notice_about_another_receiver_changes_nothing() -> None:
    analysed = drive(1.0, is_noticed=False)
    other = Notice(code="speed_unit_contradicts_positions", severity=Severity.LOST, count=7)
    again = session.analyse(replace(analysed.raw, notices=(other,)))
    assert again.quality.reasons == analysed.quality.reasons
    assert again.quality.score == analysed.quality.score
