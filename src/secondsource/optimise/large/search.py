"""The way of a large event: multipliers, suppliers, awards, in rounds; not for problems solved as a whole."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.optimise.frame import Frame
from secondsource.optimise.large.certificate import multipliers, safe_bound
from secondsource.optimise.large.dive import dive
from secondsource.optimise.large.event import Event, event
from secondsource.optimise.large.multipliers import Climb, Multipliers, climb, first_multipliers
from secondsource.optimise.large.patterns import (
    cheapest_patterns,
    cover,
    cover_greedily,
    in_order,
    of_suppliers,
    pick_suppliers,
    together,
)
from secondsource.optimise.large.settle import choose, cost_of, distinct, fits, settle
from secondsource.problem.plan import Certificate
from secondsource.solver.highs import Limits, Progress


@dataclass(frozen=True)
class _Effort:
    """How hard one round tries.

    Attributes
    ----------
    steps, aim
        Of the climb: its steps, and how much higher it aims first.
    settling
        Steps of the climb for the suppliers picked.
    choices
        Patterns that may be chosen beside those that mix.
    gap, seconds
        Where each program stops.
    picks
        Whether a program picks the suppliers; else those that the relaxation engages most are taken.
    dives
        Whether the awards are decided item by item, the dearest first; else by one program.
    """

    steps: int
    aim: float
    settling: int
    choices: int
    gap: float
    seconds: float
    picks: bool = True
    dives: bool = True


ROUNDS = (
    _Effort(steps=60, aim=0.02, settling=60, choices=100, gap=5e-3, seconds=8.0, picks=False, dives=False),
    _Effort(steps=100, aim=0.01, settling=100, choices=100, gap=5e-4, seconds=10.0),
    _Effort(steps=250, aim=0.001, settling=120, choices=200, gap=1e-4, seconds=40.0),
    _Effort(steps=500, aim=0.0005, settling=200, choices=600, gap=2e-5, seconds=120.0),
)
"""A plan soon, then better bounds and better plans."""
WARM_AIM = 0.002
KEEP, LEAST_KEPT, PATTERNS = 16, 4, 30_000
"""Patterns of each item at most and at least, and of all together in between: programs must stay small."""
KEPT_TO_DIVE = 60
"""Patterns of each item at most among which it is decided item by item."""
SPARE = 12
"""Suppliers, beyond as many as may be engaged, among which a round picks."""
UNLIKELY = 0.01
FOR_AWARDS = 0.65
"""Share of the capacities that the search gives to awards where backups need some too."""
HOPELESS, FEW_OFFERS = 0.05, 20_000
"""Gap after a round from which the whole program proves more, where no more offers than these make it small enough."""


@dataclass(frozen=True)
class Found:
    """What a search found: awards `(offers of the event,)` and their cost, None without a plan; multipliers, bound.

    Attributes
    ----------
    promising
        Offers that were in one of the best patterns of their item, `(offers of the event,)`.
    """

    event: Event
    awards: Floats | None
    cost: float | None
    multipliers: Multipliers
    bound: Fraction | None
    promising: Booleans


@dataclass
class _State:
    """The best so far, and the time."""

    limits: Limits
    progress: Callable[[Progress], bool | None] | None
    began: float
    promising: Booleans
    value: float | None = None
    cost: float | None = None
    awards: Floats | None = None
    core: Booleans | None = None
    stopped: bool = False

    def promise(self, offers: Integers) -> None:
        """Note offers that the best patterns award."""
        self.promising[offers] = True

    @property
    def deadline(self) -> float | None:
        """On `time.monotonic`."""
        return None if self.limits.seconds is None else self.began + self.limits.seconds

    def left(self, most: float) -> float:
        """Seconds that a stage may use: at most `most`, and half of what is left."""
        return most if self.deadline is None else max(0.2, min(most, (self.deadline - time.monotonic()) / 2))

    def is_over(self) -> bool:
        """Whether the time is up, the gap reached, or the listener asked to stop."""
        late = self.deadline is not None and time.monotonic() > self.deadline
        return late or self.stopped or self.gap() <= self.limits.gap

    def gap(self) -> float:
        """``(cost − bound) / cost``."""
        if self.cost is None or self.value is None:
            return np.inf
        return (self.cost - self.value) / abs(self.cost) if self.cost else 0.0

    def tell(self) -> None:
        """Report, and hear whether to stop."""
        if self.progress is not None:
            gap = self.gap()
            seconds = time.monotonic() - self.began
            now = Progress(seconds, self.value, self.cost, gap if np.isfinite(gap) else None)
            self.stopped = bool(self.progress(now)) or self.stopped

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
    progress: Callable[[Progress], bool | None] | None = None,
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
    state = _State(limits, progress, time.monotonic(), np.zeros(len(the_event.offers), dtype=np.bool_))
    at = first_multipliers(the_event) if like is None else _alike(frame, the_event, like)
    first = ROUNDS[0] if like is None else replace(ROUNDS[0], aim=WARM_AIM)
    for effort in (first, *ROUNDS[1:]):
        top = climb(
            the_event,
            at,
            target=state.cost,
            gap=min(limits.gap, 1e-6),
            steps=effort.steps,
            aim=effort.aim,
            deadline=_halfway(state),
            threads=limits.threads,
            tell=state.bound,
        )
        at = top.multipliers
        if state.is_over() or not np.isfinite(top.value):
            break
        _improve(the_event, top, state, effort)
        hopeless = state.cost is not None and state.gap() > HOPELESS and len(the_event.offers) <= FEW_OFFERS
        if state.is_over() or hopeless:
            break
    bound = safe_bound(frame, the_event, at, limits.threads)
    return Found(the_event, state.awards, state.cost, at, bound, state.promising)


def _alike(frame: Frame, the_event: Event, like: Certificate) -> Multipliers:
    """The multipliers of a similar problem's plan; capacities that are unlimited now have no price."""
    there = multipliers(frame, the_event, like)
    return Multipliers(np.where(np.isfinite(the_event.capacity), there.capacity, 0.0), there.engagement)


