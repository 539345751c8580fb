"""Where heads and plots of a stack lie: one under the other, or all in one area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from apexlab_desktop.ui.plots.linked_axis import BOTTOM_AXIS_HEIGHT_PX
from apexlab_desktop.ui.plots.readout import HEAD_HEIGHT_PX

_LOWEST_PLOT_PX = 20.0


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a plot and its head lie."""

    head: QRectF
    plot: QRectF


def tiled(stretches: Sequence[int], width: float, height: float) -> list[RowPlace]:
    """Return the places of plots one under the other, each under its head."""
    free = height - BOTTOM_AXIS_HEIGHT_PX - HEAD_HEIGHT_PX * len(stretches)
    places, top = [], 0.0
    for stretch in stretches:
        share = max(float(round(free * stretch / sum(stretches))), _LOWEST_PLOT_PX)
        head = QRectF(0.0, top, width, HEAD_HEIGHT_PX)
        places.append(RowPlace(head, QRectF(0.0, head.bottom(), width, share)))
        top = head.bottom() + share
    return places


def overlapped(stretches: Sequence[int], width: float, height: float) -> list[RowPlace]:
    """Return the places of plots in one area, under the heads of all of them."""
    heads_px = HEAD_HEIGHT_PX * len(stretches)
    free = max(height - BOTTOM_AXIS_HEIGHT_PX - heads_px, _LOWEST_PLOT_PX)
    area = QRectF(0.0, heads_px, width, free)
    return [
        RowPlace(QRectF(0.0, HEAD_HEIGHT_PX * n, width, HEAD_HEIGHT_PX), area)
        for n in range(len(stretches))
    ]
