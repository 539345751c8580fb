"""Visits to a track as tables for people."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape

from apexlab_desktop.app.cli_tables import _console, _table
from apexlab_desktop.formatting import DASH, lap_time, signed

MILESTONES = {
    "pb": "new best",
    "consistency": "more consistent",
    "sub_threshold": "under a barrier for the first time",
    "corner_grade": "a better grade in turn",
    "trail_braking": "trail braking in most corners",
    "flow_lap": "first flow laps",
}


def trends_table(document: dict[str, Any]) -> None:
    """Print the visits, the trend and the milestones."""
    console = _console()
    console.print(escape(document["track"]))
    table = _table(
        ("Visit (UTC)", "left"), ("Best", "right"), ("Mean", "right"), ("Spread", "right"),
        ("Consistency", "right"), ("Ideal", "right"), ("", "left"),
    )  # fmt: skip
    for visit in document["visits"]:
        score = visit["consistency_score"]
        table.add_row(
            visit["start_time_utc"][:16].replace("T", " "),
            _time(visit["best_s"]),
            _time(visit["mean_s"]),
            DASH if visit["std_s"] is None else f"{visit['std_s']:.2f} s",
            DASH if score is None else f"{score:.0f}",
            _time(visit["composite_s"]),
            "wet" if visit["is_wet"] else "",
        )
    console.print(table)
    _print_trend(console, document["trend"], document["corners"])
    _print_stagnation(console, document["stagnation"], document["corners"])
    numbers = {one["id"]: one["number"] for one in document["corners"]}
    dates = {one["session_id"]: one["start_time_utc"][:10] for one in document["visits"]}
    for one in document["milestones"]:
        where = f" {numbers.get(one['corner_id'], '')}" if one["corner_id"] else ""
        console.print(f"{dates.get(one['session_id'], '')}  {MILESTONES[one['kind']]}{where}")


def versus_table(document: dict[str, Any]) -> None:
    """Print how the second session differs from the first."""
    console = _console()
    first, second = document["files"]
    console.print(escape(f"{second} against {first}"))
    found = document["difference"]
    for reason in found["reasons"]:
        console.print(escape(reason))
    if not found["has_sufficient_data"]:
        return
    verdict = found["laps"]["verdict"] if found["laps"] else "unknown"
    console.print(f"Best lap {signed(found['best_lap_delta_s'], 3)} s; laps: {verdict}")
    table = _table(("Turn", "right"), ("Time", "right"), ("Slowest", "right"), ("Verdict", "left"))
    numbers = {one["id"]: one["number"] for one in document["corners"]}
    for corner in found["corners"]:
        shift = corner["gain"]["shift"]
        speed = corner["speed_difference_mps"]
        table.add_row(
            numbers.get(corner["corner_id"], ""),
            _seconds(next((v for v in shift.values() if isinstance(v, float)), None)),
            DASH if speed is None else f"{signed(-speed * 3.6, 1)} km/h",
            corner["gain"]["verdict"],
        )
    console.print(table)


def _print_trend(console: Console, trend: dict[str, Any], corners: list[dict[str, Any]]) -> None:
    for reason in trend["reasons"]:
        console.print(escape(reason))
    slope = trend["best_lap"]
    if slope is None or slope["value"] is None:
        return
    words = f"Best lap {signed(slope['value'], 3)} s a visit"
    if slope["low"] is not None:
        words += f", 95 % interval {signed(slope['low'], 3)} to {signed(slope['high'], 3)}"
    console.print(f"{words}: {trend['direction'] or 'too few visits to tell'}")


def _print_stagnation(
    console: Console, found: dict[str, Any], corners: list[dict[str, Any]]
) -> None:
    if found["is_stagnating"]:
        gain = f"{found['improvement_s']:.2f} s"
        console.print(f"The last three visits brought {gain}: less than 0.3 s")
    numbers = [one["number"] for one in corners if one["id"] in found["corners"]]
    if numbers:
        console.print(f"No better in the last two visits: turns {', '.join(numbers)}")


def _time(seconds: float | None) -> str:
    return DASH if seconds is None else lap_time(seconds)


def _seconds(value: float | None) -> str:
    return DASH if value is None else f"{signed(value, 3)} s"
