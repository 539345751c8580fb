"""The rows of a RaceChrono export as columns, streamed in blocks with bounded memory."""

from __future__ import annotations

import array
import contextlib
import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from apexlab_desktop.analysis.types import Notice, Severity, StoredArray
from apexlab_desktop.errors import CorruptFileError, TruncatedFileError
from apexlab_desktop.importers.base import Progress
from apexlab_desktop.importers.racechrono_header import EXPORT_ADVICE, CsvHead

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_BYTES = 1 << 20
"""As quick as 4 MB, and a small file is then read within three times its size in memory."""
_ROWS_A_BLOCK = 16_384
_ROOM = 1.1
"""Rows differ in length: room for a tenth more than the first blocks promise."""
_EMPTY_WORDS = ("", "NaN", "nan", "NA", "N/A", "null", "-")
_MOST_RAGGED_SHARE = 0.01
_TO_ASCII = bytes(code if code < 128 else ord("?") for code in range(256))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Table:
    """Columns of the data.

    Attributes
    ----------
    columns : mapping of int to ndarray, shape (n_rows,)
        By column position; float64 where asked for, else float32. Missing is NaN.
    n_rows : int
    notices : tuple of Notice
    """

    columns: Mapping[int, StoredArray]
    n_rows: int
    notices: tuple[Notice, ...]


class _OddRowsError(Exception):
    """The fast reader met a cell or row that only the tolerant reader can judge."""


