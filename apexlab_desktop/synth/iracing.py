"""iRacing .ibt, version 2: header, variable headers, session YAML, 60 Hz records."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from apexlab_desktop.synth.centreline import FloatArray
from apexlab_desktop.synth.iracing_yaml import session_yaml
from apexlab_desktop.synth.session import SyntheticSession
from apexlab_desktop.synth.speed_profile import GRAVITY_MPS2

_TICK_RATE_HZ = 60
_VERSION = 2
_HEADER_BYTES = 144
_VARIABLE_BYTES = 144
_TYPE_CODES = {"?": 1, "<i4": 2, "<u4": 3, "<f4": 4, "<f8": 5}
_FIRST_SESSION_TIME_S = 61.5
_LAST_LAP_DELAY_S = 0.4
"""The sim publishes a lap time a moment after the line."""
_FUEL_LITRES = 60.0
_TORQUE_PER_ANGLE = 6.0


@dataclass(frozen=True, slots=True, eq=False)
class _Variable:
    """One telemetry variable; `values` has shape (n,) or (n, count) for sub-samples."""

    name: str
    dtype: str
    description: str
    unit: str
    values: npt.NDArray[np.generic]

    @property
    def count(self) -> int:
        return 1 if self.values.ndim == 1 else int(self.values.shape[1])


@dataclass(frozen=True, slots=True, eq=False)
class _Ticks:
    """Truth at the ticks of the sim, shape (n,) each."""

    time_s: FloatArray
    session: SyntheticSession

    def of(self, values: FloatArray) -> FloatArray:
        """Return a truth array at the ticks; 200 Hz makes straight lines good to 1e-4."""
        truth = self.session.truth.time_s
        return np.asarray(np.interp(self.time_s, truth, values), dtype=np.float64)

    def held(self, values: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        """Return a stepped truth array at the ticks."""
        index = np.searchsorted(self.session.truth.time_s, self.time_s, side="right") - 1
        return values[index]


def ibt_bytes(session: SyntheticSession) -> bytes:
    """Return the session as the sim would log it: see corpus FORMATS.md, section 5.

    Truth without sensor errors: a sim has none. Accelerations include gravity, left positive.
    """
    truth = session.truth
    n = int(truth.time_s[-1] * _TICK_RATE_HZ) + 1
    ticks = _Ticks(np.arange(n) / _TICK_RATE_HZ, session)
    variables = [*_clock(ticks), *_controls(ticks), *_laps(ticks), *_motion(ticks), *_rest(ticks)]
    offsets = np.append(
        0, np.cumsum([np.dtype(v.dtype).itemsize * v.count for v in variables])
    ).tolist()
    records = np.zeros(
        n,
        dtype=np.dtype(
            {
                "names": [v.name for v in variables],
                "formats": [(v.dtype, (v.count,)) if v.count > 1 else v.dtype for v in variables],
                "offsets": offsets[:-1],
                "itemsize": offsets[-1],
            }
        ),
    )
    for variable in variables:
        records[variable.name] = variable.values
    yaml = session_yaml(session).encode("cp1252") + b"\0"
    headers = b"".join(map(_variable_header, variables, offsets))
    header = _header(session, n, len(variables), len(yaml), offsets[-1])
    return header + headers + yaml + records.tobytes()


def _header(
    session: SyntheticSession, n: int, n_variables: int, yaml_bytes: int, record_bytes: int
) -> bytes:
    yaml_offset = _HEADER_BYTES + _VARIABLE_BYTES * n_variables
    first_tick = round(_FIRST_SESSION_TIME_S * _TICK_RATE_HZ)
    main = struct.pack(
        "<10i8x",
        _VERSION, 1, _TICK_RATE_HZ, 0, yaml_bytes, yaml_offset,
        n_variables, _HEADER_BYTES, 1, record_bytes,
    )  # fmt: skip
    buffer = struct.pack("<2i56x", first_tick + n - 1, yaml_offset + yaml_bytes)
    disk = struct.pack(
        "<qddii",
        int(session.start_time_utc.timestamp()),
        _FIRST_SESSION_TIME_S,
        _FIRST_SESSION_TIME_S + (n - 1) / _TICK_RATE_HZ,
        len(session.truth.laps),
        n,
    )
    return main + buffer + disk


def _variable_header(variable: _Variable, offset: int) -> bytes:
    return struct.pack(
        "<3i?3x32s64s32s",
        _TYPE_CODES[variable.dtype],
        offset,
        variable.count,
        variable.count > 1,
        variable.name.encode(),
        variable.description.encode(),
        variable.unit.encode(),
    )


def _constant(n: int, value: float) -> FloatArray:
    return np.full(n, value)


def _clock(ticks: _Ticks) -> list[_Variable]:
    t = ticks.time_s + _FIRST_SESSION_TIME_S
    n = t.size
    started = ticks.session.start_time_utc
    of_day = started.hour * 3600 + started.minute * 60 + started.second + ticks.time_s
    return [
        _Variable("SessionTime", "<f8", "Seconds since session start", "s", t),
        _Variable("SessionTick", "<i4", "Current update number", "", np.round(t * _TICK_RATE_HZ)),
        _Variable("SessionNum", "<i4", "Session number", "", _constant(n, 0)),
        _Variable("SessionState", "<i4", "Session state", "irsdk_SessionState", _constant(n, 4)),
        _Variable("SessionUniqueID", "<i4", "Session ID", "", _constant(n, 1)),
        _Variable("SessionFlags", "<u4", "Session flags", "irsdk_Flags", _constant(n, 0x10000004)),
        _Variable("SessionTimeOfDay", "<f4", "Time of day in seconds", "s", of_day),
        _Variable("DriverMarker", "?", "Driver activated flag", "", _constant(n, 0)),
        _Variable(
            "IsOnTrack", "?", "1=Car on track physics running with player in car", "",
            _constant(n, 1),
        ),
        _Variable("PlayerCarIdx", "<i4", "Players carIdx", "", _constant(n, 4)),
    ]  # fmt: skip


def _controls(ticks: _Ticks) -> list[_Variable]:
    truth, track = ticks.session.truth, ticks.session.track
    steering = ticks.of(truth.steering_angle_rad)
    on_pit = np.zeros(truth.time_s.size)
    if track.pit is not None:
        inner = track.pit.offset_m * 0.9
        on_pit = np.sign(inner) * truth.offset_m > abs(inner)
    surface = np.where(ticks.held(on_pit.astype(np.bool_)), 2, 3)
    off_road = np.abs(ticks.of(truth.offset_m)) > track.width_m / 2
    surface = np.where(off_road & (surface == 3), 0, surface)
    return [
        _Variable(
            "PlayerTrackSurface", "<i4", "Players car track surface type", "irsdk_TrkLoc", surface
        ),
        _Variable(
            "OnPitRoad", "?", "Is the player car on pit road between the cones", "",
            ticks.held(on_pit.astype(np.bool_)),
        ),
        _Variable("SteeringWheelAngle", "<f4", "Steering wheel angle", "rad", steering),
        _Variable(
            "Throttle", "<f4", "0=off throttle to 1=full throttle", "%",
            ticks.of(truth.throttle_ratio),
        ),
        _Variable(
            "Brake", "<f4", "0=brake released to 1=max pedal force", "%",
            ticks.of(truth.brake_ratio),
        ),
        _Variable(
            "Clutch", "<f4", "0=disengaged to 1=fully engaged", "%",
            _constant(steering.size, 1.0),
        ),
        _Variable(
            "Gear", "<i4", "-1=reverse  0=neutral  1..n=current gear", "", ticks.held(truth.gear)
        ),
        _Variable("RPM", "<f4", "Engine rpm", "revs/min", ticks.of(truth.engine_speed_rpm)),
        _Variable(
            "SteeringWheelTorque_ST", "<f4", "Output torque on steering shaft at 360 Hz", "N*m",
            _sub_samples(ticks),
        ),
        _Variable(
            "SteeringWheelTorque", "<f4", "Output torque on steering shaft", "N*m",
            _TORQUE_PER_ANGLE * steering,
        ),
    ]  # fmt: skip


def _sub_samples(ticks: _Ticks) -> FloatArray:
    """Return the six samples at 360 Hz that end at each tick, shape (n, 6)."""
    back = np.arange(5, -1, -1) / (6 * _TICK_RATE_HZ)
    at = np.maximum(ticks.time_s[:, None] - back, 0.0)
    truth = ticks.session.truth
    return _TORQUE_PER_ANGLE * np.interp(at, truth.time_s, truth.steering_angle_rad)


def _laps(ticks: _Ticks) -> list[_Variable]:
    truth, length = ticks.session.truth, ticks.session.track.length_m
    crossings = np.append(0.0, truth.crossings_s)
    lap = np.searchsorted(truth.crossings_s, ticks.time_s, side="right")
    current = ticks.time_s - crossings[lap]
    station = ticks.of(truth.station_m)
    on_lap = np.clip(station - (lap - 1) * length, 0.0, length)
    published = np.searchsorted(truth.crossings_s + _LAST_LAP_DELAY_S, ticks.time_s, side="right")
    # The out-lap has no valid time (-1); before the first line the sim shows what it had: none.
    times = np.concatenate([[0.0, -1.0], np.round(np.diff(truth.crossings_s), 4)])
    best_lap, best_time = _best_so_far(times, published)
    return [
        _Variable("Lap", "<i4", "Laps started count", "", lap),
        _Variable("LapCompleted", "<i4", "Laps completed count", "", np.maximum(lap - 1, 0)),
        _Variable("LapDist", "<f4", "Meters traveled from S/F this lap", "m", on_lap),
        _Variable("LapDistPct", "<f4", "Percentage distance around lap", "%", on_lap / length),
        _Variable("LapBestLap", "<i4", "Players best lap number", "", best_lap),
        _Variable("LapBestLapTime", "<f4", "Players best lap time", "s", best_time),
        _Variable("LapLastLapTime", "<f4", "Players last lap time", "s", times[published]),
        _Variable(
            "LapCurrentLapTime", "<f4",
            "Estimate of players current lap time as shown in F3 box", "s", current,
        ),
    ]  # fmt: skip


def _best_so_far(
    times: FloatArray, published: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], FloatArray]:
    usable = np.where(times > 0, times, np.inf)
    best = np.minimum.accumulate(usable)
    first = np.array([int(np.argmin(usable[: k + 1])) for k in range(times.size)])
    is_set = np.isfinite(best)
    laps = np.where(is_set, np.maximum(first - 1, 0), 0)
    return laps[published], np.where(is_set, best, 0.0)[published]


def _motion(ticks: _Ticks) -> list[_Variable]:
    session = ticks.session
    truth, track = session.truth, session.track
    station = ticks.of(truth.station_m)
    _, slope, vertical = track.elevation(station)
    bank = track.bank_rad(station)
    speed = ticks.of(truth.speed_mps)
    heading = ticks.of(truth.heading_rad)
    yaw = (heading + math.pi) % (2 * math.pi) - math.pi
    along, lateral = (ticks.of(values) for values in truth.body_accel_mps2)
    long = along + GRAVITY_MPS2 * slope
    slip = ticks.of(truth.slip_rad)
    across = lateral * np.cos(bank) - GRAVITY_MPS2 * np.sin(bank)
    up = GRAVITY_MPS2 + vertical * speed**2 + lateral * np.sin(bank)
    rows: list[tuple[str, str, str, str, FloatArray]] = [
        ("Speed", "<f4", "GPS vehicle speed", "m/s", speed),
        ("Yaw", "<f4", "Yaw orientation", "rad", yaw),
        (
            "YawNorth", "<f4", "Yaw orientation relative to north", "rad",
            (math.pi / 2 - heading) % (2 * math.pi),
        ),
        ("Pitch", "<f4", "Pitch orientation", "rad", -np.arctan(slope)),
        ("Roll", "<f4", "Roll orientation", "rad", -bank),
        ("Lat", "<f8", "Latitude in decimal degrees", "deg", ticks.of(truth.lat_deg)),
        ("Lon", "<f8", "Longitude in decimal degrees", "deg", ticks.of(truth.lon_deg)),
        ("Alt", "<f4", "Altitude in meters", "m", ticks.of(truth.altitude_m)),
        ("VelocityX", "<f4", "X velocity", "m/s", speed * np.cos(slip)),
        ("VelocityY", "<f4", "Y velocity", "m/s", speed * np.sin(slip)),
        ("VelocityZ", "<f4", "Z velocity", "m/s", speed * slope),
        ("YawRate", "<f4", "Yaw rate", "rad/s", ticks.of(truth.yaw_rate_radps)),
        ("VertAccel", "<f4", "Vertical acceleration (including gravity)", "m/s^2", up),
        ("LatAccel", "<f4", "Lateral acceleration (including gravity)", "m/s^2", across),
        ("LongAccel", "<f4", "Longitudinal acceleration (including gravity)", "m/s^2", long),
    ]  # fmt: skip
    return [_Variable(*row) for row in rows]


def _rest(ticks: _Ticks) -> list[_Variable]:
    n = ticks.time_s.size
    fuel = _FUEL_LITRES * (1.0 - 0.5 * ticks.time_s / max(ticks.time_s[-1], 1.0))
    rows: list[tuple[str, str, str, str, FloatArray]] = [
        ("TrackTempCrew", "<f4", "Temperature of track measured by crew around track", "C",
         _constant(n, 31.0)),
        ("AirTemp", "<f4", "Temperature of air at start/finish line", "C", _constant(n, 22.0)),
        ("EngineWarnings", "<u4", "Bitfield for warning lights", "irsdk_EngineWarnings",
         _constant(n, 0)),
        ("FuelLevel", "<f4", "Liters of fuel remaining", "l", fuel),
        ("FuelLevelPct", "<f4", "Percent fuel remaining", "%", fuel / _FUEL_LITRES),
        ("WaterTemp", "<f4", "Engine coolant temp", "C", _constant(n, 88.0)),
        ("OilTemp", "<f4", "Engine oil temperature", "C", _constant(n, 96.0)),
    ]  # fmt: skip
    return [_Variable(*row) for row in rows]
