"""What the Corners worksheet shows."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from apexlab_desktop.ui.viewmodels.corner_rows import (
    CornerRow,
    PassRow,
    Shown,
    clean_laps,
    corner_rows,
    pass_rows,
)
from apexlab_desktop.ui.viewmodels.insight import InsightModel


class CornersModel(QObject):
    """The rows of the table, and the laps in the corner looked at.

    Signals: `changed` when the rows differ, `corner_changed` when another corner is looked at.
    """

    changed = Signal()
    corner_changed = Signal()

    def __init__(self, insight: InsightModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.insight = insight
        self._shown = Shown.TYPICAL
        insight.changed.connect(self.changed)
        insight.changed.connect(self.corner_changed)
        insight.corner_changed.connect(self.corner_changed)

    @property
    def shown(self) -> Shown:
        """What the rows say of a corner."""
        return self._shown

    def show(self, shown: Shown) -> None:
        """Say something else of the corners."""
        if shown is not self._shown:
            self._shown = shown
            self.changed.emit()

    @property
    def rows(self) -> tuple[CornerRow, ...]:
        """The corners, in the order they are driven."""
        judged = self.insight.debrief
        return corner_rows(judged, self._shown) if judged is not None else ()

    @property
    def passes(self) -> tuple[PassRow, ...]:
        """The clean laps in the corner looked at, the quickest first."""
        judged = self.insight.debrief
        corner = self.insight.corner
        return pass_rows(judged, corner) if judged is not None and corner is not None else ()

    @property
    def n_clean(self) -> int:
        """How many laps count."""
        judged = self.insight.debrief
        return len(clean_laps(judged)) if judged is not None else 0
