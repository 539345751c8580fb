"""Catalogue of channels: name, unit, plausible range, continuous or stepped."""

from __future__ import annotations

from dataclasses import dataclass

from apexlab_desktop.analysis.types import ChannelKind

CONTINUOUS = ChannelKind.CONTINUOUS
STEPPED = ChannelKind.STEPPED


@dataclass(frozen=True, slots=True)
class ChannelInfo:
    """Facts about a catalogued channel.

    Attributes
    ----------
    name : str
        With the unit as its suffix.
    unit : str
    kind : ChannelKind
    low, high : float
        Plausible range; values outside are kept but make a notice.
    label : str
        Words for people, sentence case.
    """

    name: str
    unit: str
    kind: ChannelKind
    low: float
    high: float
    label: str


_ROWS: tuple[ChannelInfo, ...] = (
    ChannelInfo("lat_deg", "deg", CONTINUOUS, -90.0, 90.0, "Latitude"),
    ChannelInfo("lon_deg", "deg", CONTINUOUS, -180.0, 180.0, "Longitude"),
    ChannelInfo("altitude_m", "m", CONTINUOUS, -500.0, 9_000.0, "Altitude"),
    ChannelInfo("speed_mps", "m/s", CONTINUOUS, 0.0, 150.0, "Speed"),
    ChannelInfo("course_rad", "rad", CONTINUOUS, -1e3, 1e3, "Course"),
    ChannelInfo("heading_rad", "rad", CONTINUOUS, -1e3, 1e3, "Heading"),
    ChannelInfo("distance_m", "m", CONTINUOUS, 0.0, 1e7, "Distance"),
    ChannelInfo("lap_distance_m", "m", CONTINUOUS, 0.0, 1e5, "Lap distance"),
    ChannelInfo("lap_distance_ratio", "", CONTINUOUS, 0.0, 1.0, "Lap distance share"),
    ChannelInfo("position_accuracy_m", "m", CONTINUOUS, 0.0, 1e4, "GPS accuracy"),
    ChannelInfo("dop_horizontal", "", CONTINUOUS, 0.0, 100.0, "Horizontal DOP"),
    ChannelInfo("dop_vertical", "", CONTINUOUS, 0.0, 100.0, "Vertical DOP"),
    ChannelInfo("n_satellites", "", STEPPED, 0.0, 100.0, "Satellites"),
    ChannelInfo("fix_type", "", STEPPED, 0.0, 10.0, "Fix type"),
    ChannelInfo("update_rate_hz", "Hz", STEPPED, 0.0, 1_000.0, "Update rate"),
    ChannelInfo("battery_ratio", "", STEPPED, 0.0, 1.0, "Battery"),
    ChannelInfo("lap_number", "", STEPPED, -1.0, 1e5, "Lap number"),
    ChannelInfo("accel_long_mps2", "m/s2", CONTINUOUS, -80.0, 80.0, "Longitudinal acceleration"),
    ChannelInfo("accel_lat_mps2", "m/s2", CONTINUOUS, -80.0, 80.0, "Lateral acceleration"),
    ChannelInfo("accel_combined_mps2", "m/s2", CONTINUOUS, 0.0, 120.0, "Combined acceleration"),
    ChannelInfo("accel_vert_mps2", "m/s2", CONTINUOUS, -120.0, 120.0, "Vertical acceleration"),
    ChannelInfo("imu_accel_x_mps2", "m/s2", CONTINUOUS, -160.0, 160.0, "Sensor acceleration x"),
    ChannelInfo("imu_accel_y_mps2", "m/s2", CONTINUOUS, -160.0, 160.0, "Sensor acceleration y"),
    ChannelInfo("imu_accel_z_mps2", "m/s2", CONTINUOUS, -160.0, 160.0, "Sensor acceleration z"),
    ChannelInfo("imu_rate_x_radps", "rad/s", CONTINUOUS, -40.0, 40.0, "Sensor rotation x"),
    ChannelInfo("imu_rate_y_radps", "rad/s", CONTINUOUS, -40.0, 40.0, "Sensor rotation y"),
    ChannelInfo("imu_rate_z_radps", "rad/s", CONTINUOUS, -40.0, 40.0, "Sensor rotation z"),
    ChannelInfo("yaw_rate_radps", "rad/s", CONTINUOUS, -10.0, 10.0, "Yaw rate"),
    ChannelInfo("lean_angle_rad", "rad", CONTINUOUS, -1.6, 1.6, "Lean angle"),
    ChannelInfo("throttle_ratio", "", CONTINUOUS, 0.0, 1.0, "Throttle"),
    ChannelInfo("accelerator_ratio", "", CONTINUOUS, 0.0, 1.0, "Accelerator pedal"),
    ChannelInfo("brake_ratio", "", CONTINUOUS, 0.0, 1.0, "Brake"),
    ChannelInfo("brake_pressure_pa", "Pa", CONTINUOUS, -1e5, 5e7, "Brake pressure"),
    ChannelInfo("clutch_ratio", "", CONTINUOUS, 0.0, 1.0, "Clutch"),
    ChannelInfo("steering_angle_rad", "rad", CONTINUOUS, -20.0, 20.0, "Steering"),
    ChannelInfo("engine_speed_rpm", "rpm", CONTINUOUS, 0.0, 25_000.0, "Engine speed"),
    ChannelInfo("engine_load_ratio", "", CONTINUOUS, 0.0, 2.0, "Engine load"),
    ChannelInfo("gear", "", STEPPED, -1.0, 12.0, "Gear"),
    ChannelInfo("engine_temperature_degc", "degC", CONTINUOUS, -60.0, 300.0, "Engine temperature"),
    ChannelInfo("oil_temperature_degc", "degC", CONTINUOUS, -60.0, 300.0, "Oil temperature"),
    ChannelInfo("coolant_temperature_degc", "degC", CONTINUOUS, -60.0, 300.0, "Coolant"),
    ChannelInfo("fuel_level_ratio", "", CONTINUOUS, 0.0, 1.0, "Fuel level"),
    ChannelInfo("is_on_track", "", STEPPED, 0.0, 1.0, "On track"),
    ChannelInfo("is_on_pit_road", "", STEPPED, 0.0, 1.0, "On pit road"),
    ChannelInfo("last_lap_time_s", "s", STEPPED, -1.0, 1e5, "Last lap time"),
    ChannelInfo("current_lap_time_s", "s", CONTINUOUS, 0.0, 1e6, "Current lap time"),
)

CATALOGUE: dict[str, ChannelInfo] = {row.name: row for row in _ROWS}
"""Catalogue name to facts. A channel outside keeps the vendor's name and unit."""
