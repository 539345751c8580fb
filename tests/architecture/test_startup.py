"""The window appears on Qt and the standard library alone; what each of the others costs."""

import importlib.util
import subprocess
import sys

import pytest

HEAVY = {
    "numpy": "0.1 s",
    "scipy": "1.0 s with scipy.signal",
    "pandas": "0.4 s",
    "pyarrow": "0.15 s",
    "pyqtgraph": "0.5 s",
    "sqlalchemy": "0.3 s",
    "sqlmodel": "0.4 s",
    "alembic": "0.4 s",
    "httpx": "0.1 s",
    "anthropic": "1.3 s",
    "keyring": "0.1 s",
    "reportlab": "0.2 s",
    "jinja2": "0.1 s",
}
ASK = "import sys, {module}; print(*sorted(set({heavy!r}) & set(sys.modules)))"


@pytest.mark.parametrize(
    "module",
    ["apexlab_desktop.app", "apexlab_desktop.app.records", "apexlab_desktop.ui.main"],
)
def test_first_window_needs_no_heavy_package(module: str) -> None:
    assert importlib.util.find_spec(module) is not None
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(module=module, heavy=sorted(HEAVY))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
