"""What the delta should have been: laps of the generator at places of its own centreline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from apexlab_desktop.analysis import session
from apexlab_desktop.analysis.comparison import compare_laps
from apexlab_desktop.analysis.delta import BAND_Z
from apexlab_desktop.analysis.types import AnalysedSession, FloatArray, Lap, LapKind
from apexlab_desktop.synth.sensors import GpsFixes
from apexlab_desktop.synth.session import SyntheticSession, generate
from apexlab_desktop.synth.truth import TrueLap
from tests.oracle.synth_raw import every, raw_from_fixes, true_start_line

SENSED_HZ = 50.0
RATES_HZ = (5.0, 10.0, 25.0)
"""They divide the rate of the generated receiver."""
N_LAPS = 4


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class DeltaError:
    """One lap's delta minus the truth [s], and its claimed sigma [s], at stations [m]."""

    distance_m: FloatArray
    error_s: FloatArray
    sigma_s: FloatArray

    @property
    def rms_s(self) -> float:
        return _rms(self.error_s)

    def rms_in_mid_lap(self) -> float:
        """Return the rms error over the second and third quarter of the lap [s]."""
        share = self.distance_m / self.distance_m[-1]
        return _rms(self.error_s[(share > 0.25) & (share < 0.75)])

    def rms_before_line(self, last_m: float) -> float:
        """Return the rms error over the last metres of the lap [s]."""
        return _rms(self.error_s[self.distance_m > self.distance_m[-1] - last_m])

    @property
    def share_in_band(self) -> float:
        return float(np.mean(np.abs(self.error_s) <= BAND_Z * self.sigma_s + 1e-9))


def analysed(made: SyntheticSession, fixes: GpsFixes) -> AnalysedSession:
    """Return the fixes analysed with the generator's own start line."""
    return session.analyse(raw_from_fixes(fixes), start_line=true_start_line(made))


def timed(laps: Sequence[Lap]) -> list[Lap]:
    return [lap for lap in laps if lap.kind is LapKind.TIMED]


def true_laps(made: SyntheticSession) -> list[TrueLap]:
    return [lap for lap in made.truth.laps if lap.kind == "timed"]


def places_m(made: SyntheticSession, lap: TrueLap, lap_s: FloatArray) -> FloatArray:
    """Return true stations since the line at times since a lap's start, by measured lap time.

    The measured lap time differs from the true one by the noise at the line: shared out evenly.
    """
    at_s = lap.start_s + lap_s * ((lap.end_s - lap.start_s) / lap_s[-1])
    station_m = np.interp([lap.start_s, *at_s], made.truth.time_s, made.truth.station_m)
    return np.asarray(station_m[1:] - station_m[0])


def arrivals_s(made: SyntheticSession, lap: TrueLap, place_m: FloatArray) -> FloatArray:
    """Return when a lap truly passed places, since its start [s]."""
    truth = made.truth
    near = (truth.time_s >= lap.start_s - 1.0) & (truth.time_s <= lap.end_s + 1.0)
    start_m = float(np.interp(lap.start_s, truth.time_s, truth.station_m))
    return np.asarray(
        np.interp(place_m + start_m, truth.station_m[near], truth.time_s[near]) - lap.start_s
    )


def true_delta_s(
    made: SyntheticSession, lap: TrueLap, home: SyntheticSession, first: TrueLap, time_s: FloatArray
) -> FloatArray:
    """Return how much later `lap` truly was where `first` was at `time_s` since its start [s]."""
    place_m = places_m(home, first, time_s)
    return arrivals_s(made, lap, place_m) - arrivals_s(home, first, place_m)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Measured:
    """Second and later laps of one session against its first.

    Attributes
    ----------
    ours : tuple of DeltaError
    odometer_rms_s : tuple of float
        Rms error of the delta at equal shares of each lap's own odometer [s].
    """

    ours: tuple[DeltaError, ...]
    odometer_rms_s: tuple[float, ...]


@lru_cache(maxsize=512)
def measured(track: str, seed: int, noise: str) -> dict[float, Measured]:
    """Return the errors at each of `RATES_HZ`, all from one drive and one drift."""
    made = generate(track, N_LAPS, SENSED_HZ, seed, noise)
    return {rate: _measured(made, every(made.gps, round(SENSED_HZ / rate))) for rate in RATES_HZ}


def _measured(made: SyntheticSession, fixes: GpsFixes) -> Measured:
    found = analysed(made, fixes)
    laps = timed(found.laps)
    first, *others = true_laps(made)
    compared = compare_laps([(found, lap, str(lap.number)) for lap in laps])
    reference_s = compared.laps[0].time_s
    ours = tuple(
        DeltaError(
            distance_m=compared.distance_m,
            error_s=lap.delta_t_s - true_delta_s(made, true, made, first, reference_s),
            sigma_s=lap.delta_t_sigma_s,
        )
        for lap, true in zip(compared.laps[1:], others, strict=True)
    )
    share = np.linspace(0.0, 1.0, 2000)
    start_s, *curves_s = (_time_at_share(fixes, lap, share) for lap in laps)
    odometer = tuple(
        _rms(curve_s - start_s - true_delta_s(made, true, made, first, start_s))
        for curve_s, true in zip(curves_s, others, strict=True)
    )
    return Measured(ours=ours, odometer_rms_s=odometer)


def _rms(values: FloatArray) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _time_at_share(fixes: GpsFixes, lap: Lap, share: FloatArray) -> FloatArray:
    steps_m = 0.5 * (fixes.speed_mps[1:] + fixes.speed_mps[:-1]) * np.diff(fixes.time_s)
    driven_m = np.append(0.0, np.cumsum(steps_m))
    start_m, end_m = np.interp((lap.start_s, lap.end_s), fixes.time_s, driven_m)
    at_m = start_m + share * (end_m - start_m)
    time_s = np.interp(at_m, driven_m, fixes.time_s) - lap.start_s
    time_s[0], time_s[-1] = 0.0, lap.end_s - lap.start_s
    return np.asarray(time_s)