class _Columns:
    """Whole columns, filled block by block.

    All columns of a precision are rows of one array: numpy backs that with huge pages, and the
    pages of twenty separate megabytes would cost more than what is written into them. Pages that
    are never filled cost no memory.
    """

    def __init__(self, indices: Sequence[int], exact: frozenset[int]) -> None:
        singles = [index for index in indices if index not in exact]
        doubles = [index for index in indices if index in exact]
        self._parts = [
            _Part(singles, np.empty((len(singles), 0), dtype=np.float32)),
            _Part(doubles, np.empty((len(doubles), 0), dtype=np.float64)),
        ]
        self.n_rows = 0

    @property
    def dtypes(self) -> dict[int, np.dtype[Any]]:
        """Return what each column is stored as."""
        return {index: part.rows.dtype for part in self._parts for index in part.indices}

    def append(self, block: Mapping[int, StoredArray], share_done: float) -> None:
        """Add the rows of `block`; `share_done` of the file tells how many more may come."""
        n_after = self.n_rows + next(iter(block.values())).size
        for part in self._parts:
            if part.rows.shape[1] < n_after:
                part.rows = self._grown(part.rows, n_after, share_done)
            with np.errstate(over="ignore"):
                for row, index in enumerate(part.indices):
                    part.rows[row, self.n_rows : n_after] = block[index]
        self.n_rows = n_after

    def _grown(self, rows: StoredArray, n_needed: int, share_done: float) -> StoredArray:
        expected = int(n_needed / share_done * _ROOM) if share_done > 0.0 else 0
        # At least by half: a promise that fails must not copy every block again.
        size = max(n_needed, expected, rows.shape[1] * 3 // 2)
        grown = np.empty((rows.shape[0], size), dtype=rows.dtype)
        grown[:, : self.n_rows] = rows[:, : self.n_rows]
        return grown

    def whole(self) -> dict[int, StoredArray]:
        """Return the columns."""
        return {
            index: part.rows[row, : self.n_rows]
            for part in self._parts
            for row, index in enumerate(part.indices)
        }


@dataclass(slots=True, eq=False)
class _Part:
    """The columns of one precision, shape (n_columns, room)."""

    indices: Sequence[int]
    rows: StoredArray


def read_table(
    path: Path, head: CsvHead, indices: Sequence[int], exact: frozenset[int], progress: Progress
) -> Table:
    """Return the wanted columns of the export.

    Parameters
    ----------
    path : Path
    head : CsvHead
    indices : sequence of int
        Positions of the wanted columns.
    exact : frozenset of int
        Positions that are needed as float64; the others are float32.
    progress : Progress
        Called between blocks.

    Raises
    ------
    TruncatedFileError
        If there is no row of data.
    CorruptFileError
        If most rows do not fit the header.
    """
    table = None
    if head.encoding.is_single_byte_ascii:
        with contextlib.suppress(_OddRowsError):
            table = _read_fast(path, head, indices, exact, progress)
    if table is None:
        table = _read_tolerant(path, head, indices, exact, progress)
    if table.n_rows == 0:
        raise TruncatedFileError(
            expected="rows of data after the header",
            found="none",
            place=head.place(),
            advice=EXPORT_ADVICE,
        )
    return table


def _read_fast(
    path: Path, head: CsvHead, indices: Sequence[int], exact: frozenset[int], progress: Progress
) -> Table:
    import pyarrow as pa

    size = path.stat().st_size
    ragged: list[int] = []
    columns = _Columns(indices, exact)
    with path.open("rb") as file:
        file.seek(head.data_offset)
        try:
            with _open_stream(_AsciiFile(file), head, columns, ragged) as stream:
                for number, batch in enumerate(stream, start=1):
                    # Not where the file stands: the parser reads ahead of what it hands over.
                    share_done = min(1.0, number * BLOCK_BYTES / max(size - head.data_offset, 1))
                    progress(share_done)
                    block = {
                        index: _values(batch.column(position))
                        for position, index in enumerate(columns.dtypes)
                    }
                    columns.append(block, share_done)
        except pa.ArrowInvalid as error:
            if "Empty CSV file" not in str(error):
                raise _OddRowsError from error
    if len(ragged) > max(1, _MOST_RAGGED_SHARE * columns.n_rows):
        raise _OddRowsError
    return Table(
        columns=columns.whole(), n_rows=columns.n_rows, notices=_ragged_notices(len(ragged))
    )


def _values(column: pa.Array) -> StoredArray:
    """Return the numbers of a column, NaN where it has none.

    The buffers themselves: Arrow's own way to numpy imports pandas.
    """
    validity, numbers = column.buffers()
    values = np.frombuffer(numbers, column.type.to_pandas_dtype())
    values = values[column.offset : column.offset + len(column)]
    if column.null_count == 0:
        return values
    valid = np.unpackbits(np.frombuffer(validity, np.uint8), bitorder="little")
    return np.where(valid[column.offset : column.offset + len(column)], values, np.nan)


class _AsciiFile(io.RawIOBase):
    """Bytes of a file with `?` for whatever is not ASCII.

    The parser hands ragged rows over as text, and complains on stderr when a damaged byte is no
    UTF-8. A number never holds such a byte, so nothing is lost; plain blocks pass untouched.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        return block if block.isascii() else block.translate(_TO_ASCII)


@contextlib.contextmanager
def _open_stream(
    file: Any, head: CsvHead, columns: _Columns, ragged: list[int]
) -> Iterator[pa.csv.CSVStreamingReader]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    def skip(row: arrow_csv.InvalidRow) -> str:
        ragged.append(row.actual_columns)
        return "skip"

    names = [str(column.index) for column in head.columns]
    types = {str(index): pa.from_numpy_dtype(dtype) for index, dtype in columns.dtypes.items()}
    with arrow_csv.open_csv(
        file,
        read_options=arrow_csv.ReadOptions(
            use_threads=False, block_size=BLOCK_BYTES, column_names=names
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=head.separator, invalid_row_handler=skip, newlines_in_values=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            check_utf8=False,
            column_types=types,
            include_columns=list(types),
            null_values=list(_EMPTY_WORDS),
            decimal_point=head.decimal,
        ),
    ) as stream:
        yield stream


def _ragged_notices(n_ragged: int) -> tuple[Notice, ...]:
    if not n_ragged:
        return ()
    return (
        Notice(
            code="ragged_rows_dropped",
            severity=Severity.LOST,
            count=n_ragged,
            detail="rows with more or fewer cells than the header",
        ),
    )


class _CellReader:
    """Cells to numbers, counting what is none."""

    def __init__(self, decimal: str) -> None:
        self._decimal = decimal
        self.n_bad = 0

    def number(self, cell: str) -> float:
        text = cell.strip()
        if text in _EMPTY_WORDS:
            return math.nan
        if self._decimal != ".":
            text = text.replace(self._decimal, ".")
        try:
            return float(text)
        except ValueError:
            self.n_bad += 1
            return math.nan


def _read_tolerant(
    path: Path, head: CsvHead, indices: Sequence[int], exact: frozenset[int], progress: Progress
) -> Table:
    """Read cell by cell: any encoding, ragged rows, cells that are no numbers."""
    cells_reader = _CellReader(head.decimal)
    columns = _Columns(indices, exact)
    rows = _FittingRows(len(head.columns))
    size = path.stat().st_size
    with _open_text(path, head) as file:
        buffers = {index: array.array("d") for index in indices}
        for cells in rows.fitting(_rows(file, head)):
            for index, buffer in buffers.items():
                buffer.append(cells_reader.number(cells[index]))
            if rows.n_fitting % _ROWS_A_BLOCK == 0:
                share_done = min(1.0, file.buffer.tell() / max(size, 1))
                progress(share_done)
                _flush(buffers, columns, share_done)
        _flush(buffers, columns, 1.0)
    _check_ragged(rows, head)
    notices = _ragged_notices(rows.n_ragged) + _bad_cell_notices(cells_reader.n_bad)
    return Table(columns=columns.whole(), n_rows=columns.n_rows, notices=notices)


class _FittingRows:
    """Rows with as many cells as the header; the others are counted."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.n_fitting = 0
        self.n_ragged = 0

    def fitting(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        for cells in rows:
            if not any(cells):
                continue
            if len(cells) < self.width or any(cells[self.width :]):
                self.n_ragged += 1
                continue
            self.n_fitting += 1
            yield cells


@contextlib.contextmanager
def _open_text(path: Path, head: CsvHead) -> Iterator[Any]:
    with path.open("rb") as raw:
        raw.seek(head.data_offset if head.encoding.is_single_byte_ascii else 0)
        with io.TextIOWrapper(
            raw, encoding=head.encoding.name, errors="replace", newline=""
        ) as file:
            if not head.encoding.is_single_byte_ascii:
                file.read(head.data_offset + bool(head.encoding.bom_bytes))
            yield file


def _rows(file: Any, head: CsvHead) -> Iterator[list[str]]:
    reader = csv.reader(file, delimiter=head.separator)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise CorruptFileError(
                expected="rows of cells",
                found=str(error),
                place=f"line {head.data_line + reader.line_num - 1}",
                advice=EXPORT_ADVICE,
            ) from error


def _flush(buffers: dict[int, array.array[float]], columns: _Columns, share_done: float) -> None:
    block = {index: np.array(buffer, dtype=np.float64) for index, buffer in buffers.items()}
    columns.append(block, share_done)
    for index in buffers:
        buffers[index] = array.array("d")


def _check_ragged(rows: _FittingRows, head: CsvHead) -> None:
    if rows.n_ragged > max(rows.n_fitting, 1):
        raise CorruptFileError(
            expected=f"rows of {rows.width} cells",
            found=f"{rows.n_ragged} rows with another number of cells, {rows.n_fitting} that fit",
            place=head.place(),
            advice=EXPORT_ADVICE,
        )


def _bad_cell_notices(n_bad: int) -> tuple[Notice, ...]:
    if not n_bad:
        return ()
    return (
        Notice(
            code="cells_not_numbers",
            severity=Severity.LOST,
            count=n_bad,
            detail="cells that hold no number are treated as missing",
        ),
    )
