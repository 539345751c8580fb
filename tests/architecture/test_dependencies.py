"""What the code imports is declared, pinned and explained; nothing else is declared."""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = {"apexlab_desktop", "dev", "tests"}
DECISIONS = ROOT / "docs" / "adr" / "0005-dependencies.md"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def _declared(extra: str = "") -> frozenset[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return frozenset(_normal(re.split(r"[\[<>=~! ]", one)[0]) for one in wanted)


@cache
def _pinned() -> frozenset[str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(_normal(line.split("==")[0]) for line in lines if not line.startswith("#"))


def _imported_packages(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - OURS


@pytest.mark.parametrize(("package", "extra"), [("apexlab_desktop", ""), ("tests", "dev")])
def test_every_import_is_declared(package: str, extra: str) -> None:
    distributions = packages_distributions()
    wanted = _declared() | (_declared(extra) if extra else frozenset())
    undeclared = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for name in _imported_packages(path)
        if not {_normal(one) for one in distributions.get(name, [name])} & wanted
    }
    assert undeclared == set()


def test_nothing_is_declared_that_nobody_imports() -> None:
    distributions = packages_distributions()
    used = {
        _normal(distribution)
        for path in (ROOT / "apexlab_desktop").rglob("*.py")
        for name in _imported_packages(path)
        for distribution in distributions.get(name, [])
    }
    assert _declared() - used <= {"shiboken6"}  # the binding below PySide6, pinned with it


def test_every_dependency_is_pinned() -> None:
    assert _declared() - _pinned() == set()


def test_every_dependency_has_its_reason() -> None:
    words = {_normal(w) for w in re.findall(r"`([^`]+)`", DECISIONS.read_text(encoding="utf-8"))}
    assert _declared() - words == set()
