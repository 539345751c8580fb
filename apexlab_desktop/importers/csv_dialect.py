"""How a text file is written: encoding, separator, decimal sign, rows with their offsets."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

SEPARATORS = ",;\t"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NUL_SHARE_OF_UTF16 = 0.3
_DECIMAL_COMMA = re.compile(r"^[-+]?\d+,\d+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """Character encoding of a text file.

    Attributes
    ----------
    name : str
        Codec: `utf-8`, `utf-16-le`, `utf-16-be` or `cp1252`.
    bom_bytes : int
        Length of the byte order mark.
    """

    name: str
    bom_bytes: int = 0

    @property
    def is_single_byte_ascii(self) -> bool:
        """Whether digits and separators are single bytes, as in UTF-8 and Latin-1."""
        return not self.name.startswith("utf-16")


def detect_encoding(head: bytes) -> Encoding | None:
    """Return the encoding of the text that starts with `head`, or None for what is not read."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return None
    for mark, name in _BOMS:
        if head.startswith(mark):
            return Encoding(name=name, bom_bytes=len(mark))
    sample = head[:4096]
    if b"\0" in sample:
        return _utf16_without_mark(sample)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        return Encoding(name="cp1252") if _looks_like_text(sample) else None
    return Encoding(name="utf-8") if _looks_like_text(sample) else None


def _utf16_without_mark(sample: bytes) -> Encoding | None:
    half = max(len(sample) // 2, 1)
    if sample[1::2].count(0) > _NUL_SHARE_OF_UTF16 * half and sample[0::2].count(0) == 0:
        return Encoding(name="utf-16-le")
    if sample[0::2].count(0) > _NUL_SHARE_OF_UTF16 * half and sample[1::2].count(0) == 0:
        return Encoding(name="utf-16-be")
    return None


def _looks_like_text(sample: bytes) -> bool:
    controls = sum(byte < 32 and byte not in b"\t\r\n\f" for byte in sample)
    return controls <= len(sample) // 100


def decode(raw: bytes, encoding: Encoding) -> str:
    """Return the text of `raw` without byte order mark; what does not decode becomes U+FFFD."""
    return raw[encoding.bom_bytes :].decode(encoding.name, errors="replace")


def separator_after(first_cell: str, text: str) -> str | None:
    """Return the separator that follows `first_cell` where it opens a line, or None.

    The cell may be quoted and padded with blanks, and its case does not matter.
    """
    # Not the `^` of MULTILINE: it does not know lines that end in a lone carriage return.
    pattern = rf'(?:\A|[\r\n])[ ]*"?{re.escape(first_cell)}"?[ ]*([{SEPARATORS}])'
    match = re.search(pattern, text, flags=re.IGNORECASE)
    return match.group(1) if match else None


def is_decimal_comma(cell: str) -> bool:
    """Return whether `cell` is a number with a decimal comma."""
    return bool(_DECIMAL_COMMA.match(cell.strip()))


@dataclass(frozen=True, slots=True)
class OffsetRow:
    """Cells of one logical row, and where the next row starts.

    Attributes
    ----------
    cells : list of str
    line : int
        Number of the row's last line, from 1.
    end : int
        Characters from the start of the text to the start of the next row.
    """

    cells: list[str]
    line: int
    end: int


def rows_with_offsets(text: str, separator: str) -> Iterator[OffsetRow]:
    """Yield logical rows of `text`; a quoted cell may hold separators and line breaks."""
    consumed = 0

    def lines() -> Iterator[str]:
        nonlocal consumed
        for line in io.StringIO(text, newline=""):
            consumed += len(line)
            yield line

    reader = csv.reader(lines(), delimiter=separator)
    for cells in reader:
        yield OffsetRow(cells=cells, line=reader.line_num, end=consumed)
