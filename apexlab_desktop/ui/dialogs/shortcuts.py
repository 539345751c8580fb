"""All keys on one sheet."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from apexlab_desktop.ui import fonts
from apexlab_desktop.ui.appearance import Appearance
from apexlab_desktop.ui.commands import Commands
from apexlab_desktop.ui.viewmodels.key_sheet import KeyRow, KeySection, key_columns
from apexlab_desktop.ui.widgets.buttons import Button
from apexlab_desktop.ui.widgets.key_cap import HEIGHT as CAP_HEIGHT
from apexlab_desktop.ui.widgets.key_cap import caps_width, paint_caps
from apexlab_desktop.ui.widgets.labels import label, rule
from apexlab_desktop.ui.widgets.overlay import Overlay, centred
from apexlab_desktop.ui.widgets.search_field import SearchField

SIZE = (1120.0, 678.0)
ROW_HEIGHT = 30
HEAD_HEIGHT = 26
SECTION_GAP = 18
COLUMN_GAP = 28
WORDS_GAP = 8
N_COLUMNS = 4


class KeySheet(QWidget):
    """Sections in four columns: caps left, words right."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__()
        self._appearance = appearance
        self._columns: list[list[KeySection]] = []
        appearance.theme_changed.connect(self.update)

    def show_columns(self, columns: list[list[KeySection]]) -> None:
        """Show other sections."""
        self._columns = columns
        self.setAccessibleName(sheet_words(columns))
        self.setMinimumHeight(self.sizeHint().height())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of the tallest column."""
        heights = [sum(_height(section) for section in column) for column in self._columns]
        return QSize(int(SIZE[0]) - 48, max(heights, default=0) - SECTION_GAP + 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all columns."""
        painter = QPainter(self)
        self.paint_sheet(painter, float(self.width()))
        painter.end()

    def paint_sheet(self, painter: QPainter, width: float) -> None:
        """Draw the sheet from the origin over a width."""
        column_width = (width - COLUMN_GAP * (N_COLUMNS - 1)) / N_COLUMNS
        for number, sections in enumerate(self._columns):
            top = 0.0
            for section in sections:
                box = QRectF(number * (column_width + COLUMN_GAP), top, column_width, 0)
                self._paint_section(painter, box, section)
                top += _height(section)

    def _paint_section(self, painter: QPainter, place: QRectF, section: KeySection) -> None:
        theme = self._appearance.theme
        left, width = place.left(), place.width()
        painter.setFont(fonts.font(12, 600))
        painter.setPen(QColor(theme.accent))
        head = QRectF(left, place.top(), width, HEAD_HEIGHT - 6)
        painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, section.title)
        line = QRectF(left, place.top() + HEAD_HEIGHT - 3, width, 1)
        painter.fillRect(line, QColor(theme.border))
        y = place.top() + HEAD_HEIGHT
        for row in section.rows:
            free = int(width) - fonts.text_width(row.words, 12) - WORDS_GAP
            combinations = fitting_combinations(row, free)
            caps_top = y + (ROW_HEIGHT - CAP_HEIGHT) / 2
            paint_caps(painter, self._appearance, combinations, left, caps_top)
            painter.setFont(fonts.font(12))
            painter.setPen(QColor(theme.text))
            right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(QRectF(left, y, width, ROW_HEIGHT), int(right), row.words)
            y += ROW_HEIGHT


class Shortcuts(Overlay):
    """The sheet with search and print."""

    def __init__(self, window: QWidget, appearance: Appearance, commands: Commands) -> None:
        super().__init__(appearance, window, "Keys")
        self._commands = commands
        self._search = SearchField(appearance, "Find a key")
        self._search.setFixedWidth(200)
        self._search.textChanged.connect(self._show)
        self._search.left.connect(self.close_overlay)
        self.sheet = KeySheet(appearance)
        self._area = QScrollArea()
        self._lay_out(appearance)
        self._show("")

    def wanted_rect(self, room: QRectF) -> QRectF:
        """Return the middle of the window."""
        return centred(room, *SIZE)

    def first_focus(self) -> QWidget:
        """Return the search field."""
        return self._search

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Turn the page in a window too low for the whole sheet."""
        bar = self._area.verticalScrollBar()
        pages = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
        if event.key() in pages:
            bar.setValue(bar.value() + pages[Qt.Key(event.key())] * bar.pageStep())
        else:
            super().keyPressEvent(event)

    def print_sheet(self) -> None:
        """Ask for a printer, and print the sheet across one page."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageOrientation(printer.pageLayout().orientation().Landscape)
        dialog = QPrintDialog(printer, self)
        dialog.finished.connect(lambda status: self._print_on(printer) if status else None)
        dialog.setModal(True)
        dialog.show()

    def _print_on(self, printer: object) -> None:
        painter = QPainter(printer)  # type: ignore[call-overload]
        page = painter.viewport()
        scale = page.width() / self.sheet.width()
        painter.scale(scale, scale)
        self.sheet.paint_sheet(painter, float(self.sheet.width()))
        painter.end()

    def _show(self, query: str) -> None:
        self.sheet.show_columns(key_columns(self._commands, query))

    def _lay_out(self, appearance: Appearance) -> None:
        layout = QVBoxLayout(self.frame)
        layout.setContentsMargins(24, 18, 24, 14)
        layout.setSpacing(12)
        head = QHBoxLayout()
        head.setSpacing(8)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label("Keys", "title"))
        palette = self._commands.keys("look.palette")[0].replace("+", " ")
        words.addWidget(
            label(f"Every command also has its place in the palette, {palette}.", "meta")
        )
        head.addLayout(words)
        head.addStretch(1)
        head.addWidget(self._search)
        print_button = Button(appearance, "Print", "plain", "printer")
        print_button.clicked.connect(self.print_sheet)
        head.addWidget(print_button)
        close = Button(appearance, "Close", "icon", "x")
        close.clicked.connect(self.close_overlay)
        head.addWidget(close)
        layout.addLayout(head)
        area = self._area
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sheet.setObjectName("scrolled")
        area.setWidget(self.sheet)
        layout.addWidget(area, 1)
        layout.addWidget(rule())
        layout.addWidget(label("On a Mac, Ctrl is Command.", "hintBody"))


def fitting_combinations(row: KeyRow, width: int) -> list[list[str]]:
    """Return the combinations of a row that have room beside its words; the first always."""
    combinations = [list(caps) for caps in row.combinations]
    while len(combinations) > 1 and caps_width(combinations) > width:
        combinations.pop()
    return combinations


def sheet_words(columns: list[list[KeySection]]) -> str:
    """Return the whole sheet as text, for a screen reader."""
    lines = []
    for section in (section for column in columns for section in column):
        rows = [
            f"{' or '.join(' '.join(caps) for caps in row.combinations)}: {row.words}"
            for row in section.rows
        ]
        lines.append(f"{section.title}. {'; '.join(rows)}")
    return ". ".join(lines)


def _height(section: KeySection) -> int:
    return HEAD_HEIGHT + ROW_HEIGHT * len(section.rows) + SECTION_GAP
