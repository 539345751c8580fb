"""From the shared axis to pixels and back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class XScale:
    """The horizontal scale that all plots share.

    Attributes
    ----------
    left_px, width_px : float
        Where the curves lie in the widget.
    low, high : float
        What is visible, in the unit of the axis.
    """

    left_px: float = 0.0
    width_px: float = 1.0
    low: float = 0.0
    high: float = 1.0

    def px_at(self, axis_value: float) -> float:
        """Return the pixel of an axis value."""
        return self.left_px + (axis_value - self.low) / (self.high - self.low) * self.width_px

    def axis_at(self, px: float) -> float:
        """Return the axis value at a pixel, kept inside what is visible."""
        share = min(max((px - self.left_px) / self.width_px, 0.0), 1.0)
        return self.low + share * (self.high - self.low)

    def axis_length(self, px: float) -> float:
        """Return how much of the axis a number of pixels spans."""
        return px / self.width_px * (self.high - self.low)

    def holds(self, axis_value: float) -> bool:
        """Return whether an axis value is visible."""
        return self.low <= axis_value <= self.high
