"""How the samples of a chunk become bytes: byte planes, compressed, and the same samples again."""

from __future__ import annotations

import struct
import threading
from enum import IntEnum
from functools import cache

import numpy as np
import numpy.typing as npt
import zstandard

from apexlab_desktop.analysis.types import BoolArray, FloatArray, StoredArray

ZSTD_LEVEL = 3
DEGREES_PER_UNIT = 1e-7
MISSING_DEGREES = np.iinfo(np.int32).min
MISSING_DECIMAL = np.iinfo(np.int16).min
MINUS_ZERO_DECIMAL = MISSING_DECIMAL + 1
MOST_DECIMAL_UNITS = 32_766
MOST_DECIMALS = 4
COORDINATE_NAMES = frozenset({"lat_deg", "lon_deg"})
_STEPS_HEAD = struct.Struct("<qBI")
"""First time [us], bytes a step, microseconds a unit."""
_STEP_UNITS_US = (1_000, 1)
"""Loggers stamp to the millisecond, or finer."""
_SAMPLE = 64
_POWERS = 10.0 ** np.arange(MOST_DECIMALS + 1)
_FLOAT32_ERROR = 1.01 * 2.0**-24


class Codec(IntEnum):
    """How the samples of a chunk are packed; ids are never reused."""

    FLOAT32 = 1
    FLOAT64 = 2
    TIME_DELTA_INT64 = 3
    DEGREES_INT32 = 4
    DECIMALS_INT16 = 5
    """float32 that a logger wrote with few decimals: a byte for their number, then whole units."""
    TIME_STEPS = 6
    """Times on a logger's clock: first time, width and unit of the steps, then whole units."""


@cache
def _compressor() -> zstandard.ZstdCompressor:
    return zstandard.ZstdCompressor(level=ZSTD_LEVEL)


@cache
def _decompressor() -> zstandard.ZstdDecompressor:
    return zstandard.ZstdDecompressor()


class _Scratch(threading.local):
    """Room for the planes of a chunk, kept by each thread: fresh pages cost more than the work."""

    room: npt.NDArray[np.uint8] = np.empty(0, np.uint8)

    def planes(self, width: int, n: int) -> npt.NDArray[np.uint8]:
        if self.room.size < width * n:
            self.room = np.empty(width * n, np.uint8)
        return self.room[: width * n].reshape(width, n)


_scratch = _Scratch()


def _shuffled(values: StoredArray) -> memoryview:
    """Return the bytes of `values` regrouped plane by plane, which compresses logger data best.

    The view is good until the next call in this thread.
    """
    width = values.dtype.itemsize
    planes = _scratch.planes(width, values.size)
    interleaved = values.view(np.uint8).reshape(-1, width)
    for plane in range(width):
        planes[plane] = interleaved[:, plane]
    return planes.reshape(-1).data


def unshuffle(data: bytes, out: StoredArray) -> None:
    """Write the values of byte planes into `out`, which is contiguous."""
    width = out.dtype.itemsize
    planes = np.frombuffer(data, np.uint8).reshape(width, out.size)
    interleaved = out.view(np.uint8).reshape(-1, width)
    for plane in range(width):
        interleaved[:, plane] = planes[plane]


def dtype_of(codec: Codec) -> np.dtype[np.generic]:
    """Return what the samples of a codec are in memory."""
    if codec in {Codec.FLOAT32, Codec.DECIMALS_INT16}:
        return np.dtype(np.float32)
    is_time = codec in {Codec.TIME_DELTA_INT64, Codec.TIME_STEPS}
    return np.dtype(np.int64 if is_time else np.float64)


def codec_for(name: str, values: StoredArray) -> Codec:
    """Return the codec that keeps `values` to the last digit that was handed out."""
    if name in COORDINATE_NAMES:
        return Codec.DEGREES_INT32
    return Codec.FLOAT32 if values.dtype == np.float32 else Codec.FLOAT64


def encode(values: StoredArray, codec: Codec) -> tuple[Codec, bytes]:
    """Return one chunk's bytes, and the codec: a shorter one where it loses nothing."""
    if codec is Codec.FLOAT32:
        short = _as_decimals(np.ascontiguousarray(values, np.float32))
        if short is not None:
            decimals, units = short
            data = bytes((decimals,)) + _compressor().compress(_shuffled(units))
            return Codec.DECIMALS_INT16, data
    if codec is Codec.TIME_DELTA_INT64 and values.size > 1:
        steps = _as_steps(values)
        if steps is not None:
            head, units = steps
            return Codec.TIME_STEPS, head + _compressor().compress(_shuffled(units))
    return codec, _compressor().compress(_shuffled(_packed(values, codec)))


