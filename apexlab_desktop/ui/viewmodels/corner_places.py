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
    """A lap about the corner; arrays have shape (n,)."""

    slot: int
    station_m: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    slowest_m: float | None
    brake_m: float | None

    def index_at(self, place_m: float | None) -> int | None:
        """Return the sample at a place, None where the place is not shown."""
        if place_m is None or not self.station_m.size:
            return None
        is_shown = self.station_m[0] <= place_m <= self.station_m[-1]
        return int(np.searchsorted(self.station_m, place_m)) if is_shown else None


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
        [m]
    speeds_mps : ndarray, shape (n_laps, n)
        Of every lap of the session's comparison [m/s].
    corner_m : tuple of float
        Entry and exit on `station_m` [m].
    speed_mps : tuple of float
        Ends of the scale [m/s].
    """

    station_m: FloatArray
    speeds_mps: FloatArray
    corner_m: tuple[float, float]
    speed_mps: tuple[float, float]

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
        if not self.station_m[0] <= at_m <= self.station_m[-1]:
            return None
        return QPointF(self.x_px(area, at_m), self.y_px(area, speed_mps))


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
    return SpeedScale(
        station_m=comparison.distance_m[index],
        speeds_mps=speeds,
        corner_m=corner_in_lap(corner, float(comparison.distance_m[-1])),
        speed_mps=(low - room, high + room),
    )


def places_about(judged: Debrief, corner: Corner) -> IntArray:
    """Return the samples from before the corner to behind it, in the order they are driven.

    Of a corner over the start line only the part that belongs to the lap with its apex: what lies
    beyond the line was driven on another lap.
    """
    station_m = judged.comparison.distance_m
    from_m, to_m = corner_in_lap(corner, float(station_m[-1]))
    first_m, last_m = from_m - _before_m(judged, corner, float(station_m[-1])), to_m + AFTER_M
    first, last = np.searchsorted(station_m, (first_m, last_m))
    return np.arange(max(int(first), 0), min(int(last) + 1, station_m.size), dtype=np.int64)


def corner_in_lap(corner: Corner, length_m: float) -> tuple[float, float]:
    """Return entry and exit within the lap that holds the apex [m]."""
    if corner.entry_m <= corner.exit_m:
        return corner.entry_m, corner.exit_m
    if corner.apex_m >= corner.entry_m:
        return corner.entry_m, length_m
    return 0.0, corner.exit_m


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
        station_m=judged.comparison.distance_m[index],
        x_m=channels["x_m"][index],
        y_m=channels["y_m"][index],
        slowest_m=passed.slowest_m,
        brake_m=passed.brake_point_m,
    )
