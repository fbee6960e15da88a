"""Awards of given suppliers decided item by item."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from secondsource.optimise.frame import frame
from secondsource.optimise.large.dive import dive
from secondsource.optimise.large.event import Event, event
from secondsource.optimise.large.multipliers import Multipliers
from secondsource.optimise.large.patterns import Patterns, cheapest_patterns, cover_greedily, in_order, of_suppliers
from secondsource.optimise.large.settle import choose, cost_of, distinct, fits
from secondsource.solver.highs import Limits

from .test_large import small_event
from .tiny import checked


def opened(seed: int, items: int, room: float, keep: int = 40) -> tuple[Event, Patterns]:
    """An event with all suppliers engaged, each with room for a share of all that is needed, and its patterns."""
    the_event = event(frame(checked(small_event(seed, items=items))))
    suppliers = len(the_event.engagement)
    limited = replace(the_event, capacity=np.full(suppliers, room * float(the_event.need.sum())))
    everyone = np.ones(suppliers, dtype=np.bool_)
    small, _own = of_suppliers(limited, everyone)
    free = Multipliers(np.zeros(suppliers), np.zeros(len(small.offers)))
    return small, distinct(small, in_order(cheapest_patterns(small, free, everyone, keep, 1)))


@pytest.mark.parametrize("seed", range(6))
def test_with_room_for_all_every_item_gets_its_cheapest_awards(seed: int) -> None:
    small, found = opened(seed, items=6, room=2.0)
    kept = dive(small, found, None)
    assert kept is not None and found.item[kept].tolist() == list(range(6))
    awards = choose(small, found.among(kept), Limits())
    assert awards is not None
    assert cost_of(small, awards) == pytest.approx(found.cost[found.regret <= 0].sum())


@pytest.mark.parametrize("seed", range(8))
def test_with_little_room_the_awards_fit_and_no_combination_is_missed_by_much(seed: int) -> None:
    small, found = opened(seed, items=3, room=0.4, keep=5)
    best = best_combination(small, found)
    kept = dive(small, found, None)
    if kept is None:  # a dead end: the first decisions leave the last item no room
        return
    assert found.item[kept].tolist() == [0, 1, 2]
    awards = choose(small, found.among(kept), Limits())
    if awards is None or not fits(small, awards):
        return
    assert cost_of(small, awards) >= best * (1 - 1e-9)
    assert cost_of(small, awards) <= best * 1.25


def test_some_of_these_events_are_decided_to_the_end() -> None:
    costs = []
    for seed in range(12):
        small, found = opened(seed, items=3, room=0.4)
        kept = dive(small, found, None)
        awards = None if kept is None else choose(small, found.among(kept), Limits())
        costs.append(awards is not None and fits(small, awards))
    assert sum(costs) >= 6


def best_combination(small: Event, found: Patterns) -> float:
    """The least cost over one pattern of each item, quantities moved."""
    best = np.inf
    for combination in itertools.product(*(np.flatnonzero(found.item == i) for i in range(len(small.items)))):
        kept = np.zeros(len(found.item), dtype=np.bool_)
        kept[list(combination)] = True
        awards = choose(small, found.among(kept), Limits())
        if awards is not None and fits(small, awards):
            best = min(best, cost_of(small, awards))
    return float(best)


def test_where_time_ends_at_once_the_small_items_keep_several_patterns() -> None:
    small, found = opened(3, items=6, room=0.3)
    kept: Any = dive(small, found, time.monotonic() - 1.0)
    assert kept is None or set(found.item[kept].tolist()) == set(range(6))


@pytest.mark.parametrize("seed", range(10))
def test_suppliers_that_cover_greedily_offer_enough_of_every_item_and_are_no_more_than_may_win(seed: int) -> None:
    the_event = event(frame(checked(small_event(seed, items=8, suppliers=7))))
    item = np.repeat(np.arange(8), np.diff(the_event.first))
    wanted = np.linspace(0.9, 0.1, 7)
    chosen = cover_greedily(the_event, wanted)
    if chosen is None:
        return  # greed may miss what exists; the next test sees it find something
    assert int((chosen & the_event.counted).sum()) <= the_event.most_counted
    own = chosen[the_event.supplier]
    most = np.maximum.reduceat(the_event.high, the_event.first_piece[:-1])
    assert (np.bincount(item[own], minlength=8) >= the_event.least_sources).all()
    assert (np.bincount(item[own], weights=most[own], minlength=8) >= the_event.need * (1 - 1e-9)).all()


def test_of_two_suppliers_that_are_wanted_alike_the_one_that_serves_more_items_is_taken() -> None:
    # b has both items, a and c one each; one supplier may win.
    rows: Any = {
        "settings": [{"name": "failures", "value": 0}],
        "items": [{"item": "x", "demand": 10}, {"item": "y", "demand": 10}],
        "suppliers": [{"supplier": name} for name in "abc"],
        "offers": [
            {"offer": f"{s}{i}", "item": i, "supplier": s, "unit_price": 1}
            for s, i in (("a", "x"), ("b", "x"), ("b", "y"), ("c", "y"))
        ],
        "rules": [{"rule": "winners", "measure": "suppliers", "high": 1}],
    }
    chosen = cover_greedily(event(frame(checked(rows))), np.full(3, 0.5))
    assert chosen is not None and chosen.tolist() == [False, True, False]
