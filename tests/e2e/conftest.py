"""Generated files that several end-to-end tests read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.command_line import apexlab


@pytest.fixture(scope="session")
def club_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated RaceChrono file with five laps and its truth beside it."""
    folder = tmp_path_factory.mktemp("generated")
    path = folder / "club.csv"
    said = apexlab(
        "generate", "--track", "club-short", "--laps", 5, "--rate", 25, "--seed", 4,
        "--noise", "good", "--format", "racechrono", "-o", path, "--truth", folder / "truth.json",
    )  # fmt: skip
    assert said.status == 0, said.err
    return path


@pytest.fixture(scope="session")
def sim_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated iRacing file with four laps."""
    path = tmp_path_factory.mktemp("generated") / "sim.ibt"
    said = apexlab(
        "generate", "--track", "club-long", "--laps", 4, "--seed", 5, "--noise", "none",
        "--format", "ibt", "-o", path,
    )  # fmt: skip
    assert said.status == 0, said.err
    return path
