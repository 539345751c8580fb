"""What the Debrief worksheet shows: figures, findings, laps, and the proof of a finding."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from apexlab_desktop.ui.formatting import (
    DASH,
    NO_BREAK_SPACE,
    counted,
    distance,
    lap_time,
    signed,
    speed_factor,
    speed_unit,
)
from apexlab_desktop.ui.messages import sentence
from apexlab_desktop.ui.viewmodels.corner_rows import pass_rows
from apexlab_desktop.ui.viewmodels.insight import InsightModel
from apexlab_desktop.ui.viewmodels.lap_selection import LapSelection
from apexlab_desktop.ui.viewmodels.sector_rows import UPPER_BOUND, beaten_by
from apexlab_desktop.ui.widgets.tile import TileText
from apexlab_desktop.units import UnitSystem

if TYPE_CHECKING:
    from apexlab_desktop.analysis.debrief import Debrief
    from apexlab_desktop.analysis.findings import Finding

MOST_CARDS = 3
SPEED = re.compile(rf"(\d+(?:\.\d+)?){NO_BREAK_SPACE}m/s(?!²)")
LENGTH = re.compile(rf"(\d+(?:\.\d+)?){NO_BREAK_SPACE}m(?![/\w])")
"""Findings are told in SI, each number glued to its unit."""
BARS = {"low": 1, "medium": 2, "high": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCard:
    """One finding as a card shows it.

    Attributes
    ----------
    rank : int
    corner_id : str
    cost : str
        Seconds per lap, without unit.
    title, text : str
    bars : int
        How sure: 1, 2 or 3.
    confidence, place, laps : str
        Words of the evidence row.
    losses_s : tuple of float or None
        What each clean lap lost there [s].
    from_m, to_m : float
        Where [m].
    proof : tuple of int
        Numbers of the laps that show it, worst first.
    """

    rank: int
    corner_id: str
    cost: str
    title: str
    text: str
    bars: int
    confidence: str
    place: str
    laps: str
    losses_s: tuple[float | None, ...]
    from_m: float
    to_m: float
    proof: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LapBar:
    """One lap of the session: its gap to the best, or why it is not counted."""

    number: int
    gap_s: float | None
    is_counted: bool
    reason: str


class DebriefModel(QObject):
    """Three things to change, and what proves them.

    Signals: `changed` when another session is judged, `chosen_changed` when another finding is.
    """

    changed = Signal()
    chosen_changed = Signal()

    def __init__(
        self, insight: InsightModel, laps: LapSelection, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.insight = insight
        self._laps = laps
        self._chosen = 0
        insight.changed.connect(self._on_changed)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The findings that stand, the dearest first; what may be chance only if nothing else."""
        debrief = self.insight.debrief
        if debrief is None:
            return ()
        told = debrief.findings.findings
        sure = tuple(finding for finding in told if finding.is_significant)
        return (sure or told)[:MOST_CARDS]

    @property
    def is_sure(self) -> bool:
        """Whether the findings are no accident of the usual scatter."""
        return any(finding.is_significant for finding in self.findings)

    @property
    def reasons(self) -> str:
        """Why there are fewer than three; empty where there is no need."""
        debrief = self.insight.debrief
        if debrief is None:
            return self.insight.reason
        return " ".join(sentence(f"{reason.rstrip('.')}.") for reason in debrief.findings.reasons)

    @property
    def chosen(self) -> int:
        """Which finding is chosen, counted from 0."""
        return min(self._chosen, max(len(self.findings) - 1, 0))

    def choose(self, index: int) -> None:
        """Choose a finding; its corner is looked at everywhere."""
        if 0 <= index < len(self.findings):
            self._chosen = index
            self.insight.choose_corner(self.findings[index].corner_id)
            self.chosen_changed.emit()

    def cards(self, units: UnitSystem) -> tuple[FindingCard, ...]:
        """Return the cards, in the order of what they cost."""
        debrief = self.insight.debrief
        if debrief is None:
            return ()
        return tuple(_card(debrief, finding, units) for finding in self.findings)

    def tiles(self) -> tuple[TileText, ...]:
        """Return the six figures of the head row."""
        debrief = self.insight.debrief
        session = self._laps.session
        if debrief is None or session is None:
            names = ("Best lap", "Best rolling lap", "Ideal by sectors", "Three findings",
                     "Consistency", "Clean laps")  # fmt: skip
            return tuple(TileText(label=name) for name in names)
        laps = session.laps
        n_timed = sum(row.is_timed for row in laps)
        n_clean = sum(row.is_clean for row in laps)
        return (
            _best_tile(session.best and self._laps.find(session.best), n_timed),
            _rolling_tile(debrief),
            _ideal_tile(debrief),
            _cost_tile([f.cost_per_lap_s for f in self.findings if f.is_significant], self.reasons),
            _consistency_tile(debrief),
            TileText(
                label="Clean laps",
                value=str(n_clean),
                third=f"of {n_timed} timed" + (", reasons below" if n_clean < n_timed else ""),
            ),
        )

    def lap_bars(self) -> tuple[LapBar, ...]:
        """Return every lap of the session in its order."""
        session = self._laps.session
        if session is None:
            return ()
        best = self._laps.find(session.best)
        best_s = best.lap_time_s if best is not None else None
        return tuple(
            LapBar(
                number=row.number,
                gap_s=None if row.lap_time_s is None or best_s is None else row.lap_time_s - best_s,
                is_counted=row.is_clean,
                reason=row.state,
            )
            for row in session.laps
        )

    def _on_changed(self) -> None:
        self._chosen = 0
        self.changed.emit()
        self.chosen_changed.emit()


