"""The plots that a worksheet of the user's can show."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from apexlab_desktop.ui.plots.trace_specs import (
    BRAKE,
    LATERAL,
    LONGITUDINAL,
    PEDALS,
    SPEED,
    PlotSpec,
    fitting_delta_plot,
    has_data,
    lateral_plot,
    longitudinal_plot,
    pedal_plot,
    speed_plot,
)
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.lap_slots import DELTA, THROTTLE

GEAR = "gear"
ENGINE_SPEED = "engine_speed_rpm"
STEERING = "steering_angle_rad"
_TALL, _LOW = 5, 3

Builder = Callable[[ComparisonModel], PlotSpec | None]


@dataclass(frozen=True, slots=True)
class PlotChoice:
    """A plot to choose.

    Attributes
    ----------
    key : str
        As kept in the worksheet.
    title : str
    words : str
        What it shows, in a few words.
    make : callable
        The plot for what the laps hold; None when they hold nothing for it.
    """

    key: str
    title: str
    words: str
    make: Builder


def gear_plot(stretch: int) -> PlotSpec:
    """Return the plot of the gear."""
    return PlotSpec(
        key=GEAR, title="Gear", channels=((GEAR, 1.0),), stretch=stretch, decimals=0,
        is_signed=False, widest="00", min_tick_px=13.0, usual_step=1.0, unit=lambda _: "",
        factor=lambda _: 1.0, has_zero_line=False,
    )  # fmt: skip


def engine_speed_plot(stretch: int) -> PlotSpec:
    """Return the plot of the engine speed."""
    return PlotSpec(
        key=ENGINE_SPEED, title="Engine speed", channels=((ENGINE_SPEED, 1.0),), stretch=stretch,
        decimals=0, is_signed=False, widest="00000", min_tick_px=24.0, usual_step=2_000.0,
        unit=lambda _: "rpm", factor=lambda _: 1.0, has_zero_line=False,
    )  # fmt: skip


def steering_plot(stretch: int) -> PlotSpec:
    """Return the plot of the steering wheel, left up."""
    return PlotSpec(
        key=STEERING, title="Steering", channels=((STEERING, 1.0),), stretch=stretch, decimals=0,
        is_signed=True, widest="+000", min_tick_px=19.0, usual_step=50.0,
        unit=lambda _: "\N{DEGREE SIGN}", factor=lambda _: math.degrees(1.0), words=("left up",),
    )  # fmt: skip


def _always(make: Callable[[int], PlotSpec], stretch: int) -> Builder:
    return lambda _model: make(stretch)


CHOICES: tuple[PlotChoice, ...] = (
    PlotChoice(SPEED, "Speed", "", _always(speed_plot, _TALL)),
    PlotChoice(PEDALS, "Throttle and brake", "in one plot", pedal_plot),
    PlotChoice(THROTTLE, "Throttle", "", partial(pedal_plot, key=THROTTLE)),
    PlotChoice(BRAKE, "Brake", "", partial(pedal_plot, key=BRAKE)),
    PlotChoice(
        DELTA, "Time delta", "to the reference", lambda model: fitting_delta_plot(model, _LOW)
    ),
    PlotChoice(LATERAL, "Lateral", "acceleration in corners", _always(lateral_plot, _LOW)),
    PlotChoice(
        LONGITUDINAL, "Longitudinal", "acceleration and braking", _always(longitudinal_plot, _LOW)
    ),
    PlotChoice(STEERING, "Steering", "angle of the wheel", _always(steering_plot, _LOW)),
    PlotChoice(GEAR, "Gear", "", _always(gear_plot, _LOW)),
    PlotChoice(ENGINE_SPEED, "Engine speed", "", _always(engine_speed_plot, _LOW)),
)
"""In the order in which a worksheet shows them."""


def is_in_laps(model: ComparisonModel, choice: PlotChoice) -> bool:
    """Return whether the laps on screen have something for a plot."""
    spec = choice.make(model)
    return spec is not None and bool(spec.absence or has_data(model, spec))


def chosen_plots(model: ComparisonModel, keys: Sequence[str]) -> tuple[PlotSpec, ...]:
    """Return the plots of a worksheet, from the top down; one without data is left out."""
    makers = {choice.key: choice.make for choice in CHOICES}
    made = (makers[key](model) for key in keys if key in makers)
    return tuple(spec for spec in made if spec and (spec.absence or has_data(model, spec)))


def toggled(keys: Sequence[str], key: str) -> tuple[str, ...]:
    """Return the keys with one more, at its place among the choices, or without it."""
    order = [choice.key for choice in CHOICES]
    if key in keys:
        return tuple(other for other in keys if other != key)
    place = sum(order.index(other) < order.index(key) for other in keys if other in order)
    return (*keys[:place], key, *keys[place:])
