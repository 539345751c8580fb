"""RaceChrono v3, 130 000 rows x 26 columns: from bytes to the stored session."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.bench.harness import Measured, in_new_process, in_turn, row
from tests.bench.racechrono_file import write_racechrono_v3

N_ROWS = 130_000
HEADER_LINES = 10
STATUS = Path("/proc/self/status")

PEAK_OF_IMPORT = """
import re, sys
from pathlib import Path
from apexlab_desktop.app import import_session
small, large = sys.argv[1:]
import_session(small)
def read(key):
    return int(re.search(key + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024
Path("/proc/self/clear_refs").write_text("5")
before = read("VmRSS")
outcome = import_session(large)
assert outcome.session_id, outcome.error
print(read("VmHWM") - before)
"""


def _file(folder: Path) -> Path:
    return write_racechrono_v3(folder / "racechrono_130k.csv", N_ROWS)


def _scan(path: Path) -> int:
    data = path.read_bytes()
    return data.count(b"\n") + data.count(b",")


@row(
    "racechrono_import",
    ours="import RaceChrono v3, 130 000 rows x 26, to the stored session",
    floor="read the bytes, count newlines and commas",
    holds=7,
)
def racechrono_import(folder: Path) -> Measured:
    from apexlab_desktop.app import import_session

    path = _file(folder)
    fresh = folder / "fresh.csv"
    shutil.copyfile(path, fresh)
    title_at = path.read_bytes().index(b"Bench")
    n = 0

    def ours() -> None:
        nonlocal n
        n += 1  # the same content again would be "already imported"
        with fresh.open("r+b") as file:
            file.seek(title_at)
            file.write(b"%05d" % n)
        outcome = import_session(fresh)
        assert outcome.session_id, outcome.error

    return in_turn(ours, lambda: _scan(path))


@row(
    "racechrono_parse",
    ours="the same, parse alone",
    floor="pyarrow.csv, one thread, all columns",
    holds=1.3,
)
def racechrono_parse(folder: Path) -> Measured:
    from pyarrow import csv, float64

    from apexlab_desktop.importers import registry
    from apexlab_desktop.importers.base import no_progress

    path = _file(folder)
    names = [f"c{k}" for k in range(26)]
    read = csv.ReadOptions(use_threads=False, skip_rows=HEADER_LINES + 2, column_names=names)
    convert = csv.ConvertOptions(column_types=dict.fromkeys(names, float64()))
    return in_turn(
        lambda: registry.load(path, no_progress),
        lambda: csv.read_csv(path, read_options=read, convert_options=convert),
    )


@row(
    "racechrono_memory",
    ours="the same import, extra peak memory",
    floor="size of the file",
    holds=3,
)
def racechrono_memory(folder: Path) -> Measured:
    large = _file(folder)
    small = write_racechrono_v3(folder / "racechrono_small.csv", N_ROWS // 20)
    extra = int(in_new_process(PEAK_OF_IMPORT, str(small), str(large)).split()[-1])
    return Measured(ours=extra, floor=large.stat().st_size, unit="B")
