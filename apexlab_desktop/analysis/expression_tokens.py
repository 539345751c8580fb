"""The words, numbers and signs of a formula, each with its place in the text."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum

from apexlab_desktop.analysis.expression_units import PLAIN, SUFFIX, Dimension, read_unit
from apexlab_desktop.errors import ExpressionError

_OPERATORS = ("<=", ">=", "==", "!=", "+", "-", "*", "/", "^", "<", ">", "(", ")", ",")
_WORDS = frozenset(("and", "or", "not"))
_NUMBER = re.compile(r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_NAME = re.compile(r"[^\W\d][\w.]*")


class TokenKind(StrEnum):
    """What a token is."""

    NUMBER = "number"
    NAME = "name"
    QUOTED = "quoted"
    OPERATOR = "operator"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign; a number holds its value in SI with its dimension."""

    kind: TokenKind
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


def tokens_of(text: str) -> list[Token]:
    """Return the tokens of a text, and one for its end.

    Raises
    ------
    ExpressionError
        At the first character that begins no token.
    """
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        token, at = _token(text, at)
        tokens.append(token)
    tokens.append(Token(TokenKind.END, "", len(text)))
    return tokens


def _token(text: str, at: int) -> tuple[Token, int]:
    if number := _NUMBER.match(text, at):
        return _number(text, at, number)
    if name := _NAME.match(text, at):
        kind = TokenKind.OPERATOR if name[0] in _WORDS else TokenKind.NAME
        return Token(kind, name[0], at), name.end()
    if text[at] == '"':
        return _quoted(text, at)
    for operator in _OPERATORS:
        if text.startswith(operator, at):
            return Token(TokenKind.OPERATOR, operator, at), at + len(operator)
    advice = "Write == to compare." if text[at] == "=" else ""
    raise fault(
        text,
        at,
        expected="a number, a channel, a function or an operator",
        found=shown(text[at]),
        advice=advice,
    )


def _number(text: str, at: int, number: re.Match[str]) -> tuple[Token, int]:
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
    token = Token(TokenKind.NUMBER, text[at:end], at, value, dimension, unit is not None)
    return token, end


def _quoted(text: str, at: int) -> tuple[Token, int]:
    end = text.find('"', at + 1)
    if end < 0:
        raise fault(
            text, at, expected='a name between two "', found='no second "', advice='Add the other "'
        )
    if end == at + 1:
        raise fault(text, at, expected="the name of a channel", found='""')
    return Token(TokenKind.QUOTED, text[at + 1 : end], at), end + 1


def shown(text: str) -> str:
    """Return a piece of the text in words for an error."""
    return repr(text) if text else "the end of the formula"
