"""Digits of equal width from a TrueType font: columns of times line up."""

from __future__ import annotations

import struct
from collections.abc import Iterator

_FEATURE = b"tnum"
_SINGLE_SUBSTITUTION = 1
_EXTENSION = 7
_GLYPH_LIST, _GLYPH_RANGES = 1, 2


def tabular_glyphs(gsub: bytes) -> dict[int, int]:
    """Return glyph to equal-width glyph of the feature `tnum`, empty when the font has none.

    Parameters
    ----------
    gsub : bytes
        The font's GSUB table.

    Notes
    -----
    OpenType 1.9, chapters GSUB and Common Table Formats. Only single substitutions count, directly
    or by an extension lookup.
    """
    if len(gsub) < 10:
        return {}
    features_at, lookups_at = struct.unpack_from(">HH", gsub, 6)
    glyphs: dict[int, int] = {}
    for lookup in sorted(set(_feature_lookups(gsub, features_at))):
        (offset,) = struct.unpack_from(">H", gsub, lookups_at + 2 + 2 * lookup)
        glyphs.update(_lookup(gsub, lookups_at + offset))
    return glyphs


def _feature_lookups(gsub: bytes, features_at: int) -> Iterator[int]:
    (n_features,) = struct.unpack_from(">H", gsub, features_at)
    for index in range(n_features):
        tag, offset = struct.unpack_from(">4sH", gsub, features_at + 2 + 6 * index)
        if tag == _FEATURE:
            (n_lookups,) = struct.unpack_from(">H", gsub, features_at + offset + 2)
            yield from struct.unpack_from(f">{n_lookups}H", gsub, features_at + offset + 4)


def _lookup(gsub: bytes, at: int) -> dict[int, int]:
    kind, _flag, n_tables = struct.unpack_from(">HHH", gsub, at)
    glyphs: dict[int, int] = {}
    for offset in struct.unpack_from(f">{n_tables}H", gsub, at + 6):
        table_kind, table_at = kind, at + offset
        if kind == _EXTENSION:
            _format, table_kind, further = struct.unpack_from(">HHI", gsub, table_at)
            table_at += further
        if table_kind == _SINGLE_SUBSTITUTION:
            glyphs.update(_single_substitution(gsub, table_at))
    return glyphs


def _single_substitution(gsub: bytes, at: int) -> dict[int, int]:
    table_format, coverage, third = struct.unpack_from(">HHH", gsub, at)
    covered = list(_coverage(gsub, at + coverage))
    if table_format == 1:  # `third` is a signed difference of glyph numbers
        return {glyph: (glyph + third) & 0xFFFF for glyph in covered}
    return dict(zip(covered, struct.unpack_from(f">{third}H", gsub, at + 6), strict=False))


def _coverage(gsub: bytes, at: int) -> Iterator[int]:
    table_format, n_entries = struct.unpack_from(">HH", gsub, at)
    if table_format == _GLYPH_LIST:
        yield from struct.unpack_from(f">{n_entries}H", gsub, at + 4)
    elif table_format == _GLYPH_RANGES:
        for index in range(n_entries):
            first, last, _start = struct.unpack_from(">HHH", gsub, at + 4 + 6 * index)
            yield from range(first, last + 1)
