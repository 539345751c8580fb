"""How many threads numpy's linear algebra may use in a program of ours."""

from __future__ import annotations

import os

THREADS_VARIABLE = "OPENBLAS_NUM_THREADS"


def use_one_thread() -> None:
    """Keep numpy, which loads later, to one thread unless the user said otherwise.

    Our vectors are short: more threads only wait for each other, and on a busy machine whatever
    shares the processor waits with them.
    """
    os.environ.setdefault(THREADS_VARIABLE, "1")
