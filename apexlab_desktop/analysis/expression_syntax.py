"""From the text of a formula to steps in the order in which they are worked."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from apexlab_desktop.analysis.expression_units import PLAIN, SUFFIX, Dimension, read_unit
from apexlab_desktop.errors import ExpressionError

MAX_LENGTH = 4_000
MAX_DEPTH = 64
"""Brackets, powers and signs inside each other."""


class StepKind(StrEnum):
    """What a step does with the values before it."""

    NUMBER = "number"
    CHANNEL = "channel"
    OPERATOR = "operator"
    FUNCTION = "function"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a formula; each takes its arguments off a stack and puts one value on it.

    Attributes
    ----------
    kind : StepKind
    name : str
        Of the channel, operator (`neg` for a sign) or function.
    position : int
        Index of its character in the text.
    n_arguments : int
    value : float
        Of a number, in SI.
    dimension : Dimension
        Of a number.
    has_unit : bool
        The number was written with a unit.
    is_quoted : bool
        The channel was written as `"vendor name"`.
    """

    kind: StepKind
    name: str
    position: int
    n_arguments: int = 0
    value: float = 0.0
    dimension: Dimension = PLAIN
    has_unit: bool = False
    is_quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A formula that was read.

    Attributes
    ----------
    text : str
    steps : tuple of Step
        In postfix order: working them needs no recursion, however deep the formula is.
    """

    text: str
    steps: tuple[Step, ...]

    @property
    def channels(self) -> tuple[Step, ...]:
        """Return the channels it names, each once, in the order of the text."""
        named: dict[tuple[str, bool], Step] = {}
        for step in self.steps:
            if step.kind is StepKind.CHANNEL:
                named.setdefault((step.name, step.is_quoted), step)
        return tuple(named.values())

    def uses(self, function: str) -> Step | None:
        """Return the first call of a function, None without one."""
        calls = (s for s in self.steps if s.kind is StepKind.FUNCTION and s.name == function)
        return next(calls, None)


MANY = 64
FUNCTIONS: dict[str, tuple[int, int]] = {
    "if": (3, 3),
    "min": (2, MANY),
    "max": (2, MANY),
    "abs": (1, 1),
    "sqrt": (1, 1),
    "sin": (1, 1),
    "cos": (1, 1),
    "tan": (1, 1),
    "atan2": (2, 2),
    "exp": (1, 1),
    "log": (1, 1),
    "sign": (1, 1),
    "clip": (3, 3),
    "integrate": (1, 1),
    "derivative": (1, 2),
    "smooth": (2, 2),
    "delta": (1, 1),
    "lag": (2, 2),
}
"""Name to the fewest and the most arguments."""

AXES = ("time", "distance")
"""Words that `derivative` takes behind its value."""

_OPERATORS = ("<=", ">=", "==", "!=", "+", "-", "*", "/", "^", "<", ">", "(", ")", ",")
_COMPARISONS = frozenset(("<", "<=", ">", ">=", "==", "!="))
_BINDS = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6, "^": 8} | dict.fromkeys(
    _COMPARISONS, 4
)
_NOT_BINDS, _SIGN_BINDS = 3, 7
_WORDS = frozenset(("and", "or", "not"))
_NUMBER = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_NAME = re.compile(r"[^\W\d][\w.]*")
_CONSTANTS = {"pi": math.pi}


class _TokenKind(StrEnum):
    NUMBER = "number"
    NAME = "name"
    QUOTED = "quoted"
    OPERATOR = "operator"
    END = "end"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: _TokenKind
    text: str
    position: int
    value: float = 0.0
    dimension: Dimension = PLAIN
    has_unit: bool = False


def fault(text: str, position: int, *, expected: str, found: str, advice: str = "") -> Exception:
    """Return the error that points at a character of a formula."""
    error = ExpressionError(
        expected=expected,
        found=found,
        place=f"formula, character {position + 1}",
        advice=advice,
    )
    error.text, error.position = text, position
    return error


def read_formula(text: str) -> Formula:
    """Return the steps of a formula.

    Parameters
    ----------
    text : str
        `-a^2 < 3 m/s2 and not (b > 0)`: numbers with units, channels (`speed_mps`,
        `"Brake front"`), `+ - * / ^`, comparisons, `and or not`, and `FUNCTIONS`.

    Raises
    ------
    ExpressionError
        At the first character that does not fit.
    """
    if len(text) > MAX_LENGTH:
        raise fault(
            text,
            MAX_LENGTH,
            expected=f"a formula of up to {MAX_LENGTH} characters",
            found=f"{len(text)}",
        )
    reader = _Reader(text, _tokens(text))
    return Formula(text=text, steps=reader.read())


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token, at = _token(text, at)
        tokens.append(token)
    tokens.append(_Token(_TokenKind.END, "", len(text)))
    return tokens


def _token(text: str, at: int) -> tuple[_Token, int]:
    if number := _NUMBER.match(text, at):
        return _number(text, at, number)
    if name := _NAME.match(text, at):
        kind = _TokenKind.OPERATOR if name[0] in _WORDS else _TokenKind.NAME
        return _Token(kind, name[0], at), name.end()
    if text[at] == '"':
        return _quoted(text, at)
    for operator in _OPERATORS:
        if text.startswith(operator, at):
            return _Token(_TokenKind.OPERATOR, operator, at), at + len(operator)
    advice = "Write == to compare." if text[at] == "=" else ""
    raise fault(
        text,
        at,
        expected="a number, a channel, a function or an operator",
        found=_shown(text[at]),
        advice=advice,
    )


def _number(text: str, at: int, number: re.Match[str]) -> tuple[_Token, int]:
    value, end = float(number[0]), number.end()
    behind = end
    while behind < len(text) and text[behind] == " ":
        behind += 1
    suffix = SUFFIX.match(text, behind)
    unit = read_unit(suffix[1]) if suffix else None
    if suffix and unit:
        value, end = value * unit.factor, suffix.end()
    if not math.isfinite(value):
        raise fault(text, at, expected="a number below 1e308", found=number[0])
    dimension = unit.dimension if unit else PLAIN
    token = _Token(_TokenKind.NUMBER, text[at:end], at, value, dimension, unit is not None)
    return token, end


def _quoted(text: str, at: int) -> tuple[_Token, int]:
    end = text.find('"', at + 1)
    if end < 0:
        raise fault(
            text, at, expected='a name between two "', found='no second "', advice='Add the other "'
        )
    if end == at + 1:
        raise fault(text, at, expected="the name of a channel", found='""')
    return _Token(_TokenKind.QUOTED, text[at + 1 : end], at), end + 1


def _shown(text: str) -> str:
    return repr(text) if text else "the end of the formula"


class _Reader:
    """Reads tokens by the strength with which operators bind; emits steps in postfix order."""

    def __init__(self, text: str, tokens: list[_Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._next = 0
        self._depth = 0
        self._steps: list[Step] = []

    def read(self) -> tuple[Step, ...]:
        """Return the steps of the whole text."""
        self._expression(0)
        self._expect_end()
        return tuple(self._steps)

    def _expect_end(self) -> None:
        token = self._peek()
        if token.kind is _TokenKind.END:
            return
        advice = ""
        if token.kind in {_TokenKind.NAME, _TokenKind.QUOTED, _TokenKind.NUMBER}:
            advice = "Write * to multiply."
        raise self._unexpected(token, "an operator or the end", advice)

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next += token.kind is not _TokenKind.END
        return token

    def _unexpected(self, token: _Token, expected: str, advice: str = "") -> Exception:
        return fault(
            self._text,
            token.position,
            expected=expected,
            found=_shown(token.text),
            advice=advice,
        )

    def _expression(self, binding: int) -> None:
        """Emit the longest expression whose operators bind more tightly than `binding`."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise fault(
                self._text,
                self._peek().position,
                expected=f"up to {MAX_DEPTH} brackets inside each other",
                found="more",
            )
        self._operand()
        compared = False
        while (power := self._binding_of_next()) > binding:
            token = self._take()
            if token.text in _COMPARISONS:
                if compared:
                    raise self._unexpected(token, "one comparison", "Join two with `and`.")
                compared = True
            # A power binds to the right: a^b^c is a^(b^c).
            self._expression(power - 1 if token.text == "^" else power)
            self._emit(StepKind.OPERATOR, token, 2)
        self._depth -= 1

    def _binding_of_next(self) -> int:
        token = self._peek()
        if token.kind is not _TokenKind.OPERATOR:
            return 0
        return _BINDS.get(token.text, 0)

    def _emit(self, kind: StepKind, token: _Token, n_arguments: int, name: str = "") -> None:
        self._steps.append(
            Step(
                kind=kind,
                name=name or token.text,
                position=token.position,
                n_arguments=n_arguments,
                value=token.value,
                dimension=token.dimension,
                has_unit=token.has_unit,
                is_quoted=token.kind is _TokenKind.QUOTED,
            )
        )

    def _operand(self) -> None:
        token = self._take()
        if token.kind is _TokenKind.NUMBER:
            self._emit(StepKind.NUMBER, token, 0)
        elif token.kind is _TokenKind.QUOTED:
            self._emit(StepKind.CHANNEL, token, 0)
        elif token.kind is _TokenKind.NAME:
            self._named(token)
        elif token.text == "(":
            self._expression(0)
            self._close(token)
        elif token.text in {"-", "+"}:
            self._expression(_SIGN_BINDS)
            if token.text == "-":
                self._emit(StepKind.OPERATOR, token, 1, "neg")
        elif token.text == "not":
            self._expression(_NOT_BINDS)
            self._emit(StepKind.OPERATOR, token, 1)
        else:
            raise self._unexpected(token, "a number, a channel or a bracket")

    def _close(self, opening: _Token) -> None:
        token = self._take()
        if token.text != ")" or token.kind is not _TokenKind.OPERATOR:
            place = f"the bracket of character {opening.position + 1}"
            raise self._unexpected(token, f"an operator, or `)` for {place}")

    def _named(self, token: _Token) -> None:
        is_call = self._peek().kind is _TokenKind.OPERATOR and self._peek().text == "("
        if is_call:
            self._call(token)
        elif token.text in _CONSTANTS:
            value = _CONSTANTS[token.text]
            constant = _Token(_TokenKind.NUMBER, token.text, token.position, value)
            self._emit(StepKind.NUMBER, constant, 0)
        else:
            self._emit(StepKind.CHANNEL, token, 0)

    def _call(self, token: _Token) -> None:
        if token.text not in FUNCTIONS:
            raise self._unexpected(
                token, "a function", f"There are {', '.join(sorted(FUNCTIONS))}."
            )
        opening = self._take()
        n, axis = self._arguments(token)
        self._close(opening)
        fewest, most = FUNCTIONS[token.text]
        n_written = n + bool(axis)
        if not fewest <= n_written <= most:
            wanted = f"{fewest}" if fewest == most else f"{fewest} or more"
            raise fault(
                self._text,
                token.position,
                expected=f"{wanted} values for {token.text}",
                found=f"{n_written}",
            )
        name = f"derivative {axis or AXES[0]}" if token.text == "derivative" else token.text
        self._emit(StepKind.FUNCTION, token, n, name)

    def _arguments(self, function: _Token) -> tuple[int, str]:
        """Emit the arguments of a call; return how many, and the axis of a derivative."""
        n, axis = 0, ""
        if self._peek().text == ")":
            return n, axis
        while True:
            if function.text == "derivative" and n == 1:
                return n, self._axis()
            self._expression(0)
            n += 1
            if self._peek().text != "," or self._peek().kind is not _TokenKind.OPERATOR:
                return n, axis
            self._take()

    def _axis(self) -> str:
        token = self._take()
        if token.kind is not _TokenKind.NAME or token.text not in AXES:
            raise self._unexpected(token, "`time` or `distance`")
        return token.text
