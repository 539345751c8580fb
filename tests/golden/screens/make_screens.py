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
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    IntArray = npt.NDArray[np.int64]
    UIntArray = npt.NDArray[np.uint32]

SCALE = "QT_SCALE_FACTOR"
N_COLOURS, N_COMMON = 256, 96
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
    import numpy as np
    from PySide6.QtGui import QImage

    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    width, height = image.width(), image.height()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(height, width)
    colours, where, counts = np.unique(pixels, return_inverse=True, return_counts=True)
    table, nearest = few_colours(colours, counts)
    indices = nearest[where].astype(np.uint8).tobytes()
    reduced = QImage(indices, width, height, width, QImage.Format.Format_Indexed8)
    reduced.setColorTable([int(code) for code in table])
    reduced.save(str(path), quality=0)


def few_colours(colours: UIntArray, counts: IntArray) -> tuple[UIntArray, IntArray]:
    """Return a table of at most `N_COLOURS` colours, and for each colour the nearest in it.

    The commonest are kept as they are; the rest goes to whatever is farthest from all before, so
    that a rare colour (best, slower) is not given up for one more shade of grey.
    """
    import numpy as np

    channels = np.stack([(colours >> shift) & 0xFF for shift in (16, 8, 0)], axis=1).astype(int)
    chosen = [int(at) for at in np.argsort(-counts, kind="stable")[:N_COMMON]]
    nearest = np.zeros(len(colours), dtype=np.int64)
    distance = np.full(len(colours), np.iinfo(np.int64).max)
    place = 0
    while place < len(chosen):
        away = np.abs(channels - channels[chosen[place]]).max(axis=1)
        nearest[away < distance] = place
        distance = np.minimum(distance, away)
        place += 1
        if N_COMMON <= place == len(chosen) < N_COLOURS and distance.max() > 0:
            chosen.append(int(distance.argmax()))
    return colours[chosen], nearest


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
