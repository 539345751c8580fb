"""Where the time goes: the track, red and wide where a typical lap loses to the best."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent

from apexlab_desktop.ui.formatting import NO_BREAK_SPACE, signed
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.panels.panel_frame import PanelFrame
from apexlab_desktop.ui.plots.map_colours import MapColouring, gain_per_100_m
from apexlab_desktop.ui.plots.map_marks import (
    TrackShape,
    paint_corner_numbers,
    paint_legend,
    paint_start,
)
from apexlab_desktop.ui.plots.map_places import nearest_place
from apexlab_desktop.ui.plots.palette import colour, font
from apexlab_desktop.ui.plots.track_line import MapView, Ramp, track_picture
from apexlab_desktop.ui.viewmodels.debrief import DebriefModel
from apexlab_desktop.ui.viewmodels.insight import corner_bands
from apexlab_desktop.ui.viewmodels.typical_lap import typical_lap

MARGIN_PX, LEGEND_PX = 30.0, 26.0
CIRCLE_PX = 9.0
AWAY_PX = 20.0
SCALE_QUANTILE = 0.98
NO_POSITION = "No map: these laps hold no position."
TOO_FEW = "Needs 2 clean laps: then it shows where a typical one loses to the best."


class GainMap(PanelFrame):
    """The findings carry their numbers; a click looks at the corner there."""

    def __init__(self, models: WindowModels, debrief: DebriefModel) -> None:
        super().__init__("Where the time goes", models.appearance.theme)
        self._models = models
        self._debrief = debrief
        self._shape: TrackShape | None = None
        self._colouring: MapColouring | None = None
        self._still: QPixmap | None = None
        self.setMinimumSize(200, 160)
        debrief.changed.connect(self.show_track)
        debrief.chosen_changed.connect(self.update)
        models.appearance.theme_changed.connect(self.show_track)
        self.show_track()

    def show_track(self) -> None:
        """Colour the track by what a typical lap loses."""
        self._theme = self._models.appearance.theme
        self._shape, self._colouring, self._still = None, None, None
        judged = self._debrief.insight.debrief
        self.set_note("")
        if judged is None:
            self.set_absence(self._debrief.insight.reason)
            return
        typical = typical_lap(judged)
        line = judged.comparison.line
        if typical is None or line is None:
            self.set_absence(NO_POSITION if line is None else TOO_FEW)
            return
        self._shape = TrackShape.of(
            line.station_m[: typical.distance_m.size], line.x_m[: typical.distance_m.size],
            line.y_m[: typical.distance_m.size],
        )  # fmt: skip
        theme = self._theme
        values = gain_per_100_m(typical.distance_m, typical.delta_s)
        finite = np.abs(values[np.isfinite(values)])
        end = max(float(np.quantile(finite, SCALE_QUANTILE)), 0.01) if finite.size else 0.01
        self._colouring = MapColouring(
            values=values,
            ramp=Ramp(
                low=-end, high=end, stops=(theme.faster, theme.neutral_gain, theme.slower),
                widens=True,
            ),
            note="",
            labels=(signed(-end, 2), "0", signed(end, 2)),
            unit=f"s per 100{NO_BREAK_SPACE}m",
        )  # fmt: skip
        self.set_absence("" if self._shape is not None else NO_POSITION)
        self.set_note(f"typical lap against lap{NO_BREAK_SPACE}{typical.best_number}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the track anew."""
        super().resizeEvent(event)
        self._still = None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the track, then the numbers of the findings."""
        painter = QPainter(self)
        self.paint_frame(painter)
        view = self._view()
        if view is not None and self._shape is not None and self._colouring is not None:
            painter.drawPixmap(0, 0, self._track(self._shape, view, self._colouring))
            paint_start(painter, self._shape, view, self._theme)
            self._paint_corners(painter, self._shape, view)
            paint_legend(painter, self.content_rect(), self._colouring, self._theme)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Look at the corner under the pointer."""
        view = self._view()
        if view is None or self._shape is None:
            return
        place_m, _ = nearest_place(self._shape, view, event.position())
        for corner in self._models.insight.corners:
            if corner.entry_m <= place_m <= corner.exit_m:
                self._models.insight.choose_corner(corner.id)

    def _view(self) -> MapView | None:
        if self._shape is None:
            return None
        return self._shape.fitted(self.content_rect().adjusted(0, 0, 0, -LEGEND_PX), MARGIN_PX)

    def _track(self, shape: TrackShape, view: MapView, colouring: MapColouring) -> QPixmap:
        ratio = self.devicePixelRatioF()
        if self._still is None or self._still.devicePixelRatioF() != ratio:
            bins = colouring.ramp.bins(colouring.values)
            line = (view.x_px(shape.x_m), view.y_px(shape.y_m), bins)
            self._still = track_picture(
                self.size(), ratio, self._theme.track_edge, line, colouring.ramp
            )
        return self._still

    def _paint_corners(self, painter: QPainter, shape: TrackShape, view: MapView) -> None:
        judged = self._debrief.insight.debrief
        if judged is None:
            return
        length_m = float(judged.comparison.distance_m[-1])
        marked = {finding.corner_id: finding.rank for finding in self._debrief.findings}
        others = [corner for corner in judged.corners if corner.id not in marked]
        paint_corner_numbers(painter, shape, view, corner_bands(others, length_m), self._theme)
        for corner in judged.corners:
            if corner.id in marked:
                self._paint_mark(painter, shape, view, corner.apex_m, str(marked[corner.id]))

    def _paint_mark(
        self, painter: QPainter, shape: TrackShape, view: MapView, apex_m: float, words: str
    ) -> None:
        theme = self._theme
        east, north = shape.direction_at(apex_m)
        point = view.point_px(*shape.at(apex_m))
        middle = self.content_rect().center()
        across = QPointF(north, east)
        outward = point - middle
        side = 1.0 if across.x() * outward.x() + across.y() * outward.y() >= 0.0 else -1.0
        centre = point + across * (side * AWAY_PX)
        is_chosen = words == str(self._debrief.chosen + 1)
        painter.setPen(QPen(colour(theme.panel), 1.0))
        painter.setBrush(colour(theme.accent if is_chosen else theme.text))
        painter.drawEllipse(centre, CIRCLE_PX, CIRCLE_PX)
        painter.setFont(font(11, 600))
        painter.setPen(colour(theme.on_accent if is_chosen else theme.panel))
        box = QRectF(centre.x() - 10, centre.y() - 10, 20, 20)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
