"""What is known of a supplier before its own record: the spread of rates among its peers; not for suppliers' scores.

Beta-Binomial: ``k ~ Binomial(n, p)``, ``p ~ Beta(a, b)``, so that, up to a constant,
``log P(k | n) = log B(a + k, b + n − k) − log B(a, b)``. Gamma-Poisson: ``k ~ Poisson(λ t)``, ``λ ~ Gamma(r, s)``.
Both priors are fitted to the peers by their greatest likelihood, times a weak prior on how alike they are,
``∝ (a + b)^(−1/2)`` on the logarithm's scale (Gelman and others, Bayesian Data Analysis, 3rd edition, section 5.3),
without which few peers would seem all the same.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numba
import numpy as np

from secondsource.arrays import Floats

FEWEST = 8
"""Suppliers with a record that a group of peers must have for a prior of its own."""
STRENGTH = (0.3, 3000.0)
"""Least and greatest weight of a prior, in observations."""
GRID, ROUNDS = 25, 5


class Beta(NamedTuple):
    """A prior for a rate between 0 and 1: as if `a` had gone one way and `b` the other."""

    a: float
    b: float


class Gamma(NamedTuple):
    """A prior for a rate per year: as if `shape` events had been seen in `years` years."""

    shape: float
    years: float


WEAK_BETA, WEAK_GAMMA = Beta(0.5, 0.5), Gamma(0.5, 1.0)
"""Where there are too few suppliers to learn from (Jeffreys for a share; half an event in a year)."""


@numba.njit(cache=True)
def _beta_log(mean: float, strength: float, k: Any, n: Any) -> float:
    a, b = mean * strength, (1.0 - mean) * strength
    base = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    total = -0.5 * math.log(strength)
    for i in range(len(k)):
        total += math.lgamma(a + k[i]) + math.lgamma(b + n[i] - k[i]) - math.lgamma(a + b + n[i]) + base
    return total


@numba.njit(cache=True)
def _gamma_log(mean: float, strength: float, k: Any, t: Any) -> float:
    shape, years = mean * strength, strength
    total = -0.5 * math.log(strength)
    for i in range(len(k)):
        if t[i] > 0.0:
            total += math.lgamma(shape + k[i]) - math.lgamma(shape) + shape * math.log(years)
            total -= (shape + k[i]) * math.log(years + t[i])
    return total


@numba.njit(cache=True)
def _best(is_beta: bool, k: Any, n: Any, low: float, high: float, least: float, most: float) -> Any:
    """The likeliest mean (on the scale given) and strength, by ever finer grids."""
    best_u, best_v, best = 0.5 * (low + high), 0.5 * (least + most), -np.inf
    for _round in range(ROUNDS):
        u0, u1, v0, v1 = low, high, least, most
        for i in range(GRID):
            u = u0 + (u1 - u0) * i / (GRID - 1)
            for j in range(GRID):
                v = v0 + (v1 - v0) * j / (GRID - 1)
                mean = 1.0 / (1.0 + math.exp(-u)) if is_beta else math.exp(u)
                value = _beta_log(mean, math.exp(v), k, n) if is_beta else _gamma_log(mean, math.exp(v), k, n)
                if value > best:
                    best_u, best_v, best = u, v, value
        du, dv = 2.0 * (u1 - u0) / (GRID - 1), 2.0 * (v1 - v0) / (GRID - 1)
        low, high = max(u0, best_u - du), min(u1, best_u + du)
        least, most = max(v0, best_v - dv), min(v1, best_v + dv)
    return best_u, best_v


def fit_beta(events: Floats, trials: Floats) -> Beta:
    """Return the prior that the records of peers give: `events` of `trials`, not always whole, `(suppliers,)`."""
    seen = trials > 0
    if seen.sum() < 3:
        return WEAK_BETA
    k, n = np.ascontiguousarray(events[seen], dtype=float), np.ascontiguousarray(trials[seen], dtype=float)
    u, v = _best(True, k, n, -9.0, 9.0, math.log(STRENGTH[0]), math.log(STRENGTH[1]))
    mean, strength = 1.0 / (1.0 + math.exp(-u)), math.exp(v)
    return Beta(mean * strength, (1.0 - mean) * strength)


def fit_gamma(events: Floats, years: Floats) -> Gamma:
    """Return the prior that the records of peers give: `events` in `years`, `(suppliers,)`."""
    seen = years > 0
    if seen.sum() < 3:
        return WEAK_GAMMA
    k, t = np.ascontiguousarray(events[seen], dtype=float), np.ascontiguousarray(years[seen], dtype=float)
    u, v = _best(False, k, t, math.log(1e-5), math.log(1e3), math.log(0.05), math.log(STRENGTH[1]))
    return Gamma(math.exp(u) * math.exp(v), math.exp(v))
