"""Sessions of the library: insert whole, list, look up, edit the user's words."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update
from uuid_utils import compat as uuid_utils

from apexlab_desktop.analysis.types import DeclaredLap, Lap, Notice, RawSession, Severity, StartLine
from apexlab_desktop.store import raw_sessions
from apexlab_desktop.store.database import driver_connection
from apexlab_desktop.store.models import LapRow, SessionRow, UserFactRow
from apexlab_desktop.store.records import LibraryStats, SessionSummary

MICROSECONDS = 1_000_000
SESSION = SessionRow.__table__  # type: ignore[attr-defined]  # SQLModel does not type its tables
LAP = LapRow.__table__  # type: ignore[attr-defined]  # as above
USER_FACT = UserFactRow.__table__  # type: ignore[attr-defined]  # as above

_SUMMARY_COLUMNS = tuple(
    SESSION.c[name]
    for name in (
        "id", "file_name", "title", "track", "vehicle", "driver", "format", "start_time_us",
        "imported_at_us", "duration_s", "n_laps", "n_clean", "best_lap_s", "length_m",
        "quality_grade", "max_speed_mps", "outline_json", "lap_gaps_json", "note", "tags_json",
        "sha256", "file_size_bytes", "stored_bytes", "is_archived", "is_demo",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """The imported file, which itself is never touched."""

    name: str
    sha256: str
    size_bytes: int
    is_demo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedFacts:
    """What the analysis of one version found; recomputed when the version is old."""

    analysis_version: int
    notices: tuple[Notice, ...]
    laps: tuple[Lap, ...]
    duration_s: float
    n_laps: int
    n_clean: int
    best_lap_s: float | None
    length_m: float | None
    quality_grade: str
    max_speed_mps: float | None
    outline: tuple[tuple[float, float], ...]
    lap_gaps_s: tuple[float | None, ...]
    outline_speeds_mps: tuple[float | None, ...] = ()


def new_id() -> str:
    """Return a UUIDv7."""
    return str(uuid_utils.uuid7())


def insert_session(
    connection: Connection, file: FileFacts, raw: RawSession, derived: DerivedFacts
) -> str:
    """Write one session wholly inside the caller's transaction and return its id."""
    session_id = new_id()
    connection.execute(
        insert(SESSION).values(
            id=session_id,
            stored_bytes=0,
            note="",
            tags_json="[]",
            is_archived=False,
            is_demo=file.is_demo,
            imported_at_us=time.time_ns() // 1000,
            **_file_columns(file),
            **_raw_columns(raw),
            **_derived_columns(derived),
        )
    )
    _insert_laps(connection, session_id, derived.laps)
    stored = raw_sessions.write_groups(driver_connection(connection), session_id, raw.groups)
    connection.execute(
        update(SESSION).where(SESSION.c.id == session_id).values(stored_bytes=stored)
    )
    return session_id


def replace_derived(connection: Connection, session_id: str, derived: DerivedFacts) -> None:
    """Replace what an older analysis found; the user's facts stay."""
    connection.execute(
        update(SESSION).where(SESSION.c.id == session_id).values(**_derived_columns(derived))
    )
    connection.execute(delete(LAP).where(LAP.c.session_id == session_id))
    _insert_laps(connection, session_id, derived.laps)


def find_id(connection: Connection, *, sha256: str) -> str | None:
    """Return the id of the session with this content, or None."""
    row = connection.execute(select(SESSION.c.id).where(SESSION.c.sha256 == sha256)).first()
    return None if row is None else str(row[0])


def find_demo_id(connection: Connection) -> str | None:
    """Return the id of the demo session, or None before its first use."""
    row = connection.execute(select(SESSION.c.id).where(SESSION.c.is_demo.is_(True))).first()
    return None if row is None else str(row[0])


def resolve_id(connection: Connection, text: str) -> str | None:
    """Return the session whose id is `text`, or the only one whose id or hash starts with it."""
    if len(text) < 4 or not all(c in "0123456789abcdefABCDEF-" for c in text):
        return None
    lower = text.lower()
    rows = connection.execute(
        select(SESSION.c.id)
        .where(SESSION.c.id.startswith(lower) | SESSION.c.sha256.startswith(lower))
        .limit(2)
    ).all()
    return str(rows[0][0]) if len(rows) == 1 else None


