"""Laps side by side at the same places, from one session or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis import (
    distance,
    drift,
    lap_channels,
    latency,
    reference_line,
    registration,
)
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.delta_band import DeltaBand, clock_correction
from apexlab_desktop.analysis.drift import Steadied
from apexlab_desktop.analysis.dropouts import Dropouts, dropouts_between, dropouts_of
from apexlab_desktop.analysis.lap_span import IN_PLACE, Placement, official_time
from apexlab_desktop.analysis.order_statistics import usual_step
from apexlab_desktop.analysis.projection import LineTable
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    BoolArray,
    ChannelGroup,
    ComparedLap,
    Comparison,
    FloatArray,
    Lap,
    LapTrace,
    Notice,
    ReferenceLine,
    Severity,
    read_only,
)
from apexlab_desktop.errors import NoLapsError

MAX_CLOSURE_ERROR_S = 1e-6
NOTED_CORRECTION_S = 0.02
"""Drivers read the delta to a few hundredths of a second."""

Item = tuple[AnalysedSession, Lap, str]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Entrant:
    """A session of the comparison, in the plane of its line."""

    session: AnalysedSession
    placement: Placement
    lags: Mapping[str, float]
    is_home: bool


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Blur:
    """What dropouts take from a lap on the grid; arrays have shape (n_grid,).

    Attributes
    ----------
    is_hidden : ndarray of bool
        Places of which nobody knows when the lap was there, the line excepted.
    variance_s2 : ndarray
        Of the time at each place, by shorter dropouts [s2].
    """

    is_hidden: BoolArray
    variance_s2: FloatArray


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Ground:
    """What all laps are laid onto."""

    line: ReferenceLine | None
    table: LineTable | None
    grid_m: FloatArray
    lap: Lap
    reference: LapTrace
    reference_time_s: float
    band: DeltaBand
    blur: _Blur


def compare_laps(
    items: Sequence[Item],
    reference_index: int = 0,
    config: AnalysisConfig = DEFAULT_CONFIG,
    *,
    line: ReferenceLine | None = None,
) -> Comparison:
    """Return laps on the grid of the reference's line, with their deltas and channels.

    Parameters
    ----------
    items : sequence of (AnalysedSession, Lap, str)
        Session, lap and label; laps of several sessions may mix.
    reference_index : int
        Which of them the others are compared with.
    config : AnalysisConfig
    line : ReferenceLine, optional
        Line of the reference's session where it is known already; else it is built from its laps.

    Returns
    -------
    Comparison

    Raises
    ------
    NoLapsError
        If there is nothing to compare.
    AnalysisError
        If a lap is incomplete, or was driven on another layout or in the other direction.
    """
    if not 0 <= reference_index < len(items):
        raise NoLapsError(expected="a lap to compare with", found=f"{len(items)} laps")
    steady = _steadied(items, config)
    items = [(steady[id(session)].session, lap, label) for session, lap, label in items]
    sigmas_m = {id(one.session): one.fix_sigma_m for one in steady.values()}
    home, reference_lap, _ = items[reference_index]
    if line is None:
        line = reference_line.build(home.trajectory, home.laps, config)
    ground = _ground(home, reference_lap, line, sigmas_m[id(home)], config)
    entrants, notices = _entrants(items, home, ground, sigmas_m, config)
    both = [_compared(item, entrants[id(item[0])], ground, config) for item in items]
    compared = tuple(lap for lap, _ in both)
    closure_s = max(_closure_error(lap) for lap in compared)
    assert closure_s <= MAX_CLOSURE_ERROR_S, closure_s  # noqa: S101 -- an invariant, not input
    return Comparison(
        reference_index=reference_index,
        distance_m=ground.grid_m,
        line=line,
        laps=compared,
        closure_error_s=closure_s,
        notices=(
            *(notice for one in steady.values() for notice in one.notices),
            *notices,
            *_notices_about_method(ground.reference),
            *_notices_about_grid(ground.grid_m, config),
            *_notices_about_lap_times([late_s for _, late_s in both]),
        ),
        lags_s=entrants[id(home)].lags,
    )


def _steadied(items: Sequence[Item], config: AnalysisConfig) -> dict[int, Steadied]:
    """Return each session with steadier positions, by the identity of the one given."""
    found: dict[int, Steadied] = {}
    for session, _, _ in items:
        if id(session) not in found:
            found[id(session)] = drift.steadied(session, config)
    return found


def _ground(
    home: AnalysedSession,
    lap: Lap,
    line: ReferenceLine | None,
    fix_sigma_m: float,
    config: AnalysisConfig,
) -> _Ground:
    table = None if line is None else LineTable(line)
    placement = Placement(fix_sigma_m=fix_sigma_m)
    trace = distance.lap_trace(home, lap, table, config, placement=placement)
    grid_m = distance.grid(float(trace.station_m[-1]), config) if line is None else line.station_m
    reference = distance.on_stations(trace, grid_m)
    return _Ground(
        line=line,
        table=table,
        grid_m=read_only(grid_m),
        lap=lap,
        reference=reference,
        reference_time_s=official_time(lap),
        band=DeltaBand(reference, line, config),
        blur=_blur(home, trace, reference, config),
    )


def _blur(
    session: AnalysedSession, trace: LapTrace, on_grid: LapTrace, config: AnalysisConfig
) -> _Blur:
    """Return what is not known about a lap's time because there were no fixes."""
    at_s, dropouts = on_grid.session_time_s, _dropouts(session, trace, config)
    is_hidden = dropouts.unknown(at_s)
    # There both laps are by definition.
    is_hidden[[0, -1]] = False
    sigma_s = dropouts.sigma_m(at_s)
    if sigma_s.any():
        sigma_s *= np.gradient(on_grid.time_s, on_grid.station_m)
    return _Blur(is_hidden=is_hidden, variance_s2=sigma_s**2)


