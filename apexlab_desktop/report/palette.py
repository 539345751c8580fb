"""Colours on paper and on a dark screen (design system 2.1, 2.2 and 2.4)."""

from __future__ import annotations

from dataclasses import dataclass, fields

N_LAP_SLOTS = 6
N_RAMP_BINS = 48
"""Steps of the map's speed ramp (design system 2.4)."""

LAP_DASHES: tuple[tuple[float, ...], ...] = ((), (), (), (6, 3), (2, 3), (8, 3, 2, 3))
"""Dash pattern per lap slot: colour never stands alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours as `#RRGGBB`; the names are the tokens of the design system."""

    page: str
    panel: str
    raised: str
    border: str
    text: str
    secondary: str
    muted: str
    accent: str
    faster: str
    slower: str
    best: str
    warning: str
    track_edge: str
    lap_colours: tuple[str, ...]
    speed_ramp: tuple[str, ...]

    def lap(self, slot: int | None) -> str:
        """Return the colour of a lap slot; laps beyond the slots share the muted grey."""
        return self.muted if slot is None else self.lap_colours[slot]

    def tokens(self) -> dict[str, str]:
        """Return the single colours by CSS name, e.g. `track-edge`, and `lap-0`, `ramp-0` ..."""
        single = {
            field.name.replace("_", "-"): getattr(self, field.name)
            for field in fields(self)
            if isinstance(getattr(self, field.name), str)
        }
        laps = {f"lap-{slot}": colour for slot, colour in enumerate(self.lap_colours)}
        ramp = {f"ramp-{step}": colour for step, colour in enumerate(self.speed_ramp)}
        return {**single, **laps, **ramp}


PAPER = Palette(
    page="#FFFFFF", panel="#FFFFFF", raised="#F5F7F9", border="#D3DAE2", text="#12171D",
    secondary="#46515E", muted="#5B6673", accent="#0B62C4", faster="#00785C", slower="#C2410C",
    best="#6D28D9", warning="#9A6700", track_edge="#B7C1CC",
    lap_colours=("#11151A", "#0B62C4", "#C77700", "#188D7C", "#8A2A63", "#4F5F00"),
    speed_ramp=("#2A2F8F", "#2B62C9", "#1B8FB5", "#159A73", "#8FA81E", "#E0A800"),
)  # fmt: skip

NIGHT = Palette(
    page="#0C0F13", panel="#14181E", raised="#1C222A", border="#28303A", text="#E9EDF2",
    secondary="#AAB4C0", muted="#8A96A3", accent="#4AA8FF", faster="#3ECFB2", slower="#FF6B4A",
    best="#B78CFF", warning="#FFC53D", track_edge="#3A4552",
    lap_colours=("#F2F4F7", "#3FA7FF", "#FFB224", "#69F0A4", "#D77FB3", "#8A9A4A"),
    speed_ramp=("#3B4CC0", "#3E7BE0", "#35A7D8", "#3CC9A7", "#A6DC5A", "#F5E04B"),
)  # fmt: skip


def ramp_colour(share: float, ramp: tuple[str, ...]) -> str:
    """Return the colour at `share` (0 to 1) of a ramp, linear in sRGB between its stops."""
    place = min(max(share, 0.0), 1.0) * (len(ramp) - 1)
    index = min(int(place), len(ramp) - 2)
    rest = place - index
    low, high = _channels(ramp[index]), _channels(ramp[index + 1])
    mixed = (round(a + (b - a) * rest) for a, b in zip(low, high, strict=True))
    return "#" + "".join(f"{value:02X}" for value in mixed)


def bin_share(ramp_bin: int) -> float:
    """Return the place of a bin's middle on the ramp, 0 to 1."""
    return (ramp_bin + 0.5) / N_RAMP_BINS


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
