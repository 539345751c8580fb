"""Make a session of known truth with the generator."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from apexlab_desktop.app.exporting import write_bytes, write_text

if TYPE_CHECKING:
    from apexlab_desktop.synth import Fault

SHIFT_GAP_S = 0.15
"""Time without power at a change up (algorithms.md 20)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateOptions:
    """What to generate; names as on the command line.

    Attributes
    ----------
    track, noise, fmt : str
    laps, vehicle : int, str or None
        None takes what suits the track.
    rate_hz : float
        Fixes per second [Hz].
    seed : int
    is_reverse : bool
        Driven the other way round.
    mistakes_per_lap : float
        Mean number of random mistakes per timed lap.
    faults : tuple of str
        `KIND,CORNER,AMOUNT` or `KIND,CORNER,AMOUNT,LAP...`.
    pit_stops, cool_down_laps : tuple of int
        Timed laps that end in the pits; that are driven slowly.
    tyre_wear_per_lap : float
        Share of the grip lost per lap.
    fuel_kg : float
        Fuel at the start; the last lap burns the last of it [kg].
    has_shift_gaps, has_imu, is_single_track : bool
        Time without power at each change up; an inertial sensor; a body that lags behind its path.
    """

    track: str
    laps: int | None
    rate_hz: float
    seed: int
    noise: str
    vehicle: str | None
    fmt: str
    is_reverse: bool = False
    mistakes_per_lap: float = 0.0
    faults: tuple[str, ...] = ()
    pit_stops: tuple[int, ...] = ()
    cool_down_laps: tuple[int, ...] = ()
    tyre_wear_per_lap: float = 0.0
    fuel_kg: float = 0.0
    has_shift_gaps: bool = False
    has_imu: bool = False
    is_single_track: bool = False


def problem_with(options: GenerateOptions) -> str:
    """Return what is wrong with the names, or an empty string."""
    from apexlab_desktop import synth

    known = (
        ("--track", options.track, synth.TRACKS),
        ("--noise", options.noise, synth.NOISES),
        ("--vehicle", options.vehicle, (None, *synth.VEHICLES)),
        ("--format", options.fmt, synth.WRITERS),
    )
    for flag, value, names in known:
        if value not in names:
            listed = ", ".join(str(name) for name in names if name is not None)
            return f"{flag} is one of {listed}, not {value!r}"
    return next(filter(None, map(_problem_with_fault, options.faults)), "")


def _problem_with_fault(text: str) -> str:
    from apexlab_desktop.synth import FaultKind

    try:
        _fault(text)
    except ValueError:
        kinds = ", ".join(kind.value for kind in FaultKind)
        return f"--fault is KIND,CORNER,AMOUNT[,LAP...] with KIND one of {kinds}, not {text!r}"
    return ""


def _fault(text: str) -> Fault:
    """Return the fault that `text` describes; ValueError where it describes none."""
    from apexlab_desktop.synth import Fault, FaultKind

    kind, corner, amount, *laps = text.split(",")
    return Fault(
        FaultKind(kind.strip().replace("-", "_")),
        int(corner),
        float(amount),
        tuple(int(lap) for lap in laps) or None,
    )


def generate_file(options: GenerateOptions, out: Path, truth: Path | None) -> None:
    """Write the session, and its truth where wanted.

    Raises
    ------
    ApexLabError
        If the numbers make no sense together.
    EnvironmentFaultError
        If the target cannot be written.
    """
    from apexlab_desktop import synth

    habits = synth.Driver()
    n_laps = options.laps or synth.usual_laps(options.track)
    session = synth.generate(
        track=options.track,
        laps=options.laps,
        rate_hz=options.rate_hz,
        seed=options.seed,
        noise=options.noise,
        vehicle=options.vehicle,
        faults=[_fault(text) for text in options.faults],
        reverse=options.is_reverse,
        mistakes_per_lap=options.mistakes_per_lap,
        price_faults=truth is not None,
        driver=replace(habits, shift_gap_s=SHIFT_GAP_S) if options.has_shift_gaps else habits,
        pit_stops=options.pit_stops,
        cool_down_laps=options.cool_down_laps,
        tyre_wear_per_lap=options.tyre_wear_per_lap,
        fuel_start_kg=options.fuel_kg,
        fuel_per_lap_kg=options.fuel_kg / n_laps,
        include_imu=options.has_imu,
        single_track=options.is_single_track,
    )
    # A generated file looks like a recording, and making it anew is what is wanted here.
    write_bytes(out, synth.file_bytes(session, options.fmt), over_recordings=True)
    if truth is not None:
        document = synth.truth_document(session)
        write_text(truth, lambda file: json.dump(document, file))
