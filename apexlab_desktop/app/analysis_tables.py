"""The document of `apexlab analyze` as tables for people."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape

from apexlab_desktop.app.cli_tables import _console, _headline, _print_notices, _table
from apexlab_desktop.formatting import DASH, lap_time, plain, signed


def analyze_table(document: dict[str, Any]) -> None:
    """Print what to change, the ideal laps, the sectors and the consistency."""
    console = _console()
    console.print(escape(_headline(document)))
    for reason in document["reasons"]:
        console.print(escape(reason))
    if document["sectors"] is not None:
        _print_findings(console, document)
        _print_ideal(console, document)
        _print_sectors(console, document)
        _print_consistency(console, document)
    _print_notices(console, document["notices"])


def _print_findings(console: Console, document: dict[str, Any]) -> None:
    sure = [one for one in document["findings"] if one["is_significant"]]
    unsure = [one for one in document["findings"] if not one["is_significant"]]
    if sure:
        console.print(f"\n[bold]Change these[/bold]  against {document['findings_against']}")
        _print_each(console, sure)
    for reason in document["findings_reasons"]:
        console.print(escape(f"\n{reason[:1].upper()}{reason[1:]}."))
    if unsure:
        console.print("\n[bold]Not sure yet[/bold]")
        _print_each(console, unsure)


def _print_each(console: Console, findings: list[dict[str, Any]]) -> None:
    for finding in findings:
        console.print(
            f"{finding['rank']}  {finding['time_cost_s']:.2f}\u00a0s"
            f"  {finding['from_m']:.0f} to {finding['to_m']:.0f}\u00a0m"
            f"  {finding['confidence_word']} confidence"
        )
        console.print(f"   {escape(finding['text'])}")


def _print_ideal(console: Console, document: dict[str, Any]) -> None:
    ideal, best_s = document["ideal_laps"], _best_s(document)
    rows = (
        ("Best lap", best_s, _best_words(document)),
        ("Best rolling lap", ideal["rolling"]["time_s"], _rolling_words(ideal["rolling"])),
        ("Reachable lap", ideal["reachable"]["time_s"], _reachable_words(ideal["reachable"])),
        ("Ideal by sectors", ideal["by_sectors"]["time_s"], _sum_words(ideal, "sectors")),
        ("Ideal by corners", ideal["by_corners"]["time_s"], _sum_words(ideal, "corners")),
        _optimal_row(document),
    )
    table = _table(("", "left"), ("Time", "right"), ("Gap", "right"), ("", "left"))
    for name, time_s, words in rows:
        gap = "" if time_s is None or best_s is None else signed(time_s - best_s, 3)
        table.add_row(name, lap_time(time_s), gap if time_s != best_s else "", escape(words))
    console.print()
    console.print(table)


def _sum_words(ideal: dict[str, Any], pieces: str) -> str:
    """Return what a sum of bests is; it binds no lap that began elsewhere."""
    found, rolling = ideal[f"by_{pieces}"], ideal["rolling"]["time_s"]
    if found["time_s"] is None:
        return ", ".join(found["reasons"])
    words = f"upper bound: sum of the best {pieces} from line to line"
    is_beaten = rolling is not None and rolling < found["time_s"]
    return f"{words}; the rolling lap, begun elsewhere, beat it" if is_beaten else words


def _optimal_row(document: dict[str, Any]) -> tuple[str, float | None, str]:
    """Return the lap that the grip allows, or why there is none."""
    optimal = document["optimal"]
    if optimal is None:
        return "Optimal lap", None, "; ".join(document["optimal_reasons"]) or "not computed"
    if not optimal["is_valid"]:
        return "Optimal lap", None, "; ".join(optimal["invalid_reasons"]) or "it does not hold"
    words = f"what the grip allows on the line of lap {optimal['lap']}"
    return "Optimal lap", optimal["lap_time_s"], words


def _best_s(document: dict[str, Any]) -> float | None:
    laps = {lap["number"]: lap["lap_time_s"] for lap in document["laps"]}
    found: float | None = laps.get(document["best_lap"])
    return found


def _best_words(document: dict[str, Any]) -> str:
    return "" if document["best_lap"] is None else f"lap {document['best_lap']}"


def _rolling_words(rolling: dict[str, Any]) -> str:
    if rolling["time_s"] is None:
        return ", ".join(rolling["reasons"])
    laps = " and ".join(str(n) for n in rolling["lap_numbers"])
    return (
        f"laps {laps}, from {rolling['start_m']:.0f}\u00a0m" if " and " in laps else f"lap {laps}"
    )


def _reachable_words(reachable: dict[str, Any]) -> str:
    if reachable["time_s"] is None:
        return ", ".join(reachable["reasons"])
    laps = sorted({lap for _, _, lap in reachable["sources"]})
    return f"spliced from laps {', '.join(map(str, laps))}" if len(laps) > 1 else f"lap {laps[0]}"


def _print_sectors(console: Console, document: dict[str, Any]) -> None:
    sectors = document["sectors"]
    columns = [("Lap", "right"), ("Time", "right")]
    columns += [(s["name"], "right") for s in sectors["sectors"]]
    table = _table(*columns)
    for lap in sectors["laps"]:
        marks = zip(lap["times_s"], lap["is_personal_best"], strict=True)
        cells = [f"{plain(t, 3)}{'*' if is_best else ' '}" for t, is_best in marks]
        table.add_row(str(lap["number"]), lap_time(lap["lap_time_s"]), *cells)
    console.print("\n[bold]Sectors[/bold]  * best of the laps that count")
    console.print(table)


def _print_consistency(console: Console, document: dict[str, Any]) -> None:
    found = document["consistency"]
    if found["consistency_score"] is None:
        console.print(f"\nConsistency {DASH}  {escape(', '.join(found['reasons']))}")
    else:
        console.print(
            f"\nConsistency {found['consistency_score']:.1f} of 100,"
            f" spread {found['cv_pct']:.2f}\u00a0%, {found['n_laps']} laps that count"
        )
    score = document["session_score"]
    if score["total"] is None:
        console.print(f"Session score {DASH}  {escape(', '.join(score['reasons']))}")
    else:
        console.print(f"Session score {score['total']:.0f} of 100")
