"""The truth as a JSON document."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from apexlab_desktop.synth.session import SyntheticSession
from apexlab_desktop.synth.truth import TRUTH_RATE_HZ, Truth

SCHEMA = 1
_TRACE_RATE_HZ = 10
_TRACE_DECIMALS = 6
_TRACE = (
    "time_s",
    "station_m",
    "offset_m",
    "x_m",
    "y_m",
    "speed_mps",
    "accel_long_mps2",
    "accel_lat_mps2",
    "curvature_per_m",
    "slip_rad",
    "yaw_rate_radps",
    "throttle_ratio",
    "brake_ratio",
    "gear",
    "steering_angle_rad",
)


def truth_document(session: SyntheticSession) -> dict[str, Any]:
    """Return track, laps, corners, events, faults and motion as plain JSON-able values (SI).

    The motion is thinned to 10 Hz; crossings and events keep every digit.
    """
    track, truth = session.track, session.truth
    lat_deg, lon_deg = track.start_lat_lon_deg
    return {
        "schema": SCHEMA,
        "track": {
            "name": track.name,
            "title": track.title,
            "is_reversed": track.is_reversed,
            "is_closed": track.is_closed,
            "length_m": track.length_m,
            "width_m": track.width_m,
            "origin_lat_deg": track.origin_lat_deg,
            "origin_lon_deg": track.origin_lon_deg,
            "start_line": {
                "lat_deg": lat_deg,
                "lon_deg": lon_deg,
                "bearing_deg": track.start_bearing_deg,
                "half_width_m": track.line_half_width_m,
            },
            "corners": [
                {**asdict(corner), "apexes_m": list(corner.apexes_m)} for corner in track.corners
            ],
        },
        "vehicle": {
            **asdict(session.vehicle),
            "gear_speeds_mps": list(session.vehicle.gear_speeds_mps),
        },
        "driver": asdict(session.driver),
        "noise": asdict(session.noise),
        "seed": session.seed,
        "start_time_utc": session.start_time_utc.isoformat().replace("+00:00", "Z"),
        "n_fixes": int(session.gps.time_s.size),
        "rate_hz": session.gps.rate_hz,
        "obd_lag_s": session.obd.lag_s,
        "pauses_s": [list(pause) for pause in session.pauses_s],
        "crossings_s": truth.crossings_s.tolist(),
        "laps": [asdict(lap) for lap in truth.laps],
        "corner_events": [asdict(event) for event in truth.corner_events],
        "faults": [
            {
                "kind": planted.fault.kind.value,
                "corner": planted.fault.corner,
                "amount": planted.fault.amount,
                "laps": list(planted.laps),
                "cost_s": list(planted.cost_s),
                "total_cost_s": planted.total_cost_s,
            }
            for planted in truth.faults
        ],
        "trace": _trace(truth),
    }


def _trace(truth: Truth) -> dict[str, list[float]]:
    every = round(TRUTH_RATE_HZ / _TRACE_RATE_HZ)
    return {
        name: np.round(getattr(truth, name)[::every], _TRACE_DECIMALS).tolist() for name in _TRACE
    }
