"""The stretch of the track about one corner, as the compared laps drove it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from apexlab_desktop.analysis.arrays import FloatArray, IntArray
from apexlab_desktop.ui.viewmodels.corner_rows import passes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.corner_results import Corner, CornerPass
    from apexlab_desktop.analysis.debrief import Debrief
    from apexlab_desktop.ui.models import WindowModels
    from apexlab_desktop.ui.viewmodels.corner_rows import PassRow
    from apexlab_desktop.ui.viewmodels.insight import InsightModel

BEFORE_M, AFTER_M = 30.0, 30.0
"""What is shown before entry, or before braking for the corner, and after exit."""
MOST_BEFORE_M = 220.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DrivenStretch:
    """A lap about the corner; arrays have shape (n,).

    Over the start line the stations run on beyond `length_m`, the lap's length.
    """

    slot: int
    length_m: float
    station_m: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    slowest_m: float | None
    brake_m: float | None

    def index_at(self, place_m: float | None) -> int | None:
        """Return the sample at a place, None where the place is not shown."""
        if place_m is None or not self.station_m.size:
            return None
        shown = self.station_m
        for at in (place_m, place_m + self.length_m):
            if shown[0] <= at <= shown[-1]:
                return int(np.searchsorted(shown, at))
        return None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Stretch:
    """The corner's piece of the reference line, and the compared laps there."""

    line_x_m: FloatArray
    line_y_m: FloatArray
    laps: tuple[DrivenStretch, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SpeedScale:
    """Speed against distance about a corner, one scale for all laps.

    Attributes
    ----------
    station_m : ndarray, shape (n,)
        Running on over the start line [m].
    speeds_mps : ndarray, shape (n_laps, n)
        Of every lap of the session's comparison [m/s].
    corner_m : tuple of float
        Entry and exit on `station_m` [m].
    speed_mps : tuple of float
        Ends of the scale [m/s].
    length_m : float
    """

    station_m: FloatArray
    speeds_mps: FloatArray
    corner_m: tuple[float, float]
    speed_mps: tuple[float, float]
    length_m: float

    def x_px(self, area: QRectF, at_m: float) -> float:
        """Return the pixel of a station."""
        low, high = float(self.station_m[0]), float(self.station_m[-1])
        return area.left() + area.width() * (at_m - low) / max(high - low, 1e-9)

    def y_px(self, area: QRectF, speed_mps: float) -> float:
        """Return the pixel of a speed."""
        low, high = self.speed_mps
        return area.bottom() - area.height() * (speed_mps - low) / max(high - low, 1e-9)

    def curve(self, lap: int, area: QRectF) -> FloatArray:
        """Return a lap's curve in pixels, shape (n, 2)."""
        low, high = float(self.station_m[0]), float(self.station_m[-1])
        x = area.left() + area.width() * (self.station_m - low) / max(high - low, 1e-9)
        bottom, top = self.speed_mps
        y = area.bottom() - area.height() * (self.speeds_mps[lap] - bottom) / max(
            top - bottom, 1e-9
        )
        return np.stack((x, y), axis=1)

    def point(self, at_m: float | None, speed_mps: float | None, area: QRectF) -> QPointF | None:
        """Return the pixel of a place with its speed, None where it is not shown."""
        if at_m is None or speed_mps is None:
            return None
        for at in (at_m, at_m + self.length_m):
            if self.station_m[0] <= at <= self.station_m[-1]:
                return QPointF(self.x_px(area, at), self.y_px(area, speed_mps))
        return None


def speed_scale(
    insight: InsightModel, corner: Corner, passes: Sequence[PassRow]
) -> SpeedScale | None:
    """Return the speeds of the laps about a corner; None where none is known."""
    judged = insight.debrief
    if judged is None or not passes:
        return None
    comparison = judged.comparison
    index = places_about(judged, corner)
    speeds = np.stack([lap.channels["speed_mps"][index] for lap in comparison.laps])
    shown = speeds[[row.lap_index for row in passes]]
    if not np.isfinite(shown).any():
        return None
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    room = max(0.06 * (high - low), 0.5)
    length_m = float(comparison.distance_m[-1])
    exit_m = corner.exit_m + (length_m if corner.exit_m < corner.entry_m else 0.0)
    return SpeedScale(
        station_m=_running_on(comparison.distance_m, index),
        speeds_mps=speeds,
        corner_m=(corner.entry_m, exit_m),
        speed_mps=(low - room, high + room),
        length_m=length_m,
    )


def _running_on(station_m: FloatArray, index: IntArray) -> FloatArray:
    """Return stations in the order they are driven, without the step back over the start line."""
    shown: FloatArray = station_m[index].copy()
    back = np.flatnonzero(np.diff(shown) < 0.0)
    if back.size:
        shown[back[0] + 1 :] += float(station_m[-1])
    return shown


def places_about(judged: Debrief, corner: Corner) -> IntArray:
    """Return the samples from before the corner to behind it, in the order they are driven."""
    station_m, line = judged.comparison.distance_m, judged.comparison.line
    is_closed = line is None or line.is_closed
    length_m = float(station_m[-1])
    first_m, last_m = corner.entry_m - _before_m(judged, corner, length_m), corner.exit_m + AFTER_M
    if corner.exit_m < corner.entry_m:
        last_m += length_m
    if not is_closed:
        first_m, last_m = max(first_m, 0.0), min(last_m, length_m)
    step_m = float(station_m[1] - station_m[0])
    wanted_m = np.arange(first_m, last_m, step_m)
    if is_closed:
        wanted_m = wanted_m % length_m
    index = np.searchsorted(station_m, wanted_m)
    return np.minimum(index, station_m.size - 1)


def _before_m(judged: Debrief, corner: Corner, length_m: float) -> float:
    """Return how far before the entry the stretch begins: where the first lap brakes for it."""
    ways_m = [
        (corner.entry_m - one.brake_point_m) % length_m
        for one in passes_of(judged, corner)
        if one.brake_point_m is not None
    ]
    braking_m = [way_m for way_m in ways_m if way_m <= MOST_BEFORE_M]
    return BEFORE_M + max(braking_m, default=0.0)


def stretch_of(models: WindowModels, corner: Corner) -> Stretch:
    """Return the piece of track about a corner, with the drawn laps of the session."""
    judged = models.insight.debrief
    if judged is None or judged.comparison.line is None:
        nothing = np.zeros(0)
        return Stretch(line_x_m=nothing, line_y_m=nothing, laps=())
    line = judged.comparison.line
    index = places_about(judged, corner)
    order = models.laps.drawn_order()
    session = models.laps.session
    passes = passes_of(judged, corner)
    laps = []
    for slot, ref in enumerate(order):
        if session is None or ref.session_id != session.session_id or ref in models.laps.hidden:
            continue
        row = _lap_row(judged, ref.lap_number)
        if row is not None:
            laps.append(_driven(judged, row, slot, index, passes[row]))
    line_index = np.minimum(index, line.x_m.size - 1)
    return Stretch(line_x_m=line.x_m[line_index], line_y_m=line.y_m[line_index], laps=tuple(laps))


def _lap_row(judged: Debrief, number: int) -> int | None:
    laps = judged.comparison.laps
    return next((row for row, lap in enumerate(laps) if lap.lap.number == number), None)


def _driven(
    judged: Debrief, row: int, slot: int, index: IntArray, passed: CornerPass
) -> DrivenStretch:
    channels = judged.comparison.laps[row].channels
    return DrivenStretch(
        slot=slot,
        length_m=float(judged.comparison.distance_m[-1]),
        station_m=_running_on(judged.comparison.distance_m, index),
        x_m=channels["x_m"][index],
        y_m=channels["y_m"][index],
        slowest_m=passed.slowest_m,
        brake_m=passed.brake_point_m,
    )