def _halfway(state: _State) -> float | None:
    """When a climb should end: there must be time left for a plan."""
    now = time.monotonic()
    return None if state.deadline is None else now + (state.deadline - now) / 2


def _improve(the_event: Event, top: Climb, state: _State, effort: _Effort) -> None:
    """Look for a better plan: suppliers first, then their awards."""
    if the_event.standby is not None:
        the_event = replace(the_event, capacity=FOR_AWARDS * the_event.capacity)
    threads = state.limits.threads
    keep = int(np.clip(PATTERNS // len(the_event.items), LEAST_KEPT, KEEP))
    core = _likely(the_event, top, 0)
    if not _covers(the_event, core):
        covering = cover(the_event, top.engaged, Limits(0.01, state.left(effort.seconds), threads))
        covering = covering if covering is not None else cover_greedily(the_event, top.engaged)
        core = covering if covering is not None else state.core if state.core is not None else core
    state.core = core
    engaged = _picked(the_event, top, state, effort, keep, core) if effort.picks else core
    if engaged is None:
        engaged = core
    small, own = of_suppliers(the_event, engaged)
    if not np.diff(small.first).all():
        return
    start = Multipliers(top.multipliers.capacity, np.zeros(len(own)))
    lower = climb(small, start, steps=effort.settling, aim=0.002, gap=1e-6, deadline=_halfway(state), threads=threads)
    if not np.isfinite(lower.value):
        return
    awards = _awards(small, own, lower.multipliers, state, effort)
    if awards is not None:
        whole = np.zeros(len(the_event.offers))
        whole[own] = awards
        state.plan(whole, cost_of(the_event, whole))


def _awards(small: Event, own: Integers, at: Multipliers, state: _State, effort: _Effort) -> Floats | None:
    """Awards of the suppliers of an event, `(offers,)`; None where none are found."""
    limits, threads = state.limits, state.limits.threads
    everyone = np.ones(len(small.engagement), dtype=np.bool_)
    most = KEPT_TO_DIVE if effort.dives else KEEP
    keep = int(np.clip(PATTERNS // len(small.items), LEAST_KEPT, most))
    found = distinct(small, in_order(cheapest_patterns(small, at, everyone, keep, threads)))
    state.promise(own[found.offer])
    gap, loosely = max(limits.gap / 2, effort.gap), small.standby is not None
    if effort.dives:
        kept = dive(small, found, _halfway(state))
        until = Limits(gap, state.left(effort.seconds), threads)
        awards = None if kept is None else choose(small, found.among(kept), until)
        if awards is not None and (loosely or fits(small, awards)):
            return awards
    until = Limits(gap, state.left(effort.seconds), threads)
    return settle(small, found, until, effort.choices, loosely=loosely)


def _picked(the_event: Event, top: Climb, state: _State, effort: _Effort, keep: int, core: Booleans) -> Booleans | None:
    """The suppliers that a program over the best patterns engages; None where it finds none in time."""
    threads = state.limits.threads
    found = cheapest_patterns(the_event, top.multipliers, _likely(the_event, top, SPARE), keep, threads)
    # Patterns of as many suppliers as may win, so that those of all items fit together.
    found = together(found, cheapest_patterns(the_event, top.multipliers, core, LEAST_KEPT, threads))
    state.promise(found.offer)
    return pick_suppliers(the_event, found, Limits(effort.gap, state.left(effort.seconds), threads))


def _covers(the_event: Event, suppliers: Booleans) -> bool:
    """Whether the suppliers offer enough of every item."""
    item = np.repeat(np.arange(len(the_event.items)), np.diff(the_event.first))
    most = np.maximum.reduceat(the_event.high, the_event.first_piece[:-1])
    has = suppliers[the_event.supplier]
    count = np.bincount(item, weights=has, minlength=len(the_event.items))
    units = np.bincount(item, weights=most * has, minlength=len(the_event.items))
    return bool((count >= the_event.least_sources).all() and (units >= the_event.need * (1 - 1e-9)).all())


def _likely(the_event: Event, top: Climb, spare: int) -> Booleans:
    """The suppliers that the relaxation engages most, `spare` more than may be engaged."""
    likely = top.engaged > UNLIKELY
    counted = np.flatnonzero(likely & the_event.counted)
    room = the_event.most_counted + spare
    likely[counted[np.argsort(-top.engaged[counted], kind="stable")[room:]]] = False
    return np.asarray(likely)
