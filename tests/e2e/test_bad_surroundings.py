"""Sound files in a bad place: moving, huge, on a full disk, beside a newer library."""

from __future__ import annotations

import hashlib
import json
import math
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from apexlab_desktop.store import schema
from apexlab_desktop.store.database import LIBRARY_FILE, Library
from tests.e2e.command_line import Said, apexlab

resource = pytest.importorskip("resource", reason="needs the limits of POSIX")

STATUS_ENVIRONMENT = 3
STATUS_FILE = 4
ROWS_A_BLOCK = 25_000
BLOCK_S = 1_000.0
RING_RADIUS_M = 4_000.0
METRES_PER_DEGREE = 111_195.0
HUGE_HEAD = (
    b"This file is created using RaceChrono Pro v9.1.3 ( http://racechrono.com/ ).\r\n"
    b"Format,3\r\n\r\n"
    b"timestamp,lap_number,latitude,longitude,speed,bearing\r\n"
    b"unix time,,deg,deg,m/s,deg\r\n"
    b",,100: gps,100: gps,100: gps,100: gps\r\n"
)


def one_line(said: Said) -> str:
    assert "Traceback" not in said.err + said.out
    (line,) = said.err.strip().splitlines()
    return line


def assert_only_the_library(home: Path) -> None:
    """Nothing but the library and its journal; no draft, no lock."""
    journals = {LIBRARY_FILE + suffix for suffix in ("", "-wal", "-shm")}
    assert {found.name for found in home.iterdir()} <= journals


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def in_a_process(*arguments: object, setup: str = "") -> tuple[Said, int]:
    """Return what the command said in a process of its own, and its peak memory [bytes]."""
    code = (
        f"import resource, sys\n{setup}\n"
        "from apexlab_desktop.cli import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "finally:\n"
        "    usage = resource.getrusage(resource.RUSAGE_SELF)\n"
        "    print(usage.ru_maxrss, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    *lines, peak_kib = done.stderr.splitlines()
    # macOS counts bytes, Linux kilobytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Said(done.returncode, done.stdout, "\n".join(lines)), int(peak_kib) * unit


@pytest.mark.usefixtures("apexlab_home")
class TestMissing:
    @pytest.mark.parametrize("command", ["inspect", "import", "laps"])
    def test_a_missing_file_is_named(self, command: str, tmp_path: Path) -> None:
        said = apexlab(command, tmp_path / "gone.csv")
        assert said.status == STATUS_FILE
        assert "gone.csv" in one_line(said)

    @pytest.mark.parametrize("command", ["inspect", "import", "laps"])
    def test_a_folder_is_said_to_be_one(self, command: str, tmp_path: Path) -> None:
        folder = tmp_path / "session.rcz"
        folder.mkdir()
        said = apexlab(command, folder)
        assert said.status == STATUS_FILE
        assert "a folder" in one_line(said)


def test_a_file_being_written_is_refused_and_can_be_had_later(
    club_file: Path, tmp_path: Path, apexlab_home: Path
) -> None:
    path = tmp_path / "growing.csv"
    content = club_file.read_bytes()
    path.write_bytes(content)
    last_row = content.rstrip().rsplit(b"\r\n", 1)[-1]
    stop = threading.Event()

    def write_on() -> None:
        with path.open("ab", buffering=0) as file:
            # A thousand rows a second: more would outrun a reader on a busy machine.
            while not stop.wait(0.001):
                file.write(last_row + b"\r\n")

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        said = apexlab("import", path, "--json")
    finally:
        stop.set()
        writer.join()
    assert said.status == STATUS_FILE
    line = one_line(said)
    assert "changed while it was read" in line
    assert "growing.csv" in line
    assert apexlab("sessions", "--json").document["sessions"] == []
    path.write_bytes(content)
    assert apexlab("import", path).status == 0
    assert_only_the_library(apexlab_home)


class TestFullDisk:
    """A limit on the size of files: the system refuses the write as a full disk does."""

    # In the making of the library, in its first pages, and in the channels of a session.
    @pytest.mark.parametrize("limit_bytes", [8_192, 60_000, 200_000])
    def test_an_import_that_does_not_fit_leaves_the_library_as_it_was(
        self, club_file: Path, apexlab_home: Path, limit_bytes: int
    ) -> None:
        limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit_bytes}, {limit_bytes}))"
        said, _ = in_a_process("import", club_file, "--json", setup=limit)
        assert said.status == STATUS_ENVIRONMENT
        line = one_line(said)
        assert "a library that can be read and written" in line
        assert json.loads(said.out)["files"][0]["status"] == "failed"
        # With room again the library opens, is empty, and takes the session.
        assert apexlab("sessions", "--json").document["sessions"] == []
        assert apexlab("import", club_file).status == 0
        assert len(apexlab("sessions", "--json").document["sessions"]) == 1
        assert_only_the_library(apexlab_home)

    def test_a_stored_session_survives_a_second_that_does_not_fit(
        self, club_file: Path, sim_file: Path, apexlab_home: Path
    ) -> None:
        assert apexlab("import", club_file).status == 0
        before = apexlab("laps", self.only_session(), "--json").out
        limit_bytes = (apexlab_home / LIBRARY_FILE).stat().st_size
        limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit_bytes}, {limit_bytes}))"
        said, _ = in_a_process("import", sim_file, setup=limit)
        assert said.status == STATUS_ENVIRONMENT
        assert apexlab("laps", self.only_session(), "--json").out == before

    @pytest.mark.usefixtures("apexlab_home")
    @pytest.mark.parametrize("fmt", ["racechrono", "ibt"])
    def test_a_generated_file_is_whole_or_absent(self, tmp_path: Path, fmt: str) -> None:
        out = tmp_path / "session.out"
        said, _ = in_a_process(
            "generate", "--track", "club-short", "--laps", 2, "--format", fmt, "-o", out,
            setup="resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))",
        )  # fmt: skip
        assert said.status == STATUS_ENVIRONMENT
        assert "session.out" in one_line(said)
        assert list(tmp_path.glob("*session.out*")) == []

    def only_session(self) -> str:
        (session,) = apexlab("sessions", "--json").document["sessions"]
        return str(session["id"])


