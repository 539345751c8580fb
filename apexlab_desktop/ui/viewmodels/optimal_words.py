"""What the Optimal worksheet says: its figures, the cost of corners, what the model assumes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from apexlab_desktop.ui.formatting import (
    DASH,
    NO_BREAK_SPACE,
    counted,
    lap_time,
    plain,
    signed,
    speed_factor,
    speed_unit,
)
from apexlab_desktop.ui.messages import sentence
from apexlab_desktop.ui.widgets.tile import TileText
from apexlab_desktop.units import STANDARD_GRAVITY_MPS2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.corner_results import Corner
    from apexlab_desktop.analysis.grip_envelope import GripEnvelope
    from apexlab_desktop.app.optimal import OptimalSession
    from apexlab_desktop.units import UnitSystem

FASTER_MPS = 1.0
"""A corner counts as faster than the model from here on (analysis.md 14)."""
YOUR_DATA = "your data"
LABELS = ("Physics lap on your line", "Behind by", "Model against your data", "Grip", "Top speed")
SOURCES = {
    "driven": "at the grip your laps show",
    "recalibrated": "grip raised to what you proved",
}
FLAT_RAD = 1e-6
LEAST_AERO_G = 0.01
"""Less downforce than this is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CornerCost:
    """A corner of the table.

    Attributes
    ----------
    corner_id, number, name, kind : str
    driven_mps, optimal_mps : float
        Slowest point [m/s].
    total_s, exit_s : float
        Zone with exit, and what of it the way behind the corner costs [s].
    """

    corner_id: str
    number: str
    name: str
    kind: str
    driven_mps: float
    optimal_mps: float
    total_s: float
    exit_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """Something the model takes for granted, with where it comes from."""

    name: str
    value: str
    source: str
    is_missing: bool = False


def tiles(found: OptimalSession | None, reason: str, units: UnitSystem) -> tuple[TileText, ...]:
    """Return the five figures; dashes with the reason where there is no optimal lap."""
    if found is None:
        return (
            TileText(label=LABELS[0], third=reason),
            *(TileText(label=name) for name in LABELS[1:]),
        )
    optimum = found.optimum
    lap = f"Lap{NO_BREAK_SPACE}{optimum.lap_number}"
    if not optimum.is_valid:
        where = "the reason stands beside the plots"
        return (
            TileText(label=LABELS[0], value="not valid", third=where, shade="warning"),
            TileText(label=f"{lap} is behind by", third="not told while the model is not valid"),
            TileText(label=LABELS[2], value="not valid", third=_reasons(found), shade="warning"),
            _grip_tile(found),
            _speed_tile(found, units),
        )
    gap_s = optimum.driven_time_s - optimum.profile.lap_time_s
    corners_s = sum(gap.time_cost_s for gap in found.gaps)
    return (
        TileText(
            label=LABELS[0],
            value=lap_time(optimum.profile.lap_time_s),
            third=SOURCES.get(optimum.mu_source, f"grip: {optimum.mu_source.replace('_', ' ')}"),
        ),
        TileText(
            label=f"{lap} is behind by",
            value=signed(gap_s, 3),
            third=f"s, of it {corners_s:.2f} in corners",
        ),
        TileText(label=LABELS[2], value="valid", third=_faster(found), shade="faster"),
        _grip_tile(found),
        _speed_tile(found, units),
    )


def _reasons(found: OptimalSession) -> str:
    return "; ".join(found.optimum.invalid_reasons)


def _faster(found: OptimalSession) -> str:
    n = sum(gap.speed_gap_mps < -FASTER_MPS for gap in found.gaps)
    return (
        f"{counted(n, 'corner')} faster than the model"
        if n
        else ("no corner faster than the model")
    )


def _grip_tile(found: OptimalSession) -> TileText:
    envelope, n_laps = found.optimum.envelope, len(found.optimum.samples.lap_numbers)
    if envelope is None:
        return TileText(label=LABELS[3], third="of the car and tyre chosen")
    return TileText(
        label=LABELS[3],
        value=f"{envelope.mu:.2f}{NO_BREAK_SPACE}g",
        third=f"from {YOUR_DATA}, {counted(n_laps, 'lap')}",
    )


