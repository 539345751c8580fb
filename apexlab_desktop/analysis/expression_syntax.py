"""From the text of a formula to steps in the order in which they are worked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from apexlab_desktop.analysis.expression_tokens import (
    Token,
    TokenKind,
    fault,
    shown,
    tokens_of,
)
from apexlab_desktop.analysis.expression_units import PLAIN, Dimension

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

_COMPARISONS = frozenset(("<", "<=", ">", ">=", "==", "!="))
_BINDS = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6, "^": 8} | dict.fromkeys(
    _COMPARISONS, 4
)
_NOT_BINDS, _SIGN_BINDS = 3, 7
_CONSTANTS = {"pi": math.pi}


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
    reader = _Reader(text, tokens_of(text))
    return Formula(text=text, steps=reader.read())


class _Reader:
    """Reads tokens by the strength with which operators bind; emits steps in postfix order."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
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
        if token.kind is TokenKind.END:
            return
        advice = ""
        if token.kind in {TokenKind.NAME, TokenKind.QUOTED, TokenKind.NUMBER}:
            advice = "Write * to multiply."
        raise self._unexpected(token, "an operator or the end", advice)

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next += token.kind is not TokenKind.END
        return token

    def _unexpected(self, token: Token, expected: str, advice: str = "") -> Exception:
        return fault(
            self._text,
            token.position,
            expected=expected,
            found=shown(token.text),
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
        if token.kind is not TokenKind.OPERATOR:
            return 0
        return _BINDS.get(token.text, 0)

    def _emit(self, kind: StepKind, token: Token, n_arguments: int, name: str = "") -> None:
        self._steps.append(
            Step(
                kind=kind,
                name=name or token.text,
                position=token.position,
                n_arguments=n_arguments,
                value=token.value,
                dimension=token.dimension,
                has_unit=token.has_unit,
                is_quoted=token.kind is TokenKind.QUOTED,
            )
        )

    def _operand(self) -> None:
        token = self._take()
        if token.kind is TokenKind.NUMBER:
            self._emit(StepKind.NUMBER, token, 0)
        elif token.kind is TokenKind.QUOTED:
            self._emit(StepKind.CHANNEL, token, 0)
        elif token.kind is TokenKind.NAME:
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

    def _close(self, opening: Token) -> None:
        token = self._take()
        if token.text != ")" or token.kind is not TokenKind.OPERATOR:
            place = f"the bracket of character {opening.position + 1}"
            raise self._unexpected(token, f"an operator, or `)` for {place}")

    def _named(self, token: Token) -> None:
        is_call = self._peek().kind is TokenKind.OPERATOR and self._peek().text == "("
        if is_call:
            self._call(token)
        elif token.text in _CONSTANTS:
            value = _CONSTANTS[token.text]
            constant = Token(TokenKind.NUMBER, token.text, token.position, value)
            self._emit(StepKind.NUMBER, constant, 0)
        else:
            self._emit(StepKind.CHANNEL, token, 0)

    def _call(self, token: Token) -> None:
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

    def _arguments(self, function: Token) -> tuple[int, str]:
        """Emit the arguments of a call; return how many, and the axis of a derivative."""
        n, axis = 0, ""
        if self._peek().text == ")":
            return n, axis
        while True:
            if function.text == "derivative" and n == 1:
                return n, self._axis()
            self._expression(0)
            n += 1
            if self._peek().text != "," or self._peek().kind is not TokenKind.OPERATOR:
                return n, axis
            self._take()

    def _axis(self) -> str:
        token = self._take()
        if token.kind is not TokenKind.NAME or token.text not in AXES:
            raise self._unexpected(token, "`time` or `distance`")
        return token.text