class TestNewerLibrary:
    @pytest.fixture(autouse=True)
    def newer_library(self, apexlab_home: Path) -> Iterator[None]:
        library = Library.open(apexlab_home)
        with library.writing() as connection:
            connection.exec_driver_sql(f"PRAGMA user_version = {schema.MAX_SCHEMA_VERSION + 1}")
        library.close()
        before = sha256(apexlab_home / LIBRARY_FILE)
        yield
        assert sha256(apexlab_home / LIBRARY_FILE) == before

    def test_nothing_is_imported_into_it(self, club_file: Path) -> None:
        said = apexlab("import", club_file, "--json")
        assert said.status == STATUS_ENVIRONMENT
        assert "Update ApexLab" in one_line(said)
        assert said.document["files"][0]["status"] == "failed"

    def test_a_file_can_still_be_looked_at(self, club_file: Path) -> None:
        assert apexlab("inspect", club_file).status == 0
        assert apexlab("laps", club_file).status == 0


def huge_file(path: Path, n_blocks: int) -> Path:
    """Write a car on a ring of 25 km, a lap of 1000 s per block of rows."""
    lon_scale = METRES_PER_DEGREE * math.cos(math.radians(50.0))
    speed_mps = 2 * math.pi * RING_RADIUS_M / BLOCK_S
    rows = []
    for k in range(ROWS_A_BLOCK):
        time_s = k * BLOCK_S / ROWS_A_BLOCK
        angle = 2 * math.pi * k / ROWS_A_BLOCK
        lat = 50.0 + RING_RADIUS_M * math.sin(angle) / METRES_PER_DEGREE
        lon = 8.0 + RING_RADIUS_M * math.cos(angle) / lon_scale
        speed = speed_mps + 0.05 * math.sin(1.7 * k)
        bearing = -math.degrees(angle) % 360.0
        rows.append(f"1767BBB{time_s:07.3f},LLL,{lat:.7f},{lon:.7f},{speed:.3f},{bearing:.2f}\r\n")
    block = "".join(rows).encode()
    with path.open("wb") as file:
        file.write(HUGE_HEAD)
        for number in range(n_blocks):
            stamped = block.replace(b"BBB", b"%03d" % number)
            file.write(stamped.replace(b"LLL", b"%d" % (number + 1)))
    return path


@pytest.mark.serial
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("apexlab_home")
def test_ten_million_rows_are_imported_within_bounded_memory(tmp_path: Path, is_long: bool) -> None:
    n_blocks = 400 if is_long else 40
    path = huge_file(tmp_path / "huge.csv", n_blocks)
    _, idle = in_a_process("--version")
    said, peak = in_a_process("import", path, "--json")
    assert said.status == 0, said.err
    # Reading takes three times the file (DESIGN section 5); the motion of narrow rows, six columns
    # at 54 bytes, comes on top with as many arrays again.
    assert peak - idle < 6 * path.stat().st_size + 300e6
    session_id = json.loads(said.out)["files"][0]["session_id"]
    document = apexlab("laps", session_id, "--json").document
    assert document["n_samples"] == n_blocks * ROWS_A_BLOCK
    timed = [lap for lap in document["laps"] if lap["kind"] == "timed"]
    assert [lap["number"] for lap in timed] == list(range(2, n_blocks))
    assert {lap["lap_time_s"] for lap in timed} == {BLOCK_S}
