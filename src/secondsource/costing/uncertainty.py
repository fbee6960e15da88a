"""What is not known for certain: its distribution, samples of it, and what knowing it would be worth; not for costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from secondsource.arrays import Floats

Distribution = Literal["triangular", "uniform", "normal", "lognormal"]
NORMAL_90 = 1.2815515655446004
"""The normal quantile of 0.9."""
REPLICATES, BITS = 8, 9
"""Independently scrambled Sobol sets, and binary logarithm of the size of each: 8 × 512 = 4,096 samples."""
BINS = 64
"""Slices of a figure's range in which its worth is estimated."""


@dataclass(frozen=True)
class Spread:
    """How far a figure may be off.

    Attributes
    ----------
    base
        The study's own figure: the mode of a triangle.
    low, high
        Ends (triangular, uniform), or the quantiles 0.1 and 0.9 (normal, lognormal).
    group
        Figures of one group take the same quantile.
    """

    distribution: Distribution
    base: float
    low: float
    high: float
    group: str

    def quantile(self, share: Any) -> Any:
        """Return the value below which the figure lies with probability `share` (a float or an array in 0..1).

        >>> float(Spread("triangular", 2.0, 0.0, 2.0, "").quantile(0.25))
        1.0
        """
        from scipy.special import ndtri

        p = np.asarray(share, dtype=np.float64)
        if self.distribution == "uniform":
            return self.low + p * (self.high - self.low)
        if self.distribution == "triangular":
            width, rise = self.high - self.low, self.base - self.low
            peak = rise / width
            up = self.low + np.sqrt(p * width * rise)
            down = self.high - np.sqrt((1 - p) * width * (self.high - self.base))
            return np.where(p <= peak, up, down)
        if self.distribution == "normal":
            middle, sd = (self.low + self.high) / 2, (self.high - self.low) / (2 * NORMAL_90)
            return middle + sd * ndtri(p)
        low, high = np.log(self.low), np.log(self.high)
        return np.exp((low + high) / 2 + (high - low) / (2 * NORMAL_90) * ndtri(p))


def groups(spreads: Sequence[Spread]) -> list[int]:
    """Return the number of the group of each spread, counted from 0; those without a group stand alone."""
    names: dict[object, int] = {}
    return [names.setdefault(spread.group or place, len(names)) for place, spread in enumerate(spreads)]


def samples(spreads: Sequence[Spread], seed: int) -> tuple[list[Floats], Floats]:
    """Return a sample of each figure, shape `(samples,)`, and the quantiles of each group, `(samples, groups)`.

    `REPLICATES` scrambled Sobol sets one after the other: their means differ by chance alone, and so give the error.

    References
    ----------
    A. B. Owen, Monte Carlo Variance of Scrambled Net Quadrature, SIAM J. Numer. Anal. 34 (1997).
    """
    from scipy.stats import qmc

    place = groups(spreads)
    dimensions = max(place) + 1
    sets = [
        qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng([seed, replicate])).random_base2(BITS)
        for replicate in range(REPLICATES)
    ]
    shares = np.clip(np.concatenate(sets), 1e-12, 1 - 1e-12)
    return [np.asarray(spread.quantile(shares[:, k])) for spread, k in zip(spreads, place, strict=True)], shares


def mean_and_error(values: Floats) -> tuple[float, float]:
    """Return the mean of samples, and its standard error from the means of the replicates."""
    means = values.reshape(REPLICATES, -1).mean(axis=1)
    return float(values.mean()), float(means.std(ddof=1) / np.sqrt(REPLICATES))


def perfect_information(costs: Floats, probabilities: Floats | None = None) -> float:
    """Return what it is worth to know everything before choosing: ``min_o E[C_o] − E[min_o C_o]``.

    Parameters
    ----------
    costs
        Of each option in each state, shape `(states, options)`.
    probabilities
        Of each state; equal where None.

    >>> shares = np.array([[-1500, -300, 800], [-900, -600, 200], [-500, -500, -500]]).T
    >>> round(perfect_information(shares, np.array([0.5, 0.3, 0.2])), 9)
    350.0
    """
    weights = np.full(len(costs), 1 / len(costs)) if probabilities is None else probabilities
    return float((weights @ costs).min() - weights @ costs.min(axis=1))


def information_about(costs: Floats, shares: Floats) -> float:
    """Return what it is worth to know one figure before choosing, the others staying uncertain.

    ``min_o E[C_o] − E_x[min_o E[C_o | x]]``, the inner means taken over `BINS` slices of the figure's quantile.

    Parameters
    ----------
    costs
        Shape `(samples, options)`.
    shares
        Quantiles of the figure, `(samples,)`.

    Notes
    -----
    Slices are a little noisy, which can only make a figure seem worth more: what is below the noise (the same estimate
    for a figure without any influence) is returned as it is, and reports say so.
    """
    order = np.argsort(shares, kind="stable")
    sliced = costs[order].reshape(BINS, -1, costs.shape[1]).mean(axis=1)
    return max(0.0, float(costs.mean(axis=0).min() - sliced.min(axis=1).mean()))


def tornado(
    spreads: Mapping[Any, Spread], cost: Any, low: float = 0.1, high: float = 0.9
) -> list[tuple[Any, float, float]]:
    """Return for each figure what `cost` is at its quantiles `low` and `high`, the others at their base; widest first.

    Parameters
    ----------
    cost
        Takes {figure: value} and returns a number.
    """
    rows = [
        (
            figure,
            float(cost({figure: float(spread.quantile(low))})),
            float(cost({figure: float(spread.quantile(high))})),
        )
        for figure, spread in spreads.items()
    ]
    return sorted(rows, key=lambda row: -abs(row[2] - row[1]))
