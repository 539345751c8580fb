"""Measure ours and a floor in one process, by CPU time, in turn; the ratio is the result.

Absolute times mean little on shared machines. A floor is the cheapest work that any program must do
for the same job, so the ratio says how much of the time is ours to answer for.
"""

from __future__ import annotations

import gc
import importlib
import pkgutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

REPEATS = 7
SHORTEST_SAMPLE_S = 0.02
MAX_LOOPS = 10_000
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Ours and the floor in one unit; `allowance` is taken off ours before the ratio."""

    ours: float
    floor: float
    unit: str = "s"
    allowance: float = 0.0

    @property
    def ratio(self) -> float:
        return max(self.ours - self.allowance, 0.0) / self.floor


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; `measure` gets a folder for files that rows may share."""

    name: str
    ours: str
    floor: str
    holds: float
    measure: Callable[[Path], Measured]


ROWS: dict[str, Row] = {}


def row(
    name: str, *, ours: str, floor: str, holds: float
) -> Callable[[Callable[[Path], Measured]], Callable[[Path], Measured]]:
    """Register the function below as the row `name`, whose ratio must stay at or under `holds`."""

    def register(measure: Callable[[Path], Measured]) -> Callable[[Path], Measured]:
        ROWS[name] = Row(name=name, ours=ours, floor=floor, holds=holds, measure=measure)
        return measure

    return register


def load_rows() -> dict[str, Row]:
    """Return all rows, by importing every module of `tests/bench/rows` in the order of names."""
    folder = str(Path(__file__).with_name("rows"))
    for module in sorted(pkgutil.iter_modules([folder]), key=lambda found: found.name):
        importlib.import_module(f"tests.bench.rows.{module.name}")
    return ROWS


def in_turn(
    ours: Callable[[], object],
    floor: Callable[[], object],
    *,
    repeats: int = REPEATS,
    allowance_s: float = 0.0,
) -> Measured:
    """Return the least CPU time of each [s], measured A, B, A, B after one call to warm up."""
    pair = (ours, floor)
    loops = [_loops_for(work) for work in pair]
    best = [float("inf"), float("inf")]
    for _ in range(repeats):
        for k, work in enumerate(pair):
            best[k] = min(best[k], _cpu_time_s(work, loops[k]))
    return Measured(ours=best[0], floor=best[1], allowance=allowance_s)


def _loops_for(work: Callable[[], object]) -> int:
    work()
    once = max(_cpu_time_s(work, 1), 1e-7)
    return min(MAX_LOOPS, max(1, round(SHORTEST_SAMPLE_S / once)))


def _cpu_time_s(work: Callable[[], object], loops: int) -> float:
    gc.collect()
    gc.disable()
    try:
        start = time.process_time()
        for _ in range(loops):
            work()
        return (time.process_time() - start) / loops
    finally:
        gc.enable()


def in_new_process(code: str, *arguments: str) -> str:
    """Return what `code` prints in a fresh interpreter: no memory, no module left from before."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.strip()