def _dropouts(session: AnalysedSession, trace: LapTrace, config: AnalysisConfig) -> Dropouts:
    if session.trajectory is None or trace.method == "sim_distance":
        own_s = trace.session_time_s
        return dropouts_between(own_s, 1.0 / usual_step(own_s), config)
    first_s, last_s = trace.session_time_s[[0, -1]]
    return dropouts_of(session.trajectory, float(first_s), float(last_s), config)


def _entrants(
    items: Sequence[Item],
    home: AnalysedSession,
    ground: _Ground,
    sigmas_m: Mapping[int, float],
    config: AnalysisConfig,
) -> tuple[dict[int, _Entrant], list[Notice]]:
    """Return each session once, by identity, and what was noticed about the guests."""
    entrants: dict[int, _Entrant] = {}
    notices: list[Notice] = []
    for session, _, _ in items:
        if id(session) in entrants:
            continue
        is_home = session is home
        placement = (
            Placement(length_m=float(ground.grid_m[-1])) if ground.line is None else IN_PLACE
        )
        placed = session
        if not is_home and ground.line is not None:
            placed = registration.in_plane_of(session, ground.line)
            placement, more = registration.place(placed, ground.line, config)
            notices.extend(more)
        lags = latency.channel_lags(session, config)
        notices.extend(
            _late(session, group, lags[group.name])
            for group in session.raw.groups
            if group.name in lags
        )
        entrants[id(session)] = _Entrant(
            session=placed,
            placement=replace(placement, fix_sigma_m=sigmas_m[id(session)]),
            lags=lags,
            is_home=is_home,
        )
    return entrants, notices


def _late(session: AnalysedSession, group: ChannelGroup, lag_s: float) -> Notice:
    way = "late" if lag_s > 0.0 else "early"
    detail = f"its channels were {abs(lag_s):.2f} s {way} against the receiver and are moved"
    scale = latency.speed_scale(session, group, lag_s)
    if scale is not None:
        side = "high" if scale > 1.0 else "low"
        detail += f"; its speed reads {100.0 * abs(scale - 1.0):.1f} % {side}"
    return Notice(
        code="channels_aligned", severity=Severity.REPAIRED, channel=group.name, detail=detail
    )


