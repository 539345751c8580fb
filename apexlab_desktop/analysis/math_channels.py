"""Formulas worked on a session: on the grid of laps, or on the time base of their channels."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis import latency, resample
from apexlab_desktop.analysis.channels import CATALOGUE
from apexlab_desktop.analysis.config import DEFAULT_CONFIG, AnalysisConfig
from apexlab_desktop.analysis.expression_functions import Axes
from apexlab_desktop.analysis.expression_syntax import Formula, Step
from apexlab_desktop.analysis.expression_tokens import fault
from apexlab_desktop.analysis.expressions import (
    ChannelValues,
    MathValues,
    unknown_channel,
    work,
)
from apexlab_desktop.analysis.types import (
    AnalysedSession,
    Channel,
    ChannelGroup,
    ChannelKind,
    ComparedLap,
    Comparison,
    FloatArray,
    StoredArray,
    read_only,
)
from apexlab_desktop.errors import ExpressionError, InsufficientDataError

_MOTION_UNITS = {
    "speed_mps": "m/s",
    "course_rad": "rad",
    "accel_long_mps2": "m/s2",
    "accel_lat_mps2": "m/s2",
    "curvature_per_m": "1/m",
    "x_m": "m",
    "y_m": "m",
}
"""Channels of the repaired motion, which come before those of the file."""
_LAP_UNITS = {"lateral_offset_m": "m"}
"""Channels that only a lap on its line has."""
TIME, DISTANCE = "time_s", "distance_m"
"""Of a lap: since its start, along its line; of a session: since its start, driven."""

Key = tuple[str, bool]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Source:
    """A channel on its own time base."""

    time_s: FloatArray
    values: StoredArray
    unit: str
    kind: ChannelKind


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SessionMath:
    """A formula over a whole session.

    Attributes
    ----------
    time_s : ndarray, shape (n,)
        Session time [s].
    result : MathValues
        Values of shape (1, n).
    """

    time_s: FloatArray
    result: MathValues


def on_laps(
    formula: Formula,
    session: AnalysedSession,
    comparison: Comparison,
    config: AnalysisConfig = DEFAULT_CONFIG,
    *,
    kept: Mapping[str, Formula] | None = None,
) -> MathValues:
    """Return a formula on the places of compared laps, all of one session.

    Parameters
    ----------
    formula : Formula
    session : AnalysedSession
    comparison : Comparison
        Laps of that session; `delta` is against its reference.
    config : AnalysisConfig
    kept : mapping of str to Formula, optional
        Formulas that it may name like channels; what the session has of that name comes first.

    Returns
    -------
    MathValues
        Values of shape (n_laps, n_grid).

    Raises
    ------
    ExpressionError
        If it names a channel that is not there, or its units do not fit.
    """
    axes = Axes(
        time_s=np.array([lap.time_s for lap in comparison.laps]),
        distance_m=np.broadcast_to(
            comparison.distance_m, (len(comparison.laps), comparison.distance_m.size)
        ),
        longest_gap_s=config.channel_gap_s,
        is_gap_by_time=False,
        reference_row=comparison.reference_index,
    )
    chain = chain_of(formula, session, kept or {})
    lags = latency.channel_lags(session, config)
    done: dict[str, MathValues] = {}
    for name, one in chain:
        given: dict[Key, ChannelValues] = {}
        for step in one.channels:
            found = _of_others(step, done) or _on_laps(
                session, step, comparison, axes, lags, config
            )
            if found is None:
                raise unknown_channel(one, step, (*known_names(session, on_laps=True), *done))
            given[step.name, step.is_quoted] = found
        done[name] = _named(name, one, given, axes)
    return done[""]


def on_session(
    formula: Formula,
    session: AnalysedSession,
    config: AnalysisConfig = DEFAULT_CONFIG,
    *,
    kept: Mapping[str, Formula] | None = None,
) -> SessionMath:
    """Return a formula over a whole session, on the densest time base of its channels.

    Parameters
    ----------
    formula : Formula
    session : AnalysedSession
    config : AnalysisConfig
    kept : mapping of str to Formula, optional
        Formulas that it may name like channels; what the session has of that name comes first.

    Raises
    ------
    ExpressionError
        If it names a channel that is not there, or its units do not fit.
    InsufficientDataError
        If the session has no channel at all.
    """
    chain = chain_of(formula, session, kept or {})
    names = {name for name, _ in chain}
    lags = latency.channel_lags(session, config)
    sources = _sources(session, chain, names, lags)
    base_s = _time_base(session, sources)
    axes = _session_axes(session, base_s, config)
    on_base = {key: _on_base(source, base_s, config) for key, source in sources.items()}
    on_base[TIME, False] = ChannelValues(values=axes.time_s, unit="s")
    if axes.distance_m is not None:
        on_base[DISTANCE, False] = ChannelValues(values=axes.distance_m, unit="m")
    done: dict[str, MathValues] = {}
    for name, one in chain:
        given: dict[Key, ChannelValues] = {}
        for step in one.channels:
            found = _of_others(step, done) or on_base.get((step.name, step.is_quoted))
            if found is None:
                raise unknown_channel(one, step, (*known_names(session), *done))
            given[step.name, step.is_quoted] = found
        done[name] = _named(name, one, given, axes)
    return SessionMath(time_s=read_only(base_s.copy()), result=done[""])


def chain_of(
    formula: Formula, session: AnalysedSession, kept: Mapping[str, Formula]
) -> list[tuple[str, Formula]]:
    """Return a formula, named "", behind all kept ones that it needs, each before its users.

    Raises
    ------
    ExpressionError
        If a kept formula needs itself.
    """
    chain: dict[str, Formula] = {}
    # What is being gone through, with the channels still to look at.
    path: list[tuple[str, Formula, list[Step]]] = [("", formula, list(formula.channels))]
    while path:
        name, current, rest = path[-1]
        if not rest:
            chain[name] = current
            path.pop()
            continue
        step = rest.pop(0)
        if step.name not in kept or step.name in chain or _has(session, step):
            continue
        if step.name in {above for above, _, _ in path}:
            raise fault(
                current.text,
                step.position,
                expected="a formula that does not need itself",
                found=f'"{step.name}" inside "{step.name}"',
            )
        path.append((step.name, kept[step.name], list(kept[step.name].channels)))
    return list(chain.items())


def _has(session: AnalysedSession, step: Step) -> bool:
    own = (TIME, DISTANCE, *_MOTION_UNITS, *_LAP_UNITS)
    return (step.name in own and not step.is_quoted) or _of_file(session, step) is not None


def _named(
    name: str, formula: Formula, given: Mapping[Key, ChannelValues], axes: Axes
) -> MathValues:
    """Return what a formula gives; an error inside a kept one says in which."""
    try:
        return work(formula, given, axes)
    except ExpressionError as error:
        if not name:
            raise
        inner = error.at(f'formula "{name}", character {error.position + 1}')
        inner.text, inner.position = error.text, error.position
        raise inner from error


def _sources(
    session: AnalysedSession,
    chain: Sequence[tuple[str, Formula]],
    names: Collection[str],
    lags: Mapping[str, float],
) -> dict[Key, _Source]:
    """Return the channels of the session that formulas name, each on its own time base."""
    sources: dict[Key, _Source] = {}
    for _, formula in chain:
        for step in formula.channels:
            key = (step.name, step.is_quoted)
            is_own = not step.is_quoted and step.name in (TIME, DISTANCE)
            if is_own or step.name in names or key in sources:
                continue
            source = _source(session, step, lags)
            if source is None:
                raise unknown_channel(formula, step, known_names(session))
            sources[key] = source
    return sources


def known_names(session: AnalysedSession, *, on_laps: bool = False) -> tuple[str, ...]:
    """Return the names that a formula may use: of the motion, the catalogue, and the file's own."""
    names = [TIME, DISTANCE, *_MOTION_UNITS, *(_LAP_UNITS if on_laps else ())]
    for group in session.raw.groups:
        for channel in group.channels:
            names += [name for name in (channel.name, channel.vendor_name) if name]
    return tuple(dict.fromkeys(names))


