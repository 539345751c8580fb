"""Make a session of known truth with the generator."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from apexlab_desktop.app.exporting import write_bytes, write_text


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateOptions:
    """What to generate; names as on the command line."""

    track: str
    laps: int | None
    rate_hz: float
    seed: int
    noise: str
    vehicle: str | None
    fmt: str


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
    return ""


def generate_file(options: GenerateOptions, out: Path, truth: Path | None) -> None:
    """Write the session, and its truth where wanted.

    Raises
    ------
    EnvironmentFaultError
        If the target cannot be written.
    """
    from apexlab_desktop import synth

    session = synth.generate(
        track=options.track,
        laps=options.laps,
        rate_hz=options.rate_hz,
        seed=options.seed,
        noise=options.noise,
        vehicle=options.vehicle,
    )
    write_bytes(out, synth.file_bytes(session, options.fmt))
    if truth is not None:
        document = synth.truth_document(session)
        write_text(truth, lambda file: json.dump(document, file))