def list_summaries(connection: Connection, *, archived: bool = False) -> list[SessionSummary]:
    """Return the sessions, newest run first."""
    newest = func.coalesce(SESSION.c.start_time_us, SESSION.c.imported_at_us).desc()
    rows = connection.execute(
        select(*_SUMMARY_COLUMNS)
        .where(SESSION.c.is_archived == archived)
        .order_by(newest, SESSION.c.id)
    ).mappings()
    return [_summary(row) for row in rows]


def get_summary(connection: Connection, session_id: str) -> SessionSummary | None:
    """Return one session's summary, archived or not."""
    row = (
        connection.execute(select(*_SUMMARY_COLUMNS).where(SESSION.c.id == session_id))
        .mappings()
        .first()
    )
    return None if row is None else _summary(row)


def stats(connection: Connection) -> LibraryStats:
    """Return the figures of the library's head line; archived sessions are left out."""
    kept = SESSION.c.is_archived.is_(False)
    n, laps, size = connection.execute(
        select(
            func.count(),
            func.coalesce(func.sum(SESSION.c.n_laps), 0),
            func.coalesce(func.sum(SESSION.c.stored_bytes), 0),
        ).where(kept)
    ).one()
    tracks = tuple(
        str(row[0])
        for row in connection.execute(
            select(SESSION.c.track).distinct().where(kept, SESSION.c.track != "").order_by("track")
        )
    )
    return LibraryStats(
        n_sessions=n, n_laps=laps, n_tracks=len(tracks), stored_bytes=size, tracks=tracks
    )


def set_columns(connection: Connection, session_id: str, **values: Any) -> bool:
    """Write the user's columns (note, tags, archive); return whether the session exists."""
    done = connection.execute(update(SESSION).where(SESSION.c.id == session_id).values(**values))
    return done.rowcount == 1


def set_tags(connection: Connection, session_id: str, tags: Sequence[str]) -> bool:
    """Write the tags, without repeats, in the order given."""
    return set_columns(
        connection, session_id, tags_json=json.dumps(list(dict.fromkeys(tags)), ensure_ascii=False)
    )


def set_fact(connection: Connection, session_id: str, subject: str, value: Any) -> None:
    """Keep a decision of the user; None takes it back."""
    connection.execute(
        delete(USER_FACT).where(
            USER_FACT.c.session_id == session_id, USER_FACT.c.subject == subject
        )
    )
    if value is not None:
        connection.execute(
            insert(USER_FACT).values(
                session_id=session_id,
                subject=subject,
                value_json=json.dumps(value),
                changed_at_us=time.time_ns() // 1000,
            )
        )


def facts(connection: Connection, session_id: str) -> dict[str, Any]:
    """Return every decision of the user about a session, by subject."""
    rows = connection.execute(
        select(USER_FACT.c.subject, USER_FACT.c.value_json).where(
            USER_FACT.c.session_id == session_id
        )
    )
    return {subject: json.loads(value) for subject, value in rows}


def analysis_version(connection: Connection, session_id: str) -> int:
    """Return the version of the analysis that made the stored laps."""
    return int(
        connection.execute(
            select(SESSION.c.analysis_version).where(SESSION.c.id == session_id)
        ).scalar_one()
    )


def load_raw(
    connection: Connection, session_id: str, *, names: frozenset[str] | None = None
) -> RawSession:
    """Return a session's raw data as it was imported, digit for digit.

    Parameters
    ----------
    connection : Connection
    session_id : str
    names : frozenset of str or None
        Channels to read; None reads all.
    """
    row = connection.execute(select(SESSION).where(SESSION.c.id == session_id)).mappings().one()
    return RawSession(
        format=row["format"],
        format_version=row["format_version"],
        start_time_utc=_time(row["start_time_us"]),
        n_samples=row["n_samples"],
        groups=raw_sessions.read_groups(driver_connection(connection), session_id, names),
        laps_declared=tuple(DeclaredLap(**lap) for lap in json.loads(row["laps_declared_json"])),
        start_line=_start_line(json.loads(row["start_line_json"])),
        segment_starts_us=tuple(json.loads(row["segment_starts_json"])),
        is_sim=row["is_sim"],
        metadata=json.loads(row["metadata_json"]),
        notices=tuple(_notice(item) for item in json.loads(row["importer_notices_json"])),
    )


