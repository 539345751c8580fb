"""Two receivers that differ by metres: laid onto the same straights, or compared as recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from apexlab_desktop import synth
from tests.e2e.command_line import apexlab


@pytest.fixture
def two_files(tmp_path: Path, apexlab_home: Path) -> tuple[Path, Path]:
    files = []
    for seed in (2, 6):
        file = tmp_path / f"run-{seed}.csv"
        driven = synth.generate(
            track="club-short", laps=3, rate_hz=10.0, seed=seed, noise="consumer"
        )
        synth.write(driven, file, "racechrono")
        files.append(file)
    return files[0], files[1]


def notice_codes(document: dict[str, object]) -> set[str]:
    notices = document["notices"]
    assert isinstance(notices, list)
    return {notice["code"] for notice in notices}


def test_a_comparison_says_whether_the_other_session_was_moved(
    two_files: tuple[Path, Path],
) -> None:
    words = ("compare", two_files[0], "--with", two_files[1], "--laps", "1", "1", "--json")
    moved, as_recorded = apexlab(*words), apexlab(*words, "--as-recorded")
    assert moved.status == as_recorded.status == 0, moved.err + as_recorded.err
    assert "registration_applied" in notice_codes(moved.document)
    assert "registration_off" in notice_codes(as_recorded.document)
    there, here = (said.document["laps"][1]["delta_t_s"] for said in (moved, as_recorded))
    assert there[-1] == pytest.approx(here[-1], abs=1e-6)
    assert max(abs(a - b) for a, b in zip(there, here, strict=False) if a and b) > 1e-3
