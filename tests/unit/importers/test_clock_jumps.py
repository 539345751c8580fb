"""Jumps of the clock: undone where the file proves them, against the times of the generator."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from apexlab_desktop import synth
from apexlab_desktop.analysis.types import Notice, RawSession, Severity
from apexlab_desktop.importers import registry
from apexlab_desktop.synth import SyntheticSession
from tests.unit.importers import files

HOUR_S, DAY_S, WEEK_S = 3_600.0, 86_400.0, 604_800.0
TIMESTAMP, FRAGMENT, LAP, ELAPSED, DISTANCE = range(5)
HEAD_ROWS = 3
AT_S = 120.013
"""In the middle of the first timed lap."""
PARKED_AT_S = 2.0
MILLISECOND_S = 1e-3


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A clock that jumps by `by_s` after `at_s` (session time), and which columns it drives."""

    by_s: float
    at_s: float = AT_S
    columns: tuple[int, ...] = (TIMESTAMP,)
    missing: tuple[int, ...] = ()
    is_new_fragment: bool = False


def exported(session: SyntheticSession) -> list[str]:
    return synth.file_bytes(session, "racechrono").decode().split("\r\n")


def head_of(lines: list[str]) -> int:
    return next(k for k, line in enumerate(lines) if line.startswith("timestamp,")) + HEAD_ROWS


def jumped(lines: list[str], session: SyntheticSession, *clocks: Clock) -> list[str]:
    """Return the file as it is with these clocks."""
    first = head_of(lines)
    epoch_s = session.start_time_utc.timestamp()
    changed = lines[:first]
    for line in lines[first:]:
        cells = line.split(",")
        for clock in clocks if line else ():
            for column in clock.missing:
                cells[column] = ""
            if float(line.split(",")[TIMESTAMP]) - epoch_s <= clock.at_s:
                continue
            for column in clock.columns:
                cells[column] = f"{float(cells[column]) + clock.by_s:.3f}"
            cells[FRAGMENT] = "1" if clock.is_new_fragment else cells[FRAGMENT]
        changed.append(",".join(cells))
    return changed


def fixes_alone(lines: list[str], session: SyntheticSession) -> list[str]:
    """Return the file of a receiver without any other device."""
    first = head_of(lines)
    epoch_s = session.start_time_utc.timestamp()
    fixes = {round((epoch_s + at_s) * 1e3) for at_s in session.gps.time_s}
    rows = [line for line in lines[first:] if line]
    kept = [line for line in rows if round(float(line.split(",")[0]) * 1e3) in fixes]
    return [*lines[:first], *kept, ""]


def load(tmp_path: Path, lines: list[str]) -> RawSession:
    return registry.load(files.write(tmp_path / "session.csv", "\r\n".join(lines)))


def lap_times_s(raw: RawSession) -> dict[int, float]:
    return {
        lap.number: (lap.end_us - lap.start_us) * 1e-6
        for lap in raw.laps_declared
        if lap.is_complete
    }


def notice_of(raw: RawSession, code: str) -> Notice | None:
    return next((notice for notice in raw.notices if notice.code == code), None)


@pytest.fixture(scope="module")
def session() -> SyntheticSession:
    return synth.generate("club-short", 2, 10.0, seed=3, noise="none")


@pytest.fixture(scope="module")
def lines(session: SyntheticSession) -> list[str]:
    return exported(session)


def assert_true_laps(raw: RawSession, session: SyntheticSession) -> None:
    found = lap_times_s(raw)
    timed = [lap for lap in session.truth.laps if lap.kind == "timed"]
    assert [lap.number for lap in timed] == list(found)
    for lap in timed:
        assert found[lap.number] == pytest.approx(lap.end_s - lap.start_s, abs=MILLISECOND_S)


@pytest.mark.parametrize(
    "by_s",
    [-DAY_S, -WEEK_S, -1_024 * WEEK_S, -HOUR_S, -0.5, -1.0, 0.5, 1.0, HOUR_S, DAY_S, WEEK_S],
)
@pytest.mark.parametrize(
    ("columns", "missing"),
    [((TIMESTAMP,), ()), ((TIMESTAMP,), (ELAPSED, DISTANCE)), ((TIMESTAMP, ELAPSED), ())],
)
def test_a_jump_of_the_clock_leaves_the_true_lap_times(
    tmp_path: Path,
    lines: list[str],
    session: SyntheticSession,
    by_s: float,
    columns: tuple[int, ...],
    missing: tuple[int, ...],
) -> None:
    clock = Clock(by_s=by_s, columns=columns, missing=missing)
    raw = load(tmp_path, jumped(lines, session, clock))
    assert_true_laps(raw, session)
    notice = notice_of(raw, "clock_jump_undone")
    assert notice is not None
    assert notice.severity is Severity.REPAIRED
    assert notice.count == 1
    assert notice.first_s == notice.last_s == pytest.approx(AT_S, abs=0.05)
    assert raw.start_time_utc == session.start_time_utc
    assert raw.segment_starts_us == ()


@pytest.mark.parametrize("by_s", [-7.25, 13.7])
def test_the_time_since_the_start_tells_a_jump_of_any_size(
    tmp_path: Path, lines: list[str], session: SyntheticSession, by_s: float
) -> None:
    assert_true_laps(load(tmp_path, jumped(lines, session, Clock(by_s=by_s))), session)


def test_a_jump_of_any_size_is_known_as_well_as_the_way(
    tmp_path: Path, lines: list[str], session: SyntheticSession
) -> None:
    clock = Clock(by_s=13.7, missing=(ELAPSED, DISTANCE))
    raw = load(tmp_path, jumped(lines, session, clock))
    notice = notice_of(raw, "clock_jump_undone")
    assert notice is not None
    assert " known to " in notice.detail
    truth = session.truth.laps[1]
    # Positions are written to a centimetre: half a millisecond at this pace, twice.
    assert lap_times_s(raw)[1] == pytest.approx(truth.end_s - truth.start_s, abs=2e-3)


