"""The JSON document of `apexlab analyze`."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from apexlab_desktop.analysis.config import ANALYSIS_VERSION
from apexlab_desktop.analysis.mini_sectors import seconds_of
from apexlab_desktop.app.corner_documents import corner_entry, pass_entry
from apexlab_desktop.app.documents import SCHEMA, laps_document, notices
from apexlab_desktop.app.optimal_documents import session_document

if TYPE_CHECKING:
    from apexlab_desktop.analysis.debrief import Debrief
    from apexlab_desktop.analysis.sectors import SectorTable
    from apexlab_desktop.analysis.segments_timing import PieceTimes
    from apexlab_desktop.app.debriefing import SessionDebrief
    from apexlab_desktop.app.optimal import OptimalSession


def analyze_document(
    debriefed: SessionDebrief,
    optimum: OptimalSession | None = None,
    optimal_reasons: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return all results of a session and its findings; what is unknown is null.

    Parameters
    ----------
    debriefed : SessionDebrief
    optimum : OptimalSession, optional
        What physics allows on the best lap's line.
    optimal_reasons : tuple of str
        Why there is none.
    """
    document = laps_document(debriefed.session)
    result = debriefed.result
    head = {
        "schema": SCHEMA,
        "analysis_version": ANALYSIS_VERSION,
        "has_sufficient_data": result is not None and result.gains.has_sufficient_data,
        "reasons": list(debriefed.reasons) if result is None else list(result.gains.reasons),
    }
    body = _absent() if result is None else _results(result)
    if result is not None:
        document["notices"] = _joined(document["notices"], notices(result.comparison.notices))
    physics = {
        "optimal": None if optimum is None else session_document(optimum),
        "optimal_reasons": list(optimal_reasons),
    }
    return document | head | body | physics


def _absent() -> dict[str, Any]:
    """Return the results of a session without a lap: the same names, nothing in them."""
    return {
        "length_m": None,
        "corners": [],
        "segments": [],
        "sectors": None,
        "mini_sectors": None,
        "gains": None,
        "ideal_laps": None,
        "consistency": None,
        "corner_consistency": [],
        "corner_grades": [],
        "session_score": None,
        "stints": [],
        "skill": None,
        "flow": None,
        "findings": [],
        "findings_reasons": [],
        "findings_against": None,
        "findings_limits": None,
        "mistakes": [],
        "evidence": {},
    }


def _results(result: Debrief) -> dict[str, Any]:
    return {
        "length_m": float(result.comparison.distance_m[-1]),
        "corners": _corners(result),
        "segments": _segments(result),
        "sectors": _sectors(result),
        "mini_sectors": {
            "boundaries_m": plain(result.mini_sectors.times.boundaries_m),
            "laps": [
                {"number": number, "times_s": row, "classes": [c.value for c in classes]}
                for number, row, classes in zip(
                    result.mini_sectors.times.lap_numbers,
                    seconds_of(result.mini_sectors.times),
                    result.mini_sectors.classes,
                    strict=True,
                )
            ],
        },
        "gains": plain(result.gains),
        "ideal_laps": plain(result.ideal),
        "consistency": plain(result.consistency),
        "corner_consistency": plain(result.corner_consistency),
        "corner_grades": plain(result.technique.grades),
        "session_score": plain(result.technique.score),
        "stints": plain(result.technique.stints),
        "skill": plain(result.technique.skill),
        "flow": plain(result.technique.flow),
        "findings": plain(result.findings.findings),
        "findings_reasons": list(result.findings.reasons),
        "findings_against": result.findings.against,
        "findings_limits": result.findings.limits,
        "mistakes": plain(result.findings.mistakes),
        "evidence": plain(result.findings.evidence),
    }


def _corners(result: Debrief) -> list[dict[str, Any]]:
    """Return the corners as `apexlab corners` has them."""
    clean = {lap.lap.number: lap.lap.is_clean for lap in result.comparison.laps}
    return [
        corner_entry(corner)
        | {
            "laps": [
                {"number": one.lap_number, "is_clean": clean[one.lap_number]} | pass_entry(one)
                for one in result.passes
                if one.corner_id == corner.id
            ]
        }
        for corner in result.corners
    ]


def _segments(result: Debrief) -> list[dict[str, Any]]:
    times: PieceTimes = result.segment_times
    rows = seconds_of(times)
    return [
        plain(segment)
        | {
            "laps": [
                {"number": number, "time_s": row[index]}
                for number, row in zip(times.lap_numbers, rows, strict=True)
            ]
        }
        for index, segment in enumerate(result.segments)
    ]


def _sectors(result: Debrief) -> dict[str, Any]:
    table: SectorTable = result.sectors
    counts = {lap.lap.number: lap.lap.is_clean for lap in result.comparison.laps}
    return {
        "boundaries_m": plain(table.times.boundaries_m),
        "sectors": plain(table.sectors),
        "laps": [
            {
                "number": number,
                "is_clean": counts[number],
                "lap_time_s": int(lap_us) / 1e6,
                "times_s": row,
                "is_personal_best": best.tolist(),
            }
            for number, lap_us, row, best in zip(
                table.times.lap_numbers,
                table.times.lap_us,
                seconds_of(table.times),
                table.is_personal_best,
                strict=True,
            )
        ],
        "composite_time_s": result.ideal.by_sectors.time_s,
        "segment_sources": plain(result.ideal.by_sectors.sources),
    }


def _joined(first: list[dict[str, Any]], more: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return first + [one for one in more if one not in first]


def plain(value: Any) -> Any:
    """Return a result as JSON-able values: dataclasses as objects, NaN as null."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, tuple | list | np.ndarray):
        return [plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