def _compared(
    item: Item, entrant: _Entrant, ground: _Ground, config: AnalysisConfig
) -> tuple[ComparedLap, float]:
    """Return the lap on the grid, and by how much its lap time differs from its places' [s]."""
    _, lap, label = item
    trace = distance.lap_trace(
        entrant.session, lap, ground.table, config, placement=entrant.placement
    )
    on_grid = distance.on_stations(trace, ground.grid_m)
    blur = _blur(entrant.session, trace, on_grid, config)
    delta_t_s = on_grid.time_s - ground.reference.time_s
    is_hidden = blur.is_hidden | ground.blur.is_hidden
    if entrant.is_home and lap == ground.lap:
        # A lap against itself is certain, even where nobody knows when it was there.
        sigma_s, is_hidden = np.zeros(delta_t_s.size), np.zeros(delta_t_s.size, dtype=np.bool_)
    else:
        sigma_s = ground.band.sigma(trace, on_grid, is_same_session=entrant.is_home)
        sigma_s = np.sqrt(sigma_s**2 + blur.variance_s2 + ground.blur.variance_s2)
    channels = lap_channels.on_stations(
        entrant.session, on_grid, ground.grid_m, entrant.placement, entrant.lags, config
    )
    compared = ComparedLap(
        label=label,
        lap=lap,
        gap_s=official_time(lap) - ground.reference_time_s,
        time_s=_hidden_where(blur.is_hidden, on_grid.time_s),
        delta_t_s=_hidden_where(is_hidden, delta_t_s),
        delta_t_sigma_s=_hidden_where(is_hidden, sigma_s),
        channels={name: _hidden_where(blur.is_hidden, row) for name, row in channels.items()},
    )
    return compared, float(clock_correction(trace)[-1])


def _hidden_where(is_hidden: BoolArray, values: FloatArray) -> FloatArray:
    return read_only(np.where(is_hidden, np.nan, values) if is_hidden.any() else values)


def _closure_error(lap: ComparedLap) -> float:
    """Return how far the delta misses 0 at the start and the gap at the end [s]."""
    return float(max(abs(lap.delta_t_s[0]), abs(lap.delta_t_s[-1] - lap.gap_s)))


def _notices_about_lap_times(late_s: Sequence[float]) -> tuple[Notice, ...]:
    """Return a notice where lap times are further from those of the places than can be ignored."""
    doubtful = [abs(one) for one in late_s if abs(one) > NOTED_CORRECTION_S]
    if not doubtful:
        return ()
    return (
        Notice(
            code="lap_times_uncertain",
            severity=Severity.INFO,
            count=len(doubtful),
            detail=(
                f"{len(doubtful)} lap times differ by up to {1e3 * max(doubtful):.0f} ms from"
                " those of the places around the line; the delta meets them just before the line"
            ),
        ),
    )


def _notices_about_grid(grid_m: FloatArray, config: AnalysisConfig) -> tuple[Notice, ...]:
    if grid_m.size < 2 or grid_m[1] - grid_m[0] < 1.01 * config.grid_step_m:
        return ()
    return (
        Notice(
            code="grid_coarsened",
            severity=Severity.INFO,
            detail=(
                f"the lap is {grid_m[-1] / 1e3:.0f} km long: it is compared every"
                f" {grid_m[1] - grid_m[0]:.1f} m instead of {config.grid_step_m:g} m"
            ),
        ),
    )


def _notices_about_method(reference: LapTrace) -> tuple[Notice, ...]:
    if reference.method != "normalised_odometer":
        return ()
    return (
        Notice(
            code="places_by_odometer",
            severity=Severity.INFO,
            detail="without positions laps are compared at equal shares of their distance",
        ),
    )
