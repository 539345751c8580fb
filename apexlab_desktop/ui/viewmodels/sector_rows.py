"""Sector times as a table shows them: the ideal laps, every timed lap, each sector."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import accumulate
from typing import TYPE_CHECKING

from apexlab_desktop.analysis.segments_timing import MICROSECONDS
from apexlab_desktop.ui.formatting import NO_BREAK_SPACE, counted, distance
from apexlab_desktop.ui.viewmodels.sector_facts import splice_splits_us

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.debrief import Debrief
    from apexlab_desktop.analysis.theoretical import RollingBest
    from apexlab_desktop.ui.viewmodels.sector_facts import SectorFacts
    from apexlab_desktop.ui.viewmodels.session_groups import LapRow
    from apexlab_desktop.units import UnitSystem

LEAST_CLEAN = 2
"""An ideal lap of one lap would be that lap."""
NEEDS_LAPS = f"needs {LEAST_CLEAN} clean laps"
UPPER_BOUND = "upper bound"
BEATEN = "from line to line; a rolling lap, begun elsewhere, was faster"
"""What is to be added where a lap that was really driven is quicker than such a bound."""

_Times = tuple[int | None, ...]


class Shown(IntEnum):
    """What stands in a sector's column."""

    EACH = 0
    SINCE_START = 1


class Mark(IntEnum):
    """What is special about a time; NONE for nothing."""

    NONE = 0
    FASTER = 1
    BEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorCell:
    """A time in a sector's column; None where a dropout hides it [s]."""

    time_s: float | None
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorRow:
    """A lap, driven or ideal.

    Attributes
    ----------
    title, note : str
        Its number or name, and beside it what is to be known of it.
    lap_number : int or None
        None for an ideal lap.
    time_s, gap_s : float or None
        Lap time, and that less the best clean lap's [s].
    cells : tuple of SectorCell
        Empty where there are no sectors: then `words` stand there.
    words : str
    is_counted, is_best : bool
        Whether the lap counts, and is the best of those.
    """

    title: str
    note: str = ""
    lap_number: int | None = None
    time_s: float | None = None
    gap_s: float | None = None
    cells: tuple[SectorCell, ...] = ()
    words: str = ""
    is_counted: bool = True
    is_best: bool = False


def lap_rows(facts: SectorFacts, laps: Sequence[LapRow], shown: Shown) -> tuple[SectorRow, ...]:
    """Return a row for every timed lap, in the order they were driven."""
    times = facts.table.times
    places = {number: row for row, number in enumerate(times.lap_numbers)}
    counts = tuple(row.number for row in laps if row.is_clean and row.number in places)
    best_us, best = best_lap(facts, counts)
    columns = _columns(facts, shown)
    marks = [_marks(column, times.lap_numbers, frozenset(counts)) for column in columns]
    made = []
    for lap in laps:
        if not lap.is_timed:
            continue
        place = places.get(lap.number)
        time_s = lap.lap_time_s if place is None else _seconds(int(times.lap_us[place]))
        made.append(
            SectorRow(
                title=str(lap.number),
                note=lap.state,
                lap_number=lap.number,
                time_s=time_s,
                gap_s=None if time_s is None or best_us is None else time_s - best_us / 1e6,
                cells=()
                if place is None
                else tuple(
                    SectorCell(time_s=_seconds(column[place]), mark=marks[k][place])
                    for k, column in enumerate(columns)
                ),
                is_counted=lap.is_clean,
                is_best=lap.number == best,
            )
        )
    return tuple(made)


def best_lap(facts: SectorFacts, counts: Sequence[int]) -> tuple[int | None, int | None]:
    """Return time [us] and number of the best of the laps that count; the earlier of two."""
    times = facts.table.times
    timed = zip(times.lap_us.tolist(), times.lap_numbers, strict=True)
    known = [(us, number) for us, number in timed if number in counts]
    return min(known, key=lambda one: one[0], default=(None, None))