def _of_others(step: Step, done: Mapping[str, MathValues]) -> ChannelValues | None:
    found = done.get(step.name)
    if found is None:
        return None
    return ChannelValues(values=found.values, unit=found.unit, kind=found.kind)


def _session_axes(session: AnalysedSession, base_s: FloatArray, config: AnalysisConfig) -> Axes:
    motion = session.trajectory
    distance_m = None
    if motion is not None and np.isfinite(motion.odometer_m).any():
        distance_m = np.interp(base_s, motion.time_s, motion.odometer_m)[None, :]
    step_s = np.diff(base_s)
    # A slow channel's own intervals are no gaps.
    usual_s = float(np.median(step_s)) if step_s.size else 0.0
    return Axes(
        time_s=base_s[None, :],
        distance_m=distance_m,
        longest_gap_s=max(config.channel_gap_s, 2.5 * usual_s),
        is_gap_by_time=True,
    )


def _time_base(session: AnalysedSession, sources: Mapping[Key, _Source]) -> FloatArray:
    if sources:
        return max((source.time_s for source in sources.values()), key=lambda t: t.size)
    if session.trajectory is not None:
        return session.trajectory.time_s
    groups = [group.time_s for group in session.raw.groups if group.time_us.size]
    if not groups:
        raise InsufficientDataError(expected="a session with channels", found="one without any")
    return max(groups, key=lambda t: t.size)


