"""Runs of rows for checks."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.importers.sampling import some_runs


@pytest.mark.parametrize("n_rows", [0, 1, 499, 16_000])
def test_few_rows_are_all_taken(n_rows: int) -> None:
    assert some_runs(n_rows, 16_000) is None


@pytest.mark.parametrize("n_rows", [16_001, 52_000, 10_000_000])
def test_runs_span_the_session_and_keep_neighbours_together(n_rows: int) -> None:
    rows = some_runs(n_rows, 16_000)
    assert rows is not None
    assert rows[0] == 0
    assert rows[-1] == n_rows - 1
    assert rows.size == 16_000
    steps = np.diff(rows)
    assert (steps > 0).all()
    assert np.mean(steps == 1) > 0.99
