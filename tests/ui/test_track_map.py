"""The track map, in a window."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from apexlab_desktop.analysis.types import Comparison
from apexlab_desktop.ui.fonts import load_fonts
from apexlab_desktop.ui.panels.track_map import TrackMapPanel
from apexlab_desktop.ui.plots.map_colours import gain_per_100_m, map_colouring
from apexlab_desktop.ui.plots.track_line import N_BINS, MapView, Ramp
from apexlab_desktop.ui.ramps import mixed
from apexlab_desktop.ui.theme import DARK, LIGHT, SUNLIGHT, Theme
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.cursor import CursorModel
from apexlab_desktop.ui.viewmodels.lap_slots import MapColour
from apexlab_desktop.units import UnitSystem
from tests.ui.comparison_fixture import make_comparison, make_corners
from tests.ui.pointer import move_pointer


@dataclasses.dataclass
class Shown:
    model: ComparisonModel
    cursor: CursorModel
    panel: TrackMapPanel

    @property
    def view(self) -> MapView:
        assert self.panel.view is not None
        return self.panel.view

    def point_of(self, place_m: float) -> QPoint:
        x_m, y_m = self.model.values_at(("x_m", "y_m"), place_m)
        return self.view.point_px(x_m[0], y_m[0]).toPoint()


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return make_comparison()


@pytest.fixture
def shown(qtbot: QtBot, comparison: Comparison) -> Shown:
    load_fonts()
    model, cursor = ComparisonModel(), CursorModel()
    cursor.set_grid(comparison.distance_m)
    model.set_comparison(comparison)
    panel = TrackMapPanel(model, cursor, DARK)
    qtbot.addWidget(panel)
    panel.resize(486, 355)
    with qtbot.waitExposed(panel):
        panel.show()
    return Shown(model, cursor, panel)


def wheel(panel: TrackMapPanel, at: QPoint, notches: int) -> None:
    event = QWheelEvent(
        QPointF(at), QPointF(panel.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(panel, event)


def test_whole_track_fits_north_up_and_undistorted(shown: Shown, comparison: Comparison) -> None:
    line = comparison.line
    assert line is not None
    x, y = shown.view.x_px(line.x_m), shown.view.y_px(line.y_m)
    assert shown.panel.content_rect().contains(QPointF(x.min(), y.min()))
    assert shown.panel.content_rect().contains(QPointF(x.max(), y.max()))
    assert np.ptp(x) / np.ptp(line.x_m) == pytest.approx(np.ptp(y) / np.ptp(line.y_m))
    assert y[np.argmax(line.y_m)] == y.min()


def test_click_puts_the_cursor_at_the_nearest_place(qtbot: QtBot, shown: Shown) -> None:
    at = shown.point_of(1700.0) + QPoint(3, -2)
    QTest.mouseClick(shown.panel, Qt.MouseButton.LeftButton, pos=at)
    assert shown.cursor.is_pinned
    assert shown.cursor.place_m == pytest.approx(1700.0, abs=8.0)


def test_hovering_the_line_moves_the_cursor_but_the_ground_does_not(
    qtbot: QtBot, shown: Shown
) -> None:
    move_pointer(shown.panel, shown.point_of(900.0))
    qtbot.waitUntil(lambda: shown.cursor.is_somewhere, timeout=3000)
    place_m = shown.cursor.place_m
    assert place_m == pytest.approx(900.0, abs=4.0)
    move_pointer(shown.panel, QPoint(20, 60))
    assert shown.cursor.place_m == place_m


def test_wheel_zoom_keeps_the_place_under_the_pointer(shown: Shown) -> None:
    at = QPoint(300, 150)
    before = shown.view.point_m(QPointF(at))
    scale = shown.view.px_per_m
    wheel(shown.panel, at, 4)
    assert shown.view.px_per_m > 2.0 * scale
    assert shown.view.point_m(QPointF(at)) == pytest.approx(before)


def test_zooming_out_ends_at_the_whole_track(shown: Shown) -> None:
    wheel(shown.panel, QPoint(300, 150), 3)
    assert not shown.panel.is_whole
    wheel(shown.panel, QPoint(100, 100), -9)
    assert shown.panel.is_whole


def test_drag_pans_and_double_click_shows_everything(qtbot: QtBot, shown: Shown) -> None:
    wheel(shown.panel, QPoint(240, 150), 4)
    start = QPointF(200.0, 150.0)
    held = shown.view.point_m(start)
    QTest.mousePress(shown.panel, Qt.MouseButton.LeftButton, pos=start.toPoint())
    for end in (QPointF(215.0, 150.0), QPointF(240.0, 170.0)):
        move = QMouseEvent(
            QEvent.Type.MouseMove, end, QPointF(shown.panel.mapToGlobal(end.toPoint())),
            Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(shown.panel, move)
    QTest.mouseRelease(shown.panel, Qt.MouseButton.LeftButton, pos=QPoint(240, 170))
    assert shown.view.point_m(QPointF(240.0, 170.0)) == pytest.approx(held)
    assert not shown.cursor.is_pinned
    QTest.mouseDClick(shown.panel, Qt.MouseButton.LeftButton, pos=QPoint(240, 150))
    assert shown.panel.is_whole


def test_zoomed_map_follows_the_cursor(shown: Shown) -> None:
    wheel(shown.panel, shown.point_of(500.0), 8)
    shown.cursor.pin(1800.0)
    _, point = shown.panel.marker_points()[-1]
    assert shown.panel.content_rect().contains(point)


def test_markers_stay_together_over_distance_and_run_apart_over_time(shown: Shown) -> None:
    shown.cursor.pin(2000.0)
    assert spread_m(shown) < 5.0
    shown.model.toggle_axis_mode()
    expected_m = max(shown.model.places_at(2000.0)) - min(shown.model.places_at(2000.0))
    assert expected_m > 15.0
    assert spread_m(shown) == pytest.approx(expected_m, rel=0.25)


def spread_m(shown: Shown) -> float:
    points = [shown.view.point_m(point) for _, point in shown.panel.marker_points()]
    return max(float(np.hypot(a[0] - b[0], a[1] - b[1])) for a in points for b in points)


def test_hidden_lap_has_no_marker(shown: Shown) -> None:
    shown.cursor.pin(2000.0)
    shown.model.toggle_visible(1)
    assert [slot.slot for slot, _ in shown.panel.marker_points()] == [2, 0]


def test_moving_the_cursor_keeps_the_painted_track(shown: Shown) -> None:
    shown.panel.grab()
    kept = shown.panel._still
    shown.cursor.pin(700.0)
    shown.panel.grab()
    assert shown.panel._still is kept


def test_position_absent_is_said_with_what_would_give_it(qtbot: QtBot) -> None:
    model = ComparisonModel()
    panel = TrackMapPanel(model, CursorModel(), DARK)
    qtbot.addWidget(panel)
    assert "lap table" in panel.absence
    model.set_comparison(make_comparison(has_position=False))
    assert "GPS" in panel.absence
    assert panel.view is None
    panel.grab()
    model.set_comparison(make_comparison())
    assert panel.absence == ""


def test_colours_cycle_with_their_own_words_and_units(shown: Shown) -> None:
    reference = shown.model.reference
    assert reference is not None
    units = {}
    for choice in MapColour:
        shown.model.set_map_colour(choice)
        colouring = map_colouring(shown.model, reference, DARK)
        units[choice] = colouring.unit.replace("\u00a0", " ")
        shown.panel.grab()
    assert list(units.values()) == ["km/h", "g", "g", "s per 100 m"]


def test_click_on_the_legend_changes_the_colour(qtbot: QtBot, shown: Shown) -> None:
    corner = shown.panel.content_rect().bottomLeft().toPoint() + QPoint(40, -6)
    QTest.mouseClick(shown.panel, Qt.MouseButton.LeftButton, pos=corner)
    assert shown.model.map_colour is MapColour.LATERAL
    assert not shown.cursor.is_pinned


def test_speed_scale_ends_at_the_laps_own_extremes(shown: Shown, comparison: Comparison) -> None:
    reference = shown.model.reference
    assert reference is not None
    speed = comparison.laps[0].channels["speed_mps"]
    for units, factor in ((UnitSystem.METRIC, 3.6), (UnitSystem.IMPERIAL, 2.2369362920544025)):
        shown.panel.set_units(units)
        ramp = map_colouring(shown.model, reference, DARK).ramp
        assert (ramp.low, ramp.high) == pytest.approx((speed.min() * factor, speed.max() * factor))


def test_gain_is_the_slope_of_the_delta() -> None:
    distance_m = np.arange(0.0, 1000.0, 0.7)
    lost = gain_per_100_m(distance_m, 0.002 * distance_m)
    assert lost == pytest.approx(np.full(distance_m.size, 0.2))


def test_bins_span_the_scale_and_leave_gaps_out() -> None:
    ramp = Ramp(low=0.0, high=48.0, stops=DARK.speed_ramp)
    bins = ramp.bins(np.array([-5.0, 0.0, 0.99, 1.01, 47.9, 48.0, 99.0, np.nan]))
    assert bins.tolist() == [0, 0, 0, 1, 47, 47, 47, -1]
    assert len(ramp.colours()) == N_BINS


def test_ramp_passes_through_its_stops() -> None:
    for index, stop in enumerate(DARK.speed_ramp):
        assert mixed(DARK.speed_ramp, index / 5).name().upper() == stop


def test_line_widens_only_where_time_is_lost() -> None:
    ramp = Ramp(low=-1.0, high=1.0, stops=("#000000", "#FFFFFF"), widens=True)
    widths = [ramp.width_px(index) for index in range(N_BINS)]
    assert widths[:24] == [4.5] * 24
    assert widths[24:] == sorted(widths[24:])
    assert widths[-1] == pytest.approx(8.5, abs=0.1)


@pytest.mark.parametrize("theme", [DARK, LIGHT, SUNLIGHT], ids=lambda theme: theme.name.value)
def test_each_theme_paints_its_own_ground(shown: Shown, theme: Theme) -> None:
    shown.panel.apply_theme(theme)
    image: QImage = shown.panel.grab().toImage()
    assert image.pixelColor(30, 200) == QColor(theme.panel)


def test_corner_numbers_lie_outside_the_turn(shown: Shown, comparison: Comparison) -> None:
    from apexlab_desktop.ui.plots.map_marks import TrackShape, corner_point

    line = comparison.line
    assert line is not None
    corners = make_corners(line)
    shape = TrackShape.of(line.station_m, line.x_m, line.y_m)
    assert shape is not None
    for corner in corners:
        index = int(np.searchsorted(line.station_m, corner.apex_m))
        radius_m = 1.0 / line.curvature_per_m[index]
        normal = line.heading_rad[index] + np.pi / 2.0
        centre = (
            line.x_m[index] + radius_m * np.cos(normal),
            line.y_m[index] + radius_m * np.sin(normal),
        )
        x_m, y_m = shown.view.point_m(corner_point(shape, shown.view, corner))
        assert np.hypot(x_m - centre[0], y_m - centre[1]) > abs(radius_m)


def test_map_has_accessible_words(shown: Shown) -> None:
    assert shown.panel.accessibleName() == "Track map"
    assert "speed" in shown.panel.accessibleDescription()
