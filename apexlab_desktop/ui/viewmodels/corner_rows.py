"""Corners as a table shows them: a typical lap, the best one, and the difference."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

from apexlab_desktop.analysis.corner_results import CornerPass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.corner_results import Corner
    from apexlab_desktop.analysis.debrief import Debrief

COLUMNS = ("entry_speed_mps", "brake_point_m", "min_speed_mps", "exit_speed_mps", "segment_time_s")


class Shown(IntEnum):
    """What the rows say of a corner."""

    TYPICAL = 0
    BEST = 1
    DIFFERENCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class CornerRow:
    """A corner over the clean laps.

    Attributes
    ----------
    corner : Corner
    values : dict of str to float or None
        By `COLUMNS`, of what is asked for.
    loss_s : float or None
        Mean time in the corner less the best [s].
    spread_mps : float or None
        Standard deviation of the least speed [m/s].
    losses_s : tuple of float or None
        Time in the corner less the best, for every clean lap in order [s].
    n_laps : int
        Clean laps that have a time there.
    """

    corner: Corner
    values: dict[str, float | None]
    loss_s: float | None
    spread_mps: float | None
    losses_s: tuple[float | None, ...]
    n_laps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRow:
    """A clean lap in one corner, in the order of time there."""

    lap_index: int
    lap_number: int
    passed: CornerPass
    gap_s: float | None


def corner_rows(judged: Debrief, shown: Shown) -> tuple[CornerRow, ...]:
    """Return a row for every corner, in the order they are driven."""
    clean = clean_laps(judged)
    passes = {corner.id: passes_of(judged, corner) for corner in judged.corners}
    length_m = float(judged.comparison.distance_m[-1])
    return tuple(
        _row(corner, [passes[corner.id][lap] for lap in clean], shown, length_m)
        for corner in judged.corners
    )


def pass_rows(judged: Debrief, corner: Corner) -> tuple[PassRow, ...]:
    """Return the clean laps in a corner, the quickest first; those without a time last."""
    of_laps = passes_of(judged, corner)
    passes = [(lap, of_laps[lap]) for lap in clean_laps(judged)]
    best_s = min((p.segment_time_s for _, p in passes if p.segment_time_s is not None), default=0.0)
    rows = [
        PassRow(
            lap_index=lap,
            lap_number=passed.lap_number,
            passed=passed,
            gap_s=None if passed.segment_time_s is None else passed.segment_time_s - best_s,
        )
        for lap, passed in passes
    ]
    return tuple(sorted(rows, key=lambda row: (row.gap_s is None, row.gap_s or 0.0)))


def passes_of(judged: Debrief, corner: Corner) -> tuple[CornerPass, ...]:
    """Return what every lap of the comparison did in a corner; empty for a lap that missed it."""
    known = {one.lap_number: one for one in judged.passes if one.corner_id == corner.id}
    numbers = [compared.lap.number for compared in judged.comparison.laps]
    return tuple(
        known.get(number) or CornerPass(corner_id=corner.id, lap_number=number)
        for number in numbers
    )


def clean_laps(judged: Debrief) -> tuple[int, ...]:
    """Return which laps of the comparison count."""
    laps = judged.comparison.laps
    return tuple(index for index, compared in enumerate(laps) if compared.lap.is_clean)


def _row(corner: Corner, passes: Sequence[CornerPass], shown: Shown, length_m: float) -> CornerRow:
    times = [one.segment_time_s for one in passes]
    known = [time_s for time_s in times if time_s is not None]
    best_s = min(known, default=None)
    speeds = [one.min_speed_mps for one in passes if one.min_speed_mps is not None]
    return CornerRow(
        corner=corner,
        values=_values(passes, best_s, shown, length_m),
        loss_s=fmean(known) - best_s if best_s is not None and len(known) > 1 else None,
        spread_mps=pstdev(speeds) if len(speeds) > 1 else None,
        losses_s=tuple(
            None if time_s is None or best_s is None else time_s - best_s for time_s in times
        ),
        n_laps=len(known),
    )


def _values(
    passes: Sequence[CornerPass], best_s: float | None, shown: Shown, length_m: float
) -> dict[str, float | None]:
    found = {name: _value(passes, name, best_s, shown) for name in COLUMNS}
    brake_m = found["brake_point_m"]
    if brake_m is not None and shown is not Shown.DIFFERENCE:
        # The places of a pass run on over the start line; the track's own begin anew there.
        found["brake_point_m"] = brake_m % length_m
    return found


def _value(
    passes: Sequence[CornerPass], name: str, best_s: float | None, shown: Shown
) -> float | None:
    found = [value for one in passes if (value := getattr(one, name)) is not None]
    typical = fmean(found) if found else None
    if shown is Shown.TYPICAL:
        return typical
    quickest = next((one for one in passes if one.segment_time_s == best_s), None)
    best: float | None = getattr(quickest, name) if quickest and best_s is not None else None
    if shown is Shown.BEST:
        return best
    return None if typical is None or best is None else typical - best
