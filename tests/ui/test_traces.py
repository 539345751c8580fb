"""The plots of the Compare worksheet, in a window."""

from __future__ import annotations

import dataclasses
import gc
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from apexlab_desktop.analysis.types import Comparison, FloatArray
from apexlab_desktop.ui.fonts import load_fonts
from apexlab_desktop.ui.panels.traces import TracesPanel
from apexlab_desktop.ui.panels.track_map import TrackMapPanel
from apexlab_desktop.ui.plots import trace_item
from apexlab_desktop.ui.plots.palette import font
from apexlab_desktop.ui.plots.plot_stack import PlotStack
from apexlab_desktop.ui.theme import DARK, LIGHT, SUNLIGHT, Theme
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.cursor import CursorModel
from apexlab_desktop.units import UnitSystem
from tests.ui.comparison_fixture import make_comparison, make_corners
from tests.ui.pointer import move_pointer
from tests.ui.readings import comparison_of

SIZE = (874, 764)


@dataclasses.dataclass
class Shown:
    model: ComparisonModel
    cursor: CursorModel
    panel: TracesPanel

    @property
    def plots(self) -> PlotStack:
        return self.panel.plots

    def x_of(self, place_m: float) -> float:
        return self.plots.x_scale.px_at(self.model.axis_of(place_m))

    def place_under(self, x: float) -> float:
        return self.model.place_of(self.plots.x_scale.axis_at(x))

    def point(self, place_m: float) -> QPoint:
        return QPoint(round(self.x_of(place_m)), round(self.plots.rows[0].rect.center().y()))

    def image(self) -> QImage:
        return self.panel.grab().toImage()


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return make_comparison()


@pytest.fixture
def shown(qtbot: QtBot, comparison: Comparison) -> Iterator[Shown]:
    load_fonts()
    model, cursor = ComparisonModel(), CursorModel()
    panel = TracesPanel(model, cursor, DARK)
    qtbot.addWidget(panel)
    panel.resize(*SIZE)
    model.set_comparison(comparison)
    with qtbot.waitExposed(panel):
        panel.show()
    yield Shown(model, cursor, panel)
    panel.plots.settle()


def titles(shown: Shown) -> list[str]:
    return [row.spec.title for row in shown.plots.rows]


