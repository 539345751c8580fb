"""Where the driven lap loses to the optimal one, corner by corner."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from apexlab_desktop.analysis.config import STANDARD_GRAVITY_MPS2
from apexlab_desktop.analysis.corner_results import Corner
from apexlab_desktop.analysis.optimal_session import SessionOptimum
from apexlab_desktop.analysis.types import FloatArray, IntArray

_APEX_SHARE, _APEX_LEAST_M = 0.30, 20.0
"""The slowest place is looked for so far around the apex; a zone's ends are its neighbours'."""
_STRAIGHT_M = 500.0
_APPROACH_M = 150.0
_BRAKING_MPS2 = 0.20 * STANDARD_GRAVITY_MPS2
_PULLING_MPS2 = 0.05 * STANDARD_GRAVITY_MPS2

_Place = Callable[[FloatArray, FloatArray], int | None]
"""Speed and acceleration of a window to the index of what is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CornerGap:
    """The driven lap against the optimal one in a corner (analysis.md 14).

    Attributes
    ----------
    corner_id : str
    optimal_min_speed_mps, driven_min_speed_mps : float
        Around the apex [m/s].
    speed_gap_mps : float
        Optimal minus driven: positive where the car could have been faster [m/s].
    brake_gap_m, throttle_gap_m : float or None
        Driven minus optimal place of braking and of getting on the power, positive = later [m];
        None where one of both does neither.
    time_cost_s : float
        Longer than optimal from entry to exit [s].
    exit_straight_time_cost_s : float
        Longer than optimal from the exit to the next corner, over 500 m at most [s].
    """

    corner_id: str
    optimal_min_speed_mps: float
    driven_min_speed_mps: float
    speed_gap_mps: float
    brake_gap_m: float | None
    throttle_gap_m: float | None
    time_cost_s: float
    exit_straight_time_cost_s: float

    @property
    def cost_s(self) -> float:
        """Return what the corner costs with the straight it leads onto [s]."""
        return self.time_cost_s + self.exit_straight_time_cost_s


def corner_gaps(optimum: SessionOptimum, corners: Sequence[Corner]) -> tuple[CornerGap, ...]:
    """Return the gaps of all corners, the most expensive first.

    Parameters
    ----------
    optimum : SessionOptimum
    corners : sequence of Corner
        In the order they are driven, on the stations of the same line.

    Notes
    -----
    Sorted by the corner with its straight: a corner that leads onto a straight is worth more than
    its own length (analysis.md 14). Costs are not cut at zero: a negative one says that the driver
    was faster there than the model.
    """
    lap = _Laps(optimum)
    # A corner taken flat ends no straight and begins none.
    ends = [corner for corner in corners if corner.character != "flat"] or list(corners)
    gaps = [_gap(lap, corner, _straights_of(lap, ends, corner)) for corner in corners]
    return tuple(sorted(gaps, key=lambda gap: -gap.cost_s))


class _Laps:
    """Both laps at the same stations, which go round where the line is closed."""

    def __init__(self, optimum: SessionOptimum) -> None:
        path = optimum.profile.path
        self.places = optimum.places
        self.length_m = self.places.length_m
        self.optimal_mps = optimum.profile.speed_mps
        self.driven_mps = optimum.driven_speed_mps
        self.optimal_accel = optimum.profile.accel_long_mps2
        self.driven_accel = optimum.driven_accel_long_mps2
        step = path.step_m if path.is_closed else np.append(path.step_m, 0.0)
        self.lost_s = step / np.maximum(self.driven_mps, 0.1) - step / self.optimal_mps

    def later(self, window: IntArray, place_in: _Place) -> float | None:
        """Return by how far the driven lap does something later than the optimal one [m]."""
        at = [
            place_in(speed[window], accel[window])
            for speed, accel in (
                (self.driven_mps, self.driven_accel),
                (self.optimal_mps, self.optimal_accel),
            )
        ]
        if at[0] is None or at[1] is None:
            return None
        return self.places.apart_m(int(window[at[1]]), int(window[at[0]]))


@dataclass(frozen=True, slots=True)
class _Straights:
    """How long the ways before and behind a corner are, up to its neighbours [m]."""

    before_m: float
    behind_m: float


def _straights_of(lap: _Laps, ends: Sequence[Corner], corner: Corner) -> _Straights:
    others = [other for other in ends if other.id != corner.id]
    if not lap.places.is_closed:
        before = [corner.entry_m - other.exit_m for other in others]
        behind = [other.entry_m - corner.exit_m for other in others]
        before = [way for way in before if way >= 0.0] or [corner.entry_m]
        behind = [way for way in behind if way >= 0.0] or [lap.length_m - corner.exit_m]
    else:
        whole = [lap.length_m]
        before = [(corner.entry_m - other.exit_m) % lap.length_m for other in others] or whole
        behind = [(other.entry_m - corner.exit_m) % lap.length_m for other in others] or whole
    return _Straights(min(_APPROACH_M, *before), min(_STRAIGHT_M, *behind))


def _gap(lap: _Laps, corner: Corner, straights: _Straights) -> CornerGap:
    zone = lap.places.between(corner.entry_m, corner.exit_m)
    core = _near_apex(lap, corner)
    optimal, driven = float(lap.optimal_mps[core].min()), float(lap.driven_mps[core].min())
    approach = lap.places.between(corner.entry_m - straights.before_m, corner.exit_m)
    straight = lap.places.between(corner.exit_m, corner.exit_m + straights.behind_m)[1:]
    return CornerGap(
        corner_id=corner.id,
        optimal_min_speed_mps=optimal,
        driven_min_speed_mps=driven,
        speed_gap_mps=optimal - driven,
        brake_gap_m=lap.later(approach, _brake_index),
        throttle_gap_m=lap.later(zone, _throttle_index),
        time_cost_s=float(lap.lost_s[zone].sum()),
        exit_straight_time_cost_s=float(lap.lost_s[straight].sum()),
    )


def _near_apex(lap: _Laps, corner: Corner) -> IntArray:
    """Return the stations around the apex inside the zone (T-20)."""
    size_m = (corner.exit_m - corner.entry_m) % lap.length_m
    into_m = (corner.apex_m - corner.entry_m) % lap.length_m
    reach_m = max(_APEX_SHARE * size_m, _APEX_LEAST_M)
    first_m, last_m = max(into_m - reach_m, 0.0), min(into_m + reach_m, size_m)
    return lap.places.between(corner.entry_m + first_m, corner.entry_m + last_m)


def _brake_index(speed_mps: FloatArray, accel_mps2: FloatArray) -> int | None:
    """Return where the braking with the greatest loss of speed before the slowest place begins."""
    slowest = int(np.argmin(speed_mps))
    is_braking = np.append(accel_mps2[: slowest + 1] < -_BRAKING_MPS2, False)
    edges = np.flatnonzero(np.diff(np.append(False, is_braking).astype(np.int8)))
    runs = list(zip(edges[::2], edges[1::2], strict=True))
    if not runs:
        return None
    return int(max(runs, key=lambda run: speed_mps[run[0]] - speed_mps[min(run[1], slowest)])[0])


def _throttle_index(speed_mps: FloatArray, accel_mps2: FloatArray) -> int | None:
    """Return where the car first speeds up behind the slowest place."""
    slowest = int(np.argmin(speed_mps))
    pulling = np.flatnonzero(accel_mps2[slowest:] > _PULLING_MPS2)
    return slowest + int(pulling[0]) if pulling.size else None
