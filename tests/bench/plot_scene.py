"""Six plots of four laps, ours and the least that any program must draw for them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap, QRegion
from PySide6.QtWidgets import QApplication, QWidget

from apexlab_desktop.analysis.types import (
    BoundaryReason,
    ComparedLap,
    Comparison,
    FloatArray,
    Lap,
    LapKind,
)
from apexlab_desktop.ui.fonts import load_fonts
from apexlab_desktop.ui.plots import trace_specs
from apexlab_desktop.ui.plots.plot_stack import PlotStack
from apexlab_desktop.ui.theme import DARK
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.cursor import CursorModel

WIDTH, HEIGHT = 1600, 1000
N_PLOTS, N_LAPS = 6, 4
STRIP_PX = 9
CHANNELS = ("speed_mps", "accel_lat_mps2", "accel_long_mps2", "throttle_ratio", "engine_speed_rpm")


def application() -> QApplication:
    """Return the one application, with the program's own font."""
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    load_fonts()
    return app


def trace(random: np.random.Generator, n: int, low: float, high: float) -> FloatArray:
    """Return `n` samples as a logger makes them: smooth, in steps of a 4096th of the range."""
    phase = np.linspace(0.0, 24.0 * np.pi, n)
    wave = np.sin(phase + random.uniform(0, 6)) + 0.4 * np.sin(3.7 * phase)
    wave += 0.1 * np.sin(11 * phase)
    return low + (high - low) * np.round(4096 * (0.5 + wave / 3.2)) / 4096


def comparison(n: int) -> Comparison:
    """Return four invented laps of `n` points each; the same values every time."""
    random = np.random.default_rng(4)
    grid: FloatArray = 0.7 * np.arange(n, dtype=np.float64)
    return Comparison(
        reference_index=0,
        distance_m=grid,
        line=None,
        laps=tuple(_lap(random, number, grid) for number in range(N_LAPS)),
        closure_error_s=0.0,
    )


def _lap(random: np.random.Generator, number: int, grid: FloatArray) -> ComparedLap:
    ranges = {"speed_mps": (15, 70), "throttle_ratio": (0, 1), "engine_speed_rpm": (2500, 7500)}
    channels = {name: trace(random, grid.size, *ranges.get(name, (-12, 12))) for name in CHANNELS}
    time_s = np.cumsum(0.7 / channels["speed_mps"])
    delta = 0.4 * number * np.sin(np.linspace(0, 3, grid.size))
    lap = Lap(
        number=number, kind=LapKind.TIMED, start_s=0.0, end_s=float(time_s[-1]),
        lap_time_s=float(time_s[-1]), length_m=float(grid[-1]), is_valid=True, is_clean=True,
        start_reason=BoundaryReason.CROSSING, end_reason=BoundaryReason.CROSSING,
    )  # fmt: skip
    return ComparedLap(
        label=str(number), lap=lap, gap_s=float(delta[-1]), time_s=time_s, delta_t_s=delta,
        delta_t_sigma_s=np.full(grid.size, 0.02), channels=channels,
    )  # fmt: skip


@dataclass(eq=False)
class Ours:
    """The program's own stack of plots in a shown window."""

    n: int
    app: QApplication = field(default_factory=application)

    def __post_init__(self) -> None:
        self.model, self.cursor = ComparisonModel(), CursorModel()
        shown = comparison(self.n)
        self.model.set_comparison(shown)
        self.cursor.set_grid(shown.distance_m)
        self.length_m = float(shown.distance_m[-1])
        self.stack = PlotStack(self.model, self.cursor, DARK)
        self.stack.resize(WIDTH, HEIGHT)
        pedals = trace_specs.pedal_plot(self.model)
        assert pedals is not None
        speed = trace_specs.speed_plot(3)
        engine = replace(
            speed, key="engine_speed_rpm", title="Engine", channels=(("engine_speed_rpm", 1.0),),
            decimals=0, widest="00000", unit=lambda _: "rpm", factor=lambda _: 1.0,
        )  # fmt: skip
        self.stack.set_plots(
            (speed, trace_specs.delta_plot(3), trace_specs.lateral_plot(3),
             trace_specs.longitudinal_plot(3), pedals, engine)
        )  # fmt: skip
        self.stack.show()
        self.app.processEvents()

    def move_cursor(self, share: float) -> None:
        self.cursor.hover(share * self.length_m)
        self.app.processEvents()

    def show(self, low: float, high: float) -> None:
        """Show a stretch as one step of a gesture and paint it."""
        self.model.show_view(low * self.length_m, high * self.length_m, "bench")
        self.app.processEvents()


class Pyramid:
    """Blocks of 2, 4, 8 ... samples as (minimum, maximum) pairs; x is the sample's index."""

    def __init__(self, values: FloatArray) -> None:
        self.levels = [np.stack((values, values))]
        while self.levels[-1].shape[1] > 4:
            last = self.levels[-1]
            even = last[:, : last.shape[1] // 2 * 2]
            lows = np.minimum(even[0, ::2], even[0, 1::2])
            self.levels.append(np.stack((lows, np.maximum(even[1, ::2], even[1, 1::2]))))

    def polyline(self, low: int, high: int, width: int) -> tuple[FloatArray, FloatArray]:
        """Return x in [0, 1] and y, at most a minimum and a maximum a pixel column."""
        if high - low <= width:
            y = self.levels[0][0, low:high]
        else:
            level = min(math.ceil(math.log2((high - low) / width)), len(self.levels) - 1)
            y = self.levels[level][:, low >> level : high >> level].T.ravel()
        return np.linspace(0.0, 1.0, y.size), y


class Floor(QWidget):
    """A bare widget: pyramid, one polyline a curve into one picture, and a line over that."""

    def __init__(self, n: int) -> None:
        self.app = application()
        super().__init__()
        random = np.random.default_rng(4)
        self.n = n
        self.pyramids = [
            [Pyramid(trace(random, n, 0.0, 1.0)) for _ in range(N_LAPS)] for _ in range(N_PLOTS)
        ]
        self.pens = [QPen(QColor(code), 1.0) for code in DARK.lap_colours[:N_LAPS]]
        self.picture = QPixmap(WIDTH, HEIGHT)
        self.cursor_px = -1
        self.resize(WIDTH, HEIGHT)
        self.show()
        self.show_stretch(0.0, 1.0)

    def move_cursor(self, share: float) -> None:
        before = QRegion(self._strip())
        self.cursor_px = round(share * WIDTH)
        self.update(before + QRegion(self._strip()))
        self.app.processEvents()

    def _strip(self) -> QRect:
        return QRect(self.cursor_px - STRIP_PX // 2, 0, STRIP_PX, HEIGHT)

    def show_stretch(self, low: float, high: float) -> None:
        self.picture.fill(QColor(DARK.panel))
        painter = QPainter(self.picture)
        height = HEIGHT / N_PLOTS
        for plot, laps in enumerate(self.pyramids):
            for pyramid, pen in zip(laps, self.pens, strict=True):
                x, y = pyramid.polyline(int(low * self.n), int(high * self.n), WIDTH)
                painter.setPen(pen)
                y_px = plot * height + height * (1.0 - y)
                painter.drawPolyline(pg.functions.arrayToQPolygonF(x * WIDTH, y_px))
        painter.end()
        self.update()
        self.app.processEvents()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self.picture)
        painter.setPen(QPen(QColor(DARK.secondary), 1.0))
        painter.drawLine(self.cursor_px, 0, self.cursor_px, HEIGHT)
        painter.end()
