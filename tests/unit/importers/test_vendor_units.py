"""Unit words of vendors against their definitions."""

from __future__ import annotations

import math

import pytest

from apexlab_desktop.analysis.channels import CATALOGUE
from apexlab_desktop.importers.vendor_units import conversion_to


def si(si_unit: str, vendor_unit: str, value: float, *, is_ratio: bool = False) -> float:
    conversion = conversion_to(si_unit, vendor_unit, is_ratio=is_ratio)
    assert conversion is not None
    return value * conversion.factor + conversion.offset


# Right-hand sides are definitions: the international mile, foot, knot and standard gravity.
@pytest.mark.parametrize(
    ("si_unit", "vendor_unit", "value", "expected"),
    [
        ("m/s", "m/s", 12.5, 12.5),
        ("m/s", "km/h", 36.0, 10.0),
        ("m/s", "kph", 36.0, 10.0),
        ("m/s", "mph", 1.0, 1609.344 / 3600.0),
        ("m/s", "knots", 1.0, 1852.0 / 3600.0),
        ("m/s", "ft/s", 1.0, 0.3048),
        ("m", "km", 1.0, 1000.0),
        ("m", "ft", 1.0, 0.3048),
        ("m", "mi", 1.0, 1609.344),
        ("m", "mm", 1.0, 0.001),
        ("m/s2", "G", 1.0, 9.80665),
        ("m/s2", "m/s^2", 9.0, 9.0),
        ("degC", ".C", 90.0, 90.0),
        ("degC", "\u00b0C", 90.0, 90.0),
        ("degC", "F", 212.0, 100.0),
        ("degC", ".F", 32.0, 0.0),
        ("degC", "K", 273.15, 0.0),
        ("Pa", "bar", 1.0, 100_000.0),
        ("Pa", "kPa", 1.0, 1000.0),
        ("Pa", "psi", 1.0, 0.45359237 * 9.80665 / 0.0254**2),
        ("rad", "deg", 180.0, math.pi),
        ("rad", "\u00b0", 90.0, math.pi / 2),
        ("rad/s", "deg/s", 180.0, math.pi),
        ("deg", "deg", 51.5, 51.5),
        ("s", "ms", 1500.0, 1.5),
        ("rpm", "revs/min", 7000.0, 7000.0),
        ("Hz", "Hz", 25.0, 25.0),
        ("", "sats", 12.0, 12.0),
        ("", "DOP", 0.8, 0.8),
    ],
)
def test_a_known_word_converts_by_definition(
    si_unit: str, vendor_unit: str, value: float, expected: float
) -> None:
    assert si(si_unit, vendor_unit, value) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("word", [" KM/H ", "Km/h", "km/h"])
def test_case_and_blanks_do_not_matter(word: str) -> None:
    assert si("m/s", word, 36.0) == pytest.approx(10.0)


def test_a_share_of_one_is_read_from_per_cent() -> None:
    assert si("", "%", 50.0, is_ratio=True) == 0.5


@pytest.mark.parametrize(
    ("si_unit", "vendor_unit", "is_ratio"),
    [
        ("m/s", "furlongs", False),
        ("m/s", "", False),
        ("m", "m/s", False),
        ("degC", "deg", False),
        ("rad", "%", False),
        ("", "", True),
        ("", "bar", True),
        ("", "km", False),
    ],
)
def test_a_word_of_another_quantity_is_not_guessed_at(
    si_unit: str, vendor_unit: str, is_ratio: bool
) -> None:
    assert conversion_to(si_unit, vendor_unit, is_ratio=is_ratio) is None


@pytest.mark.parametrize("unit", sorted({info.unit for info in CATALOGUE.values()}))
def test_every_unit_of_the_catalogue_is_understood_as_itself(unit: str) -> None:
    conversion = conversion_to(unit, unit)
    assert conversion is not None
    assert conversion.is_identity