def test_several_jumps_are_undone_each(
    tmp_path: Path, lines: list[str], session: SyntheticSession
) -> None:
    clocks = (Clock(by_s=HOUR_S), Clock(by_s=-HOUR_S, at_s=150.0), Clock(by_s=-1.0, at_s=200.013))
    raw = load(tmp_path, jumped(lines, session, *clocks))
    assert_true_laps(raw, session)
    notice = notice_of(raw, "clock_jump_undone")
    assert notice is not None
    assert notice.count == 3
    assert notice.first_s == pytest.approx(AT_S, abs=0.05)
    assert notice.last_s == pytest.approx(200.013, abs=0.05)
    assert "on by an hour, back by an hour, back by 1 s" in notice.detail


@pytest.mark.parametrize("rate_hz", [1.0, 5.0, 18.0, 25.0])
@pytest.mark.parametrize("by_s", [-DAY_S, HOUR_S, -0.5])
@pytest.mark.parametrize("noise", ["none", "consumer"])
def test_a_receiver_alone_keeps_its_beat_over_a_jump(
    tmp_path: Path, rate_hz: float, by_s: float, noise: str
) -> None:
    session = synth.generate("kart-bowl", 2, rate_hz, seed=4, noise=noise)
    lines = fixes_alone(exported(session), session)
    clock = Clock(by_s=by_s, at_s=90.013, missing=(ELAPSED,))
    raw = load(tmp_path, jumped(lines, session, clock))
    assert notice_of(raw, "clock_jump_undone") is not None
    plain_us = load(tmp_path, lines).groups[0].time_us
    assert np.abs(raw.groups[0].time_us - plain_us).max() <= MILLISECOND_S * 1e6


@pytest.mark.parametrize("missing", [(), (ELAPSED,)])
def test_a_pause_with_a_parked_car_stays_a_pause(
    tmp_path: Path, lines: list[str], session: SyntheticSession, missing: tuple[int, ...]
) -> None:
    clock = Clock(by_s=HOUR_S, at_s=PARKED_AT_S, missing=missing)
    raw = load(tmp_path, jumped(lines, session, clock))
    assert notice_of(raw, "clock_jump_undone") is None
    (resumed_us,) = raw.segment_starts_us
    assert resumed_us * 1e-6 == pytest.approx(HOUR_S + PARKED_AT_S, abs=0.06)


def test_a_new_fragment_is_a_pause_wherever_the_car_is(
    tmp_path: Path, lines: list[str], session: SyntheticSession
) -> None:
    raw = load(tmp_path, jumped(lines, session, Clock(by_s=HOUR_S, is_new_fragment=True)))
    assert notice_of(raw, "clock_jump_undone") is None
    interrupted = notice_of(raw, "laps_interrupted")
    assert interrupted is not None
    assert interrupted.first_s == pytest.approx(session.truth.laps[1].start_s, abs=0.05)
    assert interrupted.last_s == pytest.approx(session.truth.laps[1].end_s + HOUR_S, abs=0.05)


def test_a_parked_car_proves_a_day_back_but_no_odd_time(
    tmp_path: Path, lines: list[str], session: SyntheticSession
) -> None:
    clock = Clock(by_s=-DAY_S, at_s=PARKED_AT_S, missing=(ELAPSED,))
    raw = load(tmp_path, jumped(lines, session, clock))
    assert notice_of(raw, "clock_jump_undone") is not None
    clock = Clock(by_s=-1_234.5, at_s=PARKED_AT_S, missing=(ELAPSED,))
    raw = load(tmp_path, jumped(lines, session, clock))
    back = notice_of(raw, "clock_set_back")
    assert back is not None
    assert back.first_s == back.last_s == pytest.approx(PARKED_AT_S, abs=0.06)


def test_a_gap_in_which_the_car_drove_on_is_no_jump(
    tmp_path: Path, lines: list[str], session: SyntheticSession
) -> None:
    first = head_of(lines)
    epoch_s = session.start_time_utc.timestamp()
    kept = [
        line
        for line in lines[first:]
        if not line or not AT_S < float(line.split(",")[0]) - epoch_s < AT_S + 1.5
    ]
    raw = load(tmp_path, lines[:first] + kept)
    assert notice_of(raw, "clock_jump_undone") is None
    assert_true_laps(raw, session)


def test_rows_written_late_are_sorted_not_shifted(
    tmp_path: Path, lines: list[str], session: SyntheticSession
) -> None:
    first = head_of(lines)
    late = lines.copy()
    for row in range(first + 1_500, len(late) - 300, 400):
        late[row], late[row + 1] = late[row + 1], late[row]
    raw = load(tmp_path, late)
    assert notice_of(raw, "clock_jump_undone") is None
    assert notice_of(raw, "rows_sorted_by_time") is not None
    assert_true_laps(raw, session)


def test_an_early_clock_gives_way_to_the_later_one(
    tmp_path: Path, session: SyntheticSession
) -> None:
    rolling = synth.generate("kart-bowl", 2, 10.0, seed=4, noise="none", out_lap=False)
    lines = exported(rolling)
    clock = Clock(by_s=HOUR_S, at_s=3.0)
    raw = load(tmp_path, jumped(lines, rolling, clock))
    assert raw.start_time_utc is not None
    late_s = (raw.start_time_utc - rolling.start_time_utc).total_seconds()
    assert late_s == pytest.approx(HOUR_S, abs=0.1)
