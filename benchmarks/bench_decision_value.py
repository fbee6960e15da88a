"""What deciding with secondsource is worth: regret against lowest price and weighted score, where the truth is known.

The regret of a choice is what it costs in truth (expected, present value) above the best choice of someone who knows
the truth. Five managers decide the same 200 cases: by the plan that `reliability` informs, with a backup where that is
cheaper; by the plan of the offers alone; by the lowest price; by a weighted score (price 60, defects 20, contracts kept
20, plain rates); and by that score with the runner-up booked as backup.
Run: `python benchmarks/bench_decision_value.py [tune]`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.decision_cases import TEST, TODAY, TUNE, Case, case
from secondsource.advice.reliability import informed, reliability
from secondsource.optimise.account import account
from secondsource.optimise.replan import Standing, stand
from secondsource.problem import change
from secondsource.problem.histories import Histories, histories_from_rows
from secondsource.problem.links import link
from secondsource.problem.read import from_rows
from secondsource.problem.tables import Problem
from secondsource.risk.reliability import HALF_LIFE
from secondsource.solver.highs import Limits

EXACT = Limits(gap=0.0)
WEIGHTS = {"price": 0.6, "defects": 0.2, "kept": 0.2}


def truth_of(given: Case) -> Problem:
    """Return the problem as it really is."""
    problem = from_rows(given.seen, today=TODAY)
    suppliers, offers = problem.suppliers, problem.offers
    probability = [
        Decimal(repr(given.true[name][0])) if name in given.true else Decimal(0) for name in suppliers.supplier
    ]
    recovery = [Decimal(repr(given.recovery)) for _name in suppliers.supplier]
    defects = [
        Decimal(repr(given.true[name][1])) if name in given.true else was
        for name, was in zip(offers.supplier, offers.defect_rate, strict=True)
    ]
    return replace(
        problem,
        suppliers=change.with_columns(suppliers, {"failure_probability": probability, "recovery_share": recovery}),
        offers=change.with_columns(offers, {"defect_rate": defects}),
    )


def with_backups(problem: Problem, backups: int) -> Problem:
    """Return the problem whose item survives so many failures."""
    return replace(problem, items=change.with_columns(problem.items, {"backups": [Decimal(backups)]}))


def best(problem: Problem) -> Standing:
    """Return the cheaper of the best plans with a backup and without."""
    plans = [stand(with_backups(problem, backups), EXACT) for backups in (0, 1)]
    return min((each for each in plans if each.plan.cost is not None), key=lambda each: each.plan.cost or Decimal(0))


def only(problem: Problem, award: str, backup: str = "") -> Standing:
    """Return the plan that awards all to one supplier, with another one booked or none."""
    offers = problem.offers
    gone = [row for row, name in enumerate(offers.supplier) if name not in (award, backup)]
    left = change.without_offers(problem, gone, [])
    flags = [name == backup for name in left.offers.supplier]
    left = replace(left, offers=change.with_columns(left.offers, {"backup_only": flags}))
    return stand(with_backups(left, 1 if backup else 0), EXACT)


def true_cost(truth: Problem, chosen: Standing) -> float:
    """Return what a choice costs in truth: its own decisions in the true problem."""
    decisions = chosen.decisions
    assert decisions is not None
    rows = {offer: truth.offers.position[name] for offer, name in enumerate(chosen.problem.offers.offer)}
    moved = replace(
        decisions,
        awards={rows[offer]: quantity for offer, quantity in decisions.awards.items()},
        bookings={rows[offer]: quantity for offer, quantity in decisions.bookings.items()},
        flows={(rows[offer], site): quantity for (offer, site), quantity in decisions.flows.items()},
    )
    return float(account(truth, link(truth), moved, chosen.frame.failures).total)


def by_plan(problem: Problem, histories: Histories) -> Standing:
    """Decide as secondsource recommends."""
    told, _notes = informed(problem, reliability(histories, half_life=HALF_LIFE))
    return best(told)


def by_cost(problem: Problem, _histories: Histories) -> Standing:
    """Decide by the best plan of what is in the offers alone: no histories, so that nobody seems to fail."""
    return best(problem)


def by_price(problem: Problem, _histories: Histories) -> Standing:
    """Decide by the lowest price."""
    prices = problem.offers.unit_price.floats
    return only(problem, problem.offers.supplier[int(np.argmin(prices))])


def scores(problem: Problem, histories: Histories) -> list[str]:
    """Return the suppliers by weighted score, best first: plain rates, no record counting as perfect for ourselves."""
    bad: dict[str, list[float]] = {}
    kept: dict[str, list[float]] = {}
    for delivery in histories.deliveries:
        name = histories.contracts[delivery.contract].supplier
        bad.setdefault(name, []).append(float(delivery.defective / delivery.quantity))
    for contract in histories.contracts.values():
        if contract.outcome != "running":
            kept.setdefault(contract.supplier, []).append(float(contract.outcome == "completed"))
    names = list(problem.offers.supplier)
    price = problem.offers.unit_price.floats
    defects = np.array([float(np.mean(bad.get(name, [0.01]))) for name in names])
    held = np.array([float(np.mean(kept.get(name, [1.0]))) for name in names])
    worst = max(defects.max(), 1e-9)
    total = WEIGHTS["price"] * price.min() / price + WEIGHTS["defects"] * (1 - defects / worst) + WEIGHTS["kept"] * held
    return [names[k] for k in np.argsort(-total, kind="stable")]


def by_score(problem: Problem, histories: Histories) -> Standing:
    """Decide by the weighted score."""
    return only(problem, scores(problem, histories)[0])


def by_score_with_backup(problem: Problem, histories: Histories) -> Standing:
    """Decide by the weighted score, the runner-up booked where the winner may fail."""
    ranked = scores(problem, histories)
    return only(problem, ranked[0], "" if ranked[0] == "own" else ranked[1])


MANAGERS: dict[str, Callable[[Problem, Histories], Standing]] = {
    "secondsource": by_plan,
    "the plan without histories": by_cost,
    "lowest price": by_price,
    "weighted score": by_score,
    "weighted score, runner-up booked": by_score_with_backup,
}


def regrets(seed: int) -> tuple[float, dict[str, float]]:
    """Return the cost of the best choice in truth, and each manager's regret."""
    given = case(seed)
    truth, problem = truth_of(given), from_rows(given.seen, today=TODAY)
    histories = histories_from_rows(given.histories, TODAY)
    ideal = best(truth)
    least = true_cost(truth, ideal)
    return least, {name: true_cost(truth, decide(problem, histories)) - least for name, decide in MANAGERS.items()}


