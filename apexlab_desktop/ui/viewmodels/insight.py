"""What is judged of the open session, and the corner that all worksheets look at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from apexlab_desktop.ui.background import Background, Task
from apexlab_desktop.ui.history import Edit, Subject
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
    is looked at; `edited(edit)` when the user named a corner; `failed(line)` when that was refused.
    """

    changed = Signal()
    corner_changed = Signal()
    edited = Signal(object)
    failed = Signal(str)

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
    def sector_places_m(self) -> tuple[float, ...] | None:
        """The boundaries of sectors that the user had set when it was judged [m]."""
        return self._judged.sector_places_m if self._judged is not None else None

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

    @property
    def is_of_compared_line(self) -> bool:
        """Whether the plots of Compare are of the session's line, so that places are the same."""
        comparison, judged = self._comparison.comparison, self.debrief
        if comparison is None or judged is None:
            return False
        own_m = float(judged.comparison.distance_m[-1])
        return abs(float(comparison.distance_m[-1]) - own_m) <= SAME_LINE_M

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

    def name_corner(self, text: str) -> None:
        """Give the corner looked at another name, or as in `5a Spoon` another number too.

        An empty text takes both back to what they were at first.
        """
        corner, session = self.corner, self._laps.session
        if corner is None or session is None:
            return
        before, after = (corner.number, corner.name), number_and_name(text, corner.number)
        if after == before:
            return
        session_id, corner_id = session.session_id, corner.id
        self._keep_name(session_id, corner_id, after)
        words = f"turn\u00a0{after[0] or corner.number} named"
        self.edited.emit(
            Edit(
                words=words,
                subject=Subject.SESSION,
                undo=lambda: self._keep_name(session_id, corner_id, before),
                redo=lambda: self._keep_name(session_id, corner_id, after),
            )
        )

    def show_corner_on_compare(self) -> None:
        """Let the plots show the corner looked at, with the way in and out."""
        corner, comparison = self.corner, self._comparison.comparison
        if corner is None or comparison is None or not self._comparison.corners:
            return
        length_m = float(comparison.distance_m[-1])
        exit_m = corner.exit_m if corner.exit_m > corner.entry_m else length_m
        self.show_stretch_on_compare(corner.entry_m - WAY_IN_M, exit_m + WAY_OUT_M)

    def show_stretch_on_compare(self, from_m: float, to_m: float) -> None:
        """Let the plots show a stretch of the session's line, where they are of that line."""
        comparison = self._comparison.comparison
        if comparison is not None and self.is_of_compared_line:
            length_m = float(comparison.distance_m[-1])
            self._comparison.show_range(max(from_m, 0.0), min(to_m, length_m))

    # ---- inside

    def _keep_name(self, session_id: str, corner_id: str, words: tuple[str, str]) -> None:
        number, name = words
        self._background.change(
            lambda _token: self._use_cases.name_corner(
                session_id, corner_id, number=number, name=name
            ),
            lambda _nothing: self._judge_again(session_id),
            lambda error: self.failed.emit(error_line(error)),
            owner=self,
        )

    def _judge_again(self, session_id: str) -> None:
        """Read the names anew; what is shown stays until then."""
        if self._laps.session is not None and self._laps.session.session_id == session_id:
            self._wanted = session_id
            self._judge()

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


def number_and_name(text: str, number: str) -> tuple[str, str]:
    """Return number and name of `5a Spoon`; of `Spoon` the number stays, of nothing both go."""
    words = " ".join(text.split())
    if not words:
        return "", ""
    found = re.match(r"^(\d{1,2}[a-z]?)(?:[ :,.]+|$)(.*)$", words)
    return (found[1], found[2]) if found else (number, words)


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
