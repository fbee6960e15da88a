"""How bad the worst outcomes are: value at risk and its tail mean, atoms split; not for where losses come from.

``VaR_a = min {x : P(L ≤ x) ≥ a}`` and ``CVaR_a = (1 / (1 − a)) × ∫ from a to 1 of VaR_u du``: the mean of the worst
1 − a of the probability. Where one loss straddles the level, only the part of it in the tail counts (Rockafellar and
Uryasev 2002, doi:10.1016/S0378-4266(02)00271-6, equation 25); the mean of "all losses ≥ VaR" is wrong there.
"""

from __future__ import annotations

import numpy as np

from secondsource.arrays import Floats

ROUNDING = 1e-12
"""By how much a sum of probabilities may miss a level and still reach it."""


def value_at_risk(ordered: Floats, level: float) -> float:
    """Return the loss that is not exceeded with probability `level`, of equally likely losses, least first.

    >>> value_at_risk(np.array([0.0, 0.0, 10.0, 20.0]), 0.75)
    10.0
    """
    return float(ordered[_place(len(ordered), level)])


def tail_mean(ordered: Floats, level: float) -> float:
    """Return the mean of the worst ``1 − level`` of equally likely losses, least first.

    Of 30 losses of which 10 are 100 and 20 are 0, the worst half holds 10 of 100 and 5 of 0:

    >>> tail_mean(np.array([0.0] * 20 + [100.0] * 10), 0.5)
    66.66666666666667
    """
    count = len(ordered)
    place = _place(count, level)
    beyond = ordered[place + 1 :].sum() / count
    part = (place + 1) / count - level
    return float((beyond + max(part, 0.0) * ordered[place]) / (1.0 - level))


def tail_error(ordered: Floats, level: float) -> float:
    """Return the standard error of `tail_mean`: of ``VaR + max(0, L − VaR) / (1 − a)`` over the trials."""
    excess = np.maximum(ordered - value_at_risk(ordered, level), 0.0)
    return float(excess.std() / (1.0 - level) / np.sqrt(len(ordered)))


def exact_tail(losses: Floats, probabilities: Floats, level: float) -> tuple[float, float]:
    """Return value at risk and tail mean of a discrete distribution, `(outcomes,)` each.

    >>> exact_tail(np.array([0.0, 100.0]), np.array([0.875, 0.125]), 0.75)
    (0.0, 50.0)
    """
    order = np.argsort(losses, kind="stable")
    losses, reached = losses[order], np.cumsum(probabilities[order])
    place = int(np.searchsorted(reached, level - ROUNDING))
    place = min(place, len(losses) - 1)
    beyond = float((losses * probabilities[order])[place + 1 :].sum())
    part = float(reached[place]) - level
    return float(losses[place]), (beyond + max(part, 0.0) * float(losses[place])) / (1.0 - level)


def _place(count: int, level: float) -> int:
    """Place of the value at risk among `count` equally likely losses."""
    if not 0 <= level < 1:
        raise ValueError(f"{level} is no level: expected 0 to below 1")
    return min(max(int(np.ceil(count * level - ROUNDING * count)) - 1, 0), count - 1)
