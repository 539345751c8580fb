"""Settings and window state of the desktop: declared once, kept in one JSON file."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCHEMA_VERSION = 1
MAX_KEPT_COPIES = 5

_log = logging.getLogger(__name__)
Check = Callable[[Any], bool]


def _one_of(*allowed: str) -> Check:
    return lambda value: value in allowed


def _is_bool(value: object) -> bool:
    return isinstance(value, bool)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_range(value: object) -> bool:
    """Accept an empty list, or a start before its end."""
    if not isinstance(value, list | tuple) or len(value) not in (0, 2):
        return False
    return all(_is_number(part) for part in value) and (not value or value[0] < value[1])


def _is_lap(value: object) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == 2
        and isinstance(value[0], str)
        and isinstance(value[1], int)
        and not isinstance(value[1], bool)
    )


def _is_lap_list(value: object) -> bool:
    return isinstance(value, list | tuple) and all(_is_lap(item) for item in value)


def _is_lap_or_none(value: object) -> bool:
    return value is None or _is_lap(value)


def _declared(check: Check, since: str) -> dict[str, Any]:
    """Return what is known of a setting beside its default: its check, the version it came with."""
    return {"check": check, "since": since}


def _as_stored_tuple(value: Any) -> Any:
    return tuple(_as_stored_tuple(item) for item in value) if isinstance(value, list) else value


LapKey = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the window remembers.

    Attributes
    ----------
    theme : str
        `dark`, `light` or `sunlight`.
    units : str
        `metric` or `imperial`; changes what is read, never what is stored.
    reduce_motion : bool
    window_geometry : str
        Qt's own geometry bytes as hexadecimal digits; empty at first.
    page : str
        `library` or `analysis`.
    session_id : str
        Session open in the analysis; empty for none.
    compared_laps : tuple of (session id, lap number)
        In the order of their slots.
    hidden_laps : tuple of (session id, lap number)
    reference_lap : (session id, lap number) or None
    zoom_range_m : tuple
        Shown range of the lap [m]; empty for the whole lap.
    x_axis : str
        `distance` or `time`.
    import_folder : str
        Where the last files were chosen.
    worksheet : str
        Id of the open worksheet; empty for the first.
    """

    theme: str = field(
        default="dark", metadata=_declared(_one_of("dark", "light", "sunlight"), "0.1.0")
    )
    units: str = field(default="metric", metadata=_declared(_one_of("metric", "imperial"), "0.1.0"))
    reduce_motion: bool = field(default=False, metadata=_declared(_is_bool, "0.1.0"))
    window_geometry: str = field(default="", metadata=_declared(_is_text, "0.1.0"))
    page: str = field(
        default="library", metadata=_declared(_one_of("library", "analysis"), "0.1.0")
    )
    session_id: str = field(default="", metadata=_declared(_is_text, "0.1.0"))
    compared_laps: tuple[LapKey, ...] = field(default=(), metadata=_declared(_is_lap_list, "0.1.0"))
    hidden_laps: tuple[LapKey, ...] = field(default=(), metadata=_declared(_is_lap_list, "0.1.0"))
    reference_lap: LapKey | None = field(default=None, metadata=_declared(_is_lap_or_none, "0.1.0"))
    zoom_range_m: tuple[float, ...] = field(default=(), metadata=_declared(_is_range, "0.1.0"))
    x_axis: str = field(
        default="distance", metadata=_declared(_one_of("distance", "time"), "0.1.0")
    )
    import_folder: str = field(default="", metadata=_declared(_is_text, "0.1.0"))
    worksheet: str = field(default="", metadata=_declared(_is_text, "0.1.0"))


def settings_from(document: object) -> tuple[Settings, tuple[str, ...]]:
    """Return the settings of a JSON document and the names of what could not be used.

    Parameters
    ----------
    document : object
        As read from the file; anything.

    Returns
    -------
    settings : Settings
        Declared values that pass their check, defaults for the rest.
    problems : tuple of str
        Names that were wrong or are not declared here; empty when all was well.
    """
    if not isinstance(document, dict) or document.get("schema") != SCHEMA_VERSION:
        return Settings(), ("schema",)
    declared = {item.name: item for item in dataclasses.fields(Settings)}
    problems = [name for name in document if name not in declared and name != "schema"]
    values = {}
    for name, item in declared.items():
        if name not in document:
            continue
        if item.metadata["check"](document[name]):
            values[name] = _as_stored_tuple(document[name])
        else:
            problems.append(name)
    return Settings(**values), tuple(problems)


class SettingsFile:
    """The settings with the file that holds them.

    A file that cannot be used wholly is copied beside itself before anything is written, so a newer
    version's settings or a user's hand-made ones are never lost.

    Parameters
    ----------
    path : Path
        Need not exist; its folder is made at the first save.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: tuple[str, ...] = ()
        self.values = self._load()

    def update(self, **changes: Any) -> None:
        """Replace declared values; an undeclared name raises TypeError."""
        self.values = dataclasses.replace(self.values, **changes)

    def save(self) -> None:
        """Write the file: whole or not at all.

        Raises
        ------
        OSError
            If the folder cannot be written.
        """
        document = {"schema": SCHEMA_VERSION, **dataclasses.asdict(self.values)}
        text = json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".settings-", suffix=".json")
        draft = Path(name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(self.path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise

    def _load(self) -> Settings:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return Settings()
        except OSError as error:
            _log.info("settings not readable: %s", type(error).__name__)
            return Settings()
        try:
            document: object = json.loads(data)
        except (UnicodeDecodeError, json.JSONDecodeError, RecursionError):
            document = None
        values, self.problems = settings_from(document)
        if self.problems:
            self._keep_copy(data)
        return values

    def _keep_copy(self, data: bytes) -> None:
        for number in range(1, MAX_KEPT_COPIES + 1):
            copy = self.path.with_name(f"{self.path.stem}.kept-{number}{self.path.suffix}")
            if copy.exists() and copy.read_bytes() == data:
                return
            if not copy.exists():
                copy.write_bytes(data)
                return
