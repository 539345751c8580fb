"""RaceChrono CSV, formats 3 and 2: a row at every instant of any source, all else between."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.signal import savgol_filter

from apexlab_desktop.synth.centreline import FloatArray
from apexlab_desktop.synth.sensors import GpsFixes
from apexlab_desktop.synth.session import SyntheticSession
from apexlab_desktop.synth.speed_profile import GRAVITY_MPS2

_CALC_RATE_HZ = 20.0
_CALC_WINDOW_S = 0.8
"""The app smooths its accelerations over about this long."""
_GATE_SLACK_M = 8.0
_SHORTEST_LAP_S = 10.0
_DECIMALS = 5
_DECIMALS_DEG = 7


@dataclass(frozen=True, slots=True)
class Column:
    """One column as printed: how it is headed, and a cell for each row."""

    name: str
    unit: str
    source: str
    cells: list[str]


def racechrono_bytes(session: SyntheticSession) -> bytes:
    """Return the session as the app would export it: see corpus FORMATS.md, section 1."""
    columns = table_columns(session)
    return file_of(_preamble(session, 3), columns, ("name", "unit", "source"))


def racechrono_v2_bytes(session: SyntheticSession) -> bytes:
    """Return the session in format 2: as format 3, but each quantity once and without its source.

    Where several sources measure a quantity, the receiver's own comes first and is the one kept.
    """
    once: dict[str, Column] = {}
    for column in table_columns(session):
        once.setdefault(column.name, column)
    return file_of(_preamble(session, 2), list(once.values()), ("name", "unit"))


def table_columns(session: SyntheticSession) -> list[Column]:
    """Return all columns of format 3 in the order of the app."""
    crossings = app_crossings(session)
    time = row_times(session, crossings)
    return [
        *_fixed_columns(session, time, crossings),
        *_gps_columns(session.gps, time),
        *_calc_columns(session.gps, time),
        *_obd_columns(session, time),
        *_imu_columns(session, time),
    ]


def file_of(preamble: list[str], columns: list[Column], heads: tuple[str, ...]) -> bytes:
    """Return the text of a file: preamble, a row for each of `heads`, and the cells."""
    lines = [*preamble]
    lines.extend(",".join(getattr(column, part) for column in columns) for part in heads)
    lines.extend(map(",".join, zip(*(column.cells for column in columns), strict=True)))
    return ("\r\n".join(lines) + "\r\n").encode()


def _preamble(session: SyntheticSession, version: int) -> list[str]:
    title = session.track.title.replace('"', "'")
    created = session.start_time_utc.strftime("%d/%m/%Y,%H:%M")
    return [
        "This file is created using RaceChrono Pro v9.1.3 ( http://racechrono.com/ ).",
        f"Format,{version}",
        f'Session title,"{title}"',
        "Session type,Lap timing",
        f'Track name,"{title}"',
        "Driver name,",
        f"Created,{created}",
        "Note,",
        "",
    ]


def app_crossings(session: SyntheticSession) -> FloatArray:
    """Return the crossings as the app finds them: straight lines between fixes, shape (n,) [s]."""
    track, gps = session.track, session.gps
    x, y = track.plane.project(gps.lat_deg, gps.lon_deg)
    ends = (0.0,) if track.is_closed else (0.0, track.length_m)
    found = np.concatenate([_gate_times(session, gps.time_s, x, y, end) for end in ends])
    kept: list[float] = []
    for time in np.sort(found).tolist():
        if not kept or time - kept[-1] > _SHORTEST_LAP_S:
            kept.append(time)
    return np.array(kept)


def _gate_times(
    session: SyntheticSession, time: FloatArray, x: FloatArray, y: FloatArray, station: float
) -> FloatArray:
    place = session.track.at(np.array([station]))
    cos, sin = math.cos(place.heading_rad[0]), math.sin(place.heading_rad[0])
    dx, dy = x - place.x_m[0], y - place.y_m[0]
    along, across = dx * cos + dy * sin, dy * cos - dx * sin
    near = np.abs(across) <= session.track.line_half_width_m + _GATE_SLACK_M
    index = np.flatnonzero((along[:-1] < 0) & (along[1:] >= 0) & near[:-1] & near[1:])
    share = -along[index] / (along[index + 1] - along[index])
    return np.asarray(time[index] + share * (time[index + 1] - time[index]), dtype=np.float64)


def row_times(session: SyntheticSession, crossings: FloatArray) -> FloatArray:
    """Return the instants of all sources; two sources in one millisecond may repeat a time."""
    first, last = session.gps.time_s[[0, -1]]
    calc = np.arange(np.ceil(first * _CALC_RATE_HZ), last * _CALC_RATE_HZ) / _CALC_RATE_HZ
    instants = [session.gps.time_s, calc, crossings]
    if session.imu is not None:
        instants.append(session.imu.time_s)
    merged = np.concatenate([np.unique(np.round(np.concatenate(instants), 9)), session.obd.time_s])
    rows = np.sort(merged[(merged >= first) & (merged <= last)], kind="stable")
    for begin, end in session.pauses_s:
        rows = rows[(rows < begin) | (rows >= end)]
    return rows


def printed(values: FloatArray, decimals: int = _DECIMALS) -> list[str]:
    """Return numbers as the app prints them: trailing zeros dropped, `18.0`, never an exponent."""
    cells = list(map(repr, (np.round(values, decimals) + 0.0).tolist()))
    for index in np.flatnonzero((np.abs(values) < 1e-4) | ~np.isfinite(values)):
        cells[index] = _plain(float(values[index]), decimals)
    return cells


def _plain(value: float, decimals: int) -> str:
    if not math.isfinite(value):
        return ""
    text = f"{value:.{decimals}f}".rstrip("0")
    text = text + "0" if text.endswith(".") else text
    return "0.0" if text == "-0.0" else text


def _held(time: FloatArray, values: FloatArray, rows: FloatArray) -> FloatArray:
    index = np.searchsorted(time, rows + 1e-9, side="right") - 1
    return np.where(index >= 0, values[np.maximum(index, 0)], np.nan)


def _fixed_columns(
    session: SyntheticSession, rows: FloatArray, crossings: FloatArray
) -> list[Column]:
    epoch = session.start_time_utc.timestamp()
    laps = np.searchsorted(crossings, rows + 1e-9, side="right")
    fragments = np.searchsorted([end for _, end in session.pauses_s], rows, side="right")
    gps = session.gps
    x, y = session.track.plane.project(gps.lat_deg, gps.lon_deg)
    chords = np.hypot(np.diff(x), np.diff(y))
    travelled = np.round(np.append(0.0, np.cumsum(chords)), 3)
    return [
        Column("timestamp", "unix time", "", printed(epoch + rows, 3)),
        Column("fragment_id", "", "", list(map(str, fragments.tolist()))),
        Column("lap_number", "", "", [str(lap) if lap else "" for lap in laps.tolist()]),
        Column("elapsed_time", "s", "", printed(rows)),
        Column("distance_traveled", "m", "", printed(np.interp(rows, gps.time_s, travelled))),
    ]


def _gps_columns(gps: GpsFixes, rows: FloatArray) -> list[Column]:
    def between(values: FloatArray, decimals: int = _DECIMALS) -> list[str]:
        return printed(np.interp(rows, gps.time_s, values), decimals)

    n = rows.size
    cells = {
        ("accuracy", "m"): between(gps.accuracy_m),
        ("altitude", "m"): between(gps.altitude_m),
        ("bearing", "deg"): printed(_held(gps.time_s, gps.bearing_deg, rows), 2),
        ("device_update_rate", "Hz"): [_plain(gps.rate_hz, 1)] * n,
        ("fix_type", ""): ["3.0"] * n,
        ("latitude", "deg"): between(gps.lat_deg, _DECIMALS_DEG),
        ("longitude", "deg"): between(gps.lon_deg, _DECIMALS_DEG),
        ("satellites", "sats"): between(gps.n_satellites),
        ("speed", "m/s"): between(gps.speed_mps),
    }
    return [Column(name, unit, "100: gps", texts) for (name, unit), texts in cells.items()]


def _calc_columns(gps: GpsFixes, rows: FloatArray) -> list[Column]:
    grid = np.arange(gps.time_s[0], gps.time_s[-1] + 0.5 / _CALC_RATE_HZ, 1.0 / _CALC_RATE_HZ)
    bearing = np.radians(np.nan_to_num(gps.bearing_deg))
    east = np.interp(grid, gps.time_s, gps.speed_mps * np.sin(bearing))
    north = np.interp(grid, gps.time_s, gps.speed_mps * np.cos(bearing))
    ax, ay = _smooth_accelerations(east, north)
    speed = np.interp(grid, gps.time_s, gps.speed_mps)
    edge = grid[0] + _CALC_WINDOW_S / 2

    def between(values: FloatArray) -> list[str]:
        inside = np.interp(rows, grid, values)
        return printed(np.where(rows < edge, np.nan, inside))

    cells = {
        ("combined_acc", "G"): between(np.hypot(ax, ay)),
        ("device_update_rate", "Hz"): [_plain(_CALC_RATE_HZ, 1)] * rows.size,
        ("lateral_acc", "G"): between(ay),
        ("lean_angle", "deg"): between(-np.degrees(np.arctan(ay))),
        ("longitudinal_acc", "G"): between(ax),
        ("speed", "m/s"): printed(np.interp(rows, grid, speed)),
    }
    return [Column(name, unit, "calc", texts) for (name, unit), texts in cells.items()]


def _smooth_accelerations(east: FloatArray, north: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return longitudinal and lateral acceleration, left positive, over 0.8 s [g]."""
    window = min(2 * round(_CALC_WINDOW_S * _CALC_RATE_HZ / 2) + 1, (east.size - 1) // 2 * 2 + 1)
    if window < 3:
        return 0.0 * east, 0.0 * east
    step = 1.0 / _CALC_RATE_HZ
    ve, vn = (savgol_filter(v, window, 2, mode="interp") for v in (east, north))
    ae, an = (savgol_filter(v, window, 2, deriv=1, delta=step) for v in (east, north))
    speed = np.maximum(np.hypot(ve, vn), 0.5)
    return (
        (ve * ae + vn * an) / speed / GRAVITY_MPS2,
        (ve * an - vn * ae) / speed / GRAVITY_MPS2,
    )


def _obd_columns(session: SyntheticSession, rows: FloatArray) -> list[Column]:
    obd = session.obd
    if obd.time_s.size == 0:
        return []

    def between(values: FloatArray) -> list[str]:
        return printed(np.interp(rows, obd.time_s, values, left=np.nan))

    source = "200: obd"
    return [
        Column("rpm", "rpm", source, between(obd.engine_speed_rpm)),
        Column("speed", "m/s", source, between(obd.speed_mps)),
        Column("throttle_pos", "%", source, between(100.0 * obd.throttle_ratio)),
    ]


def _imu_columns(session: SyntheticSession, rows: FloatArray) -> list[Column]:
    imu = session.imu
    if imu is None:
        return []
    rate = 1.0 / float(np.median(np.diff(imu.time_s)))
    columns: list[Column] = []
    for source, name, unit, values in (
        ("101: acc", "{}_acc", "G", imu.accel_mps2 / GRAVITY_MPS2),
        ("102: gyro", "{}_rate_of_rotation", "deg/s", np.degrees(imu.rate_radps)),
    ):
        rates = [_plain(rate, 1)] * rows.size
        columns.append(Column("device_update_rate", "Hz", source, rates))
        columns.extend(
            Column(name.format(axis), unit, source, printed(np.interp(rows, imu.time_s, column)))
            for axis, column in zip("xyz", values.T, strict=True)
        )
    return columns
