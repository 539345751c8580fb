"""Two unknowns: the answer of a solver that shares no code with ours."""

from __future__ import annotations

import numpy as np
import pytest

from apexlab_desktop.analysis.least_squares import shares_of_two


@pytest.mark.parametrize("is_complex", [False, True])
def test_shares_are_those_of_a_general_solver(*, is_complex: bool) -> None:
    random = np.random.default_rng(4)
    columns = random.normal(size=(3, 200)) + (1j * random.normal(size=(3, 200))) * is_complex
    columns[1] += 0.9 * columns[0]
    expected = np.linalg.lstsq(columns[:2].T, columns[2], rcond=None)[0]
    assert np.array(shares_of_two(*columns)) == pytest.approx(expected, rel=1e-10)


def test_a_column_of_nothing_has_no_share() -> None:
    line = np.arange(5.0)
    assert np.array(shares_of_two(line, np.zeros(5), 3.0 * line)) == pytest.approx([3.0, 0.0])
    assert np.array(shares_of_two(np.zeros(5), line, 3.0 * line)) == pytest.approx([0.0, 3.0])
