"""What every worksheet of the analysis is to the window around it."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from apexlab_desktop.ui.models import WindowModels


class WorksheetPage(QWidget):
    """A worksheet: panels that take the focus in turn."""

    def __init__(self, models: WindowModels) -> None:
        super().__init__()
        self.setObjectName("page")
        self._models = models

    @property
    def panels(self) -> tuple[QWidget, ...]:
        """What F6 steps through; the first takes the focus when the worksheet opens."""
        raise NotImplementedError

    @property
    def focus_regions(self) -> tuple[QWidget, ...]:
        """What the Tab key walks through, in its order, and what can be copied as a picture."""
        raise NotImplementedError

    def copy_panel(self) -> str:
        """Put the picture of the panel with the focus into the clipboard; return its name."""
        focused: QWidget | None = self.window().focusWidget()
        holder = (
            region
            for region in self.focus_regions
            if focused is not None and (region is focused or region.isAncestorOf(focused))
        )
        panel = next(holder, self.focus_regions[0])
        QGuiApplication.clipboard().setPixmap(panel.grab())
        return panel.accessibleName()

    def escape(self) -> None:
        """Let go of what is under way on this worksheet."""
