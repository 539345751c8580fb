"""Generated sessions find their layout over tracks, directions, rates and receivers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from apexlab_desktop.analysis import math_channels, session
from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.expressions import read_formula
from apexlab_desktop.analysis.layout_corners import known_corners
from apexlab_desktop.analysis.layout_match import match_layouts
from apexlab_desktop.analysis.layout_shape import shape_of
from apexlab_desktop.analysis.layout_values import LapShape, Layout
from apexlab_desktop.analysis.session_laps import laps_at_places
from apexlab_desktop.analysis.types import AnalysedSession, FloatArray
from apexlab_desktop.synth.geodesy import TangentPlane
from tests.oracle.synth_raw import (
    CIRCUITS,
    analytic_session,
    every,
    raw_from_fixes,
    raw_session,
    synthetic,
    true_start_line,
)

CASES = [
    (track, reverse, rate_hz, noise)
    for track in CIRCUITS
    for reverse in (False, True)
    for rate_hz, noise in ((25.0, "good"), (10.0, "consumer"), (1.0, "phone"))
]
ORDINARY = CASES[::7]
SMOOTHING = 0.01
"""The motion is smoothed over half a second, which takes 0.5 % of a turn of 0.3 rad/s."""
TURNS = {1.0: "ccw", -1.0: "cw"}


@lru_cache(maxsize=32)
def analysed(
    track: str, seed: int, rate_hz: float, noise: str, *, reverse: bool
) -> AnalysedSession:
    made = synthetic(track, 3, rate_hz, seed, noise, reverse=reverse)
    return session.analyse(raw_session(made), start_line=true_start_line(made))


def shape(track: str, seed: int, rate_hz: float, noise: str, *, reverse: bool) -> LapShape:
    found = shape_of(analysed(track, seed, rate_hz, noise, reverse=reverse))
    assert found is not None
    return found


@lru_cache(maxsize=1)
def library() -> tuple[Layout, ...]:
    """The five tracks in both directions, as consumer receivers teach them."""
    return tuple(
        Layout(
            id=f"{track} {reverse}",
            name=track,
            shape=shape(track, 1, 10.0, "consumer", reverse=reverse),
        )
        for track in CIRCUITS
        for reverse in (False, True)
    )


@pytest.mark.parametrize(("track", "reverse", "rate_hz", "noise"), CASES)
def test_every_session_finds_its_layout_and_direction(
    track: str,
    rate_hz: float,
    noise: str,
    is_long: bool,
    *,
    reverse: bool,
) -> None:
    case = (track, reverse, rate_hz, noise)
    if not is_long and case not in ORDINARY:
        pytest.skip("full counts run with --long")
    match = match_layouts(shape(track, 7, rate_hz, noise, reverse=reverse), library())
    assert match.layout_id == f"{track} {reverse}"
    assert match.confidence > 0.6
    assert len(match.candidates) == 1


@pytest.mark.parametrize("track", CIRCUITS)
def test_direction_is_that_of_the_track(track: str) -> None:
    made = synthetic(track, 3, 10.0, 1, "consumer")
    x_m, y_m = (
        np.asarray(one) for one in made.track.plane.project(made.truth.lat_deg, made.truth.lon_deg)
    )
    inside = (made.truth.time_s >= made.truth.crossings_s[0]) & (
        made.truth.time_s < made.truth.crossings_s[1]
    )
    area_m2 = 0.5 * float(
        np.sum(x_m[inside] * np.roll(y_m[inside], -1) - y_m[inside] * np.roll(x_m[inside], -1))
    )
    found = shape(track, 1, 10.0, "consumer", reverse=False)
    # A figure-eight turns neither way, whichever loop is the larger.
    expected = "" if track == "hill-eight" else TURNS[float(np.sign(area_m2))]
    assert found.direction == expected
    assert abs(found.length_m / made.track.length_m - 1.0) < 0.03


def test_the_short_layout_of_a_venue_is_not_the_long_one() -> None:
    long, short = (
        Layout(id=track, name=track, shape=shape(track, 1, 10.0, "consumer", reverse=False))
        for track in ("grand-circuit", "grand-circuit-short")
    )
    for track in (long.id, short.id):
        match = match_layouts(shape(track, 7, 10.0, "good", reverse=False), [long, short])
        assert match.layout_id == track
        assert len(match.candidates) == 1


def offset(made_at: tuple[float, float]) -> Callable[[LapShape], LapShape]:
    def moved(one: LapShape) -> LapShape:
        plane = TangentPlane(float(one.lat_deg[0]), float(one.lon_deg[0]))
        x_m, y_m = plane.project(one.lat_deg, one.lon_deg)
        lat_deg, lon_deg = plane.to_lat_lon(x_m + made_at[0], y_m + made_at[1])
        return replace(one, lat_deg=lat_deg, lon_deg=lon_deg)

    return moved


@pytest.mark.parametrize("track", CIRCUITS)
def test_five_metres_of_offset_keep_the_layout_and_two_hundred_do_not(track: str) -> None:
    lap = shape(track, 7, 10.0, "consumer", reverse=False)
    near = match_layouts(offset((3.0, 4.0))(lap), library())
    assert near.layout_id == f"{track} False"
    far = match_layouts(offset((120.0, 160.0))(lap), library())
    assert (far.layout_id, far.candidates) == (None, ())


@pytest.mark.parametrize("track", CIRCUITS)
def test_true_corners_lie_at_their_places_on_another_sessions_line(track: str) -> None:
    made = synthetic(track, 3, 10.0, 1, "consumer")
    first = laps_at_places(analysed(track, 1, 10.0, "consumer", reverse=False)).line
    other = laps_at_places(analysed(track, 7, 10.0, "consumer", reverse=False)).line
    assert first is not None
    assert other is not None
    scale = first.length_m / made.track.length_m
    true = [
        Corner(
            id=f"t{one.number}",
            number=str(one.number),
            direction="left" if one.sign > 0 else "right",
            entry_m=one.start_m * scale,
            apex_m=one.apex_m * scale,
            exit_m=one.end_m * scale,
            radius_m=one.radius_m,
            turned_rad=np.radians(one.angle_deg),
        )
        for one in made.track.corners
    ]
    home = Layout(id="home", name=track, shape=shape(track, 1, 10.0, "consumer", reverse=False))
    stored = known_corners(home, first, true, iter(f"n{i}" for i in range(99)).__next__).stored
    assert len(stored) == len(true)
    again = known_corners(replace(home, corners=stored), other, (), lambda: "none")
    assert [one.number for one in again.on_line] == [one.number for one in true]
    for there, here in zip(again.on_line, true, strict=True):
        assert abs(there.apex_m - here.apex_m) < 8.0


def _circle(at_s: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """A 100 m circle at 20 to 30 m/s: the way is 25 t + 50/3 (1 - cos 0.3 t)."""
    way_m = 25.0 * at_s + 5.0 / 0.3 * (1.0 - np.cos(0.3 * at_s))
    angle = way_m / 100.0
    return (
        100.0 * np.cos(angle),
        100.0 * np.sin(angle),
        25.0 + 5.0 * np.sin(0.3 * at_s),
        angle + np.pi / 2.0,
    )


def test_formulas_on_a_circle_give_its_closed_forms() -> None:
    at_s = np.arange(0.0, 120.0, 0.04)
    drive = session.analyse(analytic_session(_circle, at_s))
    way = math_channels.on_session(read_formula("integrate(speed_mps)"), drive)
    true_m = 25.0 * way.time_s + 5.0 / 0.3 * (1.0 - np.cos(0.3 * way.time_s))
    np.testing.assert_allclose(way.result.values[0], true_m - true_m[0], atol=0.05)
    lateral = math_channels.on_session(read_formula("speed_mps^2 / 100 m"), drive)
    curved = math_channels.on_session(read_formula("speed_mps^2 * curvature_per_m"), drive)
    inside = slice(100, -100)
    np.testing.assert_allclose(
        curved.result.values[0][inside], lateral.result.values[0][inside], rtol=SMOOTHING
    )
    measured = math_channels.on_session(read_formula("accel_lat_mps2"), drive)
    np.testing.assert_allclose(
        measured.result.values[0][inside], lateral.result.values[0][inside], rtol=SMOOTHING
    )
    rate = math_channels.on_session(read_formula("derivative(speed_mps)"), drive)
    np.testing.assert_allclose(
        rate.result.values[0][inside], 1.5 * np.cos(0.3 * rate.time_s[inside]), atol=2e-3
    )


def test_formulas_on_laps_agree_with_the_odometer_and_the_delta() -> None:
    drive = analysed("club-short", 1, 25.0, "good", reverse=False)
    laps = laps_at_places(drive)
    way_m = math_channels.on_laps(read_formula("integrate(speed_mps)"), drive, laps).values
    for row, lap in zip(way_m, laps.laps, strict=True):
        assert lap.lap.length_m is not None
        assert row[-1] == pytest.approx(lap.lap.length_m, rel=2e-3)
    late_s = math_channels.on_laps(read_formula("delta(time_s)"), drive, laps)
    assert late_s.unit == "s"
    for row, lap in zip(late_s.values, laps.laps, strict=True):
        np.testing.assert_allclose(row[:-1], lap.delta_t_s[:-1], atol=2e-3)
    # Slower by distance: the slope of the delta is the difference of the slownesses.
    slope = math_channels.on_laps(read_formula("derivative(delta(time_s), distance)"), drive, laps)
    slowness = math_channels.on_laps(read_formula("delta(1 / speed_mps)"), drive, laps)
    assert slope.unit == slowness.unit == "s/m"
    apart = np.nanmedian(np.abs(slope.values - slowness.values))
    assert apart < 0.2 * np.nanmedian(np.abs(slowness.values[1:])) + 1e-4


def test_fixes_of_one_hertz_still_know_their_layout() -> None:
    made = synthetic("grand-circuit", 3, 25.0, 3, "consumer")
    slow = raw_from_fixes(every(made.gps, 25))
    found = shape_of(session.analyse(slow, start_line=true_start_line(made)))
    assert found is not None
    assert match_layouts(found, library()).layout_id == "grand-circuit False"
