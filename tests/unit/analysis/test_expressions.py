"""Formulas: closed forms, units, gaps, and the character that an error points at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apexlab_desktop.analysis.expressions import (
    Axes,
    ChannelValues,
    MathValues,
    caret_lines,
    read_formula,
    unit_of,
    work,
)
from apexlab_desktop.analysis.types import ChannelKind, FloatArray
from apexlab_desktop.errors import ExpressionError

RATE_HZ = 25.0
OMEGA = 1.3
TIME_S = np.arange(0.0, 20.0, 1.0 / RATE_HZ)
SPEED_MPS = 30.0 + 5.0 * np.sin(OMEGA * TIME_S)
GEAR = np.floor(TIME_S / 4.0) + 1.0


def axes_of(time_s: FloatArray = TIME_S, *, places: bool = False) -> Axes:
    return Axes(
        time_s=time_s[None, :],
        distance_m=30.0 * time_s[None, :],
        longest_gap_s=0.5,
        is_gap_by_time=not places,
    )


def channels(**more: ChannelValues) -> dict[tuple[str, bool], ChannelValues]:
    given_ = {
        "speed_mps": ChannelValues(values=SPEED_MPS[None, :], unit="m/s"),
        "time_s": ChannelValues(values=TIME_S[None, :], unit="s"),
        "gear": ChannelValues(values=GEAR[None, :], unit="", kind=ChannelKind.STEPPED),
        "lat_deg": ChannelValues(values=np.full((1, TIME_S.size), 90.0), unit="deg"),
        **more,
    }
    return {(name, False): channel for name, channel in given_.items()} | {
        ("Brake front", True): ChannelValues(values=np.full((1, TIME_S.size), 2.0), unit="bar")
    }


def worked(text: str, **more: ChannelValues) -> MathValues:
    return work(read_formula(text), channels(**more), axes_of())


def value(text: str) -> float:
    return float(worked(text).values[0, 7])


def failure(text: str) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        worked(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("-2 ^ 2", -4.0),
        ("2 ^ -1", 0.5),
        ("8 / 4 / 2", 1.0),
        ("10 - 4 - 3", 3.0),
        ("- - 3", 3.0),
        ("1e3 + .5", 1000.5),
        ("min(3, 1, 2)", 1.0),
        ("max(3, 1, 2)", 3.0),
        ("clip(5, 0, 2)", 2.0),
        ("abs(-3) + sign(-2)", 2.0),
        ("sqrt(9) + exp(0) + log(1)", 4.0),
        ("sin(90 deg) + cos(pi)", 0.0),
        ("atan2(1, 1) / pi", 0.25),
        ("tan(45 deg)", 1.0),
        ("1 < 2 and not (2 > 3)", 1.0),
        ("1 > 2 or 3 == 3", 1.0),
        ("1 >= 2", 0.0),
        ("if(2 != 2, 10, 20)", 20.0),
    ],
)
def test_arithmetic_is_that_of_the_blackboard(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "si", "unit"),
    [
        ("36 km/h", 10.0, "m/s"),
        ("1 g", 9.80665, "m/s2"),
        ("2 bar", 2e5, "Pa"),
        ("100 %", 1.0, ""),
        ("3 km^2", 3e6, "m2"),
        ("180 deg", np.pi, ""),
        ("0.01 1/m", 0.01, "1/m"),
        ("1 kg * 1 g * 1 m", 9.80665, "J"),
        ("60 mph", 26.8224, "m/s"),
        ("0.5 h", 1800.0, "s"),
        ("lat_deg", np.pi / 2.0, ""),
        ('"Brake front"', 2e5, "Pa"),
    ],
)
def test_units_come_out_in_si(text: str, si: float, unit: str) -> None:
    result = worked(text)
    assert float(result.values[0, 0]) == pytest.approx(si, rel=1e-9)
    assert result.unit == unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("speed_mps * time_s", "m"),
        ("speed_mps ^ 2 / 50 m", "m/s2"),
        ("sqrt(speed_mps ^ 2)", "m/s"),
        ("1200 kg * speed_mps ^ 2 / 2", "J"),
        ("1200 kg * derivative(speed_mps) * speed_mps", "W"),
        ("1 / speed_mps", "s/m"),
        ("derivative(speed_mps, distance)", "1/s"),
        ("integrate(speed_mps)", "m"),
        ("speed_mps > 100 km/h", ""),
        ("if(gear > 2, speed_mps, 0)", "m/s"),
        ("2 m/speed_mps", "s"),
        ("gear", ""),
    ],
)
def test_the_unit_of_a_result_is_named_without_working_it(text: str, unit: str) -> None:
    units = {("speed_mps", False): "m/s", ("time_s", False): "s", ("gear", False): ""}
    assert unit_of(read_formula(text), units) == unit


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("speed_mps + 3 m", "+"),
        ("speed_mps > 3", ">"),
        ("1 + * 2", "*"),
        ("(1 + 2", ""),
        ("1 + 2)", ")"),
        ("a = 1", "="),
        ("sin(speed_mps)", "s"),
        ("gear gear", "gear"),
        ("2 3", "3"),
        ("frob(1)", "frob"),
        ("min(1)", "min"),
        ("speed_mps ^ gear", "^"),
        ("smooth(gear, speed_mps)", "smooth"),
        ("smooth(gear, -1)", "smooth"),
        ("1 < 2 < 3", "< 3"),
        ("not 3", "not"),
        ("if(3, 1, 2)", "if"),
        ('"half', '"'),
        ("delta(gear)", "delta"),
        ("derivative(gear, sideways)", "sideways"),
        ("", ""),
        ("1e999", "1e999"),
        ("speed_mps^2^2^2^2^2", "^"),
    ],
)
def test_an_error_points_at_its_character(text: str, character: str) -> None:
    error = failure(text)
    assert text[error.position :].startswith(character) or character == ""
    assert error.position <= len(text)
    line, caret = caret_lines(error)
    assert caret.index("^") == error.position
    assert line == text
    assert "\n" not in error.one_line()


def test_a_plain_number_beside_a_unit_is_told_what_to_write() -> None:
    assert "10 m/s" in failure("speed_mps > 30").one_line()


def test_zero_is_zero_of_everything() -> None:
    assert bool(np.all(worked("max(speed_mps, 0) > 0").values == 1.0))


def test_the_caret_of_a_long_formula_stays_near() -> None:
    error = failure("1 + " * 200 + "* 2")
    line, caret = caret_lines(error)
    assert line[len(caret) - 1] == "*"


@pytest.mark.parametrize("text", ["(" * 10_000, "-" * 3_000 + "1", "2^" * 1_500 + "2"])
def test_deep_formulas_are_refused_not_crashed_on(text: str) -> None:
    failure(text)


def test_long_flat_formulas_work() -> None:
    assert value("1" + "+1" * 1_900) == 1901.0


def test_derivative_of_a_sine_is_its_cosine() -> None:
    rate = worked("derivative(speed_mps)").values[0]
    exact = 5.0 * OMEGA * np.cos(OMEGA * TIME_S)
    # The parabola through three samples misses by a h^2/6 of the third derivative.
    bound = 5.0 * OMEGA**3 / RATE_HZ**2 / 6.0
    assert np.max(np.abs(rate - exact)[1:-1]) <= 1.01 * bound
    assert np.max(np.abs(rate - exact)) <= 4.0 * bound


def test_derivative_of_a_square_is_exact_on_uneven_steps() -> None:
    time_s = np.cumsum(np.random.default_rng(3).uniform(0.01, 0.2, 200))
    squares = ChannelValues(values=time_s[None, :] ** 2, unit="m")
    for axis, factor in (("time", 1.0), ("distance", 1.0 / 30.0)):
        text = f"derivative(way, {axis})"
        rate = work(read_formula(text), {("way", False): squares}, axes_of(time_s)).values[0]
        np.testing.assert_allclose(rate, 2.0 * time_s * factor, rtol=1e-9)


def test_integral_of_speed_is_the_way() -> None:
    way_m = worked("integrate(speed_mps)").values[0]
    exact = 30.0 * TIME_S + 5.0 / OMEGA * (1.0 - np.cos(OMEGA * TIME_S))
    np.testing.assert_allclose(way_m, exact, atol=0.01)


def test_integral_of_a_stepped_channel_holds_each_value() -> None:
    assert worked("integrate(gear)").values[0, -1] == pytest.approx(
        np.sum(GEAR[:-1]) / RATE_HZ, rel=1e-12
    )


def test_smoothing_leaves_a_straight_line_alone() -> None:
    np.testing.assert_allclose(worked("smooth(time_s, 1 s)").values[0], TIME_S, atol=1e-9)


def test_smoothing_takes_out_the_share_of_its_window() -> None:
    smooth = worked("smooth(speed_mps, 1 s)").values[0] - 30.0
    share = np.sin(0.5 * OMEGA) / (0.5 * OMEGA)
    inside = (TIME_S > 1.0) & (TIME_S < 18.0)
    np.testing.assert_allclose(
        smooth[inside], share * 5.0 * np.sin(OMEGA * TIME_S[inside]), atol=2e-3
    )


def test_lag_moves_a_channel_later_and_holds_a_stepped_one() -> None:
    late = worked("lag(time_s, 0.5 s)").values[0]
    np.testing.assert_allclose(late[13:], TIME_S[13:] - 0.5, atol=1e-9)
    assert np.isnan(late[0])
    gear = worked("lag(gear, 0.5 s)")
    assert gear.kind is ChannelKind.STEPPED
    assert set(np.unique(gear.values[0, 13:])) <= set(GEAR)


def test_delta_is_against_the_reference_row() -> None:
    rows = np.array([SPEED_MPS, SPEED_MPS + 2.0])
    both = Axes(
        time_s=np.array([TIME_S, TIME_S]),
        distance_m=None,
        longest_gap_s=0.5,
        is_gap_by_time=False,
        reference_row=0,
    )
    speeds = {("speed_mps", False): ChannelValues(values=rows, unit="m/s")}
    delta = work(read_formula("delta(speed_mps)"), speeds, both)
    assert delta.unit == "m/s"
    np.testing.assert_allclose(delta.values, [np.zeros(TIME_S.size), np.full(TIME_S.size, 2.0)])


def test_missing_samples_stay_missing_and_infect_nothing_else() -> None:
    holed = SPEED_MPS.copy()
    holed[100:103] = np.nan
    hole = {"speed_mps": ChannelValues(values=holed[None, :], unit="m/s")}
    for text in ("speed_mps + 1 m/s", "speed_mps > 0", "derivative(speed_mps)",
                 "smooth(speed_mps, 0.2)", "integrate(speed_mps)"):  # fmt: skip
        missing = np.flatnonzero(np.isnan(worked(text, **hole).values[0]))
        assert missing.tolist() == [100, 101, 102], text


def test_nothing_is_known_behind_a_long_gap_but_slopes_go_on() -> None:
    holed = SPEED_MPS.copy()
    holed[100:150] = np.nan
    hole = {"speed_mps": ChannelValues(values=holed[None, :], unit="m/s")}
    way_m = worked("integrate(speed_mps)", **hole).values[0]
    assert np.isfinite(way_m[:100]).all()
    assert np.isnan(way_m[100:]).all()
    rate = worked("derivative(speed_mps)", **hole).values[0]
    exact = 5.0 * OMEGA * np.cos(OMEGA * TIME_S)
    assert np.abs(rate - exact)[[99, 150]].max() < 0.01


def test_a_standing_car_is_no_gap_on_the_places_of_a_lap() -> None:
    time_s = np.array([0.0, 0.1, 20.1, 20.2])
    ones = {("x", False): ChannelValues(values=np.ones((1, 4)), unit="")}
    at_places = work(read_formula("integrate(x)"), ones, axes_of(time_s, places=True))
    assert at_places.values[0, -1] == pytest.approx(20.2)
    at_fixes = work(read_formula("integrate(x)"), ones, axes_of(time_s))
    assert np.isnan(at_fixes.values[0, -1])


def test_what_is_not_defined_is_missing() -> None:
    for text in ("1 / 0", "log(0)", "sqrt(-1)", "(-8) ^ 0.5"):
        assert np.isnan(worked(text).values).all(), text


def test_lateral_acceleration_is_speed_squared_by_curvature() -> None:
    curvature = ChannelValues(values=0.02 * np.cos(TIME_S)[None, :], unit="1/m")
    result = worked("speed_mps^2 * curvature_per_m", curvature_per_m=curvature)
    assert result.unit == "m/s2"
    np.testing.assert_allclose(result.values[0], SPEED_MPS**2 * 0.02 * np.cos(TIME_S))


def test_a_unit_that_nobody_knows_fits_only_itself() -> None:
    odd = ChannelValues(values=np.ones((1, TIME_S.size)), unit="frogs")
    assert worked("odd + odd", odd=odd).unit == "frogs"
    with pytest.raises(ExpressionError, match="frogs"):
        worked("odd + 1", odd=odd)


WORDS = st.sampled_from(
    ["speed_mps", "gear", "time_s", '"Brake front"', "1", "0", "2.5", "3 m", "1 g", "pi", "0.5 s",
     "+", "-", "*", "/", "^", "(", ")", ",", "<", ">", "==", "and", "or", "not", "if(", "min(",
     "sqrt(", "integrate(", "derivative(", "smooth(", "lag(", "delta(", "clip(", "time", "\t",
     "distance", '"', "=", "é", "1e400", "%", "atan2(", "exp("]
)  # fmt: skip


def outcome_of(text: str) -> MathValues | ExpressionError | None:
    """Return what a text gives, its error, or None where it names channels that are not there."""
    try:
        formula, known = read_formula(text), channels()
        if any((step.name, step.is_quoted) not in known for step in formula.channels):
            return None
        return work(formula, known, axes_of())
    except ExpressionError as error:
        return error


@settings(max_examples=300)
@given(st.one_of(st.lists(WORDS, max_size=24).map(" ".join), st.text(max_size=60)))
def test_any_text_gives_values_or_one_clear_error(text: str) -> None:
    outcome = outcome_of(text)
    if isinstance(outcome, ExpressionError):
        assert 0 <= outcome.position <= len(text)
        assert caret_lines(outcome)[1].endswith("^")
    elif outcome is not None:
        assert outcome.values.shape == (1, TIME_S.size)
        assert not np.isinf(outcome.values).any()


_LEAVES = st.sampled_from(["speed_mps", "gear", "time_s", "2", "0", "1 m/s", "(-3)"])
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/^<>"), inner).map(lambda t: f"({''.join(t)})"),
        st.tuples(st.sampled_from(["abs", "sqrt", "sin", "integrate", "derivative"]), inner).map(
            lambda t: f"{t[0]}({t[1]})"
        ),
        inner.map(lambda t: f"smooth({t}, 0.3)"),
        inner.map(lambda t: f"lag({t}, 0.3 s)"),
        st.tuples(inner, inner, inner).map(lambda t: f"if({t[0]} > 0, {t[1]}, {t[2]})"),
    ),
    max_leaves=12,
)


@settings(max_examples=200)
@given(_TREES)
def test_any_well_formed_formula_gives_values_or_one_clear_error(text: str) -> None:
    outcome = outcome_of(text)
    if isinstance(outcome, ExpressionError):
        assert outcome.expected
    else:
        assert outcome is not None
        assert not np.isinf(outcome.values).any()
