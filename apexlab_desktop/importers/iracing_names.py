"""iRacing's variables to the catalogue. Its signs are those of ISO 8855: left turns positive."""

from __future__ import annotations

CATALOGUE_NAMES = {
    "Lat": "lat_deg",
    "Lon": "lon_deg",
    "Alt": "altitude_m",
    "Speed": "speed_mps",
    "YawNorth": "heading_rad",
    "LapDist": "lap_distance_m",
    "LapDistPct": "lap_distance_ratio",
    "Lap": "lap_number",
    "LongAccel": "accel_long_mps2",
    "LatAccel": "accel_lat_mps2",
    "VertAccel": "accel_vert_mps2",
    "YawRate": "yaw_rate_radps",
    "Throttle": "throttle_ratio",
    "Brake": "brake_ratio",
    "Clutch": "clutch_ratio",
    "SteeringWheelAngle": "steering_angle_rad",
    "RPM": "engine_speed_rpm",
    "Gear": "gear",
    "WaterTemp": "coolant_temperature_degc",
    "OilTemp": "oil_temperature_degc",
    "FuelLevelPct": "fuel_level_ratio",
    "IsOnTrack": "is_on_track",
    "OnPitRoad": "is_on_pit_road",
    "LapLastLapTime": "last_lap_time_s",
    "LapCurrentLapTime": "current_lap_time_s",
}
HEADING_NAME = "YawNorth"
"""Clockwise from north; `Yaw` runs counter-clockwise from the track model's own axis."""
CLUTCH_NAME = "Clutch"
"""1 is fully engaged: the pedal is up."""
