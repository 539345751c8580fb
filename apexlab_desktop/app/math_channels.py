"""Formulas of the user: worked on laps or on a whole session, kept and listed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from apexlab_desktop.analysis import math_channels
from apexlab_desktop.analysis.expressions import caret_lines, read_formula
from apexlab_desktop.app import opening
from apexlab_desktop.app.comparing import compare_opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.expressions import Formula, MathValues
    from apexlab_desktop.analysis.types import Comparison, FloatArray
    from apexlab_desktop.app.records import OpenedSession


__all__ = [
    "WorkedMath",
    "caret_lines",
    "math_of",
    "math_on_laps",
    "math_on_session",
]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class WorkedMath:
    """A formula with what it gives.

    Attributes
    ----------
    file, text : str
    result : MathValues
        Values of shape (n_laps, n_grid), or (1, n) over a whole session.
    comparison : Comparison or None
        The laps and their places; None over a whole session.
    time_s : ndarray, shape (n,), or None
        Session time of the values over a whole session [s].
    """

    file: str
    text: str
    result: MathValues
    comparison: Comparison | None = None
    time_s: FloatArray | None = None


def math_of(
    session: OpenedSession,
    text: str,
    laps: Sequence[int] | None = None,
    *,
    reference: int | None = None,
) -> WorkedMath:
    """Return a formula on laps, or with None over the whole session; see both functions below."""
    if laps:
        return math_on_laps(session, text, laps, reference=reference)
    return math_on_session(session, text)


def math_on_laps(
    session: OpenedSession, text: str, laps: Sequence[int], *, reference: int | None = None
) -> WorkedMath:
    """Return a formula on the places of laps of one session.

    Parameters
    ----------
    session : OpenedSession
    text : str
        The formula.
    laps : sequence of int
        Lap numbers.
    reference : int or None
        Number of the lap that `delta` compares with; None takes the first of `laps`.

    Raises
    ------
    ExpressionError
        If the formula cannot be worked; it says at which character.
    NoLapsError
        If a lap does not exist.
    """
    formula = read_formula(text)
    session = _with_own_channels(session, formula)
    numbers = list(dict.fromkeys(laps))
    shown = len(numbers)
    first = numbers[0] if reference is None else reference
    if first not in numbers:
        numbers.append(first)
    comparison = compare_opened(
        [(session, number) for number in numbers], reference=numbers.index(first)
    )
    result = math_channels.on_laps(formula, session.analysed, comparison)
    if shown < len(numbers):
        result = replace(result, values=result.values[:shown])
        comparison = replace(comparison, laps=comparison.laps[:shown])
    return WorkedMath(file=session.file, text=text, result=result, comparison=comparison)


def math_on_session(session: OpenedSession, text: str) -> WorkedMath:
    """Return a formula over a whole session, on the time base of its channels.

    Raises
    ------
    ExpressionError
        If the formula cannot be worked; it says at which character.
    """
    formula = read_formula(text)
    session = _with_own_channels(session, formula)
    found = math_channels.on_session(formula, session.analysed)
    return WorkedMath(file=session.file, text=text, result=found.result, time_s=found.time_s)


def _with_own_channels(session: OpenedSession, formula: Formula) -> OpenedSession:
    """Return the session with all channels of its file, where the formula may need them.

    A session of the library is opened with the catalogued channels only.
    """
    held = {channel.name for group in session.analysed.raw.groups for channel in group.channels}
    wants_more = any(step.is_quoted or step.name not in held for step in formula.channels)
    if not wants_more or session.summary is None or Path(session.id).exists():
        return session
    raw, _, _ = opening.load_raw(session.id)
    return replace(session, analysed=replace(session.analysed, raw=raw))
