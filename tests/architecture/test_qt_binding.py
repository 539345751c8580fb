import sys

import pytest
from PySide6 import __version__
from PySide6.QtGui import QFont

CALLS = 500


def test_qt_is_the_release_that_was_proven() -> None:
    """6.12.0 aborts a real window on Python 3.11 within a second."""
    assert __version__ == "6.11.3"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")
def test_void_qt_calls_keep_the_references_to_none() -> None:
    font = QFont()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        font.setPixelSize(12)
    assert before - sys.getrefcount(None) < CALLS // 5
