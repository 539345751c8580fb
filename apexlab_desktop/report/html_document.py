"""The report as one HTML page: no scripts, no outside requests, light and dark."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from apexlab_desktop.analysis.types import FloatArray
from apexlab_desktop.report.page_model import Plot, ReportModel
from apexlab_desktop.report.palette import (
    LAP_DASHES,
    N_RAMP_BINS,
    NIGHT,
    PAPER,
    Palette,
    bin_share,
    ramp_colour,
)

TEMPLATES = Path(__file__).resolve().parent / "templates"

PLOT_WIDTH = 2_000
"""Units of a plot's drawing; it is stretched to the page, so that text never is."""
UNITS_PER_STRETCH = 80
MAP_SIZE = 1_000


def render_html(model: ReportModel) -> bytes:
    """Return the page in UTF-8; equal models give equal bytes."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"plot_path": plot_path, "map_path": map_path, "spoken": spoken}
    page = environment.get_template("report.html.j2").render(
        model=model,
        light=tokens(PAPER),
        dark=tokens(NIGHT),
        dashes=[" ".join(f"{part:g}" for part in dash) for dash in LAP_DASHES],
        plot_width=PLOT_WIDTH,
        units_per_stretch=UNITS_PER_STRETCH,
        map_size=MAP_SIZE,
    )
    return page.encode("utf-8")


def tokens(palette: Palette) -> dict[str, str]:
    """Return the colours by CSS name, with a step `bin-0` ... of the ramp per bin of the map."""
    bins = {
        f"bin-{index}": ramp_colour(bin_share(index), palette.speed_ramp)
        for index in range(N_RAMP_BINS)
    }
    return {**palette.tokens(), **bins}


def plot_path(runs: Iterable[FloatArray], stretch: int) -> str:
    """Return SVG path data of curves in the unit square of a plot."""
    scale = (PLOT_WIDTH, UNITS_PER_STRETCH * stretch)
    return "".join(path_data(run, scale) for run in runs)


def map_path(runs: Iterable[FloatArray], height: float) -> str:
    """Return SVG path data of lines on a map whose upper edge is at `height`."""
    return "".join(
        path_data(run + np.array((0.0, 1.0 - height)), (MAP_SIZE, MAP_SIZE)) for run in runs
    )


def path_data(points: FloatArray, scale: tuple[int, int]) -> str:
    """Return one polyline of the unit square, shape (n, 2), in whole units, y downwards.

    Relative steps between rounded places: short, and the rounding does not add up.
    """
    across, down = scale
    places = np.rint(points * (across, -down) + (0.0, down)).astype(np.int64)
    steps = np.diff(places, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    body = "".join(f"{dx}{'' if dy < 0 else ' '}{dy} " for dx, dy in steps.tolist())
    x, y = places[0].tolist()
    return f"M{x} {y}l{body.rstrip()}" if body else f"M{x} {y}h0"


def spoken(plot: Plot) -> str:
    """Return what a plot says, for readers who do not see it."""
    laps = "; ".join(f"{one.label} {one.value} {plot.unit}" for one in plot.legend)
    note = f" ({plot.note})" if plot.note else ""
    return f"{plot.title} over distance{note}: {laps}"
