"""RaceChrono CSV exports, versions 3, 2 and 1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np

from apexlab_desktop.analysis.types import (
    ChannelGroup,
    IntArray,
    Notice,
    RawSession,
    Severity,
    StoredArray,
)
from apexlab_desktop.errors import MissingChannelError, UnsupportedFormatError
from apexlab_desktop.importers.base import Progress, Sniff, no_progress
from apexlab_desktop.importers.clock_jumps import undo_clock_jumps
from apexlab_desktop.importers.csv_dialect import decode, detect_encoding, separator_after
from apexlab_desktop.importers.lap_changes import crossings_between_rows
from apexlab_desktop.importers.lap_numbers import one_lap_per_number
from apexlab_desktop.importers.plausibility import range_notices, speed_notices
from apexlab_desktop.importers.racechrono_channels import (
    ColumnPlan,
    plan_column,
    summary_notices,
)
from apexlab_desktop.importers.racechrono_groups import Rows, build_groups
from apexlab_desktop.importers.racechrono_header import (
    EXPORT_ADVICE,
    FIRST_COLUMN,
    CsvHead,
    read_head,
)
from apexlab_desktop.importers.racechrono_laps import declared_laps
from apexlab_desktop.importers.racechrono_table import Table, read_table
from apexlab_desktop.importers.racechrono_time import ELAPSED_COLUMN, stamps_s, witnesses_of
from apexlab_desktop.importers.signs import check_signs, motion_of
from apexlab_desktop.importers.time_axis import TimeAxis, last_of_equal_times, repair_time

_UNIX_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST_DATE_S = 6.3e8
"""1990: what is smaller counts from a start, not from the Unix epoch."""
_LONGEST_GAP_US = 30_000_000
"""Without a row for longer, recording was paused, whatever the fragment says."""
_NOT_STORED = (FIRST_COLUMN, "fragment_id", ELAPSED_COLUMN)
_VENDOR_WORDS = {"lat_deg": "latitude", "lon_deg": "longitude"}
"""What every export must hold: without a speed the positions tell it."""
_VERSIONS = ("1", "2", "3")


class RaceChronoCsv:
    """Importer of RaceChrono's CSV exports."""

    format = "racechrono-csv"
    label = "RaceChrono CSV"

    def recognises(self, sniff: Sniff) -> bool:
        """Return whether the text names RaceChrono, or has its row of names."""
        encoding = detect_encoding(sniff.head)
        if encoding is None:
            return False
        text = decode(sniff.head, encoding)
        if "created using racechrono" in text[:500].lower():
            return True
        return separator_after(FIRST_COLUMN, text) is not None and "fragment_id" in text

    def load(self, path: Path, progress: Progress = no_progress) -> RawSession:
        """Read the whole export."""
        head = read_head(path)
        if head.version not in _VERSIONS:
            raise UnsupportedFormatError(
                expected="RaceChrono CSV of format 1, 2 or 3",
                found=f"format {head.version}",
                place="the line 'Format'",
                advice=EXPORT_ADVICE,
            )
        plans = tuple(plan_column(column) for column in head.columns)
        _check_required(plans, head)
        table = _read(path, head, plans, progress)
        by_name = {plan.head.name: plan for plan in plans if not plan.head.kind}

        def read_column(plan: ColumnPlan) -> StoredArray:
            index = plan.head.index
            return read_table(path, head, [index], frozenset({index}), no_progress).columns[index]

        wall_s, retimed = stamps_s(by_name, table.columns, read_column, head)
        witnesses = partial(witnesses_of, plans, table.columns, read_column)
        wall_s, undone = undo_clock_jumps(wall_s, witnesses)
        axis = repair_time(wall_s, head.place())
        session = _build(head, plans, table, replace(axis, notices=retimed + undone + axis.notices))
        progress(1.0)
        return session


