"""Many trials of what may go wrong, on as many cores as there are; not for where the hazards come from."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.risk import kernel, tail
from secondsource.risk.hazards import Hazards, tables

CHUNK = 65_536
"""Trials that a worker takes at a time."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """What each trial came to, `(trials,)` each.

    Attributes
    ----------
    loss
        Money lost beyond the plan's cost: takeovers, shortages, dearer purchases; present value.
    short
        Whether units of any item were missing.
    failed
        How many groups failed.
    """

    loss: Floats
    short: Booleans
    failed: Integers

    @property
    def trials(self) -> int:
        """How many there were."""
        return len(self.loss)

    @cached_property
    def ordered(self) -> Floats:
        """The losses, least first."""
        return np.sort(self.loss)

    @property
    def mean(self) -> float:
        """Expected loss."""
        return float(self.loss.mean())

    @property
    def standard_error(self) -> float:
        """Of the expected loss."""
        return float(self.loss.std(ddof=1) / np.sqrt(self.trials)) if self.trials > 1 else float("inf")

    def value_at_risk(self, level: float) -> float:
        """Return the loss that is not exceeded with probability `level`."""
        return tail.value_at_risk(self.ordered, level)

    def tail_mean(self, level: float) -> float:
        """Return the mean of the worst ``1 − level`` of all losses (conditional value at risk)."""
        return tail.tail_mean(self.ordered, level)

    def tail_error(self, level: float) -> float:
        """Return the standard error of `tail_mean`."""
        return tail.tail_error(self.ordered, level)

    @property
    def shortage_probability(self) -> float:
        """Share of the trials in which something was missing."""
        return float(self.short.mean())


def simulate(hazards: Hazards, trials: int, seed: int = 1, *, workers: int = 2, chunk: int = CHUNK) -> Outcome:
    """Return what `trials` trials come to; the same to the last bit for a seed at any `workers` and `chunk`.

    Raises
    ------
    ValueError
        `trials`, `workers` or `chunk` is below 1, or the seed below 0.
    """
    if min(trials, workers, chunk) < 1 or seed < 0:
        raise ValueError("trials, workers and chunk must be at least 1, the seed at least 0")
    read = tables(hazards)
    loss, short = np.empty(trials), np.empty(trials, dtype=np.bool_)
    failed = np.empty(trials, dtype=np.int64)

    def work(first: int) -> None:
        stop = min(first + chunk, trials)
        kernel.run(read, seed, first, loss[first:stop], short[first:stop], failed[first:stop])

    starts = range(0, trials, chunk)
    if workers == 1 or len(starts) == 1:
        for first in starts:
            work(first)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, starts))
    return Outcome(loss, short, failed)