def _on_base(source: _Source, base_s: FloatArray, config: AnalysisConfig) -> ChannelValues:
    if np.array_equal(source.time_s, base_s):
        values: FloatArray | None = np.asarray(source.values, dtype=np.float64)
    else:
        values = resample.on_grid(base_s, source.time_s, source.values, source.kind, config=config)
    if values is None:
        values = np.full(base_s.size, np.nan)
    return ChannelValues(values=values[None, :], unit=source.unit, kind=source.kind)


def _source(session: AnalysedSession, step: Step, lags: Mapping[str, float]) -> _Source | None:
    """Return a channel on its own time base: of the repaired motion, else of the file."""
    motion = session.trajectory
    if not step.is_quoted and step.name in _MOTION_UNITS and motion is not None:
        return _Source(
            time_s=motion.time_s,
            values=getattr(motion, step.name),
            unit=_MOTION_UNITS[step.name],
            kind=ChannelKind.CONTINUOUS,
        )
    found = _of_file(session, step)
    if found is None:
        return None
    group, channel = found
    info = CATALOGUE.get(channel.name)
    lag_s = lags.get(group.name, 0.0)
    return _Source(
        time_s=group.time_s - lag_s if lag_s else group.time_s,
        values=channel.values,
        unit=info.unit if info else channel.unit,
        kind=channel.kind,
    )


def _of_file(session: AnalysedSession, step: Step) -> tuple[ChannelGroup, Channel] | None:
    """Return the channel of the file with most values among those of that name."""
    best, most = None, 0
    for group in session.raw.groups:
        for channel in group.channels:
            names = {channel.name, channel.vendor_name} if step.is_quoted else {channel.name}
            if step.name in names:
                n = int(np.count_nonzero(np.isfinite(channel.values)))
                if n > most:
                    best, most = (group, channel), n
    return best


def _on_laps(
    session: AnalysedSession,
    step: Step,
    comparison: Comparison,
    axes: Axes,
    lags: Mapping[str, float],
    config: AnalysisConfig,
) -> ChannelValues | None:
    """Return a channel at the places of all laps."""
    own = None if step.is_quoted else _of_lap(step.name, comparison, axes)
    if own is not None:
        return own
    source = _source(session, step, lags)
    if source is None:
        return None
    rows = np.array([_at_places(source, lap, config) for lap in comparison.laps])
    return ChannelValues(values=rows, unit=source.unit, kind=source.kind)


def _of_lap(name: str, comparison: Comparison, axes: Axes) -> ChannelValues | None:
    if name == TIME:
        return ChannelValues(values=axes.time_s, unit="s")
    if name == DISTANCE and axes.distance_m is not None:
        return ChannelValues(values=axes.distance_m, unit="m")
    if any(name not in lap.channels for lap in comparison.laps):
        return None
    info = CATALOGUE.get(name)
    unit = info.unit if info else (_MOTION_UNITS | _LAP_UNITS).get(name, "")
    kind = info.kind if info else ChannelKind.CONTINUOUS
    rows = np.array([lap.channels[name] for lap in comparison.laps])
    return ChannelValues(values=rows, unit=unit, kind=kind)


def _at_places(source: _Source, lap: ComparedLap, config: AnalysisConfig) -> FloatArray:
    """Return a channel where the lap was at each place; NaN where nobody knows when it was."""
    at_s = lap.lap.start_s + lap.time_s
    known = np.isfinite(at_s)
    row = np.full(at_s.size, np.nan)
    found = resample.on_grid(at_s[known], source.time_s, source.values, source.kind, config=config)
    if found is not None:
        row[known] = found
    return row
