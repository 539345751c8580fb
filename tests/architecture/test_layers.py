from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parents[2]


def test_imports_keep_to_the_layers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(cache_dir=None)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_package_itself_imports_nothing() -> None:
    """Else a program that wants only `analysis` would load whatever stands there."""
    source = (ROOT / "apexlab_desktop" / "__init__.py").read_text(encoding="utf-8")
    assert "import" not in source.replace("from __future__ import annotations", "")
