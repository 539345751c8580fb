"""Min/max pyramids of the curves, built once per lap, channel and axis."""

from __future__ import annotations

from apexlab_desktop.analysis.downsample import MinMaxPyramid
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.lap_slots import DELTA, AxisMode

Key = tuple[int, str, AxisMode]
_EXTREME_COLUMNS = 16
"""Columns asked for when only the extremes of a stretch matter."""


class TraceData:
    """Curves of the comparison, ready to be drawn at any zoom.

    Values are SI and never rebased: units and rebasing are a scale and an offset when drawing.
    """

    def __init__(self, model: ComparisonModel) -> None:
        self._model = model
        self._pyramids: dict[Key, MinMaxPyramid | None] = {}
        self._extremes: dict[Key, tuple[float, float] | None] = {}

    def clear(self) -> None:
        """Forget everything: the laps are others."""
        self._pyramids.clear()
        self._extremes.clear()

    def clear_delta(self) -> None:
        """Forget the delta: the reference is another."""
        for cache in (self._pyramids, self._extremes):
            for key in [key for key in cache if key[1] == DELTA]:
                cache.pop(key, None)

    def pyramid(self, lap_index: int, name: str) -> MinMaxPyramid | None:
        """Return a curve over the axis shown; None when the lap lacks the channel."""
        key = (lap_index, name, self._model.axis_mode)
        if key not in self._pyramids:
            values = self._model.values(lap_index, name)
            self._pyramids[key] = (
                None if values is None else MinMaxPyramid(self._model.lap_axis(lap_index), values)
            )
        return self._pyramids[key]

    def extremes(self, lap_index: int, name: str) -> tuple[float, float] | None:
        """Return least and greatest value of the whole lap, None without any."""
        key = (lap_index, name, self._model.axis_mode)
        if key not in self._extremes:
            axis = self._model.lap_axis(lap_index)
            self._extremes[key] = self.extremes_between(
                lap_index, name, float(axis[0]), float(axis[-1])
            )
        return self._extremes[key]

    def extremes_between(
        self, lap_index: int, name: str, low: float, high: float
    ) -> tuple[float, float] | None:
        """Return least and greatest value between two axis values, None without any."""
        pyramid = self.pyramid(lap_index, name)
        if pyramid is None:
            return None
        _, values = pyramid.window(low, high, _EXTREME_COLUMNS)
        finite = values[values == values]
        return (float(finite.min()), float(finite.max())) if finite.size else None
