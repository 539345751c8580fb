"""Which plots the Compare worksheet has, and how each is scaled and written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from apexlab_desktop.ui.formatting import g_factor, plain, signed, speed_factor, speed_unit
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.lap_slots import DELTA, THROTTLE
from apexlab_desktop.units import UnitSystem

SPEED = "speed_mps"
LATERAL = "accel_lat_mps2"
LONGITUDINAL = "accel_long_mps2"
LONELY = (
    "The delta needs a second lap: choose one in the table, or press Ctrl+L for a lap of another "
    "session."
)
BRAKE = "brake_ratio"
BRAKE_PRESSURE = "brake_pressure_pa"
PEDALS = "pedals"

_PERCENT = 100.0
_FEWEST_FOR_DELTA = 2
_PEDAL_PAD = 20.0
"""Beyond 0 and 100 %: room for their labels in the smallest window too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotSpec:
    """One plot of the stack.

    Attributes
    ----------
    key : str
        Unique in the stack.
    title : str
    channels : tuple of (str, float)
        Channels drawn and read, each with its scale: the brake is drawn downwards, with -1.
    stretch : int
        Share of the height.
    decimals : int
        Of the readout.
    is_signed : bool
        Whether the readout always shows its sign.
    widest : str
        A readout as wide as any, so that nothing moves when digits change.
    min_tick_px : float
        Least distance between value ticks [px].
    usual_step : float
        Between value ticks, in the unit shown; less where fewer than three would fit.
    unit : callable
        Unit system to the unit shown.
    factor : callable
        Unit system to what turns SI into the unit shown.
    has_zero_line : bool
        Whether zero is in view, with a dashed line.
    words : tuple of str
        Which way is what, for the head: the first that has room.
    limits : (float, float) or None
        Fixed value range in the unit shown; None fits the data.
    absence : str
        Why there is nothing to plot, said in the place of the plot; empty for a plot.
    """

    key: str
    title: str
    channels: tuple[tuple[str, float], ...]
    stretch: int
    decimals: int
    is_signed: bool
    widest: str
    min_tick_px: float
    usual_step: float
    unit: Callable[[UnitSystem], str]
    factor: Callable[[UnitSystem], float]
    has_zero_line: bool = True
    words: tuple[str, ...] = ()
    limits: tuple[float, float] | None = None
    absence: str = ""

    @property
    def is_delta(self) -> bool:
        """Whether this is the plot of time lost and gained."""
        return self.key == DELTA

    @property
    def is_pedals(self) -> bool:
        """Whether this is a plot of pedals, the brake drawn downwards."""
        return self.key in {PEDALS, THROTTLE, BRAKE}

    def readout(self, values_si: list[float], units: UnitSystem) -> str:
        """Return the readout of one lap from one value per channel, SI."""
        factor = self.factor(units)
        write = signed if self.is_signed else plain
        return " / ".join(
            write(value * abs(scale) * factor, self.decimals)
            for value, (_, scale) in zip(values_si, self.channels, strict=True)
        )


def trace_plots(model: ComparisonModel) -> tuple[PlotSpec, ...]:
    """Return the plots for what the laps hold; a plot without data is left out."""
    pedals = pedal_plot(model)
    delta = fitting_delta_plot(model, 3)
    wanted: tuple[PlotSpec, ...]
    if pedals is None:
        wanted = (speed_plot(5), delta, lateral_plot(3), longitudinal_plot(3))
    else:
        wanted = (speed_plot(5), pedals, delta, lateral_plot(2), longitudinal_plot(2))
    return tuple(spec for spec in wanted if spec.absence or has_data(model, spec))


def fitting_delta_plot(model: ComparisonModel, stretch: int) -> PlotSpec:
    """Return the plot of the delta, or its place while there is no second lap."""
    is_lonely = len(model.slots) < _FEWEST_FOR_DELTA
    return lonely_delta_plot(stretch) if is_lonely else delta_plot(stretch)


def speed_plot(stretch: int) -> PlotSpec:
    """Return the plot of speed."""
    return PlotSpec(
        key=SPEED, title="Speed", channels=((SPEED, 1.0),), stretch=stretch, decimals=1,
        is_signed=False, widest="000.0", min_tick_px=24.0, usual_step=50.0, unit=speed_unit,
        factor=speed_factor, has_zero_line=False,
    )  # fmt: skip


