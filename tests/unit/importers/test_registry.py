"""The way in: bytes decide, and every refusal says what was found."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from apexlab_desktop.errors import (
    CorruptFileError,
    ImporterError,
    TruncatedFileError,
    UnsupportedFormatError,
)
from apexlab_desktop.importers import registry
from tests.unit.importers import files


def test_the_extension_does_not_matter(tmp_path: Path) -> None:
    path = files.write(tmp_path / "session.ibt", files.text(files.rows(50)))
    assert registry.identify(path).format == "racechrono-csv"


def test_importers_have_distinct_formats_and_labels() -> None:
    found = registry.importers()
    assert [importer.format for importer in found] == [
        "racechrono-rcz",
        "iracing-ibt",
        "racechrono-csv",
    ]
    assert len({importer.label for importer in found}) == len(found)


def refused(path: Path) -> ImporterError:
    with pytest.raises(ImporterError) as caught:
        registry.load(path)
    assert caught.value.path == path
    return caught.value


def test_a_missing_file_is_said_with_its_path(tmp_path: Path) -> None:
    error = refused(tmp_path / "nowhere.csv")
    assert "nowhere.csv" in error.one_line()


def test_a_folder_is_said_to_be_one(tmp_path: Path) -> None:
    assert refused(tmp_path).found == "a folder"


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    path = files.write(tmp_path / "empty.csv", "")
    error = refused(path)
    assert isinstance(error, TruncatedFileError)
    assert error.found == "an empty file"


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"<hCNF\x00\x00\x00\x00\x00", ".xrk"),
        (b"RDX\x02" + bytes(40), ".drk"),
        (b"VBB\x02" + bytes(40), ".vbb"),
        (b"\x40" + bytes(0x5D) + b"02/12/2021" + bytes(60), "MoTeC .ld"),
        (bytes(8) + b"DUCK" + bytes(40), "DuckDB"),
        (b"[header]\r\nsatellites\r\n", ".vbo"),
        (b"Format,AiM CSV File\r\n", "AiM CSV"),
        (b"# RaceRender Data: TrackAddict 4.3.5\n", "TrackAddict"),
        (b"$GPRMC,075141.65,A,0,N,0,E*00\r\n", "NMEA"),
        (b"<?xml version='1.0'?><gpx version='1.1'>", "GPX"),
        (b"PK\x03\x04" + bytes(60), "ZIP"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (bytes(range(256)), "binary"),
        (b"dear diary,\n", "dear diary"),
        (b"This file is created using\x00\x01\x02", "binary bytes behind 'This file is created"),
        ("t\u00e9l\u00e9".encode("utf-32"), "UTF-32"),
        (gzip.compress(b"0S7G" + bytes(292), mtime=0), "Gran Turismo 7"),
        (gzip.compress(b"dear diary", mtime=0), "gzip"),
        (b"\x1f\x8b" + bytes(20), "gzip"),
        (b"\x0d" + bytes(24_575), "shared memory"),
        (b'{"time":"2023","format":2018,"packetID":"motion"}\n', "F1 game"),
        (b'[{"title":"0:32.7","lap_finish_time":32722}]', "Gran Turismo 7 dashboard"),
        (b"datetime,driver,course\n2026-04-04,A,B\nlaps_ms\n55604\n", "DOVEX"),
        (b"Time (sec),RPM (RPM),AP Info:[AP3-SUB-004]\n", "Accessport"),
        (b"GPS Time, Device Time, Longitude\n", "Torque"),
        (b"Timestamp,SessionTime,Lap,LapDistPct\n", "CSV of iRacing"),
        (b"timestamp,speed_kmh,normalized_car_position\n", "Assetto Corsa"),
    ],
)
def test_what_is_not_read_is_called_by_its_name(tmp_path: Path, head: bytes, words: str) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(head)
    error = refused(path)
    assert isinstance(error, UnsupportedFormatError)
    assert words in error.found
    assert "RaceChrono" in error.expected


def test_binary_behind_the_banner_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "session.csv"
    path.write_bytes(files.BANNER.encode() + bytes(range(256)) * 40)
    refused(path)


def test_a_file_that_is_being_written_is_refused(tmp_path: Path) -> None:
    path = files.write(tmp_path / "session.csv", files.text())

    def writes_on(_share: float) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write("1767150081.0,0\r\n")

    with pytest.raises(CorruptFileError) as caught:
        registry.load(path, writes_on)
    assert "changed while it was read" in caught.value.found
    assert caught.value.advice


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    assert refused(path).found == "a device or pipe"
