"""The pointer over one widget: one event, at once, whatever the system's own cursor does.

`QTest.mouseMove` also moves that cursor and runs the event loop, so timers and events of other
windows come in between.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget


def move_pointer(
    widget: QWidget, at: QPoint | QPointF, held: Qt.MouseButton = Qt.MouseButton.NoButton
) -> None:
    """Move the pointer to a pixel of the widget, with a button held or none."""
    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(at), widget.mapToGlobal(QPointF(at)),
        Qt.MouseButton.NoButton, held, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)
