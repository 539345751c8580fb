"""Render every page and dialog of the window with invented, seeded data.

    python tests/golden/screens/make_screens.py OUT_DIR             every scene, theme and size
    python tests/golden/screens/make_screens.py --golden            the pictures beside this file

Pictures are of Linux, offscreen, with the bundled fonts; two runs give the same bytes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def render_all(folder: Path) -> None:
    """Write every scene in every theme at both sizes."""
    from tests.golden.screens.scenes import SCENES, SIZES, THEMES, Picture, render

    folder.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        for theme in THEMES:
            for size in SIZES:
                picture = Picture(scene, theme, size)
                render(picture).save(str(folder / picture.file_name))


def render_goldens() -> None:
    """Write the pictures the test compares with."""
    from tests.golden.screens.scenes import GOLDENS, render

    for picture in GOLDENS:
        render(picture).save(str(HERE / picture.file_name))


def main() -> None:
    """Read the arguments; scale 2 needs a process of its own, Qt reads it at its start."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="where to write")
    parser.add_argument("--golden", action="store_true", help="renew the pictures of the test")
    arguments = parser.parse_args()
    sys.path.insert(0, str(HERE.parents[2]))
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(QT_QPA_PLATFORM="offscreen", TZ="UTC", APEXLAB_HOME=home)
        if arguments.golden:
            render_goldens()
        if arguments.folder is not None:
            render_all(arguments.folder)
    if arguments.folder is not None and os.environ.get("QT_SCALE_FACTOR") is None:
        environment = {**os.environ, "QT_SCALE_FACTOR": "2"}
        command = [sys.executable, __file__, str(arguments.folder / "scale_2")]
        subprocess.run(command, env=environment, check=True)


if __name__ == "__main__":
    main()
