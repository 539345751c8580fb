"""What corners and passes should have been: those of the generator, at places of our line."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from apexlab_desktop.analysis import session
from apexlab_desktop.analysis.corner_results import Corner, CornerPass
from apexlab_desktop.analysis.geo import to_local
from apexlab_desktop.analysis.session_corners import SessionCorners, corners_of
from apexlab_desktop.analysis.types import ComparedLap, FloatArray, ReferenceLine
from apexlab_desktop.synth.session import SyntheticSession, generate
from apexlab_desktop.synth.track import Corner as TrueCorner
from apexlab_desktop.synth.truth import CornerEvent
from tests.oracle.delta_truth import arrivals_s, places_m, true_laps
from tests.oracle.synth_raw import raw_session, true_start_line

OPEN_TRACK = "hill-climb"
N_LAPS = 4
LOOK_BACK_S = 4.0
PEDAL_ON = 0.02
BRAKES_RATIO = 0.1


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Found:
    """A generated session and the corners that were found in it."""

    made: SyntheticSession
    cornered: SessionCorners

    @property
    def signs(self) -> list[int]:
        return [1 if corner.direction == "left" else -1 for corner in self.cornered.corners]

    @property
    def true_signs(self) -> list[int]:
        return [corner.sign for corner in self.made.track.corners]


@lru_cache(maxsize=64)
def found(
    track: str,
    rate_hz: float = 25.0,
    seed: int = 1,
    noise: str = "consumer",
    vehicle: str | None = None,
    *,
    reverse: bool = False,
) -> Found:
    """Return a session and its corners, kept for the next test that wants the same."""
    is_open = track == OPEN_TRACK
    made = generate(
        track,
        None if is_open else N_LAPS,
        rate_hz,
        seed,
        noise,
        vehicle,
        reverse=reverse,
        price_faults=False,
    )
    line = None if is_open else true_start_line(made)
    analysed = session.analyse(raw_session(made), start_line=line)
    return Found(made=made, cornered=corners_of(analysed))


def apex_errors_m(one: Found) -> list[tuple[TrueCorner, float]]:
    """Return how far each corner's apex lies from the true one, 0 between two true ones [m]."""
    line = one.cornered.comparison.line
    assert line is not None
    errors = []
    for true, ours in zip(one.made.track.corners, one.cornered.corners, strict=True):
        places = _on_line(one.made, line, true.apexes_m)
        errors.append((true, _outside(ours, float(places.min()), float(places.max()))))
    return errors


def _outside(corner: Corner, first_m: float, last_m: float) -> float:
    return max(first_m - corner.apex_m, corner.apex_m - last_m, 0.0)


def _on_line(
    made: SyntheticSession, line: ReferenceLine, station_m: tuple[float, ...]
) -> FloatArray:
    """Return the stations on our line next to places of the centreline [m]."""
    assert line.origin_lat_deg is not None
    assert line.origin_lon_deg is not None
    place = made.track.at(np.array(station_m))
    lat_deg, lon_deg = made.track.plane.to_lat_lon(place.x_m, place.y_m)
    x_m, y_m = to_local(lat_deg, lon_deg, line.origin_lat_deg, line.origin_lon_deg)[:2]
    share = np.array(station_m) / made.track.length_m
    apart_m = np.hypot(line.x_m - x_m[:, None], line.y_m - y_m[:, None])
    # A figure-eight passes some places twice.
    apart_m[np.abs(line.station_m / line.length_m - share[:, None]) > 0.05] = np.inf
    return np.asarray(line.station_m[np.argmin(apart_m, axis=1)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One lap in one corner, by us and in truth."""

    lap: int
    corner: Corner
    ours: CornerPass
    true: CornerEvent
    brake_error_m: float | None


def passes(one: Found) -> list[Pass]:
    """Return every pass of a session beside its truth."""
    events = {(event.lap, event.corner): event for event in one.made.truth.corner_events}
    rows = []
    for lap, row in zip(one.cornered.comparison.laps, one.cornered.passes, strict=True):
        number = _true_number(one.made, lap)
        for index, (corner, ours) in enumerate(zip(one.cornered.corners, row, strict=True)):
            true = events[number, index + 1]
            rows.append(
                Pass(
                    lap=number,
                    corner=corner,
                    ours=ours,
                    true=true,
                    brake_error_m=_brake_error(one, lap, ours, true),
                )
            )
    return rows


def _true_number(made: SyntheticSession, lap: ComparedLap) -> int:
    return min(true_laps(made), key=lambda true: abs(true.start_s - lap.lap.start_s)).number


def _brake_error(one: Found, lap: ComparedLap, ours: CornerPass, true: CornerEvent) -> float | None:
    """Return how far behind the true onset the car was when by us it began to brake [m]."""
    grid_m, truth = one.cornered.comparison.distance_m, one.made.truth
    point_m = ours.brake_point_m
    if point_m is None or true.brake_onset_s is None or not 0.0 <= point_m <= grid_m[-1]:
        return None
    at_s = lap.lap.start_s + float(np.interp(point_m, grid_m, lap.time_s))
    onsets_s = _onsets(one.made, true)
    there, *onsets = np.interp((at_s, *onsets_s), truth.time_s, truth.station_m)
    return float(min((there - onset for onset in onsets), key=abs))


def _onsets(made: SyntheticSession, true: CornerEvent) -> list[float]:
    """Return when the brake went on for a corner [s].

    A driver who lets go for a moment on the way in brakes twice: either is the brake point.
    """
    assert true.brake_onset_s is not None
    truth = made.truth
    near = slice(
        *np.searchsorted(truth.time_s, (true.brake_onset_s - LOOK_BACK_S, true.brake_onset_s))
    )
    brake = truth.brake_ratio[near]
    starts = np.flatnonzero((brake[:-1] <= PEDAL_ON) & (brake[1:] > PEDAL_ON)) + 1
    hard = [
        float(truth.time_s[near][first])
        for first, stop in itertools.pairwise([*starts.tolist(), brake.size])
        if brake[first:stop].max() > BRAKES_RATIO
    ]
    return [true.brake_onset_s, *hard]


def segment_errors(one: Found) -> list[tuple[float, float]]:
    """Return errors of segment times against the reference lap's, and their sigma [s]."""
    comparison, made = one.cornered.comparison, one.made
    laps, index = true_laps(made), comparison.reference_index
    by_number = {lap.number: lap for lap in laps}
    reference = by_number[_true_number(made, comparison.laps[index])]
    places = places_m(made, reference, comparison.laps[index].time_s)
    home_s = arrivals_s(made, reference, places)
    errors = []
    for k, lap in enumerate(comparison.laps):
        if k == index:
            continue
        later_s = arrivals_s(made, by_number[_true_number(made, lap)], places) - home_s
        for corner, ours, other in zip(
            one.cornered.corners, one.cornered.passes[k], one.cornered.passes[index], strict=True
        ):
            ends = (corner.entry_m, corner.exit_m)
            if corner.entry_m > corner.exit_m or ours.segment_time_s is None:
                continue
            first_s, last_s = np.interp(ends, comparison.distance_m, later_s)
            assert other.segment_time_s is not None
            assert ours.segment_time_sigma_s is not None
            assert other.segment_time_sigma_s is not None
            error_s = ours.segment_time_s - other.segment_time_s - float(last_s - first_s)
            sigma_s = float(np.hypot(ours.segment_time_sigma_s, other.segment_time_sigma_s))
            errors.append((error_s, sigma_s))
    return errors
