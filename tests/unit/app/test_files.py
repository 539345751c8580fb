"""What is hashed is what was read; what is no file is never opened."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from apexlab_desktop.app.files import check_unchanged, fingerprint, sha256_of, shown
from apexlab_desktop.errors import CorruptFileError, ImporterError

LONG_AGO_NS = 1_700_000_000_123_456_789
SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "session.csv"
    path.write_bytes(b"abc")
    return path


def age(path: Path) -> None:
    os.utime(path, ns=(LONG_AGO_NS, LONG_AGO_NS))


def test_the_hash_is_that_of_the_standard(file: Path) -> None:
    assert sha256_of(file) == SHA256_OF_ABC
    assert fingerprint(file).size_bytes == 3


def test_an_untouched_file_passes(file: Path) -> None:
    check_unchanged(file, fingerprint(file))
    age(file)
    check_unchanged(file, fingerprint(file))


def test_a_file_that_grew_is_refused(file: Path) -> None:
    age(file)
    before = fingerprint(file)
    file.write_bytes(b"abcd")
    with pytest.raises(CorruptFileError, match="still being written") as caught:
        check_unchanged(file, before)
    assert "3 bytes first, 4 now" in caught.value.found
    assert "Wait" in caught.value.advice


def test_a_file_put_in_its_place_is_refused(file: Path, tmp_path: Path) -> None:
    age(file)
    before = fingerprint(file)
    other = tmp_path / "other.csv"
    other.write_bytes(b"xyz")
    age(other)
    other.replace(file)
    with pytest.raises(CorruptFileError):
        check_unchanged(file, before)


def test_a_change_right_after_the_file_was_written_is_seen(file: Path) -> None:
    file.write_bytes(b"abc")
    before = fingerprint(file)
    file.write_bytes(b"xyz")
    with pytest.raises(CorruptFileError):
        check_unchanged(file, before)


def test_a_change_within_the_two_seconds_that_some_disks_tell_apart_is_seen(file: Path) -> None:
    whole_ns = time.time_ns() // 1_000_000_000 * 1_000_000_000
    os.utime(file, ns=(whole_ns, whole_ns))
    before = fingerprint(file)
    file.write_bytes(b"xyz")
    os.utime(file, ns=(whole_ns, whole_ns))
    with pytest.raises(CorruptFileError):
        check_unchanged(file, before)


def test_a_file_that_is_gone_is_said(file: Path) -> None:
    before = fingerprint(file)
    file.unlink()
    with pytest.raises(ImporterError, match="No such file"):
        check_unchanged(file, before)


@pytest.mark.parametrize(("name", "words"), [("missing", "nothing"), (".", "a folder")])
def test_what_is_no_file_is_said(tmp_path: Path, name: str, words: str) -> None:
    with pytest.raises(ImporterError) as caught:
        sha256_of(tmp_path / name)
    assert caught.value.found == words
    assert caught.value.advice


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(ImporterError, match="a pipe or a device"):
        sha256_of(tmp_path / "pipe.csv")


def test_a_name_of_any_bytes_can_be_shown() -> None:
    assert shown(Path(os.fsdecode(b"caf\xe9.csv"))) == "caf\ufffd.csv"
    assert shown(Path("h\u00e4rte.csv")) == "h\u00e4rte.csv"
