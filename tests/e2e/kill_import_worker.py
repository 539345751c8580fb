"""Kill an import at seeded moments and say what was left: run by test_kill_safe_import.

Usage: python kill_import_worker.py FILE FOLDER N SEED
Each trial forks a child that imports FILE into a library of its own; the parent sends SIGKILL after
a random part of the time that a whole import takes, or lets the child kill itself at a named step.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import select
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from apexlab_desktop.app import importing, library_access, list_sessions
from apexlab_desktop.store import channel_blobs, sessions
from apexlab_desktop.store.database import LIBRARY_FILE


def import_in_child(file: Path, home: Path, step: int | None) -> tuple[int, int]:
    """Fork a child that imports; return its process id and the pipe that closes at its end."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid:
        os.close(write_end)
        return pid, read_end
    os.close(read_end)
    os.environ["APEXLAB_HOME"] = str(home)
    with killed_at(step):
        importing.import_session(file)
    os._exit(0)


def killed_at(step: int | None) -> mock._patch[Callable[..., int]]:
    """Return a patch under which the process kills itself before writing the step-th channel."""
    written = iter(range(10_000))
    write = channel_blobs.write_values

    def write_or_die(*arguments: object) -> int:
        if next(written) == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return write(*arguments)  # type: ignore[arg-type]

    return mock.patch.object(channel_blobs, "write_values", write_or_die)


def trial(file: Path, home: Path, delay_s: float, step: int | None) -> dict[str, object]:
    """Import, kill, look; then import again and look again."""
    pid, pipe = import_in_child(file, home, step)
    # Not `select`, which knows no descriptor from 1024 on.
    ended = select.poll()
    ended.register(pipe)
    ended.poll(1000.0 * delay_s)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(pipe)
    os.environ["APEXLAB_HOME"] = str(home)
    after_kill = whole_sessions()
    importing.import_session(file)
    return {
        "after_kill": after_kill,
        "after_retry": whole_sessions(),
        "is_sound": integrity(home),
        "leftovers": sorted(p.name for p in home.iterdir() if not p.name.startswith(LIBRARY_FILE)),
    }


def whole_sessions() -> int:
    """Return how many sessions are listed, after reading every sample of each."""
    listed = list_sessions()
    for summary in listed:
        with library_access.library().reading() as connection:
            raw = sessions.load_raw(connection, summary.id)
            for group in raw.groups:
                for channel in group.channels:
                    if channel.values.size != group.time_us.size:
                        raise AssertionError(f"{channel.name} is not whole")
    return len(listed)


def integrity(home: Path) -> bool:
    """Return whether SQLite finds the file sound."""
    with contextlib.closing(sqlite3.connect(home / LIBRARY_FILE)) as connection:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))


def main() -> None:
    """Run the trials and print one JSON list."""
    file, folder, count, seed = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    chance = random.Random(int(seed))  # noqa: S311 - a seeded test, no secret
    started = time.perf_counter()
    pid, pipe = import_in_child(file, folder / "whole", None)
    os.waitpid(pid, 0)
    os.close(pipe)
    whole_s = time.perf_counter() - started
    results = []
    for index in range(int(count)):
        home = folder / f"trial-{index}"
        is_step = index % 2 == 0
        step = chance.randrange(20) if is_step else None
        delay_s = 60.0 if is_step else chance.uniform(0.0, 1.2 * whole_s)
        results.append(trial(file, home, delay_s, step))
    sys.stdout.write(json.dumps(results))


if __name__ == "__main__":
    main()
