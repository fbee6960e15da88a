"""Times that are not all over yet: delays of what has not come, contracts that still run; not for rates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from secondsource.arrays import Booleans, Floats


class Curve(NamedTuple):
    """Share that lasts longer than each time, by Kaplan and Meier; `times` ascending, `(steps,)` each."""

    times: Floats
    lasting: Floats
    longest: float

    def beyond(self, time: float) -> float:
        """Return the share that lasts longer than `time`."""
        place = int(np.searchsorted(self.times, time, side="right"))
        return 1.0 if place == 0 else float(self.lasting[place - 1])

    def mean(self, up_to: float | None = None) -> float:
        """Return the mean time, counted up to a limit (by default the longest that was seen)."""
        limit = self.longest if up_to is None else up_to
        edges = np.concatenate([[0.0], self.times[self.times < limit], [limit]])
        heights = np.concatenate([[1.0], self.lasting[self.times < limit]])
        return float((np.diff(edges) * heights).sum())

    def quantile(self, share: float) -> float | None:
        """Return the time within which `share` has ended; None where so many have not been seen to end."""
        place = np.flatnonzero(self.lasting <= 1.0 - share + 1e-12)
        return float(self.times[place[0]]) if len(place) else None


def kaplan_meier(times: Floats, ended: Booleans, weights: Floats | None = None) -> Curve:
    """Return the share that lasts longer than each time at which something ended.

    ``S(t) = Π over t_i ≤ t of (1 − d_i / n_i)``: d_i ended at t_i of the n_i that had lasted so long (Kaplan and Meier
    1958, doi:10.1080/01621459.1958.10501452). What had not ended when it was last seen counts until then, and never as
    ended.

    Parameters
    ----------
    times
        Until the end or until it was last seen, `(n,)`.
    ended
        Whether it ended, `(n,)`.
    weights
        Of each, `(n,)`; by default 1.

    >>> kaplan_meier(np.array([1.0, 2.0, 3.0]), np.array([True, False, True])).lasting.round(3)
    array([0.667, 0.   ])
    """
    weight = np.ones(len(times)) if weights is None else weights
    steps = np.unique(times[ended])
    at_risk = np.array([weight[times >= step].sum() for step in steps])
    gone = np.array([weight[ended & (times == step)].sum() for step in steps])
    lasting = np.cumprod(1.0 - gone / at_risk) if len(steps) else np.zeros(0)
    return Curve(steps, lasting, float(times.max(initial=0.0)))
