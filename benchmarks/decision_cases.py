"""Cases of make, buy and backup whose truth is known: what a manager sees, what will happen; not for deciding.

The generator, its constants and the split were fixed in this file before anything was tuned on them: seeds below
`SPLIT` may be looked at while rules are chosen, those from it on only measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

SPLIT = 1000
TUNE, TEST = range(0, 100), range(SPLIT, SPLIT + 200)
TODAY = date(2026, 1, 1)
DEMAND = 10_000
OTHERS = 30
"""Firms of the market that do not bid: their histories show how firms differ."""


@dataclass(frozen=True)
class Case:
    """One case.

    Attributes
    ----------
    seen
        The problem as the manager has it: prices and terms, no probabilities of failure, no defect rates.
    histories
        Contracts and deliveries of the bidders and of other firms, up to today.
    true
        `failure_probability` and `defect_rate` of each bidder, and the `recovery_share` of all.
    """

    seen: dict[str, Any]
    histories: dict[str, Any]
    true: dict[str, tuple[float, float]]
    recovery: float


def case(seed: int) -> Case:
    """Return the case of a seed."""
    random = np.random.default_rng(seed)
    base, bidders, recovery = random.uniform(5, 50), int(random.integers(3, 7)), float(random.uniform(0.15, 0.5))
    contracts: list[dict[str, Any]] = []
    deliveries: list[dict[str, Any]] = []
    true: dict[str, tuple[float, float]] = {}
    offers = [_own(random, base)]
    for number in range(bidders + OTHERS):
        name = f"firm{number}"
        failure, defect = float(random.beta(1.2, 10)), float(random.beta(2, 60))
        _history(random, name, failure, defect, recovery, contracts, deliveries)
        if number < bidders:
            true[name] = (failure, defect)
            # The careless are cheaper: what they save on care.
            price = base * random.uniform(0.85, 1.1) * (1 - 0.5 * failure - 0.8 * defect)
            offers.append(_offer(random, name, price))
    seen = {
        "settings": [{"name": "as_of", "value": TODAY.isoformat()}],
        "items": [
            {
                "item": "part",
                "demand": DEMAND,
                "shortage_cost": round(base * random.uniform(0.5, 4), 2),
                "defect_cost": round(base * random.uniform(0.5, 3), 2),
            }
        ],
        "suppliers": [{"supplier": "own", "own": True, "fixed_cost": round(base * DEMAND * random.uniform(0, 0.05), 2)}]
        + [
            {"supplier": f"firm{k}", "fixed_cost": round(base * DEMAND * random.uniform(0, 0.02), 2)}
            for k in range(bidders)
        ],
        "offers": offers,
    }
    return Case(seen, {"contracts": contracts, "deliveries": deliveries}, true, recovery)


def _own(random: np.random.Generator, base: float) -> dict[str, Any]:
    price = base * random.uniform(1.0, 1.3)
    return _offer(random, "own", price) | {"defect_rate": 0.01}


def _offer(random: np.random.Generator, name: str, price: float) -> dict[str, Any]:
    return {
        "offer": name,
        "item": "part",
        "supplier": name,
        "unit_price": round(price, 2),
        "backup_fee": round(price * random.uniform(0.003, 0.03), 3),
        "backup_unit_price": round(price * random.uniform(1.0, 1.15), 2),
        "bring_up_days": int(random.integers(3, 40)),
    }


def _history(
    random: np.random.Generator,
    name: str,
    failure: float,
    defect: float,
    recovery: float,
    contracts: list[dict[str, Any]],
    deliveries: list[dict[str, Any]],
) -> None:
    """Add one to five contracts of a firm; it breaks at the rate that its probability of failing in a year implies."""
    hazard = -np.log1p(-failure)
    for number in range(int(random.integers(1, 6))):
        key = f"{name}/{number}"
        start = TODAY - timedelta(days=int(random.integers(100, 1500)))
        due = start + timedelta(days=int(random.integers(180, 550)))
        broke = start + timedelta(days=min(int(random.exponential(365 / max(hazard, 1e-9))), 10_000) + 1)
        last = min(due, broke, TODAY)
        row: dict[str, Any] = {"contract": key, "supplier": name, "start": start.isoformat(), "due": due.isoformat()}
        if broke <= min(due, TODAY):
            back = broke + timedelta(days=int(random.gamma(4, 365 * recovery / 4)))
            row |= {"ended": broke.isoformat(), "outcome": "terminated"}
            row |= {"resumed": back.isoformat()} if back <= TODAY else {}
        elif due <= TODAY:
            row |= {"ended": due.isoformat(), "outcome": "completed"}
        contracts.append(row)
        day = start + timedelta(days=30)
        while day <= last:
            bad = int(random.binomial(200, defect))
            deliveries.append(
                {
                    "delivery": f"{key}/{day.isoformat()}",
                    "contract": key,
                    "due": day.isoformat(),
                    "delivered": day.isoformat(),
                    "quantity": 200,
                    "defective": bad,
                }
            )
            day += timedelta(days=30)
