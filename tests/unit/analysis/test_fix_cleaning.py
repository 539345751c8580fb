"""Samples that cannot be true go, and the receipt says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis import fix_cleaning
from apexlab_desktop.analysis.motion_source import MotionSamples, Receipt
from apexlab_desktop.analysis.types import Channel, ChannelGroup, FloatArray, Severity

PERIOD_S, SPEED_MPS, N = 0.1, 20.0, 400


def samples() -> MotionSamples:
    time_s: FloatArray = PERIOD_S * np.arange(N, dtype=np.float64)
    return MotionSamples(
        time_s=time_s,
        segment=np.zeros(N, dtype=np.int64),
        x_m=SPEED_MPS * time_s,
        y_m=np.zeros(N),
        speed_mps=np.full(N, SPEED_MPS),
        course_rad=np.zeros(N),
    )


def group(**columns: FloatArray) -> ChannelGroup:
    return ChannelGroup(
        name="gps",
        time_us=np.rint(1e6 * PERIOD_S * np.arange(N)).astype(np.int64),
        channels=tuple(Channel(name=name, values=values) for name, values in columns.items()),
    )


def kept(one: MotionSamples, fixes: ChannelGroup) -> tuple[MotionSamples, list[tuple[str, int]]]:
    receipt = Receipt()
    left = fix_cleaning.without_missing(one, fixes, np.arange(N), PERIOD_S, receipt)
    return left, [(notice.code, notice.count) for notice in receipt.notices]


def outlying(one: MotionSamples) -> tuple[MotionSamples, Receipt]:
    receipt = Receipt()
    left = fix_cleaning.without_outliers(one, PERIOD_S, receipt, max_accel_mps2=35.0, sigma_m=0.5)
    return left, receipt


def test_good_samples_all_stay_and_nothing_is_said() -> None:
    left, codes = kept(samples(), group())
    assert left.time_s.size == N
    assert codes == []


def test_samples_without_a_position_go_without_a_word() -> None:
    one = samples()
    x_m = one.x_m.copy()
    x_m[::4] = np.nan
    assert kept(replace(one, x_m=x_m), group())[0].time_s.size == N - N // 4


def test_without_any_position_those_with_speed_stay() -> None:
    nowhere = np.full(N, np.nan)
    speed = np.where(np.arange(N) < 300, SPEED_MPS, np.nan)
    one = replace(samples(), x_m=nowhere, y_m=nowhere, speed_mps=speed)
    assert kept(one, group())[0].time_s.size == 300


def test_fixes_of_too_few_satellites_go_and_are_counted() -> None:
    n_satellites = np.where(np.arange(N) < 10, 3.0, 12.0)
    left, codes = kept(samples(), group(n_satellites=n_satellites))
    assert left.time_s.size == N - 10
    assert codes == [("no_fix", 10)]


@pytest.mark.parametrize(
    ("n_poor", "code", "n_left"),
    [(19, "poor_fixes_dropped", N - 19), (21, "poor_fixes_kept", N)],
)
def test_poor_fixes_go_while_they_are_few(n_poor: int, code: str, n_left: int) -> None:
    accuracy_m = np.where(np.arange(N) < n_poor, 4.0, 0.5)
    left, codes = kept(samples(), group(position_accuracy_m=accuracy_m))
    assert left.time_s.size == n_left
    assert codes == [(code, n_poor)]


def test_position_that_repeats_at_speed_is_frozen() -> None:
    one = samples()
    x_m = one.x_m.copy()
    x_m[100:130] = x_m[100]
    left, codes = kept(replace(one, x_m=x_m), group())
    assert codes == [("frozen_fixes", 29)]
    assert left.time_s.size == N - 29


def test_few_jumps_are_repaired_and_many_weigh_as_lost() -> None:
    rng = np.random.default_rng(5)
    for share, severity in ((0.01, Severity.REPAIRED), (0.08, Severity.LOST)):
        one = samples()
        at = rng.choice(np.arange(20, N - 20, 5), int(share * N), replace=False)
        y_m = one.y_m.copy()
        y_m[at] += 60.0
        left, receipt = outlying(replace(one, y_m=y_m))
        assert [(n.code, n.severity) for n in receipt.notices] == [("position_spikes", severity)]
        assert not np.isin(one.time_s[at], left.time_s).any()


def test_impossible_speed_is_bridged_and_the_sample_stays() -> None:
    one = samples()
    speed_mps = one.speed_mps.copy()
    speed_mps[200] = 90.0
    left, receipt = outlying(replace(one, speed_mps=speed_mps))
    assert [(n.code, n.count) for n in receipt.notices] == [("speed_spikes", 1)]
    assert left.time_s.size == N
    assert left.speed_mps == pytest.approx(SPEED_MPS)


def jittered(seed: int) -> FloatArray:
    return 0.008 * np.random.default_rng(seed).standard_normal(N)


def test_stamps_of_a_late_line_are_made_even() -> None:
    """The car was where even instants put it: only the stamps jitter."""
    one = samples()
    receipt = Receipt()
    got = fix_cleaning.on_true_instants(
        replace(one, time_s=one.time_s + jittered(1)), PERIOD_S, receipt
    )
    assert [notice.code for notice in receipt.notices] == ["time_jitter_removed"]
    assert np.diff(got.time_s) == pytest.approx(PERIOD_S, abs=2e-3)


def test_fixes_that_really_were_taken_late_keep_their_instants() -> None:
    late_s = samples().time_s + jittered(2)
    one = replace(samples(), time_s=late_s, x_m=SPEED_MPS * late_s)
    receipt = Receipt()
    assert fix_cleaning.on_true_instants(one, PERIOD_S, receipt).time_s is late_s
    assert receipt.notices == []


@pytest.mark.parametrize("is_late", [False, True])
def test_positions_alone_tell_late_fixes_from_late_stamps(*, is_late: bool) -> None:
    noted_s = samples().time_s + jittered(4)
    taken_s = noted_s if is_late else samples().time_s
    one = replace(
        samples(), time_s=noted_s, x_m=SPEED_MPS * taken_s, speed_mps=np.full(N, float("nan"))
    )
    got = fix_cleaning.on_true_instants(one, PERIOD_S, Receipt())
    assert (got.time_s is noted_s) is is_late


def test_stamps_stand_where_the_motion_cannot_tell() -> None:
    still = replace(samples(), time_s=samples().time_s + jittered(1), x_m=np.zeros(N))
    still = replace(still, speed_mps=np.zeros(N))
    assert fix_cleaning.on_true_instants(still, PERIOD_S, Receipt()) is still


def test_a_speed_that_reads_high_tells_as_well() -> None:
    one = samples()
    one = replace(one, time_s=one.time_s + jittered(1), speed_mps=1.05 * one.speed_mps)
    assert fix_cleaning.on_true_instants(one, PERIOD_S, Receipt()) is not one


def test_straight_lines_bridge_what_is_missing() -> None:
    nan = float("nan")
    got = fix_cleaning.bridged(np.arange(5.0), np.array([1.0, nan, 3.0, nan, 9.0]))
    assert got.tolist() == [1.0, 2.0, 3.0, 6.0, 9.0]
    assert np.isnan(fix_cleaning.bridged(np.arange(2.0), np.array([nan, nan]))).all()
