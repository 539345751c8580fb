from __future__ import annotations

import pytest

from apexlab_desktop.report.palette import (
    LAP_DASHES,
    N_RAMP_BINS,
    NIGHT,
    PAPER,
    Palette,
    bin_share,
    ramp_colour,
)
from apexlab_desktop.ui import theme


@pytest.mark.parametrize(
    ("palette", "shown"), [(PAPER, theme.LIGHT), (NIGHT, theme.DARK)], ids=["paper", "night"]
)
def test_the_report_has_the_colours_of_the_window(palette: Palette, shown: theme.Theme) -> None:
    names = ("panel", "raised", "border", "text", "secondary", "muted", "accent", "faster",
             "slower", "best", "warning", "track_edge", "lap_colours", "speed_ramp")  # fmt: skip
    assert {name: getattr(palette, name) for name in names} == {
        name: getattr(shown, name) for name in names
    }


def test_laps_have_the_dashes_of_the_window() -> None:
    assert LAP_DASHES == theme.LAP_DASHES


def test_the_ramp_ends_in_its_first_and_last_colour() -> None:
    assert ramp_colour(0.0, PAPER.speed_ramp) == PAPER.speed_ramp[0]
    assert ramp_colour(1.0, PAPER.speed_ramp) == PAPER.speed_ramp[-1]


def test_the_ramp_is_linear_between_stops() -> None:
    assert ramp_colour(0.5, ("#000000", "#64C800")) == "#326400"


def test_bins_lie_inside_the_ramp() -> None:
    assert 0.0 < bin_share(0) < bin_share(N_RAMP_BINS - 1) < 1.0


def test_laps_beyond_the_slots_are_grey() -> None:
    assert PAPER.lap(None) == PAPER.muted
