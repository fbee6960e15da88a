"""Charts: their bars are as long as their numbers."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from secondsource.reports import charts
from secondsource.reports.charts import BARS_WIDTH
from secondsource.reports.numbers import Unit
from secondsource.reports.summary import summarise

from . import sample

DOLLARS = Unit("USD", 1, 2)


def bars(svg: str) -> list[tuple[float, float, str]]:
    """Start, width and colour of each bar."""
    found = re.findall(r'<path d="M([\d.]+),[\d.]+h([\d.]+)v[^"]*" fill="var\(--(\w+)\)"', svg)
    return [(float(start), float(width), colour) for start, width, colour in found]


def test_a_waterfall_starts_each_part_where_the_one_before_ends() -> None:
    plan = replace(
        sample.plan(),
        cost=Decimal(90),
        breakdown={"purchase": Decimal(100), "rebates": Decimal(-30), "freight": Decimal(20)},
    )
    pixel = BARS_WIDTH / 100
    drawn = bars(charts.cost_parts(summarise(plan, sample.problem()), Decimal(90), DOLLARS))
    assert [(round(start / pixel), round(width / pixel), colour) for start, width, colour in drawn] == [
        (0, 100, "buy"),
        (70, 30, "less"),
        (70, 20, "buy"),
        (0, 90, "total"),
    ]


def test_items_are_stacked_by_supplier_and_own_ones_are_coloured_otherwise() -> None:
    drawn = bars(charts.items(summarise(sample.plan(), sample.problem()), DOLLARS))
    pixel = BARS_WIDTH / 28500
    assert [(round(start / pixel), round(width / pixel), colour) for start, width, colour in drawn] == [
        (0, 28500, "buy"),
        (0, 10750, "buy"),
        (0, 5000, "buy"),
        (5000, 2400, "make"),
        (0, 900, "buy"),
    ]


def test_failures_that_leave_something_missing_are_marked_in_words_too() -> None:
    svg = charts.failures(summarise(sample.plan(), sample.problem()), DOLLARS)
    assert "! 25,000.00 · 2% likely" in svg and ">750.00 · 4% likely" in svg


def test_beyond_a_dozen_the_rest_is_one_bar() -> None:
    plan, problem = sample.large(20)
    svg = charts.items(summarise(plan, problem), DOLLARS)
    # The eight smallest of 20 cost 10 + 20 + ... + 80 = 360.
    assert "8 more items" in svg and ">360.00<" in svg
    assert len(bars(svg)) == 13


def test_where_everything_is_free_there_is_no_chart() -> None:
    plan = replace(sample.plan(), cost=Decimal(0), awards=(), packages=(), breakdown={}, failures=())
    summary = summarise(plan, sample.problem())
    assert (
        charts.items(summary, DOLLARS) == charts.suppliers(summary, DOLLARS) == charts.failures(summary, DOLLARS) == ""
    )
    assert charts.cost_parts(summary, Decimal(0), DOLLARS) == ""
