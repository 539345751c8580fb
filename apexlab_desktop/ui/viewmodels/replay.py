"""The cursor driving along the reference lap, as fast as the car did."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.cursor import CursorModel

EVERY_MS = 33
"""Thirty pictures a second."""


class Replay(QObject):
    """Moves the cursor at true speed from where it is; scrubbing meanwhile goes on from there.

    Parameters
    ----------
    model : ComparisonModel
    cursor : CursorModel
    clock : callable
        Seconds of a clock that never goes back.
    """

    changed = Signal(bool)
    """Whether it plays."""
    stepped = Signal()
    """The cursor moved on."""

    def __init__(
        self,
        model: ComparisonModel,
        cursor: CursorModel,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._cursor = cursor
        self._clock = clock
        self._began_s = 0.0
        self._lap_time_s = 0.0
        self._place_m = 0.0
        self._timer = QTimer(self, interval=EVERY_MS)
        self._timer.timeout.connect(self.step)
        model.comparison_changed.connect(self.stop)

    @property
    def is_playing(self) -> bool:
        """Whether the cursor moves by itself."""
        return self._timer.isActive()

    def toggle(self) -> None:
        """Play from the cursor, or pause; at the end of the lap it begins anew."""
        if self.is_playing:
            self.stop()
        elif self._model.comparison is not None:
            if not self._cursor.is_somewhere or self._cursor.place_m >= self._end_m():
                self._cursor.home()
            self._take_up()
            self._timer.start()
            self.changed.emit(True)

    def stop(self) -> bool:
        """Leave the cursor where it is; return whether it was moving."""
        was_playing = self.is_playing
        self._timer.stop()
        if was_playing:
            self.changed.emit(False)
        return was_playing

    def step(self) -> None:
        """Put the cursor where the reference lap is by now."""
        if self._cursor.place_m != self._place_m and self._cursor.is_somewhere:
            self._take_up()
        lap_time_s = self._lap_time_s + self._clock() - self._began_s
        self._cursor.pin(self._model.place_at_reference_time(lap_time_s))
        self._place_m = self._cursor.place_m
        self.stepped.emit()
        if self._place_m >= self._end_m():
            self.stop()

    def _take_up(self) -> None:
        """Go on from where the cursor is."""
        self._began_s = self._clock()
        self._place_m = self._cursor.place_m
        self._lap_time_s = self._model.reference_time_at(self._place_m)

    def _end_m(self) -> float:
        return float(self._model.lap_axis_m()[-1])
