"""What the window does about edits: make them, tell of them, take them back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from apexlab_desktop.ui.history import Edit, Subject
from apexlab_desktop.ui.lap_splitting import LapSplitting
from apexlab_desktop.ui.main_window import LIBRARY, MainWindow
from apexlab_desktop.ui.models import WindowModels

UNDO, REDO = "edit.undo", "edit.redo"
NO_PLACE = "Put the cursor where laps begin, or click the place on the map"
NO_MAP = "A start line needs positions, and this session has none"


class EditCommands(QObject):
    """One history for the library, the choice of laps and the zoom of the plots.

    Parameters
    ----------
    window : MainWindow
    models : WindowModels
    go : callable
        Goes to a page.
    open_session : callable
        Opens a session in the analysis.
    """

    def __init__(
        self,
        window: MainWindow,
        models: WindowModels,
        go: Callable[[str], None],
        open_session: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._models = models
        self._go = go
        self._open_session = open_session
        self._to_split = ""
        self.splitting = LapSplitting(models, self)
        self._bind()
        self._connect()
        self._name_actions()

    def build(self) -> None:
        """Hear of the map; called once the analysis page is built."""
        compare = self._window.analysis.compare
        if compare is not None:
            compare.track_map.line_wanted.connect(self.splitting.split_at)
            compare.track_map.file_laps_wanted.connect(self._split_as_file)

    # ---- back and forth

    def undo(self) -> None:
        """Take the last edit back, on the page where it is seen."""
        self._travel("Taken back", self._models.history.last, self._models.history.undo)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._travel("Done again", self._models.history.next, self._models.history.redo)

    def _travel(self, verb: str, edit: Edit | None, step: Callable[[], Edit | None]) -> None:
        if edit is None:
            return
        self._window.toast.hide()
        self._go(edit.subject.page)
        step()
        self._window.status.tell(f"{verb}: {edit.words}")

    def _name_actions(self) -> None:
        """Let palette and menus say what would be taken back."""
        commands, history = self._models.commands, self._models.history
        for identifier, verb, edit in (
            (UNDO, "Undo", history.last),
            (REDO, "Do again", history.next),
        ):
            action = commands.action(identifier)
            action.setText(f"{verb}: {edit.words}" if edit else verb)
            action.setEnabled(edit is not None)

    def _tell(self, edit: Edit) -> None:
        """Offer the way back of what is out of sight once it is done."""
        if edit.subject is Subject.LIBRARY:
            back = self._models.history.take_back
            self._window.toast.tell(edit.words, "Undo", lambda: back(edit))

    # ---- the library

    def _archive(self) -> None:
        self._models.library.archive(self._models.library.selected_id)

    def _restore(self) -> None:
        self._models.library.restore(self._models.library.selected_id)

    def _show_archive(self) -> None:
        self._go(LIBRARY)
        self._models.library.show_archive()

    # ---- laps

    def split_session(self, session_id: str) -> None:
        """Open a session and let the user click where its laps begin."""
        self._to_split = session_id
        self._open_session(session_id)
        self._choose_line()

    def _split_chosen(self) -> None:
        if self._models.library.selected_id:
            self.split_session(self._models.library.selected_id)

    def _choose_line(self) -> None:
        """Ask for the line, once the laps of the session to split are on screen."""
        session, compare = self._models.laps.session, self._window.analysis.compare
        is_open = session is not None and session.session_id == self._to_split
        if not is_open or compare is None or self._models.laps.is_loading:
            return
        self._to_split = ""
        compare.track_map.choose_line()
        self._window.status.tell(NO_PLACE if compare.track_map.is_choosing_line else NO_MAP)

    def _split_here(self) -> None:
        compare = self._window.analysis.compare
        if compare is None:
            return
        place = compare.track_map.place_at(self._models.cursor.place_m)
        if self._models.comparison.comparison is not None and place is not None:
            self.splitting.split_at(place)
            return
        compare.track_map.choose_line()
        self._window.status.tell(NO_PLACE if compare.track_map.is_choosing_line else NO_MAP)

    def _copy_panel(self) -> None:
        page = self._window.analysis.worksheet
        if page is not None:
            self._window.status.tell(f"Picture copied: {page.copy_panel()}")

    def _split_as_file(self) -> None:
        self.splitting.split_at(None)

    def _on_split(self, edit: Edit, words: str) -> None:
        self._models.history.add(edit)
        back = self._models.history.take_back
        self._window.status.tell(words)
        self._window.toast.tell(words, "Undo", lambda: back(edit))

    def _on_failed(self, line: str) -> None:
        self._window.status.tell(line)
        self._window.toast.tell(line)

    # ---- wiring

    def _bind(self) -> None:
        self._models.commands.bind(
            {
                UNDO: self.undo,
                REDO: self.redo,
                "library.archive": self._archive,
                "library.restore": self._restore,
                "library.archived": self._show_archive,
                "library.split": self._split_chosen,
                "plots.copy": self._copy_panel,
                "laps.split_here": self._split_here,
                "laps.split_as_file": self._split_as_file,
            }
        )

    def _connect(self) -> None:
        models = self._models
        models.history.changed.connect(self._name_actions)
        models.library.edited.connect(self._tell)
        models.laps.compared.connect(self._choose_line)
        self.splitting.split.connect(self._on_split)
        self.splitting.unchanged.connect(self._window.status.tell)
        self.splitting.failed.connect(self._on_failed)