def _packed(values: StoredArray, codec: Codec) -> StoredArray:
    if codec is Codec.DEGREES_INT32:
        units = np.rint(values / DEGREES_PER_UNIT)
        return np.where(np.isfinite(units), units, MISSING_DEGREES).astype(np.int32)
    if codec is Codec.TIME_DELTA_INT64:
        return np.diff(values.astype(np.int64), prepend=np.int64(0))
    return np.ascontiguousarray(values, np.float32 if codec is Codec.FLOAT32 else np.float64)


def _as_steps(time_us: StoredArray) -> tuple[bytes, StoredArray] | None:
    """Return the head and the steps in units, None where one goes back or is over an hour."""
    step_us = np.diff(time_us)
    if step_us.min() < 0 or step_us.max() > np.iinfo(np.uint32).max:
        return None
    short = step_us.astype(np.uint32)
    for unit_us in _STEP_UNITS_US:
        units = short if unit_us == 1 else short // np.uint32(unit_us)
        if unit_us == 1 or np.array_equal(units * np.uint32(unit_us), short):
            break
    units = units.astype(np.min_scalar_type(units.max()), copy=False)
    return _STEPS_HEAD.pack(int(time_us[0]), units.dtype.itemsize, unit_us), units


def _from_steps(data: bytes, out: StoredArray) -> None:
    first_us, width, unit_us = _STEPS_HEAD.unpack_from(data)
    units = np.empty(out.size - 1, np.dtype(f"u{width}"))
    unshuffle(_decompressor().decompress(memoryview(data)[_STEPS_HEAD.size :]), units)
    out[0] = 0
    np.cumsum(units, dtype=np.int64, out=out[1:])
    out *= unit_us
    out += first_us


def _as_decimals(values: StoredArray) -> tuple[int, StoredArray] | None:
    """Return how many decimals the values have and their units, None when that would change one."""
    decimals = _sampled_decimals(values)
    units = None if decimals is None else _decimal_units(values, decimals)
    return None if decimals is None or units is None else (decimals, units)


def _sampled_decimals(values: StoredArray) -> int | None:
    """Return the fewest decimals that a sample of the values can be written with, if so few do."""
    sample = values[:: max(1, values.size // _SAMPLE)]
    sample = sample[np.isfinite(sample)]
    scaled = sample[:, None] * _POWERS
    rounded = np.rint(scaled)
    # Where float32 is good for fewer decimals than asked, the value is near to any whole number.
    near = np.abs(scaled - rounded) <= _FLOAT32_ERROR * np.abs(scaled)
    fits = (near & (np.abs(rounded) <= MOST_DECIMAL_UNITS)).all(axis=0)
    return int(np.argmax(fits)) if fits.any() else None


def _decimal_units(values: StoredArray, decimals: int) -> StoredArray | None:
    with np.errstate(over="ignore"):
        scaled: FloatArray = np.rint(values * np.float64(10**decimals))
    missing: BoolArray = np.isnan(scaled)
    scaled[missing] = 0.0
    if scaled.size and not max(scaled.max(), -scaled.min()) <= MOST_DECIMAL_UNITS:
        return None
    units = scaled.astype(np.int16)
    units[np.signbit(values) & (units == 0)] = MINUS_ZERO_DECIMAL
    units[missing] = MISSING_DECIMAL
    again = np.empty_like(values)
    _from_decimals(units, decimals, again)
    same = again.view(np.int32) == values.view(np.int32)
    return units if bool((same | missing).all()) else None


def _from_decimals(units: StoredArray, decimals: int, out: StoredArray) -> None:
    # Both are exact in float32, so the quotient is the float32 nearest to the decimal.
    np.divide(units, np.float32(10**decimals), out=out)
    if units.size and units.min() <= MINUS_ZERO_DECIMAL:
        out[units == MISSING_DECIMAL] = np.nan
        out[units == MINUS_ZERO_DECIMAL] = -0.0


def decode(data: bytes, codec: Codec, out: StoredArray) -> None:
    """Write the samples of one chunk into `out`, shape (n,), of the codec's type.

    Chunks decode on their own: also the steps of time begin at zero in each.
    """
    if codec is Codec.DECIMALS_INT16:
        planes = _decompressor().decompress(memoryview(data)[1:])
        units = np.frombuffer(planes, np.uint8, offset=out.size).astype(np.int16)
        units <<= 8
        units |= np.frombuffer(planes, np.uint8, count=out.size)
        _from_decimals(units, data[0], out)
        return
    if codec is Codec.TIME_STEPS:
        _from_steps(data, out)
        return
    planes = _decompressor().decompress(data)
    if codec is Codec.DEGREES_INT32:
        packed = np.empty(out.size, np.int32)
        unshuffle(planes, packed)
        # Division by 1e7 (not times 1e-7) gives the double nearest to the decimal the file had.
        np.divide(packed, 1e7, out=out)
        out[packed == MISSING_DEGREES] = np.nan
    elif codec is Codec.TIME_DELTA_INT64:
        unshuffle(planes, out)
        np.cumsum(out, out=out)
    else:
        unshuffle(planes, out)
