import time
from pathlib import Path

import pytest

from tests.bench.__main__ import table_line
from tests.bench.harness import ROWS, Measured, in_new_process, in_turn, load_rows, row


def _burn(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


@pytest.mark.serial
def test_twice_the_work_is_a_ratio_of_two() -> None:
    found = in_turn(lambda: _burn(0.01), lambda: _burn(0.005), repeats=3)
    assert found.ratio == pytest.approx(2.0, rel=0.3)


def test_an_allowance_is_taken_off_ours() -> None:
    assert Measured(ours=0.007, floor=0.001, allowance=0.005).ratio == pytest.approx(2.0)
    assert Measured(ours=0.004, floor=0.001, allowance=0.005).ratio == 0.0


def test_a_row_is_found_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    @row("test_only", ours="a", floor="b", holds=1.0)
    def measure(_: Path) -> Measured:
        return Measured(ours=1.0, floor=1.0)

    found = ROWS["test_only"]
    monkeypatch.delitem(ROWS, "test_only")
    assert found.measure is measure


def test_a_missed_row_says_so() -> None:
    one = next(iter(load_rows().values()))
    line = table_line(one, {"ratio": one.holds * 2, "is_held": False})
    assert line.endswith("| missed |")
    assert table_line(one, {"is_held": False}).split("|")[3].strip() == "failed"


def test_code_runs_in_a_process_of_its_own() -> None:
    assert in_new_process("import sys; print('pytest' in sys.modules, sys.argv[1])", "x") == (
        "False x"
    )
