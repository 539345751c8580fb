"""Colours, pens and fonts of the plots, made from the tokens of a theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPen

from apexlab_desktop.ui.theme import LAP_DASHES, Theme

FAMILY = "Inter"
MOVING_PEN_WIDTH = 1.0
"""Pens wider than one pixel are the dearest thing Qt draws, so nothing is wider while it moves."""
GREY_LAP_ALPHA = 0.40

_WEIGHTS = {
    400: QFont.Weight.Normal,
    500: QFont.Weight.Medium,
    600: QFont.Weight.DemiBold,
}


@lru_cache(maxsize=32)
def font(pixel_size: int, weight: int = 400) -> QFont:
    """Return the interface font with tabular digits and without hinting."""
    made = QFont(FAMILY)
    made.setPixelSize(pixel_size)
    made.setWeight(_WEIGHTS[weight])
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def colour(code: str, alpha: float = 1.0) -> QColor:
    """Return the colour `#RRGGBB` with an opacity from 0 to 1."""
    made = QColor(code)
    made.setAlphaF(alpha)
    return made


def lap_colour(theme: Theme, slot: int) -> QColor:
    """Return the colour of a lap slot; laps beyond the last colour are pale grey."""
    if slot < len(theme.lap_colours):
        return QColor(theme.lap_colours[slot])
    return colour(theme.muted, GREY_LAP_ALPHA)


def lap_width_px(theme: Theme, slot: int, *, is_moving: bool) -> float:
    """Return the width of a lap's curves: 1 px while the view moves, the theme's at rest."""
    is_grey = slot >= len(theme.lap_colours)
    return MOVING_PEN_WIDTH if is_moving or is_grey else theme.lap_pen_width


def lap_pen(theme: Theme, slot: int) -> QPen:
    """Return the pen of a lap's curves, one pixel wide, with its dashes."""
    pen = QPen(lap_colour(theme, slot), MOVING_PEN_WIDTH)
    pen.setCosmetic(True)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    dashes = LAP_DASHES[slot] if slot < len(LAP_DASHES) else ()
    if dashes:
        pen.setDashPattern(list(dashes))
    return pen
