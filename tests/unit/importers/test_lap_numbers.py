"""Every lap number once, so that it can be asked for."""

from __future__ import annotations

import pytest

from apexlab_desktop.analysis.types import DeclaredLap
from apexlab_desktop.importers.lap_numbers import one_lap_per_number


def laps(*rows: tuple[int, bool]) -> list[DeclaredLap]:
    """Return laps of 10 s each from their numbers and whether they are complete."""
    return [
        DeclaredLap(
            number=number,
            start_us=k * 10_000_000,
            end_us=(k + 1) * 10_000_000,
            is_complete=is_complete,
            lap_time_s=10.0 if is_complete else None,
            is_valid=is_complete or None,
        )
        for k, (number, is_complete) in enumerate(rows)
    ]


def numbers(found: tuple[DeclaredLap, ...]) -> list[int]:
    return [lap.number for lap in found]


def test_distinct_numbers_are_left_alone() -> None:
    given = laps((3, False), (4, True), (5, True), (7, False))
    assert one_lap_per_number(given) == (tuple(given), ())


def test_no_laps_are_no_laps() -> None:
    assert one_lap_per_number(()) == ((), ())


def test_stretches_of_an_interrupted_lap_are_one_lap_without_a_time() -> None:
    found, (notice,) = one_lap_per_number(
        laps((4, True), (5, False), (5, False), (5, False), (6, True))
    )
    assert numbers(found) == [4, 5, 6]
    assert (found[1].start_us, found[1].end_us) == (10_000_000, 40_000_000)
    assert (found[1].is_complete, found[1].lap_time_s) == (False, None)
    assert (notice.code, notice.count) == ("laps_interrupted", 1)
    assert (notice.first_s, notice.last_s) == (10.0, 40.0)
    assert "lap 5" in notice.detail


@pytest.mark.parametrize("verdicts", [(None, False), (False, None), (True, False)])
def test_a_lap_that_does_not_count_in_part_does_not_count(
    verdicts: tuple[bool | None, bool | None],
) -> None:
    first, second = laps((5, False), (5, False))
    stretches = [
        DeclaredLap(
            number=5, start_us=s.start_us, end_us=s.end_us, is_complete=False, is_valid=verdict
        )
        for s, verdict in zip((first, second), verdicts, strict=True)
    ]
    found, _ = one_lap_per_number(stretches)
    assert found[0].is_valid is False


def test_a_counter_that_starts_again_is_numbered_on() -> None:
    found, (notice,) = one_lap_per_number(laps((1, True), (2, True), (1, True), (2, True)))
    assert numbers(found) == [1, 2, 3, 4]
    assert found[2].lap_time_s == 10.0
    assert (notice.code, notice.count, notice.first_s) == ("lap_numbers_repeat", 2, 20.0)


def test_a_third_session_is_numbered_on_too() -> None:
    found, _ = one_lap_per_number(
        laps((0, False), (1, True), (0, False), (1, True), (0, False), (1, True))
    )
    assert numbers(found) == [0, 1, 2, 3, 4, 5]


def test_equal_numbers_on_both_sides_of_a_restart_stay_two_laps() -> None:
    given = laps((1, False), (1, False), (2, True))
    found, (notice,) = one_lap_per_number(given, [10_000_000])
    assert numbers(found) == [1, 2, 3]
    assert notice.code == "lap_numbers_repeat"


def test_two_complete_laps_of_one_number_stay_two_laps() -> None:
    found, _ = one_lap_per_number(laps((1, True), (1, True)))
    assert numbers(found) == [1, 2]
