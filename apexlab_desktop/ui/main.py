"""Start of the window. Until it shows, only Qt and the standard library are loaded."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from apexlab_desktop import blas
from apexlab_desktop.paths import data_home, log_folder, resource_path, settings_file
from apexlab_desktop.settings import SettingsFile
from apexlab_desktop.ui.controller import Controller
from apexlab_desktop.ui.crash_log import start_crash_log
from apexlab_desktop.ui.fonts import font, load_fonts
from apexlab_desktop.ui.instance_name import may_be_running, server_name
from apexlab_desktop.ui.main_window import MainWindow
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.use_cases import AppUseCases, UseCases
from apexlab_desktop.ui.window_state import WindowState

SEVERAL_VARIABLE = "APEXLAB_SEVERAL_WINDOWS"
"""Set to 1, every start opens a window of its own."""
SWITCH_INTERVAL_S = 0.0002
"""A worker gives the interpreter back this often, so that the window stays smooth."""


@dataclass(slots=True)
class Started:
    """A window with everything that belongs to it."""

    window: MainWindow
    models: WindowModels
    controller: Controller
    state: WindowState

    def close(self) -> None:
        """End the background work and write what was not written."""
        self.models.library.save_notes()
        self.models.background.shutdown()


def make_application(argv: Sequence[str]) -> QApplication:
    """Return the application with our fonts and style; the existing one if there is one."""
    blas.use_one_thread()
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(list(argv))
    app.setApplicationName("ApexLab")
    app.setApplicationDisplayName("ApexLab")
    app.setStyle("Fusion")
    QGuiApplication.setDesktopFileName("apexlab")
    load_fonts()
    app.setFont(font())
    return app


def make_window(
    use_cases: UseCases, settings: SettingsFile, *, files: Sequence[Path] = (), demo: bool = False
) -> Started:
    """Build the window, not shown yet; once it is, the library and the analysis are loaded."""
    models = WindowModels(use_cases, settings)
    window = MainWindow(models)
    controller = Controller(window, models)
    state = WindowState(window, models, controller)
    # Last: under a style sheet every step of building would be styled anew.
    models.appearance.apply()
    state.restore_geometry()
    models.setParent(window)

    def after_first_paint() -> None:
        controller.warm_up()
        if files:
            controller.import_files(files)

    def on_ready() -> None:
        if demo:
            controller.open_demo()
        elif not files:
            state.restore_session()

    controller.ready.connect(on_ready)
    window.first_shown.connect(after_first_paint)
    return Started(window, models, controller, state)


def keep_smooth(started: Started) -> None:
    """Keep work in other threads from halting the window.

    Threads take turns soon. And what the program itself consists of is left out of garbage
    collections: a whole one, in whatever thread it happens, would halt all of them for longer than
    a tenth of a second.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    started.controller.ready.connect(gc.freeze)


def main(argv: Sequence[str] | None = None) -> int:
    """Show the window with the files given; return the exit status."""
    arguments = _arguments(list(sys.argv[1:] if argv is None else argv))
    app = make_application(["apexlab"])
    start_crash_log(log_folder())
    name = server_name(data_home())
    is_alone = arguments.several or os.environ.get(SEVERAL_VARIABLE) == "1"
    if not is_alone and may_be_running(name) and _hand_over(name, arguments.files):
        return 0
    app.setWindowIcon(_window_icon())
    started = make_window(
        AppUseCases(), SettingsFile(settings_file()), files=arguments.files, demo=arguments.demo
    )
    keep_smooth(started)
    if not is_alone:
        started.window.first_shown.connect(lambda: _listen(name, started))
    started.window.show()
    status = app.exec()
    started.close()
    return status


def _hand_over(name: str, files: Sequence[Path]) -> bool:
    from apexlab_desktop.ui.single_instance import hand_over

    return hand_over(name, files)


def _listen(name: str, started: Started) -> None:
    """Hear of later starts; once the window shows, for it loads a network library."""
    from apexlab_desktop.ui.single_instance import InstanceServer

    server = InstanceServer(name, started.window)
    server.called.connect(lambda paths: _on_called(started, paths))


def _on_called(started: Started, paths: list[Path]) -> None:
    started.window.showNormal() if started.window.isMinimized() else started.window.show()
    started.window.raise_()
    started.window.activateWindow()
    if paths:
        started.controller.import_files(paths)


def _window_icon() -> QIcon:
    try:
        return QIcon(str(resource_path("app", "apexlab-256.png")))
    except FileNotFoundError:
        return QIcon()


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="apexlab-gui", description="ApexLab, the window")
    parser.add_argument("files", nargs="*", type=Path, help="files to import")
    parser.add_argument("--demo", action="store_true", help="open the demo session")
    parser.add_argument(
        "--several", action="store_true", help="do not hand over to a window that runs already"
    )
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
