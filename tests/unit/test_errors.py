"""An error is one line, whatever the file it quotes."""

from __future__ import annotations

import pytest

from apexlab_desktop.errors import ApexLabError, CorruptFileError


def test_the_line_says_where_what_and_what_to_do() -> None:
    error = CorruptFileError(expected="a", found="b", place="here", advice="Do this.")
    assert error.one_line() == str(error) == "here: expected a; found b. Do this."


def test_an_error_without_words_gives_its_name() -> None:
    assert CorruptFileError().one_line() == "CorruptFileError"


@pytest.mark.parametrize("quoted", ["a\nb", "a\r\nb", "a\x1b[31mb", "a\u2028b", "a\x00b", "a\t b"])
def test_quoted_bytes_never_break_the_line(quoted: str) -> None:
    line = ApexLabError(found=quoted).one_line()
    assert line.isprintable()
    assert line.startswith("found a ")
    assert line.endswith("b")


def test_a_number_keeps_its_unit() -> None:
    assert ApexLabError(found="5\u00a0km").one_line() == "found 5\u00a0km"
