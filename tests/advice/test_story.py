"""A plan told as a story: its money adds up, its turning points turn, and both examples are told in every language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import secondsource
from secondsource.advice.story import Story, story
from secondsource.cli import main
from secondsource.costing.work import Option, present_cost
from secondsource.costing.work_of_item import work_of_item
from secondsource.problem.read import from_rows
from secondsource.problem.tables import Problem

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
TODAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def phone() -> tuple[Problem, Story]:
    problem = secondsource.read(EXAMPLES / "phone")
    return problem, story(problem, secondsource.plan(problem))


def test_the_money_is_that_of_the_awards_and_adds_up_by_country(phone: tuple[Problem, Story]) -> None:
    _problem, told = phone
    awarded = sum((award.cost for award in told.plan.awards), Decimal(0))
    assert sum(each.cost for each in told.money) == awarded
    assert sum(cost for _country, cost, _share in told.countries) == awarded
    assert float(sum(share for _country, _cost, share in told.countries)) == pytest.approx(1, abs=1e-5)
    assert told.home == "US"
    assert told.product == "phone"
    assert told.units == 40_000_000
    samsung = next(each for each in told.money if each.maker == "samsung")
    assert float(samsung.per_unit) == pytest.approx(float(samsung.cost) / 40e6, rel=1e-6)


def test_at_home_the_phone_is_never_cheaper_whatever_the_hours(phone: tuple[Problem, Story]) -> None:
    _problem, told = phone
    decision = next(each for each in told.decisions if each.item == "phone")
    assert decision.cheapest == "bought"
    assert decision.units == 1_000_000  # what the home line can make
    assert {turn.figure for turn in decision.turns if turn.then is None} == {"hours", "wage"}


def made_and_bought(problem: Problem, item: str) -> tuple[Any, Option, Option]:
    work = work_of_item(problem, item).work
    made = next(option for option in work.options if option.kind == "make")
    bought = next(option for option in work.options if option.kind == "buy")
    return work, made, bought


def small() -> Problem:
    return from_rows({
        "settings": [{"name": "failures", "value": "0"}, {"name": "horizon_years", "value": "2"},
                     {"name": "discount_rate", "value": "0.1"}],
        "sites": [{"site": "here", "country": "US"}, {"site": "there", "country": "CN"}],
        "items": [{"item": "case", "demand": 1000, "site": "here"}],
        "suppliers": [{"supplier": "own", "own": True, "site": "here"}, {"supplier": "far", "site": "there"}],
        "offers": [{"offer": "m", "item": "case", "supplier": "own", "unit_price": 3, "fixed_cost": 500},
                   {"offer": "b", "item": "case", "supplier": "far", "unit_price": 10}],
        "lanes": [{"origin": "there", "destination": "here", "cost_per_unit": 1}],
        "roles": [{"supplier": "own", "role": "worker", "hourly_wage": 15, "in_hand": 5}],
        "staffing": [{"offer": "m", "role": "worker", "hours": 0.5}],
    }, today=TODAY)  # fmt: skip


def test_at_a_turning_point_making_and_buying_cost_the_same() -> None:
    problem = small()
    (decision,) = story(problem, secondsource.plan(problem)).decisions
    work, made, bought = made_and_bought(problem, "case")
    turns = {turn.figure: turn for turn in decision.turns}
    assert set(turns) == {"hours", "wage", "price", "volume"}
    a = (Fraction(10, 11) + Fraction(100, 121)) / 2
    # By hand: 500 + a x 1000 x (3 + h x 15) = a x 1000 x 11.
    assert float(turns["hours"].then or 0) == pytest.approx(float((8 - Fraction(1, 2) / a) / 15), abs=1e-5)
    assert float(turns["price"].then or 0) == pytest.approx(
        float(Fraction(1, 2) / a + 3 + Fraction(15, 2) - 1), abs=1e-5
    )
    for figure in ("hours", "wage"):
        factor = Fraction(turns[figure].then or 0) / Fraction(turns[figure].now)
        name = {"hours": "hours_per_unit", "wage": "hourly_wage"}[figure]
        roles = tuple(replace(role, **{name: getattr(role, name) * factor}) for role in made.roles)
        at = present_cost(work, replace(made, roles=roles))
        assert float(at) == pytest.approx(float(present_cost(work, bought)), rel=1e-6)
    scale = Fraction(turns["volume"].then or 0) / 1000
    assert float(present_cost(work, made, scale)) == pytest.approx(float(present_cost(work, bought, scale)), rel=1e-5)
    assert turns["volume"].pays_above


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ru", "uk"])
@pytest.mark.parametrize("example", ["phone", "it-team"])
def test_both_examples_are_told_in_every_language(example: str, language: str, tmp_path: Path) -> None:
    words = ["story", str(EXAMPLES / example), "--gap", "0.001", "--out", str(tmp_path), "--language", language, "-q"]
    assert main(words) == 0
    text = (tmp_path / "story.html").read_text("utf-8")
    assert f'<html lang="{language}">' in text
    assert "svg" in text


def test_a_problem_without_a_plan_has_no_story(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "items.csv").write_text("item,demand\nx,1\n", encoding="utf-8")
    (tmp_path / "suppliers.csv").write_text("supplier,excluded\ns,true\n", encoding="utf-8")
    (tmp_path / "offers.csv").write_text("offer,item,supplier,unit_price\no,x,s,1\n", encoding="utf-8")
    assert main(["story", str(tmp_path), "-q"]) == 1
    assert "no plan to ask about" in capsys.readouterr().err


def test_a_plan_that_awards_nothing_is_told_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "items.csv").write_text("item,demand\nlamp,0\n", "utf-8")
    (tmp_path / "suppliers.csv").write_text("supplier\nAda\n", "utf-8")
    (tmp_path / "offers.csv").write_text("offer,item,supplier,unit_price\na,lamp,Ada,10\n", "utf-8")
    assert main(["story", str(tmp_path), "-q"]) == 0
    assert "Nothing is awarded" in capsys.readouterr().out
