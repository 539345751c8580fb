"""The process around the command line: its words, its exit statuses, its way out."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import typer

from apexlab_desktop import errors
from apexlab_desktop.paths import HOME_VARIABLE

EXIT_DEFECT = 1
EXIT_USAGE = 2
EXIT_ENVIRONMENT = 3
EXIT_FILE = 4
MULTIPLE_VALUE_OPTIONS = ("--laps",)
"""Options that take all values up to the next option, as in `--laps 5 7 10`."""


def run(commands: Callable[[list[str]], Any], arguments: Sequence[str]) -> NoReturn:
    """Run `commands` with the words of the command line and leave with its exit status."""
    given = _apply_profile(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    try:
        commands(_gather_values(given))
    except errors.ApexLabError as error:
        _fail(error, as_json="--json" in given)
    except Exception as error:  # noqa: BLE001 - the process door: no traceback reaches a user
        _defect(error)
    sys.exit(0)


@contextmanager
def speaking() -> Iterator[None]:
    """Write to stdout inside; a reader who leaves early (`| head`) is not a fault."""
    try:
        yield
        sys.stdout.flush()
    except OSError as error:
        # What is left in the buffers has nowhere to go, and Python must not try again at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise typer.Exit from None
        raise errors.EnvironmentFaultError(
            expected="an output that can be written to",
            found=str(error.strerror or error),
            place="standard output",
            advice="Free some space or write elsewhere.",
        ) from error


def usage(text: str) -> NoReturn:
    """Say what is wrong with the words of a command and leave."""
    complain(text)
    raise typer.Exit(EXIT_USAGE)


def complain(text: str) -> None:
    """Say one line on stderr."""
    typer.echo(f"apexlab: {text}", err=True)


def exit_status(kind: type[BaseException]) -> int:
    """Return the exit status that an error of this kind means."""
    if issubclass(
        kind, errors.ProtectedFileError | errors.UnknownWordError | errors.UnfitNameError
    ):
        return EXIT_USAGE
    if issubclass(kind, errors.StoreError | errors.EnvironmentFaultError):
        return EXIT_ENVIRONMENT
    if issubclass(kind, errors.ApexLabError):
        return EXIT_FILE
    return EXIT_DEFECT


def _gather_values(arguments: list[str]) -> list[str]:
    """Turn `--laps 5 7` into `--laps 5 --laps 7`, which is what the parser understands."""
    out: list[str] = []
    option = ""
    for argument in arguments:
        is_number = argument.lstrip("-").isdigit()
        if option and is_number and out[-1] != option:
            out.append(option)
        elif not is_number:
            option = argument if argument in MULTIPLE_VALUE_OPTIONS else ""
        out.append(argument)
    return out


def _apply_profile(arguments: Sequence[str]) -> list[str]:
    """Take `--profile DIR` out wherever it stands and use that data folder."""
    out: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        name, _, value = argument.partition("=")
        if name != "--profile":
            out.append(argument)
            continue
        folder = value or next(rest, "")
        if not folder:
            complain("--profile needs a folder")
            sys.exit(EXIT_USAGE)
        os.environ[HOME_VARIABLE] = folder
    return out


def _fail(error: errors.ApexLabError, *, as_json: bool) -> NoReturn:
    complain(error.one_line())
    if as_json:
        fault = {
            "type": type(error).__name__,
            "expected": error.expected,
            "found": error.found,
            "place": error.place,
            "advice": error.advice,
        }
        typer.echo(json.dumps({"error": fault}, ensure_ascii=False))
    sys.exit(exit_status(type(error)))


def _defect(error: Exception) -> NoReturn:
    import traceback

    from apexlab_desktop.paths import log_folder

    folder = log_folder()
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "defect.log"
    with log.open("a", encoding="utf-8") as file:
        file.write("".join(traceback.format_exception(error)))
    complain(f"a defect of ours: {type(error).__name__}. Details are in {log}")
    sys.exit(EXIT_DEFECT)
