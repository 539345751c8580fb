"""Cars, tyres and brake pads: the facts that came with the program, and the user's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apexlab_desktop.analysis.vehicle_model import PointMass, Tyre
from apexlab_desktop.app import vehicle_tables
from apexlab_desktop.app.vehicle_tables import Row, words_of
from apexlab_desktop.errors import UnknownWordError

if TYPE_CHECKING:
    from collections.abc import Mapping

DRIVER_KG = 80.0
_DRIVELINE = {"rwd": 0.85, "fwd": 0.88, "awd": 0.80}
"""Power at the wheels over the engine's (analysis.md 13)."""
_POWER_BAND = 0.9
"""Mean power between gear changes over the peak (analysis.md 13)."""
_USUAL_FRONT_SHARE = {"rwd": 0.50, "fwd": 0.60, "awd": 0.55}
_USUAL_HEIGHT_RATIO = 0.20
"""Height of the centre of mass over the wheelbase: makers hardly publish it."""
_USUAL_DRAG_AREA_M2 = 0.70
_USUAL_FRONTAL_AREA_M2 = 2.0
_TREADWEAR_FACTOR, _TREADWEAR_EXPONENT = 2.25, -0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenCar:
    """A car on its tyres, as the solver wants it.

    Attributes
    ----------
    car : PointMass
    name : str
        For people.
    mu_source : str
        `curated_table` of a category, `formula_estimate` from the treadwear, or `user_override`.
    remarks : tuple of str
        What had to be assumed.
    """

    car: PointMass
    name: str
    mu_source: str
    remarks: tuple[str, ...]


def choose_car(vehicle: str, tire: str) -> ChosenCar:
    """Return a car by its name on tyres by their name or category.

    Parameters
    ----------
    vehicle : str
        A key of the cars, or words that fit only one.
    tire : str
        A category, a key of the tyres, or words that fit only one.

    Raises
    ------
    UnknownWordError
        If there is none, or more than one.
    """
    row = _find(vehicle_tables.cars(), vehicle, "a car", "--vehicle")
    tyre, mu_source, tyre_name = choose_tyre(tire)
    remarks: list[str] = []
    drive = row.text("drivetrain")
    drag = _drag_area(row, remarks)
    front = row.number("front_share")
    if front is None:
        front = _USUAL_FRONT_SHARE[drive]
        remarks.append(f"Weight on the front axle is not published: {front:.0%} assumed.")
    engine_w = 1000.0 * row.required("power_kw")
    # Makers in Europe publish a mass that already has a driver of 75 kg in it.
    driver_kg = 0.0 if row.text("mass_basis") == "eu" else DRIVER_KG
    car = PointMass(
        mass_kg=row.required("mass_kg") + driver_kg,
        power_w=engine_w * _DRIVELINE[drive] * _POWER_BAND,
        tyre=tyre,
        drag_area_m2=drag,
        lift_area_m2=row.number("lift_area_m2") or 0.0,
        driven_share={"rwd": 1.0 - front, "fwd": front, "awd": 1.0}[drive],
        transfer_ratio={"rwd": 1.0, "fwd": -1.0, "awd": 0.0}[drive] * _USUAL_HEIGHT_RATIO,
    )
    name = f"{row.text('brand')} {row.text('model')} on {tyre_name}"
    return ChosenCar(car=car, name=name, mu_source=mu_source, remarks=tuple(remarks))


def choose_tyre(name: str) -> tuple[Tyre, str, str]:
    """Return a tyre, where its mu comes from, and its name for people.

    Raises
    ------
    UnknownWordError
        If there is no such tyre or category, or more than one.
    """
    categories = vehicle_tables.tyre_categories()
    if name.strip().lower() in categories:
        row = categories[name.strip().lower()]
        return _tyre(row, row.required("mu")), "curated_table", row.key
    tyre = _find(vehicle_tables.tyres(), name, "a tyre or a category", "--tire")
    category = categories[tyre.text("category")]
    stated = tyre.number("mu")
    mu = stated if stated is not None else mu_of_treadwear(tyre.required("treadwear"))
    source = "formula_estimate" if stated is None else "user_override"
    return _tyre(category, mu), source, f"{tyre.text('brand')} {tyre.text('model')}"


def mu_of_treadwear(treadwear: float) -> float:
    """Return an estimate of the friction coefficient from the UTQG treadwear grade.

    `2.25 / TW^0.15` (analysis.md 13): 200 gives 1.016. A grade is a maker's own statement, so this
    is an estimate and is called one.
    """
    return float(_TREADWEAR_FACTOR * treadwear**_TREADWEAR_EXPONENT)


def _tyre(category: Row, mu: float) -> Tyre:
    return Tyre(
        mu=mu,
        ellipse_exponent=category.required("ellipse_exponent"),
        load_exponent=category.required("load_exponent"),
        brake_ratio=category.required("brake_ratio"),
        slip_rad=category.required("slip_deg") * _RADIANS_PER_DEGREE,
    )


def _drag_area(row: Row, remarks: list[str]) -> float:
    area, coefficient = row.number("drag_area_m2"), row.number("drag_coefficient")
    if area is not None:
        return area
    if coefficient is not None:
        remarks.append(f"Frontal area is not published: {_USUAL_FRONTAL_AREA_M2:.1f} m2 assumed.")
        return coefficient * _USUAL_FRONTAL_AREA_M2
    remarks.append(f"Drag is not published: C_D A of {_USUAL_DRAG_AREA_M2:.2f} m2 assumed.")
    return _USUAL_DRAG_AREA_M2


def _find(rows: Mapping[str, Row], name: str, what: str, flag: str) -> Row:
    wanted = name.strip().lower()
    if wanted in rows:
        return rows[wanted]
    words = words_of(name)
    fitting = [row for row in rows.values() if words and words <= row.words]
    if len(fitting) == 1:
        return fitting[0]
    some = ", ".join(row.key for row in (fitting or list(rows.values()))[:_SHOWN])
    raise UnknownWordError(
        expected=f"{what} that `{flag}` names",
        found=f"{len(fitting)} that fit {name!r}" if fitting else f"none called {name!r}",
        advice=f"Some that there are: {some}.",
    )


_RADIANS_PER_DEGREE = 0.017453292519943295
_SHOWN = 8
