"""The sectors of a layout in a list, and where the ideal lap takes its pieces from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apexlab_desktop.analysis.segments_timing import MICROSECONDS
from apexlab_desktop.ui.formatting import NO_BREAK_SPACE
from apexlab_desktop.ui.viewmodels.sector_rows import LEAST_CLEAN, best_lap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.corner_results import Corner
    from apexlab_desktop.analysis.debrief import Debrief
    from apexlab_desktop.ui.viewmodels.sector_facts import SectorFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorLine:
    """One sector.

    Attributes
    ----------
    number : int
        From 1.
    name : str
        By its corners.
    end_m : float
        Station [m].
    best_s : float or None
        [s]
    spread_s : float or None
        Standard deviation over the clean laps [s].
    loss_s : float or None
        Mean less best [s].
    """

    number: int
    name: str
    end_m: float
    best_s: float | None
    spread_s: float | None
    loss_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A piece of the ideal lap.

    Attributes
    ----------
    name : str
        `S1` ...
    lap_number : int
    gap_s : float or None
        Its time less the best lap's there [s]; None where that is not known.
    share : float
        Of the lap's time.
    """

    name: str
    lap_number: int
    gap_s: float | None
    share: float


def sector_lines(judged: Debrief, facts: SectorFacts) -> tuple[SectorLine, ...]:
    """Return the sectors in the order they are driven."""
    n_clean = sum(lap.lap.is_clean for lap in judged.comparison.laps)
    lines = []
    for number, sector in enumerate(facts.table.sectors, start=1):
        has_spread = n_clean >= LEAST_CLEAN and sector.best_s is not None
        is_known = has_spread and sector.mean_s is not None and sector.best_s is not None
        lines.append(
            SectorLine(
                number=number,
                name=sector_name(judged.corners, sector.from_m, sector.to_m),
                end_m=sector.to_m,
                best_s=sector.best_s,
                spread_s=sector.std_s if has_spread else None,
                loss_s=(sector.mean_s or 0.0) - (sector.best_s or 0.0) if is_known else None,
            )
        )
    return tuple(lines)


def sector_name(corners: Sequence[Corner], from_m: float, to_m: float) -> str:
    """Return what a driver would call a stretch: its corners, or the straight it is."""
    inside = [corner for corner in corners if from_m <= corner.apex_m < to_m]
    if not inside:
        return "Start straight" if from_m == 0.0 else "Straight"
    names = [corner.name for corner in inside]
    joint = "to" if len(inside) > 2 else "and"
    if all(names):
        return names[0] if len(names) == 1 else f"{names[0]} {joint} {names[-1]}"
    numbers = [corner.number for corner in inside]
    if len(numbers) == 1:
        return f"Turn{NO_BREAK_SPACE}{numbers[0]}"
    return f"Turns{NO_BREAK_SPACE}{numbers[0]} {joint} {numbers[-1]}"


def sources(judged: Debrief, facts: SectorFacts) -> tuple[Source, ...]:
    """Return the pieces of the ideal lap; none with fewer than two clean laps."""
    counts = [lap.lap.number for lap in judged.comparison.laps if lap.lap.is_clean]
    best_us, best = best_lap(facts, counts)
    times = facts.table.times
    if len(counts) < LEAST_CLEAN or facts.ideal.time_s is None or best is None or not best_us:
        return ()
    rows = {number: row for row, number in enumerate(times.lap_numbers)}
    made = []
    for index, (name, number) in enumerate(facts.ideal.sources):
        own, theirs = rows[number], rows[best]
        is_known = bool(times.is_known[own, index] and times.is_known[theirs, index])
        gap_us = int(times.time_us[own, index] - times.time_us[theirs, index])
        made.append(
            Source(
                name=name,
                lap_number=number,
                gap_s=gap_us / MICROSECONDS if is_known else None,
                share=float(times.time_us[own, index]) / (facts.ideal.time_s * MICROSECONDS),
            )
        )
    return tuple(made)


def source_words(pieces: Sequence[Source]) -> str:
    """Return from which laps the ideal one is made, and what that makes of it."""
    laps = sorted({piece.lap_number for piece in pieces})
    if not laps:
        return ""
    if len(laps) == 1:
        return f"an upper bound: lap{NO_BREAK_SPACE}{laps[0]} as it was driven"
    first = ", ".join(str(number) for number in laps[:-1])
    return f"an upper bound: pieces of laps{NO_BREAK_SPACE}{first} and {laps[-1]}"
