"""What an importer is: it recognises a file by its bytes and turns it into a raw session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from apexlab_desktop.analysis.types import RawSession

SNIFF_BYTES = 65_536
"""How much of a file's head the registry reads for recognition."""

Progress = Callable[[float], None]
"""Called with the share done, 0 to 1; may raise `CancelledError` to stop the import."""


def no_progress(_share: float) -> None:
    """Ignore progress."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sniff:
    """The head of a file, for recognition without trusting its extension."""

    path: Path
    head: bytes
    size_bytes: int


class Importer(Protocol):
    """One vendor's container."""

    @property
    def format(self) -> str:
        """Stable id, e.g. `racechrono-csv`."""

    @property
    def label(self) -> str:
        """Name for people, e.g. `RaceChrono CSV`."""

    def recognises(self, sniff: Sniff) -> bool:
        """Return whether the bytes are of this container, usable or not."""

    def load(self, path: Path, progress: Progress = no_progress) -> RawSession:
        """Read the whole file.

        Raises
        ------
        ImporterError
            With what was expected, what was found, and where.
        """
