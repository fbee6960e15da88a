"""The page of a plan on a terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from rich.console import Console

from secondsource.language import use_language
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.reports.terminal import page

from . import sample


def shown(plan: Plan, problem: Problem, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False, markup=False)
    console.print(page(plan, problem, width))
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text


def order(text: str, *words: str) -> list[int]:
    places = [text.find(word) for word in words]
    assert -1 not in places, text
    return places


def test_the_page_answers_in_the_order_in_which_a_manager_asks() -> None:
    text = shown(sample.plan(), sample.problem())
    places = order(
        text,
        "The best plan",
        "48,726.75 USD",
        "lower bound 48,726.75 USD, gap 0%",
        "Make or buy",
        "Who backs whom",
        "What it costs",
        "What each single failure would do",
        "Exposures",
        "People",
        "Warnings",
        "2 figures are marked as assumptions, 1 freight cost is an estimate",
    )
    assert places == sorted(places)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_line_is_wider_than_the_terminal(width: int, language: str) -> None:
    with use_language(language):
        for plan in (sample.plan(), sample.no_plan()):
            assert max(map(len, shown(plan, sample.problem(), width).splitlines())) <= width


def test_a_wide_page_shows_quantities_and_unit_costs_too() -> None:
    narrow, wide = (shown(sample.plan(), sample.problem(), width) for width in (80, 120))
    assert "Unit cost" in wide and "1,000 pcs" in wide and "cpu has a single source" in wide
    assert "Unit cost" not in narrow


def test_markup_in_names_is_shown_and_not_obeyed() -> None:
    assert "Smith [bold]& Sons[/bold]" in shown(sample.plan(), sample.problem(), 160)


def test_own_sources_and_packages_are_said_to_be_such() -> None:
    text = shown(sample.plan(), sample.problem(), 160)
    assert "Own plant (own)" in text and "(package cases)" in text


def test_a_failure_that_nobody_covers_says_so_and_a_shortage_without_price_too() -> None:
    text = shown(sample.plan(), sample.problem(), 160)
    part = text[text.index("What each single failure would do") : text.index("Exposures:")]
    lines = {name: line for line in part.splitlines() for name in ("Smith", "Samsung", "Foxconn") if name in line}
    assert "nothing" in lines["Samsung"] and "25,000.00" in lines["Samsung"]
    assert "all of it" in lines["Foxconn"] and "525.00" in lines["Foxconn"]
    assert "no price" in lines["Smith"]


def test_a_long_plan_is_cut_to_its_largest_items() -> None:
    text = shown(*sample.large(200))
    assert "part-199" in text and "part-185" in text and "part-184" not in text
    assert "and 185 more: see the report" in text
    assert len(text.splitlines()) < 45


def test_a_plan_that_is_not_proved_says_how_far_from_the_best_it_may_be() -> None:
    text = shown(*sample.large(2), width=200)
    assert "A plan, not proved best" in text
    assert "costs less than 15.00 EUR; this one is at most 50% above it" in text


def test_the_proof_is_named_for_what_it_is() -> None:
    checked = replace(sample.plan(), proof="checked")
    assert "solver's word" in shown(sample.plan(), sample.problem(), 200)
    assert "The best plan, proved" in shown(checked, sample.problem(), 200)
    assert "re-computed from its certificate" in shown(checked, sample.problem(), 200)


def test_without_a_plan_the_conflict_and_the_ways_out_are_shown() -> None:
    text = shown(sample.no_plan(), sample.problem())
    places = order(
        text, "No plan exists", "foxconn and home make 900 at most", "Ways out", "50,000.00", "drop the rule"
    )
    assert places == sorted(places)


def test_a_plan_of_no_cost_is_shown() -> None:
    empty = Plan(status="optimal", currency="EUR", cost=Decimal(0), bound=Decimal(0), gap=Decimal(0))
    assert "0.00 EUR" in shown(empty, sample.problem())


def test_the_page_speaks_russian() -> None:
    with use_language("ru"):
        text = shown(sample.plan(), sample.problem())
    assert "Лучший план" in text and "48\N{NO-BREAK SPACE}726,75 USD" in text and "Кто кого подстраховывает" in text
