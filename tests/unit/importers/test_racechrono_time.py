"""Timestamps that a spreadsheet has rounded, and the time since the start that it left whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from apexlab_desktop.analysis.types import RawSession, Severity
from apexlab_desktop.errors import CorruptFileError
from apexlab_desktop.importers import registry
from tests.unit.importers import files


def load(tmp_path: Path, body: list[list[str]]) -> RawSession:
    return registry.load(files.write(tmp_path / "session.csv", files.text(body)))


def stamped(form: str) -> list[list[str]]:
    return [[form.format(float(row[0])), *row[1:]] for row in files.rows()]


@pytest.mark.parametrize("form", ["{:.5E}", "{:.0f}"])
def test_rounded_timestamps_give_way_to_the_time_since_the_start(tmp_path: Path, form: str) -> None:
    raw = load(tmp_path, stamped(form))
    assert raw.groups[0].time_us.size == 800
    np.testing.assert_array_equal(np.diff(raw.groups[0].time_us), 100_000)
    notice = next(n for n in raw.notices if n.code == "time_from_elapsed")
    assert notice.severity is Severity.REPAIRED
    assert notice.count == 800
    assert raw.start_time_utc is not None
    assert abs(raw.start_time_utc.timestamp() - files.START_S) < 10_000.0


def test_whole_timestamps_are_used_as_they_are(tmp_path: Path) -> None:
    raw = load(tmp_path, files.rows())
    assert "time_from_elapsed" not in {n.code for n in raw.notices}


@pytest.mark.parametrize("elapsed", ["", "12", "n.a."])
def test_neither_time_is_refused_in_one_line(tmp_path: Path, elapsed: str) -> None:
    body = [[*row[:3], elapsed, *row[4:]] for row in stamped("{:.5E}")]
    with pytest.raises(CorruptFileError, match="same time at all 800 rows") as caught:
        load(tmp_path, body)
    assert "\n" not in caught.value.one_line()
    assert "export" in caught.value.advice.lower()


def test_seconds_without_elapsed_time_say_how_few_they_are(tmp_path: Path) -> None:
    body = [[*row[:3], "", *row[4:]] for row in stamped("{:.0f}")]
    with pytest.raises(CorruptFileError, match=r"only 8[01] different times in 800 rows"):
        load(tmp_path, body)
