"""When the rows of a RaceChrono export were taken: its timestamps, or the time since the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.types import FloatArray, Notice, Severity, StoredArray
from apexlab_desktop.errors import CorruptFileError
from apexlab_desktop.importers.clock_jumps import Witnesses
from apexlab_desktop.importers.racechrono_channels import ColumnPlan
from apexlab_desktop.importers.racechrono_header import EXPORT_ADVICE, FIRST_COLUMN, CsvHead

ELAPSED_COLUMN = "elapsed_time"
_LATEST_STAMP_S = 1e11
_FINE_SHARE = 0.8
"""Share of rows with a time of their own; the app gives nearly every row one."""
_USELESS_SHARE = 0.2
_BETTER = 2.0
_MOST_BACK = 0.01


def stamps_s(
    plans: Mapping[str, ColumnPlan],
    columns: Mapping[int, StoredArray],
    read_column: Callable[[ColumnPlan], StoredArray],
    head: CsvHead,
) -> tuple[FloatArray, tuple[Notice, ...]]:
    """Return the time of every row [s], and what had to be done to know it.

    Parameters
    ----------
    plans : mapping of str to ColumnPlan
        The session's own columns by the file's names.
    columns : mapping of int to ndarray, shape (n,)
        By column position.
    read_column : callable
        Reads a column that `columns` lacks, shape (n,).
    head : CsvHead

    Raises
    ------
    CorruptFileError
        If no timestamp can be one, or a spreadsheet has rounded them away and the time since the
        start does not help.
    """
    plan = plans[FIRST_COLUMN]
    wall_s = _in_seconds(columns[plan.head.index], plan, head)
    fine = _own_time_share(wall_s)
    if fine >= _FINE_SHARE:
        return wall_s, ()
    elapsed = plans.get(ELAPSED_COLUMN)
    elapsed_s = None if elapsed is None else read_column(elapsed)
    if elapsed_s is not None and _serves(elapsed_s, wall_s, fine):
        return _start_s(wall_s) + elapsed_s, (_notice(wall_s, fine),)
    if fine < _USELESS_SHARE:
        raise CorruptFileError(
            expected="timestamps that tell the rows apart, or an elapsed_time that does",
            found=_count_words(wall_s, fine),
            place=head.place(),
            advice=f"A spreadsheet may have rounded them. {EXPORT_ADVICE}",
        )
    return wall_s, ()


def witnesses_of(
    plans: Sequence[ColumnPlan],
    columns: Mapping[int, StoredArray],
    read_column: Callable[[ColumnPlan], StoredArray],
) -> Witnesses:
    """Return what the rows say about time besides their stamps.

    Parameters
    ----------
    plans : sequence of ColumnPlan
        Of all columns.
    columns : mapping of int to ndarray, shape (n,)
        By column position.
    read_column : callable
        Reads a column that `columns` lacks, shape (n,).
    """

    def column(plan: ColumnPlan | None) -> StoredArray | None:
        if plan is None:
            return None
        values = columns.get(plan.head.index)
        values = read_column(plan) if values is None else values
        return values if plan.conversion.is_identity else values * plan.conversion.factor

    def exact(name: str) -> FloatArray:
        values = column(next((plan for plan in plans if plan.name == name), None))
        if values is None:
            return np.full(n_rows, np.nan)
        return np.asarray(values, dtype=np.float64)

    n_rows = next(iter(columns.values())).size
    own = {plan.head.name: plan for plan in plans if not plan.head.kind}
    by_name = {plan.name: plan for plan in reversed(plans) if not plan.head.kind}
    return Witnesses(
        elapsed_s=column(own.get(ELAPSED_COLUMN)),
        distance_m=column(by_name.get("distance_m")),
        lat_deg=exact("lat_deg"),
        lon_deg=exact("lon_deg"),
        speed_mps=exact("speed_mps"),
        fragment=column(own.get("fragment_id")),
    )


def _in_seconds(wall_s: StoredArray, plan: ColumnPlan, head: CsvHead) -> FloatArray:
    if plan.head.unit.strip().lower() == "ms":
        wall_s = wall_s * 1e-3
    finite = wall_s[np.isfinite(wall_s)]
    if finite.size and abs(median(finite)) > _LATEST_STAMP_S:
        raise CorruptFileError(
            expected="timestamps in seconds since 1970",
            found=f"{median(finite):.6g} {plan.head.unit}".strip(),
            place=head.place(),
            advice=EXPORT_ADVICE,
        )
    return wall_s


def _own_time_share(time_s: FloatArray) -> float:
    """Return the share of rows whose time differs from that of the row before, 1 without rows."""
    if time_s.size < 2:
        return 1.0
    return float(1 + np.count_nonzero(time_s[1:] != time_s[:-1])) / time_s.size


def _serves(elapsed_s: FloatArray, wall_s: FloatArray, fine: float) -> bool:
    if elapsed_s.size != wall_s.size or not np.isfinite(elapsed_s).all():
        return False
    n_back = int(np.count_nonzero(np.diff(elapsed_s) < 0.0))
    return n_back <= _MOST_BACK * wall_s.size and _own_time_share(elapsed_s) > min(
        _BETTER * fine, _FINE_SHARE
    )


def _start_s(wall_s: FloatArray) -> float:
    finite = wall_s[np.isfinite(wall_s)]
    return float(finite[0]) if finite.size else 0.0


def _notice(wall_s: FloatArray, fine: float) -> Notice:
    return Notice(
        code="time_from_elapsed",
        severity=Severity.REPAIRED,
        channel="time",
        count=wall_s.size,
        detail=f"timestamps tell {_count_words(wall_s, fine)}, as a spreadsheet rounds them; times"
        " are those since the start, the date is rounded",
    )


def _count_words(wall_s: FloatArray, fine: float) -> str:
    n_times = round(fine * wall_s.size)
    if n_times == 1:
        return f"the same time at all {wall_s.size} rows"
    return f"only {n_times} different times in {wall_s.size} rows"
