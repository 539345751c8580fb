"""Every page and dialog of the window in a known state, with invented, seeded data."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QLocale, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from apexlab_desktop.analysis.types import DataQuality, QualityMetric
from apexlab_desktop.settings import SettingsFile
from apexlab_desktop.ui.main import Started, make_application, make_window
from apexlab_desktop.ui.viewmodels.library_rows import Facet
from tests.ui.fake_library import RUN_3, FakeLibrary
from tests.ui.invented_findings import LibraryWithThree

THEMES = ("dark", "light", "sunlight")
SIZES = ((1280, 720), (1440, 900))
CURSOR_M = 2_109.0
LIMIT_MS = 20_000


@dataclass(frozen=True, slots=True)
class Picture:
    """One scene in one theme at one size, on a screen of one or two pixels per logical pixel."""

    scene: str
    theme: str
    size: tuple[int, int]
    scale: int = 1

    @property
    def file_name(self) -> str:
        """`library_1280_light.png`, at scale 2 `library_1280_light_2x.png`."""
        scale = "" if self.scale == 1 else f"_{self.scale}x"
        return f"{self.scene}_{self.size[0]}_{self.theme}{scale}.png"


def wait_until(is_done: Callable[[], bool]) -> None:
    """Run the event loop until something is true."""
    loop = QEventLoop()
    watch, limit = QTimer(interval=5), QTimer(singleShot=True, interval=LIMIT_MS)
    watch.timeout.connect(lambda: loop.quit() if is_done() else None)
    limit.timeout.connect(loop.quit)
    watch.start()
    limit.start()
    loop.exec()
    watch.stop()
    limit.stop()
    if not is_done():
        raise TimeoutError("the scene did not come about")


def _compare(started: Started) -> None:
    started.controller.open_session(RUN_3)
    wait_until(lambda: started.models.comparison.comparison is not None)
    insight = started.models.insight
    wait_until(lambda: bool(insight.debrief or insight.reason))
    started.models.sheets.choose("compare")
    started.models.cursor.pin(CURSOR_M)


def _import(started: Started, *names: str) -> None:
    ended: list[object] = []
    started.models.imports.batch_ended.connect(ended.append)
    started.controller.import_files([Path(name) for name in names])
    wait_until(lambda: bool(ended))
    wait_until(lambda: not started.models.background.is_busy)


def _library(_started: Started) -> None:
    return


def _filtered(started: Started) -> None:
    started.models.library.toggle(Facet.YEAR, "2026")
    started.models.library.toggle(Facet.CAR, "GR86")


def _no_match(started: Started) -> None:
    started.window.top_bar.search.setText("nowhere")


def _importing(started: Started) -> None:
    library = started.models.use_cases
    assert isinstance(library, FakeLibrary)
    _import(started, "picture.bad")
    library.gate.clear()
    started.controller.import_files([Path("session_20260620.csv"), Path("next.rcz")])
    wait_until(lambda: any(job.share == 0.5 for job in started.models.imports.jobs))


def _receipt(started: Started) -> None:
    _import(started, "session_20260620.csv")


def _receipts(started: Started) -> None:
    _import(started, "session_20260620.csv", "run-3.csv", "picture.bad")


def _toast(started: Started) -> None:
    started.models.library.archive(RUN_3)
    wait_until(lambda: len(started.models.library.sessions) == 13)


def _analysis_empty(started: Started) -> None:
    started.controller.go("analysis")


def _sessions(started: Started) -> None:
    _compare(started)
    started.models.laps.add_session("run-2")
    wait_until(lambda: len(started.models.comparison.slots) == 4)


def _layouts(started: Started) -> None:
    library = started.models.use_cases
    assert isinstance(library, FakeLibrary)
    library.other_layouts.add("kestrel-3")
    _compare(started)
    failed: list[str] = []
    started.models.laps.failed.connect(failed.append)
    started.models.laps.add_session("kestrel-3")
    wait_until(lambda: bool(failed))


def _overlapped(started: Started) -> None:
    _compare(started)
    started.models.comparison.toggle_overlap()


def _palette(started: Started) -> None:
    _compare(started)
    started.controller.dialogs.show_palette()


def _keys(started: Started) -> None:
    _compare(started)
    started.controller.dialogs.show_keys()


def _settings(started: Started) -> None:
    _compare(started)
    started.controller.dialogs.show_settings()


def _add_laps(started: Started) -> None:
    _compare(started)
    started.controller.dialogs.add_laps()


def _split(started: Started) -> None:
    _compare(started)
    started.controller.edits.split_session(RUN_3)


def _archive(started: Started) -> None:
    for identifier in ("moor-1", "run-1"):
        started.models.library.archive(identifier)
    wait_until(lambda: len(started.models.library.sessions) == 12)
    started.window.toast.hide()
    started.models.library.show_archive()


def _many_laps(started: Started) -> None:
    _compare(started)
    for row in started.models.laps.groups[0].laps:
        if row.ref not in started.models.laps.order:
            started.models.laps.toggle(row.ref)
    wait_until(lambda: len(started.models.comparison.slots) == 12)


def _one_lap(started: Started) -> None:
    _compare(started)
    for ref in started.models.laps.order[1:]:
        started.models.laps.remove(ref)
    wait_until(lambda: len(started.models.comparison.slots) == 1)


def _imperial(started: Started) -> None:
    started.controller.toggle_units()
    _compare(started)
    started.models.comparison.show_range(1_500.0, 2_500.0)


def _zoomed(started: Started) -> None:
    _compare(started)
    started.models.comparison.show_range(1_900.0, 2_300.0)
    started.models.cursor.toggle_second()
    started.models.cursor.pin(2_180.0)


def _library_imperial(started: Started) -> None:
    started.controller.toggle_units()


def _long_names() -> FakeLibrary:
    library = FakeLibrary()
    library.rename(
        track="Circuit of the Seventeen Provinces, Grand Prix layout with the new chicane",
        vehicle="Porsche 911 GT3 R (992) Endurance Edition",
        driver="Maximiliane von und zu Hohenlohe-Langenburg-Weikersheim",
    )
    return library


def _japanese() -> FakeLibrary:
    library = FakeLibrary()
    library.rename(
        track="\u9234\u9e7f\u30b5\u30fc\u30ad\u30c3\u30c8",
        vehicle="\u30de\u30c4\u30c0 \u30ed\u30fc\u30c9\u30b9\u30bf\u30fc",
        driver="\u4f50\u85e4 \u5065\u592a\u90ce",
    )
    return library


def _with_pedals() -> FakeLibrary:
    library = FakeLibrary()
    library.has_pedals = True
    return library


def _poor_data() -> FakeLibrary:
    library = FakeLibrary()
    metrics = (
        QualityMetric(name="accuracy_p90_m", value=2.4, score=5.0, weight=0.30),
        QualityMetric(name="lap_length_cv_pct", value=3.1, score=30.0, weight=0.25),
    )
    library.quality = DataQuality(score=41.0, grade="D", signal_class="C", metrics=metrics)
    return library


def _without_position() -> FakeLibrary:
    library = FakeLibrary()
    library.has_position = False
    return library


def _no_laps() -> FakeLibrary:
    library = FakeLibrary()
    library.without_times.add(RUN_3)
    return library


def _worksheet(started: Started) -> None:
    _compare(started)
    sheets = started.models.sheets
    wait_until(lambda: sheets.is_loaded)
    sheets.new()
    sheets.rename(sheets.active.id, "Braking")
    sheets.set_plots(sheets.active.id, ("speed_mps", "throttle_ratio", "brake_ratio", "delta_t_s"))
    started.window.toast.hide()


def _debrief(started: Started) -> None:
    _compare(started)
    started.models.sheets.choose("debrief")


def _corners(started: Started) -> None:
    _compare(started)
    started.models.sheets.choose("corners")
    started.models.insight.choose_corner("c3")


def _sectors(started: Started) -> None:
    _compare(started)
    started.models.sheets.choose("sectors")


def _optimal(started: Started) -> None:
    _compare(started)
    started.models.sheets.choose("optimal")
    wait_until(lambda: started.models.optimal.found is not None)
    started.models.insight.choose_corner("c3")


def _plot_picker(started: Started) -> None:
    _worksheet(started)
    started.controller.dialogs.show_plots()


def _tab_name(started: Started) -> None:
    _worksheet(started)
    for _ in range(8):
        started.models.sheets.duplicate(started.models.sheets.active.id)
    started.models.commands.trigger("sheet.rename")


def _open_only(started: Started) -> None:
    started.controller.open_session(RUN_3)
    wait_until(lambda: started.models.laps.session is not None)


LIBRARIES: dict[str, Callable[[], FakeLibrary]] = {
    "library_empty": lambda: FakeLibrary(is_empty=True),
    "library_long_names": _long_names,
    "compare_long_names": _long_names,
    "library_japanese": _japanese,
    "compare_japanese": _japanese,
    "compare_pedals": _with_pedals,
    "compare_no_position": _without_position,
    "worksheet": _with_pedals,
    "plot_picker": _with_pedals,
    "worksheet_names": _with_pedals,
    "compare_no_laps": _no_laps,
    "compare_poor_data": _poor_data,
    "debrief": LibraryWithThree,
}

SCENES: dict[str, Callable[[Started], None]] = {
    "library": _library,
    "library_empty": _library,
    "library_filtered": _filtered,
    "library_no_match": _no_match,
    "library_importing": _importing,
    "import_receipt": _receipt,
    "import_receipts": _receipts,
    "toast": _toast,
    "analysis_empty": _analysis_empty,
    "compare": _compare,
    "compare_sessions": _sessions,
    "compare_layouts": _layouts,
    "compare_overlapped": _overlapped,
    "palette": _palette,
    "keys": _keys,
    "settings": _settings,
    "add_laps": _add_laps,
    "archive": _archive,
    "split_line": _split,
    "compare_zoomed": _zoomed,
    "compare_many_laps": _many_laps,
    "compare_one_lap": _one_lap,
    "compare_imperial": _imperial,
    "library_imperial": _library_imperial,
    "compare_pedals": _compare,
    "compare_no_position": _compare,
    "debrief": _debrief,
    "debrief_nothing": _debrief,
    "corners": _corners,
    "sectors": _sectors,
    "optimal": _optimal,
    "worksheet": _worksheet,
    "plot_picker": _plot_picker,
    "worksheet_names": _tab_name,
    "compare_no_laps": _open_only,
    "compare_poor_data": _compare,
    "library_long_names": _library,
    "compare_long_names": _compare,
    "library_japanese": _library,
    "compare_japanese": _compare,
}

SMALL, LARGE = SIZES
GOLDENS = (
    *(Picture(scene, theme, size)
      for scene in ("compare", "library") for theme in THEMES for size in SIZES),
    Picture("compare_pedals", "dark", LARGE),
    Picture("compare_pedals", "light", SMALL),
    Picture("compare_sessions", "sunlight", SMALL),
    Picture("compare_one_lap", "light", SMALL),
    Picture("compare_layouts", "light", SMALL),
    Picture("debrief", "dark", LARGE),
    Picture("debrief", "sunlight", SMALL),
    Picture("corners", "dark", LARGE),
    Picture("corners", "light", SMALL),
    Picture("sectors", "dark", LARGE),
    Picture("sectors", "sunlight", SMALL),
    Picture("optimal", "dark", LARGE),
    Picture("optimal", "light", SMALL),
    Picture("worksheet", "dark", LARGE),
    Picture("plot_picker", "light", SMALL),
    Picture("library_empty", "dark", LARGE),
    Picture("library_importing", "light", SMALL),
    Picture("import_receipt", "sunlight", SMALL),
    Picture("palette", "light", SMALL),
    Picture("keys", "light", SMALL),
    Picture("settings", "dark", SMALL),
)  # fmt: skip
GOLDENS_AT_SCALE_2 = (
    Picture("compare_pedals", "dark", SMALL, 2),
    Picture("compare", "light", SMALL, 2),
    Picture("library", "sunlight", SMALL, 2),
)
"""Rendered in a process of their own: Qt reads its scale at the start."""


def render(picture: Picture) -> QImage:
    """Return the window of a scene."""
    QLocale.setDefault(QLocale.c())
    make_application(["apexlab"])
    QApplication.setCursorFlashTime(0)
    library = LIBRARIES.get(picture.scene, FakeLibrary)()
    with tempfile.TemporaryDirectory() as folder:
        settings = SettingsFile(Path(folder) / "settings.json")
        settings.update(theme=picture.theme)
        started = make_window(library, settings)
        ready: list[bool] = []
        started.controller.ready.connect(lambda: ready.append(True))
        started.window.resize(*picture.size)
        started.window.show()
        wait_until(lambda: bool(ready) and started.models.library.is_loaded)
        SCENES[picture.scene](started)
        _settle()
        image = started.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
        library.gate.set()
        started.window.close()
        started.close()
        started.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return image


def _settle() -> None:
    """Let plots come to rest (they do 150 ms after the last movement) and everything be drawn."""
    loop = QEventLoop()
    QTimer.singleShot(200, loop.quit)
    loop.exec()
