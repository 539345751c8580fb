"""Time stamps as files have them, and the axis that can be used."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.errors import CorruptFileError
from apexlab_desktop.importers.time_axis import repair_time


def test_a_steady_clock_is_left_alone() -> None:
    axis = repair_time(np.array([10.0, 10.04, 10.08]), "time")
    assert axis.rows is None
    assert axis.wall_us.tolist() == [10_000_000, 10_040_000, 10_080_000]
    assert axis.notices == ()


@pytest.mark.parametrize("stamp_s", [np.nan, np.inf, -np.inf, 1e13, 1e300])
def test_stamps_that_can_be_no_time_are_refused(stamp_s: float) -> None:
    with pytest.raises(CorruptFileError, match="can be a time"):
        repair_time(np.full(5, stamp_s), "time")


def test_a_clock_that_stands_still_is_refused() -> None:
    with pytest.raises(CorruptFileError, match="the same time at all 3 rows"):
        repair_time(np.full(3, 1.7e9), "line 13")


def test_a_single_row_is_its_own_start() -> None:
    assert repair_time(np.array([1.7e9]), "line 13").wall_us.tolist() == [1_700_000_000_000_000]


def test_a_single_damaged_stamp_drops_its_row_aloud() -> None:
    axis = repair_time(np.array([10.0, 1e300, 10.08]), "time")
    assert axis.rows is not None
    assert axis.rows.tolist() == [0, 2]
    assert [n.code for n in axis.notices] == ["rows_without_time_dropped"]
    assert axis.notices[0].count == 1


def test_a_clock_set_back_goes_on_after_what_came_before() -> None:
    stamps_s = np.concatenate((100.0 + np.arange(150.0), 20.0 + np.arange(150.0)))
    axis = repair_time(stamps_s, "time")
    assert axis.joints == (150,)
    assert (np.diff(axis.wall_us) > 0).all()
    assert [n.code for n in axis.notices] == ["clock_set_back"]
    assert axis.notices[0].first_s == axis.notices[0].last_s == pytest.approx(149.001)


def test_time_running_backwards_is_refused() -> None:
    with pytest.raises(CorruptFileError, match="backwards"):
        repair_time(np.arange(100.0)[::-1], "time")
