"""Learning curves, of which the caller says which; not for fitting them.

Both say that cost falls to the share `rate` when output doubles, ``b = ln(rate) / ln 2``, and differ in whose cost: the
average of all units so far (Wright), or that of the single unit (Crawford). They differ widely, so there is no default.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import log2
from typing import Any, Literal

import numpy as np

from secondsource.arrays import Floats

Kind = Literal["cumulative_average", "unit"]
TABLE_UNITS = 20_000
"""Units up to which the sum of single units is a table; beyond it, Euler and Maclaurin's formula."""


def exponent(rate: float) -> float:
    """Return ``b = ln(rate) / ln 2``.

    >>> round(exponent(0.8), 6)
    -0.321928
    """
    return log2(rate)


def total(units: Any, rate: Any, kind: Kind) -> Any:
    """Return the cost of units 1 to `units` together, that of the first being 1.

    ``cumulative_average``: ``n × n^b``. ``unit``: ``Σ_{k = 1..n} k^b``; a part of a unit costs that part of it.

    Parameters
    ----------
    units
        From 0; a Fraction gives a Fraction (of the float, as powers are irrational), arrays give arrays.

    References
    ----------
    T. P. Wright, Factors Affecting the Cost of Airplanes, J. Aeronautical Sciences 3 (1936); J. R. Crawford (1944).

    >>> round(100 * total(8, 0.8, "cumulative_average"), 1), round(100 * total(8, 0.8, "unit"), 1)
    (409.6, 534.6)
    """
    if isinstance(units, Fraction):
        return Fraction(float(total(float(units), float(rate), kind)))
    n, b = np.asarray(units, dtype=np.float64), np.log2(np.asarray(rate, dtype=np.float64))
    if kind == "cumulative_average":
        result = np.where(n > 0, np.power(np.maximum(n, 1e-300), 1 + b), 0.0)
    else:
        whole = np.floor(n)
        result = _sum_of_powers(whole, b) + (n - whole) * np.power(whole + 1, b)
    return float(result) if np.ndim(result) == 0 else result


def one(unit: float, rate: float, kind: Kind) -> float:
    """Return the cost of one unit, that of the first being 1.

    >>> round(50 * one(2, 0.8, "cumulative_average"), 6), round(50 * one(2, 0.8, "unit"), 6)
    (30.0, 40.0)
    """
    return float(total(unit, rate, kind) - total(unit - 1, rate, kind))


@cache
def _table(b: float) -> Floats:
    return np.concatenate([[0.0], np.cumsum(np.power(np.arange(1, TABLE_UNITS + 1, dtype=np.float64), b))])


def _sum_of_powers(n: Any, b: Any) -> Any:
    """``Σ_{k = 1..n} k^b`` for whole n, b in −1..0."""
    n, b = np.broadcast_arrays(n, b)
    if np.all(b == b.flat[0]):
        exponent_ = float(b.flat[0])
        start, base = TABLE_UNITS, _table(exponent_)
        near = base[np.minimum(n, start).astype(np.int64)]
        return np.where(n <= start, near, near + _beyond(start, np.maximum(n, start), exponent_))
    return np.array([_sum_of_powers(m, c) for m, c in zip(n.ravel(), b.ravel(), strict=True)]).reshape(n.shape)


def _beyond(start: int, n: Any, b: float) -> Any:
    """``Σ_{k = start+1..n} k^b`` by Euler and Maclaurin, to the third derivative: the rest is below 1e-20 at 20,000."""
    integral = np.log(n / start) if b == -1 else (np.power(n, 1 + b) - float(start) ** (1 + b)) / (1 + b)
    ends = (np.power(n, b) - float(start) ** b) / 2
    first = b * (np.power(n, b - 1) - float(start) ** (b - 1)) / 12
    return integral + ends + first