def delta_plot(stretch: int) -> PlotSpec:
    """Return the plot of the delta."""
    return PlotSpec(
        key=DELTA, title="Time delta", channels=((DELTA, 1.0),), stretch=stretch, decimals=3,
        is_signed=True, widest="+0.000", min_tick_px=24.0, usual_step=0.5, unit=lambda _: "s",
        factor=lambda _: 1.0,
    )  # fmt: skip


def lonely_delta_plot(stretch: int) -> PlotSpec:
    """Return the place of the delta while there is no second lap."""
    return replace(delta_plot(stretch), channels=(), has_zero_line=False, absence=LONELY)


def lateral_plot(stretch: int) -> PlotSpec:
    """Return the plot of lateral acceleration, left turns up."""
    return _acceleration_plot(LATERAL, "Lateral", stretch, ("left turn up",))


def longitudinal_plot(stretch: int) -> PlotSpec:
    """Return the plot of longitudinal acceleration, braking down."""
    return _acceleration_plot(LONGITUDINAL, "Longitudinal", stretch, ("braking down",))


def pedal_plot(model: ComparisonModel, key: str = PEDALS) -> PlotSpec | None:
    """Return the plot of throttle (up) and brake (down), or of one of them; None without."""
    brake = BRAKE if model.has_channel(BRAKE) else BRAKE_PRESSURE
    has_throttle = key != BRAKE and model.has_channel(THROTTLE)
    has_brake = key != THROTTLE and model.has_channel(brake)
    if not has_throttle and not has_brake:
        return None
    # Loggers state the brake as a share or as a pressure; this is shown as a share of its peak.
    brake_scale = -1.0 if brake == BRAKE else -1.0 / _highest(model, brake)
    channels: tuple[tuple[str, float], ...] = ((THROTTLE, 1.0),) if has_throttle else ()
    channels += ((brake, brake_scale),) if has_brake else ()
    titles = {(True, True): "Throttle / brake", (True, False): "Throttle", (False, True): "Brake"}
    return PlotSpec(
        key=key, title=titles[has_throttle, has_brake], channels=channels, stretch=3, decimals=0,
        is_signed=False, widest=" / ".join(["000"] * len(channels)), min_tick_px=22.0,
        usual_step=50.0, unit=lambda _: "%", factor=lambda _: _PERCENT,
        words=_pedal_words(model, has_throttle=has_throttle, has_brake=has_brake),
        limits=(_pedal_end(is_used=has_brake, sign=-1.0), _pedal_end(is_used=has_throttle)),
    )  # fmt: skip


def _pedal_words(model: ComparisonModel, *, has_throttle: bool, has_brake: bool) -> tuple[str, ...]:
    """Say which way a pedal goes, and when the throttle is only known from the pedal."""
    is_pedal = has_throttle and model.has_only_stand_in(THROTTLE)
    throttle = "accelerator pedal" if is_pedal else "throttle"
    if not has_brake:
        return (throttle,) if is_pedal else ()
    if not has_throttle:
        return ("braking down",)
    return (f"{throttle} up, brake down", "brake down")


def _pedal_end(*, is_used: bool, sign: float = 1.0) -> float:
    return sign * ((_PERCENT if is_used else 0.0) + _PEDAL_PAD)


def _acceleration_plot(channel: str, title: str, stretch: int, words: tuple[str, ...]) -> PlotSpec:
    return PlotSpec(
        key=channel, title=title, channels=((channel, 1.0),), stretch=stretch, decimals=2,
        is_signed=True, widest="+0.00", min_tick_px=14.0, usual_step=0.5,
        unit=lambda _: "g", factor=lambda _: g_factor(), words=words,
    )  # fmt: skip


def _highest(model: ComparisonModel, name: str) -> float:
    """Return the greatest value of a channel over all laps, 1 when there is none above zero."""
    highest = 0.0
    for slot in model.slots:
        values = model.values(slot.lap_index, name)
        if values is not None:
            highest = max(highest, float(values[values == values].max(initial=0.0)))
    return highest or 1.0


def has_data(model: ComparisonModel, spec: PlotSpec) -> bool:
    """Return whether any lap has something for the plot to show."""
    return any(model.has_channel(name) for name, _ in spec.channels)
