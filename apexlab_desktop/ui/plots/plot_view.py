"""The area of a plot's curves, and the ranges it shows.

Not pyqtgraph's view box: its children call back into Python while they are still being made, which
Qt for Python answers now and then with a crash.
"""

from __future__ import annotations

from PySide6.QtWidgets import QGraphicsItem, QGraphicsWidget

Range = tuple[float, float]


class PlotView(QGraphicsWidget):
    """Clips what is drawn in it; its items draw in its own pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._x_range: Range = (0.0, 1.0)
        self._y_range: Range = (0.0, 1.0)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemClipsChildrenToShape)

    @property
    def ranges(self) -> tuple[Range, Range]:
        """What is visible from left to right and from bottom to top, in the units shown."""
        return self._x_range, self._y_range

    def show_ranges(self, x_range: Range, y_range: Range) -> None:
        """Show other stretches of the axes."""
        self._x_range = x_range
        self._y_range = y_range
