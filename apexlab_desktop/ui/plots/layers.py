"""What is drawn over what, from the bottom up."""

from __future__ import annotations

from enum import IntEnum


class Layer(IntEnum):
    """Z-order of the items of a plot."""

    BACKDROP = -20
    """Corner bands, grid, zero line."""
    BAND = -10
    """Uncertainty of the delta."""
    TRACES = 0
    AXIS = 10


class PlotLayer(IntEnum):
    """Z-order of whole plots that share an area."""

    UNDER = -1
    PLOT = 0
