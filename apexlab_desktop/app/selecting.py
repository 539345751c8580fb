"""Which laps a command means: numbers looked up in one file, then in a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apexlab_desktop.analysis.types import LapKind
from apexlab_desktop.app.comparing import find_lap
from apexlab_desktop.app.opening import open_session
from apexlab_desktop.errors import NoLapsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.app.records import OpenedSession

DEFAULT_LAPS = 3
"""Laps compared when none are named: the best and the next best."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class ChosenLaps:
    """Sessions and lap numbers in the order to show, with the reference's index."""

    laps: tuple[tuple[OpenedSession, int], ...]
    reference: int

    @property
    def uses_second(self) -> bool:
        """Whether the laps are of more than one session."""
        return len({session.sha256 for session, _ in self.laps}) > 1


def choose(
    file: str, with_: str | None, numbers: Sequence[int] | None, reference: int | None
) -> ChosenLaps:
    """Return the laps that a command names.

    Parameters
    ----------
    file, with_ : str
        Each number is looked up in `file`, then in `with_`; a number given twice is taken from
        both.
    numbers : sequence of int or None
        None takes the best laps (of both files).
    reference : int or None
        Lap number; None takes the first of `numbers`.

    Raises
    ------
    NoLapsError
        If a lap is in neither file.
    """
    sources = [open_session(file)] + ([open_session(with_)] if with_ else [])
    laps = _named(sources, numbers) if numbers else _best(sources)
    if reference is None:
        return ChosenLaps(laps=laps, reference=0)
    for index, (_, number) in enumerate(laps):
        if number == reference:
            return ChosenLaps(laps=laps, reference=index)
    extra = _named(sources, [reference])
    return ChosenLaps(laps=extra + laps, reference=0)


def _named(
    sources: Sequence[OpenedSession], numbers: Sequence[int]
) -> tuple[tuple[OpenedSession, int], ...]:
    chosen: list[tuple[OpenedSession, int]] = []
    for number in numbers:
        holders = [s for s in sources if any(lap.number == number for lap in s.analysed.laps)]
        fresh = [s for s in holders if (s, number) not in chosen]
        if not holders:
            find_lap(sources[0], number)
        if fresh:
            chosen.append((fresh[0], number))
    return tuple(chosen)


def _best(sources: Sequence[OpenedSession]) -> tuple[tuple[OpenedSession, int], ...]:
    per_source = DEFAULT_LAPS if len(sources) == 1 else 1
    chosen: list[tuple[OpenedSession, int]] = []
    for session in sources:
        timed = [
            lap
            for lap in session.analysed.laps
            if lap.kind is LapKind.TIMED and lap.lap_time_s is not None
        ]
        timed.sort(key=lambda lap: (not lap.is_clean, lap.lap_time_s or 0.0))
        chosen += [(session, lap.number) for lap in timed[:per_source]]
    if not chosen:
        raise NoLapsError(
            expected="at least one timed lap",
            found="none",
            place=sources[0].file,
            advice="A lap needs the start/finish line crossed twice; try --start-line.",
        )
    return tuple(chosen)
