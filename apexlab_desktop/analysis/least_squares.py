"""Least squares for two unknowns, without waking the threads of a linear algebra library."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

Number = TypeVar("Number", np.float64, np.complex128)


def shares_of_two(
    first: npt.NDArray[Number], second: npt.NDArray[Number], wanted: npt.NDArray[Number]
) -> tuple[Number, Number]:
    """Return by how much of two columns together a third is best explained.

    Parameters
    ----------
    first, second, wanted : ndarray, shape (n,)
        Real or complex.

    Returns
    -------
    tuple of numbers
        The shares of `first` and `second`; 0 of a column that is 0 or repeats the other.

    Notes
    -----
    Modified Gram-Schmidt: the part of `second` that `first` does not explain goes first. For so few
    unknowns the threads of `numpy.linalg.lstsq` cost more than its work.
    """
    repeated = _share(first, second)
    own = _share(second - repeated * first, wanted - _share(first, wanted) * first)
    return _share(first, wanted - own * second), own


def _share(column: npt.NDArray[Number], wanted: npt.NDArray[Number]) -> Number:
    square = np.sum(np.conj(column) * column)
    return np.sum(np.conj(column) * wanted) / square if square != 0.0 else square