def wheel(shown: Shown, at: QPoint, notches: int, *, shift: bool = False) -> None:
    modifiers = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    viewport = shown.plots.viewport()
    event = QWheelEvent(
        QPointF(at), QPointF(viewport.mapToGlobal(at)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, modifiers, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)


def drag(qtbot: QtBot, shown: Shown, start: QPoint, end: QPoint, button: Qt.MouseButton) -> None:
    viewport = shown.plots.viewport()
    QTest.mousePress(viewport, button, pos=start)
    for share in (0.5, 1.0):
        at = QPointF(start) + (QPointF(end) - QPointF(start)) * share
        move_pointer(viewport, at, button)
    QTest.mouseRelease(viewport, button, pos=end)


def test_four_plots_without_pedals(shown: Shown) -> None:
    assert titles(shown) == ["Speed", "Time delta", "Lateral", "Longitudinal"]
    heights = [row.rect.height() for row in shown.plots.rows]
    assert heights[0] / heights[1] == pytest.approx(5 / 3, rel=0.02)
    assert heights[1:] == [heights[1]] * 3


SMALL, LARGE = (714, 584), (874, 764)
"""The panel in a window of 1280x720 and of 1440x900."""
FIVE = ["Speed", "Throttle / brake", "Time delta", "Lateral", "Longitudinal"]


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
def test_pedals_are_one_plot_more_and_longitudinal_stays(
    shown: Shown, size: tuple[int, int]
) -> None:
    shown.panel.resize(*size)
    shown.model.set_comparison(make_comparison(has_pedals=True))
    assert titles(shown) == FIVE
    # Three lines of ticks at 19 px each are what a plot of g needs to be read.
    assert min(row.rect.height() for row in shown.plots.rows) > 45.0
    assert shown.plots.rows[-1].rect.bottom() < shown.plots.height()


def _with_channels(comparison: Comparison, **renamed: str) -> Comparison:
    """Return the laps with channels under other names; an empty name takes one away."""
    laps = []
    for lap in comparison.laps:
        named = {renamed.get(name, name): values for name, values in lap.channels.items()}
        named.pop("", None)
        laps.append(dataclasses.replace(lap, channels=named))
    return dataclasses.replace(comparison, laps=tuple(laps))


def test_the_accelerator_pedal_is_drawn_where_the_throttle_is_unknown(shown: Shown) -> None:
    made = make_comparison(has_pedals=True)
    shown.model.set_comparison(_with_channels(made, throttle_ratio="accelerator_ratio"))
    assert titles(shown) == FIVE
    assert shown.plots.rows[1].spec.words[0] == "accelerator pedal up, brake down"
    shown.cursor.pin(1000.0)
    read = shown.model.values_at(["throttle_ratio"], 1000.0)[0][0]
    index = int(np.searchsorted(made.distance_m, 1000.0))
    near = made.laps[0].channels["throttle_ratio"][index - 1 : index + 1]
    assert near.min() <= read <= near.max()


def test_a_brake_alone_says_which_way_it_goes(shown: Shown) -> None:
    made = _with_channels(make_comparison(has_pedals=True), throttle_ratio="")
    shown.model.set_comparison(made)
    brake = shown.plots.rows[1].spec
    assert (brake.title, brake.words) == ("Brake", ("braking down",))


def _renamed(comparison: Comparison, labels: list[str]) -> Comparison:
    named = zip(comparison.laps, labels, strict=True)
    laps = tuple(dataclasses.replace(lap, label=label) for lap, label in named)
    return dataclasses.replace(comparison, laps=laps)


@pytest.mark.parametrize("has_pedals", [False, True], ids=["without pedals", "with pedals"])
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize(
    "labels",
    [
        ["5", "7", "10", "12"],
        ["5 (14\u00a0Jun)", "7 (14\u00a0Jun)", "5 (16\u00a0May)", "12 (16\u00a0May)"],
        ["5 (16 May 2026 07:11)", "7 (16 May 2026 07:11)", "10 (a long file)", "12 (a long file)"],
    ],
    ids=["one session", "two days", "long names"],
)
def test_four_laps_have_every_value_and_no_name_is_cut(
    shown: Shown, labels: list[str], size: tuple[int, int], *, has_pedals: bool
) -> None:
    shown.panel.resize(*size)
    made = make_comparison((5, 7, 10, 12), has_pedals=has_pedals)
    shown.model.set_comparison(_renamed(made, labels))
    shown.image()
    plain = QFontMetricsF(font(12))
    for head in shown.plots.heads:
        assert len(head.laps) == (3 if head.spec.is_delta else 4)
        assert len({lap.label for lap in head.laps}) == len(head.laps)
        assert "\u2026" not in "".join(lap.label for lap in head.laps)
        needed = "up is slower" if head.spec.is_delta else "".join(head.spec.words[-1:])
        assert head.note_x + plain.horizontalAdvance(needed) <= head.rect.right()


def test_laps_of_one_number_are_told_apart_without_their_colour(shown: Shown) -> None:
    made = make_comparison((5, 7, 10, 12), has_pedals=True)
    fives = [
        dataclasses.replace(lap, label=f"5 (session {n})", lap=made.laps[0].lap)
        for n, lap in enumerate(made.laps)
    ]
    shown.panel.resize(*SMALL)
    shown.model.set_comparison(dataclasses.replace(made, laps=tuple(fives)))
    assert [lap.label for lap in shown.plots.heads[0].laps] == ["L5a", "L5b", "L5c", "L5d"]


def test_laps_without_room_are_counted(shown: Shown) -> None:
    shown.panel.resize(500, 584)
    shown.model.set_comparison(make_comparison((1, 2, 3, 4, 5, 6), has_pedals=True))
    pedals = shown.plots.heads[1]
    assert pedals.n_left_out == 6 - len(pedals.laps) > 0
    shown.image()


def _labels(shown: Shown, title: str) -> list[str]:
    row = next(row for row in shown.plots.rows if row.spec.title == title)
    low, high = row.view.ranges[1]
    row.axis.tickValues(low, high, row.rect.height())
    return [label for label in row.axis.tickStrings([], 1.0, 1.0) if label]


@pytest.mark.parametrize("units", UnitSystem)
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])
@pytest.mark.parametrize("has_pedals", [False, True], ids=["without pedals", "with pedals"])
def test_every_plot_has_its_tick_labels(
    shown: Shown, size: tuple[int, int], units: UnitSystem, *, has_pedals: bool
) -> None:
    shown.panel.resize(*size)
    shown.model.set_units(units)
    shown.model.set_comparison(make_comparison(has_pedals=has_pedals))
    shown.image()
    for title in titles(shown):
        assert len(_labels(shown, title)) >= 2, title
        if title != "Speed":
            assert "0" in _labels(shown, title), title
    if has_pedals:
        assert _labels(shown, "Throttle / brake").count("100") == 2


