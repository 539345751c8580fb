"""The first window, from the start of the interpreter to the first paint, in fresh processes."""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.bench.harness import Measured, in_new_process, row

REPEATS = 9

# Both are measured to the end of the first paint: a turn of the event loop after its event.
OURS = """
import json, os, time
from collections import Counter
from PySide6 import QtCore, QtWidgets
from apexlab_desktop.ui.main import main, make_application
def qt_class(widget):
    meta = widget.metaObject()
    while meta.className() not in KNOWN:
        meta = meta.superClass()
    return meta.className()
def report():
    seconds = time.process_time()
    counts = Counter(qt_class(w) for w in WINDOWS[0].findChildren(QtWidgets.QWidget))
    print(json.dumps([seconds, counts]), flush=True)
    os._exit(0)
KNOWN = {name for name in dir(QtWidgets) if name.startswith("Q")}
WINDOWS = []
class Watch(QtCore.QObject):
    def eventFilter(self, watched, event):
        if event.type() == QtCore.QEvent.Type.Paint and watched.isWidgetType() and not WINDOWS:
            WINDOWS.append(watched.window())
            QtCore.QTimer.singleShot(0, report)
        return False
watch = Watch()
app = make_application(["apexlab"])
app.installEventFilter(watch)
main([])
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
def first_window(folder: Path) -> Measured:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    # What is installed starts from its bytecode: so do the libraries under the floor.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    ours, floor = [], []
    for _repeat in range(REPEATS):
        seconds, counts = json.loads(in_new_process(OURS).splitlines()[-1])
        ours.append(seconds)
        floor.append(float(in_new_process(FLOOR, json.dumps(counts)).splitlines()[-1]))
    return Measured(ours=min(ours), floor=min(floor))
