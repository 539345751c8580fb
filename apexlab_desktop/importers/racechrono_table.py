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
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from apexlab_desktop.analysis.types import Notice, Severity, StoredArray
from apexlab_desktop.errors import CorruptFileError, TruncatedFileError
from apexlab_desktop.importers.base import Progress
from apexlab_desktop.importers.racechrono_header import EXPORT_ADVICE, CsvHead

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK_BYTES = 4 << 20
_ROWS_A_BLOCK = 16_384
_EMPTY_WORDS = ("", "NaN", "nan", "NA", "N/A", "null", "-")
_MOST_RAGGED_SHARE = 0.01
_FEW_ROWS = 200


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
    """Blocks of columns on their way to whole arrays."""

    def __init__(self, indices: Sequence[int], exact: frozenset[int]) -> None:
        self.indices = tuple(indices)
        self._dtypes = {i: np.float64 if i in exact else np.float32 for i in indices}
        self._blocks: dict[int, list[StoredArray]] = {i: [] for i in indices}
        self.n_rows = 0

    def add(self, index: int, block: npt.NDArray[np.float64]) -> None:
        with np.errstate(over="ignore"):
            self._blocks[index].append(block.astype(self._dtypes[index]))

    def whole(self) -> dict[int, StoredArray]:
        """Return the whole arrays; each column's blocks are freed before the next is joined."""
        columns = {}
        for index in self.indices:
            blocks = self._blocks.pop(index)
            empty = np.empty(0, dtype=self._dtypes[index])
            columns[index] = np.concatenate(blocks) if blocks else empty
            blocks.clear()
        return columns


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
            with _open_stream(file, head, indices, ragged) as stream:
                for batch in stream:
                    progress(min(1.0, file.tell() / max(size, 1)))
                    for position, index in enumerate(indices):
                        columns.add(index, batch.column(position).to_numpy(zero_copy_only=False))
                    columns.n_rows += batch.num_rows
        except pa.ArrowInvalid as error:
            if "Empty CSV file" not in str(error):
                raise _OddRowsError from error
    if len(ragged) > max(1, _MOST_RAGGED_SHARE * columns.n_rows):
        raise _OddRowsError
    return Table(
        columns=columns.whole(), n_rows=columns.n_rows, notices=_ragged_notices(len(ragged))
    )


@contextlib.contextmanager
def _open_stream(
    file: Any, head: CsvHead, indices: Sequence[int], ragged: list[int]
) -> Iterator[pa.csv.CSVStreamingReader]:
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    def skip(row: arrow_csv.InvalidRow) -> str:
        ragged.append(row.actual_columns)
        return "skip"

    names = [str(column.index) for column in head.columns]
    wanted = [str(index) for index in indices]
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
            column_types=dict.fromkeys(wanted, pa.float64()),
            include_columns=wanted,
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
    width = len(head.columns)
    cells_reader = _CellReader(head.decimal)
    columns = _Columns(indices, exact)
    n_ragged = 0
    size = path.stat().st_size
    with _open_text(path, head) as file:
        buffers = {index: array.array("d") for index in indices}
        for cells in _rows(file, head):
            if not any(cells):
                continue
            if len(cells) != width and (len(cells) < width or any(cells[width:])):
                n_ragged += 1
                continue
            for index in indices:
                buffers[index].append(cells_reader.number(cells[index]))
            columns.n_rows += 1
            if columns.n_rows % _ROWS_A_BLOCK == 0:
                progress(min(1.0, file.buffer.tell() / max(size, 1)))
                _flush(buffers, columns)
        _flush(buffers, columns)
    _check_ragged(n_ragged, columns.n_rows, width, head)
    notices = _ragged_notices(n_ragged) + _bad_cell_notices(cells_reader.n_bad)
    return Table(columns=columns.whole(), n_rows=columns.n_rows, notices=notices)


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


def _flush(buffers: dict[int, array.array[float]], columns: _Columns) -> None:
    for index, buffer in buffers.items():
        columns.add(index, np.frombuffer(buffer, dtype=np.float64).copy())
        buffers[index] = array.array("d")


def _check_ragged(n_ragged: int, n_rows: int, width: int, head: CsvHead) -> None:
    if n_ragged > max(n_rows, 1):
        raise CorruptFileError(
            expected=f"rows of {width} cells",
            found=f"{n_ragged} rows with another number of cells, {n_rows} that fit",
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