def test_one_lap_alone_says_what_the_delta_needs(shown: Shown) -> None:
    shown.model.set_comparison(make_comparison((5,)))
    assert titles(shown) == ["Speed", "Time delta", "Lateral", "Longitudinal"]
    absent = shown.plots.rows[1]
    assert absent.spec.absence.startswith("The delta needs a second lap")
    assert absent.axis.ticks() == []
    assert absent.spec.absence in shown.plots.accessibleDescription()
    shown.cursor.pin(1000.0)
    assert shown.plots.heads[1].laps == ()
    assert has_ink(shown, absent.rect)


def has_ink(shown: Shown, rect: QRectF) -> bool:
    picture = shown.plots.picture().toImage().copy(rect.toAlignedRect())
    pixels = np.frombuffer(picture.constBits(), dtype=np.uint32)
    return bool((pixels != QColor(DARK.panel).rgb()).mean() > 0.01)


def test_plots_are_made_anew_again_and_again(shown: Shown, comparison: Comparison) -> None:
    """With pyqtgraph's view box, every other run of this file ended in a crash of Qt."""
    for n in range(120):
        shown.model.set_comparison(comparison)
        if n % 10 == 0:
            gc.collect()
            shown.image()
    assert len(shown.plots.rows) == 4


def test_plot_without_data_is_left_out(shown: Shown, comparison: Comparison) -> None:
    laps = tuple(
        dataclasses.replace(
            lap, channels={k: v for k, v in lap.channels.items() if k != "accel_lat_mps2"}
        )
        for lap in comparison.laps
    )
    shown.model.set_comparison(dataclasses.replace(comparison, laps=laps))
    assert titles(shown) == ["Speed", "Time delta", "Longitudinal"]


def test_plots_share_one_axis_to_the_pixel(shown: Shown) -> None:
    shown.model.show_range(600.0, 900.0)
    rows = shown.plots.rows
    assert len({(row.rect.left(), row.rect.width()) for row in rows}) == 1
    assert {row.view.ranges[0] for row in rows} == {shown.model.view}


def test_hovering_any_plot_moves_the_one_cursor_and_the_map(qtbot: QtBot, shown: Shown) -> None:
    track_map = TrackMapPanel(shown.model, shown.cursor, DARK)
    qtbot.addWidget(track_map)
    track_map.resize(486, 340)
    x = round(shown.x_of(1500.0))
    for row in shown.plots.rows:
        shown.cursor.hover(0.0)
        at = QPoint(x, round(row.rect.center().y()))
        move_pointer(shown.plots.viewport(), at)
        assert shown.cursor.place_m == pytest.approx(shown.place_under(x), abs=4.0)
    slot, point = track_map.marker_points()[-1]
    assert slot.is_reference
    line = comparison_of(shown.model).line
    assert line is not None
    assert track_map.view is not None
    x_m, y_m = track_map.view.point_m(point)
    away = np.hypot(line.x_m - x_m, line.y_m - y_m)
    assert line.station_m[int(np.argmin(away))] == pytest.approx(shown.cursor.place_m, abs=3.0)


