"""RaceChrono CSV, format 1: one row of names with their units, no sources."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.synth.centreline import FloatArray
from apexlab_desktop.synth.racechrono import (
    Column,
    app_crossings,
    file_of,
    printed,
    row_times,
    table_columns,
)
from apexlab_desktop.synth.session import SyntheticSession

_KPH_PER_MPS = 3.6
_MPH_PER_MPS = 3600.0 / 1609.344
_METRES_PER_KM = 1000.0
_DECIMALS_KM = 6


def racechrono_v1_bytes(session: SyntheticSession) -> bytes:
    """Return the session as old versions of the app export it: see corpus FORMATS.md, section 1."""
    table: dict[str, Column] = {}
    for column in table_columns(session):
        table.setdefault(column.name, column)
    time = row_times(session, app_crossings(session))

    def cells(name: str) -> list[str]:
        return table[name].cells if name in table else [""] * time.size

    def scaled(name: str, factor: float, decimals: int = 5) -> list[str]:
        return printed(factor * np.array(cells(name), dtype=np.float64), decimals)

    x_m, y_m = _local_position(session, time)
    columns = {
        "Lap #": cells("lap_number"),
        "Timestamp (s)": cells("timestamp"),
        "Distance (m)": cells("distance_traveled"),
        "Distance (km)": scaled("distance_traveled", 1.0 / _METRES_PER_KM, _DECIMALS_KM),
        "Locked satellites": cells("satellites"),
        "Latitude (deg)": cells("latitude"),
        "Longitude (deg)": cells("longitude"),
        "Speed (m/s)": cells("speed"),
        "Speed (kph)": scaled("speed", _KPH_PER_MPS),
        "Speed (mph)": scaled("speed", _MPH_PER_MPS),
        "Altitude (m)": cells("altitude"),
        "Bearing (deg)": cells("bearing"),
        "Longitudinal Acceleration (G)": cells("longitudinal_acc"),
        "Lateral Acceleration (G)": cells("lateral_acc"),
        "X-position (m)": printed(x_m),
        "Y-position (m)": printed(y_m),
        "RPM (rpm)": cells("rpm"),
        "Throttle Position (%)": cells("throttle_pos"),
        "Trap name": [""] * time.size,
    }
    return file_of(
        _preamble(session),
        [Column(name, "", "", texts) for name, texts in columns.items()],
        ("name",),
    )


def _local_position(session: SyntheticSession, time_s: FloatArray) -> tuple[FloatArray, FloatArray]:
    gps = session.gps
    x, y = session.track.plane.project(gps.lat_deg, gps.lon_deg)
    return np.interp(time_s, gps.time_s, x), np.interp(time_s, gps.time_s, y)


def _preamble(session: SyntheticSession) -> list[str]:
    title = session.track.title.replace('"', "'")
    return [
        "This file is created using RaceChrono v1.45 ( http://racechrono.com/ ).",
        f'Session title,"{title}"',
        "Session type,Lap timing",
        f'Track name,"{title}"',
        "Driver name,",
        "Export scope,Whole session",
        session.start_time_utc.strftime("Created,%d/%m/%Y,%H:%M"),
        "Note,",
        "\t",
    ]
