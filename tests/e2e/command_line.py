"""Run the command line inside the test process and keep what it said."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from typing import Any

from apexlab_desktop import cli


@dataclass(frozen=True, slots=True)
class Said:
    """Exit status, stdout and stderr of one command."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on stdout."""
        document: dict[str, Any] = json.loads(self.out)
        return document


def apexlab(*arguments: object) -> Said:
    """Return what `apexlab ARGUMENTS` does."""
    out, err = io.StringIO(), io.StringIO()
    status = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            cli.main([str(argument) for argument in arguments])
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else 1
    return Said(status, out.getvalue(), err.getvalue())
