"""Sessions with known truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import numpy as np

from apexlab_desktop.errors import ApexLabError
from apexlab_desktop.synth.car_sensors import (
    ImuSamples,
    ImuSettings,
    ObdSamples,
    ObdSettings,
    sense_imu,
    sense_obd,
)
from apexlab_desktop.synth.circuits import LAYOUTS
from apexlab_desktop.synth.driver import Driver, Fault, random_mistakes
from apexlab_desktop.synth.plan import Plan
from apexlab_desktop.synth.sensors import NOISES, GpsFixes, Noise, sense_gps
from apexlab_desktop.synth.simulation import simulate
from apexlab_desktop.synth.track import Track, load_track
from apexlab_desktop.synth.truth import Truth, build_truth
from apexlab_desktop.synth.vehicles import VEHICLES, Vehicle

T = TypeVar("T", Noise, Vehicle)

TRACKS: tuple[str, ...] = tuple(LAYOUTS)
"""Names of the tracks."""

DEFAULT_LAPS = 8
_MAX_LAPS = 2000
_FIRST_SESSION_UTC = datetime(2026, 5, 16, 9, 30, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SyntheticSession:
    """A session: what was true and what the sensors made of it.

    Attributes
    ----------
    track : Track
    vehicle : Vehicle
    driver : Driver
    noise : Noise
    seed : int
    truth : Truth
    gps : GpsFixes
    obd : ObdSamples
    imu : ImuSamples or None
    pauses_s : tuple of (float, float)
        Session times between which the logger was paused [s].
    start_time_utc : datetime
        Wall time of session time 0.
    """

    track: Track
    vehicle: Vehicle
    driver: Driver
    noise: Noise
    seed: int
    truth: Truth
    gps: GpsFixes
    obd: ObdSamples
    imu: ImuSamples | None
    pauses_s: tuple[tuple[float, float], ...]
    start_time_utc: datetime


def generate(
    track: str = "club-short",
    laps: int | None = None,
    rate_hz: float = 25.0,
    seed: int = 1,
    noise: str | Noise = "consumer",
    vehicle: str | Vehicle | None = None,
    faults: Sequence[Fault] = (),
    *,
    reverse: bool = False,
    mistakes_per_lap: float = 0.0,
    price_faults: bool = True,
    driver: Driver | None = None,
    out_lap: bool = True,
    in_lap: bool = True,
    pit_stops: Sequence[int] = (),
    cool_down_laps: Sequence[int] = (),
    single_track: bool = False,
    tyre_wear_per_lap: float = 0.0,
    fuel_start_kg: float = 0.0,
    fuel_per_lap_kg: float = 0.0,
    include_imu: bool = False,
    imu: ImuSettings | None = None,
    obd: ObdSettings | None = None,
    fragments: Sequence[tuple[float, float]] = (),
    start_time_utc: datetime | None = None,
) -> SyntheticSession:
    """Return a session with known truth; equal arguments give equal sessions.

    Parameters
    ----------
    track : str
        One of `TRACKS`.
    laps : int or None
        Timed laps; None gives 8, or the single run of an open track.
    rate_hz : float
        Fix rate of the receiver [Hz].
    seed : int
    noise : str or Noise
        Name of `NOISES`, or a receiver of your own.
    vehicle : str, Vehicle or None
        Name of `VEHICLES`, or one of your own; None gives the one that suits the track.
    faults : sequence of Fault
    reverse : bool
        Drive the other way round.
    mistakes_per_lap : float
        Mean number of random mistakes per timed lap; they join the faults.
    price_faults : bool
        Compute what each fault cost, which takes one more simulation per fault.
    driver : Driver or None
    out_lap, in_lap : bool
        Begin and end in the pit lane; otherwise rolling, shortly before and after the line.
    pit_stops : sequence of int
        Timed laps at whose end the car stops.
    cool_down_laps : sequence of int
        Timed laps driven slowly to cool the car.
    single_track : bool
        The body turns by the equations of the single track, not at once with its path.
    tyre_wear_per_lap : float
        Share of the grip lost per lap.
    fuel_start_kg, fuel_per_lap_kg : float
    include_imu : bool
    imu, obd : ImuSettings, ObdSettings or None
    fragments : sequence of (float, float)
        Session times between which the logger is paused; each resumption begins a fragment [s].
    start_time_utc : datetime or None
        Aware; None gives one that depends on the seed alone.

    Raises
    ------
    ApexLabError
        If a name is unknown or a number makes no sense.
    """
    circuit = load_track(track, is_reversed=reverse)
    car = _named(vehicle or circuit.vehicle, VEHICLES, "vehicle")
    receiver = _named(noise, NOISES, "noise")
    n_laps = _checked_laps(laps, circuit)
    _check_rate(rate_hz)
    _check_faults(faults, circuit)
    mistakes = random_mistakes(
        len(circuit.corners), n_laps, mistakes_per_lap, np.random.default_rng((seed, 6))
    )
    plan = Plan(
        track=circuit,
        vehicle=car,
        driver=driver or Driver(),
        laps=n_laps,
        seed=seed,
        faults=(*faults, *mistakes),
        has_out_lap=out_lap,
        has_in_lap=in_lap,
        pit_stops=tuple(lap for lap in pit_stops if 1 <= lap <= n_laps),
        cool_down_laps=tuple(lap for lap in cool_down_laps if 1 <= lap <= n_laps),
        is_single_track=single_track,
        tyre_wear_per_lap=tyre_wear_per_lap,
        fuel_start_kg=fuel_start_kg,
        fuel_per_lap_kg=fuel_per_lap_kg,
    )
    simulated = simulate(plan)
    truth = build_truth(simulated, price_faults=price_faults)
    return SyntheticSession(
        track=circuit,
        vehicle=car,
        driver=plan.driver,
        noise=receiver,
        seed=seed,
        truth=truth,
        gps=sense_gps(
            simulated.motion, circuit.plane, rate_hz, receiver, np.random.default_rng((seed, 3))
        ),
        obd=sense_obd(
            truth.time_s,
            truth.engine_speed_rpm,
            truth.speed_mps,
            truth.throttle_ratio,
            obd or ObdSettings(),
            np.random.default_rng((seed, 4)),
        ),
        imu=_imu(truth, imu or ImuSettings(), seed) if include_imu or imu else None,
        pauses_s=tuple(sorted(fragments)),
        start_time_utc=start_time_utc or _FIRST_SESSION_UTC + timedelta(hours=seed % 10_000),
    )


def _imu(truth: Truth, settings: ImuSettings, seed: int) -> ImuSamples:
    along, across = truth.body_accel_mps2
    return sense_imu(
        truth.time_s,
        along,
        across,
        truth.yaw_rate_radps,
        settings,
        np.random.default_rng((seed, 5)),
    )


def _named(value: str | T, table: dict[str, T], place: str) -> T:
    if not isinstance(value, str):
        return value
    if value not in table:
        raise ApexLabError(expected="one of " + ", ".join(table), found=value, place=place)
    return table[value]


def usual_laps(track: str) -> int:
    """Return how many timed laps a session has by default: 8, or one run on an open track."""
    return DEFAULT_LAPS if load_track(track).is_closed else 1


def _checked_laps(laps: int | None, track: Track) -> int:
    if not track.is_closed:
        if laps not in (None, 1):
            raise ApexLabError(
                expected="1 lap",
                found=str(laps),
                place="laps",
                advice=f"{track.title} runs from point to point",
            )
        return 1
    if laps is None:
        return usual_laps(track.name)
    if not 1 <= laps <= _MAX_LAPS:
        raise ApexLabError(expected=f"1 to {_MAX_LAPS} laps", found=str(laps), place="laps")
    return laps


def _check_rate(rate_hz: float) -> None:
    if not 0.1 <= rate_hz <= 1000.0:
        raise ApexLabError(expected="0.1 to 1000 Hz", found=str(rate_hz), place="rate")


def _check_faults(faults: Sequence[Fault], track: Track) -> None:
    n = len(track.corners)
    for fault in faults:
        if not 1 <= fault.corner <= n:
            raise ApexLabError(
                expected=f"a corner from 1 to {n}", found=str(fault.corner), place="fault"
            )
