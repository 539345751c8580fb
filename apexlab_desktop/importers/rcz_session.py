"""session.json and its companions: words, laps, traps; RaceChrono's numbers for "no value"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from apexlab_desktop.analysis.types import (
    MICROSECONDS_PER_SECOND,
    DeclaredLap,
    Notice,
    Severity,
    StartLine,
)

NO_VALUE_64 = 9_223_372_036_854_775_807
NO_VALUE_32 = 2_147_483_647
POSITION_UNITS_PER_DEG = 6_000_000.0
"""Coordinates are whole 1/100 000 minutes."""
_START_TRAP = 3
_WORDS = {
    "title": ("title", "firstPositionReverseGeocoding"),
    "track": ("trackName",),
    "driver": ("driverName",),
    "note": ("note",),
}


def whole_number(document: Mapping[str, Any], *keys: str) -> int | None:
    """Return the first whole number under `keys` that is a value, else None."""
    for key in keys:
        value = document.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            continue
        if abs(value) < NO_VALUE_64 and value != NO_VALUE_32:
            return value
    return None


def metadata_of(session: Mapping[str, Any]) -> dict[str, str]:
    """Return the words of the session."""
    words = {}
    for key, names in _WORDS.items():
        texts = (session.get(name) for name in names)
        text = next((text.strip() for text in texts if isinstance(text, str) and text.strip()), "")
        if text:
            words[key] = text
    words["app"] = "RaceChrono"
    return words


def declared_laps(
    session: Mapping[str, Any], first_us: int, last_us: int
) -> tuple[tuple[DeclaredLap, ...], tuple[Notice, ...]]:
    """Return the laps that the channels cover, and a notice of those they do not.

    Parameters
    ----------
    session : mapping
        session.json.
    first_us, last_us : int
        Wall time of the first and last sample [us]; laps are given from the first.
    """
    laps: list[DeclaredLap] = []
    unrecorded: list[str] = []
    for entry in _dicts(session.get("laps")):
        number, start_ms = whole_number(entry, "number"), whole_number(entry, "startTimestamp")
        if number is None or start_ms is None:
            continue
        finish_ms = whole_number(entry, "finishTimestamp")
        start_us, end_us = start_ms * 1000, last_us if finish_ms is None else finish_ms * 1000
        if end_us <= first_us or start_us >= last_us or end_us <= start_us:
            unrecorded.append(f"lap {number}{_seconds(start_ms, finish_ms)}")
            continue
        is_complete = finish_ms is not None and first_us <= start_us and end_us <= last_us
        laps.append(
            DeclaredLap(
                number=number,
                start_us=max(start_us, first_us) - first_us,
                end_us=min(end_us, last_us) - first_us,
                is_complete=is_complete,
                lap_time_s=(end_us - start_us) / MICROSECONDS_PER_SECOND if is_complete else None,
                is_valid=_verdict(entry) if finish_ms is not None else None,
                reason="vendor_marker" if is_complete else "recording_edge",
            )
        )
    return tuple(sorted(laps, key=lambda lap: lap.start_us)), _unrecorded_notices(unrecorded)


def _seconds(start_ms: int, finish_ms: int | None) -> str:
    return "" if finish_ms is None else f" ({(finish_ms - start_ms) / 1000:.3f} s)"


def _verdict(entry: Mapping[str, Any]) -> bool | None:
    is_invalid = entry.get("isInvalid")
    return not is_invalid if isinstance(is_invalid, bool) else None


def _unrecorded_notices(unrecorded: Sequence[str]) -> tuple[Notice, ...]:
    if not unrecorded:
        return ()
    return (
        Notice(
            code="laps_without_channels",
            severity=Severity.IGNORED,
            count=len(unrecorded),
            detail=f"listed in the session, but not recorded in this file: {', '.join(unrecorded)}",
        ),
    )


def start_line_of(track: Mapping[str, Any]) -> StartLine | None:
    """Return the start/finish trap of trackId.json, or None where it lists none."""
    for trap in _dicts(track.get("traps")):
        if trap.get("type") != _START_TRAP:
            continue
        lat, lon, bearing, width = (_number_like(trap, word) for word in _TRAP_WORDS)
        if lat is None or lon is None or bearing is None:
            continue
        line = StartLine(
            lat_deg=lat / POSITION_UNITS_PER_DEG,
            lon_deg=lon / POSITION_UNITS_PER_DEG,
            bearing_deg=bearing / 1000.0 % 360.0,
            half_width_m=15.0 if not width or width < 0 else width / 2000.0,
        )
        if abs(line.lat_deg) <= 90.0 and abs(line.lon_deg) <= 180.0:
            return line
    return None


_TRAP_WORDS = ("lat", "lon", "bearing", "width")


def _number_like(trap: Mapping[str, Any], word: str) -> int | None:
    """Return the number whose key holds `word`; apps have spelt these keys in several ways."""
    return whole_number(trap, *(key for key in trap if word in key.lower()))


def _dicts(value: object) -> Iterable[Mapping[str, Any]]:
    return (entry for entry in value if isinstance(entry, dict)) if isinstance(value, list) else ()
