"""Write sessions and comparisons for other programs; the target appears whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np

from apexlab_desktop.app import racechrono_writer
from apexlab_desktop.app.comparing import find_lap
from apexlab_desktop.errors import EnvironmentFaultError, InsufficientDataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.types import Comparison, FloatArray, Lap
    from apexlab_desktop.app.records import OpenedSession

EXPORT_FORMATS = ("csv", "racechrono")


def export_session(
    session: OpenedSession, fmt: str, out: Path, laps: Sequence[int] | None = None
) -> None:
    """Write a session, or some of its laps, to `out`.

    Parameters
    ----------
    session : OpenedSession
    fmt : str
        One of `EXPORT_FORMATS`.
    out : Path
    laps : sequence of int or None
        Lap numbers; None writes the whole session.

    Raises
    ------
    NoLapsError
        If a lap does not exist.
    InsufficientDataError
        If the session has no motion to write.
    EnvironmentFaultError
        If the target cannot be written.
    """
    chosen = None if laps is None else [find_lap(session, number) for number in laps]
    if fmt == "racechrono":
        write_text(out, lambda file: racechrono_writer.write(session, chosen, file))
    else:
        write_text(out, lambda file: _write_csv(session, chosen, file))


def export_comparison(comparison: Comparison, out: Path) -> None:
    """Write a comparison as one row per place and lap (long form, SI, unit in the name)."""
    import pandas as pd

    frames = []
    for lap in comparison.laps:
        columns: dict[str, object] = {
            "lap": lap.lap.number,
            "distance_m": comparison.distance_m,
            "time_s": lap.time_s,
            "delta_t_s": lap.delta_t_s,
            "delta_t_sigma_s": lap.delta_t_sigma_s,
        }
        frames.append(pd.DataFrame(columns | dict(lap.channels)))
    table = pd.concat(frames, ignore_index=True)
    write_text(out, lambda file: table.to_csv(file, index=False, lineterminator="\n"))


def _write_csv(session: OpenedSession, laps: Sequence[Lap] | None, file: TextIO) -> None:
    """Write the repaired motion, one row per fix, with the lap it belongs to."""
    import pandas as pd

    motion = session.analysed.trajectory
    if motion is None:
        raise InsufficientDataError(
            expected="positions or speed", found="neither", place=session.file
        )
    columns: dict[str, object] = {
        "time_s": motion.time_s,
        "lap_number": lap_numbers(session.analysed.laps, motion.time_s),
    }
    if motion.origin_lat_deg is not None and motion.origin_lon_deg is not None:
        from apexlab_desktop.analysis import geo

        columns["lat_deg"], columns["lon_deg"] = geo.to_geodetic(
            motion.x_m, motion.y_m, motion.origin_lat_deg, motion.origin_lon_deg
        )
    columns |= {
        "x_m": motion.x_m,
        "y_m": motion.y_m,
        "speed_mps": motion.speed_mps,
        "course_rad": motion.course_rad,
        "accel_long_mps2": motion.accel_long_mps2,
        "accel_lat_mps2": motion.accel_lat_mps2,
        "distance_m": motion.odometer_m,
    }
    table = pd.DataFrame(columns)
    if laps is not None:
        table = table[within(laps, motion.time_s)]
    table.to_csv(file, index=False, lineterminator="\n")


def lap_numbers(laps: Sequence[Lap], time_s: FloatArray) -> FloatArray:
    """Return the lap number of each sample, NaN outside laps, shape (n,)."""
    numbers = np.full(time_s.size, np.nan)
    for lap in laps:
        numbers[(time_s >= lap.start_s) & (time_s < lap.end_s)] = lap.number
    return numbers


def within(laps: Sequence[Lap], time_s: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which samples lie inside any of the laps, shape (n,)."""
    inside = np.zeros(time_s.size, dtype=bool)
    for lap in laps:
        inside |= (time_s >= lap.start_s) & (time_s < lap.end_s)
    return inside


def write_text(out: Path, write: Callable[[TextIO], object]) -> None:
    """Write beside the target first, then put it in place at once."""
    _replace(out, lambda path: _write_through(path, write))


def write_bytes(out: Path, data: bytes) -> None:
    """Write bytes so that `out` is whole or untouched."""
    _replace(out, lambda path: path.write_bytes(data))


def _write_through(path: Path, write: Callable[[TextIO], object]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        write(file)


def _replace(out: Path, write: Callable[[Path], object]) -> None:
    draft: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{out.name}.", dir=out.parent)
        os.close(handle)
        draft = Path(name)
        write(draft)
        draft.chmod(0o644)
        draft.replace(out)
    except OSError as error:
        raise EnvironmentFaultError(
            expected="a place that can be written to",
            found=str(error.strerror or error),
            place=str(out),
            advice="Choose another folder or free some space.",
        ) from error
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)
