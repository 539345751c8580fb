"""A RaceChrono v3 file of any length, written from a drive that closes on itself.

As the app writes it: rows are the union of what several devices sampled, and between two of a
device's own samples its values lie on the straight line.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.bench.drive import LAP_S, drive

FIRST_TIMESTAMP_S = 1_767_150_000.0
ROW_MS = 15
"""Mean step between rows: 69 rows a second, as a 25 Hz receiver beside an OBD reader gives."""
FIX_MS = 40
OBD_STEPS_MS = (9, 37)
CROSSING_MS = 483
"""When the car is on the start line; the app writes a row at every crossing."""
POSITION_SPREAD_DEG = 0.05 / 111_195.0

HEAD = """This file is created using RaceChrono Pro v9.1.3 ( http://racechrono.com/ ).
Format,3
Session title,"Bench"
Session type,Lap timing
Track name,"Bench"
Driver name,
Created,31/12/2025,02:54
Note,

timestamp,fragment_id,lap_number,elapsed_time,distance_traveled,altitude,altitude_precision,bearing,\
coordinate_precision,device_update_rate,fix_type,latitude,longitude,satellites,speed,combined_acc,\
device_update_rate,lateral_acc,lean_angle,longitudinal_acc,speed,accelerator_pos,engine_load,rpm,speed,\
throttle_pos
unix time,,,s,m,m,DOP,deg,DOP,Hz,,deg,deg,sats,m/s,G,Hz,G,deg,G,m/s,%,%,rpm,m/s,%
,,,,,100: gps,100: gps,100: gps,100: gps,100: gps,100: gps,100: gps,100: gps,100: gps,100: gps,\
calc,calc,calc,calc,calc,calc,200: obd,200: obd,200: obd,200: obd,200: obd
"""


def write_racechrono_v3(path: Path, n_rows: int) -> Path:
    """Write `n_rows` rows x 26 columns at irregular instants; the same bytes every time."""
    if path.exists():
        return path
    columns = _columns(n_rows)
    cells = [_cells(*column) for column in columns]
    with path.open("w", encoding="ascii", newline="") as file:
        file.write(HEAD.replace("\n", "\r\n"))
        file.writelines(",".join(values) + "\r\n" for values in zip(*cells, strict=True))
    return path


def _cells(values: np.ndarray, decimals: int, empty_until: int = 0) -> list[str]:
    if decimals == 0:
        words = [str(int(value)) for value in values]
    else:
        words = [repr(value) for value in values.round(decimals).tolist()]
    return [""] * empty_until + words[empty_until:]


def _obd_times_ms(last_ms: int, random: np.random.Generator) -> np.ndarray:
    """Return when the OBD reader answers: 44 times a second, irregularly."""
    steps_ms = random.integers(*OBD_STEPS_MS, last_ms // OBD_STEPS_MS[0])
    times_ms: np.ndarray = np.cumsum(steps_ms)
    return times_ms[times_ms <= last_ms]


def _columns(n_rows: int) -> list[tuple[np.ndarray, int] | tuple[np.ndarray, int, int]]:
    random = np.random.default_rng(20_260)
    last_ms = n_rows * ROW_MS + 10_000
    fixes_ms = np.arange(0, last_ms, FIX_MS)
    obd_ms = _obd_times_ms(last_ms, random)
    lap_ms = round(LAP_S * 1000.0)
    crossings_ms = np.arange(CROSSING_MS + lap_ms, last_ms, lap_ms)
    time_ms = np.unique(np.concatenate((fixes_ms, obd_ms, crossings_ms)))[:n_rows]
    time_s = time_ms / 1000.0

    def sampled(instants_ms: np.ndarray, values: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Return the straight lines between a device's own samples, at the rows."""
        at_rows: np.ndarray = np.interp(time_ms, instants_ms, values(instants_ms / 1000.0))
        return at_rows

    def noise(n: int) -> np.ndarray:
        return random.normal(0.0, 1.0, n)

    def gps(field: str, spread: float = 0.0) -> np.ndarray:
        return sampled(fixes_ms, lambda t: getattr(drive(t), field) + spread * noise(t.size))

    def obd(gain: float, offset: float, spread: float) -> np.ndarray:
        def values(t: np.ndarray) -> np.ndarray:
            pedal = np.clip(50.0 + 60.0 * drive(t).accel_long_mps2 / 9.80665, 0.0, 100.0)
            return offset + gain * pedal + spread * noise(t.size)

        return sampled(obd_ms, values)

    constant = np.ones(n_rows)
    speed = gps("speed_mps", 0.03)
    long_g = sampled(fixes_ms, lambda t: drive(t).accel_long_mps2 / 9.80665)
    lat_g = sampled(fixes_ms, lambda t: drive(t).accel_lat_mps2 / 9.80665)
    altitude = sampled(
        fixes_ms, lambda t: 12.0 + 3.0 * np.sin(drive(t).angle_rad) + 0.1 * noise(t.size)
    )
    return [
        (FIRST_TIMESTAMP_S + time_s, 3),
        (0 * constant, 0),
        ((time_ms - CROSSING_MS) // lap_ms, 0, int(np.searchsorted(time_ms, crossings_ms[0]))),
        (time_s, 3),
        (np.cumsum(speed * np.diff(time_s, prepend=0.0)), 3),
        (altitude, 2),
        (2.0 * constant, 1),
        (np.degrees(np.pi / 2 - gps("course_rad")) % 360.0, 2),
        (1.1 * constant, 1),
        (25.0 * constant, 1),
        (3.0 * constant, 1),
        (gps("lat_deg", POSITION_SPREAD_DEG), 7),
        (gps("lon_deg", POSITION_SPREAD_DEG), 7),
        (8.0 * constant, 1),
        (speed, 4),
        (np.hypot(lat_g, long_g), 5),
        (20.0 * constant, 1),
        (lat_g, 5),
        (np.degrees(np.arctan(lat_g)), 5),
        (long_g, 5),
        (speed + 0.02, 4),
        (obd(1.0, 0.0, 0.3), 5, 50),
        (obd(0.7, 20.0, 1.0), 5, 50),
        (obd(30.0, 3500.0, 5.0), 5, 50),
        (0.99 * speed, 5, 50),
        (obd(1.0, 0.0, 0.1), 5, 50),
    ]
