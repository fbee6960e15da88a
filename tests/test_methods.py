"""Every figure that a page on a method works out is what the working gives, and what secondsource plans."""

from __future__ import annotations

import ast
import json
import math
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import secondsource
from secondsource.advice.dependence import dependences
from secondsource.advice.exposure import exposures
from secondsource.advice.labour import labour_costs
from secondsource.advice.landed import landed_costs
from secondsource.advice.makebuy import make_or_buy
from secondsource.advice.price_to_win import prices_to_win
from secondsource.advice.qualify import qualify
from secondsource.advice.quality import quality_costs
from secondsource.advice.reliability import reliability
from secondsource.advice.rule_prices import rule_prices
from secondsource.advice.simulation import simulated
from secondsource.advice.switching import switching
from secondsource.optimise.replan import stand
from secondsource.problem.histories import histories_from_rows
from secondsource.problem.plan_json import to_json
from secondsource.problem.read import from_rows
from secondsource.problem.studies.forms import FORMS
from secondsource.problem.studies.study import Study, study_from_rows
from secondsource.problem.tables import Problem
from secondsource.reports.page_json import as_json
from secondsource.solver.highs import Limits

PAGES = sorted(
    path for path in (Path(__file__).parent.parent / "docs" / "methods").glob("*.md") if path.stem != "index"
)
TODAY = date(2026, 1, 1)

OPERATORS: dict[type[ast.AST], Callable[..., Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
}


@dataclass(frozen=True)
class Row:
    """One line of a worked table: its working and value as the page has them, and where the plan says the same."""

    problem: str
    working: str
    value: str
    path: str


def worked(text: str) -> Iterator[Row]:
    """The rows of the worked tables of a page, each with the problem that stands before it."""
    problem, inside, fenced = "", False, ""
    for line in text.splitlines():
        if line.startswith("```"):
            if not fenced and line == "```json":
                problem = ""
            fenced = "" if fenced else line
        elif fenced == "```json":
            problem += line + "\n"
        elif not fenced and line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if "working" in cells:
                inside = True
            elif inside and not set(line) <= set("|-"):
                yield Row(problem, cells[1], cells[2], cells[3].strip("`") if len(cells) > 3 else "")
        else:
            inside = False


def evaluated(working: str) -> Decimal:
    """What a line of arithmetic comes to."""

    def value(node: ast.expr) -> Decimal:
        match node:
            case ast.Constant(value=int() | float()):
                return Decimal(repr(node.value))
            case ast.BinOp():
                return OPERATORS[type(node.op)](value(node.left), value(node.right))
            case ast.UnaryOp():
                return OPERATORS[type(node.op)](value(node.operand))
        raise ValueError(f"no arithmetic: {working}")

    return value(ast.parse(working.replace("×", "*").replace("−", "-"), mode="eval").body)


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("−", "-"))


def close(stated: str, value: Decimal) -> bool:
    """Whether a figure is the value, to the digits that it has; a whole one exactly (to a millionth)."""
    decimals = len(stated.partition(".")[2])
    return abs(number(stated) - value) <= (Decimal("0.000001") if not decimals else Decimal(10) ** -decimals / 2)


def found(plan: Any, path: str) -> Any:
    """The figure that `awards[valve-b].cost` names in a plan's JSON: a row by its place, or by one of its values."""
    here = plan
    for name, inside in re.findall(r"\.?(\w+)(?:\[([^\]]+)\])?", path):
        here = here[name]
        if inside.isdigit():
            here = here[int(inside)]
        elif inside:
            (here,) = [row for row in here if inside in row.values()]
    return here


EXACT = Limits(gap=0.0)
ADVICE: dict[str, Callable[[Problem], Any]] = {
    "dependence": lambda problem: dependences(problem, EXACT),
    "exposure": lambda problem: exposures(stand(problem, EXACT), EXACT),
    "simulate": lambda problem: simulated(stand(problem, EXACT), None, EXACT, trials=20_000),
    "price-to-win": lambda problem: prices_to_win(problem, EXACT),
    "rules": lambda problem: rule_prices(problem, EXACT),
    "switch": lambda problem: switching(problem, EXACT),
}
"""Commands whose answers a path can name: `rules.rules[few].alone`."""
STUDIES: dict[str, Callable[[Study], Any]] = {
    "makebuy": make_or_buy,
    "landed": landed_costs,
    "labour": labour_costs,
    "qualify": qualify,
    "quality": quality_costs,
}
"""The same for studies."""


