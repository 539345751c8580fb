"""Write sessions and comparisons for other programs; the target appears whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import numpy as np

from apexlab_desktop.analysis import lap_channels
from apexlab_desktop.app import racechrono_writer
from apexlab_desktop.app.comparing import find_lap
from apexlab_desktop.errors import (
    EnvironmentFaultError,
    ImporterError,
    InsufficientDataError,
    ProtectedFileError,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apexlab_desktop.analysis.types import Comparison, FloatArray, Lap
    from apexlab_desktop.app.records import OpenedSession

_MOTION_COLUMNS = ("speed_mps", "course_rad", "accel_long_mps2", "accel_lat_mps2")
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
    """Write the repaired motion and the driver's inputs: a row per fix and per lap boundary."""
    import pandas as pd

    motion = session.analysed.trajectory
    if motion is None:
        raise InsufficientDataError(
            expected="positions or speed", found="neither", place=session.file
        )
    time_s = _with_boundaries(motion.time_s, session.analysed.laps)
    columns: dict[str, object] = {
        "time_s": time_s,
        "lap_number": pd.Series(lap_numbers(session.analysed.laps, time_s)).astype("Int64"),
    }
    at = {
        name: np.interp(time_s, motion.time_s, getattr(motion, name))
        for name in ("x_m", "y_m", *_MOTION_COLUMNS, "odometer_m")
    }
    if motion.origin_lat_deg is not None and motion.origin_lon_deg is not None:
        from apexlab_desktop.analysis import geo

        columns["lat_deg"], columns["lon_deg"] = geo.to_geodetic(
            at["x_m"], at["y_m"], motion.origin_lat_deg, motion.origin_lon_deg
        )
    # Inside, the course goes on turning lap after lap; other programs expect one turn.
    at["course_rad"] = np.remainder(at["course_rad"], 2.0 * np.pi)
    columns |= {name: at[name] for name in ("x_m", "y_m", *_MOTION_COLUMNS)}
    columns["distance_m"] = at["odometer_m"]
    columns |= lap_channels.driver_channels(session.analysed, time_s)
    table = pd.DataFrame(columns)
    if laps is not None:
        table = table[within(laps, time_s)]
    table.to_csv(file, index=False, lineterminator="\n")


def _with_boundaries(time_s: FloatArray, laps: Sequence[Lap]) -> FloatArray:
    """Return the instants of the fixes and of the laps' ends inside them, increasing [s]."""
    edges = np.array([edge for lap in laps for edge in (lap.start_s, lap.end_s)])
    inside = edges[(edges > time_s[0]) & (edges < time_s[-1])]
    return np.unique(np.concatenate((time_s, inside)))


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
        # With the row at which the lap ends, so that it shows its whole time.
        inside |= (time_s >= lap.start_s) & (time_s <= lap.end_s)
    return inside


def write_text(
    out: Path, write: Callable[[TextIO], object], *, over_recordings: bool = False
) -> None:
    """Write beside the target first, then put it in place at once.

    Raises
    ------
    ProtectedFileError
        If `out` is a recording that this program did not write, unless `over_recordings`.
    EnvironmentFaultError
        If the target cannot be written.
    """
    if not over_recordings:
        _refuse_recording(out)
    _replace(out, lambda path: _write_through(path, write))


def write_bytes(out: Path, data: bytes, *, over_recordings: bool = False) -> None:
    """Write bytes so that `out` is whole or untouched; see `write_text`."""
    if not over_recordings:
        _refuse_recording(out)
    _replace(out, lambda path: path.write_bytes(data))


def keep_source(out: Path, *sources: str | None) -> None:
    """Refuse to write over one of the files that are being read.

    Raises
    ------
    ProtectedFileError
    """
    for source in sources:
        with contextlib.suppress(OSError, ValueError):
            if source is not None and out.samefile(source):
                raise _protected(out, "the file that is being read")


def _refuse_recording(out: Path) -> None:
    from apexlab_desktop.importers import registry

    if not out.is_file():
        return
    try:
        registry.identify(out)
    except ImporterError:
        return
    with out.open("rb") as file:
        if file.read(len(racechrono_writer.MADE_BY)) == racechrono_writer.MADE_BY.encode():
            return
    raise _protected(out, "a recording")


def _protected(out: Path, found: str) -> ProtectedFileError:
    return ProtectedFileError(
        expected="the name of a file to write",
        found=found,
        place=str(out),
        advice="Choose another name: recordings are never written over.",
    )


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
