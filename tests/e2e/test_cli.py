"""Every command, from a real file to a real result, with its exit status."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from apexlab_desktop.store import schema
from apexlab_desktop.store.database import LIBRARY_FILE, Library
from tests.e2e.command_line import apexlab

pytestmark = pytest.mark.usefixtures("apexlab_home")


def test_inspect_says_what_the_file_holds(club_file: Path) -> None:
    document = apexlab("inspect", club_file, "--json").document
    assert document["format"] == "racechrono-csv"
    assert document["format_version"] == "3"
    assert document["sha256"] == hashlib.sha256(club_file.read_bytes()).hexdigest()
    gps = next(g for g in document["groups"] if any(c["name"] == "lat_deg" for c in g["channels"]))
    assert gps["rate_hz"] == 25.0
    speed = next(c for c in gps["channels"] if c["name"] == "speed_mps")
    assert (speed["unit"], speed["vendor_name"], speed["kind"]) == ("m/s", "speed", "continuous")
    assert len(document["laps_declared"]) >= 5


def test_inspect_leaves_the_library_alone(club_file: Path, apexlab_home: Path) -> None:
    apexlab("inspect", club_file)
    assert not (apexlab_home / LIBRARY_FILE).exists()


def test_laps_agree_with_the_known_truth(club_file: Path) -> None:
    truth = json.loads(club_file.with_name("truth.json").read_text())
    document = apexlab("laps", club_file, "--json").document
    timed = [lap for lap in document["laps"] if lap["kind"] == "timed"]
    true_times = [lap["lap_time_s"] for lap in truth["laps"] if lap["kind"] == "timed"]
    assert len(timed) == len(true_times) == 5
    for lap, true_time in zip(timed, true_times, strict=True):
        # The app's own boundaries come from noisy fixes: 0.2 m at some 40 m/s, twice.
        assert lap["lap_time_s"] == pytest.approx(true_time, abs=0.03)
    assert document["best_lap"] == min(timed, key=lambda lap: lap["lap_time_s"])["number"]


def test_laps_of_a_file_without_speed_come_from_its_positions(
    club_file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "tempo.csv"
    other.write_bytes(club_file.read_bytes().replace(b",speed", b",tempo"))
    document = apexlab("laps", other, "--json").document
    assert "speed_derived" in {notice["code"] for notice in document["notices"]}
    times, known = (
        [lap["lap_time_s"] for lap in one["laps"] if lap["kind"] == "timed"]
        for one in (document, apexlab("laps", club_file, "--json").document)
    )
    assert times == pytest.approx(known, abs=0.002)


def test_laps_for_people_name_the_best(club_file: Path) -> None:
    said = apexlab("laps", club_file)
    assert said.status == 0
    assert "best" in said.out
    assert said.err == ""


def test_import_is_idempotent_and_lists_the_session(club_file: Path) -> None:
    first = apexlab("import", club_file, "--json").document["files"][0]
    again = apexlab("import", club_file, "--json").document["files"][0]
    assert (first["status"], again["status"]) == ("imported", "already_imported")
    assert first["session_id"] == again["session_id"]
    listed = apexlab("sessions", "--json").document["sessions"]
    assert [row["id"] for row in listed] == [first["session_id"]]
    assert listed[0]["n_laps"] == 5


@pytest.mark.parametrize("command", ["laps", "inspect"])
def test_the_library_gives_the_same_digits_as_the_file(club_file: Path, command: str) -> None:
    session_id = apexlab("import", club_file, "--json").document["files"][0]["session_id"]
    of_file = apexlab(command, club_file, "--json").document
    of_library = apexlab(command, session_id, "--json").document
    for document in (of_file, of_library):
        document.pop("file")
    assert of_library == of_file


def test_comparison_closes_at_the_line(club_file: Path) -> None:
    document = apexlab("compare", club_file, "--laps", 1, 2, 3, "--json").document
    assert document["reference"] == 1
    assert [lap["lap"] for lap in document["laps"]] == [1, 2, 3]
    assert document["closure_error_s"] <= 1e-6
    reference = document["laps"][0]
    for lap in document["laps"]:
        assert lap["delta_t_s"][-1] == pytest.approx(
            lap["lap_time_s"] - reference["lap_time_s"], abs=1e-3
        )
        assert lap["delta_t_s"][0] == pytest.approx(0.0, abs=1e-9)
        assert len(lap["speed_mps"]) == len(lap["distance_m"]) == len(lap["delta_t_sigma_s"])


def test_comparison_of_the_library_equals_that_of_the_file(club_file: Path) -> None:
    session_id = apexlab("import", club_file, "--json").document["files"][0]["session_id"]
    of_file = apexlab("compare", club_file, "--laps", 2, 4, "--json").out
    of_library = apexlab("compare", session_id, "--laps", 2, 4, "--json").out
    assert of_library == of_file


def test_laps_of_two_files_are_compared(club_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    apexlab(
        "generate", "--track", "club-short", "--laps", 2, "--seed", 9, "--noise", "good",
        "-o", other,
    )  # fmt: skip
    said = apexlab("compare", club_file, "--with", other, "--laps", 2, 2, "--json")
    assert said.status == 0, said.err
    assert [lap["lap"] for lap in said.document["laps"]] == [2, 2]
    assert said.document["laps"][0]["label"] != said.document["laps"][1]["label"]


def test_a_second_file_that_gives_no_lap_is_said(club_file: Path, sim_file: Path) -> None:
    said = apexlab("compare", club_file, "--with", sim_file, "--laps", 1, 2, "--json")
    assert said.status == 0
    assert f"no lap is taken from {sim_file}" in said.err


def test_laps_of_other_layouts_are_refused_with_both_files(club_file: Path, sim_file: Path) -> None:
    said = apexlab("compare", club_file, "--with", sim_file, "--laps", 2, 2, "--json")
    assert said.status == 4
    place = said.document["error"]["place"]
    assert club_file.name in place
    assert sim_file.name in place


def test_comparison_as_a_table_file(club_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "delta.csv"
    assert apexlab("compare", club_file, "--laps", 1, 2, "--csv", out).status == 0
    with out.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {"lap", "distance_m", "time_s", "delta_t_s", "speed_mps"} <= set(rows[0])
    assert {row["lap"] for row in rows} == {"1", "2"}


def test_a_lap_that_is_not_there_is_named(club_file: Path) -> None:
    said = apexlab("compare", club_file, "--laps", 1, 77, "--json")
    assert said.status == 4
    assert said.document["error"]["type"] == "NoLapsError"
    assert "77" in said.err
    assert said.err.count("\n") == 1


def test_generation_is_deterministic(club_file: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.csv"
    apexlab(
        "generate", "--track", "club-short", "--laps", 5, "--rate", 25, "--seed", 4,
        "--noise", "good", "--format", "racechrono", "-o", again,
    )  # fmt: skip
    assert again.read_bytes() == club_file.read_bytes()


def test_a_sim_file_goes_all_the_way(sim_file: Path) -> None:
    session_id = apexlab("import", sim_file, "--json").document["files"][0]["session_id"]
    document = apexlab("laps", session_id, "--json").document
    timed = [lap["number"] for lap in document["laps"] if lap["kind"] == "timed"]
    assert len(timed) >= 3
    compared = apexlab("compare", session_id, "--laps", *timed[:2], "--json").document
    assert {"throttle_ratio", "brake_ratio", "gear"} <= set(compared["laps"][0])


@pytest.mark.parametrize("suffix", ["pdf", "html"])
def test_reports_are_the_same_bytes_each_time(club_file: Path, tmp_path: Path, suffix: str) -> None:
    first, second = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    assert apexlab("report", club_file, "-o", first).status == 0
    assert apexlab("report", club_file, "-o", second).status == 0
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes()[:4] in {b"%PDF", b"<!do", b"<!DO"}


def test_doctor_finds_a_well_installation() -> None:
    document = apexlab("doctor", "--json").document
    assert document["is_well"], document["checks"]


def test_profile_moves_the_library(club_file: Path, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    before = os.environ["APEXLAB_HOME"]
    try:
        assert apexlab("import", club_file, "--profile", profile).status == 0
    finally:
        os.environ["APEXLAB_HOME"] = before
    assert (profile / LIBRARY_FILE).exists()


class TestBadInput:
    """One clear line, the right status, never a traceback."""

    def check(self, status: int, *arguments: object) -> str:
        """Run a command that must fail and return its line."""
        said = apexlab(*arguments)
        assert said.status == status, said.err
        assert "Traceback" not in said.err + said.out
        assert len(said.err.strip().splitlines()) == 1, said.err
        return said.err

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        assert "gone.csv" in self.check(4, "laps", tmp_path / "gone.csv")

    def test_a_folder_is_not_a_file(self, tmp_path: Path) -> None:
        assert "folder" in self.check(4, "laps", tmp_path)

    def test_an_empty_file_is_said_to_be_empty(self, tmp_path: Path) -> None:
        path = tmp_path / "empty.csv"
        path.touch()
        assert "empty" in self.check(4, "laps", path)

    def test_bytes_instead_of_text_are_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "noise.csv"
        path.write_bytes(bytes(range(256)) * 100)
        self.check(4, "inspect", path)

    def test_a_failed_import_names_the_file_and_goes_on(
        self, club_file: Path, tmp_path: Path
    ) -> None:
        bad = tmp_path / "bad.csv"
        bad.write_text("hello")
        said = apexlab("import", bad, club_file, "--json")
        assert said.status == 4
        assert [f["status"] for f in said.document["files"]] == ["failed", "imported"]
        assert said.document["files"][0]["error"]

    def test_json_errors_are_one_document(self, tmp_path: Path) -> None:
        said = apexlab("laps", tmp_path / "gone.csv", "--json")
        assert set(said.document) == {"error"}
        assert said.document["error"]["type"] == "ImporterError"

    def test_a_newer_library_stops_with_the_environment_status(self, apexlab_home: Path) -> None:
        library = Library.open(apexlab_home)
        with library.writing() as connection:
            connection.exec_driver_sql(f"PRAGMA user_version = {schema.MAX_SCHEMA_VERSION + 1}")
        assert "Update ApexLab" in self.check(3, "sessions")

    @pytest.mark.parametrize(
        "arguments",
        [
            ("laps", "FILE", "--start-line", "north"),
            ("laps", "FILE", "--start-line", "91,0,0"),
            ("generate", "--track", "monza", "-o", "x.csv"),
            ("export", "FILE", "--format", "xlsx", "-o", "x"),
            ("report", "FILE", "-o", "x.docx"),
            ("render", "FILE", "--worksheet", "Nope", "-o", "x.png"),
            ("render", "FILE", "--worksheet", "Compare", "-o", "x.jpg"),
            ("render", "FILE", "--worksheet", "Compare", "--size", "10x10", "-o", "x.png"),
        ],
    )
    def test_wrong_words_are_wrong_usage(self, club_file: Path, arguments: tuple[str, ...]) -> None:
        given = [str(club_file) if a == "FILE" else a for a in arguments]
        self.check(2, *given)

    def test_wrong_words_are_told_before_the_file_is_read(self, tmp_path: Path) -> None:
        gone = tmp_path / "gone.csv"
        self.check(2, "render", gone, "--worksheet", "Nope", "-o", tmp_path / "x.png")

    def test_an_unknown_command_is_wrong_usage(self) -> None:
        assert apexlab("fly").status == 2


@pytest.mark.corpus
class TestCorpus:
    """The real RaceChrono file of the corpus, by the public command."""

    FILE = "racechrono-csv/session_20251231_111318_tianma_lap9_v3.csv"

    def test_the_lap_time_is_the_one_of_the_apps_own_rows(self, corpus: Path) -> None:
        document = apexlab("laps", corpus / self.FILE, "--json").document
        timed = {
            lap["number"]: lap["lap_time_s"] for lap in document["laps"] if lap["kind"] == "timed"
        }
        assert timed == pytest.approx({9: 76.329}, abs=1e-4)
        assert document["n_samples"] == 3850

    def test_the_line_through_the_apps_boundaries_gives_the_same_lap(self, corpus: Path) -> None:
        with (corpus / self.FILE).open(newline="") as file:
            rows = [row for row in csv.reader(file) if row and row[0][:1].isdigit()]
        first = next(row for row in rows if row[2] == "9")
        line = f"{first[11]},{first[12]},{first[7]}"
        said = apexlab(
            "laps", corpus / self.FILE, "--json", "--ignore-lap-column", "--start-line", line
        )
        timed = [lap["lap_time_s"] for lap in said.document["laps"] if lap["kind"] == "timed"]
        assert timed == pytest.approx([76.329], abs=2e-3)

    def test_inspect_says_25_hz(self, corpus: Path) -> None:
        document = apexlab("inspect", corpus / self.FILE, "--json").document
        rates = {
            group["rate_hz"]
            for group in document["groups"]
            if any(channel["name"] == "lat_deg" for channel in group["channels"])
        }
        assert rates == {25.0}


def test_the_installed_command_runs_as_a_process(club_file: Path, apexlab_home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "apexlab_desktop", "laps", str(club_file), "--json"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "APEXLAB_HOME": str(apexlab_home)},
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["format"] == "racechrono-csv"


def test_the_list_of_sessions_shows_whole_ids(
    club_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    session_id = apexlab("import", club_file, "--json").document["files"][0]["session_id"]
    assert session_id in apexlab("sessions").out


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of a shell")
@pytest.mark.parametrize("arguments", [("laps",), ("compare", "--laps", "1", "2", "--json")])
def test_a_reader_who_leaves_early_is_no_fault(club_file: Path, arguments: tuple[str, ...]) -> None:
    command, *options = arguments
    given = [sys.executable, "-m", "apexlab_desktop", command, str(club_file), *options]
    with subprocess.Popen(given, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait() == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_full_disk_below_the_output_is_the_environment(
    club_file: Path, options: tuple[str, ...]
) -> None:
    given = [sys.executable, "-m", "apexlab_desktop", "laps", str(club_file), *options]
    with Path("/dev/full").open("wb") as full:
        said = subprocess.run(given, stdout=full, stderr=subprocess.PIPE, check=False)
    assert said.returncode == 3
    assert said.stderr.count(b"\n") == 1
    assert b"standard output" in said.stderr


def test_render_refuses_a_lap_that_compare_refuses(club_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "lap.png"
    said = apexlab("render", club_file, "--worksheet", "Compare", "--laps", 0, "-o", out)
    assert said.status == apexlab("compare", club_file, "--laps", 0).status == 4
    assert not out.exists()


def test_two_recordings_of_one_drive_are_told_apart(club_file: Path, tmp_path: Path) -> None:
    other = tmp_path / "beside.csv"
    other.write_bytes(club_file.read_bytes().replace(b"Generated", b"Again"))
    said = apexlab("compare", club_file, "--with", other, "--laps", 2, 2, "--json")
    labels = [lap["label"] for lap in said.document["laps"]]
    assert len(set(labels)) == 2, labels
    assert "beside.csv" in labels[1]
