"""The bundled typeface: the same letters and digits on every system."""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontMetrics

from apexlab_desktop.paths import resource_path

FAMILY = "Inter"
FALLBACK_FAMILY = "Noto Sans JP"
BODY_PX = 13
FILES = (
    "Inter_400Regular.ttf",
    "Inter_500Medium.ttf",
    "Inter_600SemiBold.ttf",
    "Inter_700Bold.ttf",
    "NotoSansJP_400Regular.ttf",
    "NotoSansJP_700Bold.ttf",
)

_WEIGHTS = {
    400: QFont.Weight.Normal,
    500: QFont.Weight.Medium,
    600: QFont.Weight.DemiBold,
    700: QFont.Weight.Bold,
}


def load_fonts() -> None:
    """Register the bundled fonts; call once, before the first widget."""
    for name in FILES:
        QFontDatabase.addApplicationFont(str(resource_path("fonts", name)))


@cache
def font(size_px: int = BODY_PX, weight: int = 400) -> QFont:
    """Return Inter with digits of equal width, unhinted, so that it looks alike everywhere.

    The same object is handed out again: copy it before changing it.
    """
    made = QFont([FAMILY, FALLBACK_FAMILY])
    made.setPixelSize(size_px)
    made.setWeight(_WEIGHTS[weight])
    made.setFeature(QFont.Tag("tnum"), 1)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@lru_cache(maxsize=2048)
def text_width(text: str, size_px: int = BODY_PX, weight: int = 400) -> int:
    """Return the width of a line of text [logical px]."""
    return QFontMetrics(font(size_px, weight)).horizontalAdvance(text)


def elided(text: str, width: int, size_px: int = BODY_PX, weight: int = 400) -> str:
    """Return as much of a line of text as fits into a width [logical px], with an ellipsis."""
    metrics = QFontMetrics(font(size_px, weight))
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
