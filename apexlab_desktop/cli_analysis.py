"""The commands that judge: corners, the whole analysis, the optimal lap."""

from __future__ import annotations

import typer

app = typer.Typer()
