"""Names of files that this version does not read, so that the message can say what it got."""

from __future__ import annotations

import codecs
import re
import zlib

from apexlab_desktop.importers.csv_dialect import decode, detect_encoding

_MAGICS = (
    (b"<hCNF", "an AiM .xrk file"),
    (b"RDX\x02", "an AiM .drk file"),
    (b"VBB", "a Racelogic .vbb file"),
    (b"\x78\x01", "an AiM .xrz file, or other compressed data"),
    (b"\x78\x9c", "an AiM .xrz file, or other compressed data"),
    (b"\x78\xda", "an AiM .xrz file, or other compressed data"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a ZIP archive without a RaceChrono session in it"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
    (b"0S7G", "a Gran Turismo 7 packet log"),
)
_WORDS = (
    (re.compile(r'Format"?,"?aim csv', re.IGNORECASE), "an AiM CSV export"),
    (re.compile(r'"?Format"?,"?MoTeC CSV', re.IGNORECASE), "a MoTeC CSV export"),
    (re.compile(r"^# RaceRender Data"), "a TrackAddict CSV file"),
    (re.compile(r'^#?"\w[^"]*"\|"[^"]*"\|'), "a RaceCapture log"),
    (re.compile(r"^\[header\]", re.MULTILINE | re.IGNORECASE), "a Racelogic .vbo file"),
    (re.compile(r"^(b')?\$G[A-Z]{4}", re.MULTILINE), "an NMEA log"),
    (re.compile(r"<gpx[ >]", re.IGNORECASE), "a GPX file"),
    (re.compile(r"<LDXFile", re.IGNORECASE), "a MoTeC .ldx file"),
    (re.compile(r"GPS Time, ?Device Time"), "a Torque CSV log"),
    (re.compile(r"^laps_ms\r?$", re.MULTILINE), "a DOVEX kart log"),
    (re.compile(r"AP Info:\[AP"), "a COBB Accessport log"),
    (re.compile(r'"m_packetFormat"|"packetID"'), "recorded F1 game packets"),
    (re.compile(r'"lap_finish_time"'), "laps of a Gran Turismo 7 dashboard"),
    (
        re.compile(r"^(?=.*\bSessionTime\b)(?=.*\bLapDistPct\b)", re.MULTILINE),
        "a CSV of iRacing variables",
    ),
    (re.compile(r'^"?Time"?,"?LAP_BEACON\b'), "a MoTeC CSV export without its first lines"),
    (re.compile(r"normalized_car_position"), "a CSV of an Assetto Corsa logger"),
    (re.compile(r"^\s*[\[{]"), "a JSON document"),
)
_LD_HEAD = b"\x40\x00\x00\x00"
_LD_DATE = slice(0x5E, 0x5E + 10)
_UTF32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_SHARED_PAGE_BYTES = 24_576
"""Size of the page that Project CARS 2 and Automobilista 2 share."""
_SHARED_PAGE_VERSIONS = (13, 14)
_GZIP = b"\x1f\x8b"
_GT7_MAGIC = b"0S7G"
_WORDS_BYTES = 8192
_QUOTED_CHARACTERS = 60
_PRINTABLE = re.compile(rb"[\x20-\x7e\t]{16,}")


def describe_bytes(head: bytes) -> str:
    """Return what the file that starts with `head` is, in words for people."""
    known = _by_magic(head)
    if known:
        return known
    encoding = detect_encoding(head)
    if encoding is None:
        return _binary_words(head)
    text = decode(head[:_WORDS_BYTES], encoding)
    for pattern, words in _WORDS:
        if pattern.search(text):
            return words
    first = text.strip().splitlines()[:1]
    return f"text that starts with '{first[0][:_QUOTED_CHARACTERS]}'" if first else "blank text"


def _by_magic(head: bytes) -> str:
    if head.startswith(_GZIP) and _unpacked_start(head) == _GT7_MAGIC:
        return "a Gran Turismo 7 packet log"
    for magic, words in _MAGICS:
        if head.startswith(magic):
            return words
    if head[8:12] == b"DUCK":
        return "a DuckDB database (Le Mans Ultimate telemetry)"
    if head.startswith(_LD_HEAD) and re.fullmatch(rb"\d\d/\d\d/\d{4}", head[_LD_DATE]):
        return "a MoTeC .ld file"
    is_page = len(head) == _SHARED_PAGE_BYTES
    if is_page and int.from_bytes(head[:4], "little") in _SHARED_PAGE_VERSIONS:
        return "a page of Automobilista 2 or Project CARS 2 shared memory"
    return ""


def _unpacked_start(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, len(_GT7_MAGIC))
    except zlib.error:
        return b""


def _binary_words(head: bytes) -> str:
    if head.startswith(_UTF32_MARKS):
        return "text in UTF-32"
    text = _PRINTABLE.match(head)
    if text:
        return f"binary bytes behind '{text.group()[:_QUOTED_CHARACTERS].decode('ascii')}'"
    return f"binary bytes that start with {head[:8].hex(' ')}"
