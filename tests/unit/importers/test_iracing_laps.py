"""Laps of iRacing files from counter, distance and last lap time, packed by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from apexlab_desktop.analysis import session as session_analysis
from apexlab_desktop.analysis.types import DeclaredLap, Lap, LapKind, RawSession
from apexlab_desktop.importers import registry
from tests.unit.importers import ibt_files as ibt

LAP_RECORDS = 600
"""A lap takes exactly 10 s at 60 records a second: 600 m at 60 m/s."""
STEP = 1.0 / LAP_RECORDS


class Recording:
    """Records one after the other: the car drives on, stands, or is put elsewhere."""

    def __init__(self, lap: int, place: float) -> None:
        self.laps: list[int] = []
        self.ratios: list[float] = []
        self.lap, self.place = lap, place

    def drive(self, n: int) -> Recording:
        """Drive `n` records on; the counter follows the line."""
        for _ in range(n):
            self.laps.append(self.lap)
            self.ratios.append(self.place)
            self.place += STEP
            if self.place >= 1.0:
                self.place -= 1.0
                self.lap += 1
        return self

    def stand(self, n: int) -> Recording:
        """Stand still for `n` records."""
        self.laps += [self.lap] * n
        self.ratios += [self.place] * n
        return self

    def leave_car(self) -> Recording:
        """Add the record between leaving the car and sitting in it again."""
        self.laps.append(0)
        self.ratios.append(0.0)
        return self

    def put(self, place: float, lap: int | None = None) -> Recording:
        """Put the car elsewhere."""
        self.place = place
        self.lap = self.lap if lap is None else lap
        return self

    def write(self, path: Path, last_lap_times: list[float] | None = None) -> RawSession:
        """Return the session as imported."""
        variables = ibt.drive(self.laps, self.ratios, last_lap_times=last_lap_times)
        return registry.load(ibt.write(path, variables))


def table(raw: RawSession) -> list[tuple[int, bool]]:
    return [(lap.number, lap.is_complete) for lap in raw.laps_declared]


def durations_s(laps: tuple[DeclaredLap, ...]) -> list[float]:
    return [(lap.end_us - lap.start_us) / 1e6 for lap in laps]


def judged(raw: RawSession) -> dict[int, Lap]:
    laps = session_analysis.analyse(raw).laps
    assert len({lap.number for lap in laps}) == len(laps)
    return {lap.number: lap for lap in laps}


def test_crossings_lie_between_records_where_the_distance_says(tmp_path: Path) -> None:
    # The line is passed 0.3 of a record after the last one before it, each lap.
    raw = Recording(183, 0.5 + 0.7 * STEP).drive(1600).write(tmp_path / "s.ibt")
    assert table(raw) == [(183, False), (184, True), (185, True), (186, False)]
    first = raw.laps_declared[1]
    assert first.start_us == pytest.approx((299 + 0.3) / 60 * 1e6, abs=20)
    assert durations_s(raw.laps_declared[1:3]) == pytest.approx([10.0, 10.0], abs=2e-5)


def test_an_out_lap_that_counts_as_lap_0_leads_to_a_whole_lap_1(tmp_path: Path) -> None:
    recording = Recording(0, 0.1).stand(120).drive(1800)
    raw = recording.write(tmp_path / "s.ibt")
    assert table(raw) == [(0, False), (1, True), (2, True), (3, False)]
    assert raw.segment_starts_us == ()
    laps = judged(raw)
    assert laps[0].kind is LapKind.OUT
    assert [laps[n].kind for n in (1, 2)] == [LapKind.TIMED] * 2
    assert laps[1].lap_time_s == pytest.approx(10.0, abs=2e-5)


def test_lap_0_in_the_garage_is_no_lap(tmp_path: Path) -> None:
    raw = Recording(0, 0.4).stand(60).put(0.1, lap=7).drive(1300).write(tmp_path / "s.ibt")
    assert table(raw) == [(7, False), (8, True), (9, False)]
    assert raw.segment_starts_us == (1_000_000,)


def test_lap_1_that_begins_away_from_the_line_is_no_crossing(tmp_path: Path) -> None:
    # The session goes green while the car stands in its pit box.
    raw = Recording(0, 0.1).stand(60).put(0.1, lap=1).drive(1300).write(tmp_path / "s.ibt")
    assert table(raw) == [(1, False), (2, True), (3, False)]


def test_a_lap_with_a_reset_to_the_pits_is_one_partial_lap(tmp_path: Path) -> None:
    recording = Recording(184, 0.9).drive(900).stand(60).leave_car().put(0.13, lap=186)
    raw = recording.stand(60).drive(1300).write(tmp_path / "s.ibt")
    assert table(raw) == [
        (184, False), (185, True), (186, False), (187, True), (188, False),
    ]  # fmt: skip
    reset = raw.laps_declared[2]
    # From line to line: 240 records driven, 60 standing, the jump, 60 in the pits, 522 to the line.
    assert (reset.end_us - reset.start_us) / 1e6 == pytest.approx(
        (240 + 60 + 1 + 60 + 522) / 60, abs=0.02
    )
    assert len(raw.segment_starts_us) == 2
    lap = judged(raw)[186]
    assert (lap.kind, lap.lap_time_s, lap.is_valid) == (LapKind.PARTIAL, None, False)
    assert "laps_interrupted" in {notice.code for notice in raw.notices}


def test_a_tow_without_leaving_the_car_is_a_joint_too(tmp_path: Path) -> None:
    raw = Recording(5, 0.9).drive(360).put(0.05).drive(700).write(tmp_path / "s.ibt")
    assert table(raw) == [(5, False), (6, False), (7, False)]
    assert raw.segment_starts_us == (6_000_000,)


def test_a_new_session_in_the_same_file_keeps_its_laps_apart(tmp_path: Path) -> None:
    first = Recording(0, 0.5).drive(1600)
    second = Recording(0, 0.5).drive(1600)
    variables = ibt.drive(first.laps + second.laps, first.ratios + second.ratios)
    n = len(first.laps)
    stamps: list[object] = [first_s + k / 60 for first_s in (900.0, 10.0) for k in range(n)]
    variables[0] = ibt.Variable("SessionTime", "double", stamps, "s")
    raw = registry.load(ibt.write(tmp_path / "s.ibt", variables))
    assert table(raw) == [
        (0, False), (1, True), (2, True), (3, False),
        (4, False), (5, True), (6, True), (7, False),
    ]  # fmt: skip
    assert "lap_numbers_repeat" in {notice.code for notice in raw.notices}
    assert len(judged(raw)) == 8


class TestVerdict:
    """LapLastLapTime follows the line by some 0.7 s and is -1 for a lap that does not count."""

    def load(self, tmp_path: Path, stated: list[float]) -> tuple[DeclaredLap, ...]:
        recording = Recording(3, 0.5).drive(1600)
        times = [99.9] * 345 + [stated[0]] * 600 + [stated[1]] * 655
        return recording.write(tmp_path / "s.ibt", times).laps_declared

    def test_the_stated_time_wins_over_the_boundaries(self, tmp_path: Path) -> None:
        laps = self.load(tmp_path, [-1.0, 10.0123])
        assert [lap.lap_time_s for lap in laps] == [None, 10.0123, None, None]
        assert [lap.is_valid for lap in laps] == [False, True, None, None]

    def test_the_time_of_the_lap_before_is_not_taken_twice(self, tmp_path: Path) -> None:
        # Recording ends 0.4 s after the line, before the sim gave the time of the last lap.
        recording = Recording(3, 0.5).drive(1524)
        times = [99.9] * 345 + [-1.0] * 600 + [10.03] * 579
        laps = recording.write(tmp_path / "s.ibt", times).laps_declared
        assert [lap.number for lap in laps] == [3, 4, 5, 6]
        assert laps[2].lap_time_s is None

    def test_a_time_carried_in_is_of_no_lap_here(self, tmp_path: Path) -> None:
        recording = Recording(3, 0.5).drive(400)
        laps = recording.write(tmp_path / "s.ibt", [99.9] * 400).laps_declared
        assert [lap.lap_time_s for lap in laps] == [None, None]
        assert [lap.is_valid for lap in laps] == [None, None]


def test_without_distance_the_counter_alone_tells(tmp_path: Path) -> None:
    recording = Recording(3, 0.5).drive(1600)
    variables = [v for v in ibt.drive(recording.laps, recording.ratios) if v.name != "LapDistPct"]
    raw = registry.load(ibt.write(tmp_path / "s.ibt", variables))
    assert table(raw) == [(3, False), (4, True), (5, True), (6, False)]
    assert durations_s(raw.laps_declared[1:3]) == pytest.approx([10.0, 10.0], abs=1 / 60 + 1e-6)