def main(seeds: Any) -> None:
    """Print the mean regret of each manager, as a share of the best cost."""
    began = time.perf_counter()
    rows = [regrets(seed) for seed in seeds]
    shares = {name: np.array([regret[name] / least for least, regret in rows]) for name in MANAGERS}
    random = np.random.default_rng(1)
    print(f"{len(rows)} cases, seeds {min(seeds)} to {max(seeds)}, {time.perf_counter() - began:.0f} s")
    print(f"{'choice by':34} {'mean regret':>12} {'median':>8} {'95th':>8}  of secondsource's regret below it")
    own = shares["secondsource"]
    for name, share in shares.items():
        below = 1 - own.mean() / share.mean() if share.mean() else 0.0
        picks = random.integers(0, len(own), (2000, len(own)))
        spread = np.quantile(1 - own[picks].mean(axis=1) / share[picks].mean(axis=1), [0.05, 0.95])
        told = "" if name == "secondsource" else f"{below:.0%} ({spread[0]:.0%} to {spread[1]:.0%})"
        print(f"{name:34} {share.mean():>12.2%} {np.median(share):>8.2%} {np.quantile(share, 0.95):>8.2%}  {told}")


if __name__ == "__main__":
    main(TUNE if sys.argv[1:] == ["tune"] else TEST)
