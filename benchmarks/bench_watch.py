"""The watch on made-up market histories: value caught against alerts raised, beside others; and its intervals."""

from __future__ import annotations

import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from secondsource.advice.alerts import price_to_win
from tests.market import histories
from tests.market.histories import BEFORE, TERM, Outcome

SEEDS = range(1_000, 1_080)
MARKETS = {
    "level wanders": {},
    "prices fall by 0.4 % a month": {"drift": -0.004},
    "prices rise by 0.4 % a month": {"drift": 0.004},
    "specifications differ twice as much": {"specification": 0.3},
    "specifications hardly differ": {"specification": 0.05},
}


def main() -> None:
    """Print both tables."""
    print(f"{len(SEEDS)} histories each, six years of months; needs of four sizes; money in EUR")
    print("| market | watcher | alerts | events | saved, net | saved per alert |")
    print("|---|---|--:|--:|--:|--:|")
    for market, shape in MARKETS.items():
        pasts = [histories.history(seed, **shape) for seed in SEEDS]
        for name, watcher in (("ours, threshold 1,000", histories.ours(1_000)), ("every finding", histories.naive),
                              ("calendar of notice dates", histories.at_every_notice)):  # fmt: skip
            total = sum((histories.follow(past, watcher, _scale(past)) for past in pasts), Outcome())
            _row(market, name, total)
        _row(market, "foresight", sum((histories.best_possible(past, _scale(past)) for past in pasts), Outcome()))
    print("\n| market | 80 % intervals of the price to win that hold it |")
    print("|---|--:|")
    for market, shape in MARKETS.items():
        print(f"| {market} | {_coverage([histories.history(seed, **shape) for seed in SEEDS]):.1%} |")


def _scale(past: histories.History) -> float:
    return (0.1, 0.3, 1.0, 3.0)[past.seed % 4]


def _row(market: str, name: str, total: Outcome) -> None:
    each = total.saved / max(total.alerts, 1)
    print(f"| {market} | {name} | {total.alerts:,} | {total.events:,} | {total.saved:,.0f} | {each:,.0f} |")


def _coverage(pasts: list[histories.History]) -> float:
    held = asked = 0
    for past in pasts:
        need, month = histories.first_need(past), BEFORE + TERM - 3
        expected = price_to_win(need, past.outlook(month), 0, past.day(month))
        if expected is not None:
            asked += 1
            held += expected.quantile(0.1) <= past.event(month) <= expected.quantile(0.9)
    return held / asked if asked else math.nan


if __name__ == "__main__":
    main()
