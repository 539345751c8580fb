"""What the palette finds for what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from apexlab_desktop.app.records import LapRef, SessionSummary
from apexlab_desktop.ui.command_table import Command, Context
from apexlab_desktop.ui.commands import Commands
from apexlab_desktop.ui.formatting import counted, day_and_time, distance, lap_time
from apexlab_desktop.ui.models import WindowModels
from apexlab_desktop.ui.viewmodels.library_rows import has_fragments, is_same_layout, session_name
from apexlab_desktop.ui.widgets.key_cap import caps_of
from apexlab_desktop.units import FEET_PER_METRE

MOST_SESSIONS = 6
MOST_LAPS = 6
ZOOM_AROUND_M = 150.0
COMMANDS_ONLY = ">"
PLACES = ("page.", "sheet.go_")
"""How the ids of commands begin that only go somewhere."""
SAME_TRACK, OTHER_TRACK = "Same track", "Other tracks"

_PLACE = re.compile(r"^\s*([\d.,]+)\s*(m|ft|km)\s*$", re.IGNORECASE)
_LAP = re.compile(r"^\s*(?:lap|l)\s*(\d+)\s*$", re.IGNORECASE)


class PaletteGroup(StrEnum):
    """Heads of the palette, in their order."""

    GO = "Go to"
    DO = "Do"
    FIND = "Find"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaletteItem:
    """One thing to choose.

    Attributes
    ----------
    key : str
        Stable, for what was used last.
    group : str
        Its head.
    icon, name, where : str
    keys : list of list of str
        Key combinations as caps.
    run : callable
    """

    key: str
    group: str
    icon: str
    name: str
    where: str
    keys: tuple[tuple[str, ...], ...] = ()
    run: Callable[[], None]


Provider = Callable[[str], list[PaletteItem]]


def everything(
    models: WindowModels, recent: Sequence[str], open_session: Callable[[str], None]
) -> Provider:
    """Return what finds places, laps, commands and sessions; what was used last comes first."""

    def find(query: str) -> list[PaletteItem]:
        if query.startswith(COMMANDS_ONLY):
            return command_items(models.commands, query[1:], recent)
        places = [*_place_items(models, query), *_lap_items(models, query)]
        sessions = (
            session_items(models.library.sessions, query, open_session) if query.strip() else []
        )
        return places + command_items(models.commands, query, recent) + sessions

    return find


def command_items(commands: Commands, query: str, recent: Sequence[str]) -> list[PaletteItem]:
    """Return the commands that hold every fragment, those used last first."""
    fitting = [
        command
        for command in commands.all
        if has_fragments(f"{commands.action(command.id).text()} {command.short}", query)
        and commands.action(command.id).isEnabled()
    ]
    order = {identifier: place for place, identifier in enumerate(recent)}
    fitting.sort(key=lambda command: order.get(command.id, len(order)))
    items = [_command_item(commands, command) for command in fitting]
    return sorted(items, key=lambda item: item.group is not PaletteGroup.GO)


def session_items(
    sessions: Sequence[SessionSummary],
    query: str,
    choose: Callable[[str], None],
    *,
    group: str = PaletteGroup.FIND,
    most: int = MOST_SESSIONS,
) -> list[PaletteItem]:
    """Return the sessions that hold every fragment."""
    return [
        _session_item(summary, choose, group)
        for summary in sessions
        if has_fragments(_session_words(summary), query)
    ][:most]


def other_sessions(models: WindowModels) -> Provider:
    """Return what finds sessions to add laps of: of the same layout first."""
    open_ids = {group.session_id for group in models.laps.groups}
    current = models.library.find(models.laps.session.session_id) if models.laps.session else None
    others = [s for s in models.library.sessions if s.id not in open_ids and s.best_lap_s]
    alike = [s for s in others if current is not None and is_same_layout(current, s)]
    rest = [s for s in others if s not in alike]

    def find(query: str) -> list[PaletteItem]:
        add, many = models.laps.add_session, len(others)
        same = session_items(alike, query, add, group=SAME_TRACK, most=many)
        return same + session_items(rest, query, add, group=OTHER_TRACK, most=many)

    return find


def place_in_metres(query: str) -> float | None:
    """Return the place on the lap that `1950 m`, `1.95 km` or `6400 ft` means [m]."""
    found = _PLACE.match(query)
    if found is None:
        return None
    try:
        value = float(found[1].replace(",", ""))
    except ValueError:
        return None
    unit = found[2].lower()
    return value * 1000.0 if unit == "km" else value / FEET_PER_METRE if unit == "ft" else value


def _place_items(models: WindowModels, query: str) -> list[PaletteItem]:
    place_m = place_in_metres(query)
    comparison = models.comparison.comparison
    if place_m is None or comparison is None or place_m > float(comparison.distance_m[-1]):
        return []

    def run() -> None:
        models.commands.trigger("page.compare")
        models.comparison.show_range(place_m - ZOOM_AROUND_M, place_m + ZOOM_AROUND_M)
        models.cursor.pin(place_m)

    name = distance(place_m, models.appearance.units)
    return [
        PaletteItem(
            key="place", group=PaletteGroup.GO, icon="crosshair", name=name, where="in Compare",
            run=run,
        )
    ]  # fmt: skip


def _lap_items(models: WindowModels, query: str) -> list[PaletteItem]:
    found = _LAP.match(query)
    if found is None:
        return []
    number = int(found[1])
    items = []
    for group in models.laps.groups:
        for row in group.laps:
            if row.number == number and row.can_be_compared:
                items += _items_of_lap(models, row.ref, lap_time(row.lap_time_s))
    return items[:MOST_LAPS]


def _items_of_lap(models: WindowModels, ref: LapRef, time_words: str) -> list[PaletteItem]:
    laps, label = models.laps, models.laps.lap_label(ref)

    def compare() -> None:
        models.commands.trigger("page.compare")
        if ref not in laps.order:
            laps.toggle(ref)

    def refer() -> None:
        models.commands.trigger("page.compare")
        laps.make_reference(ref)

    rows = (("route", label, f"{time_words}, in Compare", compare),
            ("flag", f"{label} as the reference", "Compare", refer))  # fmt: skip
    return [
        PaletteItem(
            key=f"lap-{name}", group=PaletteGroup.GO, icon=icon, name=name, where=where, run=run
        )
        for icon, name, where, run in rows
    ]  # fmt: skip


def _command_item(commands: Commands, command: Command) -> PaletteItem:
    is_place = command.id.startswith(PLACES)
    where = "" if command.context is Context.WINDOW else command.context.value
    keys = tuple(tuple(caps_of(keys)) for keys in commands.keys(command.id)[:1])
    action = commands.action(command.id)
    return PaletteItem(
        key=command.id, group=PaletteGroup.GO if is_place else PaletteGroup.DO, icon=command.icon,
        name=action.text(), where=where, keys=keys, run=action.trigger,
    )  # fmt: skip


def _session_item(
    summary: SessionSummary, choose: Callable[[str], None], group: str
) -> PaletteItem:
    parts = [day_and_time(summary.start_time_utc), counted(summary.n_laps, "lap")]
    if summary.best_lap_s:
        parts.append(f"best {lap_time(summary.best_lap_s)}")
    return PaletteItem(
        key=f"session-{summary.id}", group=group, icon="file-text", name=session_name(summary),
        where=", ".join(parts), run=lambda: choose(summary.id),
    )  # fmt: skip


def _session_words(summary: SessionSummary) -> str:
    fields = (session_name(summary), summary.vehicle, summary.note, *summary.tags)
    return " ".join((*fields, day_and_time(summary.start_time_utc)))
