"""The way of the Tab key: region by region, in each as one reads.

Qt's own order is that in which widgets were made, and pills, chips and tabs are made anew all the
time: they would come last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

SAME_LINE_PX = 8
"""Widgets whose middles are nearer than this stand in one line."""


def focus_order(regions: Iterable[QWidget]) -> list[QWidget]:
    """Return what takes the focus by key, from the first to the last."""
    return [widget for region in regions for widget in _as_read(region)]


def following(order: Sequence[QWidget], focused: QWidget | None, step: int) -> QWidget | None:
    """Return the next widget (1) or the one before (-1), round the ends; None where all is off."""
    if not order:
        return None
    if focused not in order:
        return order[0 if step > 0 else -1]
    return order[(order.index(focused) + step) % len(order)]


def _as_read(region: QWidget) -> list[QWidget]:
    takers = [widget for widget in (region, *region.findChildren(QWidget)) if _takes_focus(widget)]
    middles = {widget: widget.mapTo(region, widget.rect().center()) for widget in takers}
    takers.sort(key=lambda widget: middles[widget].y())
    lines: list[list[QWidget]] = []
    line_y = 0
    for widget in takers:
        if not lines or middles[widget].y() - line_y > SAME_LINE_PX:
            lines.append([])
            line_y = middles[widget].y()
        lines[-1].append(widget)
    return [widget for line in lines for widget in sorted(line, key=lambda each: middles[each].x())]


def _takes_focus(widget: QWidget) -> bool:
    by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    is_there = widget.isVisible() and widget.isEnabled()
    return bool(by_tab) and is_there and widget.focusProxy() is None
