"""How long answers about a large event take: 2,000 items × 200 suppliers (or as the arguments say), made by chance.

Every item is offered by eight suppliers; suppliers have fixed costs and capacities, and three rules hold. The plan is
made to a gap of 0.1 %, each question within a minute; what is not proved in time shows as a wider interval.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

import numpy as np

from secondsource.advice.dependence import lose
from secondsource.advice.interval import Interval, difference
from secondsource.advice.price_to_win import prices_to_win
from secondsource.optimise.replan import stand, without_rules
from secondsource.problem.read import from_rows
from secondsource.problem.tables import Problem
from secondsource.solver.highs import Limits

OFFERS_PER_ITEM = 8
LIMITS = Limits(gap=0.001, seconds=60.0, threads=2)


def event(items: int, suppliers: int, seed: int = 1) -> Problem:
    """Return an event of this size."""
    random = Random(seed)
    price = [random.uniform(5, 200) for _item in range(items)]
    demand = [random.randrange(100, 5000) for _item in range(items)]
    offers = []
    for item in range(items):
        for supplier in random.sample(range(suppliers), OFFERS_PER_ITEM):
            unit = round(price[item] * random.uniform(0.9, 1.3), 2)
            offers.append(
                {"offer": f"{item}/{supplier}", "item": f"i{item}", "supplier": f"s{supplier}", "unit_price": unit}
            )
    whole = sum(demand)
    tables: dict[str, list[dict[str, Any]]] = {
        "settings": [{"name": "failures", "value": 0}],
        "items": [{"item": f"i{item}", "demand": demand[item], "category": f"c{item % 10}"} for item in range(items)],
        "suppliers": [
            {
                "supplier": f"s{supplier}",
                "fixed_cost": random.randrange(20_000, 200_000),
                "capacity": round(whole / suppliers * random.uniform(1.5, 5)),
            }
            for supplier in range(suppliers)
        ],
        "offers": offers,
        "rules": [
            {"rule": "s7", "measure": "share", "supplier": "s7", "high": "0.005"},
            {"rule": "c1", "measure": "share", "category": "c1", "supplier": "s1;s2;s3", "low": "0.1"},
            {"rule": "s5", "measure": "share", "supplier": "s5", "high": "0.01"},
        ],
    }
    return from_rows(tables, today=date(2026, 1, 1))


def timed(what: str, question: Callable[[], Interval | None]) -> None:
    """Print how long a question takes, and its answer."""
    began = time.monotonic()
    amount = question()
    said = "" if amount is None else f"{amount.low:,.0f} to {amount.high:,.0f}, {amount.is_distinguishable=}"
    print(f"{time.monotonic() - began:8.1f} s  {what}  {said}", flush=True)


def main(items: int, suppliers: int) -> None:
    """Time the plan of an event and one question of each kind."""
    problem = event(items, suppliers)
    began = time.monotonic()
    base = stand(problem, LIMITS)
    plan = base.plan
    print(
        f"{time.monotonic() - began:8.1f} s  plan of {items:,} × {suppliers}: {plan.status}, gap {plan.gap}",
        flush=True,
    )
    if base.decisions is None:
        return
    spend: dict[str, float] = {}
    for award in plan.awards:
        spend[award.supplier] = spend.get(award.supplier, 0.0) + float(award.cost)
    largest = max(spend, key=lambda name: spend[name])
    gone = base.frame.links.offer_supplier == problem.suppliers.position[largest]
    packages = np.zeros(0, dtype=np.bool_)
    timed(f"losing {largest}", lambda: difference(lose(base, gone, packages, LIMITS).plan, plan))
    for row, rule in enumerate(problem.rules.rule):
        dropped = np.array([row])
        timed(f"without the rule {rule}", lambda d=dropped: difference(plan, without_rules(base, d, LIMITS).plan))  # type: ignore[misc]
    loser = next(each for each in problem.offers.offer if each not in {award.offer for award in plan.awards})
    item, supplier = problem.offers.row(problem.offers.position[loser])["item"], loser.split("/")[1]
    timed(
        f"price to win of {loser} (a plan included)",
        lambda: prices_to_win(problem, LIMITS, suppliers=[f"s{supplier}"], items=[item]).bids[0].threshold,
    )


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:3]) if len(sys.argv) > 2 else (2000, 200))
