"""Columns of a RaceChrono export to channels in SI, and groups of them by source."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.channels import CATALOGUE
from apexlab_desktop.analysis.types import (
    Channel,
    ChannelKind,
    Notice,
    Severity,
    StoredArray,
    read_only,
    where_finite,
)
from apexlab_desktop.importers.racechrono_header import ColumnHead
from apexlab_desktop.importers.racechrono_names import catalogue_name
from apexlab_desktop.importers.vendor_units import SAME, Conversion, conversion_to

EXACT_CHANNELS = frozenset({"lat_deg", "lon_deg", "distance_m"})
"""What float32 cannot hold."""
POSITION_DECIMALS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlan:
    """What becomes of a column.

    Attributes
    ----------
    head : ColumnHead
    name : str
        Name of the channel: of the catalogue, or the vendor's.
    conversion : Conversion
    is_compass : bool
        Degrees clockwise from north, to radians counter-clockwise from east.
    notice : Notice or None
        Why a known column is kept by the vendor's name.
    """

    head: ColumnHead
    name: str
    conversion: Conversion = SAME
    is_compass: bool = False
    notice: Notice | None = None

    @property
    def is_catalogued(self) -> bool:
        """Whether the channel has a catalogue name."""
        return self.name in CATALOGUE

    @property
    def is_exact(self) -> bool:
        """Whether float32 would lose digits."""
        return self.name in EXACT_CHANNELS


def plan_column(head: ColumnHead, name: str | None = None) -> ColumnPlan:
    """Return what becomes of a column, from its name, unit and source."""
    known = name or catalogue_name(head.name, head.kind)
    if known is None:
        return ColumnPlan(head=head, name=head.name)
    info = CATALOGUE[known]
    conversion = conversion_to(info.unit, head.unit, is_ratio=known.endswith("_ratio"))
    if conversion is None:
        return ColumnPlan(head=head, name=head.name, notice=_unknown_unit(head, info.unit))
    is_compass = known == "course_rad"
    return ColumnPlan(head=head, name=known, conversion=conversion, is_compass=is_compass)


def _unknown_unit(head: ColumnHead, si_unit: str) -> Notice:
    return Notice(
        code="unit_not_known",
        severity=Severity.IGNORED,
        channel=head.name,
        detail=f"unit '{head.unit}' of {head.label or 'the session'} is none of "
        f"{si_unit or 'a share'}; kept by the vendor's name, not used",
    )


def make_channel(plan: ColumnPlan, values: StoredArray) -> Channel:
    """Return the channel of a column; infinities and overflows become missing."""
    info = CATALOGUE.get(plan.name)
    return Channel(
        name=plan.name,
        source=plan.head.kind,
        device=plan.head.label,
        vendor_name=plan.head.vendor_name,
        unit=info.unit if info else plan.head.unit,
        vendor_unit=plan.head.unit,
        kind=info.kind if info else ChannelKind.CONTINUOUS,
        values=read_only(_stored(plan, values)),
    )


def _stored(plan: ColumnPlan, values: StoredArray) -> StoredArray:
    if plan.is_compass:
        values = (0.5 * math.pi - np.radians(values.astype(np.float64))).astype(np.float32)
    elif not plan.conversion.is_identity:
        values = _converted(values, plan.conversion)
    if plan.name in ("lat_deg", "lon_deg"):
        values = np.round(values.astype(np.float64), POSITION_DECIMALS)
    elif not plan.is_exact and values.dtype != np.float32:
        with np.errstate(over="ignore"):
            values = values.astype(np.float32)
    if where_finite(values) is not None and np.isinf(values).any():
        values = np.where(np.isinf(values), np.nan, values).astype(values.dtype)
    return np.ascontiguousarray(values)


def _converted(values: StoredArray, conversion: Conversion) -> StoredArray:
    """Return `values` in SI, computed as float64 and rounded once."""
    if conversion.offset:
        exact = values.astype(np.float64) * conversion.factor + conversion.offset
        return exact.astype(values.dtype)
    # The same without whole arrays in between: numpy goes piece by piece.
    return np.multiply(values, conversion.factor, out=np.empty_like(values), dtype=np.float64)


def summary_notices(plans: Sequence[ColumnPlan], empty: Sequence[ColumnPlan]) -> tuple[Notice, ...]:
    """Return what the reader should know about columns: units, vendor names, empty ones."""
    notices = [plan.notice for plan in plans if plan.notice]
    by_vendor_name = [
        p for p in plans if not p.is_catalogued and p.notice is None and p not in empty
    ]
    if by_vendor_name:
        notices.append(_listing("columns_kept_by_vendor_name", Severity.INFO, by_vendor_name))
    if empty:
        notices.append(_listing("empty_columns", Severity.IGNORED, empty))
    return tuple(notices)


def _listing(code: str, severity: Severity, plans: Sequence[ColumnPlan]) -> Notice:
    words = [f"{p.head.name} ({p.head.label})" if p.head.label else p.head.name for p in plans]
    return Notice(code=code, severity=severity, count=len(plans), detail=", ".join(words))
