"""Who could stop us: worked cases, and what concentration and ranks say."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

import secondsource
from secondsource.advice.exposure import exposures, rank_correlation
from secondsource.advice.reliability import informed, reliability
from secondsource.cli.options import example
from secondsource.optimise.replan import stand
from secondsource.problem.histories import read_histories
from secondsource.problem.risks import read_risks
from secondsource.solver.highs import Limits
from tests.advice.test_simulation import EXACT, cases


def test_a_stock_is_survived_and_a_backup_for_good() -> None:
    base = stand(cases(), EXACT)
    (found,) = exposures(base, EXACT, sources=False).groups
    assert (found.group, found.impact, found.is_exposed) == ("A", 0.0, False)
    assert math.isinf(found.survive_days)
    alone = cases(items=[{"item": "case", "demand": 365, "shortage_cost": 40, "backups": 0}])
    (found,) = exposures(stand(alone, EXACT), EXACT, stocks={"case": Decimal(20)}, sources=False).groups
    # One a day; a quarter of the year less 20 days of stock.
    assert found.survive_days == pytest.approx(20) and found.is_exposed
    assert found.impact == pytest.approx((0.25 * 365 - 20) * 40)
    assert dict(found.missing) == {"case": pytest.approx(0.25 * 365 - 20)}


def test_own_plants_that_do_not_fail_stop_nobody() -> None:
    suppliers = [
        {"supplier": "A", "own": "true", "site": "a"},
        {"supplier": "B", "site": "b"},
        {"supplier": "C", "site": "b"},
    ]
    assert exposures(stand(cases(suppliers=suppliers), EXACT), EXACT, sources=False).groups == ()


def test_the_phone_stops_for_want_of_parts_with_one_maker_and_a_second_baseband_is_worth_most() -> None:
    folder = example("phone")
    assert folder is not None
    problem = secondsource.read(folder)
    base = stand(problem, Limits(gap=1e-6))
    found = exposures(base, Limits(gap=1e-6))
    worst = found.groups[0]
    # 40 million phones a year, a quarter of it, 431.52 each
    assert worst.impact == pytest.approx(40e6 * 0.25 * 431.52)
    assert {each.items[0].item for each in found.groups[:3]} == {"processor", "baseband", "wireless"}
    assert dict(worst.missing) == {"phone": pytest.approx(1e7)}
    assert found.sources[0].item == "baseband" and found.sources[0].worth.low > 0
    stocked = exposures(base, Limits(gap=1e-6), stocks=read_risks(folder / "_risks", problem).stocks, sources=False)
    days = {each.group: each.survive_days for each in stocked.groups}
    assert days["samsung"] == pytest.approx(1e6 / (40e6 / 365)) and days["broadcom"] == 0


def test_histories_go_into_the_columns_that_a_plan_reads() -> None:
    folder, past = example("phone"), example("phone")
    assert folder is not None and past is not None
    problem = secondsource.read(folder)
    answer = reliability(read_histories(past.parent / "histories", problem.settings.as_of))
    changed, notes = informed(problem, answer)
    assert notes == ()
    row = changed.suppliers.position["toshiba"]
    each = next(found for found in answer.suppliers if found.supplier == "toshiba")
    assert float(changed.suppliers.failure_probability[row] or 0) == pytest.approx(
        each.failure_probability[0], abs=1e-6
    )
    assert changed.suppliers.risk_group[row] == "Toshiba group"
    assert changed.suppliers.source[row].startswith("histories to 2010-11-01")
    untouched = changed.suppliers.position["own"]
    assert changed.suppliers.failure_probability[untouched] == problem.suppliers.failure_probability[untouched]
    assert secondsource.plan(changed).status == "optimal"


def test_ranks_by_hand() -> None:
    assert rank_correlation([1, 2, 3, 4], [10, 20, 30, 40]) == 1.0
    # ranks 1 2 3 and 2.5 2.5 1
    assert rank_correlation([1, 2, 3], [5, 5, 1]) == pytest.approx(-0.866025403784)
    assert rank_correlation([1, 2], [1, 2]) is None and rank_correlation([1, 2, 3], [4, 4, 4]) is None