def _start_line(value: dict[str, float] | None) -> StartLine | None:
    return None if value is None else StartLine(**value)


def _notice(value: dict[str, Any]) -> Notice:
    return Notice(**{**value, "severity": Severity(value["severity"])})


def _file_columns(file: FileFacts) -> dict[str, Any]:
    return {"sha256": file.sha256, "file_name": file.name, "file_size_bytes": file.size_bytes}


def _raw_columns(raw: RawSession) -> dict[str, Any]:
    words = raw.metadata
    return {
        "format": raw.format,
        "format_version": raw.format_version,
        "n_samples": raw.n_samples,
        "is_sim": raw.is_sim,
        "start_time_us": _microseconds(raw.start_time_utc),
        "metadata_json": json.dumps(dict(words), ensure_ascii=False),
        "laps_declared_json": json.dumps([asdict(lap) for lap in raw.laps_declared]),
        "start_line_json": json.dumps(asdict(raw.start_line) if raw.start_line else None),
        "segment_starts_json": json.dumps(list(raw.segment_starts_us)),
        "importer_notices_json": _notices_json(raw.notices),
        "title": words.get("title", ""),
        "track": words.get("track", ""),
        "vehicle": words.get("vehicle", ""),
        "driver": words.get("driver", ""),
    }


def _derived_columns(derived: DerivedFacts) -> dict[str, Any]:
    return {
        "analysis_version": derived.analysis_version,
        "analysis_notices_json": _notices_json(derived.notices),
        "duration_s": derived.duration_s,
        "n_laps": derived.n_laps,
        "n_clean": derived.n_clean,
        "best_lap_s": derived.best_lap_s,
        "length_m": derived.length_m,
        "quality_grade": derived.quality_grade,
        "max_speed_mps": derived.max_speed_mps,
        "outline_json": json.dumps(_outline_points(derived)),
        "lap_gaps_json": json.dumps(derived.lap_gaps_s),
    }


def _outline_points(derived: DerivedFacts) -> list[tuple[float | None, ...]]:
    """Return the points of the outline, each with its speed where that is known."""
    if not derived.outline_speeds_mps:
        return [*derived.outline]
    pairs = zip(derived.outline, derived.outline_speeds_mps, strict=True)
    return [(*point, speed) for point, speed in pairs]


def _notices_json(notices: Sequence[Notice]) -> str:
    return json.dumps([asdict(notice) for notice in notices], ensure_ascii=False)


def _insert_laps(connection: Connection, session_id: str, laps: Sequence[Lap]) -> None:
    rows = []
    for index, lap in enumerate(laps):
        row = asdict(lap)
        row["reasons_json"] = json.dumps(row.pop("reasons"))
        rows.append({"session_id": session_id, "lap_index": index, **row})
    if rows:
        connection.execute(insert(LAP), rows)


def _summary(row: RowMapping) -> SessionSummary:
    values = dict(row)
    points = json.loads(values.pop("outline_json"))
    return SessionSummary(
        start_time_utc=_time(values.pop("start_time_us")),
        imported_at_utc=_time(values.pop("imported_at_us")),
        outline=tuple((point[0], point[1]) for point in points),
        outline_speeds_mps=tuple(point[2] for point in points if len(point) > 2),
        lap_gaps_s=tuple(json.loads(values.pop("lap_gaps_json"))),
        tags=tuple(json.loads(values.pop("tags_json"))),
        **values,
    )


def _time(microseconds: int | None) -> datetime | None:
    if microseconds is None:
        return None
    seconds, rest = divmod(microseconds, MICROSECONDS)
    return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=rest)


def _microseconds(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    whole = moment.replace(microsecond=0)
    return round(whole.timestamp()) * MICROSECONDS + moment.microsecond
