"""Names for the arrays that every room calculates with, and what numpy lacks for them; not for tables."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]
Exacts = npt.NDArray[np.object_]
"""Fractions, or None where there is no number."""


def distinct_pairs(first: Integers, second: Integers) -> tuple[Integers, Integers, Integers]:
    """Return the distinct pairs of two columns of numbers from 0 on, sorted, and each row's place among them.

    >>> distinct_pairs(np.array([1, 0, 1]), np.array([2, 5, 2]))
    (array([0, 1]), array([5, 2]), array([1, 0, 1]))
    """
    width = int(second.max(initial=0)) + 1
    keys = first * width + second
    if (np.diff(keys) > 0).all():
        return first, second, np.arange(len(keys))
    keys, place = np.unique(keys, return_inverse=True)
    return keys // width, keys % width, place
