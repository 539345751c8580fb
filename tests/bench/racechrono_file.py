"""A RaceChrono v3 file of any length, written from a drive that closes on itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.bench.drive import LAP_S, drive

FIRST_TIMESTAMP_S = 1_767_150_000.0

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


def _columns(n_rows: int) -> list[tuple[np.ndarray, int] | tuple[np.ndarray, int, int]]:
    random = np.random.default_rng(20_260)
    # Whole milliseconds, 1 to 27 apart: rows are the union of what several devices sampled.
    steps_ms = random.integers(1, 28, n_rows)
    time_s = np.cumsum(steps_ms) / 1000.0
    known = drive(time_s)
    speed = known.speed_mps
    long_g, lat_g = known.accel_long_mps2 / 9.80665, known.accel_lat_mps2 / 9.80665
    noise = random.normal(0.0, 1.0, (6, n_rows))
    constant = np.ones(n_rows)
    throttle = np.clip(50.0 + 60.0 * long_g, 0.0, 100.0)
    return [
        (FIRST_TIMESTAMP_S + time_s, 3),
        (0 * constant, 0),
        (np.floor(known.lap), 0, int(np.searchsorted(time_s, LAP_S))),
        (time_s, 3),
        (np.cumsum(speed * steps_ms / 1000.0), 3),
        (12.0 + 3.0 * np.sin(known.angle_rad) + 0.1 * noise[0], 2),
        (2.0 * constant, 1),
        (np.degrees(np.pi / 2 - known.course_rad) % 360.0, 2),
        (1.1 * constant, 1),
        (25.0 * constant, 1),
        (3.0 * constant, 1),
        (known.lat_deg, 7),
        (known.lon_deg, 7),
        (8.0 * constant, 1),
        (speed, 4),
        (np.hypot(lat_g, long_g), 5),
        (20.0 * constant, 1),
        (lat_g, 5),
        (np.degrees(np.arctan(lat_g)), 5),
        (long_g, 5),
        (speed + 0.02 * noise[1], 4),
        (throttle + 0.3 * noise[2], 5, 50),
        (20.0 + 0.7 * throttle + noise[3], 5, 50),
        (3500.0 + 40.0 * speed + 5.0 * noise[4], 5, 50),
        (0.99 * speed, 5, 50),
        (throttle + 0.1 * noise[5], 5, 50),
    ]
