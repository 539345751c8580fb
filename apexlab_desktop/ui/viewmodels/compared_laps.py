"""Laps in a comparison: which at first, and what tells them apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from apexlab_desktop.app.records import LapRef

if TYPE_CHECKING:
    from apexlab_desktop.ui.viewmodels.session_groups import LapRow, SessionGroup

DEFAULT_LAPS = 3
"""The reference and the two quickest beside it: what a driver looks at first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedLap:
    """A lap in its slot.

    Attributes
    ----------
    row : LapRow
    label : str
        `Lap 5`, with its session when several are compared.
    slot : int
        Index of its colour; the reference has 0.
    gap_s : float or None
        Lap time less the reference's [s]; None where the two are not laps of one layout.
    is_reference, is_shown : bool
    reason : str
        Why the lap is not compared; empty when it is.
    """

    row: LapRow
    label: str
    slot: int
    gap_s: float | None
    is_reference: bool
    is_shown: bool
    reason: str = ""


def default_laps(group: SessionGroup) -> list[LapRef]:
    """Return the laps compared at first: the quickest clean ones."""
    comparable = [row for row in group.laps if row.can_be_compared]
    ranked = sorted(comparable, key=lambda row: (not row.is_clean, row.lap_time_s))
    n_clean = sum(row.is_clean for row in ranked)
    return [row.ref for row in ranked[: max(1, min(DEFAULT_LAPS, n_clean))]]


def session_label(groups: Sequence[SessionGroup], ref: LapRef) -> str:
    """Return what tells a lap's session apart from the others open; empty when it is alone."""
    group = next((g for g in groups if g.session_id == ref.session_id), None)
    if group is None or len(groups) < 2:
        return ""
    for words in (attrgetter("short"), attrgetter("clock")):
        told: str = words(group)
        if told and sum(words(other) == told for other in groups) == 1:
            return told
    # Two recordings of one drive begin in the same minute: then the files tell them apart.
    return group.file_name or group.clock or group.short
