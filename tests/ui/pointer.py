"""The pointer over one widget.

`QTest.mouseMove` sets the system's cursor and leaves it to the platform which window is under it:
one that an earlier test has not given back yet takes the event.
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
