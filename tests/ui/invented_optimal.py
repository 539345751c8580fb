"""An optimal lap of the invented sessions: the best lap with a share of its speed on top."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.debrief import Debrief
from apexlab_desktop.analysis.driven_path import flat_path
from apexlab_desktop.analysis.grip_envelope import GripEnvelope
from apexlab_desktop.analysis.grip_samples import grip_samples
from apexlab_desktop.analysis.optimal_corners import corner_gaps
from apexlab_desktop.analysis.optimal_places import Places
from apexlab_desktop.analysis.optimal_profile import profile_of
from apexlab_desktop.analysis.optimal_session import SessionOptimum
from apexlab_desktop.app.optimal import OptimalSession
from apexlab_desktop.app.records import OpenedSession

FASTER = 1.02
BEST = 5
ENVELOPE = GripEnvelope(
    lateral_mps2=12.0, lateral_per_m=0.0, braking_mps2=10.0, braking_per_m=0.0,
    traction_mps2=6.0, power_per_mass=180.0, drag_per_m=0.0006, rolling_mps2=0.15, exponent=2.0,
    fastest_mps=58.0, n_passes=90, n_brakings=40, reasons=("grip may have been left unused",),
)  # fmt: skip


def invented_optimal(
    session: OpenedSession, judged: Debrief, *, reasons: tuple[str, ...] = ()
) -> OptimalSession:
    """Return the optimal lap; with reasons it is not valid."""
    comparison = judged.comparison
    lap = next(one for one in comparison.laps if one.lap.number == BEST)
    driven = lap.channels["speed_mps"][:-1]
    time_s = lap.time_s
    around = np.append(driven, driven[0])
    step_m = np.diff(time_s) * 0.5 * (around[1:] + around[:-1])
    path = flat_path(step_m, np.zeros_like(driven), is_closed=True)
    optimum = SessionOptimum(
        profile=profile_of(path, FASTER * driven, 2.0 * driven),
        lap_number=BEST,
        places=Places(
            station_m=comparison.distance_m[:-1],
            length_m=float(comparison.distance_m[-1]),
            is_closed=True,
        ),
        driven_speed_mps=driven,
        driven_accel_long_mps2=lap.channels["accel_long_mps2"][:-1],
        driven_time_s=float(time_s[-1]),
        samples=grip_samples(comparison),
        envelope=ENVELOPE,
        mu_source="driven",
        first_lap_time_s=None,
        is_valid=not reasons,
        invalid_reasons=reasons,
    )
    return OptimalSession(
        opened=session,
        comparison=comparison,
        optimum=optimum,
        corners=judged.corners,
        gaps=corner_gaps(optimum, judged.corners),
        use=None,
        remarks=(),
    )
