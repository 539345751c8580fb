"""One style sheet, filled from the tokens of a theme."""

from __future__ import annotations

from string import Template

from apexlab_desktop.ui.theme import Theme, ThemeName

_TEMPLATE = Template("""
QWidget#window, QWidget#page { background: $app; }
QWidget#bar, QWidget#rail, QWidget#tabs, QWidget#status { background: $panel; }
QWidget#bar, QWidget#tabs { border-bottom: 1px solid $border; }
QWidget#status { border-top: 1px solid $border; }
QWidget#rail { border-right: 1px solid $border; }
QLabel { background: transparent; color: $text; }
QLabel[role="title"] { font-size: 15px; font-weight: 600; }
QLabel[role="meta"] { font-size: 12px; color: $secondary; }
QLabel[role="panelTitle"] { font-size: 12px; font-weight: 600; }
QLabel[role="section"] { font-size: 11px; font-weight: 600; color: $secondary; }
QLabel[role="hint"] { font-size: 11px; color: $muted; }
QLabel[role="secondary"] { color: $secondary; }
QLabel[role="dense"] { font-size: 12px; color: $secondary; }
QLabel[role="medium"] { font-weight: 500; }
QLabel[role="hintBody"] { font-size: 12px; color: $muted; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="tileLabel"] { font-size: 11px; font-weight: 500; color: $muted; }
QLabel[role="tileValue"] { font-size: 20px; font-weight: 600; }
QLabel[role="tileThird"] { font-size: 11px; color: $secondary; }
QLabel[role="fact"] { font-size: 16px; font-weight: 600; }
QLabel[role="factBest"] { font-size: 16px; font-weight: 600; color: $best; }
QLabel[role="emptyTitle"] { font-size: 20px; font-weight: 600; }
QLabel[role="groupTitle"] { font-size: 12px; font-weight: 600; color: $accent; }
QLabel[role="count"] { font-size: 12px; font-weight: 500; }
QLabel[role="warning"] { font-size: 12px; font-weight: 500; color: $warning; }
QLabel[role="error"] { font-size: 12px; color: $slower; }
QFrame[role="panel"] { background: $panel; border: 1px solid $border; border-radius: 8px; }
QFrame[role="raised"] { background: $raised; border: 1px solid $border; border-radius: 8px; }
QFrame[role="dialog"] { background: $panel; border: ${dialog_border_width}px solid $border;
  border-radius: 12px; }
QFrame[role="notice"] { background: $raised; border: 1px solid $border;
  border-left: 3px solid $warning; border-radius: 8px; }
QFrame[role="toast"] { background: $raised; border: 1px solid $border; border-radius: 8px; }
QFrame[role="rule"] { background: $border; border: none; max-height: 1px; min-height: 1px; }
QPushButton { font-size: 13px; font-weight: 600; border-radius: 6px; padding: 0 11px;
  min-height: 30px; max-height: 30px; outline: none; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; }
QPushButton[role="primary"]:hover { background: $accent_hover; }
QPushButton[role="primary"]:focus { border: 1px solid $text; }
QPushButton[role="primary"]:disabled { background: $raised; color: $muted; border-color: $border; }
QPushButton[role="plain"] { background: $raised; color: $text; border: 1px solid $border; }
QPushButton[role="plain"]:hover { background: $hover; }
QPushButton[role="plain"]:focus { border: 1px solid $accent; }
QPushButton[role="plain"]:disabled { color: $muted; }
QPushButton[role="ghost"] { background: transparent; color: $secondary; font-weight: 500;
  border: 1px solid transparent; }
QPushButton[role="ghost"]:hover { background: $hover; color: $text; }
QPushButton[role="ghost"]:focus { border: 1px solid $accent; }
QPushButton[role="link"] { background: transparent; color: $accent; font-weight: 500;
  border: 1px solid transparent; padding: 0 4px; min-height: 26px; max-height: 26px; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:focus { border: 1px solid $accent; }
QPushButton[role="sort"] { background: transparent; color: $secondary; font-size: 12px;
  font-weight: 400; border: 1px solid transparent; padding: 0 4px;
  min-height: 26px; max-height: 26px; }
QPushButton[role="sort"]:hover { color: $text; }
QPushButton[role="sort"]:focus { border: 1px solid $accent; }
QPushButton[role="chip"] { background: $selected_row; color: $text; font-size: 12px;
  font-weight: 500; border: 1px solid $border; border-radius: 13px; padding: 0 10px;
  min-height: 24px; max-height: 24px; }
QPushButton[role="chip"]:hover { background: $hover; }
QPushButton[role="chip"]:focus { border: 1px solid $accent; }
QPushButton[role="pill"] { background: $raised; color: $secondary; font-size: 11px;
  font-weight: 500; border: 1px solid $border; border-radius: 11px; padding: 0 8px;
  min-height: 20px; max-height: 20px; }
QPushButton[role="pill"]:hover { background: $hover; color: $text; }
QPushButton[role="pill"]:checked { background: $selected_row; color: $text; font-weight: 600;
  border: 1px solid $accent; }
QPushButton[role="pill"]:focus { border: 1px solid $accent; color: $text; }
QPushButton[role="icon"] { background: transparent; border: 1px solid transparent; padding: 0;
  min-width: 28px; max-width: 28px; min-height: 28px; max-height: 28px; }
QPushButton[role="icon"]:hover { background: $hover; }
QPushButton[role="icon"]:focus { border: 1px solid $accent; }
QPushButton[role="rail"] { background: transparent; border: 1px solid transparent; padding: 0;
  border-radius: 8px; min-width: 38px; max-width: 38px; min-height: 38px; max-height: 38px; }
QPushButton[role="rail"]:hover { background: $hover; }
QPushButton[role="rail"]:checked { background: $selected_row; border: 1px solid $rail_checked; }
QPushButton[role="rail"]:focus { border: 1px solid $accent; }
QPushButton::menu-indicator { image: none; width: 0; }
QLineEdit { background: $field; color: $text; border: 1px solid $border; border-radius: 6px;
  min-height: 28px; max-height: 28px; padding: 0 8px; font-size: 13px;
  selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus { border: 1px solid $accent; }
QLineEdit[role="tag"] { background: transparent; min-height: 20px; max-height: 20px;
  border-radius: 11px; padding: 0 7px; font-size: 11px; }
QLineEdit[role="tag"]:focus { background: $field; }
QLineEdit[role="palette"] { background: transparent; border: none; font-size: 16px; }
QPlainTextEdit { background: transparent; color: $secondary; border: 1px solid transparent;
  border-radius: 6px; font-size: 13px; selection-background-color: $accent;
  selection-color: $on_accent; }
QPlainTextEdit:hover { border: 1px solid $border; }
QPlainTextEdit:focus { border: 1px solid $accent; background: $field; color: $text; }
QTableView, QListView { background: transparent; border: none; outline: none;
  selection-background-color: transparent; }
QListWidget[role="files"]::item { padding: 6px 8px; border-radius: 6px; color: $text; }
QListWidget[role="files"]::item:selected { background: $selected_row; color: $text; }
QListWidget[role="files"]:focus { border: 1px solid $accent; border-radius: 6px; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: transparent; border: none; }
QScrollArea, QScrollArea > QWidget > QWidget#scrolled { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle { background: $scroll; border-radius: 3px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QMenu { background: $raised; color: $text; border: 1px solid $border; border-radius: 6px;
  padding: 4px; }
QMenu::item { padding: 6px 24px 6px 10px; border-radius: 4px; font-size: 13px; }
QMenu::item:selected { background: $selected_row; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $border; margin: 4px 6px; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px 6px;
  font-size: 12px; }
QSplitter::handle { background: transparent; }
""")


def stylesheet(theme: Theme) -> str:
    """Return the sheet of a theme."""
    is_dark = theme.name is ThemeName.DARK
    is_sunlight = theme.name is ThemeName.SUNLIGHT
    return _TEMPLATE.substitute(
        {name: getattr(theme, name) for name in Theme.__dataclass_fields__},
        field=theme.app if is_dark else theme.panel,
        scroll=theme.text if is_sunlight else theme.border if is_dark else "#B9C3CE",
        accent_hover="#6BB8FF" if is_dark else "#0A58B0" if not is_sunlight else "#002F7D",
        rail_checked=theme.text if is_sunlight else theme.selected_row,
    )
