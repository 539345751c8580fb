"""iRacing .ibt, 30 minutes of 270 variables at 60 Hz (some 120 MB)."""

from __future__ import annotations

from pathlib import Path

from tests.bench.harness import Measured, in_turn, row
from tests.bench.ibt_file import WANTED, write_ibt

DURATION_S = 1800
READ = "read of the bytes"


def _file(folder: Path) -> Path:
    return write_ibt(folder / "half_hour.ibt", DURATION_S)


@row("ibt_16", ours="iRacing .ibt, 16 wanted channels (less 5 ms)", floor=READ, holds=1)
def ibt_16(folder: Path) -> Measured:
    from apexlab_desktop.importers.iracing_ibt import open_ibt

    path = _file(folder)

    def ours() -> None:
        with open_ibt(path) as file:
            assert len(file.read(WANTED)) == len(WANTED)

    return in_turn(ours, path.read_bytes, allowance_s=0.005)


@row("ibt_all", ours="iRacing .ibt, all channels to the raw session", floor=READ, holds=6)
def ibt_all(folder: Path) -> Measured:
    from apexlab_desktop.importers import registry

    path = _file(folder)
    return in_turn(lambda: registry.load(path), path.read_bytes)
