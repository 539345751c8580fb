"""RaceChrono's column names to the catalogue, by name and kind of source, never by position."""

from __future__ import annotations

import re

_LABEL = re.compile(r"^\s*(?:\d+\s*:\s*)?([A-Za-z][A-Za-z_ ]*?)\s*$")

_SESSION = {"lap_number": "lap_number", "distance_traveled": "distance_m"}
_GPS = {
    "latitude": "lat_deg",
    "longitude": "lon_deg",
    "altitude": "altitude_m",
    "bearing": "course_rad",
    "speed": "speed_mps",
    "accuracy": "position_accuracy_m",
    "coordinate_precision": "dop_horizontal",
    "altitude_precision": "dop_vertical",
    "satellites": "n_satellites",
    "fix_type": "fix_type",
    "device_update_rate": "update_rate_hz",
    "device_battery_level": "battery_ratio",
}
_VEHICLE = {
    "speed": "speed_mps",
    "lateral_acc": "accel_lat_mps2",
    "longitudinal_acc": "accel_long_mps2",
    "combined_acc": "accel_combined_mps2",
    "lean_angle": "lean_angle_rad",
    "yaw_rate": "yaw_rate_radps",
    "rpm": "engine_speed_rpm",
    "throttle_pos": "throttle_ratio",
    "accelerator_pos": "accelerator_ratio",
    "brake_pos": "brake_ratio",
    "brake_pressure": "brake_pressure_pa",
    "clutch_pos": "clutch_ratio",
    "steering_angle": "steering_angle_rad",
    "gear": "gear",
    "engine_load": "engine_load_ratio",
    "engine_temp": "engine_temperature_degc",
    "oil_temp": "oil_temperature_degc",
    "engine_oil_temp": "oil_temperature_degc",
    "coolant_temp": "coolant_temperature_degc",
    "fuel_level": "fuel_level_ratio",
    "device_update_rate": "update_rate_hz",
    "device_battery_level": "battery_ratio",
}
_SENSOR = {
    "x_acc": "imu_accel_x_mps2",
    "y_acc": "imu_accel_y_mps2",
    "z_acc": "imu_accel_z_mps2",
    "x_rate_of_rotation": "imu_rate_x_radps",
    "y_rate_of_rotation": "imu_rate_y_radps",
    "z_rate_of_rotation": "imu_rate_z_radps",
    "device_update_rate": "update_rate_hz",
    "device_battery_level": "battery_ratio",
}
_BY_SOURCE = {
    "": _SESSION,
    "gps": _GPS,
    "calc": _VEHICLE,
    "obd": _VEHICLE,
    "canbus": _VEHICLE,
    "acc": _SENSOR,
    "gyro": _SENSOR,
    "magn": _SENSOR,
}
SOURCE_KINDS = frozenset(kind for kind in _BY_SOURCE if kind)


def source_kind(label: str) -> str:
    """Return the kind of source in a label such as `100: gps`; empty for the session's own."""
    match = _LABEL.match(label)
    return match.group(1).strip().lower() if match else ""


def catalogue_name(name: str, kind: str) -> str | None:
    """Return the catalogue name of a column, or None when it is kept by the vendor's name."""
    return _BY_SOURCE.get(kind, _VEHICLE).get(name)


def vendor_name(channel: str, kind: str) -> str | None:
    """Return the column name of a catalogued channel from that kind of source, or None."""
    names = {known: name for name, known in reversed(_BY_SOURCE.get(kind, _VEHICLE).items())}
    return names.get(channel)
