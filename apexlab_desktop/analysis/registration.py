"""Laying one session onto the line of another: same track, common offset, same start line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from apexlab_desktop.analysis import geo
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.lap_path import driven_length, lap_path
from apexlab_desktop.analysis.lap_span import Placement
from apexlab_desktop.analysis.order_statistics import median
from apexlab_desktop.analysis.projection import DrivenPath, LineTable, Projection, project
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    FloatArray,
    IntArray,
    Lap,
    Notice,
    ReferenceLine,
    Severity,
    Trajectory,
)
from apexlab_desktop.errors import AnalysisError

_HUBER_M = 1.0
"""Drivers' lines differ by about this; farther samples weigh less."""
_ITERATIONS = 20
_START_ZONE_S = 2.0
_MIN_VALID_SHARE = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonOffset:
    """Offset of a session's positions from a line.

    Attributes
    ----------
    x_m, y_m : float
        What to add to the positions [m].
    n_straights : int
        Straights it rests on.
    heading_spread_rad : float
        Largest angle between two of them, as undirected lines [rad].
    """

    x_m: float
    y_m: float
    n_straights: int
    heading_spread_rad: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _PlacedLap:
    """A lap of the other session on the line."""

    lap: Lap
    path: DrivenPath
    places: Projection


def in_plane_of(session: AnalysedSession, line: ReferenceLine) -> AnalysedSession:
    """Return `session` with its positions in the plane of `line`.

    Parameters
    ----------
    session : AnalysedSession
        With a trajectory.
    line : ReferenceLine

    Raises
    ------
    AnalysisError
        If one has latitude and longitude and the other only metres.
    """
    motion = session.trajectory
    origin = (line.origin_lat_deg, line.origin_lon_deg)
    if motion is None or (motion.origin_lat_deg, motion.origin_lon_deg) == origin:
        return session
    if None in origin or motion.origin_lat_deg is None or motion.origin_lon_deg is None:
        raise AnalysisError(
            expected="two sessions with positions of one kind",
            found="latitude and longitude in one, metres of a simulator in the other",
            advice="Compare sessions of the same source",
        )
    lat_deg, lon_deg = geo.to_geodetic(
        motion.x_m, motion.y_m, motion.origin_lat_deg, motion.origin_lon_deg
    )
    x_m, y_m = geo.to_local(lat_deg, lon_deg, float(origin[0] or 0.0), float(origin[1] or 0.0))
    moved = replace(motion, x_m=x_m, y_m=y_m, origin_lat_deg=origin[0], origin_lon_deg=origin[1])
    return replace(session, trajectory=moved)


