"""Tags as pills: a click takes one away, the field at the end adds one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.widgets.buttons import Button
from apexlab_desktop.ui.widgets.flow import FlowLayout

GAP = 6
WIDEST_TAG = 180
FIELD_WIDTH = 96
CROSS = "\u00d7"


class TagPill(Button):
    """A tag with a cross."""

    def __init__(self, appearance: Appearance, tag: str, parent: QWidget) -> None:
        shown = fonts.elided(tag, WIDEST_TAG, 11, 500)
        super().__init__(appearance, f"{shown}  {CROSS}", "pill", "", parent)
        self.tag = tag
        self.setAccessibleName(f"Tag {tag}, take it away")
        self.setToolTip(f"{tag}: take it away")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the tag away with Delete and Backspace as with Space."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.click()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Keep Delete and Space from the commands of the window."""
        keys = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Space)
        is_key = isinstance(event, QKeyEvent) and event.key() in keys
        if is_key and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)


class TagEditor(QWidget):
    """The tags of a session. `edited(tags)` tells what the user made of them."""

    edited = Signal(tuple)

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._tags: tuple[str, ...] = ()
        self._pills: list[TagPill] = []
        self._flow = FlowLayout(GAP, self)
        self._field = QLineEdit(self)
        self._field.setProperty("role", "tag")
        self._field.setPlaceholderText("Add a tag")
        self._field.setAccessibleName("Add a tag")
        self._field.setFixedWidth(FIELD_WIDTH)
        self._field.editingFinished.connect(self._on_typed)
        self._flow.addWidget(self._field)

    @property
    def pills(self) -> tuple[TagPill, ...]:
        """The tags shown."""
        return tuple(self._pills)

    @property
    def field(self) -> QLineEdit:
        """Where a tag is typed; several with commas between."""
        return self._field

    def show_tags(self, tags: Sequence[str]) -> None:
        """Show other tags; what is being typed stays."""
        if tuple(tags) == self._tags:
            return
        had_focus = next((n for n, pill in enumerate(self._pills) if pill.hasFocus()), -1)
        self._tags = tuple(tags)
        self._rebuild()
        if had_focus >= 0:
            # The focus stays where a tag was taken away, so that the next can follow.
            heirs: list[QWidget] = [*self._pills, self._field]
            heirs[min(had_focus, len(heirs) - 1)].setFocus(Qt.FocusReason.OtherFocusReason)

    def clear_typed(self) -> None:
        """Forget what was typed: it was meant for another session."""
        self._field.clear()

    def _rebuild(self) -> None:
        while self._flow.takeAt(0) is not None:
            pass
        for pill in self._pills:
            pill.hide()
            pill.deleteLater()
        self._pills = [TagPill(self._appearance, tag, self) for tag in self._tags]
        for widget in (*self._pills, self._field):
            self._flow.addWidget(widget)
            widget.show()
        for pill in self._pills:
            pill.clicked.connect(self._on_pill)
        self.updateGeometry()

    def _on_pill(self) -> None:
        pill = self.sender()
        if isinstance(pill, TagPill):
            self._tell(tuple(tag for tag in self._tags if tag != pill.tag))

    def _on_typed(self) -> None:
        words = [" ".join(word.split()) for word in self._field.text().split(",")]
        self._field.clear()
        self._tell(tuple(dict.fromkeys([*self._tags, *(word for word in words if word)])))

    def _tell(self, tags: tuple[str, ...]) -> None:
        if tags != self._tags:
            self.show_tags(tags)
            self.edited.emit(tags)
