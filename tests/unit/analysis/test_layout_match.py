"""A lap finds its layout by place, shape, coverage, length and direction, and no other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from apexlab_desktop.analysis.layout_match import centre_of, distance_between, match_layouts
from apexlab_desktop.analysis.layout_values import Layout
from apexlab_desktop.analysis.types import FloatArray
from tests.unit.analysis.layout_fixture import (
    figure_eight,
    layout_from,
    shape_from,
    stadium,
)

HOME = layout_from(stadium())


def scattered(points: FloatArray, sigma_m: float, seed: int = 1) -> FloatArray:
    """Return the points as another lap of a drifting receiver: it wanders over some 100 m."""
    noise = np.random.default_rng(seed).normal(0.0, 1.0, points.shape)
    spectrum = np.fft.rfft(noise, axis=0)
    spectrum[points.shape[0] // 50 :] = 0.0
    wander = np.fft.irfft(spectrum, points.shape[0], axis=0)
    return np.asarray(points + sigma_m * wander / wander.std())


def backwards(points: FloatArray) -> FloatArray:
    return points[::-1]


def shared_and_shortened() -> FloatArray:
    """A short layout that shares seven tenths of the long one and cuts through the rest."""
    points = stadium()
    keep = int(0.7 * points.shape[0])
    start, end = points[keep], points[0]
    share = np.linspace(0.0, 1.0, int(np.hypot(*(end - start)) / 2.0))[:, None]
    return np.vstack((points[:keep], start + share * (end - start)))


def same_length_elsewhere() -> FloatArray:
    """A layout with the same centre and the same length as the stadium, of another shape."""
    return stadium()[:, ::-1] * (-1.0, 1.0)


def test_a_lap_of_the_layout_matches_with_confidence() -> None:
    match = match_layouts(shape_from(scattered(stadium(), 1.0)), [HOME])
    assert match.layout_id == "Home"
    assert match.confidence > 0.9
    assert match.candidates[0].coverage == 1.0


@pytest.mark.parametrize("offset_m", [(5.0, 0.0), (0.0, -5.0), (3.5, 3.5)])
def test_an_offset_of_the_receiver_does_not_matter(offset_m: tuple[float, float]) -> None:
    match = match_layouts(shape_from(stadium() + offset_m), [HOME])
    assert match.layout_id == "Home"
    assert match.confidence > 0.75


def test_a_start_line_elsewhere_does_not_matter() -> None:
    assert match_layouts(shape_from(np.roll(stadium(), 400, axis=0)), [HOME]).layout_id == "Home"


def test_slow_fixes_do_not_matter() -> None:
    assert match_layouts(shape_from(stadium(step_m=30.0)), [HOME]).layout_id == "Home"


def test_the_reverse_direction_never_matches_and_is_told() -> None:
    match = match_layouts(shape_from(backwards(stadium()), "cw"), [HOME])
    assert match.layout_id is None
    assert match.reversed_of == "Home"
    assert not match.is_unsure


def test_both_directions_of_a_figure_eight_are_told_apart() -> None:
    eight = layout_from(figure_eight(), "Eight", "")
    assert match_layouts(shape_from(figure_eight(), ""), [eight]).layout_id == "Eight"
    other_way = match_layouts(shape_from(backwards(figure_eight()), ""), [eight])
    assert other_way.layout_id is None
    assert other_way.reversed_of == "Eight"


def test_a_short_layout_that_shares_seven_tenths_is_another() -> None:
    short = layout_from(shared_and_shortened(), "Short")
    for points, name in ((stadium(), "Home"), (shared_and_shortened(), "Short")):
        match = match_layouts(shape_from(scattered(points, 1.0)), [HOME, short])
        assert match.layout_id == name
        assert [one.layout_id for one in match.candidates] == [name]


def test_a_kart_track_beside_is_another() -> None:
    kart = layout_from(stadium() * 0.3 + (0.0, 330.0), "Kart")
    assert match_layouts(kart.shape, [HOME]).candidates == ()
    beside = stadium() + np.array((0.0, 200.0))
    assert match_layouts(shape_from(beside), [HOME]).candidates == ()


def test_trap_27_two_layouts_of_one_centre_are_told_apart() -> None:
    twin = layout_from(same_length_elsewhere(), "Twin")
    far_m = distance_between(*centre_of(HOME.shape), *centre_of(twin.shape))
    assert far_m < 5.0
    assert twin.shape.length_m == pytest.approx(HOME.shape.length_m)
    for points, name in ((stadium(), "Home"), (same_length_elsewhere(), "Twin")):
        match = match_layouts(shape_from(scattered(points, 1.0)), [HOME, twin])
        assert (match.layout_id, len(match.candidates)) == (name, 1)


def test_two_equal_layouts_are_asked_about() -> None:
    match = match_layouts(HOME.shape, [HOME, layout_from(stadium(), "Copy")])
    assert match.layout_id is None
    assert match.is_unsure
    assert {one.layout_id for one in match.candidates} == {"Home", "Copy"}


def test_a_lap_that_barely_fits_is_asked_about() -> None:
    match = match_layouts(shape_from(stadium() * 1.02 + (8.0, 6.0)), [HOME])
    assert match.is_unsure
    assert 0.0 < match.confidence < 0.6


@pytest.mark.parametrize(
    ("longer", "fits"), [(0.971, True), (0.969, False), (1.029, True), (1.031, False)]
)
def test_length_decides_within_three_percent(longer: float, fits: bool) -> None:
    shape = replace(HOME.shape, length_m=HOME.shape.length_m * longer)
    assert bool(match_layouts(shape, [HOME]).candidates) is fits


def test_a_chicane_left_out_keeps_the_layout_while_nearly_all_is_shared() -> None:
    points = stadium()
    cut = points.copy()
    cut[100:130, 1] += 15.0
    assert match_layouts(shape_from(cut), [HOME]).layout_id == "Home"


def test_layouts_of_another_continent_are_not_looked_at() -> None:
    away = replace(HOME.shape, lon_deg=HOME.shape.lon_deg + 100.0)
    assert match_layouts(away, [HOME]).candidates == ()


def test_a_lap_across_the_antimeridian_has_its_middle_there() -> None:
    shape = replace(HOME.shape, lon_deg=(HOME.shape.lon_deg - 5.0 + 180.0 + 180.0) % 360.0 - 180.0)
    assert abs(abs(centre_of(shape)[1]) - 180.0) < 0.1
    assert (
        match_layouts(shape, [Layout(id="There", name="There", shape=shape)]).layout_id == "There"
    )


def test_an_open_run_and_a_closed_lap_are_two_things() -> None:
    assert match_layouts(shape_from(stadium(), is_closed=False), [HOME]).candidates == ()
