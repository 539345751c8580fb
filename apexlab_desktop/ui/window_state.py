"""What the window remembers from one start to the next."""

from __future__ import annotations

import logging

from PySide6.QtCore import QByteArray, QObject, QTimer

from apexlab_desktop.app.records import LapRef
from apexlab_desktop.settings import LapKey
from apexlab_desktop.ui.controller import Controller
from apexlab_desktop.ui.main_window import ANALYSIS, MainWindow
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.viewmodels.lap_slots import AxisMode

SAVED_AFTER_MS = 1_500

_log = logging.getLogger(__name__)


class WindowState(QObject):
    """Keeps page, session, laps, zoom and look in the settings file."""

    def __init__(self, window: MainWindow, models: WindowModels, controller: Controller) -> None:
        super().__init__(window)
        self._window = window
        self._models = models
        self._controller = controller
        self._zoom = models.settings.values.zoom_range_m
        self._timer = QTimer(self, singleShot=True, interval=SAVED_AFTER_MS)
        self._timer.timeout.connect(self.save)
        for signal in (
            models.appearance.theme_changed,
            models.appearance.units_changed,
            models.laps.changed,
            models.sheets.changed,
        ):
            signal.connect(self._timer.start)
        models.laps.compared.connect(self._on_compared)
        window.closing.connect(self.save)

    def restore_geometry(self) -> None:
        """Put the window where it was; call before it is shown."""
        geometry = self._models.settings.values.window_geometry
        if geometry:
            self._window.restoreGeometry(QByteArray.fromHex(geometry.encode()))

    def restore_session(self) -> None:
        """Open what was open; call once the analysis page is built."""
        values = self._models.settings.values
        if values.x_axis == AxisMode.TIME.value:
            self._models.comparison.toggle_axis_mode()
        if values.session_id and self._models.laps.session is None:
            self._models.laps.open(
                values.session_id,
                laps=[_ref(key) for key in values.compared_laps],
                hidden=[_ref(key) for key in values.hidden_laps],
                reference=_ref(values.reference_lap) if values.reference_lap else None,
            )
            if values.page == ANALYSIS:
                self._controller.go(ANALYSIS)

    def save(self) -> None:
        """Write everything that is remembered; a full disk costs no more than the memory."""
        self._timer.stop()
        models, laps = self._models, self._models.laps
        models.settings.update(
            window_geometry=bytes(self._window.saveGeometry().toHex().data()).decode(),
            page=self._window.page,
        )
        if models.sheets.is_loaded:
            models.settings.update(worksheet=models.sheets.active.id)
        if laps.session is not None:
            models.settings.update(
                session_id=laps.session.session_id,
                compared_laps=tuple(_key(ref) for ref in laps.order),
                hidden_laps=tuple(_key(ref) for ref in laps.order if ref in laps.hidden),
                reference_lap=_key(laps.reference) if laps.reference else None,
                zoom_range_m=self._zoom_range(),
                x_axis=models.comparison.axis_mode.value,
            )
        try:
            models.settings.save()
        except OSError as error:
            _log.warning("settings not saved: %s", type(error).__name__)

    def _zoom_range(self) -> tuple[float, ...]:
        comparison = self._models.comparison
        if comparison.comparison is None or comparison.is_whole_lap:
            return ()
        low, high = comparison.view_m
        return (low, high) if low < high else ()

    def _on_compared(self, comparison: object) -> None:
        """Go back to the stretch that was seen last, once."""
        if comparison is None:
            return
        zoom, self._zoom = self._zoom, ()
        if zoom:
            self._models.comparison.show_range(zoom[0], zoom[1])


def _key(ref: LapRef) -> LapKey:
    return ref.session_id, ref.lap_number


def _ref(key: LapKey) -> LapRef:
    return LapRef(session_id=key[0], lap_number=key[1])
