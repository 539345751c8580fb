"""What a frozen build starts: the window, the command line, or a test of the build itself."""

from __future__ import annotations

import faulthandler
import os
import sys
import tempfile
from pathlib import Path

PNG, PDF = b"\x89PNG", b"%PDF"


def main() -> None:
    """Open the window when there are no arguments, else be the command line."""
    if sys.stderr is not None:  # None in a windowed program on Windows
        faulthandler.enable()
    if sys.argv[1:] == ["--selftest"]:
        sys.exit(selftest())
    from apexlab_desktop.cli import main as command_line

    command_line(sys.argv[1:] or ["open"])


def selftest() -> int:
    """Make, import, draw and print the demo session away from the user's data; 0 is well."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from apexlab_desktop.cli import main as command_line

    before = Path.cwd()
    with tempfile.TemporaryDirectory(prefix="apexlab-selftest-") as folder:
        os.environ["APEXLAB_HOME"] = str(Path(folder, "home"))
        os.chdir(folder)
        try:
            command_line(["demo", "--headless"])
        except SystemExit as ended:
            if ended.code not in (0, None):
                return 1
        finally:
            os.chdir(before)
        made = [Path(folder, "out", name).read_bytes()[:4] for name in ("demo.png", "demo.pdf")]
    return 0 if made == [PNG, PDF] else 1


if __name__ == "__main__":
    main()
