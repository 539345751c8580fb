"""Keys that move, choose, add and remove sector boundaries, on the map and in the list."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from apexlab_desktop.ui.viewmodels.sectors import SectorsModel

STEP_M, LONG_STEP_M = 1.0, 10.0
_STEPS = {Qt.Key.Key_Left: -1.0, Qt.Key.Key_Right: 1.0}
_OTHER_KEYS = {Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Insert, Qt.Key.Key_Plus}
_CHOICES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


def is_boundary_key(event: QKeyEvent) -> bool:
    """Return whether a key acts on the boundaries."""
    key, modifiers = Qt.Key(event.key()), event.modifiers()
    allowed = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    is_plain = not modifiers & ~allowed
    return is_plain and (key in _STEPS or key in _OTHER_KEYS or key in _CHOICES)


def act_on_key(sectors: SectorsModel, event: QKeyEvent) -> bool:
    """Move the chosen boundary, choose another one, add or remove one; return whether it was so."""
    if not is_boundary_key(event):
        return False
    key = Qt.Key(event.key())
    if key in _STEPS:
        is_long = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        sectors.nudge(_STEPS[key] * (LONG_STEP_M if is_long else STEP_M))
    elif key in _CHOICES:
        sectors.step_chosen(_CHOICES[key])
    elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
        sectors.remove(sectors.chosen)
    else:
        sectors.split_chosen()
    return True
