"""Every command of the window: its words, its keys, where it works; no other key bindings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Context(Enum):
    """Where a command's keys work."""

    WINDOW = "anywhere"
    LIBRARY = "Library"
    ANALYSIS = "Analysis"
    COMPARE = "Compare"


class Group(Enum):
    """Heads of the key overlay, in its columns."""

    CURSOR = "Cursor"
    PAGES = "Pages"
    ZOOM = "Zoom"
    EDIT = "Edit"
    LAPS = "Laps"
    FILE = "File"
    PLOTS = "Plots"
    LOOK = "Look"


COLUMNS: tuple[tuple[Group, ...], ...] = (
    (Group.CURSOR, Group.PAGES),
    (Group.ZOOM, Group.EDIT),
    (Group.LAPS, Group.FILE),
    (Group.PLOTS, Group.LOOK),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What the user can have done.

    Attributes
    ----------
    id : str
        Stable, `group.verb`.
    words : str
        In the palette.
    short : str
        In the key overlay.
    keys : tuple of str
        Portable key sequences; empty for none.
    group : Group
    context : Context
    icon : str
        Lucide name.
    family : str
        Commands of one family share a row of the overlay.
    """

    id: str
    words: str
    short: str
    keys: tuple[str, ...]
    group: Group
    context: Context
    icon: str = "chevron-right"
    family: str = ""


@dataclass(frozen=True, slots=True)
class Gesture:
    """A row of the overlay that is no command: what the mouse does."""

    group: Group
    cap: str
    short: str


def _command(
    context: Context,
    group: Group,
    identifier: str,
    words: str,
    short: str,
    *keys: str,
    icon: str,
    family: str = "",
) -> Command:
    return Command(
        id=identifier, words=words, short=short, keys=keys, group=group, context=context, icon=icon,
        family=family,
    )  # fmt: skip


def _anywhere() -> tuple[Command, ...]:
    w, pages, look = Context.WINDOW, Group.PAGES, Group.LOOK
    return (
        _command(w, pages, "page.library", "Library", "library", "Ctrl+O", "Alt+1",
                 icon="layout-list"),
        _command(w, pages, "page.compare", "Analysis", "analysis", "Alt+2", icon="chart-line"),
        _command(w, pages, "page.back", "Back to where you were", "back", "Alt+Left",
                 icon="arrow-left"),
        _command(w, pages, "page.next_panel", "Next panel", "next panel", "F6", icon="panel-right"),
        _command(w, look, "window.full_screen", "Full screen", "full screen", "F11",
                 icon="maximize"),
        _command(w, Group.FILE, "file.import", "Import files", "import", "Ctrl+I",
                 icon="folder-input"),
        _command(w, Group.FILE, "file.find", "Find a session", "find", "Ctrl+F", icon="search"),
        _command(w, Group.FILE, "file.demo", "Open the demo session", "demo session", icon="play"),
        _command(w, Group.FILE, "file.report", "Write the report of the session, PDF or HTML",
                 "report", "Ctrl+R", icon="file-text"),
        _command(w, Group.FILE, "file.quit", "Quit ApexLab", "quit", "Ctrl+Q", icon="log-out"),
        _command(w, Group.EDIT, "edit.undo", "Undo", "undo, again", "Ctrl+Z",
                 icon="undo-2", family="history"),
        _command(w, Group.EDIT, "edit.redo", "Do again", "undo, again", "Ctrl+Shift+Z", "Ctrl+Y",
                 icon="redo-2", family="history"),
        _command(w, Group.EDIT, "edit.cancel", "Close, let go, or stop an import", "let go, stop",
                 "Esc", icon="x"),
        _command(w, look, "look.palette", "All commands", "palette", "Ctrl+K", "Ctrl+P",
                 icon="search"),
        _command(w, look, "look.keys", "Keys", "these keys", "F1", "?", icon="keyboard"),
        _command(w, look, "look.settings", "Settings", "settings", "Ctrl+,", icon="settings"),
        _command(w, look, "look.theme", "Next theme: dark, light, sunlight", "next theme",
                 "Ctrl+Shift+T", icon="contrast"),
        _command(w, look, "look.sunlight", "Sunlight theme on or off", "sunlight", "Ctrl+Shift+H",
                 icon="sun"),
        _command(w, look, "look.units", "Metric or imperial units", "units", icon="ruler"),
    )  # fmt: skip


def _sheets() -> tuple[Command, ...]:
    a, pages = Context.ANALYSIS, Group.PAGES
    return (
        *(
            _command(Context.WINDOW, pages, f"sheet.go_{n % 10}", f"Worksheet in place\u00a0{n}",
                     "worksheets", f"Ctrl+{n % 10}", icon="layers", family="sheets")
            for n in range(1, 11)
        ),
        _command(a, pages, "sheet.next", "Next worksheet", "next, before", "Ctrl+Tab",
                 "PgDown", icon="arrow-right", family="step_sheet"),
        _command(a, pages, "sheet.before", "Worksheet before", "next, before",
                 "Ctrl+Shift+Tab", "PgUp", icon="arrow-left", family="step_sheet"),
        _command(a, pages, "sheet.new", "New worksheet", "new worksheet", "Ctrl+T", icon="plus"),
        _command(a, pages, "sheet.rename", "Rename the worksheet", "rename worksheet", "F2",
                 icon="pencil"),
        _command(a, pages, "sheet.plots", "Choose the plots of the worksheet",
                 "plots of the worksheet", "F4",
                 icon="list-checks"),
        _command(a, pages, "sheet.duplicate", "Duplicate the worksheet", "duplicate", icon="copy"),
        _command(a, pages, "sheet.delete", "Delete the worksheet", "delete", icon="trash-2"),
        _command(a, pages, "sheet.left", "Move the worksheet left", "move left, right",
                 "Ctrl+Shift+PgUp", icon="arrow-left", family="move_sheet"),
        _command(a, pages, "sheet.right", "Move the worksheet right", "move left, right",
                 "Ctrl+Shift+PgDown", icon="arrow-right", family="move_sheet"),
        _command(a, Group.CURSOR, "corner.next", "Next corner", "corner next, before", "C",
                 "Ctrl+Alt+Right", icon="arrow-right", family="corner"),
        _command(a, Group.CURSOR, "corner.before", "Corner before", "corner next, before",
                 "Shift+C", "Ctrl+Alt+Left", icon="arrow-left", family="corner"),
    )  # fmt: skip


def _library() -> tuple[Command, ...]:
    c, edit = Context.LIBRARY, Group.EDIT
    return (
        _command(c, edit, "library.open", "Open the chosen session", "open the session", "Enter",
                 "Return", icon="chart-line"),
        _command(c, Group.LAPS, "library.add", "Add its best lap to Compare", "add best lap",
                 "Ctrl+Enter", "Ctrl+Return", icon="git-compare"),
        _command(c, edit, "library.archive", "Move the chosen session to the archive",
                 "to the archive", "Del", icon="archive"),
        _command(c, edit, "library.restore", "Bring the chosen session back from the archive",
                 "back from the archive", icon="archive-restore"),
        _command(c, edit, "library.archived", "Show the archive, or leave it", "the archive",
                 icon="archive"),
        _command(c, Group.LAPS, "library.split", "Split the laps of the chosen session again",
                 "split laps again", icon="flag"),
        _command(c, edit, "library.detail", "Show or hide the details", "details", "Space",
                 icon="panel-right"),
        _command(c, edit, "library.clear", "Clear the filters", "clear filters", icon="x"),
    )  # fmt: skip


def _cursor_and_zoom() -> tuple[Command, ...]:
    c, cursor, zoom = Context.COMPARE, Group.CURSOR, Group.ZOOM
    rows = (
        (cursor, "cursor.left", "Cursor one sample back", "one sample", ("Left",), "crosshair",
         "sample"),
        (cursor, "cursor.right", "Cursor one sample on", "one sample", ("Right",), "crosshair",
         "sample"),
        (cursor, "cursor.left_ten", "Cursor ten samples back", "ten samples", ("Shift+Left",),
         "crosshair", "ten"),
        (cursor, "cursor.right_ten", "Cursor ten samples on", "ten samples", ("Shift+Right",),
         "crosshair", "ten"),
        (cursor, "cursor.home", "Cursor to the start of the lap", "start, end of lap", ("Home",),
         "crosshair", "ends"),
        (cursor, "cursor.end", "Cursor to the end of the lap", "start, end of lap", ("End",),
         "crosshair", "ends"),
        (cursor, "cursor.second", "Second cursor, range", "second cursor, range", ("R",),
         "move-horizontal", ""),
        (cursor, "cursor.tag", "Tag the place of the cursor, or take the tag away", "tag here",
         ("T",), "tag", ""),
        (zoom, "zoom.in", "Zoom in", "in", ("Up", "+"), "zoom-in", ""),
        (zoom, "zoom.out", "Zoom out", "out", ("Down", "-"), "zoom-out", ""),
        (zoom, "zoom.whole", "Whole lap", "whole lap", ("L", "A"), "route", ""),
        (zoom, "zoom.segment", "This segment: from one top of speed to the next", "this segment",
         ("S",), "route", ""),
        (zoom, "zoom.range", "The range between the two cursors", "marked range", ("M",),
         "move-horizontal", ""),
        (zoom, "zoom.tag", "From the cursor to the tag", "cursor to tag", ("Shift+T",), "tag", ""),
        (zoom, "zoom.pan_left", "Pan to the start", "pan", ("Ctrl+Left",), "move-horizontal",
         "pan"),
        (zoom, "zoom.pan_right", "Pan to the end", "pan", ("Ctrl+Right",), "move-horizontal",
         "pan"),
    )  # fmt: skip
    return tuple(
        _command(c, group, identifier, words, short, *keys, icon=icon, family=family)
        for group, identifier, words, short, keys, icon, family in rows
    )


def _laps_and_plots() -> tuple[Command, ...]:
    c, laps, plots = Context.COMPARE, Group.LAPS, Group.PLOTS
    return (
        _command(c, laps, "laps.fastest", "Fastest lap as the reference", "fastest lap", "F",
                 icon="timer"),
        _command(c, laps, "laps.fastest_all", "Fastest lap of all files as the reference",
                 "fastest of all files", "Ctrl+Shift+F", icon="timer"),
        _command(c, laps, "laps.before", "Lap before", "lap before, next", "P",
                 "Ctrl+Shift+Left", icon="arrow-left", family="step"),
        _command(c, laps, "laps.next", "Lap after", "lap before, next", "N", "Ctrl+Shift+Right",
                 icon="arrow-right", family="step"),
        _command(c, laps, "laps.shift_back", "Shift the lap chosen last 1\u00a0m back",
                 "shift back 1\u00a0m", "Alt+Shift+Left", icon="move-horizontal"),
        _command(c, laps, "laps.shift_on", "Shift the lap chosen last 1\u00a0m on",
                 "shift on 1\u00a0m", "Alt+Shift+Right", icon="move-horizontal"),
        _command(c, laps, "laps.shift_reset", "Shifted laps back to where they were driven",
                 "shifted laps back", "0", icon="undo-2"),
        _command(c, laps, "laps.add", "Add laps from another session", "laps from a session",
                 "Ctrl+L", icon="plus"),
        _command(c, laps, "laps.register", "Lay other sessions onto the same straights, or not",
                 "same straights", "Ctrl+Shift+L", icon="git-compare"),
        _command(c, laps, "laps.split_here", "Start line at the cursor: split laps again",
                 "start line here", "Ctrl+G", icon="flag"),
        _command(c, laps, "laps.split_as_file", "Split laps as the file says", "laps of the file",
                 icon="file-text"),
        _command(c, plots, "plots.axis", "Distance or time axis", "distance, time", "K",
                 icon="ruler"),
        _command(c, plots, "plots.overlap", "Plots over each other, or one under the other",
                 "tiled, overlapped", "X", icon="layers"),
        _command(c, plots, "plots.rebase", "Delta from the left edge or from the line",
                 "delta from the left edge", "D", icon="flag"),
        _command(c, plots, "plots.delta", "Delta on or off", "delta on, off", "F3", icon="timer"),
        _command(c, plots, "plots.hide", "Hide or show the lap chosen last", "hide the trace", "H",
                 icon="eye-off"),
        _command(c, plots, "plots.grid", "Grid on or off", "grid", "G", icon="grid-3x3"),
        _command(c, plots, "plots.replay", "Replay at true speed from the cursor, or pause",
                 "replay, pause", "Space", icon="play"),
        _command(c, Group.FILE, "plots.copy", "Copy the picture of the panel", "copy panel",
                 "Ctrl+Shift+C", icon="copy"),
        _command(c, plots, "plots.reset", "Reset the worksheet", "reset", icon="history"),
        _command(c, plots, "plots.map_colour", "Map colour: speed or gain and loss", "map colour",
                 "Shift+M", icon="palette"),
    )  # fmt: skip


def _numbered() -> tuple[Command, ...]:
    kinds = (
        ("reference", "Reference: lap in place", "make it the reference", "", "flag"),
        ("show", "Show or hide the lap in place", "show, hide", "Shift+", "eye"),
    )
    return tuple(
        _command(
            Context.COMPARE, Group.LAPS, f"laps.{family}_{n}", f"{words}\u00a0{n}", short,
            f"{modifier}{n}", icon=icon, family=family,
        )
        for family, words, short, modifier, icon in kinds
        for n in range(1, 10)
    )  # fmt: skip


COMMANDS: tuple[Command, ...] = (
    *_anywhere(),
    *_sheets(),
    *_library(),
    *_cursor_and_zoom(),
    *_laps_and_plots(),
    *_numbered(),
)

GESTURES: tuple[Gesture, ...] = (
    Gesture(Group.CURSOR, "Click", "pin the cursor"),
    Gesture(Group.ZOOM, "Wheel", "at the pointer"),
    Gesture(Group.ZOOM, "Drag", "this range"),
    Gesture(Group.ZOOM, "Double click", "whole lap"),
)
