"""Some rows of many: enough for a check, spread over the session, neighbours kept together."""

from __future__ import annotations

import numpy as np

from apexlab_desktop.analysis.types import IntArray

_RUN_ROWS = 500


def some_runs(n_rows: int, most: int) -> IntArray | None:
    """Return `most` of the rows as runs of neighbours, or None where there are no more.

    Every n-th row alone would fall into step with whatever repeats every few rows.

    Parameters
    ----------
    n_rows : int
    most : int
        A multiple of 500, the length of a run.

    Returns
    -------
    ndarray of int64, shape (most,), or None
        Increasing.
    """
    if n_rows <= most:
        return None
    starts = np.linspace(0, n_rows - _RUN_ROWS, most // _RUN_ROWS).astype(np.int64)
    return (starts[:, None] + np.arange(_RUN_ROWS, dtype=np.int64)).reshape(-1)
