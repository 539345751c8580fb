from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.golden.screens.scenes import GOLDENS, GOLDENS_AT_SCALE_2, Picture, render

HERE = Path(__file__).resolve().parent
SHRINK = 4
MAX_OFF = 16
MAX_SHARE = 0.005
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the pictures are of Linux")


def _shrunk(image: QImage) -> np.ndarray:
    """Return the means of squares of `SHRINK` pixels, shape (rows, columns, 3)."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    width, height = image.width() // SHRINK * SHRINK, image.height() // SHRINK * SHRINK
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    pixels = rows[:height, : width * 3].reshape(
        height // SHRINK, SHRINK, width // SHRINK, SHRINK, 3
    )
    means: np.ndarray = pixels.mean(axis=(1, 3))
    return means


def off_share(actual: QImage, golden: QImage) -> float:
    """Return the share of shrunk pixels with any channel off by more than `MAX_OFF`."""
    off = np.abs(_shrunk(actual) - _shrunk(golden)).max(axis=2) > MAX_OFF
    return float(off.mean())


def _named(picture: Picture) -> str:
    return picture.file_name


@pytest.fixture(scope="module")
def folder_at_scale_2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pictures of scale 2, drawn by a process that began with it."""
    folder = tmp_path_factory.mktemp("scale_2")
    command = [sys.executable, str(HERE / "make_screens.py"), "--exact", str(folder)]
    subprocess.run(command, env={**os.environ, "QT_SCALE_FACTOR": "2"}, check=True, timeout=120)
    return folder


@ON_LINUX
@pytest.mark.parametrize("picture", GOLDENS, ids=_named)
def test_screen_looks_as_it_did(qapp: QApplication, picture: Picture, tmp_path: Path) -> None:
    _compare(picture, render(picture), tmp_path)


@ON_LINUX
@pytest.mark.parametrize("picture", GOLDENS_AT_SCALE_2, ids=_named)
def test_screen_of_twice_the_pixels_looks_as_it_did(
    qapp: QApplication, picture: Picture, folder_at_scale_2: Path, tmp_path: Path
) -> None:
    actual = QImage(str(folder_at_scale_2 / picture.file_name))
    assert (actual.width(), actual.height()) == (2 * picture.size[0], 2 * picture.size[1])
    _compare(picture, actual, tmp_path)


def _compare(picture: Picture, actual: QImage, tmp_path: Path) -> None:
    golden = QImage(str(HERE / picture.file_name))
    assert not golden.isNull(), "make it with make_screens.py --golden"
    assert actual.size() == golden.size()
    share = off_share(actual, golden)
    if share >= MAX_SHARE:
        actual.save(str(tmp_path / picture.file_name))
    assert share < MAX_SHARE, f"{share:.2%} of the picture differs: see {tmp_path}"


def test_a_changed_row_is_seen(qapp: QApplication) -> None:
    golden = QImage(str(HERE / "library_1440_dark.png"))
    changed = golden.copy()
    changed.fill(0xFF000000)
    assert off_share(golden, golden) == 0.0
    assert off_share(changed, golden) > MAX_SHARE
