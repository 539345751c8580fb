"""The arrays that values are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
StoredArray = npt.NDArray[Any]


def read_only(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return `values` with its write flag cleared (in place)."""
    values.setflags(write=False)
    return values
