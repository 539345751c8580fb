"""Every codec gives back what it was given."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from apexlab_desktop.store import codecs
from apexlab_desktop.store.codecs import Codec


def there_and_back(values: np.ndarray, codec: Codec) -> np.ndarray:
    """Return what is read after `values` were written."""
    used, data = codecs.encode(values, codec)
    back = np.empty(values.size, codecs.dtype_of(used))
    codecs.decode(data, used, back)
    return back


@given(arrays(np.float32, st.integers(0, 200), elements=st.floats(width=32, allow_nan=False)))
@settings(max_examples=50, deadline=None)
def test_float32_survives_bit_for_bit(values: np.ndarray) -> None:
    assert there_and_back(values, Codec.FLOAT32).tobytes() == values.tobytes()


@given(
    st.lists(st.one_of(st.integers(-40_000, 40_000), st.none()), max_size=100),
    st.integers(0, 5),
)
@settings(max_examples=100, deadline=None)
def test_decimals_survive_bit_for_bit(units: list[int | None], decimals: int) -> None:
    written = [np.nan if unit is None else unit / 10**decimals for unit in units]
    values = np.array(written, np.float32)
    assert there_and_back(values, Codec.FLOAT32).tobytes() == values.tobytes()


def test_what_a_logger_wrote_with_two_decimals_takes_two_bytes() -> None:
    values = np.array([12.34, -0.07, np.nan, -0.0, 327.66], np.float32)
    used, _ = codecs.encode(values, Codec.FLOAT32)
    assert used is Codec.DECIMALS_INT16


@pytest.mark.parametrize("odd", [327.68, 0.000_01, np.inf, 1e30])
def test_one_value_that_is_no_short_decimal_keeps_all_as_they_are(odd: float) -> None:
    values = np.full(1000, 12.34, np.float32)
    values[501] = odd
    assert codecs.encode(values, Codec.FLOAT32)[0] is Codec.FLOAT32
    assert there_and_back(values, Codec.FLOAT32).tobytes() == values.tobytes()


@given(st.lists(st.integers(-(2**53), 2**53), max_size=100))
@settings(max_examples=50, deadline=None)
def test_time_survives_exactly(values: list[int]) -> None:
    time_us = np.array(values, np.int64)
    assert there_and_back(time_us, Codec.TIME_DELTA_INT64).tolist() == values


@given(
    st.integers(-(2**53), 2**53),
    st.lists(st.integers(0, 2**32 + 5), max_size=50) | st.lists(st.integers(0, 300), max_size=50),
    st.sampled_from([1, 1_000]),
)
@settings(max_examples=100, deadline=None)
def test_a_clock_survives_exactly(first_us: int, steps: list[int], unit_us: int) -> None:
    time_us = first_us + np.cumsum(np.array([0, *steps], np.int64) * unit_us)
    assert there_and_back(time_us, Codec.TIME_DELTA_INT64).tolist() == time_us.tolist()


@pytest.mark.parametrize(("unit_us", "width"), [(1_000, 1), (1, 2)])
def test_steps_of_a_logger_take_a_byte_or_two(unit_us: int, width: int) -> None:
    steps = np.random.default_rng(7).integers(3 * 256 ** (width - 1), 4 * 256 ** (width - 1), 5_000)
    time_us = 3 * 3_600_000_000 + np.cumsum(steps) * unit_us
    used, data = codecs.encode(time_us, Codec.TIME_DELTA_INT64)
    assert used is Codec.TIME_STEPS
    assert len(data) <= width * time_us.size


@pytest.mark.parametrize("steps", [[5, -1, 5], [5, 2**32, 5]])
def test_a_clock_that_goes_back_or_pauses_for_an_hour_is_kept_whole(steps: list[int]) -> None:
    time_us = np.cumsum(np.array(steps, np.int64))
    assert codecs.encode(time_us, Codec.TIME_DELTA_INT64)[0] is Codec.TIME_DELTA_INT64
    assert there_and_back(time_us, Codec.TIME_DELTA_INT64).tolist() == time_us.tolist()


@given(st.lists(st.integers(-1_800_000_000, 1_800_000_000), max_size=100))
@settings(max_examples=50, deadline=None)
def test_a_coordinate_keeps_the_digits_of_its_decimal(units: list[int]) -> None:
    degrees = np.array([float(f"{unit / 1e7:.7f}") for unit in units])
    assert there_and_back(degrees, Codec.DEGREES_INT32).tolist() == degrees.tolist()


def test_a_missing_coordinate_stays_missing() -> None:
    back = there_and_back(np.array([np.nan, 1.0]), Codec.DEGREES_INT32)
    assert np.isnan(back[0])
    assert back[1] == 1.0