def place(
    session: AnalysedSession,
    line: ReferenceLine,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> tuple[Placement, tuple[Notice, ...]]:
    """Return how to lay the laps of `session` onto the line of another session.

    Parameters
    ----------
    session : AnalysedSession
        In the plane of `line`.
    line : ReferenceLine
    config : AnalysisConfig

    Returns
    -------
    Placement
        Shift of the positions, and lead of the start line.
    tuple of Notice
        `registration_applied` with the shift, `registration_not_applied` with the reason, or
        `registration_off`.

    Raises
    ------
    AnalysisError
        If the session was driven on another track, layout or in the other direction, or its start
        line lies elsewhere.

    Notes
    -----
    Receivers differ by 1 to 3 m that hardly change within a session. The offset is the one that
    brings the session's laps onto the line on the straights, where drivers agree (algorithms.md
    4.4).
    """
    table = LineTable(line)
    laps = _placed_laps(session, table, config)
    _require_same_layout(session, laps, table, config)
    shift = (0.0, 0.0)
    notices: tuple[Notice, ...] = ()
    if config.is_registration_enabled and not session.raw.is_sim:
        offset = common_offset(laps_offsets(laps), line, config)
        shift, notices = _judged(offset, config)
    elif not session.raw.is_sim:
        notices = (_switched_off(),)
    lead_m = _start_lead(laps, table, shift)
    if abs(lead_m) > config.max_start_offset_m:
        raise AnalysisError(
            expected=f"start lines within {config.max_start_offset_m:.0f} m of each other",
            found=f"{abs(lead_m):.0f} m between them",
            advice="Split the second session with the start line of the first",
        )
    placement = Placement(
        shift_x_m=shift[0], shift_y_m=shift[1], start_lead_m=lead_m, is_guest=True
    )
    return placement, notices


def laps_offsets(laps: list[_PlacedLap]) -> tuple[FloatArray, FloatArray]:
    """Return stations and offsets of all samples of the laps that have them, shape (n,) each."""
    station = np.concatenate([p.places.station_m[p.places.is_valid] for p in laps])
    offset = np.concatenate([p.places.offset_m[p.places.is_valid] for p in laps])
    return station, offset


def common_offset(
    samples: tuple[FloatArray, FloatArray],
    line: ReferenceLine,
    config: AnalysisConfig = DEFAULT_CONFIG,
) -> CommonOffset | None:
    """Return what brings samples onto the straights of a line, or None without straights.

    Parameters
    ----------
    samples : tuple of ndarray, shape (n,)
        Stations and offsets (left positive) [m].
    line : ReferenceLine
    config : AnalysisConfig

    Notes
    -----
    Minimises the Huber loss of `n + d . N` over the samples on straights, N being the normal to
    the left, by iteratively reweighted least squares.
    """
    station_m, offset_m = samples
    straight = straight_index(line, config)
    index = np.searchsorted(line.station_m, np.mod(station_m, line.length_m), side="right") - 1
    which = straight[index]
    on = which >= 0
    if not np.any(on):
        return None
    heading = line.heading_rad[index[on]]
    normal = np.stack((-np.sin(heading), np.cos(heading)), axis=1)
    shift = _huber_fit(normal, -offset_m[on])
    used = np.unique(which[on])
    middle = [median(line.heading_rad[straight == k]) for k in used]
    apart = np.abs(np.subtract.outer(middle, middle)) % np.pi
    spread = float(np.max(np.minimum(apart, np.pi - apart)))
    return CommonOffset(
        x_m=float(shift[0]), y_m=float(shift[1]), n_straights=used.size, heading_spread_rad=spread
    )


def straight_index(line: ReferenceLine, config: AnalysisConfig = DEFAULT_CONFIG) -> IntArray:
    """Return the number of the straight at each grid point, -1 in corners, shape (n,)."""
    is_straight = np.abs(line.curvature_per_m) < config.straight_curvature_per_m
    edges = np.flatnonzero(np.diff(is_straight)) + 1
    bounds = np.concatenate(([0], edges, [is_straight.size]))
    index = np.full(is_straight.size, -1, dtype=np.int64)
    number = 0
    for start, stop in pairwise(bounds.tolist()):
        length_m = line.station_m[stop - 1] - line.station_m[start]
        if is_straight[start] and length_m >= config.min_straight_m:
            index[start:stop] = number
            number += 1
    return index


def _huber_fit(normal: FloatArray, target_m: FloatArray) -> npt.NDArray[np.float64]:
    weight: FloatArray = np.ones(target_m.size)
    shift: FloatArray = np.zeros(2)
    for _ in range(_ITERATIONS):
        weighted = normal * weight[:, None]
        normal_matrix, right = weighted.T @ normal, weighted.T @ target_m
        shift = np.asarray(np.linalg.lstsq(normal_matrix, right, rcond=None)[0], dtype=np.float64)
        miss = np.abs(target_m - normal @ shift)
        weight = np.asarray(_HUBER_M / np.maximum(miss, _HUBER_M), dtype=np.float64)
    return np.asarray(shift, dtype=np.float64)


def _judged(
    offset: CommonOffset | None, config: AnalysisConfig
) -> tuple[tuple[float, float], tuple[Notice, ...]]:
    """Return the shift to apply, and the notice about it."""
    reason = _refusal(offset, config)
    if offset is None or reason:
        notice = Notice(
            code="registration_not_applied",
            severity=Severity.INFO,
            detail=f"positions of the two sessions were compared as they are: {reason}",
        )
        return (0.0, 0.0), (notice,)
    notice = Notice(
        code="registration_applied",
        severity=Severity.REPAIRED,
        detail=(
            f"positions of the other session moved by {offset.x_m:+.2f} m east and"
            f" {offset.y_m:+.2f} m north to lie on the same straights"
        ),
    )
    return (offset.x_m, offset.y_m), (notice,)


def _switched_off() -> Notice:
    return Notice(
        code="registration_off",
        severity=Severity.INFO,
        detail="positions of the two sessions are compared as they were recorded, as asked",
    )


def _refusal(offset: CommonOffset | None, config: AnalysisConfig) -> str:
    if offset is None or offset.n_straights < config.min_registration_straights:
        return f"fewer than {config.min_registration_straights} straights"
    if offset.heading_spread_rad < config.registration_heading_spread_rad:
        return "the straights all point the same way"
    size_m = float(np.hypot(offset.x_m, offset.y_m))
    if size_m > config.max_registration_m:
        return f"they differ by {size_m:.1f} m, more than receivers do"
    return ""


def _placed_laps(
    session: AnalysedSession, table: LineTable, config: AnalysisConfig
) -> list[_PlacedLap]:
    """Return the session's fastest timed laps on the line."""
    motion = session.trajectory
    timed = [lap for lap in session.laps if lap.lap_time_s is not None]
    laps = [lap for lap in timed if lap.is_clean] or timed
    laps.sort(key=lambda lap: (lap.lap_time_s, lap.start_s))
    if motion is None:
        return []
    return [_placed(motion, lap, table, config) for lap in laps[: config.max_line_laps]]


def _placed(
    motion: Trajectory, lap: Lap, table: LineTable, config: AnalysisConfig, *, ahead: bool = True
) -> _PlacedLap:
    path = lap_path(motion, lap, table.length_m, is_reversed=not ahead)
    detour_m = abs(driven_length(motion, lap) - table.length_m)
    search_m = 2.0 * config.max_start_offset_m + detour_m
    places = project(table, path, min(search_m, config.max_search_m), config)
    return _PlacedLap(lap=lap, path=path, places=places)


def _require_same_layout(
    session: AnalysedSession, laps: list[_PlacedLap], table: LineTable, config: AnalysisConfig
) -> None:
    motion = session.trajectory
    if motion is None or not laps:
        raise AnalysisError(
            expected="a session with positions and a timed lap", found="one without"
        )
    lengths_m = np.array([driven_length(motion, placed.lap) for placed in laps])
    ratio = median(lengths_m) / table.length_m
    if abs(ratio - 1.0) > config.length_tolerance_ratio:
        raise AnalysisError(
            expected=f"laps of {table.length_m:.0f} m",
            found=f"laps of {median(lengths_m):.0f} m",
            advice="The sessions were driven on different layouts",
        )
    if _lies_on_line(laps, config):
        return
    if _lies_on_line([_placed(motion, laps[0].lap, table, config, ahead=False)], config):
        raise AnalysisError(
            expected="the same driving direction",
            found="the opposite one",
            advice="The sessions were driven in different directions",
        )
    raise AnalysisError(
        expected=f"laps within {config.layout_mean_distance_m:.0f} m of the line",
        found="laps elsewhere",
        advice="The sessions were driven on different tracks or layouts, or start elsewhere",
    )


def _lies_on_line(laps: list[_PlacedLap], config: AnalysisConfig) -> bool:
    valid = np.concatenate([placed.places.is_valid for placed in laps])
    if valid.size == 0 or float(np.mean(valid)) < _MIN_VALID_SHARE:
        return False
    distance_m = np.abs(laps_offsets(laps)[1])
    return bool(
        np.mean(distance_m) <= config.layout_mean_distance_m
        and np.percentile(distance_m, 95.0) <= config.layout_p95_distance_m
    )


def _start_lead(laps: list[_PlacedLap], table: LineTable, shift: tuple[float, float]) -> float:
    """Return how far past station 0 the session's own laps begin, after the shift [m]."""
    _, _, cos, sin, _, _ = table.fine(np.zeros(1))
    leads = []
    for placed in laps:
        near = placed.places.is_valid & (placed.path.time_s < placed.lap.start_s + _START_ZONE_S)
        if np.any(near):
            ahead_m = placed.places.station_m[near] - placed.path.predicted_m[near]
            leads.append(float(np.mean(ahead_m)))
    if not leads:
        return 0.0
    return median(leads) + shift[0] * float(cos[0]) + shift[1] * float(sin[0])
