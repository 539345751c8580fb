"""Names of files that this version does not read, so that the message can say what it got."""

from __future__ import annotations

import re

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
    (re.compile(r"^\s*[\[{]"), "a JSON document"),
)
_LD_HEAD = b"\x40\x00\x00\x00"
_LD_DATE = slice(0x5E, 0x5E + 10)


def describe_bytes(head: bytes) -> str:
    """Return what the file that starts with `head` is, in words for people."""
    for magic, words in _MAGICS:
        if head.startswith(magic):
            return words
    if head[8:12] == b"DUCK":
        return "a DuckDB database (Le Mans Ultimate telemetry)"
    if head.startswith(_LD_HEAD) and re.fullmatch(rb"\d\d/\d\d/\d{4}", head[_LD_DATE]):
        return "a MoTeC .ld file"
    encoding = detect_encoding(head)
    if encoding is None:
        return f"binary bytes that start with {head[:8].hex(' ')}"
    text = decode(head[:8192], encoding)
    for pattern, words in _WORDS:
        if pattern.search(text):
            return words
    first = text.strip().splitlines()[:1]
    return f"text that starts with '{first[0][:60]}'" if first else "blank text"
