"""Six linked plots of four laps: the cursor, panning and zooming."""

from __future__ import annotations

import itertools
from pathlib import Path

from tests.bench.harness import Measured, in_turn, row

N = 100_000
FEW, MANY = 5_000, 1_000_000
BLIT = "blit of the kept 6x4 picture under the line, and the line"
PAINTER = "own painter: min/max pyramid, one polyline per curve into one pixmap"
PLACES = [k / 97 for k in range(98)]
PANS = [(0.20 + 0.002 * k, 0.60 + 0.002 * k) for k in range(50)]
ZOOMS = [(0.30 - 0.005 * k, 0.50 + 0.008 * k) for k in range(50)]


@row(
    "cursor",
    ours="cursor move with read-outs, 6 plots x 4 laps x 100 k points",
    floor=BLIT,
    holds=10,
)
def cursor(_: Path) -> Measured:
    from tests.bench.plot_scene import Floor, Ours

    ours, floor = Ours(N), Floor(N)
    places, same = itertools.cycle(PLACES), itertools.cycle(PLACES)
    return in_turn(lambda: ours.move_cursor(next(places)), lambda: floor.move_cursor(next(same)))


@row("cursor_growth", ours="the same at 1 M points", floor="the same at 5 k points", holds=1.5)
def cursor_growth(_: Path) -> Measured:
    from tests.bench.plot_scene import Ours

    many, few = Ours(MANY), Ours(FEW)
    places, same = itertools.cycle(PLACES), itertools.cycle(PLACES)
    return in_turn(lambda: many.move_cursor(next(places)), lambda: few.move_cursor(next(same)))


def _against_own_painter(stretches: list[tuple[float, float]]) -> Measured:
    from tests.bench.plot_scene import Floor, Ours

    ours, floor = Ours(N), Floor(N)
    shown, same = itertools.cycle(stretches), itertools.cycle(stretches)
    return in_turn(lambda: ours.show(*next(shown)), lambda: floor.show_stretch(*next(same)))


def _many_against_few(stretches: list[tuple[float, float]]) -> Measured:
    from tests.bench.plot_scene import Ours

    many, few = Ours(MANY), Ours(FEW)
    shown, same = itertools.cycle(stretches), itertools.cycle(stretches)
    return in_turn(lambda: many.show(*next(shown)), lambda: few.show(*next(same)))


@row("pan", ours="pan, 6 x 4 x 100 k", floor=PAINTER, holds=7)
def pan(_: Path) -> Measured:
    return _against_own_painter(PANS)


@row("zoom", ours="zoom, 6 x 4 x 100 k", floor=PAINTER, holds=7)
def zoom(_: Path) -> Measured:
    return _against_own_painter(ZOOMS)


@row("pan_growth", ours="pan at 1 M points", floor="pan at 5 k points", holds=2)
def pan_growth(_: Path) -> Measured:
    return _many_against_few(PANS)


@row("zoom_growth", ours="zoom at 1 M points", floor="zoom at 5 k points", holds=2)
def zoom_growth(_: Path) -> Measured:
    return _many_against_few(ZOOMS)
