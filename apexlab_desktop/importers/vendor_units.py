"""Unit words of vendors to SI: factor and offset, or nothing when the word is not known."""

from __future__ import annotations

import math
from dataclasses import dataclass

from apexlab_desktop.units import (
    FEET_PER_METRE,
    KMH_PER_MPS,
    MILES_PER_METRE,
    MPH_PER_MPS,
    STANDARD_GRAVITY_MPS2,
)

_KNOT_MPS = 1852.0 / 3600.0
_PSI_PA = 6894.757293168
_FAHRENHEIT_OFFSET_DEGC = -32.0 / 1.8


@dataclass(frozen=True, slots=True)
class Conversion:
    """`si = vendor * factor + offset`."""

    factor: float = 1.0
    offset: float = 0.0

    @property
    def is_identity(self) -> bool:
        """Whether the values stay as they are."""
        return self.factor == 1.0 and self.offset == 0.0


SAME = Conversion()
_SPEED = {
    "m/s": SAME,
    "mps": SAME,
    "km/h": Conversion(1.0 / KMH_PER_MPS),
    "kmh": Conversion(1.0 / KMH_PER_MPS),
    "kph": Conversion(1.0 / KMH_PER_MPS),
    "mph": Conversion(1.0 / MPH_PER_MPS),
    "mi/h": Conversion(1.0 / MPH_PER_MPS),
    "kn": Conversion(_KNOT_MPS),
    "kt": Conversion(_KNOT_MPS),
    "kts": Conversion(_KNOT_MPS),
    "knot": Conversion(_KNOT_MPS),
    "knots": Conversion(_KNOT_MPS),
    "ft/s": Conversion(1.0 / FEET_PER_METRE),
}
_LENGTH = {
    "m": SAME,
    "km": Conversion(1e3),
    "cm": Conversion(1e-2),
    "mm": Conversion(1e-3),
    "ft": Conversion(1.0 / FEET_PER_METRE),
    "feet": Conversion(1.0 / FEET_PER_METRE),
    "mi": Conversion(1.0 / MILES_PER_METRE),
    "mile": Conversion(1.0 / MILES_PER_METRE),
    "miles": Conversion(1.0 / MILES_PER_METRE),
}
_ACCELERATION = {
    "m/s2": SAME,
    "m/s^2": SAME,
    "m/s²": SAME,
    "g": Conversion(STANDARD_GRAVITY_MPS2),
    "mg": Conversion(1e-3 * STANDARD_GRAVITY_MPS2),
}
_TEMPERATURE = {
    ".c": SAME,
    "°c": SAME,
    "degc": SAME,
    "c": SAME,
    ".f": Conversion(1.0 / 1.8, _FAHRENHEIT_OFFSET_DEGC),
    "°f": Conversion(1.0 / 1.8, _FAHRENHEIT_OFFSET_DEGC),
    "degf": Conversion(1.0 / 1.8, _FAHRENHEIT_OFFSET_DEGC),
    "f": Conversion(1.0 / 1.8, _FAHRENHEIT_OFFSET_DEGC),
    "k": Conversion(1.0, -273.15),
}
_PRESSURE = {
    "pa": SAME,
    "hpa": Conversion(1e2),
    "mbar": Conversion(1e2),
    "kpa": Conversion(1e3),
    "mpa": Conversion(1e6),
    "bar": Conversion(1e5),
    "psi": Conversion(_PSI_PA),
}
_BY_SI_UNIT: dict[str, dict[str, Conversion]] = {
    "m/s": _SPEED,
    "m": _LENGTH,
    "m/s2": _ACCELERATION,
    "degC": _TEMPERATURE,
    "Pa": _PRESSURE,
    "rad": {
        "rad": SAME,
        "deg": Conversion(math.pi / 180.0),
        "°": Conversion(math.pi / 180.0),
        "degrees": Conversion(math.pi / 180.0),
    },
    "deg": {"deg": SAME, "°": SAME, "degrees": SAME},
    "rad/s": {
        "rad/s": SAME,
        "deg/s": Conversion(math.pi / 180.0),
        "°/s": Conversion(math.pi / 180.0),
    },
    "Hz": {"hz": SAME},
    "rpm": {"rpm": SAME, "1/min": SAME, "revs/min": SAME},
    "s": {"s": SAME, "sec": SAME, "ms": Conversion(1e-3), "min": Conversion(60.0)},
}
_RATIO = {"%": Conversion(1e-2)}
_DIMENSIONLESS = {"": SAME, "dop": SAME, "sats": SAME, "#": SAME}


def conversion_to(si_unit: str, vendor_unit: str, *, is_ratio: bool = False) -> Conversion | None:
    """Return how values in `vendor_unit` become `si_unit`.

    Parameters
    ----------
    si_unit : str
        Unit of the catalogue, empty when dimensionless.
    vendor_unit : str
        As written in the file; case and blanks do not matter.
    is_ratio : bool
        The catalogue channel is a share of one, where a vendor writes per cent.

    Returns
    -------
    Conversion or None
        None when the word is not known for this quantity: the value must then not be used as SI.
    """
    word = vendor_unit.strip().lower()
    if is_ratio:
        return _RATIO.get(word)
    return _BY_SI_UNIT.get(si_unit, _DIMENSIONLESS).get(word)