def _speed_tile(found: OptimalSession, units: UnitSystem) -> TileText:
    factor = speed_factor(units)
    top = float(np.max(found.optimum.driven_speed_mps)) * factor
    model = float(np.max(found.optimum.profile.speed_mps)) * factor
    return TileText(
        label=LABELS[4], value=f"{top:.0f}", third=f"model {model:.0f} {speed_unit(units)}"
    )


def corner_costs(found: OptimalSession, named: Sequence[Corner]) -> tuple[CornerCost, ...]:
    """Return the corners, the dearest first; `named` has the user's names for them."""
    corners = {corner.id: corner for corner in (*found.corners, *named)}
    return tuple(
        CornerCost(
            corner_id=gap.corner_id,
            number=corners[gap.corner_id].number,
            name=corners[gap.corner_id].name,
            kind=corners[gap.corner_id].kind,
            driven_mps=gap.driven_min_speed_mps,
            optimal_mps=gap.optimal_min_speed_mps,
            total_s=gap.cost_s,
            exit_s=gap.exit_straight_time_cost_s,
        )
        for gap in found.gaps
    )


def assumptions(found: OptimalSession, units: UnitSystem) -> tuple[Assumption, ...]:
    """Return what the model takes for granted, each with its source."""
    optimum, envelope = found.optimum, found.optimum.envelope
    made = [Assumption(name="Car", value="chosen", source="table")]
    if envelope is not None:
        made = [Assumption(name="Car", value="as your laps show it", source=YOUR_DATA)]
    if envelope is not None:
        made += _of_envelope(envelope, units)
    line = f"your own, lap{NO_BREAK_SPACE}{optimum.lap_number}"
    made.append(Assumption(name="Line", value=line, source="GPS"))
    grade = optimum.profile.path.grade_rad
    has_grade = bool(np.abs(grade).max() > FLAT_RAD)
    steepest = f"{100 * np.tan(grade.min()):+.1f} to {100 * np.tan(grade.max()):+.1f} %"
    made.append(
        Assumption(
            name="Slope",
            value=steepest.replace("-", "\u2212") if has_grade else "none known",
            source="GPS height, smoothed" if has_grade else "missing",
            is_missing=not has_grade,
        )
    )
    made.append(Assumption(name="Banking", value="none known", source="missing", is_missing=True))
    return tuple(made)


def _of_envelope(envelope: GripEnvelope, units: UnitSystem) -> list[Assumption]:
    fastest = np.array(envelope.fastest_mps)
    place = f"at {float(fastest) * speed_factor(units):.0f}{NO_BREAK_SPACE}{speed_unit(units)}"
    faster_g = float(envelope.lateral_at(fastest)) / STANDARD_GRAVITY_MPS2
    aero = f", {faster_g:.2f} {place}" if abs(faster_g - envelope.mu) >= LEAST_AERO_G else ""
    drag_g = envelope.drag_per_m * float(fastest) ** 2 / STANDARD_GRAVITY_MPS2
    corners, brakings = (
        counted(envelope.n_passes, "pass", "passes"),
        counted(envelope.n_brakings, "braking"),
    )
    return [
        Assumption(
            name="Grip across",
            value=f"{envelope.mu:.2f}{NO_BREAK_SPACE}g{aero}",
            source=f"{YOUR_DATA}, {corners}",
        ),
        Assumption(
            name="Braking",
            value=_in_g(envelope.braking_mps2),
            source=f"{YOUR_DATA}, {brakings}",
        ),
        Assumption(name="Traction", value=_in_g(envelope.traction_mps2), source=YOUR_DATA),
        Assumption(
            name="Power",
            value=f"{envelope.power_per_mass:.0f}{NO_BREAK_SPACE}W/kg",
            source=YOUR_DATA,
        ),
        Assumption(name="Drag", value=f"{drag_g:.2f}{NO_BREAK_SPACE}g {place}", source=YOUR_DATA),
    ]


def _in_g(accel_mps2: float) -> str:
    if not np.isfinite(accel_mps2):
        return DASH
    return f"{plain(accel_mps2 / STANDARD_GRAVITY_MPS2, 2)}{NO_BREAK_SPACE}g"


def caveat(found: OptimalSession) -> str:
    """Return what the model is not."""
    words = ["A limit on your line, not a promise. Nothing here is tuned to this track or car."]
    envelope = found.optimum.envelope
    if envelope is not None:
        words += [f"{sentence(reason).rstrip('.')}." for reason in envelope.reasons]
    return " ".join([*words, *(f"{sentence(remark).rstrip('.')}." for remark in found.remarks)])