def ideal_rows(
    judged: Debrief, facts: SectorFacts, shown: Shown, units: UnitSystem
) -> tuple[SectorRow, ...]:
    """Return the ideal laps: by sectors, without a jump, and the best that was really driven."""
    counts = [lap.lap.number for lap in judged.comparison.laps if lap.lap.is_clean]
    best_us, best = best_lap(facts, counts)
    names = ("Ideal by sectors", "Reachable splice", "Best rolling lap")
    if best_us is None or len(counts) < LEAST_CLEAN:
        reason = NEEDS_LAPS if counts else "no lap counts"
        return tuple(SectorRow(title=name, words=reason) for name in names)
    best_s = best_us / MICROSECONDS
    splice, rolling = judged.ideal.reachable, judged.ideal.rolling
    seams = counted(len(splice.seams), "seam") if splice.seams else "no seam"
    return (
        _ideal_row(
            names[0], UPPER_BOUND, facts.ideal.time_s, best_s,
            cells=_cells(_ideal_us(facts), shown),
            words="; ".join((*facts.ideal.reasons, *beaten_by(rolling, facts.ideal.time_s))),
        ),
        _ideal_row(
            names[1], f"{UPPER_BOUND}, {seams}", splice.time_s, best_s,
            cells=_cells(_pieces(splice_splits_us(judged, facts.table.times.boundaries_m)), shown),
            words="; ".join((*splice.reasons, *beaten_by(rolling, splice.time_s))),
        ),
        _ideal_row(
            names[2], "really driven", rolling.time_s, best_s,
            words=_rolling_words(rolling, best, units),
        ),
    )  # fmt: skip


def _ideal_row(
    title: str,
    note: str,
    time_s: float | None,
    best_s: float,
    *,
    cells: tuple[SectorCell, ...] = (),
    words: str = "",
) -> SectorRow:
    if time_s is None:
        return SectorRow(title=title, words=words)
    return SectorRow(
        title=title, note=note, time_s=time_s, gap_s=time_s - best_s, cells=cells, words=words
    )


def beaten_by(rolling: RollingBest, time_s: float | None) -> tuple[str, ...]:
    """Return what to add to a bound that a rolling lap has beaten; nothing to others."""
    if time_s is None or rolling.time_s is None or rolling.time_s >= time_s:
        return ()
    return (BEATEN,)


def _rolling_words(rolling: RollingBest, best: int | None, units: UnitSystem) -> str:
    if rolling.time_s is None:
        return "; ".join(rolling.reasons)
    if len(rolling.lap_numbers) < 2:
        return f"lap{NO_BREAK_SPACE}{best} from line to line"
    into = f"lap{NO_BREAK_SPACE}{rolling.lap_numbers[1]}"
    return f"from {distance(rolling.start_m, units)}, over the line into {into}"


def _ideal_us(facts: SectorFacts) -> _Times:
    """Return the pieces of the ideal lap by sectors, from the laps they come from [us]."""
    times = facts.table.times
    rows = {number: row for row, number in enumerate(times.lap_numbers)}
    made = []
    for index, (_name, number) in enumerate(facts.ideal.sources):
        row = rows[number]
        is_known = bool(times.is_known[row, index])
        made.append(int(times.time_us[row, index]) if is_known else None)
    return tuple(made)


def _columns(facts: SectorFacts, shown: Shown) -> list[_Times]:
    """Return the times of all laps, column by column [us]."""
    times = facts.table.times
    rows = []
    for us, known in zip(times.time_us.tolist(), times.is_known.tolist(), strict=True):
        row = tuple(t if k else None for t, k in zip(us, known, strict=True))
        rows.append(_since_start(row) if shown is Shown.SINCE_START else row)
    return [tuple(row[k] for row in rows) for k in range(times.n_pieces)]


def _cells(pieces_us: _Times, shown: Shown) -> tuple[SectorCell, ...]:
    us = _since_start(pieces_us) if shown is Shown.SINCE_START else pieces_us
    return tuple(SectorCell(time_s=_seconds(one)) for one in us)


def _since_start(pieces_us: _Times) -> _Times:
    return tuple(
        accumulate(
            pieces_us, lambda sum_us, us: None if sum_us is None or us is None else sum_us + us
        )
    )


def _pieces(splits_us: _Times) -> _Times:
    pairs = zip((0, *splits_us), splits_us, strict=False)
    return tuple(None if a is None or b is None else b - a for a, b in pairs)


def _marks(column: _Times, numbers: Sequence[int], counts: frozenset[int]) -> list[Mark]:
    """Return the marks of a column, laps in the order driven; only those that count have any."""
    known = [
        us
        for us, number in zip(column, numbers, strict=True)
        if us is not None and number in counts
    ]
    # The only lap is the best of nothing.
    best = min(known) if len(known) >= LEAST_CLEAN else None
    marks, least, is_best_given = [], None, False
    for us, number in zip(column, numbers, strict=True):
        mark = Mark.NONE
        if us is not None and number in counts:
            if us == best and not is_best_given:
                mark, is_best_given = Mark.BEST, True
            elif least is not None and us < least:
                mark = Mark.FASTER
            least = us if least is None else min(least, us)
        marks.append(mark)
    return marks


def _seconds(us: int | None) -> float | None:
    return None if us is None else us / MICROSECONDS
