"""What each rule costs: cases to check on paper, brute force by the oracle, and properties."""

from __future__ import annotations

from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondsource.advice import rule_prices as module
from secondsource.advice.rule_prices import RulePrice, rule_prices
from secondsource.solver.highs import Limits
from tests.advice.test_dependence import holds
from tests.optimise.tiny import Rows, checked, lamps, offer
from tests.oracles.generate import random_problem
from tests.oracles.plain import solve

EXACT = Limits(gap=0.0)

# 100 lamps: Ada 10, Bea 12, Cem 15. "few" leaves Ada 60 of them, "none" leaves her nothing, and each costs what the
# volume pays more with Bea.
RULES = (
    {"rule": "few", "measure": "share", "supplier": "Ada", "high": "0.6", "owner": "Zoe", "reason": "no giants"},
    {"rule": "none", "measure": "quantity", "supplier": "Ada", "high": 0, "owner": "Yan", "expires": "2027-01-01"},
)


def priced(*rules: Any) -> dict[str, RulePrice]:
    rows = lamps(offer("Ada", 10), offer("Bea", 12), offer("Cem", 15), rules=list(rules))
    return {each.rule: each for each in rule_prices(checked(rows), EXACT).rules}


def test_two_rules_of_which_one_contains_the_other_share_what_both_forbid() -> None:
    # few alone: 40 × 2 = 80. none alone: 100 × 2 = 200, and with it few costs nothing more.
    # Shares: few (80 + 0) / 2 = 40, none (200 + 120) / 2 = 160; together 200.
    found = priced(*RULES)
    assert holds(found["few"].alone, 80, 1000) and holds(found["few"].last, 0, 1000)
    assert not found["few"].last.is_distinguishable
    assert holds(found["none"].alone, 200, 1000) and holds(found["none"].last, 120, 1000)
    assert holds(found["few"].share, 40, 1000) and holds(found["none"].share, 160, 1000)


def test_a_price_names_the_owner_the_reason_and_the_expiry() -> None:
    found = priced(*RULES)
    assert (found["few"].owner, found["few"].reason) == ("Zoe", "no giants")
    assert str(found["none"].expires) == "2027-01-01"


def test_an_expired_rule_has_no_price() -> None:
    assert list(priced({**RULES[1], "expires": "2020-01-01"}, RULES[0])) == ["few"]


def test_sampled_shares_add_up_to_what_all_rules_cost_and_differ_from_the_true_ones_by_their_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exact = priced(*RULES)
    monkeypatch.setattr(module, "MOST_EXACT", 1)
    sampled = priced(*RULES)
    # Orders come in pairs of reverses, so that with two rules the sample is exact and has no error.
    for rule, each in exact.items():
        assert each.error is None and sampled[rule].error == 0
        assert holds(sampled[rule].share, float(each.share.middle), 1000)


def test_a_sample_that_is_not_exact_states_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_EXACT", 1)
    rules = [
        {"rule": f"r{k}", "measure": "share", "supplier": name, "high": high}
        for k, (name, high) in enumerate([("Ada", "0.5"), ("Ada", "0.3"), ("Bea", "0.6"), ("Bea", "0.2")])
    ]
    found = priced(*rules)
    monkeypatch.setattr(module, "MOST_EXACT", 6)
    exact = priced(*rules)
    assert any(each.error for each in found.values())
    within = [holds(each.share_with_error, float(exact[rule].share.middle), 1000) for rule, each in found.items()]
    assert sum(within) >= 3  # 95 in 100 each


def without(rows: Rows, kept: set[str]) -> Rows:
    return {**rows, "rules": [row for row in rows["rules"] if row["rule"] in kept]}


@pytest.mark.prove
def test_prices_and_shares_of_random_problems_are_what_the_oracle_says_order_by_order() -> None:
    compared = 0
    for seed in range(160):
        rows = random_problem(seed)
        if not 1 < len(rows.get("rules", ())) <= 3 or solve(rows).status == "infeasible":
            continue
        answer = rule_prices(checked(rows), EXACT)
        names = [each.rule for each in answer.rules]
        if len(names) < 2:
            continue
        compared += 1
        cost = {
            frozenset(some): solve(without(rows, set(some))).cost
            for size in range(len(names) + 1)
            for some in permutations(names, size)
            if list(some) == sorted(some)
        }
        best = cost[frozenset(names)]
        for each in answer.rules:
            orders = [order[: order.index(each.rule)] for order in permutations(names)]
            added = [cost[frozenset((*before, each.rule))] - cost[frozenset(before)] for before in orders]
            assert holds(each.share, sum(added) / len(added), best), (seed, each.rule)
            assert holds(each.alone, cost[frozenset([each.rule])] - cost[frozenset()], best), (seed, each.rule)
            assert holds(each.last, best - cost[frozenset(names) - {each.rule}], best), (seed, each.rule)
    assert compared >= 5


@settings(max_examples=20)
@given(st.integers(0, 9_999))
def test_removing_a_rule_never_costs(seed: int) -> None:
    answer = rule_prices(checked(random_problem(seed)), EXACT)
    slack = Decimal("0.000001") * abs(answer.plan.cost or Decimal(0)) + Decimal("0.0001")
    for each in answer.rules:
        assert each.last.high >= -slack and each.alone.high >= -slack and each.share.high >= -slack
