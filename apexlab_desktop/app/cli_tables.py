"""The documents of the command line as tables for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from apexlab_desktop.formatting import DASH, lap_time, signed
from apexlab_desktop.notice_titles import title_of
from apexlab_desktop.units import KMH_PER_MPS

WIDTH_WHEN_PIPED = 110


class _PipedConsole(Console):
    """Leaves it to the command to say what a reader means who goes away (`| head`)."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _console(*, err: bool = False) -> Console:
    console = _PipedConsole(stderr=err, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = WIDTH_WHEN_PIPED
    return console


def _table(*columns: tuple[str, str]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, side in columns:
        table.add_column(name, justify="right" if side == "right" else "left")
    return table


def laps_table(document: dict[str, Any]) -> None:
    """Print the laps with their gaps to the best and the reasons."""
    console = _console()
    console.print(escape(_headline(document)))
    table = _table(
        ("Lap", "right"), ("Kind", "left"), ("Time", "right"), ("Gap", "right"),
        ("Length", "right"), ("Counts", "left"), ("Reasons", "left"),
    )  # fmt: skip
    best = next((x for x in document["laps"] if x["number"] == document["best_lap"]), None)
    for lap in document["laps"]:
        table.add_row(*_lap_cells(lap, best))
    console.print(table if document["laps"] else "No laps.")
    _print_notices(console, document["notices"])


def _headline(document: dict[str, Any]) -> str:
    parts = (
        document["track"] or Path(document["file"]).name,
        document["start_time_utc"] or "",
        document["format"],
        f"quality {document['quality']['grade']}",
    )
    return "  ".join(part for part in parts if part)


def _lap_cells(lap: dict[str, Any], best: dict[str, Any] | None) -> list[str]:
    is_best = best is not None and lap["number"] == best["number"]
    gap = (
        signed(lap["lap_time_s"] - best["lap_time_s"], 3)
        if best and lap["lap_time_s"] is not None and not is_best
        else ""
    )
    return [
        str(lap["number"]),
        lap["kind"],
        lap_time(lap["lap_time_s"]) if lap["lap_time_s"] is not None else "",
        "best" if is_best else gap,
        f"{lap['length_m']:.0f} m" if lap["length_m"] is not None else "",
        "yes" if lap["is_clean"] else "no",
        escape(", ".join(lap["reasons"])),
    ]


def inspect_table(document: dict[str, Any]) -> None:
    """Print the groups with their channels, and the receipt."""
    console = _console()
    version = document["format_version"]
    console.print(
        escape(f"{Path(document['file']).name}  {document['format']} {version}".rstrip()),
        f"{document['n_samples']} rows",
    )
    for group in document["groups"]:
        rate = f"{group['rate_hz']:g} Hz" if group["rate_hz"] is not None else "no fixed rate"
        console.print(f"\n[bold]{escape(group['name'])}[/bold]  {rate}, {group['n']} samples")
        table = _table(
            ("Channel", "left"), ("In the file", "left"), ("Unit", "left"), ("Valid", "right"),
            ("Min", "right"), ("Max", "right"),
        )  # fmt: skip
        for channel in group["channels"]:
            table.add_row(*_channel_cells(channel))
        console.print(table)
    _print_notices(console, document["notices"])


def _channel_cells(channel: dict[str, Any]) -> list[str]:
    vendor = channel["vendor_name"]
    if channel["vendor_unit"]:
        vendor = f"{vendor} [{channel['vendor_unit']}]"
    return [
        escape(channel["name"]),
        escape(vendor),
        escape(channel["unit"]),
        str(channel["n_valid"]),
        "" if channel["min"] is None else f"{channel['min']:.7g}",
        "" if channel["max"] is None else f"{channel['max']:.7g}",
    ]


def _print_notices(console: Console, notices: Sequence[dict[str, Any]]) -> None:
    if not notices:
        return
    console.print("\n[bold]Receipt[/bold]")
    table = _table(("", "left"), ("What", "left"), ("Count", "right"), ("Detail", "left"))
    for notice in notices:
        what = title_of(notice["code"])
        if notice["channel"]:
            what = f"{what}: {notice['channel']}"
        table.add_row(
            notice["severity"], escape(what), str(notice["count"]), escape(notice["detail"])
        )
    console.print(table)


def import_table(document: dict[str, Any]) -> None:
    """Print what became of each file."""
    console = _console()
    for file in document["files"]:
        words = file["status"].replace("_", " ")
        console.print(escape(f"{file['file']}: {words} {file['session_id'] or ''}".rstrip()))


def sessions_table(document: dict[str, Any]) -> None:
    """Print the library."""
    console = _console()
    if not document["sessions"]:
        console.print("The library is empty. `apexlab import FILE` brings a session in.")
        return
    table = _table(
        ("Id", "left"), ("Start (UTC)", "left"), ("Track", "left"), ("Laps", "right"),
        ("Best", "right"), ("File", "left"),
    )  # fmt: skip
    # The other commands ask for it: it must be there to copy, however narrow the terminal.
    table.columns[0].no_wrap = True
    table.columns[0].min_width = max(len(row["id"]) for row in document["sessions"])
    for row in document["sessions"]:
        start = (row["start_time_utc"] or DASH)[:16].replace("T", " ")
        table.add_row(
            row["id"], start, escape(row["track"] or DASH), str(row["n_laps"]),
            lap_time(row["best_lap_s"]), escape(row["file"]),
        )  # fmt: skip
    console.print(table)


def compare_table(document: dict[str, Any]) -> None:
    """Print the gap and where it arises, at tenths of the lap."""
    console = _console()
    console.print(f"Reference: lap {document['reference']}; + is slower at the same place")
    table = _table(
        ("Place", "right"), *((f"Lap {lap['label']}", "right") for lap in document["laps"])
    )
    grid = document["laps"][0]["distance_m"]
    for tenth in range(1, 11):
        index = round((len(grid) - 1) * tenth / 10)
        cells = [signed(lap["delta_t_s"][index], 3) for lap in document["laps"]]
        table.add_row(f"{grid[index]:.0f} m", *cells)
    table.add_row("Lap time", *(lap_time(lap["lap_time_s"]) for lap in document["laps"]))
    table.add_row("Top speed", *(_top_speed(lap) for lap in document["laps"]))
    console.print(table)
    _print_notices(console, document["notices"])


def _top_speed(lap: dict[str, Any]) -> str:
    known = [v for v in lap["speed_mps"] if v is not None]
    return f"{max(known) * KMH_PER_MPS:.1f} km/h" if known else DASH


def doctor_table(document: dict[str, Any]) -> None:
    """Print each check."""
    console = _console()
    table = _table(("", "left"), ("Check", "left"), ("Found", "left"))
    for check in document["checks"]:
        table.add_row("ok" if check["is_well"] else "WRONG", check["name"], escape(check["found"]))
    console.print(table)


@contextmanager
def progress(files: Sequence[Path]) -> Iterator[Callable[[Path], Callable[[float], None]]]:
    """Show a bar per file on stderr while it is read."""
    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=_console(err=True), transient=True) as bars:

        def start(path: Path) -> Callable[[float], None]:
            task = bars.add_task(escape(path.name), total=1.0, visible=len(files) > 0)
            return lambda share: bars.update(task, completed=share)

        yield start
