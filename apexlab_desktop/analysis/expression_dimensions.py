"""What unit a formula has: every step is checked before any number is worked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from apexlab_desktop.analysis.expression_syntax import Formula, Step, StepKind
from apexlab_desktop.analysis.expression_tokens import fault
from apexlab_desktop.analysis.expression_units import (
    METRE,
    PLAIN,
    SECOND,
    Dimension,
    is_reasonable,
    product,
    quotient,
    raised,
    said,
)

_ROOTS = 12
"""Powers are whole twelfths; nobody writes others."""
LONGEST_WINDOW_S = 3600.0
_CONDITIONS = frozenset(("<", "<=", ">", ">=", "==", "!=", "and", "or", "not"))


@dataclass(frozen=True, slots=True)
class Sort:
    """What is known of a value before it is worked.

    Attributes
    ----------
    dimension : Dimension or None
        None for a written 0, which is 0 of everything.
    is_condition : bool
    constant : float or None
        Its value where the text alone tells it.
    """

    dimension: Dimension | None
    is_condition: bool = False
    constant: float | None = None


def sort_of(formula: Formula, channels: Mapping[tuple[str, bool], Dimension]) -> Sort:
    """Return the dimension of a formula.

    Parameters
    ----------
    formula : Formula
    channels : mapping of (str, bool) to Dimension
        Name, and whether it was quoted, to dimension: every channel that the formula names.

    Raises
    ------
    ExpressionError
        Where units do not fit.
    """
    stack: list[Sort] = []
    for step in formula.steps:
        if step.kind is StepKind.NUMBER:
            is_any = step.value == 0.0 and not step.has_unit
            stack.append(Sort(None if is_any else step.dimension, constant=step.value))
        elif step.kind is StepKind.CHANNEL:
            stack.append(Sort(channels[step.name, step.is_quoted]))
        else:
            first = len(stack) - step.n_arguments
            arguments, stack[first:] = stack[first:], []
            stack.append(_result(formula, step, arguments))
    return stack[0]


def _result(formula: Formula, step: Step, arguments: list[Sort]) -> Sort:
    rule = _RULES.get(step.name)
    found = rule(formula, step, arguments) if rule else _same(formula, step, arguments)
    if found.dimension is not None and not is_reasonable(found.dimension):
        raise fault(
            formula.text, step.position, expected="a unit of physics", found="absurd powers of one"
        )
    return found


def _common(formula: Formula, step: Step, values: list[Sort]) -> Dimension | None:
    """Return the one dimension that values of a step must share."""
    known = [value.dimension for value in values if value.dimension is not None]
    for other in known[1:]:
        if other != known[0]:
            raise fault(
                formula.text,
                step.position,
                expected=f"the same unit on all sides of {_spoken(step)}",
                found=f"{said(known[0])} and {said(other)}",
                advice=_advice(known[0], other),
            )
    return known[0] if known else None


def _spoken(step: Step) -> str:
    return "-" if step.name == "neg" else step.name.split(" ")[0]


def _advice(first: Dimension, second: Dimension) -> str:
    named = next((one for one in (first, second) if one != PLAIN), PLAIN)
    if PLAIN in {first, second} and named != PLAIN:
        return f"Give the number a unit, as in 10 {said(named)}."
    return ""


def _plain(formula: Formula, step: Step, value: Sort) -> None:
    if value.dimension not in (None, PLAIN):
        raise fault(
            formula.text,
            step.position,
            expected=f"a plain number or an angle for {_spoken(step)}",
            found=f"a value in {said(value.dimension)}",
        )


def _condition(formula: Formula, step: Step, value: Sort) -> None:
    if not value.is_condition:
        raise fault(
            formula.text,
            step.position,
            expected=f"a condition for {_spoken(step)}",
            found="a value",
            advice="Compare it with something, as in x > 0.",
        )


def _same(formula: Formula, step: Step, arguments: list[Sort]) -> Sort:
    return Sort(_common(formula, step, arguments))


def _sum(formula: Formula, step: Step, arguments: list[Sort]) -> Sort:
    a, b = (argument.constant for argument in arguments)
    constant = None
    if a is not None and b is not None:
        constant = a + b if step.name == "+" else a - b
    return Sort(_common(formula, step, arguments), constant=constant)


def _product(_formula: Formula, step: Step, arguments: list[Sort]) -> Sort:
    first, second = arguments
    a, b = first.constant, second.constant
    # Nought of everything times something is nought of everything again; below a line it is none.
    if step.name == "*" and None in (first.dimension, second.dimension):
        return Sort(None, constant=None if a is None or b is None else 0.0)
    combine = product if step.name == "*" else quotient
    dimension = combine(first.dimension or PLAIN, second.dimension or PLAIN)
    if a is None or b is None:
        return Sort(dimension)
    if step.name == "*":
        return Sort(dimension, constant=a * b)
    return Sort(dimension, constant=a / b if b else None)


def _raised(formula: Formula, step: Step, arguments: list[Sort]) -> Sort:
    base, exponent = arguments
    _plain(formula, step, exponent)
    if base.dimension in (None, PLAIN):
        return Sort(base.dimension if exponent.constant is None else PLAIN)
    if exponent.constant is None or not abs(exponent.constant) < 1e3:
        raise fault(
            formula.text,
            step.position,
            expected=f"a small fixed power of a value in {said(base.dimension)}",
            found="one that changes" if exponent.constant is None else "a huge one",
        )
    power = Fraction(exponent.constant).limit_denominator(_ROOTS)
    if abs(float(power) - exponent.constant) > 1e-9:
        raise fault(
            formula.text,
            step.position,
            expected=f"a power of whole {_ROOTS}ths for a value in {said(base.dimension)}",
            found=f"{exponent.constant:g}",
        )
    return Sort(raised(base.dimension or PLAIN, power))


def _negated(_formula: Formula, _step: Step, arguments: list[Sort]) -> Sort:
    (value,) = arguments
    return Sort(value.dimension, constant=None if value.constant is None else -value.constant)


def _compared(formula: Formula, step: Step, arguments: list[Sort]) -> Sort:
    if step.name in {"and", "or", "not"}:
        for value in arguments:
            _condition(formula, step, value)
    else:
        _common(formula, step, arguments)
    return Sort(PLAIN, is_condition=True)


def _chosen(formula: Formula, step: Step, arguments: list[Sort]) -> Sort:
    _condition(formula, step, arguments[0])
    return Sort(
        _common(formula, step, arguments[1:]),
        is_condition=all(value.is_condition for value in arguments[1:]),
    )


def _root(_formula: Formula, _step: Step, arguments: list[Sort]) -> Sort:
    dimension = arguments[0].dimension
    return Sort(None if dimension is None else raised(dimension, Fraction(1, 2)))


def _of_number(formula: Formula, step: Step, arguments: list[Sort]) -> Sort:
    _plain(formula, step, arguments[0])
    return Sort(PLAIN)


def _angle(formula: Formula, step: Step, arguments: list[Sort]) -> Sort:
    _common(formula, step, arguments)
    return Sort(PLAIN)


def _sign(_formula: Formula, _step: Step, _arguments: list[Sort]) -> Sort:
    return Sort(PLAIN)


def _integral(_formula: Formula, _step: Step, arguments: list[Sort]) -> Sort:
    return Sort(product(arguments[0].dimension or PLAIN, SECOND))


def _derivative(_formula: Formula, step: Step, arguments: list[Sort]) -> Sort:
    axis = METRE if step.name.endswith("distance") else SECOND
    return Sort(quotient(arguments[0].dimension or PLAIN, axis))


def _windowed(formula: Formula, step: Step, arguments: list[Sort]) -> Sort:
    value, window = arguments
    is_time = window.dimension in (None, PLAIN, SECOND)
    if not is_time or window.constant is None:
        raise fault(
            formula.text,
            step.position,
            expected=f"a fixed time behind the value of {step.name}, as in 0.5 s",
            found=said(window.dimension or PLAIN) if not is_time else "one that changes",
        )
    least = 0.0 if step.name == "smooth" else -LONGEST_WINDOW_S
    if not least <= window.constant <= LONGEST_WINDOW_S:
        raise fault(
            formula.text,
            step.position,
            expected=f"{least:g} to {LONGEST_WINDOW_S:g} s for {step.name}",
            found=f"{window.constant:g} s",
        )
    return Sort(value.dimension, is_condition=value.is_condition)


_Rule = Callable[[Formula, Step, list[Sort]], Sort]
_RULES: dict[str, _Rule] = {
    "+": _sum,
    "-": _sum,
    "*": _product,
    "/": _product,
    "^": _raised,
    "neg": _negated,
    "if": _chosen,
    "sqrt": _root,
    "sin": _of_number,
    "cos": _of_number,
    "tan": _of_number,
    "exp": _of_number,
    "log": _of_number,
    "atan2": _angle,
    "sign": _sign,
    "integrate": _integral,
    "derivative time": _derivative,
    "derivative distance": _derivative,
    "smooth": _windowed,
    "lag": _windowed,
} | dict.fromkeys(_CONDITIONS, _compared)
"""By name; what is not here keeps the unit of its values (`min`, `abs`, `clip`, `delta`)."""
