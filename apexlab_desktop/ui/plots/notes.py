"""Words beside the values: where the cursor is, and what lies between two cursors."""

from __future__ import annotations

from apexlab_desktop.ui.formatting import distance, lap_time, plain
from apexlab_desktop.ui.viewmodels.comparison import ComparisonModel
from apexlab_desktop.ui.viewmodels.cursor import CursorModel
from apexlab_desktop.ui.viewmodels.lap_slots import AxisMode


def cursor_notes(model: ComparisonModel, cursor: CursorModel) -> tuple[str, ...]:
    """Return e.g. `at 2,109 m` or the range between two cursors, ever shorter; none without one."""
    if model.comparison is None or not cursor.is_somewhere:
        return ()
    place = distance(cursor.place_m, model.units)
    if cursor.has_second:
        return _range_notes(model, cursor.second_m, cursor.place_m)
    if model.axis_mode is AxisMode.TIME:
        time = f"at {lap_time(model.axis_of(cursor.place_m))}"
        return (f"{time}, {place}", time)
    return (f"at {place}",)


def _range_notes(model: ComparisonModel, one_m: float, other_m: float) -> tuple[str, ...]:
    low, high = sorted((one_m, other_m))
    start, stop, length = (distance(m, model.units) for m in (low, high, high - low))
    ends = f"{start} to {stop}: {length}"
    seconds = _seconds_between(model, low, high)
    lap = f" on lap {model.reference.compared.label}" if model.reference is not None else ""
    return (f"{ends}, {seconds}{lap}", f"{ends}, {seconds}", f"{length}, {seconds}", length)


def _seconds_between(model: ComparisonModel, low_m: float, high_m: float) -> str:
    seconds = model.reference_time_at(high_m) - model.reference_time_at(low_m)
    return f"{plain(seconds, 3)} s"
