"""The optimal lap as a table for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.markup import escape

from apexlab_desktop.app.cli_tables import _console, _table
from apexlab_desktop.formatting import lap_time, signed
from apexlab_desktop.units import KMH_PER_MPS, STANDARD_GRAVITY_MPS2

if TYPE_CHECKING:
    from rich.console import Console


def line_table(document: dict[str, Any]) -> None:
    """Print the optimal lap on a line of the user's."""
    console = _console()
    speeds = document["speed_mps"]
    console.print(
        f"Optimal lap {lap_time(document['lap_time_s'])} over {document['length_m']:.1f} m, "
        f"{min(speeds) * KMH_PER_MPS:.1f} to {max(speeds) * KMH_PER_MPS:.1f} km/h"
    )
    for remark in document["remarks"]:
        console.print(remark, markup=False)
    for reason in document["invalid_reasons"]:
        console.print(f"Not valid: {reason}", markup=False)


def session_table(document: dict[str, Any]) -> None:
    """Print the optimal lap on the line of a session's best lap."""
    console = _console()
    gap_s = document["driven_lap_time_s"] - document["lap_time_s"]
    console.print(
        f"Optimal lap {lap_time(document['lap_time_s'])} on the line of lap {document['lap']}"
        f" ({lap_time(document['driven_lap_time_s'])}, {signed(gap_s, 3)} s)"
    )
    console.print("A limit at this grip on this line: read the differences, not the lap time.")
    if document["envelope"] is not None:
        _print_grip(console, document["envelope"])
    for remark in document["remarks"]:
        console.print(remark, markup=False)
    if (better := document.get("better_line")) is not None:
        gain = signed(-better["gain_s"], 3)
        console.print(
            f"Least bent {better['what']}: {lap_time(better['lap_time_s'])}, {gain} s"
            " against your usual line"
        )
    _print_corners(console, document["corners"])
    for reason in document["invalid_reasons"]:
        console.print(f"Not valid: {reason}", markup=False)


def _print_grip(console: Console, envelope: dict[str, Any]) -> None:
    square = envelope["fastest_mps"] ** 2
    braking = envelope["braking_mps2"] + envelope["braking_per_m"] * square
    console.print(
        f"Grip: {envelope['mu']:.2f} g across, up to {braking / STANDARD_GRAVITY_MPS2:.2f} g in"
        f" braking ({envelope['mu_source']})"
    )
    for reason in envelope["reasons"]:
        console.print(reason, markup=False)


def _print_corners(console: Console, corners: list[dict[str, Any]]) -> None:
    if not corners:
        return
    table = _table(
        ("Corner", "right"), ("Costs", "right"), ("Then", "right"), ("Slowest", "right"),
        ("Optimal", "right"), ("Braking", "right"), ("Throttle", "right"),
    )  # fmt: skip
    for gap in corners:
        table.add_row(
            escape(gap["number"]),
            f"{signed(gap['time_cost_s'], 2)} s",
            f"{signed(gap['exit_straight_time_cost_s'], 2)} s",
            f"{gap['min_speed_mps'] * KMH_PER_MPS:.1f}",
            f"{gap['optimal_min_speed_mps'] * KMH_PER_MPS:.1f} km/h",
            f"{signed(gap['brake_gap_m'], 0)} m",
            f"{signed(gap['throttle_gap_m'], 0)} m",
        )
    console.print(table)
