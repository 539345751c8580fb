"""What is judged of the open session, and the corner that all worksheets look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from apexlab_desktop.ui.background import Background, Task
from apexlab_desktop.ui.messages import error_line
from apexlab_desktop.ui.use_cases import UseCases
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.lap_selection import LapSelection
from apexlab_desktop.ui.viewmodels.lap_slots import CornerBand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.corner_results import Corner
    from apexlab_desktop.analysis.debrief import Debrief
    from apexlab_desktop.app.debriefing import SessionDebrief

WAY_IN_M, WAY_OUT_M = 120.0, 80.0
"""What is shown before a corner, where it is braked for, and behind it."""
SAME_LINE_M = 5.0
"""Two lines of one session are as long as each other but for the laps they were made of."""


class InsightModel(QObject):
    """The corners of the session that the page is named after.

    They are sought once the first plots are there, and again when its laps were split anew.

    Signals: `changed` when another session is judged, or none; `corner_changed` when another corner
    is looked at.
    """

    changed = Signal()
    corner_changed = Signal()

    def __init__(
        self,
        use_cases: UseCases,
        background: Background,
        laps: LapSelection,
        comparison: ComparisonModel,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._use_cases = use_cases
        self._background = background
        self._laps = laps
        self._comparison = comparison
        self._judged: SessionDebrief | None = None
        self._task: Task | None = None
        self._wanted = ""
        self._failure = ""
        self._corner_id = ""
        laps.opened.connect(self._on_opened)
        laps.compared.connect(lambda _comparison: self._judge())
        comparison.comparison_changed.connect(self._show_corners)

    # ---- facts

    @property
    def debrief(self) -> Debrief | None:
        """What the laps say; None while it is sought, or where they say nothing."""
        return self._judged.result if self._judged is not None else None

    @property
    def is_loading(self) -> bool:
        """Whether the judgement is on its way."""
        return self._task is not None

    @property
    def reason(self) -> str:
        """Why nothing is judged; empty while it is sought or known."""
        if self._judged is not None:
            return " ".join(self._judged.reasons)
        return self._failure

    @property
    def corners(self) -> tuple[Corner, ...]:
        """The corners of the session, in the order they are driven."""
        return self.debrief.corners if self.debrief is not None else ()

    @property
    def corner(self) -> Corner | None:
        """The corner looked at: the first until another was chosen."""
        corners = self.corners
        found = next((corner for corner in corners if corner.id == self._corner_id), None)
        return found or (corners[0] if corners else None)

    # ---- choosing

    def choose_corner(self, corner_id: str) -> None:
        """Look at a corner."""
        if corner_id != self._corner_id and any(one.id == corner_id for one in self.corners):
            self._corner_id = corner_id
            self.corner_changed.emit()

    def step_corner(self, direction: int) -> None:
        """Look at the next corner (1) or the one before (-1), round the lap."""
        corners, corner = self.corners, self.corner
        if corner is not None:
            index = 0 if not self._corner_id else corners.index(corner) + direction
            self.choose_corner(corners[index % len(corners)].id)

    def show_corner_on_compare(self) -> None:
        """Let the plots show the corner looked at, with the way in and out."""
        corner, comparison = self.corner, self._comparison.comparison
        if corner is None or comparison is None or not self._comparison.corners:
            return
        length_m = float(comparison.distance_m[-1])
        exit_m = corner.exit_m if corner.exit_m > corner.entry_m else length_m
        low_m, high_m = corner.entry_m - WAY_IN_M, exit_m + WAY_OUT_M
        self._comparison.show_range(max(low_m, 0.0), min(high_m, length_m))

    # ---- inside

    def _on_opened(self, session_id: str) -> None:
        self._wanted = session_id
        if self._task is not None:
            self._task.drop()
            self._task = None
        self._judged, self._failure, self._corner_id = None, "", ""
        self.changed.emit()

    def _judge(self) -> None:
        """Seek what is to be known of the session that was opened last, once."""
        wanted, self._wanted = self._wanted, ""
        if not wanted:
            return
        self._task = self._background.query(
            lambda _token: self._use_cases.judge(wanted), self._take, self._on_error, owner=self
        )

    def _take(self, judged: SessionDebrief) -> None:
        self._task = None
        self._judged = judged
        self._show_corners()
        self.changed.emit()

    def _on_error(self, error: Exception) -> None:
        self._task = None
        self._failure = error_line(error)
        self.changed.emit()

    def _show_corners(self) -> None:
        """Put the corners behind the plots and beside the map, where these are of the session."""
        comparison, reference = self._comparison.comparison, self._laps.reference
        session = self._laps.session
        if comparison is None or reference is None or session is None:
            return
        bands: tuple[CornerBand, ...] = ()
        judged = self.debrief
        if judged is not None and reference.session_id == session.session_id:
            length_m = float(comparison.distance_m[-1])
            if abs(length_m - float(judged.comparison.distance_m[-1])) <= SAME_LINE_M:
                bands = corner_bands(judged.corners, length_m)
        if bands != self._comparison.corners:
            self._comparison.set_corners(bands)


def corner_bands(corners: Sequence[Corner], length_m: float) -> tuple[CornerBand, ...]:
    """Return the corners as plots show them; one over the start line is two bands of one number."""
    bands = []
    for corner in corners:
        parts = [(corner.entry_m, corner.exit_m)]
        if corner.exit_m < corner.entry_m:
            parts = [(corner.entry_m, length_m), (0.0, corner.exit_m)]
        for from_m, to_m in parts:
            is_apex_here = from_m <= corner.apex_m <= to_m
            band = CornerBand(
                label=corner.number if is_apex_here else "",
                from_m=from_m,
                apex_m=corner.apex_m if is_apex_here else 0.5 * (from_m + to_m),
                to_m=to_m,
                is_left=corner.direction == "left",
            )
            bands.append(band)
    return tuple(bands)
