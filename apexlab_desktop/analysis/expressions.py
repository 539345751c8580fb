"""Formulas of the user over channels: read, checked for units, and worked; never `eval`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis import expression_functions as functions
from apexlab_desktop.analysis.expression_dimensions import sort_of
from apexlab_desktop.analysis.expression_functions import BY_VALUE, Axes
from apexlab_desktop.analysis.expression_syntax import (
    Formula,
    Step,
    StepKind,
    read_formula,
)
from apexlab_desktop.analysis.expression_tokens import fault
from apexlab_desktop.analysis.expression_units import (
    PLAIN,
    Dimension,
    unit_name,
    unit_of_channel,
)
from apexlab_desktop.analysis.types import ChannelKind, FloatArray, read_only
from apexlab_desktop.errors import ExpressionError

__all__ = [
    "Axes",
    "ChannelValues",
    "Formula",
    "MathValues",
    "caret_lines",
    "read_formula",
    "unit_of",
    "unknown_channel",
    "work",
]

CARET_WIDTH = 72
"""Characters of a formula shown around the place that is pointed at."""
_FAULTS = {"divide by zero": "divide", "overflow": "over", "invalid value": "invalid"}
"""What numpy calls the faults of arithmetic, and the names that it takes them by."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ChannelValues:
    """A channel on the axes of a formula.

    Attributes
    ----------
    values : ndarray, shape (n_rows, n)
        In `unit`; NaN where missing.
    unit : str
    kind : ChannelKind
    """

    values: FloatArray
    unit: str
    kind: ChannelKind = ChannelKind.CONTINUOUS


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class MathValues:
    """What a formula gives.

    Attributes
    ----------
    values : ndarray, shape (n_rows, n)
        In SI; NaN where missing or not defined. A condition is 1 or 0.
    unit : str
        Empty for plain numbers and conditions.
    kind : ChannelKind
        Stepped where only stepped channels went in.
    is_condition : bool
    faults : tuple of str
        What arithmetic met somewhere that gives no number: `divide`, `over`, `invalid`.
    """

    values: FloatArray
    unit: str
    kind: ChannelKind
    is_condition: bool
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Worked:
    """A value on the stack; numbers have no axes and are neither continuous nor stepped."""

    values: FloatArray
    is_stepped: bool | None = None


def unit_of(formula: Formula, units: Mapping[tuple[str, bool], str]) -> str:
    """Return the unit of a formula, having checked it; nothing is worked.

    Parameters
    ----------
    formula : Formula
    units : mapping of (str, bool) to str
        Name, and whether it was quoted, to unit: every channel that the formula names.

    Raises
    ------
    ExpressionError
        Where units do not fit.
    """
    sort = sort_of(formula, {key: unit_of_channel(unit).dimension for key, unit in units.items()})
    return unit_name(sort.dimension or PLAIN)


def work(
    formula: Formula, channels: Mapping[tuple[str, bool], ChannelValues], axes: Axes
) -> MathValues:
    """Return the values of a formula.

    Parameters
    ----------
    formula : Formula
    channels : mapping of (str, bool) to ChannelValues
        Name, and whether it was quoted, to values: every channel that the formula names.
    axes : Axes

    Raises
    ------
    ExpressionError
        Where units do not fit, or a function needs what is not there.
    """
    dimensions: dict[tuple[str, bool], Dimension] = {}
    given: dict[tuple[str, bool], _Worked] = {}
    for key, channel in channels.items():
        unit = unit_of_channel(channel.unit)
        dimensions[key] = unit.dimension
        values = np.asarray(channel.values, dtype=np.float64)
        given[key] = _Worked(
            values if unit.factor == 1.0 else values * unit.factor,
            channel.kind is ChannelKind.STEPPED,
        )
    sort = sort_of(formula, dimensions)
    _check_axes(formula, axes)
    met: set[str] = set()
    with np.errstate(all="call", under="ignore", call=lambda text, _: met.add(_FAULTS[text])):
        result = _worked(formula, given, axes)
    values = np.array(np.broadcast_to(result.values, axes.time_s.shape))
    values[~np.isfinite(values)] = np.nan
    return MathValues(
        values=read_only(values),
        unit=unit_name(sort.dimension or PLAIN),
        kind=ChannelKind.STEPPED if result.is_stepped else ChannelKind.CONTINUOUS,
        is_condition=sort.is_condition,
        faults=tuple(sorted(met)),
    )


def _check_axes(formula: Formula, axes: Axes) -> None:
    delta = formula.uses("delta")
    if delta is not None and axes.reference_row is None:
        raise fault(
            formula.text,
            delta.position,
            expected="laps for delta, which compares with the reference lap",
            found="a whole session",
            advice="Name laps.",
        )
    by_distance = formula.uses("derivative distance")
    if by_distance is not None and axes.distance_m is None:
        raise fault(
            formula.text,
            by_distance.position,
            expected="a distance for derivative",
            found="none: the session has no speed",
        )


def _worked(formula: Formula, given: Mapping[tuple[str, bool], _Worked], axes: Axes) -> _Worked:
    stack: list[_Worked] = []
    for step in formula.steps:
        if step.kind is StepKind.NUMBER:
            stack.append(_Worked(np.asarray(step.value)))
        elif step.kind is StepKind.CHANNEL:
            stack.append(given[step.name, step.is_quoted])
        else:
            first = len(stack) - step.n_arguments
            arguments, stack[first:] = stack[first:], []
            stack.append(_Worked(_applied(step, arguments, axes), _are_stepped(step, arguments)))
    return stack[0]


def _are_stepped(step: Step, arguments: Iterable[_Worked]) -> bool | None:
    """Return whether a result is stepped: when all channels in it are, and it is no slope."""
    if step.name in {"integrate", "smooth"} or step.name.startswith("derivative"):
        return False
    kinds = {argument.is_stepped for argument in arguments} - {None}
    return None if not kinds else kinds == {True}


def _applied(step: Step, arguments: list[_Worked], axes: Axes) -> FloatArray:
    if step.name in BY_VALUE:
        return BY_VALUE[step.name](*(argument.values for argument in arguments))
    shape = axes.time_s.shape
    values = np.broadcast_to(arguments[0].values, shape)
    is_stepped = arguments[0].is_stepped is True
    if step.name == "integrate":
        return functions.integral(values, axes, is_stepped=is_stepped)
    if step.name.startswith("derivative"):
        return functions.derivative(values, axes, by_distance=step.name.endswith("distance"))
    if step.name == "delta":
        return values - values[axes.reference_row]
    window_s = float(arguments[1].values)
    along = functions.smoothed if step.name == "smooth" else functions.lagged
    return along(values, axes, window_s, is_stepped=is_stepped)


def unknown_channel(formula: Formula, channel: Step, known: Iterable[str]) -> Exception:
    """Return the error about a channel that the session does not have."""
    near = difflib.get_close_matches(channel.name, list(known), n=3, cutoff=0.6)
    return fault(
        formula.text,
        channel.position,
        expected="a channel of the session",
        found=f'"{channel.name}"',
        advice=f"Near it: {', '.join(near)}." if near else "`apexlab inspect` lists the channels.",
    )


def caret_lines(error: ExpressionError) -> tuple[str, str]:
    """Return the formula around the place of an error, and a line with a caret below it."""
    first = max(0, min(error.position - CARET_WIDTH // 2, len(error.text) - CARET_WIDTH))
    window = error.text[first : first + CARET_WIDTH]
    plain = "".join(c if c.isprintable() else " " for c in window)
    return plain, " " * (error.position - first) + "^"
