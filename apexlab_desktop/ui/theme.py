"""Design tokens of the three themes (design system, sections 2.1, 2.2 and 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ThemeName(StrEnum):
    """The three themes."""

    DARK = "dark"
    LIGHT = "light"
    SUNLIGHT = "sunlight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Colours as `#RRGGBB` (alpha separate), widths in logical pixels."""

    name: ThemeName
    app: str
    panel: str
    raised: str
    hover: str
    border: str
    text: str
    secondary: str
    muted: str
    accent: str
    on_accent: str
    selected_row: str
    faster: str
    slower: str
    best: str
    warning: str
    corner_band: str
    corner_band_alpha: float
    grid_alpha: float
    lap_pen_width: float
    track_edge: str
    scrim: str
    scrim_alpha: float
    neutral_gain: str
    lap_colours: tuple[str, ...]
    speed_ramp: tuple[str, ...]
    dialog_border_width: int = 1
    statistic_band_alpha: float = 0.22


DARK = Theme(
    name=ThemeName.DARK, app="#0C0F13", panel="#14181E", raised="#1C222A", hover="#222A34",
    border="#28303A", text="#E9EDF2", secondary="#AAB4C0", muted="#8A96A3", accent="#4AA8FF",
    on_accent="#06131F", selected_row="#17324D", faster="#3ECFB2", slower="#FF6B4A", best="#B78CFF",
    warning="#FFC53D", corner_band="#FFFFFF", corner_band_alpha=0.035, grid_alpha=0.20,
    lap_pen_width=1.5, track_edge="#3A4552", scrim="#05070A", scrim_alpha=0.62,
    neutral_gain="#6B7683",
    lap_colours=("#F2F4F7", "#3FA7FF", "#FFB224", "#69F0A4", "#D77FB3", "#8A9A4A"),
    speed_ramp=("#3B4CC0", "#3E7BE0", "#35A7D8", "#3CC9A7", "#A6DC5A", "#F5E04B"),
)  # fmt: skip

LIGHT = Theme(
    name=ThemeName.LIGHT, app="#EEF1F4", panel="#FFFFFF", raised="#F5F7F9", hover="#E8EDF2",
    border="#D3DAE2", text="#12171D", secondary="#46515E", muted="#5B6673", accent="#0B62C4",
    on_accent="#FFFFFF", selected_row="#D8E8FB", faster="#00785C", slower="#C2410C", best="#6D28D9",
    warning="#9A6700", corner_band="#0B62C4", corner_band_alpha=0.047, grid_alpha=0.22,
    lap_pen_width=1.6, track_edge="#B7C1CC", scrim="#12171D", scrim_alpha=0.38,
    neutral_gain="#9AA5B1",
    lap_colours=("#11151A", "#0B62C4", "#C77700", "#188D7C", "#8A2A63", "#4F5F00"),
    speed_ramp=("#2A2F8F", "#2B62C9", "#1B8FB5", "#159A73", "#8FA81E", "#E0A800"),
)  # fmt: skip

SUNLIGHT = Theme(
    name=ThemeName.SUNLIGHT, app="#FFFFFF", panel="#FFFFFF", raised="#FFFFFF", hover="#E6E6E6",
    border="#000000", text="#000000", secondary="#000000", muted="#2B2B2B", accent="#003A9B",
    on_accent="#FFFFFF", selected_row="#FFE680", faster="#005A3C", slower="#A81800", best="#4B0FA8",
    warning="#6B4300", corner_band="#000000", corner_band_alpha=0.07, grid_alpha=0.28,
    lap_pen_width=2.0, track_edge="#C9C9C9", scrim="#000000", scrim_alpha=0.45,
    neutral_gain="#9AA5B1",
    lap_colours=("#000000", "#0047C2", "#B34700", "#9C587C", "#003A04", "#4B0851"),
    speed_ramp=("#000080", "#0047C2", "#007A99", "#007A45", "#7A6A00", "#B34700"),
    dialog_border_width=2, statistic_band_alpha=0.18,
)  # fmt: skip

THEMES: dict[ThemeName, Theme] = {theme.name: theme for theme in (DARK, LIGHT, SUNLIGHT)}

LAP_DASHES: tuple[tuple[float, ...], ...] = ((), (), (), (6, 3), (2, 3), (8, 3, 2, 3))
"""Dash pattern per lap slot: colour never stands alone."""
