"""Formulas of the user: worked on laps or on a whole session, kept and listed."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from apexlab_desktop.analysis import math_channels
from apexlab_desktop.analysis.channels import CATALOGUE
from apexlab_desktop.analysis.expression_syntax import FUNCTIONS
from apexlab_desktop.analysis.expressions import caret_lines, read_formula
from apexlab_desktop.app import opening
from apexlab_desktop.app.comparing import compare_opened
from apexlab_desktop.app.layouts import match_session
from apexlab_desktop.app.library_access import library
from apexlab_desktop.errors import ExpressionError, StoreError, UnfitNameError
from apexlab_desktop.paths import data_home
from apexlab_desktop.store import math_channels as store
from apexlab_desktop.store.database import LIBRARY_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apexlab_desktop.analysis.expressions import Formula, MathValues
    from apexlab_desktop.analysis.types import Comparison, FloatArray
    from apexlab_desktop.app.records import OpenedSession
    from apexlab_desktop.store.math_channels import MathChannel

__all__ = [
    "WorkedMath",
    "caret_lines",
    "list_math_channels",
    "math_of",
    "math_on_laps",
    "math_on_session",
    "remove_math_channel",
    "save_math_channel",
]

LONGEST_NAME = 60


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
        The formula; it may name kept ones like channels.
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
    formula, kept = read_formula(text), _kept_formulas(session)
    session = _with_own_channels(session, formula, kept)
    numbers = list(dict.fromkeys(laps))
    shown = len(numbers)
    first = numbers[0] if reference is None else reference
    if first not in numbers:
        numbers.append(first)
    comparison = compare_opened(
        [(session, number) for number in numbers], reference=numbers.index(first)
    )
    result = math_channels.on_laps(formula, session.analysed, comparison, kept=kept)
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
    formula, kept = read_formula(text), _kept_formulas(session)
    session = _with_own_channels(session, formula, kept)
    found = math_channels.on_session(formula, session.analysed, kept=kept)
    return WorkedMath(file=session.file, text=text, result=found.result, time_s=found.time_s)


def list_math_channels(session: OpenedSession | None = None) -> list[MathChannel]:
    """Return the kept formulas: of the session's layout and of the library, or all for any."""
    layout_id = _layout_id(session) if session is not None else None
    with library().reading() as connection:
        return store.list_math_channels(connection, layout_id)


def save_math_channel(session: OpenedSession, name: str, text: str) -> MathChannel:
    """Keep a formula with the session's layout, or with the library where that is not known.

    Parameters
    ----------
    session : OpenedSession
    name : str
        What other formulas call it; a formula of that name is replaced.
    text : str

    Raises
    ------
    ExpressionError
        If the formula cannot be worked on the session.
    UnfitNameError
        If the name is empty or too long.
    StoreError
        If it is that of a channel.
    """
    tidy = _tidy(name, session)
    formula = read_formula(text)
    kept = {**_kept_formulas(session), tidy: formula}
    whole = _with_own_channels(session, formula, kept)
    if formula.uses("delta") is None:
        # Worked once: what is kept can be used.
        math_channels.on_session(formula, whole.analysed, kept=kept)
    math_channels.chain_of(formula, whole.analysed, kept)
    with library().writing() as connection:
        return store.put_math_channel(connection, tidy, text, _layout_id(session))


def remove_math_channel(session: OpenedSession, name: str) -> None:
    """Drop a kept formula of the session's layout, or of the library.

    Raises
    ------
    StoreError
        If there is none of that name.
    """
    with library().writing() as connection:
        for place in dict.fromkeys((_layout_id(session), None)):
            if store.remove_math_channel(connection, name, place):
                return
    raise StoreError(expected="the name of a kept formula", found=name)


def _layout_id(session: OpenedSession) -> str | None:
    layout = match_session(session).layout
    return None if layout is None else layout.id


def _kept_formulas(session: OpenedSession) -> dict[str, Formula]:
    """Return the kept formulas by name; none where there is no library to read."""
    if not (data_home() / LIBRARY_FILE).exists():
        return {}
    try:
        channels = list_math_channels(session)
    except StoreError:
        return {}
    kept = {}
    for channel in channels:
        # One that cannot be read any more is as good as none: who names it is told so.
        with contextlib.suppress(ExpressionError):
            kept[channel.name] = read_formula(channel.expression)
    return kept


def _tidy(name: str, session: OpenedSession) -> str:
    tidy = " ".join(name.split())
    is_fit = tidy.isprintable() and '"' not in tidy and 0 < len(tidy) <= LONGEST_NAME
    if not is_fit:
        raise UnfitNameError(
            expected=f'a name of 1 to {LONGEST_NAME} characters without "',
            found=f"{len(tidy)} characters",
        )
    if tidy in {*CATALOGUE, *FUNCTIONS, *math_channels.known_names(session.analysed)}:
        raise StoreError(expected="a name that no channel or function has", found=tidy)
    return tidy


def _with_own_channels(
    session: OpenedSession, formula: Formula, kept: Mapping[str, Formula]
) -> OpenedSession:
    """Return the session with all channels of its file, where the formula may need them.

    A session of the library is opened with the catalogued channels only.
    """
    if session.summary is None:
        return session
    held = {channel.name for group in session.analysed.raw.groups for channel in group.channels}
    named = [step for one in (formula, *kept.values()) for step in one.channels]
    if not any(step.is_quoted or step.name not in held for step in named):
        return session
    raw, _, _ = opening.load_raw(session.id)
    return replace(session, analysed=replace(session.analysed, raw=raw))