def _check_required(plans: Sequence[ColumnPlan], head: CsvHead) -> None:
    names = {plan.name for plan in plans}
    missing = [_VENDOR_WORDS[name] for name in _VENDOR_WORDS if name not in names]
    if FIRST_COLUMN not in names:
        missing.insert(0, FIRST_COLUMN)
    if not missing:
        return
    units = ", ".join(
        f"{plan.head.name} in '{plan.head.unit}'"
        for plan in plans
        if plan.notice and plan.head.name in missing
    )
    error = MissingChannelError if head.version == "3" else UnsupportedFormatError
    raise error(
        expected="columns for time and position with known units",
        found=f"no {', '.join(missing)}" + (f" ({units})" if units else ""),
        place=f"the header above line {head.data_line}",
        advice=EXPORT_ADVICE,
    )


def _read(path: Path, head: CsvHead, plans: Sequence[ColumnPlan], progress: Progress) -> Table:
    wanted = [plan for plan in plans if plan.head.name != ELAPSED_COLUMN and plan.head.name]
    # The search for fixes needs the GPS columns to the writer's last digit.
    exact = frozenset(
        plan.head.index
        for plan in wanted
        if plan.is_exact or plan.head.name == FIRST_COLUMN or plan.head.kind == "gps"
    )
    return read_table(path, head, [plan.head.index for plan in wanted], exact, progress)


def _build(head: CsvHead, plans: Sequence[ColumnPlan], table: Table, axis: TimeAxis) -> RawSession:
    by_name = {plan.head.name: plan for plan in plans if not plan.head.kind}
    time_us = axis.wall_us - axis.wall_us[0]
    segments = _segment_rows(table, by_name.get("fragment_id"), axis)
    lap_number = _in_order(table, by_name.get("lap_number"), axis)
    declared = declared_laps(time_us, lap_number, segments)
    rows, repeated = _distinct_rows(axis, time_us, table, lap_number, segments)
    kept, empty = _with_values(plans, table.columns)
    _check_values(kept, head)
    groups, found = build_groups(rows, kept)
    _check_fixes(groups, head)
    declared, moved = crossings_between_rows(declared, rows.time_us, groups)
    laps, merged = one_lap_per_number(declared)
    motion = motion_of(groups[0])
    checked = [check_signs(group, motion) for group in groups]
    groups = tuple(group for group, _ in checked)
    return RawSession(
        format=RaceChronoCsv.format,
        format_version=head.version,
        start_time_utc=_date(int(axis.wall_us[0])),
        n_samples=table.n_rows,
        groups=groups,
        laps_declared=laps,
        segment_starts_us=tuple(int(time_us[row]) for row in segments),
        metadata=dict(head.metadata),
        notices=(
            *head.notices,
            *table.notices,
            *axis.notices,
            *repeated,
            *moved,
            *merged,
            *found,
            *summary_notices([p for p in plans if p.head.name not in _NOT_STORED], empty),
            *(notice for _, notices in checked for notice in notices),
            *speed_notices(groups),
            *range_notices(groups),
        ),
    )


def _date(wall_us: int) -> datetime | None:
    if wall_us < _EARLIEST_DATE_S * 1e6:
        return None
    return _UNIX_EPOCH + timedelta(microseconds=wall_us)


def _in_order(table: Table, plan: ColumnPlan | None, axis: TimeAxis) -> StoredArray:
    """Return a column in order of time, NaN where the file has none."""
    if plan is None:
        return np.full(axis.wall_us.size, np.nan, dtype=np.float32)
    values = table.columns[plan.head.index]
    return values if axis.rows is None else values[axis.rows]


def _segment_rows(table: Table, fragment: ColumnPlan | None, axis: TimeAxis) -> tuple[int, ...]:
    step = np.diff(_in_order(table, fragment, axis))
    is_new = np.isfinite(step) & (step != 0)
    is_new |= np.diff(axis.wall_us) > _LONGEST_GAP_US
    resumed = np.flatnonzero(is_new) + 1
    return tuple(sorted({*axis.joints, *(int(row) for row in resumed)}))


