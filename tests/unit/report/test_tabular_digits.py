from __future__ import annotations

import struct

from apexlab_desktop.report.tabular_digits import tabular_glyphs

# A table by hand: header, one feature of lookup 0, one lookup with one subtable.
FEATURES_AT, LOOKUPS_AT = 10, 24


def gsub(subtable: bytes, *, kind: int = 1, tag: bytes = b"tnum") -> bytes:
    header = struct.pack(">HHHHH", 1, 0, 0, FEATURES_AT, LOOKUPS_AT)
    features = struct.pack(">H4sH", 1, tag, 8) + struct.pack(">HHH", 0, 1, 0)
    lookups = struct.pack(">HH", 1, 4) + struct.pack(">HHHH", kind, 0, 1, 8)
    return header + features + lookups + subtable


def coverage_list(*glyphs: int) -> bytes:
    return struct.pack(f">HH{len(glyphs)}H", 1, len(glyphs), *glyphs)


def test_a_list_of_substitutes_is_read() -> None:
    subtable = struct.pack(">HHH2H", 2, 10, 2, 501, 777) + coverage_list(11, 12)
    assert tabular_glyphs(gsub(subtable)) == {11: 501, 12: 777}


def test_a_difference_of_glyph_numbers_is_read() -> None:
    subtable = struct.pack(">HHh", 1, 6, -5) + coverage_list(20, 30)
    assert tabular_glyphs(gsub(subtable)) == {20: 15, 30: 25}


def test_a_range_of_glyphs_is_read() -> None:
    ranges = struct.pack(">HHHHH", 2, 1, 40, 42, 0)
    assert tabular_glyphs(gsub(struct.pack(">HHh", 1, 6, 100) + ranges)) == {
        40: 140, 41: 141, 42: 142,
    }  # fmt: skip


def test_an_extension_leads_to_the_substitution() -> None:
    inner = struct.pack(">HHh", 1, 6, 1) + coverage_list(7)
    assert tabular_glyphs(gsub(struct.pack(">HHI", 1, 1, 8) + inner, kind=7)) == {7: 8}


def test_other_features_and_fonts_without_any_change_nothing() -> None:
    subtable = struct.pack(">HHh", 1, 6, 1) + coverage_list(7)
    assert tabular_glyphs(gsub(subtable, tag=b"onum")) == {}
    assert tabular_glyphs(b"") == {}