def _card(debrief: Debrief, finding: Finding, units: UnitSystem) -> FindingCard:
    corner = next((one for one in debrief.corners if one.id == finding.corner_id), None)
    rows = pass_rows(debrief, corner) if corner is not None else ()
    by_lap = {row.lap_number: row.gap_s for row in rows}
    order = [lap.lap.number for lap in debrief.comparison.laps if lap.lap.is_clean]
    sure = finding.confidence_word.value
    proof = sorted(finding.laps, key=lambda number: -(by_lap.get(number) or 0.0))
    advice, _, story = in_units(finding.text, units).partition(". ")
    return FindingCard(
        rank=finding.rank,
        corner_id=finding.corner_id,
        cost=f"{finding.cost_per_lap_s:.2f}",
        title=advice,
        text=story,
        bars=BARS[sure],
        confidence=f"{sure.capitalize()} confidence",
        place=f"{distance(finding.from_m, units)} to {distance(finding.to_m, units)}",
        laps=f"{len(finding.laps)} of {counted(len(order), 'lap')}",
        losses_s=tuple(by_lap.get(number) for number in order),
        from_m=finding.from_m,
        to_m=finding.to_m,
        proof=tuple(proof),
    )


def in_units(text: str, units: UnitSystem) -> str:
    """Return a text with its speeds, and for imperial readers its lengths, in the units shown."""
    factor, unit = speed_factor(units), speed_unit(units)
    text = SPEED.sub(lambda m: f"{float(m[1]) * factor:.1f}{NO_BREAK_SPACE}{unit}", text)
    if units is UnitSystem.METRIC:
        return text
    return LENGTH.sub(lambda m: distance(float(m[1]), units), text)


def _best_tile(best: object, n_timed: int) -> TileText:
    time_s = getattr(best, "lap_time_s", None)
    if time_s is None:
        return TileText(label="Best lap", third="no lap counts")
    number = getattr(best, "number", 0)
    third = f"lap{NO_BREAK_SPACE}{number} of {n_timed}"
    return TileText(label="Best lap", value=lap_time(time_s), third=third, shade="best")


def _rolling_tile(debrief: Debrief) -> TileText:
    rolling = debrief.ideal.rolling
    if rolling.time_s is None:
        return TileText(label="Best rolling lap", third=_first(rolling.reasons))
    laps = " and ".join(str(number) for number in rolling.lap_numbers)
    many = "laps" if len(rolling.lap_numbers) > 1 else "lap"
    third = f"{many} {laps}, from {rolling.start_m:,.0f}{NO_BREAK_SPACE}m"
    return TileText(label="Best rolling lap", value=lap_time(rolling.time_s), third=third)


def _ideal_tile(debrief: Debrief) -> TileText:
    ideal = debrief.ideal.by_sectors
    best = min((lap.lap.lap_time_s or 1e9 for lap in debrief.comparison.laps), default=0.0)
    if ideal.time_s is None:
        return TileText(label="Ideal by sectors", third=_first(ideal.reasons))
    bound = " ".join((UPPER_BOUND, *beaten_by(debrief.ideal.rolling, ideal.time_s)))
    third = f"{signed(ideal.time_s - best, 3)}, {bound}"
    return TileText(label="Ideal by sectors", value=lap_time(ideal.time_s), third=third)


def _cost_tile(costs_s: list[float], reasons: str) -> TileText:
    words = {1: "One finding", 2: "Two findings", 3: "Three findings"}
    if not costs_s:
        return TileText(label="Findings", third=reasons or "nothing repeats for sure")
    return TileText(
        label=words[len(costs_s)],
        value=signed(-sum(costs_s), 2),
        third="s off your typical lap",
        shade="faster",
    )


def _consistency_tile(debrief: Debrief) -> TileText:
    found = debrief.consistency
    if found.consistency_score is None:
        return TileText(label="Consistency", third=_first(found.reasons))
    spread = f", spread {found.cv_pct:.2f}{NO_BREAK_SPACE}%" if found.cv_pct is not None else ""
    value = f"{found.consistency_score:.0f}"
    return TileText(label="Consistency", value=value, third=f"of 100{spread}")


def _first(reasons: tuple[str, ...]) -> str:
    return reasons[0] if reasons else DASH