def _distinct_rows(
    axis: TimeAxis,
    time_us: IntArray,
    table: Table,
    lap_number: StoredArray,
    resumed: tuple[int, ...],
) -> tuple[Rows, tuple[Notice, ...]]:
    """Return one row for each time, the last in the file, and a notice of the others."""
    number = np.nan_to_num(lap_number, nan=-1.0)
    changes = np.zeros(number.size, dtype=bool)
    changes[1:] = np.diff(number) != 0
    kept = np.flatnonzero(last_of_equal_times(time_us))
    if kept.size == time_us.size:
        rows = Rows(
            wall_us=axis.wall_us,
            time_us=time_us,
            file_rows=axis.rows,
            columns=table.columns,
            lap_changes=changes,
            resumed_rows=resumed,
        )
        return rows, ()
    rows = Rows(
        wall_us=axis.wall_us[kept],
        time_us=time_us[kept],
        file_rows=kept if axis.rows is None else axis.rows[kept],
        columns=table.columns,
        lap_changes=changes[kept],
        resumed_rows=tuple(np.searchsorted(kept, resumed).tolist()),
    )
    return rows, _repeated_notices(axis, time_us, table)


def _repeated_notices(axis: TimeAxis, time_us: IntArray, table: Table) -> tuple[Notice, ...]:
    repeated = np.flatnonzero(np.diff(time_us) == 0)
    first_rows, second_rows = repeated, repeated + 1
    if axis.rows is not None:
        first_rows, second_rows = axis.rows[first_rows], axis.rows[second_rows]
    differs = np.zeros(repeated.size, dtype=bool)
    for values in table.columns.values():
        first, second = values[first_rows], values[second_rows]
        differs |= (first != second) & ~(np.isnan(first) & np.isnan(second))
    places = {
        "first_s": float(time_us[repeated[0]] * 1e-6),
        "last_s": float(time_us[repeated[-1]] * 1e-6),
    }
    n_differ = int(differs.sum())
    notices = [
        Notice(
            code="repeated_rows_dropped",
            # The app writes such rows itself, one per device: nothing was wrong with the file.
            severity=Severity.INFO,
            channel="time",
            count=repeated.size - n_differ,
            detail="rows that say the same at the same time",
            **places,
        ),
        Notice(
            code="rows_at_same_time_dropped",
            severity=Severity.LOST,
            channel="time",
            count=n_differ,
            detail="rows that say something else at the same time; the later one is kept",
            **places,
        ),
    ]
    return tuple(notice for notice in notices if notice.count)


def _with_values(
    plans: Sequence[ColumnPlan], columns: Mapping[int, StoredArray]
) -> tuple[list[ColumnPlan], list[ColumnPlan]]:
    kept: list[ColumnPlan] = []
    empty: list[ColumnPlan] = []
    for plan in plans:
        values = columns.get(plan.head.index)
        if values is None or plan.head.name in _NOT_STORED:
            continue
        # A value at either end decides for nearly every column without a pass over it.
        has_value = bool(np.isfinite(values[-1])) or bool(np.isfinite(values).any())
        (kept if has_value else empty).append(plan)
    return kept, empty


def _check_fixes(groups: Sequence[ChannelGroup], head: CsvHead) -> None:
    if not any(group.time_us.size for group in groups if group.find("lat_deg") is not None):
        raise MissingChannelError(
            expected="values for the position",
            found="latitude and longitude that are 0 or missing in every row",
            place=f"all rows from line {head.data_line}",
            advice="Record again where the receiver sees the sky",
        )


def _check_values(kept: Sequence[ColumnPlan], head: CsvHead) -> None:
    names = {plan.name for plan in kept}
    missing = [_VENDOR_WORDS[name] for name in _VENDOR_WORDS if name not in names]
    if missing:
        raise MissingChannelError(
            expected="values for the position",
            found=f"no number in {', '.join(missing)}",
            place=f"all rows from line {head.data_line}",
            advice=EXPORT_ADVICE,
        )
