"""What can be done with a lap, wherever it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMenu, QWidget

if TYPE_CHECKING:
    from apexlab_desktop.app.records import LapRef
    from apexlab_desktop.ui.viewmodels.lap_selection import LapSelection


def lap_menu(parent: QWidget, laps: LapSelection, ref: LapRef) -> QMenu:
    """Return the menu of a lap: reference, hide, remove or compare."""
    menu = QMenu(parent)
    is_compared = ref in laps.order
    reference = menu.addAction("Make it the reference", lambda: laps.make_reference(ref))
    reference.setEnabled(ref != laps.reference)
    if is_compared:
        words = "Show" if ref in laps.hidden else "Hide"
        hide = menu.addAction(words, lambda: laps.toggle_shown(ref))
        hide.setEnabled(ref != laps.reference)
        remove = menu.addAction("Remove from the comparison", lambda: laps.remove(ref))
        remove.setEnabled(len(laps.order) > 1)
    else:
        menu.addAction("Compare", lambda: laps.toggle(ref))
    return menu
