"""`kill -9` at any moment of an import leaves the session whole or absent."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from apexlab_desktop import synth

WORKER = Path(__file__).with_name("kill_import_worker.py")
KILLS_LONG = 300
KILLS = 30


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
@pytest.mark.timeout(600)
def test_a_killed_import_leaves_the_session_whole_or_absent(tmp_path: Path, is_long: bool) -> None:
    file = tmp_path / "session.csv"
    synth.write(
        synth.generate(track="club-short", laps=2, rate_hz=10.0, seed=3), file, "racechrono"
    )
    count = KILLS_LONG if is_long else KILLS
    done = subprocess.run(
        [sys.executable, str(WORKER), str(file), str(tmp_path), str(count), "11"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    results = json.loads(done.stdout)
    assert len(results) == count
    assert {r["after_kill"] for r in results} <= {0, 1}
    assert any(r["after_kill"] == 0 for r in results), "no kill came in time"
    assert all(r["after_retry"] == 1 for r in results)
    assert all(r["is_sound"] for r in results)
    assert all(r["leftovers"] == [] for r in results)
