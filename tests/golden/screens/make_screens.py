"""Render every page and dialog of the window with invented, seeded data.

    python tests/golden/screens/make_screens.py OUT_DIR             every scene, theme, size, scale
    python tests/golden/screens/make_screens.py --golden            the pictures beside this file
    QT_SCALE_FACTOR=2 python ... --exact OUT_DIR                    those of scale 2, unreduced

Pictures are of Linux, offscreen, with the bundled fonts; two runs give the same bytes.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

SCALE = "QT_SCALE_FACTOR"
COLOURS = 256
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


def render_goldens(folder: Path, *, is_exact: bool) -> None:
    """Write the pictures the test compares with that belong to the scale of this process."""
    from tests.golden.screens.scenes import GOLDENS, GOLDENS_AT_SCALE_2, render

    folder.mkdir(parents=True, exist_ok=True)
    for picture in GOLDENS_AT_SCALE_2 if is_scaled() else GOLDENS:
        path = folder / picture.file_name
        render(picture).save(str(path))
        if not is_exact:
            shrink(path)


def shrink(path: Path) -> None:
    """Store a picture in 256 colours: a third of the bytes, and no difference to the eye."""
    from PIL import Image

    # Other ways of choosing the colours give up the rare ones: best and slower turn grey or brown.

    with Image.open(path) as picture:
        reduced = picture.convert("RGB").quantize(
            COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=1, dither=Image.Dither.NONE
        )
    reduced.save(path, optimize=True)


def is_scaled() -> bool:
    """Return whether this process draws at scale 2."""
    return os.environ.get(SCALE) == "2"


def main() -> None:
    """Read the arguments; scale 2 needs a process of its own, Qt reads it at its start."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="where to write every scene")
    parser.add_argument("--golden", action="store_true", help="renew the pictures of the test")
    parser.add_argument("--exact", type=Path, help="write the test's pictures there, all colours")
    arguments = parser.parse_args()
    sys.path.insert(0, str(HERE.parents[2]))
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(QT_QPA_PLATFORM="offscreen", TZ="UTC", APEXLAB_HOME=home)
        if arguments.golden:
            render_goldens(HERE, is_exact=False)
        if arguments.exact is not None:
            render_goldens(arguments.exact, is_exact=True)
        if arguments.folder is not None:
            folder = arguments.folder
            render_all(folder / "scale_2" if is_scaled() else folder)
    if not is_scaled() and arguments.exact is None:
        command = [sys.executable, *sys.argv]
        subprocess.run(command, env={**os.environ, SCALE: "2"}, check=True)


if __name__ == "__main__":
    main()
