"""The same session in every dialect a spreadsheet or an editor may save it in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from apexlab_desktop.analysis.types import RawSession
from apexlab_desktop.importers import registry
from tests.unit.importers import files

N_ROWS = 120
FIRST_TABLE_LINE = 9


def dialect(separator: str, decimal: str, ending: str, *, is_quoted: bool) -> str:
    """Return the ring, saved otherwise."""
    lines = files.preamble() + [",".join(row) for row in files.rows(N_ROWS)]
    out = []
    for number, line in enumerate(lines):
        if number < FIRST_TABLE_LINE:
            # The preamble of a spreadsheet has the separator too, but a quoted title stays whole.
            out.append(line if number == 2 else line.replace(",", separator, 1))
            continue
        cells = line.split(",")
        if number >= FIRST_TABLE_LINE + 3:
            cells = [cell.replace(".", decimal) for cell in cells]
        out.append(separator.join(f'"{cell}"' if is_quoted else cell for cell in cells))
    return ending.join(out) + ending


def load(tmp_path: Path, content: str, encoding: str = "utf-8") -> RawSession:
    return registry.load(files.write(tmp_path / "session.csv", content, encoding=encoding))


def assert_same(first: RawSession, second: RawSession) -> None:
    assert second.n_samples == first.n_samples == N_ROWS
    assert [g.name for g in second.groups] == [g.name for g in first.groups]
    for group, other in zip(first.groups, second.groups, strict=True):
        np.testing.assert_array_equal(group.time_us, other.time_us)
        assert other.rate_hz == group.rate_hz
        for channel, found in zip(group.channels, other.channels, strict=True):
            assert (found.name, found.unit, found.kind) == (
                channel.name, channel.unit, channel.kind,
            )  # fmt: skip
            np.testing.assert_array_equal(found.values, channel.values)
    assert second.laps_declared == first.laps_declared
    assert second.start_time_utc == first.start_time_utc


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> RawSession:
    return load(tmp_path_factory.mktemp("plain"), dialect(",", ".", "\r\n", is_quoted=False))


@pytest.mark.parametrize("is_quoted", [False, True])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("separator", "decimal"), [(",", "."), (";", "."), (";", ","), ("\t", "."), ("\t", ",")]
)
def test_separator_decimal_sign_and_line_end_do_not_matter(
    plain: RawSession, tmp_path: Path, separator: str, decimal: str, ending: str, is_quoted: bool
) -> None:
    assert_same(plain, load(tmp_path, dialect(separator, decimal, ending, is_quoted=is_quoted)))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize(("separator", "decimal"), [(",", "."), (";", ",")])
def test_the_encoding_does_not_matter(
    plain: RawSession, tmp_path: Path, encoding: str, separator: str, decimal: str
) -> None:
    content = dialect(separator, decimal, "\r\n", is_quoted=False).replace("Note", "Note\u00e4", 1)
    assert_same(plain, load(tmp_path, content, encoding))


@pytest.mark.parametrize("tail", ["\r\n\r\n", ",\r\n", " ", "\x1a"])
def test_what_an_editor_leaves_at_the_end_loses_nothing(
    plain: RawSession, tmp_path: Path, tail: str
) -> None:
    content = dialect(",", ".", "\r\n", is_quoted=False)
    assert_same(plain, load(tmp_path, content + tail))


def test_a_row_of_nothing_but_separators_adds_no_sample(plain: RawSession, tmp_path: Path) -> None:
    raw = load(tmp_path, dialect(",", ".", "\r\n", is_quoted=False) + "," * 15 + "\r\n")
    assert [g.time_us.size for g in raw.groups] == [g.time_us.size for g in plain.groups]


def test_cells_padded_with_blanks_are_numbers(plain: RawSession, tmp_path: Path) -> None:
    lines = dialect(",", ".", "\r\n", is_quoted=False).split("\r\n")
    padded = [line.replace(",", " , ") if n >= 9 else line for n, line in enumerate(lines)]
    assert_same(plain, load(tmp_path, "\r\n".join(padded)))


def test_trailing_separators_of_a_spreadsheet_do_not_matter(
    plain: RawSession, tmp_path: Path
) -> None:
    lines = dialect(",", ".", "\r\n", is_quoted=False).split("\r\n")[:-1]
    padded = [f"{line},,," for line in lines]
    raw = load(tmp_path, "\r\n".join(padded) + "\r\n")
    assert raw.n_samples == N_ROWS
    speed = raw.groups[0].find("speed_mps")
    known = plain.groups[0].find("speed_mps")
    assert speed is not None
    assert known is not None
    np.testing.assert_array_equal(speed.values, known.values)
