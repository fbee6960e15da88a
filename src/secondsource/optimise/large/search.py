"""The way of a large event: multipliers, suppliers, awards, in rounds; not for problems solved as a whole."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from secondsource.arrays import Booleans, Floats
from secondsource.optimise.frame import Frame
from secondsource.optimise.large.certificate import multipliers, safe_bound
from secondsource.optimise.large.event import Event, event
from secondsource.optimise.large.multipliers import Climb, Multipliers, climb, first_multipliers
from secondsource.optimise.large.patterns import cheapest_patterns, of_suppliers, pick_suppliers
from secondsource.optimise.large.settle import cost_of, settle
from secondsource.problem.plan import Certificate
from secondsource.solver.highs import Limits, Progress

STEPS = (120, 300, 600)
"""Steps of the climb in each round: a plan soon, then better bounds and better plans."""
AIM = (0.02, 0.001, 0.0005)
WARM_AIM = 0.002
KEEP = 12
"""Patterns of each item."""
CHOICES = (60, 300, 600)
"""Patterns that may be chosen in each round beside those that mix."""
SECONDS = (10.0, 40.0, 120.0)
"""The most that one program of each round takes."""
SPARE = 12
"""Suppliers, beyond as many as may be engaged, among which a round picks."""
UNLIKELY = 0.01


@dataclass(frozen=True)
class Found:
    """What a search found: awards `(offers of the event,)` and their cost, None without a plan; multipliers, bound."""

    event: Event
    awards: Floats | None
    cost: float | None
    multipliers: Multipliers
    bound: Fraction | None


@dataclass
class _State:
    """The best so far, and the time."""

    limits: Limits
    progress: Callable[[Progress], None] | None
    began: float
    value: float | None = None
    cost: float | None = None
    awards: Floats | None = None

    @property
    def deadline(self) -> float | None:
        """On `time.monotonic`."""
        return None if self.limits.seconds is None else self.began + self.limits.seconds

    def left(self, most: float) -> float:
        """Seconds that a stage may use: at most `most`, and half of what is left."""
        return most if self.deadline is None else max(0.2, min(most, (self.deadline - time.monotonic()) / 2))

    def is_over(self) -> bool:
        """Whether the time is up or the gap reached."""
        late = self.deadline is not None and time.monotonic() > self.deadline
        return late or self.gap() <= self.limits.gap

    def gap(self) -> float:
        """``(cost − bound) / cost``."""
        if self.cost is None or self.value is None:
            return np.inf
        return (self.cost - self.value) / abs(self.cost) if self.cost else 0.0

    def tell(self) -> None:
        """Report."""
        if self.progress is not None:
            gap = self.gap()
            seconds = time.monotonic() - self.began
            self.progress(Progress(seconds, self.value, self.cost, gap if np.isfinite(gap) else None))

    def bound(self, value: float) -> None:
        """Note a value of the relaxation."""
        self.value = value if self.value is None else max(self.value, value)
        self.tell()

    def plan(self, awards: Floats, cost: float) -> None:
        """Note a plan."""
        if self.cost is None or cost < self.cost:
            self.awards, self.cost = awards, cost
        self.tell()


def search(
    frame: Frame,
    limits: Limits,
    progress: Callable[[Progress], None] | None = None,
    like: Certificate | None = None,
) -> Found:
    """Return the best awards and bound of an event that the limits allow.

    Without a time limit it ends after the last round, whatever the gap.

    Parameters
    ----------
    like
        Certificate of a plan of a similar problem: its multipliers are where the climb starts.
    """
    the_event = event(frame)
    state = _State(limits, progress, time.monotonic())
    at = first_multipliers(the_event) if like is None else _alike(frame, the_event, like)
    aims = AIM if like is None else (WARM_AIM, *AIM[1:])
    for steps, aim, choices, seconds in zip(STEPS, aims, CHOICES, SECONDS, strict=True):
        top = climb(
            the_event,
            at,
            target=state.cost,
            gap=min(limits.gap, 1e-6),
            steps=steps,
            aim=aim,
            deadline=_halfway(state),
            threads=limits.threads,
            tell=state.bound,
        )
        at = top.multipliers
        if state.is_over():
            break
        _improve(the_event, top, state, choices, seconds)
        if state.is_over():
            break
    return Found(the_event, state.awards, state.cost, at, safe_bound(frame, the_event, at, limits.threads))


def _alike(frame: Frame, the_event: Event, like: Certificate) -> Multipliers:
    """The multipliers of a similar problem's plan; capacities that are unlimited now have no price."""
    there = multipliers(frame, the_event, like)
    return Multipliers(np.where(np.isfinite(the_event.capacity), there.capacity, 0.0), there.engagement)


def _halfway(state: _State) -> float | None:
    """When a climb should end: there must be time left for a plan."""
    now = time.monotonic()
    return None if state.deadline is None else now + (state.deadline - now) / 2


def _improve(the_event: Event, top: Climb, state: _State, choices: int, seconds: float) -> None:
    """Look for a better plan: suppliers first, then their awards."""
    limits, threads = state.limits, state.limits.threads
    found = cheapest_patterns(the_event, top.multipliers, _likely(the_event, top), KEEP, threads)
    engaged = pick_suppliers(the_event, found, Limits(1e-4, state.left(seconds), threads))
    if engaged is None:
        return
    small, own = of_suppliers(the_event, engaged)
    start = Multipliers(top.multipliers.capacity, np.zeros(len(own)))
    lower = climb(small, start, steps=STEPS[0], aim=0.002, gap=1e-6, deadline=_halfway(state), threads=threads)
    found = cheapest_patterns(small, lower.multipliers, engaged, KEEP, threads)
    awards = settle(small, found, Limits(max(limits.gap / 2, 1e-5), state.left(seconds), threads), choices)
    if awards is not None:
        whole = np.zeros(len(the_event.offers))
        whole[own] = awards
        state.plan(whole, cost_of(the_event, whole))


def _likely(the_event: Event, top: Climb) -> Booleans:
    """The suppliers that the relaxation engages most, somewhat more than may be engaged."""
    likely = top.engaged > UNLIKELY
    counted = np.flatnonzero(likely & the_event.counted)
    room = the_event.most_counted + SPARE
    likely[counted[np.argsort(-top.engaged[counted], kind="stable")[room:]]] = False
    return np.asarray(likely)
