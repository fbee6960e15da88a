"""Weights from comparisons (AHP), ranks by closeness to the ideal (TOPSIS), and how surely the first is first.

Both methods have variants that differ in the digits, so each asks for the variant by name: there is no default.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers

Weights = Literal["eigenvector", "mean_of_columns", "geometric"]
Normalisation = Literal["vector", "minmax", "sum", "max"]
RANDOM_INDEX = (0.0, 0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
"""Saaty's mean consistency index of random matrices, by size (T. L. Saaty, The Analytic Hierarchy Process, 1980)."""
SAMPLES = 20_000


def ahp(ratios: Floats, method: Weights) -> tuple[Floats, float]:
    """Return the weights of criteria from a matrix of pairwise ratios, and its consistency ratio (doubtful above 0.1).

    ``eigenvector``: the principal one (Saaty); ``mean_of_columns``: rows' means of the columns divided by their sums;
    ``geometric``: rows' geometric means. ``CR = (λ_max − n) / (n − 1) / RI_n``; NaN beyond 15 criteria.

    Parameters
    ----------
    ratios
        Reciprocal, shape `(n, n)`.

    >>> weights, consistency = ahp(np.array([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]]), "geometric")
    >>> weights.round(6), round(consistency, 6)
    (array([0.571429, 0.285714, 0.142857]), 0.0)
    """
    n = len(ratios)
    if method == "geometric":
        weights = np.exp(np.log(ratios).mean(axis=1))
    elif method == "mean_of_columns":
        weights = (ratios / ratios.sum(axis=0)).mean(axis=1)
    else:
        values, vectors = np.linalg.eig(ratios)
        weights = np.abs(np.real(vectors[:, int(np.argmax(np.real(values)))]))
    weights = weights / weights.sum()
    if n < 3:
        return weights, 0.0
    largest = float(np.max(np.real(np.linalg.eigvals(ratios))))
    if method == "mean_of_columns":  # the estimate that goes with it in textbooks
        largest = float(np.mean(ratios @ weights / weights))
    index = RANDOM_INDEX[n] if n < len(RANDOM_INDEX) else float("nan")
    return weights, max(0.0, (largest - n) / (n - 1)) / index


def normalised(values: Floats, more: Booleans, method: Normalisation) -> Floats:
    """Return the values of each criterion on one scale, shape `(suppliers, criteria)`.

    ``vector``: divided by the root of the sum of squares; ``sum``, ``max``: by the sum, by the largest;
    ``minmax``: from 0 for the worst to 1 for the best, so that more is then always better. A criterion without
    differences (``minmax``) or of zeros becomes zeros.
    """
    if method == "minmax":
        low, high = values.min(axis=0), values.max(axis=0)
        spread = np.where(high > low, high - low, 1.0)
        return np.where(high > low, np.where(more, values - low, high - values) / spread, 0.0)
    scale = {
        "vector": np.sqrt((values**2).sum(axis=0)),
        "sum": values.sum(axis=0),
        "max": np.abs(values).max(axis=0),
    }[method]
    return values / np.where(scale != 0, scale, 1.0)


def topsis(values: Floats, weights: Floats, more: Booleans, method: Normalisation) -> Floats:
    """Return the closeness of each supplier to the ideal, 0..1: ``d− / (d+ + d−)`` of the weighted, normalised values.

    Parameters
    ----------
    values
        Shape `(suppliers, criteria)`.
    weights
        Shape `(criteria,)`, or `(samples, criteria)` for a result of shape `(samples, suppliers)`.
    more
        Whether more is better, `(criteria,)`.

    References
    ----------
    C.-L. Hwang, K. Yoon, Multiple Attribute Decision Making (1981).
    """
    scaled = normalised(values, more, method)
    better = np.ones_like(more) if method == "minmax" else more
    best = np.where(better, scaled.max(axis=0), scaled.min(axis=0))
    worst = np.where(better, scaled.min(axis=0), scaled.max(axis=0))
    squares = np.atleast_2d(weights) ** 2
    to_best = np.sqrt(squares @ ((scaled - best) ** 2).T)
    to_worst = np.sqrt(squares @ ((scaled - worst) ** 2).T)
    both = to_best + to_worst
    closeness = np.where(both > 0, to_worst / np.where(both > 0, both, 1.0), 0.5)
    return closeness[0] if np.ndim(weights) == 1 else closeness


@dataclass(frozen=True)
class Share:
    """In which share of all weights a supplier is first, and the standard error of that estimate (0: exact)."""

    share: float
    error: float


def first_shares(values: Floats, more: Booleans, method: Normalisation, seed: int) -> list[Share]:
    """Return for each supplier the share of all weights (evenly over those that add up to 1) with which it is first.

    Of one criterion there is one weight; of two, the line of weights is cut at every change of the first, bisected, and
    the pieces are measured; of more, `SAMPLES` weights are drawn evenly from the simplex.
    """
    suppliers, criteria = values.shape
    if criteria <= 2:
        return _exact_shares(values, more, method)
    weights = np.random.default_rng(seed).dirichlet(np.ones(criteria), SAMPLES)
    winners = topsis(values, weights, more, method).argmax(axis=1)
    shares = np.bincount(winners, minlength=suppliers) / SAMPLES
    # A share of which no sample was seen is not known to be 0: one sample more would have shown it.
    return [Share(float(share), float(max(np.sqrt(share * (1 - share) / SAMPLES), 1 / SAMPLES))) for share in shares]


def _exact_shares(values: Floats, more: Booleans, method: Normalisation) -> list[Share]:
    found = np.zeros(len(values))
    if values.shape[1] == 1:
        found[int(topsis(values, np.ones(1), more, method).argmax())] = 1.0
    else:
        changes = winner_changes(values, np.array([0.5, 0.5]), more, method, 0)
        ends = [0.0, *(at for at, _before, _after in changes), 1.0]
        for low, high in pairwise(ends):
            middle = (low + high) / 2
            found[int(topsis(values, np.array([middle, 1 - middle]), more, method).argmax())] += high - low
    return [Share(float(share), 0.0) for share in found]


def winner_changes(
    values: Floats, weights: Floats, more: Booleans, method: Normalisation, criterion: int, steps: int = 2000
) -> list[tuple[float, int, int]]:
    """Return every weight of one criterion, 0..1, at which the first changes, with the first before and after.

    The other weights keep their proportions. The first is looked for at `steps` even steps, and each change bisected to
    1e-12: two changes within a step may be missed.
    """
    rest = np.delete(weights, criterion)
    rest = rest / rest.sum() if rest.sum() > 0 else np.full(len(rest), 1 / max(1, len(rest)))

    def winners(at: Floats) -> Integers:
        mixed = np.insert((1 - at)[:, None] * rest, criterion, at, axis=1)
        return np.asarray(topsis(values, mixed, more, method).argmax(axis=1))

    places = (np.arange(steps) + 0.5) / steps
    first = winners(places)
    changes = []
    for k in np.flatnonzero(first[:-1] != first[1:]):
        low, high, before, after = places[k], places[k + 1], int(first[k]), int(first[k + 1])
        while high - low > 1e-12:
            middle = (low + high) / 2
            if int(winners(np.array([middle]))[0]) == before:
                low = middle
            else:
                high = middle
        changes.append((float((low + high) / 2), before, after))
    return changes
