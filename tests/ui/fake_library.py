"""A library of invented sessions behind the window's own protocol; seeded, no disk, no clock."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.debrief import debrief
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    BoundaryReason,
    ComparedLap,
    Comparison,
    DataQuality,
    FloatArray,
    Lap,
    LapKind,
    Notice,
    RawSession,
    Severity,
    StartLine,
    Trajectory,
)
from apexlab_desktop.app.debriefing import SessionDebrief
from apexlab_desktop.app.optimal import OptimalSession
from apexlab_desktop.app.records import (
    ImportOutcome,
    ImportStatus,
    LapRef,
    LibraryStats,
    OpenedSession,
    SessionSummary,
    Worksheet,
)
from apexlab_desktop.app.start_lines import PlaceOnTrack, start_line_across
from apexlab_desktop.errors import AnalysisError, StoreError
from apexlab_desktop.ui.use_cases import Lines
from tests.ui.comparison_fixture import make_comparison, track_line
from tests.ui.invented_corners import invented_corners, invented_passes
from tests.ui.invented_optimal import invented_optimal

LAP_LENGTH_M = 3_200.0
BEST_S = 80.930
LAP_TIMES_S = (84.853, 82.152, 81.893, 82.055, 80.930, 81.916, 81.450, 83.708, 81.648, 81.254,
               82.552, 81.310, 81.760, 86.100)  # fmt: skip
REASONS: dict[int, tuple[str, ...]] = {8: ("gap",), 11: ("slow",)}
DEMO_ID = "demo"
RUN_3 = "run-3"

_TRACKS = {
    "Ridgeline Park": (3_200.0, ((2, 0.34), (3, 0.16), (5, 0.05))),
    "Harbour Ring": (4_410.0, ((2, 0.12), (3, 0.22), (4, 0.08))),
    "Kestrel Hill": (2_205.0, ((3, 0.30), (2, 0.05), (5, 0.10))),
    "Moor Lane": (1_760.0, ((2, 0.30), (4, 0.12), (3, 0.04))),
}
_ROWS = (
    # id, start, track, car, laps, clean, best, tags
    (RUN_3, (2026, 6, 14, 10, 42), "Ridgeline Park", "MX-5 ND", 12, 10, 80.930,
     ("record", "new tyres")),
    ("run-2", (2026, 6, 14, 9, 35), "Ridgeline Park", "MX-5 ND", 12, 9, 81.506, ()),
    ("run-1", (2026, 6, 14, 8, 50), "Ridgeline Park", "MX-5 ND", 9, 7, 82.871, ("traffic",)),
    ("harbour-2", (2026, 6, 6, 16, 10), "Harbour Ring", "MX-5 ND", 18, 15, 107.284, ("record",)),
    ("harbour-1", (2026, 6, 6, 14, 55), "Harbour Ring", "MX-5 ND", 16, 12, 108.020, ()),
    ("ridge-7", (2026, 5, 31, 15, 10), "Ridgeline Park", "MX-5 ND", 17, 14, 81.742, ("coach day",)),
    ("kestrel-3", (2026, 5, 17, 11, 20), "Kestrel Hill", "GR86", 21, 18, 58.447, ()),
    ("kestrel-2", (2026, 5, 17, 10, 5), "Kestrel Hill", "GR86", 19, 17, 58.237, ("record",)),
    ("kestrel-1", (2026, 5, 17, 9, 10), "Kestrel Hill", "GR86", 8, 5, 64.915, ("traffic",)),
    ("ridge-6", (2026, 5, 10, 13, 5), "Ridgeline Park", "MX-5 ND", 15, 12, 82.311, ()),
    ("ridge-5", (2026, 4, 19, 13, 48), "Ridgeline Park", "MX-5 ND", 13, 11, 82.064, ()),
    ("ridge-4", (2026, 4, 19, 11, 2), "Ridgeline Park", "MX-5 ND", 11, 9, 82.690, ()),
    ("moor-1", (2025, 9, 28, 14, 20), "Moor Lane", "GR86", 24, 20, 66.102, ("new tyres",)),
    ("ridge-3", (2025, 9, 7, 10, 15), "Ridgeline Park", "MX-5 ND", 10, 8, 83.351, ()),
)  # fmt: skip


def _radius(angle: FloatArray, waves: Sequence[tuple[int, float]]) -> FloatArray:
    radius = np.ones_like(angle)
    for n, size in waves:
        radius += size * np.cos(n * angle + n)
    return radius


@cache
def outline(track: str) -> tuple[tuple[float, float], ...]:
    if track == "Ridgeline Park":
        line = track_line()
        x, y = line.x_m[:: len(line.x_m) // 62], line.y_m[:: len(line.y_m) // 62]
    else:
        angle = np.linspace(0.0, 2.0 * math.pi, 64)
        radius = _radius(angle, _TRACKS[track][1])
        x, y = 1.6 * radius * np.cos(angle), radius * np.sin(angle)
    size = max(np.ptp(x), np.ptp(y))
    unit = np.column_stack(((x - x.min()) / size, (y - y.min()) / size))
    return tuple((float(a), float(b)) for a, b in unit)


@cache
def outline_speeds(track: str) -> tuple[float, ...]:
    """Return speeds that are low where the outline turns."""
    points = np.array(outline(track))
    before, after = np.roll(points, 1, axis=0), np.roll(points, -1, axis=0)
    bend = np.hypot(*(before + after - 2.0 * points).T) / np.hypot(*(after - before).T)
    smooth = np.convolve(np.r_[bend, bend, bend], np.ones(5) / 5.0, mode="same")
    return tuple(float(v) for v in 58.6 / (1.0 + 6.0 * smooth[len(bend) : 2 * len(bend)]))


def _utc(start: tuple[int, int, int, int, int]) -> datetime:
    year, month, day, hour, minute = start
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def summary(row: tuple[Any, ...]) -> SessionSummary:
    identifier, start, track, car, n_laps, n_clean, best, tags = row
    rng = np.random.default_rng(sum(map(ord, identifier)))
    gaps: list[float | None] = [float(g) for g in rng.gamma(2.0, 0.4, n_laps)]
    for n in rng.choice(n_laps, n_laps - n_clean, replace=False):
        gaps[n] = None
    counted = [n for n, gap in enumerate(gaps) if gap is not None]
    gaps[counted[len(counted) // 2]] = 0.0
    note = "Front pressures 0.1 bar down after run 2. Car calmer over the crest into Mill."
    return SessionSummary(
        id=identifier, file_name=f"session_{identifier}_v3.csv", title="", track=track, vehicle=car,
        driver="", format="racechrono-csv", start_time_utc=_utc(start), imported_at_utc=_utc(start),
        duration_s=n_laps * best * 1.03,
        n_laps=n_laps, n_clean=n_clean, best_lap_s=best, length_m=_TRACKS[track][0],
        quality_grade="A", max_speed_mps=58.6, outline=outline(track),
        outline_speeds_mps=outline_speeds(track), lap_gaps_s=tuple(gaps),
        note=note if identifier == RUN_3 else "", tags=tags, sha256="4be1" + "0" * 56 + "c3d2",
        file_size_bytes=4_800_000, stored_bytes=1_900_000,
    )  # fmt: skip


def session_laps() -> tuple[Lap, ...]:
    made, start = [], 12.0
    for number, time_s in enumerate(LAP_TIMES_S, start=1):
        kind = LapKind.OUT if number == 1 else LapKind.IN if number == 14 else LapKind.TIMED
        reasons = REASONS.get(number, ())
        is_clean = kind is LapKind.TIMED and not reasons
        is_edge = kind is not LapKind.TIMED
        made.append(
            Lap(
                number=number, kind=kind, start_s=start, end_s=start + time_s,
                lap_time_s=None if is_edge else time_s, length_m=LAP_LENGTH_M, is_valid=not is_edge,
                is_clean=is_clean, start_reason=BoundaryReason.CROSSING,
                end_reason=BoundaryReason.CROSSING, reasons=reasons,
            )
        )  # fmt: skip
        start += time_s
    return tuple(made)


def trajectory() -> Trajectory:
    time_s = np.arange(0.0, 12.0 + sum(LAP_TIMES_S), 0.2)
    base, share = _base()
    driven = np.interp((time_s / BEST_S) % 1.0, share, base.laps[0].channels["speed_mps"])
    rng = np.random.default_rng(3)
    speed = driven * (1.0 - 0.012 * rng.random(len(LAP_TIMES_S) + 1)[(time_s // 82.0).astype(int)])
    zero = np.zeros_like(time_s)
    line = track_line()
    station_m = np.interp((time_s / BEST_S) % 1.0, share, line.station_m)
    x_m = np.interp(station_m, line.station_m, line.x_m)
    y_m = np.interp(station_m, line.station_m, line.y_m)
    return Trajectory(
        time_s=time_s, x_m=x_m, y_m=y_m, origin_lat_deg=None, origin_lon_deg=None,
        speed_mps=speed, course_rad=zero, accel_long_mps2=zero, accel_lat_mps2=zero,
        curvature_per_m=zero, odometer_m=np.cumsum(speed) * 0.2,
        segment=np.zeros(len(time_s), dtype=np.int64), is_interpolated=np.zeros(len(time_s), bool),
        rate_hz=5.0, position_sigma_m=0.5,
    )  # fmt: skip


def opened(session: SessionSummary) -> OpenedSession:
    all_laps = session_laps()
    raw = RawSession(
        format="racechrono-csv", start_time_utc=session.start_time_utc,
        metadata={
            "track": session.track, "vehicle": session.vehicle, "driver": session.driver,
        },
    )  # fmt: skip
    analysed = AnalysedSession(
        raw=raw, trajectory=trajectory(), start_line=None, laps=all_laps,
        best_lap=min((x for x in all_laps if x.is_clean), key=lambda lap: lap.lap_time_s or 0),
        quality=DataQuality(score=95.0, grade="A", signal_class="A"), notices=(),
    )  # fmt: skip
    return OpenedSession(
        id=session.id, file=session.file_name, sha256=session.sha256, analysed=analysed,
        summary=session,
    )  # fmt: skip


def _untimed(session: OpenedSession) -> OpenedSession:
    """Return the session as one partial lap."""
    lap = replace(session_laps()[0], kind=LapKind.PARTIAL, lap_time_s=None, is_clean=False)
    return replace(session, analysed=replace(session.analysed, laps=(lap,), best_lap=None))


@cache
def _base(*, has_pedals: bool = False, has_position: bool = True) -> tuple[Comparison, FloatArray]:
    """Return some driven laps, and the time of the first as a share of its lap time."""
    made = make_comparison((1, 2, 3, 4, 5), has_pedals=has_pedals, has_position=has_position)
    time_s = made.laps[0].time_s
    return made, time_s / time_s[-1]


def comparison(
    chosen: Sequence[Lap],
    labels: Sequence[str],
    reference: int,
    *,
    has_pedals: bool = False,
    has_position: bool = True,
) -> Comparison:
    base, _ = _base(has_pedals=has_pedals, has_position=has_position)
    times = [_lap_time(lap) for lap in chosen]
    compared = []
    for lap, label, time_s in zip(chosen, labels, times, strict=True):
        delta = time_s - times[reference]
        driven = base.laps[lap.number % 5].channels
        speed = driven["speed_mps"] * (float(base.laps[lap.number % 5].time_s[-1]) / time_s[-1])
        compared.append(
            ComparedLap(
                label=label, lap=lap, gap_s=float(delta[-1]), time_s=time_s, delta_t_s=delta,
                delta_t_sigma_s=np.full_like(time_s, 0.006),
                channels={**driven, "speed_mps": speed},
            )
        )  # fmt: skip
    return replace(base, reference_index=reference, laps=tuple(compared))


def _lap_time(lap: Lap) -> FloatArray:
    _, share = _base()
    phase = 2.0 * math.pi * share
    wobble = 0.12 * np.sin(phase * (1 + lap.number % 3)) * np.sin(phase / 2.0)
    return share * (lap.lap_time_s or 90.0) + wobble


NOTICES = (
    Notice(code="header_oddity", severity=Severity.INFO,
           detail="the header names the driver twice"),
    Notice(code="gaps_filled", severity=Severity.REPAIRED, count=1, first_s=301.2, last_s=301.8,
           detail="no satellites for 0.6 s; drawn dashed, the lap still counts"),
    Notice(code="repeated_rows_dropped", severity=Severity.REPAIRED, count=212,
           detail="rows that say the same at the same time"),
    Notice(code="variable_not_kept", severity=Severity.IGNORED, channel="device_battery_level",
           detail="text, not numbers"),
    Notice(code="sign_flipped", severity=Severity.REPAIRED, channel="lateral acceleration",
           count=130_412, detail="mirrored in the file (correlation \u22120.97 with the motion)"),
)  # fmt: skip


class FakeLibrary:
    """The window's use-cases, over lists in memory.

    Attributes
    ----------
    calls : list
        Names of the use-cases called, in order.
    gate : threading.Event
        While clear, imports wait half way.
    """

    def __init__(self, *, is_empty: bool = False) -> None:
        self._sessions = {} if is_empty else {row[0]: summary(row) for row in _ROWS}
        self.calls: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.compare_error: Exception | None = None
        self.judge_error: Exception | None = None
        self.corner_names: dict[str, tuple[str, str]] = {}
        self.other_layouts: set[str] = set()
        self.report_error: Exception | None = None
        self.worksheets: tuple[Worksheet, ...] = ()
        self.worksheets_error: Exception | None = None
        self.notices: tuple[Notice, ...] = NOTICES
        self.without_times: set[str] = set()
        self.lines: dict[str, StartLine | None] = {}
        self.sectors: dict[str, tuple[float, ...] | None] = {}
        self.sectors_error: Exception | None = None
        self.optimal_error: Exception | None = None
        self.doubts: tuple[str, ...] = ()
        self.has_pedals = False
        self.has_position = True
        self.quality: DataQuality | None = None
        self.starts: dict[str, tuple[int, int, int, int, int]] = {}

    def rename(self, *, track: str, vehicle: str, driver: str) -> None:
        """Give every session other words."""
        self._sessions = {
            k: replace(s, track=track, vehicle=vehicle, driver=driver)
            for k, s in self._sessions.items()
        }

    def list_sessions(self) -> Sequence[SessionSummary]:
        self.calls.append("list_sessions")
        return list(self._sessions.values())

    def library_stats(self) -> LibraryStats:
        sessions = [s for s in self._sessions.values() if not s.is_archived]
        return LibraryStats(
            n_sessions=len(sessions), n_laps=sum(s.n_laps for s in sessions),
            n_tracks=len({s.track for s in sessions}),
            stored_bytes=sum(s.stored_bytes for s in sessions),
        )  # fmt: skip

    def import_session(self, path: Path, progress: Callable[[float], None]) -> ImportOutcome:
        self.calls.append("import_session")
        progress(0.2)
        while not self.gate.wait(0.01):
            progress(0.5)
        progress(0.9)
        if path.suffix == ".bad":
            line = f"{path.name}: expected the line 'RaceChrono' at the top; found a picture (PNG)"
            return ImportOutcome(
                path=str(path), status=ImportStatus.FAILED, error=line,
                error_type="UnsupportedFormatError",
            )  # fmt: skip
        identifier = path.stem
        status = ImportStatus.IMPORTED
        if identifier in self._sessions:
            status = ImportStatus.ALREADY_IMPORTED
        else:
            row = (
                identifier,
                self.starts.get(identifier, (2026, 6, 20, 9, 30)),
                "Ridgeline Park",
                "MX-5 ND",
                12,
                10,
                80.930,
                (),
            )
            self._sessions[identifier] = summary(row)
        return ImportOutcome(
            path=str(path), status=status, session_id=identifier,
            summary=self._sessions[identifier], notices=self.notices, gps_rate_hz=25.0,
            duration_s=1.1,
        )  # fmt: skip

    def open_session(self, session_id: str) -> OpenedSession:
        self.calls.append("open_session")
        if session_id not in self._sessions:
            raise StoreError(expected="a session of the library", found="none", place=session_id)
        made = opened(self._sessions[session_id])
        if self.quality is not None:
            made = replace(made, analysed=replace(made.analysed, quality=self.quality))
        return _untimed(made) if session_id in self.without_times else made

    def compare(
        self, laps: Sequence[LapRef], reference: int, *, is_registered: bool = True
    ) -> Comparison:
        self.calls.append("compare" if is_registered else "compare as recorded")
        if self.compare_error is not None:
            raise self.compare_error
        sessions = {ref.session_id for ref in laps}
        if sessions & self.other_layouts and len(sessions) > 1:
            raise AnalysisError(
                expected="laps of 3200 m", found="laps of 2205 m",
                advice="The sessions were driven on different layouts",
            )  # fmt: skip
        by_number = {lap.number: lap for lap in session_laps()}
        several = len({ref.session_id for ref in laps}) > 1
        labels = [
            f"{r.lap_number} (14 Jun 2026 10:42)" if several else str(r.lap_number) for r in laps
        ]
        return comparison(
            [by_number[ref.lap_number] for ref in laps], labels, reference,
            has_pedals=self.has_pedals, has_position=self.has_position,
        )  # fmt: skip

    def judge(self, session_id: str) -> SessionDebrief:
        self.calls.append("judge")
        if self.judge_error is not None:
            raise self.judge_error
        session = self.open_session(session_id)
        laps = [lap for lap in session.analysed.laps if lap.lap_time_s is not None]
        if not laps:
            return SessionDebrief(session=session, result=None, reasons=("No lap has a time.",))
        compared = comparison(
            laps, [str(lap.number) for lap in laps], 0,
            has_pedals=self.has_pedals, has_position=self.has_position,
        )  # fmt: skip
        corners = tuple(self._named(corner) for corner in invented_corners(compared))
        places_m = self.sectors.get(session_id)
        result = debrief(
            compared, corners, invented_passes(compared, corners), sector_places_m=places_m
        )
        return SessionDebrief(session=session, result=result, sector_places_m=places_m)

    def _named(self, corner: Corner) -> Corner:
        number, name = self.corner_names.get(corner.id, (corner.number, corner.name))
        return replace(corner, number=number or corner.number, name=name)

    def name_corner(self, session_id: str, corner_id: str, *, number: str, name: str) -> None:
        self.calls.append("name_corner")
        self.corner_names[corner_id] = (number, name)

    def ensure_demo_session(self) -> str:
        self.calls.append("ensure_demo_session")
        row = (DEMO_ID, (2026, 6, 1, 10, 0), "Ridgeline Park", "Demo car", 12, 10, 80.930, ())
        self._sessions[DEMO_ID] = replace(summary(row), is_demo=True)
        return DEMO_ID

    def archive_session(self, session_id: str) -> None:
        self.calls.append("archive_session")
        self._sessions[session_id] = replace(self._sessions[session_id], is_archived=True)

    def restore_session(self, session_id: str) -> None:
        self.calls.append("restore_session")
        self._sessions[session_id] = replace(self._sessions[session_id], is_archived=False)

    def set_note(self, session_id: str, text: str) -> None:
        self.calls.append("set_note")
        self._sessions[session_id] = replace(self._sessions[session_id], note=text)

    def set_tags(self, session_id: str, tags: Sequence[str]) -> None:
        self.calls.append("set_tags")
        self._sessions[session_id] = replace(self._sessions[session_id], tags=tuple(tags))

    def start_line_across(self, place: PlaceOnTrack) -> StartLine:
        return start_line_across(place)

    def split_laps(self, lines: Lines) -> Lines:
        self.calls.append("split_laps")
        before = {identifier: self.lines.get(identifier) for identifier in lines}
        self.lines.update(lines)
        return before

    def set_sectors(self, session_id: str, places_m: Sequence[float] | None) -> None:
        self.calls.append("set_sectors")
        if self.sectors_error is not None:
            raise self.sectors_error
        self.sectors[session_id] = None if places_m is None else tuple(places_m)

    def optimal(self, session_id: str) -> OptimalSession:
        self.calls.append("optimal")
        if self.optimal_error is not None:
            raise self.optimal_error
        judged = self.judge(session_id)
        assert judged.result is not None
        return invented_optimal(judged.session, judged.result, reasons=self.doubts)

    def write_report(
        self, session_id: str, out: Path, *, laps: Sequence[int], imperial: bool
    ) -> None:
        self.calls.append("write_report")
        if self.report_error is not None:
            raise self.report_error
        unit = "mph" if imperial else "km/h"
        out.write_text(f"{session_id} {list(laps)} {unit}")

    def list_worksheets(self) -> Sequence[Worksheet]:
        self.calls.append("list_worksheets")
        if self.worksheets_error is not None:
            raise self.worksheets_error
        return tuple(self.worksheets)

    def save_worksheets(self, sheets: Sequence[Worksheet]) -> None:
        self.calls.append("save_worksheets")
        self.worksheets = tuple(sheets)

    def warm_up(self) -> None:
        self.calls.append("warm_up")
