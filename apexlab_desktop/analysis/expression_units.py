"""Units of formulas: spellings, dimensions, and how they combine."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from apexlab_desktop.units import (
    FEET_PER_METRE,
    KMH_PER_MPS,
    MILES_PER_METRE,
    MPH_PER_MPS,
    STANDARD_GRAVITY_MPS2,
)

Dimension = tuple[tuple[str, Fraction], ...]
"""Powers of base units, sorted by their symbols, none of them 0; empty for plain numbers."""

PLAIN: Dimension = ()
LARGEST_POWER = 24


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: how many SI units it is, and of what dimension."""

    factor: float
    dimension: Dimension


def dimension_of(**powers: int) -> Dimension:
    """Return the dimension of these powers of base units."""
    return _tidy((symbol, Fraction(power)) for symbol, power in powers.items())


def product(a: Dimension, b: Dimension) -> Dimension:
    """Return the dimension of a product."""
    return _tidy([*a, *b])


def quotient(a: Dimension, b: Dimension) -> Dimension:
    """Return the dimension of a quotient."""
    return _tidy([*a, *((symbol, -power) for symbol, power in b)])


def raised(a: Dimension, exponent: Fraction) -> Dimension:
    """Return the dimension of a power."""
    return _tidy((symbol, power * exponent) for symbol, power in a)


def is_reasonable(a: Dimension) -> bool:
    """Return whether no power is beyond what any physics has."""
    return all(abs(power) <= LARGEST_POWER for _, power in a)


def _tidy(powers: Iterable[tuple[str, Fraction]]) -> Dimension:
    total: dict[str, Fraction] = {}
    for symbol, power in powers:
        total[symbol] = total.get(symbol, Fraction(0)) + power
    return tuple(sorted((symbol, power) for symbol, power in total.items() if power))


METRE, SECOND = dimension_of(m=1), dimension_of(s=1)
_FORCE, _ENERGY = dimension_of(kg=1, m=1, s=-2), dimension_of(kg=1, m=2, s=-2)
_POWER, _PRESSURE = dimension_of(kg=1, m=2, s=-3), dimension_of(kg=1, m=-1, s=-2)
_SPEED, _ACCELERATION = dimension_of(m=1, s=-1), dimension_of(m=1, s=-2)
_MASS, _FREQUENCY = dimension_of(kg=1), dimension_of(s=-1)

ATOMS: dict[str, Unit] = {
    "m": Unit(1.0, METRE),
    "km": Unit(1e3, METRE),
    "cm": Unit(1e-2, METRE),
    "mm": Unit(1e-3, METRE),
    "mi": Unit(1.0 / MILES_PER_METRE, METRE),
    "ft": Unit(1.0 / FEET_PER_METRE, METRE),
    "in": Unit(0.0254, METRE),
    "s": Unit(1.0, SECOND),
    "ms": Unit(1e-3, SECOND),
    "min": Unit(60.0, SECOND),
    "h": Unit(3600.0, SECOND),
    "kg": Unit(1.0, _MASS),
    "lb": Unit(0.45359237, _MASS),
    "mps": Unit(1.0, _SPEED),
    "kph": Unit(1.0 / KMH_PER_MPS, _SPEED),
    "kmh": Unit(1.0 / KMH_PER_MPS, _SPEED),
    "mph": Unit(1.0 / MPH_PER_MPS, _SPEED),
    "g": Unit(STANDARD_GRAVITY_MPS2, _ACCELERATION),
    "G": Unit(STANDARD_GRAVITY_MPS2, _ACCELERATION),
    "N": Unit(1.0, _FORCE),
    "kN": Unit(1e3, _FORCE),
    "J": Unit(1.0, _ENERGY),
    "kJ": Unit(1e3, _ENERGY),
    "W": Unit(1.0, _POWER),
    "kW": Unit(1e3, _POWER),
    "hp": Unit(745.6998715822702, _POWER),
    "PS": Unit(735.49875, _POWER),
    "Pa": Unit(1.0, _PRESSURE),
    "hPa": Unit(1e2, _PRESSURE),
    "kPa": Unit(1e3, _PRESSURE),
    "MPa": Unit(1e6, _PRESSURE),
    "bar": Unit(1e5, _PRESSURE),
    "psi": Unit(6894.757293168361, _PRESSURE),
    "Hz": Unit(1.0, _FREQUENCY),
    "rad": Unit(1.0, PLAIN),
    "deg": Unit(math.pi / 180.0, PLAIN),
    "%": Unit(0.01, PLAIN),
    "rpm": Unit(1.0, dimension_of(rpm=1)),
    "degC": Unit(1.0, dimension_of(degC=1)),
    "V": Unit(1.0, dimension_of(V=1)),
    "A": Unit(1.0, dimension_of(A=1)),
    "L": Unit(1e-3, dimension_of(m=3)),
}
"""Spelling to unit. Turns of an engine and degrees Celsius stay what every reader knows."""

_ATOM = "(?:" + "|".join(re.escape(name) for name in sorted(ATOMS, key=len, reverse=True)) + ")"
_PART = rf"{_ATOM}(?:\^?[1-9])?"
SUFFIX = re.compile(rf"((?:1/)?{_PART}(?:/{_PART})?)(?![\w.(])")
"""A unit right behind a number: an atom or a quotient of two, each with a power."""

_FACTOR = re.compile(rf"({_ATOM})\^?(-?\d)?")
_NAMES: dict[Dimension, str] = {
    _FORCE: "N",
    _ENERGY: "J",
    _POWER: "W",
    _PRESSURE: "Pa",
}


@cache
def read_unit(text: str) -> Unit | None:
    """Return the unit that a spelling means (`m/s2`, `kg m2/s3`, `1/m`); None for an unknown one.

    Parameters
    ----------
    text : str
        Factors side by side or with `*`, after a `/` those below the line.
    """
    above, _, below = text.strip().partition("/")
    if "/" in below:
        return None
    unit = Unit(1.0, PLAIN)
    for part, sign in ((above, 1), (below.strip("() "), -1)):
        for word in part.replace("*", " ").replace("\u00b7", " ").split():
            if word == "1":
                continue
            found = _FACTOR.fullmatch(word.replace("\u00b2", "2").replace("\u00b0C", "degC"))
            if found is None:
                return None
            power = sign * int(found[2] or 1)
            atom = ATOMS[found[1]]
            unit = Unit(
                unit.factor * atom.factor**power,
                product(unit.dimension, raised(atom.dimension, Fraction(power))),
            )
    return unit


def unit_of_channel(text: str) -> Unit:
    """Return the unit of a channel; one that nobody knows is a dimension of its own."""
    return read_unit(text) or Unit(1.0, ((text, Fraction(1)),))


def unit_name(dimension: Dimension) -> str:
    """Return how the SI unit of a dimension is written; empty for plain numbers."""
    if dimension in _NAMES:
        return _NAMES[dimension]
    above = [_power_name(symbol, power) for symbol, power in dimension if power > 0]
    below = [_power_name(symbol, -power) for symbol, power in dimension if power < 0]
    if not below:
        return " ".join(above)
    line = below[0] if len(below) == 1 else f"({' '.join(below)})"
    return f"{' '.join(above) or '1'}/{line}"


def said(dimension: Dimension) -> str:
    """Return a dimension in words for people."""
    return unit_name(dimension) or "a plain number"


def _power_name(symbol: str, power: Fraction) -> str:
    if power == 1:
        return symbol
    return f"{symbol}{power}" if power.denominator == 1 else f"{symbol}^{float(power):g}"
