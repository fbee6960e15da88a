"""Quantiles of the beta and gamma distributions, compiled; not for fitting them."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np

from secondsource.arrays import Floats

STEPS = 60
"""Halvings by which a quantile is found: it is then known to the last digits of a float."""
TINY = 1e-300


@numba.njit(cache=True)
def _beta_fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function (Lentz's way; DLMF 8.17.22)."""
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / (d if abs(d) > TINY else TINY)
    h = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        d = 1.0 + even * d
        d = 1.0 / (d if abs(d) > TINY else TINY)
        c = 1.0 + even / c
        c = c if abs(c) > TINY else TINY
        h *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        d = 1.0 + odd * d
        d = 1.0 / (d if abs(d) > TINY else TINY)
        c = 1.0 + odd / c
        c = c if abs(c) > TINY else TINY
        h *= d * c
        if abs(d * c - 1.0) < 1e-14:
            break
    return h


@numba.njit(cache=True)
def beta_below(a: float, b: float, x: float) -> float:
    """Return the probability that a beta variable of parameters `a`, `b` > 0 is at most `x`."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _beta_fraction(a, b, x) / a
    return 1.0 - front * _beta_fraction(b, a, 1.0 - x) / b


@numba.njit(cache=True)
def gamma_below(shape: float, x: float) -> float:
    """Return the probability that a gamma variable of this shape and rate 1 is at most `x`."""
    if x <= 0.0:
        return 0.0
    front = math.exp(shape * math.log(x) - x - math.lgamma(shape))
    if x < shape + 1.0:  # the series (DLMF 8.7.1)
        term = 1.0 / shape
        total, k = term, shape
        for _step in range(100_000):
            k += 1.0
            term *= x / k
            total += term
            if term < total * 1e-16:
                break
        return front * total
    b = x + 1.0 - shape  # the continued fraction (DLMF 8.9.2)
    c, d = 1.0 / TINY, 1.0 / b
    h = d
    for i in range(1, 100_000):
        an = -i * (i - shape)
        b += 2.0
        d = an * d + b
        d = 1.0 / (d if abs(d) > TINY else TINY)
        c = b + an / c
        c = c if abs(c) > TINY else TINY
        h *= d * c
        if abs(d * c - 1.0) < 1e-15:
            break
    return 1.0 - front * h


@numba.njit(cache=True)
def _beta_quantiles(level: float, a: Any, b: Any) -> Any:
    found = np.empty(len(a))
    for k in range(len(a)):
        low, high = 0.0, 1.0
        for _step in range(STEPS):
            middle = 0.5 * (low + high)
            if beta_below(a[k], b[k], middle) < level:
                low = middle
            else:
                high = middle
        found[k] = 0.5 * (low + high)
    return found


@numba.njit(cache=True)
def _gamma_quantiles(level: float, shape: Any) -> Any:
    found = np.empty(len(shape))
    for k in range(len(shape)):
        low, high = 0.0, shape[k] + 10.0 * math.sqrt(shape[k]) + 30.0
        for _step in range(STEPS + 10):
            middle = 0.5 * (low + high)
            if gamma_below(shape[k], middle) < level:
                low = middle
            else:
                high = middle
        found[k] = 0.5 * (low + high)
    return found


def beta_quantile(level: float, a: Floats, b: Floats) -> Floats:
    """Return the values below which beta variables lie with probability `level`; `a`, `b` of shape `(n,)`.

    >>> beta_quantile(0.5, np.array([1.0]), np.array([1.0])).round(9)
    array([0.5])
    """
    return np.asarray(_beta_quantiles(level, np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)))


def gamma_quantile(level: float, shape: Floats, rate: Floats) -> Floats:
    """Return the values below which gamma variables lie with probability `level`; `shape`, `rate` of shape `(n,)`.

    >>> gamma_quantile(0.5, np.array([1.0]), np.array([2.0])).round(6)
    array([0.346574])
    """
    return np.asarray(_gamma_quantiles(level, np.asarray(shape, dtype=np.float64)) / rate)
