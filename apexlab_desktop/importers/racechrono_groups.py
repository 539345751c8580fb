"""Rows of a RaceChrono export to groups: true fixes for GPS, all written rows for the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import (
    BoolArray,
    ChannelGroup,
    FloatArray,
    IntArray,
    Notice,
    Severity,
    StoredArray,
    read_only,
    where_finite,
)
from apexlab_desktop.importers.device_rate import device_rate_hz
from apexlab_desktop.importers.plausibility import no_place, no_place_notice
from apexlab_desktop.importers.racechrono_channels import ColumnPlan, make_channel
from apexlab_desktop.importers.racechrono_fixes import Fixes, find_fixes

_MOST_ACCURACY_M = 2.0
_LEAST_SATELLITES = 6.0
_RATE_SAMPLE_ROWS = 20_000
_BREAKS_SAMPLE_ROWS = 6_000
"""From the middle of the session, where the car is out on track."""
_RATE_DIFFERS_SHARE = 0.1
_HALF_TURN_DEG = 180.0
_CALC = "calc"
"""What the app computes from its receiver: no device."""
_EVIDENCE_NAMES = ("lat_deg", "lon_deg", "speed_mps", "altitude_m")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rows:
    """Rows of the file with strictly increasing times; columns are gathered only where used.

    Attributes
    ----------
    wall_us, time_us : ndarray of int64, shape (n,)
        Wall time and session time [us].
    file_rows : ndarray of int64, shape (n,), or None
        Their places in `columns`; None when these are all rows in order.
    columns : mapping of int to ndarray, shape (n_file_rows,)
        By column position.
    lap_changes : ndarray of bool, shape (n,)
        Rows that the exporter made at a line crossing.
    resumed_rows : tuple of int
        Rows at which recording resumed, or before which the clock was set.
    """

    wall_us: IntArray
    time_us: IntArray
    file_rows: IntArray | None
    columns: Mapping[int, StoredArray]
    lap_changes: BoolArray
    resumed_rows: tuple[int, ...] = ()

    def column(self, plan: ColumnPlan, index: IntArray | None = None) -> StoredArray:
        """Return a column at all rows, or at those in `index`."""
        values = self.columns[plan.head.index]
        rows = self.file_rows
        if index is not None:
            rows = index if rows is None else rows[index]
        if rows is None:
            return values
        if rows.size and rows[-1] - rows[0] == rows.size - 1 and self.file_rows is None:
            # A device that starts late or ends early: no gap, so no copy.
            return values[rows[0] : rows[-1] + 1]
        return values.take(rows)

    def has_value(self, plan: ColumnPlan) -> BoolArray | None:
        """Return at which rows the column has a value, or None where that is all of them."""
        finite = where_finite(self.columns[plan.head.index])
        if finite is None:
            return None
        return finite if self.file_rows is None else finite.take(self.file_rows)


def build_groups(
    rows: Rows, plans: Sequence[ColumnPlan]
) -> tuple[tuple[ChannelGroup, ...], tuple[Notice, ...]]:
    """Return the groups, GPS first, and what was set aside.

    Parameters
    ----------
    rows : Rows
    plans : sequence of ColumnPlan
        Of columns that hold values; the session's own columns among them.
    """
    session = [plan for plan in plans if not plan.head.kind]
    labels = list(dict.fromkeys(plan.head.label for plan in plans if plan.head.kind))
    by_label = {label: [p for p in plans if p.head.label == label] for label in labels}
    gps_labels = [label for label in labels if _has_position(by_label[label])]
    groups: list[ChannelGroup] = []
    notices: list[Notice] = []
    is_fix = rows.lap_changes.copy()
    # Of several receivers the file does not tell whose way it is.
    way = [plan for plan in session if plan.name == "distance_m" and len(gps_labels) == 1]
    for number, label in enumerate(gps_labels):
        kept = by_label[label] + (session if number == 0 else [])
        group, index, found = _gps_group(label, rows, by_label[label] + way, kept)
        groups.append(group)
        notices += found
        is_fix[index] = True
    sensors = [label for label in labels if label not in gps_labels]
    is_alone = sum(by_label[label][0].head.kind != _CALC for label in sensors) == 1
    groups += [
        _sensor_group(label, rows, by_label[label], is_fix, is_alone=is_alone) for label in sensors
    ]
    return tuple(groups), tuple(notices)


def _has_position(plans: Sequence[ColumnPlan]) -> bool:
    return {"lat_deg", "lon_deg"} <= {plan.name for plan in plans}


def _gps_group(
    label: str, rows: Rows, own: Sequence[ColumnPlan], kept: Sequence[ColumnPlan]
) -> tuple[ChannelGroup, IntArray, list[Notice]]:
    """Return the group of a receiver, the rows that are its fixes, and what was set aside."""
    by_name = {plan.name: plan for plan in own}
    located, n_nowhere = _located(rows, by_name)
    declared_hz = _declared_rate_hz(rows, by_name.get("update_rate_hz"))
    fixes = _fixes(rows, by_name, located, declared_hz)
    index = fixes.index if located is None else located[fixes.index]
    n_located = rows.time_us.size if located is None else located.size
    channels = tuple(make_channel(p, rows.column(p, index)) for p in kept)
    group = ChannelGroup(
        name=label,
        time_us=read_only(rows.time_us[index]),
        channels=channels,
        rate_hz=fixes.rate_hz,
    )
    notices = _fix_notices(label, fixes, declared_hz, n_located) + _accuracy_notices(group)
    if n_nowhere:
        notices.append(no_place_notice(label, n_nowhere))
    return group, index, notices


def _located(rows: Rows, by_name: Mapping[str, ColumnPlan]) -> tuple[IntArray | None, int]:
    """Return the rows with a position, or None where all have one, and how many are nowhere."""
    plans = [by_name[name] for name in ("lat_deg", "lon_deg")]
    located = [mask for plan in plans if (mask := rows.has_value(plan)) is not None]
    nowhere = no_place(*(rows.columns[plan.head.index] for plan in plans))
    if nowhere is not None:
        located.append(~(nowhere if rows.file_rows is None else nowhere.take(rows.file_rows)))
    n_nowhere = 0 if nowhere is None else int(np.count_nonzero(nowhere))
    return (np.flatnonzero(np.logical_and.reduce(located)) if located else None), n_nowhere


def _fixes(
    rows: Rows,
    by_name: Mapping[str, ColumnPlan],
    located: IntArray | None,
    declared_hz: float | None,
) -> Fixes:
    def column(name: str) -> FloatArray | None:
        plan = by_name.get(name)
        if plan is None:
            return None
        values = rows.column(plan, located)
        return _unwrapped(values) if name == "lon_deg" else values

    speed_mps = column("speed_mps")
    if speed_mps is not None:
        speed_mps = speed_mps * by_name["speed_mps"].conversion.factor
    resumed_rows: Sequence[int] = rows.resumed_rows
    if located is not None:
        resumed_rows = np.searchsorted(located, resumed_rows).tolist()
    return find_fixes(
        rows.wall_us if located is None else rows.wall_us[located],
        [values for name in _EVIDENCE_NAMES if (values := column(name)) is not None],
        speed_mps=speed_mps,
        declared_rate_hz=declared_hz,
        held=column("course_rad"),
        made_rows=rows.lap_changes if located is None else rows.lap_changes[located],
        resumed_rows=resumed_rows,
        n_coordinates=2,
        way_m=column("distance_m"),
    )


def _unwrapped(values: FloatArray) -> FloatArray:
    """Return longitudes about 180 deg without their jump; whatever else as it is."""
    if not values.size or np.nanmax(values) - np.nanmin(values) <= _HALF_TURN_DEG:
        return values
    return np.where(values < 0.0, values + 2.0 * _HALF_TURN_DEG, values)


def _declared_rate_hz(rows: Rows, plan: ColumnPlan | None) -> float | None:
    if plan is None:
        return None
    values = rows.columns[plan.head.index]
    values = values[:: max(1, values.size // _RATE_SAMPLE_ROWS)]
    values = values[np.isfinite(values) & (values > 0)]
    return median(values) if values.size else None


def _fix_notices(
    label: str, fixes: Fixes, declared_hz: float | None, n_located: int
) -> list[Notice]:
    notices = []
    n_aside = n_located - int(fixes.index.size)
    if n_aside:
        notices.append(
            Notice(
                code="interpolated_rows_set_aside",
                severity=Severity.INFO,
                channel=label,
                count=n_aside,
                detail=f"rows between the {fixes.index.size} true fixes hold invented positions",
            )
        )
    differs = (
        declared_hz is not None
        and fixes.rate_hz is not None
        and abs(fixes.rate_hz - declared_hz) > _RATE_DIFFERS_SHARE * declared_hz
    )
    if differs:
        notices.append(
            Notice(
                code="gps_rate_differs_from_stated",
                severity=Severity.REPAIRED,
                channel=label,
                detail=f"the file states {declared_hz:g} Hz, fixes come at {fixes.rate_hz:g} Hz",
            )
        )
    return notices


def _accuracy_notices(group: ChannelGroup) -> list[Notice]:
    accuracy, satellites = group.find("position_accuracy_m"), group.find("n_satellites")
    poor = np.zeros(group.time_us.size, dtype=bool)
    with np.errstate(invalid="ignore"):
        if accuracy is not None:
            poor |= accuracy.values > _MOST_ACCURACY_M
        if satellites is not None:
            poor |= satellites.values < _LEAST_SATELLITES
    where = np.flatnonzero(poor)
    if where.size == 0:
        return []
    return [
        Notice(
            code="fixes_of_low_accuracy",
            severity=Severity.INFO,
            channel=group.name,
            count=int(where.size),
            first_s=float(group.time_us[where[0]] * 1e-6),
            last_s=float(group.time_us[where[-1]] * 1e-6),
            detail="accuracy over 2 m or fewer than 6 satellites",
        )
    ]


def _sensor_group(
    label: str, rows: Rows, plans: Sequence[ColumnPlan], is_fix: BoolArray, *, is_alone: bool
) -> ChannelGroup:
    masks = [rows.has_value(plan) for plan in plans if plan.name != "update_rate_hz"]
    partial = [mask for mask in masks if mask is not None]
    is_whole = not partial or len(partial) < len(masks)
    index = None if is_whole else np.flatnonzero(reduce(np.logical_or, partial))
    rate_plan = next((plan for plan in plans if plan.name == "update_rate_hz"), None)
    rate_hz = _declared_rate_hz(rows, rate_plan)
    time_us = rows.time_us if index is None else rows.time_us[index]
    if rate_hz is None:
        first = max(0, (time_us.size - _BREAKS_SAMPLE_ROWS) // 2)
        middle = slice(first, first + _BREAKS_SAMPLE_ROWS)
        sample = np.arange(time_us.size)[middle] if index is None else index[middle]
        rate_hz = device_rate_hz(
            rows.time_us[sample],
            [np.asarray(rows.column(plan, sample), dtype=np.float64) for plan in plans],
            is_fix[sample],
            is_alone=is_alone,
        )
    return ChannelGroup(
        name=label,
        time_us=read_only(time_us),
        channels=tuple(make_channel(p, rows.column(p, index)) for p in plans),
        rate_hz=rate_hz,
    )
