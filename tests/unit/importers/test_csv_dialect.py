"""How text is told from bytes, and rows from text."""

from __future__ import annotations

import pytest

from apexlab_desktop.importers.csv_dialect import (
    Encoding,
    decode,
    detect_encoding,
    is_decimal_comma,
    rows_with_offsets,
    separator_after,
)

TEXT = "timestamp,speed\r\n1.5,2\r\n"


@pytest.mark.parametrize(
    ("raw", "name", "bom_bytes"),
    [
        (b"timestamp,speed\n", "utf-8", 0),
        (b"\xef\xbb\xbftimestamp", "utf-8", 3),
        (b"\xff\xfet\x00i\x00", "utf-16-le", 2),
        (b"\xfe\xff\x00t\x00i", "utf-16-be", 2),
        (b"t\x00i\x00m\x00e\x00", "utf-16-le", 0),
        (b"\x00t\x00i\x00m\x00e", "utf-16-be", 0),
        (b"Note,\xd6l kalt\n", "cp1252", 0),
        (b"Note,\xc3\x96l kalt\n", "utf-8", 0),
        (b"", "utf-8", 0),
    ],
)
def test_the_encoding_is_told_from_the_bytes(raw: bytes, name: str, bom_bytes: int) -> None:
    assert detect_encoding(raw) == Encoding(name=name, bom_bytes=bom_bytes)


@pytest.mark.parametrize(
    "raw",
    [
        bytes(range(256)) * 20,
        b"PK\x03\x04" + bytes(100),
        b"\x01\x02\x03\x04" * 50,
        b"timestamp" + bytes(60),
        b"\xff\xd8\xff\xe0" + bytes([1, 2, 3, 200]) * 100,
    ],
)
def test_binary_bytes_have_no_encoding(raw: bytes) -> None:
    assert detect_encoding(raw) is None


def test_a_character_cut_at_the_end_of_the_head_is_still_utf8() -> None:
    assert detect_encoding("Temperatur \u00b0".encode()[:-1]) == Encoding(name="utf-8")


def test_what_does_not_decode_is_marked_not_dropped() -> None:
    assert decode(b"a\xffb", Encoding(name="utf-8")) == "a\ufffdb"


def test_the_mark_is_no_part_of_the_text() -> None:
    encoding = detect_encoding(b"\xff\xfe" + TEXT.encode("utf-16-le"))
    assert encoding is not None
    assert decode(b"\xff\xfe" + TEXT.encode("utf-16-le"), encoding) == TEXT
    assert not encoding.is_single_byte_ascii


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a\ntimestamp,speed\n", ","),
        ("timestamp;speed\n", ";"),
        ("timestamp\tspeed\n", "\t"),
        ('a\n "Timestamp" ;speed\n', ";"),
        ("a,timestamp,speed\n", None),
        ("timestamp speed\n", None),
        ("timestamps,speed\n", None),
        ("", None),
    ],
)
def test_the_separator_follows_the_first_cell_of_a_line(text: str, separator: str | None) -> None:
    assert separator_after("timestamp", text) == separator


@pytest.mark.parametrize("cell", ["1,5", "-0,001", " 12,75 ", "+3,0"])
def test_a_decimal_comma_is_recognised(cell: str) -> None:
    assert is_decimal_comma(cell)


@pytest.mark.parametrize("cell", ["1.5", "15", "1,5,2", ",5", "5,", "a,b", ""])
def test_other_cells_are_no_decimal_commas(cell: str) -> None:
    assert not is_decimal_comma(cell)


def test_rows_know_where_the_next_one_starts() -> None:
    text = 'Note,"two\r\nlines, ""quoted"""\r\n\r\ntimestamp,speed\r\n1,2'
    rows = list(rows_with_offsets(text, ","))
    assert [row.cells for row in rows] == [
        ["Note", 'two\r\nlines, "quoted"'], [], ["timestamp", "speed"], ["1", "2"],
    ]  # fmt: skip
    assert [row.line for row in rows] == [2, 3, 4, 5]
    assert [text[row.end :][:4] for row in rows] == ["\r\nti", "time", "1,2", ""]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_line_end_ends_a_row(ending: str) -> None:
    text = ending.join(["a,b", "1,2", ""])
    assert [row.cells for row in rows_with_offsets(text, ",")] == [["a", "b"], ["1", "2"]]
