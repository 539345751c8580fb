"""The program on a real X server: it opens, shows the demo, and Qt has nothing to complain of."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVER = shutil.which("Xvfb")
START_S, RUN_S = 20, 100
SCREEN = "1440x900x24"

# The program's own main, watched: once the demo is on screen it says what is seen, and ends.
PROGRAM = """
import json, sys
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from apexlab_desktop.ui import main as program

made = program.make_window

def watched(*arguments, **options):
    started = made(*arguments, **options)

    def tell():
        window = started.window
        seen = window.screen().grabWindow(0).toImage()
        step = 7
        colours = {
            seen.pixel(x, y)
            for x in range(0, seen.width(), step) for y in range(0, seen.height(), step)
        }
        print(json.dumps({
            "platform": QGuiApplication.platformName(),
            "is_visible": window.isVisible(),
            "page": window.page,
            "title": window.windowTitle(),
            "n_laps": len(started.models.comparison.slots),
            "n_plots": len(window.analysis.compare.traces.plots.rows),
            "n_colours": len(colours),
            "error": window.analysis.error.text,
        }))
        window.close()

    started.models.laps.compared.connect(lambda _comparison: QTimer.singleShot(700, tell))
    return started

program.make_window = watched
sys.exit(program.main(["--demo", "--several"]))
"""


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of its own, at a number that it chose itself."""
    if SERVER is None:
        pytest.skip("Xvfb is not installed (Debian: apt install xvfb)")
    reader, writer = os.pipe()
    command = [SERVER, "-displayfd", str(writer), "-screen", "0", SCREEN, "-nolisten", "tcp"]
    server = subprocess.Popen(
        command, pass_fds=(writer,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writer)
    with os.fdopen(reader) as stream:
        number = stream.readline().strip()
    try:
        if not number:
            pytest.skip(f"Xvfb did not start (status {server.wait(START_S)})")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(START_S)


@pytest.mark.x11
@pytest.mark.skipif(sys.platform != "linux", reason="X11 is of Linux")
def test_the_program_shows_the_demo_on_a_real_screen(display: str, tmp_path: Path) -> None:
    surroundings = {
        **os.environ,
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "APEXLAB_HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
    }
    tmp_path.chmod(0o700)
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=surroundings, capture_output=True, text=True, timeout=RUN_S, check=False,
    )  # fmt: skip
    if "libxcb" in ran.stderr or "xcb-cursor" in ran.stderr:
        pytest.skip(f"Qt lacks a library of the system: {ran.stderr.strip().splitlines()[0]}")
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    seen = json.loads(ran.stdout)
    assert (seen["platform"], seen["is_visible"], seen["page"]) == ("xcb", True, "analysis")
    assert seen["title"] == "ApexLab"
    assert seen["n_laps"] >= 2
    assert seen["n_plots"] >= 4
    assert seen["error"] == ""
    # A screen without the window is black; with curves and a coloured map it is anything but.
    assert seen["n_colours"] > 50
