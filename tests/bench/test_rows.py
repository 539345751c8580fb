"""The ratios of the table, held in the full counts; `python3 dev.py bench` prints them."""

from pathlib import Path

import pytest

from tests.bench.__main__ import measure_in_child
from tests.bench.harness import Row, load_rows


@pytest.fixture(scope="module")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rows share the large files they measure on."""
    return tmp_path_factory.mktemp("bench")


@pytest.mark.serial
@pytest.mark.long
@pytest.mark.parametrize("one", load_rows().values(), ids=load_rows())
def test_ratio_is_held(one: Row, shared_folder: Path) -> None:
    result = measure_in_child(one, shared_folder)
    assert result["is_held"], result
