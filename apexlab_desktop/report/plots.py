"""Plots of the laps over distance: what is drawn, in shown units and the unit square."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.types import BoolArray, ComparedLap, Comparison, FloatArray
from apexlab_desktop.formatting import plain, signed
from apexlab_desktop.report.measures import NO_BREAK_SPACE, Measures
from apexlab_desktop.report.page_model import Plot, Series
from apexlab_desktop.report.polylines import View, finite_runs, polyline
from apexlab_desktop.report.scales import Axis, distance_axis, value_axis
from apexlab_desktop.report.words import clean
from apexlab_desktop.units import STANDARD_GRAVITY_MPS2

SHOWN_BAND_S = 0.05
"""A delta's uncertainty is drawn where its band is wider than this (design, page Compare)."""
BAND_SIGMAS = 1.96
"""Half-width of the 95 % range in sigmas."""

Slots = tuple[int | None, ...]

_COLUMNS = 300
_GREY_COLUMNS, _LEAST_GREY_COLUMNS = 120, 20
_COLUMNS_OF_ALL_GREY = 1_000
"""Columns shared by the grey laps of a plot, so that sixty laps still make a small file."""
_ROWS_PER_STRETCH = 20
"""Height of a plot in columns, per unit of its stretch."""
_LEAST_DELTA_S = 0.1
_SHORT_LABEL = 14
_PASCALS_PER_BAR = 1e5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Quantity:
    """What a plot shows: per lap the first of `channels` that has values, in shown units."""

    title: str
    channels: tuple[str, ...]
    unit: str
    factor: float
    least: float
    stretch: int
    note: str = ""
    summary: Callable[[FloatArray], str]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Trace:
    """One lap's values on the grid, and half the width of their band (NaN: no band)."""

    values: FloatArray
    half_band: FloatArray | None = None


def comparison_plots(comparison: Comparison, slots: Slots, measures: Measures) -> tuple[Plot, ...]:
    """Return the plots from top to bottom; one without any value is left out."""
    if comparison.distance_m.size < 2:
        return ()
    plots = [
        _delta_plot(comparison, slots, measures)
        if quantity is None
        else _quantity_plot(comparison, slots, measures, quantity)
        for quantity in _worksheet(comparison, measures)
    ]
    return tuple(plot for plot in plots if plot is not None)


def _worksheet(comparison: Comparison, measures: Measures) -> tuple[_Quantity | None, ...]:
    """Return the quantities in order; None stands for the delta."""
    speed = _Quantity(
        title="Speed", channels=("speed_mps",), unit=measures.speed_unit,
        factor=measures.speed_factor, least=10.0, stretch=5, summary=_top,
    )  # fmt: skip
    throttle = _Quantity(
        title="Throttle", channels=("throttle_ratio", "accelerator_ratio"), unit="%",
        factor=100.0, least=100.0, stretch=2, summary=_mean,
    )  # fmt: skip
    per_g = 1.0 / STANDARD_GRAVITY_MPS2
    lateral = _Quantity(
        title="Lateral", channels=("accel_lat_mps2",), unit="g", factor=per_g, least=0.2,
        stretch=3, note="left turn positive", summary=_range,
    )  # fmt: skip
    longitudinal = _Quantity(
        title="Longitudinal", channels=("accel_long_mps2",), unit="g", factor=per_g, least=0.2,
        stretch=3, note="braking negative", summary=_range,
    )  # fmt: skip
    return speed, throttle, _brake(comparison), None, lateral, longitudinal


def _brake(comparison: Comparison) -> _Quantity:
    """Return the brake as a share where any lap has it, else as a pressure."""
    if any(_has(compared, "brake_ratio") for compared in comparison.laps):
        return _Quantity(
            title="Brake", channels=("brake_ratio",), unit="%", factor=100.0, least=100.0,
            stretch=2, summary=_mean,
        )  # fmt: skip
    return _Quantity(
        title="Brake pressure", channels=("brake_pressure_pa",), unit="bar",
        factor=1.0 / _PASCALS_PER_BAR, least=1.0, stretch=2, summary=_top,
    )  # fmt: skip


def _top(values: FloatArray) -> str:
    return f"top {plain(float(values.max()), 1)}"


def _mean(values: FloatArray) -> str:
    return f"mean {plain(float(values.mean()), 0)}"


def _range(values: FloatArray) -> str:
    return f"{signed(float(values.min()), 2)} to {signed(float(values.max()), 2)}"


def _has(compared: ComparedLap, channel: str) -> bool:
    values = compared.channels.get(channel)
    return values is not None and bool(np.isfinite(values).any())


def _trace(compared: ComparedLap, quantity: _Quantity) -> _Trace:
    name = next((name for name in quantity.channels if _has(compared, name)), None)
    if name is None:
        return _Trace(values=np.full(compared.time_s.shape, np.nan))
    return _Trace(values=compared.channels[name] * quantity.factor)


def _quantity_plot(
    comparison: Comparison, slots: Slots, measures: Measures, quantity: _Quantity
) -> Plot | None:
    traces = [_trace(compared, quantity) for compared in comparison.laps]
    reach = _reach(traces)
    if reach is None:
        return None
    y = value_axis(*reach, label=plain, least=quantity.least)
    x = _x_axis(comparison, measures)
    return Plot(
        title=quantity.title,
        unit=quantity.unit,
        note=quantity.note,
        stretch=quantity.stretch,
        x=x,
        y=y,
        series=_series(comparison, slots, traces, _view(x, y, quantity.stretch), quantity.summary),
    )


