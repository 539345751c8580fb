"""`python3 dev.py bench [NAME]`: each row in a process of its own, the table, out/bench.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from apexlab_desktop import blas
from tests.bench.harness import ROOT, Measured, Row, load_rows

RESULT = ROOT / "out" / "bench.json"
PACKAGES = ("PySide6-Essentials", "numpy", "pyarrow", "pyqtgraph", "scipy", "zstandard")
HEAD = "| bench | floor in the same run | ratio | to hold | |\n|---|---|---|---|---|"


def main() -> int:
    arguments = _arguments()
    rows = load_rows()
    if arguments.child:
        return _measure_here(rows[arguments.child], Path(arguments.folder))
    chosen = [one for name, one in rows.items() if arguments.name in name]
    if not chosen:
        print(f"no row is called {arguments.name}; there are: {', '.join(rows)}", file=sys.stderr)
        return 2
    results = _measure_all(chosen)
    RESULT.parent.mkdir(exist_ok=True)
    document = {"schema": 1, "machine": machine(), "rows": results}
    RESULT.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"\nwritten to {RESULT.relative_to(ROOT)}", file=sys.stderr)
    missed = [str(one["name"]) for one in results if not one["is_held"]]
    if missed:
        print(f"missed: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("name", nargs="?", default="", help="a row, or part of the names of some")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    return parser.parse_args()


def _measure_here(one: Row, folder: Path) -> int:
    found = one.measure(folder)
    print(json.dumps([found.ours, found.floor, found.unit, found.allowance]))
    return 0


def _measure_all(rows: list[Row]) -> list[dict[str, object]]:
    results = []
    print(HEAD)
    with tempfile.TemporaryDirectory(prefix="apexlab-bench-") as folder:
        for one in rows:
            result = measure_in_child(one, Path(folder))
            results.append(result)
            print(table_line(one, result), flush=True)
    return results


def measure_in_child(one: Row, folder: Path) -> dict[str, object]:
    """Return the row's result, measured in a fresh process with a data folder of its own."""
    home = folder / "home" / one.name
    home.mkdir(parents=True)
    command = [sys.executable, "-m", "tests.bench", "--child", one.name, "--folder", str(folder)]
    blas.use_one_thread()  # as the program does
    env = dict(os.environ, APEXLAB_HOME=str(home), QT_QPA_PLATFORM="offscreen")
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
    facts: dict[str, object] = {
        "name": one.name,
        "ours_title": one.ours,
        "floor_title": one.floor,
        "holds": one.holds,
        "is_held": False,
    }
    if done.returncode != 0:
        return facts | {"error": f"ended with {done.returncode}"}
    ours, floor, unit, allowance = json.loads(done.stdout.splitlines()[-1])
    found = Measured(ours=ours, floor=floor, unit=unit, allowance=allowance)
    return facts | {
        "ours": ours,
        "floor": floor,
        "unit": unit,
        "allowance": allowance,
        "ratio": found.ratio,
        "is_held": found.ratio <= one.holds,
    }


def table_line(one: Row, result: dict[str, object]) -> str:
    """Return the row as a line of a Markdown table."""
    ratio = result.get("ratio")
    words = f"{ratio:.2f}" if isinstance(ratio, float) else "failed"
    verdict = "held" if result["is_held"] else "missed"
    return f"| {one.ours} | {one.floor} | {words} | {one.holds:g} | {verdict} |"


def machine() -> dict[str, object]:
    """Return what the figures were measured on."""
    return {
        "system": platform.platform(),
        "processor": _processor(),
        "n_cores": os.cpu_count(),
        "load_average": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    if facts.is_file():
        for line in facts.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor()


if __name__ == "__main__":
    sys.exit(main())
