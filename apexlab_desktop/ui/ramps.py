"""Colours between the colours of a ramp; without numpy, for what shows at the start."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QColor


def mixed(stops: Sequence[str], share: float) -> QColor:
    """Return the colour at a share from 0 to 1 of a row of colours."""
    place = min(max(share, 0.0), 1.0) * (len(stops) - 1)
    index = min(int(place), len(stops) - 2)
    low, high, rest = QColor(stops[index]), QColor(stops[index + 1]), place - index
    return QColor.fromRgbF(
        low.redF() + (high.redF() - low.redF()) * rest,
        low.greenF() + (high.greenF() - low.greenF()) * rest,
        low.blueF() + (high.blueF() - low.blueF()) * rest,
    )
