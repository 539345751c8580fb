"""What a corner is called by its shape, which belong together, and what drivers do there."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from apexlab_desktop.analysis.config import AnalysisConfig
from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.corner_zones import gap_between, is_inside, zone_length
from apexlab_desktop.analysis.types import FloatArray, ReferenceLine

_BEHIND_APEX_RATIO = 0.3
"""Share of the zone behind the apex in which the car can still be slowest."""


def described(
    corners: Sequence[Corner],
    line: ReferenceLine,
    speed_mps: FloatArray | None,
    config: AnalysisConfig,
) -> tuple[Corner, ...]:
    """Return the corners with kind, complex and, where speed is known, character.

    Parameters
    ----------
    corners : sequence of Corner
        In driving order.
    line : ReferenceLine
    speed_mps : ndarray, shape (n,), or None
        Typical speed on the line [m/s].
    config : AnalysisConfig
    """
    groups = complexes(corners, line, speed_mps, config)
    named: list[Corner] = []
    for index, corner in enumerate(corners):
        loss = None if speed_mps is None else speed_loss(corners, index, line, speed_mps)
        named.append(
            replace(
                corner,
                kind=kind_of(corner, loss, config),
                complex=groups.get(corner.id, ""),
                character="" if loss is None else character_of(loss, config),
            )
        )
    return tuple(named)


def kind_of(corner: Corner, speed_loss_ratio: float | None, config: AnalysisConfig) -> str:
    """Return `hairpin`, `carousel`, `sweeper`, `kink` or `corner` (analysis.md 7.6).

    Parameters
    ----------
    corner : Corner
    speed_loss_ratio : float or None
        Share of the speed lost on the way in; a kink costs next to none.
    config : AnalysisConfig

    Notes
    -----
    The arc is the smallest radius over the angle turned: a zone also holds the way in and out.
    """
    turned = abs(corner.turned_rad)
    arc_m = turned * corner.radius_m
    is_tight = corner.radius_m < config.hairpin_radius_m or arc_m <= config.hairpin_arc_m
    if turned >= config.hairpin_turn_rad and is_tight:
        return "hairpin"
    if turned >= config.carousel_turn_rad:
        return "carousel"
    is_cheap = speed_loss_ratio is None or speed_loss_ratio < config.kink_speed_loss
    if turned <= config.kink_turn_rad and is_cheap:
        return "kink"
    if turned >= config.sweeper_turn_rad and arc_m >= config.sweeper_arc_m:
        return "sweeper"
    return "corner"


def character_of(speed_loss_ratio: float, config: AnalysisConfig) -> str:
    """Return `flat`, `lift` or `brake` by the share of speed lost (analysis.md 7.9)."""
    if speed_loss_ratio < config.flat_speed_loss:
        return "flat"
    return "lift" if speed_loss_ratio <= config.lift_speed_loss else "brake"


def speed_loss(
    corners: Sequence[Corner], index: int, line: ReferenceLine, speed_mps: FloatArray
) -> float | None:
    """Return the share of its speed that a car loses for a corner; None where speed is not known.

    From the fastest place behind the previous corner's apex to a slower one in this corner: where
    it only gets faster, nothing is lost. What is lost far behind the apex is lost for the next one.
    """
    corner, before = corners[index], corners[index - 1]
    from_m = before.apex_m if len(corners) > 1 else corner.exit_m
    if not line.is_closed and index == 0:
        from_m = 0.0
    behind_m = _BEHIND_APEX_RATIO * zone_length(corner, line.length_m)
    reach_m = (corner.apex_m - from_m) % line.length_m + behind_m
    entry_m = (corner.entry_m - from_m) % line.length_m
    along_m = (line.station_m - from_m) % line.length_m if line.is_closed else line.station_m
    near = np.flatnonzero((along_m <= reach_m) & np.isfinite(speed_mps))
    order = near[np.argsort(along_m[near], kind="stable")]
    if not order.size or not np.any(along_m[order] >= entry_m):
        return None
    fastest = np.maximum.accumulate(speed_mps[order])
    lost = 1.0 - speed_mps[order] / np.maximum(fastest, 1e-9)
    return float(lost[along_m[order] >= entry_m].max())


def complexes(
    corners: Sequence[Corner],
    line: ReferenceLine,
    speed_mps: FloatArray | None,
    config: AnalysisConfig,
) -> dict[str, str]:
    """Return corner id to the id of its chicane or esses (algorithms.md 5.1).

    Neighbours of opposite direction belong together when the way between them is short and the car
    does not speed up on it.
    """
    pairs = list(itertools.pairwise(corners))
    if line.is_closed and len(corners) > 2:
        pairs.append((corners[-1], corners[0]))
    linked = [pair for pair in pairs if _is_linked(*pair, line, speed_mps, config)]
    if len(linked) == len(corners):
        linked = linked[:-1]
    head = {corner.id: corner.id for corner in corners}
    # The pair over the line comes last but leads on to the first corner: follow it first.
    for before, after in sorted(linked, key=lambda pair: pair[0].apex_m < pair[1].apex_m):
        head[after.id] = head[before.id]
    heads = {head[corner.id] for pair in linked for corner in pair}
    return {key: f"x{value[1:]}" for key, value in head.items() if value in heads}


def _is_linked(
    before: Corner,
    after: Corner,
    line: ReferenceLine,
    speed_mps: FloatArray | None,
    config: AnalysisConfig,
) -> bool:
    if before.direction == after.direction:
        return False
    gap_m = gap_between(before, after, line.length_m)
    if speed_mps is None:
        return gap_m <= config.complex_gap_m
    between = is_inside(line.station_m, before.apex_m, after.apex_m)
    known = speed_mps[between]
    known = known[np.isfinite(known)]
    if not known.size:
        return gap_m <= config.complex_gap_m
    if gap_m > max(config.complex_gap_m, config.complex_gap_s * float(known.mean())):
        return False
    return not _speeds_up(known, float(line.station_m[1]), config)


def _speeds_up(speed_mps: FloatArray, step_m: float, config: AnalysisConfig) -> bool:
    """Return whether the car accelerates for a while somewhere along the way."""
    if speed_mps.size < 3:
        return False
    accel_mps2 = np.gradient(0.5 * speed_mps**2, step_m)
    step_s = step_m / np.maximum(speed_mps, 0.1)
    is_on = accel_mps2 > config.complex_accel_mps2
    held_s, longest_s = 0.0, 0.0
    for on, dt in zip(is_on.tolist(), step_s.tolist(), strict=True):
        held_s = held_s + dt if on else 0.0
        longest_s = max(longest_s, held_s)
    return longest_s > config.complex_accel_s