def test_click_pins_and_escape_frees(qtbot: QtBot, shown: Shown) -> None:
    at = shown.point(1200.0)
    QTest.mouseClick(shown.plots.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert shown.cursor.is_pinned
    assert shown.cursor.place_m == pytest.approx(shown.place_under(at.x()))
    shown.panel.escape()
    assert not shown.cursor.is_pinned


@pytest.mark.parametrize("notches", [1, 3, -2])
@pytest.mark.parametrize("place_m", [700.0, 1400.0, 2000.0])
def test_wheel_zoom_keeps_the_place_under_the_pointer(
    shown: Shown, place_m: float, notches: int
) -> None:
    shown.model.show_range(400.0, 2300.0)
    at = shown.point(place_m)
    before = shown.place_under(at.x())
    wheel(shown, at, notches)
    assert shown.model.view != (400.0, 2300.0)
    if not shown.model.is_whole_lap:
        assert shown.place_under(at.x()) == pytest.approx(before, abs=1e-6)


def test_shift_wheel_pans_without_scaling(shown: Shown) -> None:
    shown.model.show_range(1000.0, 1400.0)
    wheel(shown, shown.point(1200.0), 1, shift=True)
    low, high = shown.model.view
    assert (low, high - low) == pytest.approx((960.0, 400.0))


def test_left_drag_shows_the_marked_range(qtbot: QtBot, shown: Shown) -> None:
    start, end = shown.point(1800.0), shown.point(1400.0)
    wanted = sorted((shown.place_under(start.x()), shown.place_under(end.x())))
    drag(qtbot, shown, start, end, Qt.MouseButton.LeftButton)
    assert shown.model.view == pytest.approx(tuple(wanted))
    assert not shown.cursor.is_pinned


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_right_and_middle_drag_pan(qtbot: QtBot, shown: Shown, button: Qt.MouseButton) -> None:
    shown.model.show_range(1000.0, 1400.0)
    start = shown.point(1200.0)
    held = shown.place_under(start.x())
    end = start + QPoint(60, 0)
    drag(qtbot, shown, start, end, button)
    assert shown.place_under(end.x()) == pytest.approx(held, abs=1e-6)


def test_double_click_shows_the_whole_lap(qtbot: QtBot, shown: Shown) -> None:
    shown.model.show_range(1000.0, 1400.0)
    at = shown.point(1200.0)
    QTest.mouseDClick(shown.plots.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert shown.model.is_whole_lap


def test_keys_zoom_about_the_cursor_and_step_through_history(shown: Shown) -> None:
    shown.cursor.pin(1000.0)
    x = shown.x_of(1000.0)
    shown.panel.zoom_in()
    shown.plots.settle()
    assert shown.x_of(1000.0) == pytest.approx(x, abs=1e-6)
    shown.panel.undo_zoom()
    assert shown.model.is_whole_lap
    shown.panel.redo_zoom()
    assert not shown.model.is_whole_lap


def test_stepping_out_of_view_takes_the_view_along(shown: Shown) -> None:
    shown.model.show_range(1000.0, 1100.0)
    shown.panel.home()
    low, high = shown.model.view
    assert low <= 0.0 <= high
    assert high - low == pytest.approx(100.0)


def test_drawn_curves_equal_exact_extremes_of_each_pixel_column(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, shown: Shown
) -> None:
    """The picture at rest shows every peak: column by column it is the data's own min and max."""
    dense = densified(comparison_of(shown.model), 40_000)
    shown.model.set_comparison(dense)
    drawn: list[tuple[FloatArray, FloatArray]] = []
    original = trace_item.polygon

    def recorded(x: FloatArray, y: FloatArray) -> object:
        drawn.append((x.copy(), y.copy()))
        return original(x, y)

    monkeypatch.setattr(trace_item, "polygon", recorded)
    monkeypatch.setattr(trace_item, "_passes", lambda *_: ((0.0, 0.0),))
    speed = shown.plots.rows[0]
    shown.plots.settle()
    shown.model.show_range(300.0, 2500.0)
    shown.plots.picture()
    n_laps = len(dense.laps)
    assert len(drawn) >= n_laps
    # The reference lies under the others, so it is drawn first.
    x_px, y_px = drawn[0]
    (low, high), (bottom, top) = speed.view.ranges
    width, height = round(speed.rect.width()), speed.rect.height()
    edges = low + (high - low) / width * np.arange(width + 1)
    grid, values = dense.distance_m, dense.laps[0].channels["speed_mps"] * 3.6
    values_drawn = top - y_px / height * (top - bottom)
    for column in range(0, width, 7):
        inside = (grid >= edges[column]) & (grid < edges[column + 1])
        in_column = (x_px >= column - 1e-6) & (x_px < column + 1 - 1e-6)
        assert values_drawn[in_column].max() == pytest.approx(values[inside].max(), abs=1e-6)
        assert values_drawn[in_column].min() == pytest.approx(values[inside].min(), abs=1e-6)


def densified(comparison: Comparison, n_samples: int) -> Comparison:
    """Return the same laps on a finer grid, with noise of its own on every sample."""
    random = np.random.default_rng(3)
    grid = np.linspace(0.0, comparison.distance_m[-1], n_samples)

    def finer(values: FloatArray) -> FloatArray:
        return np.interp(grid, comparison.distance_m, values)

    laps = tuple(
        dataclasses.replace(
            lap,
            time_s=finer(lap.time_s),
            delta_t_s=finer(lap.delta_t_s),
            delta_t_sigma_s=finer(lap.delta_t_sigma_s),
            channels={
                name: finer(values) + random.normal(0.0, 0.5, grid.size)
                for name, values in lap.channels.items()
            },
        )
        for lap in comparison.laps
    )
    return dataclasses.replace(comparison, distance_m=grid, laps=laps)


def test_lines_are_thin_while_moving_and_full_at_rest(qtbot: QtBot, shown: Shown) -> None:
    qtbot.waitUntil(lambda: shown.plots.is_resting, timeout=3000)
    wheel(shown, shown.point(1200.0), 1)
    assert not shown.plots.is_resting
    qtbot.waitUntil(lambda: shown.plots.is_resting, timeout=3000)
    assert not shown.model.is_moving


def test_new_laps_are_drawn_thin_at_first(
    qtbot: QtBot, shown: Shown, comparison: Comparison
) -> None:
    qtbot.waitUntil(lambda: shown.plots.is_resting, timeout=3000)
    shown.model.set_comparison(comparison)
    assert not shown.plots.is_resting
    qtbot.waitUntil(lambda: shown.plots.is_resting, timeout=3000)


def test_moving_the_cursor_paints_no_curve(shown: Shown) -> None:
    shown.image()
    kept = shown.plots.picture()
    for place_m in (10.0, 700.0, 2000.0):
        shown.cursor.hover(place_m)
        shown.image()
    assert shown.plots.picture().cacheKey() == kept.cacheKey()


def test_cursor_line_is_drawn_at_its_place(shown: Shown) -> None:
    before = shown.image()
    shown.cursor.pin(1234.0)
    after = shown.image()
    x = int(shown.x_of(1234.0)) + shown.plots.x()
    y = round(shown.plots.y() + shown.plots.rows[1].rect.top() + 3)
    assert after.pixelColor(x, y) == QColor(DARK.secondary)
    assert before.pixelColor(x, y) != QColor(DARK.secondary)


def test_without_positions_the_head_says_where_distance_comes_from(shown: Shown) -> None:
    shown.model.set_comparison(make_comparison(has_position=False))
    assert "Distance from speed" in shown.panel.note
    shown.model.set_comparison(make_comparison())
    assert "Distance from speed" not in shown.panel.note


def test_hidden_lap_is_not_drawn(shown: Shown) -> None:
    shown.plots.settle()
    assert has_colour(shown.image(), DARK.lap_colours[1])
    shown.model.toggle_visible(1)
    assert not has_colour(shown.image(), DARK.lap_colours[1])


def test_new_reference_is_named_in_the_delta_plot_and_keeps_the_view(shown: Shown) -> None:
    shown.model.show_range(500.0, 900.0)
    shown.cursor.pin(700.0)
    before = shown.model.values_at(["delta_t_s"], 700.0)[0][1]
    view = shown.model.view
    shown.model.set_reference(1)
    assert shown.model.view == view
    assert shown.model.values_at(["delta_t_s"], 700.0)[0][0] == pytest.approx(-before)


def test_imperial_units_change_words_and_axes_only(shown: Shown) -> None:
    shown.cursor.pin(1500.0)
    speed = shown.plots.rows[0]
    si_before = shown.model.values_at(["speed_mps"], 1500.0)
    y_before = speed.y_px(si_before[0][0] * speed.factor)
    labels_before = [label for _, label in speed.axis.ticks()]
    shown.panel.set_units(UnitSystem.IMPERIAL)
    assert shown.model.values_at(["speed_mps"], 1500.0) == si_before
    assert speed.factor == pytest.approx(2.2369362920544025)
    assert speed.y_px(si_before[0][0] * speed.factor) == pytest.approx(y_before)
    assert [label for _, label in speed.axis.ticks()] != labels_before
    assert speed.spec.unit(shown.model.units) == "mph"


@pytest.mark.parametrize("theme", [DARK, LIGHT, SUNLIGHT], ids=lambda theme: theme.name.value)
def test_each_theme_paints_its_own_ground_and_laps(shown: Shown, theme: Theme) -> None:
    shown.panel.apply_theme(theme)
    image = shown.image()
    at = shown.plots.rows[1].rect.topRight().toPoint() + shown.plots.pos() + QPoint(-20, 4)
    assert image.pixelColor(at) == QColor(theme.panel)
    for code in theme.lap_colours[:3]:
        assert has_colour(image, code)


def test_uncertainty_is_drawn_only_where_it_is_wide(shown: Shown) -> None:
    delta = shown.plots.rows[1]
    assert delta.traces._bands == ()
    shown.model.set_comparison(make_comparison(sigma_s=0.03))
    delta = shown.plots.rows[1]
    assert len(delta.traces._bands) == 2
    band = delta.traces._bands[0]
    assert band.high - band.low == pytest.approx(2 * 1.96 * 0.03)


def test_laps_beyond_six_are_grey_and_behind(shown: Shown) -> None:
    shown.model.set_comparison(make_comparison(tuple(range(1, 9))))
    pens = [curve.pen for curve in shown.plots.rows[0].traces._curves]
    grey = QColor(DARK.muted).rgb()
    assert [pen.color().rgb() for pen in pens[:2]] == [grey, grey]
    assert pens[2].color() == QColor(DARK.lap_colours[0])
    dashed = [pen.style() != Qt.PenStyle.SolidLine for pen in pens]
    assert dashed == [False, False, False, True, True, True, False, False]


def test_nothing_compared_says_what_to_do(shown: Shown) -> None:
    shown.model.set_comparison(None)
    assert "start line" in shown.panel.absence
    assert not shown.plots.isVisible()
    shown.image()


def test_panel_and_plots_have_accessible_names(shown: Shown) -> None:
    assert shown.panel.accessibleName() == "Distance comparison"
    assert "Speed" in shown.plots.accessibleName()
    shown.cursor.pin(1500.0)
    assert "Speed lap 5" in shown.plots.accessibleDescription()
    shown.panel.toggle_x_axis()
    assert shown.panel.accessibleName() == "Time comparison"


def test_gaps_break_the_line(shown: Shown, comparison: Comparison) -> None:
    laps = []
    for lap in comparison.laps:
        speed = lap.channels["speed_mps"].copy()
        speed[1000:1400] = np.nan
        laps.append(dataclasses.replace(lap, channels={**lap.channels, "speed_mps": speed}))
    shown.model.set_comparison(dataclasses.replace(comparison, laps=tuple(laps)))
    shown.image()
    middle = float(comparison.distance_m[1200])
    assert np.isnan(shown.model.values_at(["speed_mps"], middle)[0]).all()
    assert not column_has_colour(shown, shown.x_of(middle), DARK.lap_colours[1])
    assert column_has_colour(shown, shown.x_of(1500.0), DARK.lap_colours[1])


def test_corner_bands_are_shaded_over_both_axes(shown: Shown, comparison: Comparison) -> None:
    assert comparison.line is not None
    shown.model.set_corners(make_corners(comparison.line))
    band = shown.model.corners[0]
    row = shown.plots.rows[1]
    y = round(row.rect.top() + 2)
    picture = shown.plots.picture().toImage()
    assert picture.pixelColor(int(shown.x_of((band.from_m + band.to_m) / 2)), y) != QColor(
        DARK.panel
    )
    shown.panel.toggle_x_axis()
    assert shown.plots.picture().toImage().size() == picture.size()


def test_panel_goes_away_cleanly(qtbot: QtBot, comparison: Comparison) -> None:
    model, cursor = ComparisonModel(), CursorModel()
    panel = TracesPanel(model, cursor, DARK)
    model.set_comparison(comparison)
    panel.show()
    panel.close()
    panel.deleteLater()
    QApplication.sendPostedEvents()
    QApplication.processEvents()
    del panel
    gc.collect()


def has_colour(image: QImage, code: str) -> bool:
    """Return whether any pixel has exactly this colour."""
    rgb = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(rgb.constBits(), dtype=np.uint32)
    return bool((pixels == QColor(code).rgb()).any())


def column_has_colour(shown: Shown, x: float, code: str) -> bool:
    """Return whether the speed plot has nearly the colour within a pixel of `x`."""
    rect = shown.plots.rows[0].rect
    picture = shown.plots.picture().toImage()
    wanted = QColor(code)

    def is_like(found: QColor) -> bool:
        return (
            abs(found.red() - wanted.red()) < 40
            and abs(found.green() - wanted.green()) < 40
            and abs(found.blue() - wanted.blue()) < 40
        )

    return any(
        is_like(picture.pixelColor(column, y))
        for column in (int(x) - 1, int(x), int(x) + 1)
        for y in range(int(rect.top()), int(rect.bottom()))
    )