def advised(plans: dict[Any, Any], text: str, command: str) -> Any:
    if (text, command) not in plans:
        given = json.loads(text, parse_float=Decimal)
        if command == "reliability":
            answer = as_json(reliability(histories_from_rows(given, TODAY), half_life=math.inf))
        elif command in STUDIES:
            answer = as_json(STUDIES[command](study_from_rows(given, FORMS[command], today=TODAY)))
        else:
            answer = as_json(ADVICE[command](problem_of(text)))
        plans[text, command] = json.loads(json.dumps(answer, default=str), parse_float=Decimal)
    return plans[text, command]


def contains(interval: dict[str, Any], stated: str) -> bool:
    """Whether a figure lies in an interval that is no wider than a thousandth."""
    low, high, value = Decimal(interval["low"]), Decimal(interval["high"]), number(stated)
    return low <= value <= high and high - low < Decimal("0.001")


def problem_of(text: str) -> Problem:
    return from_rows(json.loads(text, parse_float=Decimal), today=TODAY)


GUIDES = sorted((Path(__file__).parent.parent / "docs" / "how-to").glob("*.md"))
ROWS = [
    pytest.param(row, id=f"{page.stem}-{k}")
    for page in PAGES + GUIDES
    for k, row in enumerate(worked(page.read_text("utf-8")))
]


@pytest.fixture(scope="module")
def plans() -> dict[Any, Any]:
    """Plans by problem, each made once."""
    return {}


def planned(plans: dict[Any, Any], text: str) -> Any:
    if text not in plans:
        plans[text] = json.loads(to_json(secondsource.plan(problem_of(text))), parse_float=Decimal)
    return plans[text]


@pytest.mark.parametrize("row", ROWS)
def test_a_worked_figure_is_what_its_working_gives_and_what_the_plan_says(row: Row, plans: dict[Any, Any]) -> None:
    assert row.working or row.path
    if row.working:
        assert close(row.value, evaluated(row.working)), f"{row.working} = {evaluated(row.working)}, not {row.value}"
    command, _dot, path = row.path.partition(".")
    if command in (*ADVICE, *STUDIES, "reliability"):
        advised_value = found(advised(plans, row.problem, command), path)
        if isinstance(advised_value, dict):
            assert contains(advised_value, row.value), f"{row.path} is {advised_value}, not {row.value}"
        else:
            assert close(row.value, Decimal(advised_value)), f"{row.path} is {advised_value}, not {row.value}"
    elif row.path:
        planned_value = found(planned(plans, row.problem), row.path)
        if isinstance(planned_value, str):
            assert planned_value == row.value
        else:
            assert close(row.value, Decimal(planned_value)), f"{row.path} is {planned_value}, not {row.value}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_a_question_a_worked_table_limits_sources_and_names_its_test(page: Path) -> None:
    text = page.read_text("utf-8")
    assert "**Question.**" in text
    assert "## Limits" in text
    assert "## Sources" in text
    assert "`tests/test_methods.py`" in text.replace("\n", " ")
    assert sum(bool(row.path) for row in worked(text)) >= 3


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_listed(page: Path) -> None:
    assert page.stem in (page.parent / "index.md").read_text("utf-8").splitlines()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_code_that_a_page_names_exists(page: Path) -> None:
    source = Path(secondsource.__file__).parent.parent
    named = re.findall(r"`(secondsource\.[a-z_.]+)`", page.read_text("utf-8"))
    assert named
    for name in named:
        module = source / (name.replace(".", "/") + ".py")
        parent, _, function = name.rpartition(".")
        inside = source / (parent.replace(".", "/") + ".py")
        assert module.is_file() or f"def {function}(" in inside.read_text("utf-8"), name


def test_every_plan_of_a_page_holds_when_verified() -> None:
    texts = {row.problem for page in PAGES for row in worked(page.read_text("utf-8"))}
    texts = {text for text in texts if "offers" in json.loads(text)}
    for text in texts:
        plan = secondsource.plan(problem_of(text))
        if plan.status == "optimal":
            assert secondsource.verify(problem_of(text), plan).faults == ()
    assert len(texts) >= 15


def test_a_wrong_cost_is_named_as_the_page_on_proof_says() -> None:
    text = next(page for page in PAGES if page.stem == "proof").read_text("utf-8")
    (said,) = re.findall(r"```text\n(.*?)\n```", text)
    problem = problem_of(next(worked(text)).problem)
    verdict = secondsource.verify(problem, replace(secondsource.plan(problem), cost=Decimal(1000)))
    assert [str(fault) for fault in verdict.faults] == [said]
