"""The documents of `apexlab trends` and `apexlab versus`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apexlab_desktop.app.analysis_documents import plain
from apexlab_desktop.app.documents import SCHEMA

if TYPE_CHECKING:
    from apexlab_desktop.app.progress import Progress, TwoVisits


def trends_document(found: Progress) -> dict[str, Any]:
    """Return all visits to a track, their trend and what was reached."""
    visits = []
    for visit in found.visits:
        shown = plain(visit)
        start = visit.start_time_utc.isoformat().replace("+00:00", "Z")
        visits.append({**shown, "start_time_utc": start})
    return {
        "schema": SCHEMA,
        "track": found.track,
        "corners": [
            {"id": one.id, "number": one.number, "name": one.name} for one in found.corners
        ],
        "visits": visits,
        "trend": plain(found.trend),
        "stagnation": plain(found.stagnation),
        "milestones": plain(found.milestones),
    }


def versus_document(found: TwoVisits) -> dict[str, Any]:
    """Return two sessions beside each other, the second against the first."""
    return {
        "schema": SCHEMA,
        "files": [found.first.session.file, found.second.session.file],
        "corners": [
            {"id": one.id, "number": one.number, "name": one.name} for one in found.corners
        ],
        "difference": plain(found.difference),
    }
