"""One lap per number: stretches of a lap that was interrupted, and counters that start again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from apexlab_desktop.analysis.types import (
    MICROSECONDS_PER_SECOND,
    DeclaredLap,
    Notice,
    Severity,
)


def one_lap_per_number(
    laps: Sequence[DeclaredLap], restarts_us: Sequence[int] = ()
) -> tuple[tuple[DeclaredLap, ...], tuple[Notice, ...]]:
    """Return the laps with every number once, and what was done to reach that.

    Parameters
    ----------
    laps : sequence of DeclaredLap
        In order of time.
    restarts_us : sequence of int
        Session times at which the file began to count again [us].

    Notes
    -----
    A lap lasts from line to line. Where recording paused, or a simulator put the car back into the
    pits, the counter goes on counting the same lap: its stretches are one lap, which nobody drove
    in one piece and which has no time. Equal numbers that a restart keeps apart are different laps;
    the later ones are numbered on.
    """
    joined: list[DeclaredLap] = []
    interrupted: dict[int, DeclaredLap] = {}
    for lap in laps:
        if joined and _goes_on(joined[-1], lap, restarts_us):
            joined[-1] = _join(joined[-1], lap)
            interrupted[len(joined)] = joined[-1]
        else:
            joined.append(lap)
    numbered, renumbered = _number_on(joined)
    return numbered, _interrupted_notices(list(interrupted.values())) + renumbered


def _goes_on(first: DeclaredLap, second: DeclaredLap, restarts_us: Sequence[int]) -> bool:
    if first.number != second.number or first.is_complete or second.is_complete:
        return False
    return not any(first.end_us <= restart <= second.start_us for restart in restarts_us)


def _join(first: DeclaredLap, second: DeclaredLap) -> DeclaredLap:
    return replace(
        first,
        end_us=second.end_us,
        lap_time_s=None,
        is_valid=False if False in (first.is_valid, second.is_valid) else None,
    )


def _number_on(
    laps: Sequence[DeclaredLap],
) -> tuple[tuple[DeclaredLap, ...], tuple[Notice, ...]]:
    used: set[int] = set()
    shift = 0
    numbered: list[DeclaredLap] = []
    for lap in laps:
        if lap.number + shift in used:
            shift = max(used) + 1 - lap.number
        used.add(lap.number + shift)
        numbered.append(replace(lap, number=lap.number + shift))
    changed = [
        (old, new) for old, new in zip(laps, numbered, strict=True) if old.number != new.number
    ]
    if not changed:
        return tuple(numbered), ()
    old, new = changed[0]
    notice = Notice(
        code="lap_numbers_repeat",
        severity=Severity.REPAIRED,
        channel="lap_number",
        count=len(changed),
        first_s=old.start_us / MICROSECONDS_PER_SECOND,
        last_s=changed[-1][0].end_us / MICROSECONDS_PER_SECOND,
        detail=f"the file counts a second lap {old.number}; from there on laps are numbered on,"
        f" it is lap {new.number} here",
    )
    return tuple(numbered), (notice,)


def _interrupted_notices(laps: Sequence[DeclaredLap]) -> tuple[Notice, ...]:
    if not laps:
        return ()
    listed = ", ".join(str(number) for number in dict.fromkeys(lap.number for lap in laps))
    return (
        Notice(
            code="laps_interrupted",
            severity=Severity.INFO,
            channel="lap_number",
            count=len(laps),
            first_s=laps[0].start_us / MICROSECONDS_PER_SECOND,
            last_s=laps[-1].end_us / MICROSECONDS_PER_SECOND,
            detail=f"the car was moved or recording paused in lap {listed}: no lap time",
        ),
    )
