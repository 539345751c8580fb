"""Tables of numbers that users hand to the optimal lap: lines and ggv diagrams."""

from __future__ import annotations

import csv
import math
from typing import TYPE_CHECKING

import numpy as np

from apexlab_desktop.analysis.ggv_table import GgvTable, table_from_rows
from apexlab_desktop.app.files import fingerprint, shown
from apexlab_desktop.errors import AnalysisError, CorruptFileError, MissingChannelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from apexlab_desktop.analysis.types import FloatArray

LINE_COLUMNS = ("x_m", "y_m")
LINE_EXTRAS = ("z_m", "w_left_m", "w_right_m")
GGV_COLUMNS = ("speed_mps", "ay_mps2", "ax_max_mps2", "ax_min_mps2")
_SEPARATORS = ",;\t"
_MARKS = "#\ufeff \t"


def read_line(path: Path) -> dict[str, FloatArray]:
    """Return the columns of a line, `x_m`, `y_m` and those of the others that it has.

    Raises
    ------
    ImporterError
        If it cannot be read, lacks a column, or holds something other than numbers.
    """
    columns = read_columns(path, LINE_COLUMNS, LINE_EXTRAS)
    for name in ("w_left_m", "w_right_m"):
        if name in columns and float(columns[name].min(initial=0.0)) < 0.0:
            row = int(np.argmin(columns[name]))
            raise CorruptFileError(
                expected=f"{name} of 0 or more",
                found=f"{columns[name][row]:g}",
                place=f"{shown(path)}, point {row + 1}",
            )
    return columns


def read_ggv(path: Path) -> GgvTable:
    """Return the ggv table of a file.

    Raises
    ------
    ImporterError
        If it cannot be read, lacks a column, or holds something other than numbers.
    InsufficientDataError
        If no table can be made of its rows.
    """
    columns = read_columns(path, GGV_COLUMNS, may_be_empty=("ax_max_mps2", "ax_min_mps2"))
    slow = columns["speed_mps"] < 0.0
    if slow.any():
        raise CorruptFileError(
            expected="speed_mps of 0 or more",
            found=f"{columns['speed_mps'][slow][0]:g}",
            place=f"{shown(path)}, row {int(np.argmax(slow)) + 1}",
        )
    try:
        return table_from_rows(*(columns[name] for name in GGV_COLUMNS))
    except AnalysisError as error:
        raise error.at(shown(path)) from error


def read_columns(
    path: Path,
    required: Sequence[str],
    optional: Sequence[str] = (),
    may_be_empty: Sequence[str] = (),
) -> dict[str, FloatArray]:
    """Return named columns of a CSV file with a header, each of shape (n,).

    Commas, semicolons and tabs separate; a `#` may stand before the header, as in the files of
    racing-line databases; columns with other names are left alone. NaN where a column that may be
    empty is.

    Raises
    ------
    ImporterError
        If it cannot be read, lacks a column, or holds something other than finite numbers.
    """
    fingerprint(path)
    rows = _rows(path)
    header = next(rows, (0, []))[1]
    names = [name.strip(_MARKS).lower() for name in header]
    missing = [name for name in required if name not in names]
    if missing:
        raise MissingChannelError(
            expected=f"a header with the columns {', '.join(required)}",
            found=f"no {', '.join(missing)}" if any(names) else "none",
            place=shown(path),
        )
    wanted = {name: names.index(name) for name in (*required, *optional) if name in names}
    cells = [(k, names[k] in may_be_empty) for k in wanted.values()]
    table = [[_number(path, at, row, k, names, empty) for k, empty in cells] for at, row in rows]
    if not table:
        raise CorruptFileError(expected="rows of numbers", found="a header only", place=shown(path))
    values = np.array(table, dtype=np.float64)
    return {name: values[:, k] for k, name in enumerate(wanted)}


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Return the rows that are not empty, with their number in the file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorruptFileError(
            expected="a CSV file in UTF-8",
            found=f"the byte 0x{error.object[error.start]:02x}",
            place=f"{shown(path)}, byte {error.start}",
        ) from error
    lines = text.splitlines()
    head = next((line for line in lines if line.strip()), "")
    separator = max(_SEPARATORS, key=head.count)
    for number, row in enumerate(csv.reader(lines, delimiter=separator), start=1):
        if any(cell.strip() for cell in row):
            yield number, row


def _number(
    path: Path, at: int, row: list[str], k: int, names: list[str], may_be_empty: bool
) -> float:
    text = row[k].strip() if k < len(row) else ""
    if may_be_empty and text.lower() in ("", "nan"):
        return math.nan
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise CorruptFileError(
            expected=f"a number for {names[k]}",
            found=repr(text[:40]) if text else "nothing",
            place=f"{shown(path)}, row {at}",
        )
    return value
