"""A path to be driven: its length, bends, slopes and banking at each point."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from apexlab_desktop.analysis.types import FloatArray, read_only


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DrivenPath:
    """Points along a path; arrays have shape (n,) unless said otherwise.

    Attributes
    ----------
    step_m : ndarray, shape (n,) or (n - 1,)
        From each point to the next; on a closed path the last one leads back to the first [m].
    curvature_per_m : ndarray
        Left positive [1/m].
    grade_rad : ndarray
        Angle of the slope along the path, up positive [rad].
    bank_rad : ndarray
        Cross slope that helps the car round the bend of each point [rad].
    vertical_per_m : ndarray
        Curvature of the profile, positive in a dip [1/m].
    is_closed : bool
    """

    step_m: FloatArray
    curvature_per_m: FloatArray
    grade_rad: FloatArray
    bank_rad: FloatArray
    vertical_per_m: FloatArray
    is_closed: bool

    @property
    def distance_m(self) -> FloatArray:
        """Return the way from the first point, shape (n,) [m]."""
        return np.append(0.0, np.cumsum(self.step_m))[: self.curvature_per_m.size]

    @property
    def length_m(self) -> float:
        """Return the length of the path, with the step that closes it [m]."""
        return float(np.sum(self.step_m))

    @property
    def turned_rad(self) -> float:
        """Return the integral of the curvature: 2 pi or -2 pi once round, 0 of an eight [rad]."""
        after = np.roll(self.curvature_per_m, -1)
        mean = 0.5 * (self.curvature_per_m + after)[: self.step_m.size]
        return float(np.sum(mean * self.step_m))

    def rolled(self, first: int) -> DrivenPath:
        """Return the same closed path begun at the point with number `first`."""
        if not self.is_closed or first == 0:
            return self
        names = ("step_m", "curvature_per_m", "grade_rad", "bank_rad", "vertical_per_m")
        turned = {name: np.roll(getattr(self, name), -first) for name in names}
        return replace(self, **turned)


def flat_path(
    step_m: FloatArray,
    curvature_per_m: FloatArray,
    *,
    is_closed: bool,
    grade_rad: FloatArray | float = 0.0,
    bank_rad: FloatArray | float = 0.0,
    vertical_per_m: FloatArray | float = 0.0,
) -> DrivenPath:
    """Return a path, level and without banking unless told otherwise.

    Parameters
    ----------
    step_m : ndarray, shape (n,) if closed, else (n - 1,)
    curvature_per_m : ndarray, shape (n,)
    is_closed : bool
    grade_rad, bank_rad, vertical_per_m : ndarray, shape (n,), or float
    """

    def everywhere(values: FloatArray | float) -> FloatArray:
        return read_only(np.array(np.broadcast_to(values, curvature_per_m.shape), np.float64))

    return DrivenPath(
        step_m=read_only(np.array(step_m, np.float64)),
        curvature_per_m=everywhere(curvature_per_m),
        grade_rad=everywhere(grade_rad),
        bank_rad=everywhere(bank_rad),
        vertical_per_m=everywhere(vertical_per_m),
        is_closed=is_closed,
    )