def _delta_plot(comparison: Comparison, slots: Slots, measures: Measures) -> Plot | None:
    """Return the delta of every lap but the reference, which is the zero line."""
    traces = [
        _delta_trace(compared, is_reference=index == comparison.reference_index)
        for index, compared in enumerate(comparison.laps)
    ]
    reach = _reach(traces)
    if reach is None:
        return None
    y = value_axis(min(*reach, 0.0), max(*reach, 0.0), label=signed, least=_LEAST_DELTA_S)
    x, stretch = _x_axis(comparison, measures), 3
    series = _series(comparison, slots, traces, _view(x, y, stretch), _final)
    label = clean(comparison.laps[comparison.reference_index].label)
    band = ", band: 95\u00a0% range" if any(one.bands for one in series) else ""
    return Plot(
        title="Time delta",
        unit="s",
        note=f"to lap{NO_BREAK_SPACE}{_cut(label)}, up is slower{band}",
        stretch=stretch,
        x=x,
        y=y,
        series=series,
    )


def _final(values: FloatArray) -> str:
    return signed(float(values[-1]), 3)


def _delta_trace(compared: ComparedLap, *, is_reference: bool) -> _Trace:
    if is_reference:
        return _Trace(values=np.full(compared.delta_t_s.shape, np.nan))
    half = BAND_SIGMAS * compared.delta_t_sigma_s
    is_shown = np.isfinite(compared.delta_t_s + half) & _widened(2.0 * half > SHOWN_BAND_S)
    return _Trace(values=compared.delta_t_s, half_band=np.where(is_shown, half, np.nan))


def _widened(is_wide: BoolArray) -> BoolArray:
    """Return the places within half a percent of a true one: a band must not flicker."""
    reach = max(1, is_wide.size // 200)
    return np.convolve(is_wide, np.ones(2 * reach + 1), mode="full")[reach:-reach] > 0.5


def _reach(traces: Sequence[_Trace]) -> tuple[float, float] | None:
    """Return least and greatest finite value, bands included."""
    edges = [trace.values for trace in traces]
    for trace in traces:
        if trace.half_band is not None:
            edges += [trace.values - trace.half_band, trace.values + trace.half_band]
    finite = np.concatenate([edge[np.isfinite(edge)] for edge in edges])
    return (float(finite.min()), float(finite.max())) if finite.size else None


def _x_axis(comparison: Comparison, measures: Measures) -> Axis:
    length = float(comparison.distance_m[-1]) * measures.axis_factor
    return distance_axis(length, f"{measures.axis_unit}")


def _view(x: Axis, y: Axis, stretch: int) -> View:
    return View(x=x, y=y, n_columns=_COLUMNS, n_rows=float(_ROWS_PER_STRETCH * stretch))


def _grey_view(view: View, slots: Slots) -> View:
    """Return the coarser view of the laps behind: the more there are, the coarser."""
    share = _COLUMNS_OF_ALL_GREY // max(1, slots.count(None))
    n_columns = min(_GREY_COLUMNS, max(_LEAST_GREY_COLUMNS, share))
    return replace(view, n_columns=n_columns, n_rows=view.n_rows * n_columns / view.n_columns)


def _series(
    comparison: Comparison,
    slots: Slots,
    traces: Sequence[_Trace],
    view: View,
    summary: Callable[[FloatArray], str],
) -> tuple[Series, ...]:
    """Return the laps with values in drawing order: grey laps, the reference, the others."""
    x = comparison.distance_m / comparison.distance_m[-1] * view.x.high
    grey = _grey_view(view, slots)
    drawn = [
        Series(
            slot=slot,
            label=_cut(f"L{clean(compared.label)}"),
            value=summary(trace.values[np.isfinite(trace.values)]),
            runs=polyline(x, trace.values, grey if slot is None else view),
            bands=() if slot is None else _bands(x, trace, view),
        )
        for compared, slot, trace in zip(comparison.laps, slots, traces, strict=True)
        if np.isfinite(trace.values).any()
    ]
    return tuple(sorted(drawn, key=lambda one: -1 if one.slot is None else one.slot))


def _bands(x: FloatArray, trace: _Trace, view: View) -> tuple[FloatArray, ...]:
    """Return closed outlines of the band, shape (n, 2) each."""
    if trace.half_band is None:
        return ()
    lower, upper = trace.values - trace.half_band, trace.values + trace.half_band
    outlines = []
    for run in finite_runs(np.isfinite(trace.half_band)):
        edges = (polyline(x[run], edge[run], view) for edge in (lower, upper))
        below, above = (np.concatenate(edge) for edge in edges)
        outlines.append(np.concatenate((below, above[::-1])))
    return tuple(outlines)


def _cut(label: str) -> str:
    """Return a label that fits into the head of a plot; the page's legend has the whole one."""
    return label if len(label) <= _SHORT_LABEL else f"{label[: _SHORT_LABEL - 1]}…"
