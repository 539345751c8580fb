"""Grades of corners by fixed bands (analysis.md 19): the same passes, the same grade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from apexlab_desktop.analysis.consistency import near
from apexlab_desktop.analysis.corner_results import Corner, CornerPass
from apexlab_desktop.units import MPH_PER_MPS, STANDARD_GRAVITY_MPS2

LEAST_LAPS = 3
LEAST_TRAIL_S = 0.2
POINTS = {"A": 100.0, "B": 80.0, "C": 60.0, "D": 40.0, "F": 20.0}
NOT_GRADED = "N/A"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """One grade with the numbers behind it.

    Attributes
    ----------
    letter : str
        `A` to `F` or `N/A`.
    mark : str
        `+` in the better third of the band, `-` in the worse, else empty.
    evidence : dict of str to float
        Deviations and distances it was given for, unit in the name.
    reason : str
        Why there is none.
    """

    letter: str
    mark: str = ""
    evidence: dict[str, float] = field(default_factory=dict)
    reason: str = ""

    @property
    def points(self) -> float | None:
        """Points of the letter, None for `N/A`."""
        return POINTS.get(self.letter)


@dataclass(frozen=True, slots=True, kw_only=True)
class CornerGrades:
    """The four grades of a corner."""

    corner_id: str
    braking: Grade
    trail_braking: Grade
    min_speed: Grade
    throttle: Grade

    @property
    def all(self) -> tuple[Grade, ...]:
        """All four, in the order of the corner."""
        return self.braking, self.trail_braking, self.min_speed, self.throttle


def grade_corner(
    corner: Corner,
    passes: Sequence[CornerPass],
    *,
    length_m: float,
    target_mps: float | None = None,
    is_novice: bool = False,
) -> CornerGrades:
    """Return the grades of one corner.

    Parameters
    ----------
    corner : Corner
    passes : sequence of CornerPass
        Of the laps that count, through this corner.
    length_m : float
        Of the lap: stations near the start line are on either side of it [m].
    target_mps : float, optional
        Least speed to reach; None takes the best of the passes [m/s].
    is_novice : bool
        Novices are not graded on trail braking.
    """
    return CornerGrades(
        corner_id=corner.id,
        braking=_braking(corner, passes, length_m),
        trail_braking=_trail(corner, passes, is_novice=is_novice),
        min_speed=_min_speed(passes, target_mps),
        throttle=_throttle(corner, passes, length_m),
    )


def _braking(corner: Corner, passes: Sequence[CornerPass], length_m: float) -> Grade:
    if corner.character in ("flat", "lift"):
        return Grade(letter=NOT_GRADED, reason=f"the corner is taken {corner.character}")
    places = near([p.brake_point_m for p in passes], corner.entry_m, length_m)
    if places.size < LEAST_LAPS:
        return _too_few(int(places.size), passes)
    peaks = np.array([p.peak_brake_mps2 for p in passes if p.peak_brake_mps2 is not None])
    std = float(np.std(places))
    short_g = 0.0
    if peaks.size:
        short_g = float(np.mean(peaks) - np.min(peaks)) / STANDARD_GRAVITY_MPS2
    letter, mark = banded(std, (3.0, 6.0, 10.0, 15.0), "ABCDF")
    if letter == "A" and short_g > 0.05:
        letter, mark = "B", "+"
    return Grade(
        letter=letter,
        mark=mark,
        evidence={"brake_point_std_m": std, "peak_short_of_best_g": short_g},
    )


def _trail(corner: Corner, passes: Sequence[CornerPass], *, is_novice: bool) -> Grade:
    if is_novice:
        return Grade(letter=NOT_GRADED, reason="not graded at this level")
    if corner.kind == "kink" or corner.character in ("flat", "lift"):
        return Grade(letter=NOT_GRADED, reason="nothing to trail into here")
    known = [p.trail_brake_s for p in passes if p.trail_brake_s is not None]
    if len(known) < LEAST_LAPS:
        return _too_few(len(known), passes)
    share = 100.0 * sum(t >= LEAST_TRAIL_S for t in known) / len(known)
    letter, mark = banded(100.0 - share, (10.0, 30.0, 50.0), "ABCD", is_inclusive=True)
    return Grade(letter=letter, mark=mark, evidence={"present_pct": share})


def _min_speed(passes: Sequence[CornerPass], target_mps: float | None) -> Grade:
    known = np.array([p.min_speed_mps for p in passes if p.min_speed_mps is not None])
    if known.size < LEAST_LAPS:
        return _too_few(int(known.size), ())
    std = float(np.std(known)) * MPH_PER_MPS
    target = float(np.max(known)) if target_mps is None else target_mps
    short = max(target - float(np.mean(known)), 0.0) * MPH_PER_MPS
    letter, mark = banded(std, (1.0, 2.0, 3.0, 5.0), "ABCDF")
    if letter == "A" and short > 1.0:
        letter, mark = "B", "+"
    return Grade(
        letter=letter,
        mark=mark,
        evidence={
            "min_speed_std_mps": std / MPH_PER_MPS,
            "short_of_target_mps": short / MPH_PER_MPS,
        },
    )


def _throttle(corner: Corner, passes: Sequence[CornerPass], length_m: float) -> Grade:
    places = near([p.throttle_commit_m for p in passes], corner.exit_m, length_m)
    if places.size < LEAST_LAPS:
        return _too_few(int(places.size), passes)
    std = float(np.std(places))
    letter, mark = banded(std, (5.0, 8.0, 12.0), "ABCD")
    return Grade(letter=letter, mark=mark, evidence={"throttle_commit_std_m": std})


def _too_few(n: int, passes: Sequence[CornerPass]) -> Grade:
    if passes and all("rate_too_low" in one.reasons for one in passes):
        return Grade(letter=NOT_GRADED, reason="the receiver is too slow for it")
    return Grade(letter=NOT_GRADED, reason=f"needs {LEAST_LAPS} passes, there are {n}")


def banded(
    value: float, bounds: Sequence[float], letters: str, *, is_inclusive: bool = False
) -> tuple[str, str]:
    """Return the letter of the band a value lies in, and its mark.

    Parameters
    ----------
    value : float
        Smaller is better.
    bounds : sequence of float
        Upper ends of all bands but the last.
    letters : str
        One more than bounds.
    is_inclusive : bool
        A value at a bound still belongs to the better band.
    """
    lower = 0.0
    for bound, letter in zip(bounds, letters, strict=False):
        if value < bound or (is_inclusive and value <= bound):
            third = (value - lower) / (bound - lower)
            return letter, "+" if third < 1.0 / 3.0 else ("-" if third > 2.0 / 3.0 else "")
        lower = bound
    return letters[len(bounds)], ""
