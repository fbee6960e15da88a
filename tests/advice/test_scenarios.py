"""Scenarios: what each change does, because of what awards move, and what a file of them may hold."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import secondsource
from secondsource.advice.scenarios import Comparison, Scenario, compare, varied
from secondsource.errors import InvalidInput
from secondsource.problem.scenarios import Variation, read_scenarios
from secondsource.reports.scenarios_page import scenarios_page
from secondsource.solver.highs import Limits
from tests.advice.test_dependence import holds
from tests.optimise.tiny import Rows, checked, lamps, offer
from tests.oracles.plain import solve

EXACT = Limits(gap=0.0)
EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def case() -> Rows:
    """100 lamps: Ada (China) 10, Bea (Poland, 8 in EUR at 1.5) 12, Cem 15; a rule leaves Ada 60."""
    rows = lamps(
        offer("Ada", 10, site="cn"),
        offer("Bea", 8, site="pl", currency="EUR"),
        offer("Cem", 15),
        settings={"currency": "USD"},
    )
    rows["sites"] = [{"site": "cn", "country": "CN"}, {"site": "pl", "country": "PL"}]
    rows["rates"] = [{"currency": "EUR", "rate": "1.5"}]
    rows["rules"] = [{"rule": "few", "measure": "share", "supplier": "Ada", "high": "0.6"}]
    return rows


def compared(*changes: Variation, baseline: str = "as it is") -> Comparison:
    return compare(checked(case()), changes, EXACT, baseline=baseline)


def cost_with(**columns: Any) -> float:
    """What the plan costs under one change."""
    scenario = compared(Variation("s", **columns)).scenarios[1]
    assert scenario.plan.cost is not None
    return float(scenario.plan.cost)


# As it is: 60 × 10 + 40 × 12 = 1080.
@pytest.mark.parametrize(
    ("columns", "cost"),
    [
        ({"change": "exclude", "supplier": "Bea"}, 60 * 10 + 40 * 15),
        ({"change": "exclude", "country": "CN"}, 100 * 12),
        ({"change": "exclude", "country": "cn; pl"}, 100 * 15),
        ({"change": "cap", "supplier": "Ada", "value": Decimal("0.5")}, 50 * 10 + 50 * 12),
        ({"change": "cap", "measure": "quantity", "country": "PL", "value": Decimal(30)}, 60 * 10 + 30 * 12 + 10 * 15),
        ({"change": "price", "supplier": "Ada", "value": Decimal("1.1")}, 60 * 11 + 40 * 12),
        ({"change": "price", "currency": "EUR", "value": Decimal("0.5")}, 100 * 6),
        ({"change": "demand", "item": "lamp", "value": Decimal(2)}, 120 * 10 + 80 * 12),
        ({"change": "rate", "currency": "EUR", "value": Decimal("1.2")}, 60 * 10 + 40 * 14.4),
        ({"change": "drop_rule", "rule": "few"}, 100 * 10),
        ({"change": "limit", "rule": "few", "value": Decimal("0.8")}, 80 * 10 + 20 * 12),
    ],
)
def test_each_change_does_what_it_says(columns: dict[str, Any], cost: float) -> None:
    assert cost_with(**columns) == pytest.approx(cost)


def test_failures_are_a_setting_that_changes_and_the_digest_with_it() -> None:
    problem = checked(case())
    changed = varied(problem, [Variation("s", "failures", value=Decimal(1))])
    assert (problem.settings.failures, changed.settings.failures) == (0, 1)
    assert changed.sha256 != problem.sha256


def named(answer: Comparison, name: str) -> Scenario:
    (found,) = [each for each in answer.scenarios if each.name == name]
    return found


def test_a_saving_is_counted_against_the_baseline_that_is_named() -> None:
    dearer = Variation("dearer", "price", supplier="Ada", value=Decimal("1.1"))
    free = Variation("free", "drop_rule", rule="few")
    assert holds(named(compared(dearer, free), "free").saving, 80, 1000)
    assert holds(named(compared(dearer, free), "dearer").saving, -60, 1000)
    assert holds(named(compared(dearer, free, baseline="dearer"), "free").saving, 140, 1000)


def test_what_moves_is_told_with_the_one_change_that_moves_it() -> None:
    both = (Variation("s", "drop_rule", rule="few"), Variation("s", "price", supplier="Cem", value=Decimal("1.1")))
    (moved,) = named(compared(*both), "s").moved
    assert (moved.item, moved.after) == ("lamp", (("Ada", Decimal(1)),))
    assert [str(each) for each in moved.because] == ["without rule few"]


def test_changes_that_move_something_only_together_are_all_named() -> None:
    # Each of two dearer suppliers excluded alone changes Bea's 40; both together give them to Cem: taking back either
    # one still leaves another award than the baseline's.
    both = (Variation("s", "exclude", supplier="Bea"), Variation("s", "exclude", supplier="Ada"))
    (moved,) = named(compared(*both), "s").moved
    assert {str(each) for each in moved.because} == {"without the offers: Bea", "without the offers: Ada"}


def test_a_scenario_without_plan_says_why_and_has_no_saving() -> None:
    scenario = named(
        compared(Variation("s", "exclude", country="CN;PL"), Variation("s", "exclude", supplier="Cem")), "s"
    )
    assert scenario.plan.cost is None and scenario.saving.is_endless
    assert "no offer may be awarded" in " ".join(map(str, scenario.conflict))


def test_a_scenario_costs_what_the_oracle_plans_for_the_problem_written_out() -> None:
    rows = case()
    rows["offers"][0]["unit_price"] = 11
    rows["items"][0]["demand"] = 130
    del rows["rules"]
    answer = compared(
        Variation("s", "price", supplier="Ada", value=Decimal("1.1")),
        Variation("s", "demand", value=Decimal("1.3")),
        Variation("s", "drop_rule", rule="few"),
    )
    assert float(named(answer, "s").plan.cost or 0) == pytest.approx(solve(rows).cost)


def test_the_file_of_the_example_is_read_and_every_scenario_of_it_planned() -> None:
    problem = secondsource.read(EXAMPLES / "phone")
    answer = compare(problem, read_scenarios(EXAMPLES / "phone" / "_scenarios.csv", problem), EXACT)
    totals = {each.name: each.plan.cost for each in answer.scenarios}
    assert len(totals) == 7 and totals["two failures"] is None
    assert named(answer, "half the market").saving.low > 3_000_000_000
    assert {each.item for each in named(answer, "no Korean memory").moved} == {"nand", "dram"}


BROKEN = """scenario,change,item,supplier,rule,currency,value,colour
a,exclude,,,,,,
b,price,lampe,,,,,
c,drop_rule,,,feww,,,
d,rate,,,,GBP,1.1,
e,failures,,,,,3,
f,explode,,,,,,
"""


def test_every_fault_of_a_file_comes_in_one_report(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text(BROKEN, "utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_scenarios(path, checked(case()))
    assert [(fault.row, fault.column) for fault in refused.value.faults] == [(0, "colour"), (7, "change")]
    path.write_text(BROKEN.replace(",colour", "").replace("f,explode,,,,,,\n", "").replace(",\n", "\n"), "utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_scenarios(path, checked(case()))
    found = {(fault.row, fault.column) for fault in refused.value.faults}
    assert found == {(2, "supplier"), (3, "value"), (3, "item"), (4, "rule"), (5, "currency"), (6, "value")}
    assert "did you mean 'lamp'?" in str(refused.value) and "did you mean 'few'?" in str(refused.value)


def test_json_holds_the_same(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text('{"scenarios": [{"scenario": "a", "change": "demand", "value": 2, "note": "boom"}]}', "utf-8")
    (only,) = read_scenarios(path, checked(case()))
    assert only == Variation("a", "demand", value=Decimal(2), note="boom")


def test_nothing_that_a_file_says_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("scenario,change,item,value,value\na,demand,lamp,1,2\n", "utf-8")
    with pytest.raises(InvalidInput, match="the column is there twice"):
        read_scenarios(path, checked(case()))
    path.write_text("scenario,change,supplier,currency,value\na,demand,Ada,,2\nb,cap,Ada,EUR,0.5\n", "utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_scenarios(path, checked(case()))
    assert [(fault.row, fault.column) for fault in refused.value.faults] == [(2, "supplier"), (3, "currency")]


def test_prices_in_the_base_currency_can_be_meant_though_it_needs_no_rate(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("scenario,change,currency,value\na,price,USD,1.1\n", "utf-8")
    (only,) = read_scenarios(path, checked(case()))
    assert cost_with(change="price", currency=only.currency, value=only.value) == pytest.approx(60 * 11 + 40 * 12)


def test_a_change_that_nothing_answers_to_is_said() -> None:
    none = Variation("a", "price", country="BR", value=Decimal(2))
    answer = compared(none, Variation("b", "price", country="CN", value=Decimal(2)))
    assert answer.idle == (("a", none.words),)
    (note,) = (str(each) for each in scenarios_page(answer, checked(case()), "t").notes if "BR" in str(each))
    assert note == "a: nothing in the problem answers to this change: prices × 2: BR"


def test_only_a_proved_saving_is_called_the_largest() -> None:
    answer = compared(
        Variation("a", "price", country="BR", value=Decimal(2)), Variation("b", "exclude", supplier="Bea")
    )
    labels = [str(fact.label) for fact in scenarios_page(answer, checked(case()), "t").facts]
    assert labels == ["Scenarios", "Costs most"]
