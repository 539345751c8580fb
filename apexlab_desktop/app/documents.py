"""The JSON documents of the command line: SI, full precision, NaN as null."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from apexlab_desktop.app.layouts import match_session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.types import (
        Channel,
        ChannelGroup,
        ComparedLap,
        Comparison,
        Lap,
        Notice,
        RawSession,
        StoredArray,
    )
    from apexlab_desktop.app.records import ImportOutcome, OpenedSession
    from apexlab_desktop.store.records import SessionSummary

SCHEMA = 1


def laps_document(session: OpenedSession) -> dict[str, Any]:
    """Return the document of `apexlab laps`."""
    analysed = session.analysed
    raw = analysed.raw
    return {
        "schema": SCHEMA,
        "file": session.file,
        "format": raw.format,
        "sha256": session.sha256,
        "start_time_utc": _moment(raw),
        "track": match_session(session).name or None,
        "n_samples": raw.n_samples,
        "laps": [_lap(lap) for lap in analysed.laps],
        "best_lap": analysed.best_lap.number if analysed.best_lap else None,
        "start_line": asdict(analysed.start_line) if analysed.start_line else None,
        "quality": {
            "score": _number(analysed.quality.score),
            "grade": analysed.quality.grade,
            "signal_class": analysed.quality.signal_class,
            "reasons": list(analysed.quality.reasons),
        },
        "notices": notices(analysed.notices),
    }


def inspect_document(raw: RawSession, *, file: str, sha256: str) -> dict[str, Any]:
    """Return the document of `apexlab inspect`."""
    return {
        "schema": SCHEMA,
        "file": file,
        "format": raw.format,
        "format_version": raw.format_version,
        "sha256": sha256,
        "start_time_utc": _moment(raw),
        "n_samples": raw.n_samples,
        "metadata": dict(raw.metadata),
        "groups": [_group(group) for group in raw.groups],
        "laps_declared": [_declared(lap) for lap in raw.laps_declared],
        "start_line": asdict(raw.start_line) if raw.start_line else None,
        "notices": notices(raw.notices),
    }


def compare_document(comparison: Comparison) -> dict[str, Any]:
    """Return the document of `apexlab compare`."""
    return {
        "schema": SCHEMA,
        "reference": comparison.laps[comparison.reference_index].lap.number,
        "laps": [_compared(lap, comparison) for lap in comparison.laps],
        "closure_error_s": comparison.closure_error_s,
        "notices": notices(comparison.notices),
    }


def sessions_document(summaries: Sequence[SessionSummary]) -> dict[str, Any]:
    """Return the document of `apexlab sessions`."""
    return {
        "schema": SCHEMA,
        "sessions": [
            {
                "id": summary.id,
                "file": summary.file_name,
                "track": summary.track or None,
                "start_time_utc": summary.start_time_utc.isoformat().replace("+00:00", "Z")
                if summary.start_time_utc
                else None,
                "n_laps": summary.n_laps,
                "best_lap_s": summary.best_lap_s,
                "sha256": summary.sha256,
            }
            for summary in summaries
        ],
    }


def import_document(outcomes: Sequence[ImportOutcome]) -> dict[str, Any]:
    """Return the document of `apexlab import`."""
    return {
        "schema": SCHEMA,
        "files": [
            {
                "file": outcome.path,
                "session_id": outcome.session_id,
                "status": outcome.status.value,
                "error": outcome.error or None,
            }
            for outcome in outcomes
        ],
    }


def notices(items: Sequence[Notice]) -> list[dict[str, Any]]:
    """Return the receipt as the documents hold it."""
    return [
        {
            "code": notice.code,
            "severity": notice.severity.value,
            "channel": notice.channel or None,
            "count": notice.count,
            "first_s": _number(notice.first_s),
            "last_s": _number(notice.last_s),
            "detail": notice.detail,
        }
        for notice in items
    ]


def _lap(lap: Lap) -> dict[str, Any]:
    return {
        "number": lap.number,
        "kind": lap.kind.value,
        "start_s": lap.start_s,
        "end_s": lap.end_s,
        "lap_time_s": _number(lap.lap_time_s),
        "lap_time_sigma_s": _number(lap.lap_time_sigma_s),
        "length_m": _number(lap.length_m),
        "is_valid": lap.is_valid,
        "is_clean": lap.is_clean,
        "start_reason": lap.start_reason.value,
        "end_reason": lap.end_reason.value,
        "reasons": list(lap.reasons),
    }


def _declared(lap: Any) -> dict[str, Any]:
    return {
        "number": lap.number,
        "start_s": lap.start_us / 1e6,
        "end_s": lap.end_us / 1e6,
        "is_complete": lap.is_complete,
        "lap_time_s": lap.lap_time_s
        if lap.lap_time_s is not None
        else ((lap.end_us - lap.start_us) / 1e6 if lap.is_complete else None),
        "is_valid": lap.is_valid,
        "reason": lap.reason,
    }


def _group(group: ChannelGroup) -> dict[str, Any]:
    return {
        "name": group.name,
        "rate_hz": _number(group.rate_hz),
        "n": int(group.time_us.size),
        "channels": [_channel(channel) for channel in group.channels],
    }


def _channel(channel: Channel) -> dict[str, Any]:
    finite = channel.values[np.isfinite(channel.values)]
    return {
        "name": channel.name,
        "source": channel.source,
        "device": channel.device,
        "vendor_name": channel.vendor_name,
        "unit": channel.unit,
        "vendor_unit": channel.vendor_unit,
        "kind": channel.kind.value,
        "n_valid": int(finite.size),
        "min": _stored(finite.min()) if finite.size else None,
        "max": _stored(finite.max()) if finite.size else None,
    }


def _stored(value: np.generic) -> float:
    """Return the shortest decimal that the stored precision means (11.356, not 11.3559999)."""
    return float(str(value))


def _compared(lap: ComparedLap, comparison: Comparison) -> dict[str, Any]:
    fixed = {
        "lap": lap.lap.number,
        "label": lap.label,
        "lap_time_s": _number(lap.lap.lap_time_s),
        "gap_s": _number(lap.gap_s),
        "distance_m": _numbers(comparison.distance_m),
        "time_s": _numbers(lap.time_s),
        "delta_t_s": _numbers(lap.delta_t_s),
        "delta_t_sigma_s": _numbers(lap.delta_t_sigma_s),
    }
    return fixed | {name: _numbers(values) for name, values in lap.channels.items()}


def _numbers(values: StoredArray) -> list[float | None]:
    listed: list[float | None] = values.tolist()
    if np.isfinite(values).all():
        return listed
    return [_number(value) for value in listed]


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _moment(raw: RawSession) -> str | None:
    start = raw.start_time_utc
    return start.isoformat().replace("+00:00", "Z") if start else None
