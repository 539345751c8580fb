"""The first window, from the start of the interpreter to the first paint, in fresh processes."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.bench.harness import Measured, in_new_process, row

REPEATS = 5

OURS = """
import json, os, time
from collections import Counter
from apexlab_desktop.paths import settings_file
from apexlab_desktop.settings import SettingsFile
from apexlab_desktop.ui.main import make_application, make_window
from apexlab_desktop.ui.use_cases import AppUseCases
app = make_application(["apexlab"])
started = make_window(AppUseCases(), SettingsFile(settings_file()))
window = started.window
shown = []
window.first_shown.connect(lambda: shown.append(time.process_time()))
window.show()
while not shown:
    app.processEvents()
def qt_class(widget):
    meta = widget.metaObject()
    while meta.className() not in KNOWN:
        meta = meta.superClass()
    return meta.className()
from PySide6 import QtWidgets
KNOWN = {name for name in dir(QtWidgets) if name.startswith("Q")}
counts = Counter(qt_class(w) for w in window.findChildren(QtWidgets.QWidget))
print(json.dumps([shown[0], counts]), flush=True)
os._exit(0)
"""

# Scaffolding that Qt makes by itself inside other widgets is not built twice.
FLOOR = """
import json, os, sys, time
from PySide6 import QtCore, QtGui, QtWidgets
app = QtWidgets.QApplication(["bare"])
app.setStyle("Fusion")
window = QtWidgets.QMainWindow()
for name in ("File", "View", "Help"):
    window.menuBar().addMenu(name).addAction(name)
rows = QtWidgets.QListWidget()
rows.addItems([f"session {k}" for k in range(200)])
dock = QtWidgets.QDockWidget("Library")
dock.setWidget(rows)
window.addDockWidget(QtCore.Qt.DockWidgetArea.LeftDockWidgetArea, dock)
PLAIN = ("QLabel", "QToolButton", "QPushButton", "QLineEdit", "QCheckBox", "QComboBox", "QFrame",
         "QTableView", "QListView", "QTreeView", "QGraphicsView", "QPlainTextEdit", "QWidget")
body = QtWidgets.QWidget()
grid = QtWidgets.QGridLayout(body)
made = 0
for name, count in json.loads(sys.argv[1]).items():
    for k in range(count if name in PLAIN else 0):
        widget = getattr(QtWidgets, name)()
        if hasattr(widget, "setText"):
            widget.setText(f"{name} {k}")
        grid.addWidget(widget, made // 12, made % 12)
        made += 1
window.setCentralWidget(body)
painted = []
class Watch(QtCore.QObject):
    def eventFilter(self, watched, event):
        if event.type() == QtCore.QEvent.Type.Paint:
            QtCore.QTimer.singleShot(0, lambda: painted.append(time.process_time()))
        return False
watch = Watch()
body.installEventFilter(watch)
window.resize(1440, 900)
window.show()
while not painted:
    app.processEvents()
print(painted[0], flush=True)
os._exit(0)
"""


@row(
    "first_window",
    ours="first window, start to first paint",
    floor="bare Qt window of the same widgets",
    holds=2,
)
def first_window(_: Path) -> Measured:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    ours, floor = [], []
    for _repeat in range(REPEATS):
        seconds, counts = json.loads(in_new_process(OURS).splitlines()[-1])
        ours.append(seconds)
        floor.append(float(in_new_process(FLOOR, json.dumps(counts)).splitlines()[-1]))
    return Measured(ours=min(ours), floor=min(floor))
