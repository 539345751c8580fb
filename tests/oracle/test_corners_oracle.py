"""Corners and what laps did in them, against the generator's truth (algorithms.md 5)."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from apexlab_desktop.analysis import session
from apexlab_desktop.analysis.session_corners import corners_of
from apexlab_desktop.analysis.types import StartLine
from tests.oracle.corner_truth import (
    OPEN_TRACK,
    Found,
    Pass,
    apex_errors_m,
    found,
    passes,
    segment_errors,
)
from tests.oracle.synth_raw import CIRCUITS, raw_session

MUST_FIND_DEG = 25.0
SETUPS: tuple[tuple[float, str, str | None], ...] = (
    (1.0, "consumer", None),
    (5.0, "good", "kart"),
    (10.0, "consumer", "hatch"),
    (25.0, "consumer", "gt"),
)
"""Rate, noise and vehicle: slow and fast laps, seldom and often seen."""
DRIVES = [
    *((track, is_reverse) for track in CIRCUITS for is_reverse in (False, True)),
    (OPEN_TRACK, False),
]
BY_SPEED = ((10.0, "consumer"), (25.0, "good"))
HARD_MPS2 = 4.0
"""A braking that is weaker may as well be a lift."""


Setup = tuple[float, str, str | None]


@pytest.fixture(scope="module")
def seeds(*, is_long: bool) -> list[int]:
    return list(range(300, 320 if is_long else 301))


@pytest.fixture(scope="module")
def setups(*, is_long: bool) -> dict[tuple[str, bool], tuple[Setup, ...]]:
    """Every setup for every drive, or each drive with one of them."""
    return {
        drive: SETUPS if is_long else (SETUPS[k % len(SETUPS)],) for k, drive in enumerate(DRIVES)
    }


@pytest.mark.parametrize("drive", DRIVES)
def test_corner_list_is_that_of_the_track(
    drive: tuple[str, bool], seeds: list[int], setups: dict[tuple[str, bool], tuple[Setup, ...]]
) -> None:
    """Recall and precision are 100 %, for every seed, rate, receiver and car alike."""
    track, is_reverse = drive
    for seed, (rate_hz, noise, vehicle) in itertools.product(seeds, setups[drive]):
        one = found(track, rate_hz, seed, noise, vehicle, reverse=is_reverse)
        assert one.signs == one.true_signs, (seed, rate_hz, noise, vehicle)


def test_apexes_are_where_the_road_is_tightest(seeds: list[int]) -> None:
    """Within 8 m; the driven line of a gentle bend is not tightest where the road is."""
    errors_m = np.array(
        [
            error_m
            for track in CIRCUITS
            for seed, (rate_hz, noise) in itertools.product(seeds, BY_SPEED)
            for true, error_m in apex_errors_m(found(track, rate_hz, seed, noise))
            if abs(true.angle_deg) >= MUST_FIND_DEG
        ]
    )
    assert np.mean(errors_m <= 8.0) >= 0.95
    assert np.median(errors_m) <= 3.0


@pytest.mark.parametrize("track", CIRCUITS)
def test_corners_turn_by_as_much_as_the_lap_does(track: str) -> None:
    """|Closed-loop integral of the curvature| is 2 pi; nothing for the figure-eight."""
    line = found(track, 10.0, 300).cornered.comparison.line
    assert line is not None
    total = abs(np.trapezoid(line.curvature_per_m, line.station_m))
    wanted = 0.0 if track == "hill-eight" else 2.0 * np.pi
    assert total == pytest.approx(wanted, abs=0.005 * 2.0 * np.pi)


def _by_speed(rate_hz: float, noise: str, seeds: list[int]) -> list[Pass]:
    return [
        one
        for track in CIRCUITS
        for seed in seeds
        for one in passes(found(track, rate_hz, seed, noise))
        if one.brake_error_m is not None
        and one.true.peak_brake_mps2 <= -HARD_MPS2
        and one.ours.peak_brake_mps2 is not None
        and one.ours.peak_brake_mps2 <= -HARD_MPS2
    ]


@pytest.mark.parametrize(("rate_hz", "noise"), BY_SPEED)
def test_brake_points_by_speed_are_true(rate_hz: float, noise: str, seeds: list[int]) -> None:
    errors_m = [
        e for one in _by_speed(rate_hz, noise, seeds) if (e := one.brake_error_m) is not None
    ]
    assert len(errors_m) > 80 * len(seeds)
    assert abs(np.mean(errors_m)) <= 2.0
    assert np.std(errors_m) <= 2.0


@pytest.mark.parametrize(("rate_hz", "noise"), BY_SPEED)
def test_brake_points_of_two_laps_differ_as_they_truly_do(
    rate_hz: float, noise: str, seeds: list[int]
) -> None:
    rows = _by_speed(rate_hz, noise, seeds)
    differences_m = [
        later.brake_error_m - earlier.brake_error_m
        for earlier, later in itertools.combinations(rows, 2)
        if earlier.corner is later.corner
        and earlier.brake_error_m is not None
        and later.brake_error_m is not None
    ]
    assert np.std(differences_m) <= 2.5


def test_hard_braking_is_never_missed(seeds: list[int]) -> None:
    """Where the truth brakes for a corner, hard, so do we; the corner may be its neighbour."""
    for track in CIRCUITS:
        for seed in seeds:
            one = found(track, 10.0, seed)
            events = [p for p in passes(one) if _brakes_hard(p)]
            told = [p for p in events if p.ours.brake_point_m is not None]
            assert len(told) >= 0.95 * len(events), track


def _brakes_hard(one: Pass) -> bool:
    return one.true.brake_onset_s is not None and one.true.peak_brake_mps2 <= -HARD_MPS2


def test_one_fix_a_second_gives_no_brake_point_and_says_why() -> None:
    for one in passes(found("club-short", 1.0, 300)):
        assert one.ours.brake_point_m is None
        assert "rate_too_low" in one.ours.reasons


def test_least_speeds_are_true(seeds: list[int]) -> None:
    """In corners whose slowest point both find at one place: on plateaus it may be anywhere."""
    errors_mps = [
        one.ours.min_speed_mps - one.true.min_speed_mps
        for track in CIRCUITS
        for seed in seeds
        for one in passes(found(track, 10.0, seed))
        if one.ours.min_speed_mps is not None
    ]
    assert abs(np.median(errors_mps)) <= 0.1
    assert np.percentile(np.abs(errors_mps), 75.0) <= 0.15


@pytest.mark.parametrize(("rate_hz", "noise"), BY_SPEED)
def test_segment_times_are_as_sure_as_they_say(
    rate_hz: float, noise: str, seeds: list[int]
) -> None:
    errors = np.array(
        [
            row
            for track in CIRCUITS
            for seed in seeds
            for row in segment_errors(found(track, rate_hz, seed, noise))
        ]
    )
    within = np.abs(errors[:, 0]) <= 1.645 * errors[:, 1]
    assert np.mean(within) >= 0.90
    rms_s, claimed_s = np.sqrt(np.mean(errors**2, axis=0))
    assert claimed_s <= 2.5 * rms_s


def test_trap_20_zones_of_neighbours_do_not_overlap() -> None:
    for track in CIRCUITS:
        corners = found(track, 10.0, 300).cornered.corners
        for before, after in itertools.pairwise(corners):
            assert before.exit_m <= after.entry_m + 1e-6


def test_trap_12_what_is_not_known_is_none_with_a_reason() -> None:
    for one in passes(found("club-long", 25.0, 300, "good")):
        ours = one.ours
        assert (ours.brake_point_m is None) == (ours.brake_source == "")
        if ours.brake_point_m is None:
            assert ours.reasons


def _names(one: Found) -> list[tuple[str, str, str]]:
    return [(c.id, c.number, c.direction) for c in one.cornered.corners]


def test_ids_are_the_same_for_every_drive_of_a_layout(seeds: list[int]) -> None:
    for track, seed in itertools.product(CIRCUITS, seeds):
        first, second = (found(track, rate_hz, seed, noise) for rate_hz, noise in BY_SPEED)
        assert _names(first) == _names(second)


def test_corner_over_the_start_line_is_measured_like_any_other() -> None:
    """The same drive with its line put into the second corner: the same times through it."""
    usual = found("club-short", 25.0, 300, "good")
    place = usual.made.track.at(np.array([usual.made.track.corners[1].apex_m]))
    lat_deg, lon_deg = usual.made.track.plane.to_lat_lon(place.x_m, place.y_m)
    line = StartLine(
        lat_deg=float(lat_deg[0]),
        lon_deg=float(lon_deg[0]),
        bearing_deg=90.0 - float(np.degrees(place.heading_rad[0])),
        half_width_m=15.0,
    )
    moved = corners_of(session.analyse(raw_session(usual.made), start_line=line))
    over = [corner for corner in moved.corners if corner.entry_m > corner.exit_m]
    assert len(over) == 1
    assert len(moved.corners) == len(usual.cornered.corners)
    ours = [one for one in moved.of_corner(over[0].id) if one.min_speed_mps is not None]
    true = usual.cornered.of_corner("c2")
    assert np.median([one.min_speed_mps for one in ours]) == pytest.approx(
        np.median([one.min_speed_mps for one in true]), abs=0.2
    )
    assert np.median([one.segment_time_s for one in ours]) == pytest.approx(
        np.median([one.segment_time_s for one in true]), abs=0.1
    )
    brakes_m, usually_m = (
        np.median([one.brake_point_m for one in rows]) - corner.apex_m
        for rows, corner in ((ours, over[0]), (true, usual.cornered.corners[1]))
    )
    assert brakes_m == pytest.approx(usually_m, abs=5.0)
