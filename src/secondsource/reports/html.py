"""A plan as one HTML file that asks nothing of the net and needs no script; not for the web application's pages."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from secondsource.language import _, current_language, plural
from secondsource.optimise.attribution import attribute
from secondsource.problem.plan import PARTS, Plan
from secondsource.problem.tables import Problem
from secondsource.reports import charts, formulas, numbers, words
from secondsource.reports.network_chart import network
from secondsource.reports.summary import Summary, summarise

TOP_ITEMS, TOP_FAILURES = 10, 8
"""Rows of the tables of the first screen: as high as each other, as failures take more lines."""

MOST_ROWS = 500
"""Rows of any other table: beyond that the problem's own files are the better place to look."""


@dataclass(frozen=True)
class OfferUsed:
    """An offer that the plan awards or books, as the input gives it."""

    offer: str
    item: str
    supplier: str
    unit_price: Decimal
    currency: str
    source: str
    note: str


def html(plan: Plan, problem: Problem, title: str) -> str:
    """Return the report on `plan`, which answers `problem`, as the text of an HTML file in the reader's language."""
    environment = Environment(
        loader=PackageLoader("secondsource.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (Path(__file__).parent / "templates" / "report.css").read_text("utf-8")
    environment.globals.update(_words())
    return environment.get_template("report.html").render(
        language=current_language(),
        title=title,
        plan=plan,
        style=Markup(style),  # noqa: S704  our own file
        style_digest=digest(style),
        **(_nothing() if plan.cost is None else _contents(plan, problem, plan.cost)),
    )


def _words() -> dict[str, Any]:
    """What every template may call."""
    formats: dict[str, Callable[..., Any]] = {
        name: getattr(numbers, name) for name in ("money", "number", "percent", "price", "day")
    }
    return {
        "_": _,
        "plural": plural,
        "words": words,
        "formulas": formulas,
        "TOP_ITEMS": TOP_ITEMS,
        "TOP_FAILURES": TOP_FAILURES,
        "MOST_ROWS": MOST_ROWS,
        **formats,
    }


def _contents(plan: Plan, problem: Problem, cost: Decimal) -> dict[str, Any]:
    summary, costs = summarise(plan, problem), attribute(plan, problem)
    unit = numbers.unit_of(cost, plan.currency)
    drawings = _drawings(summary, cost, unit) | {"network": network(summary, plan, problem)}
    offers = _offers_used(plan, problem)
    rules = [problem.rules.row(row) for row in range(len(problem.rules))]
    return {
        "summary": summary,
        "unit": unit,
        "charts": {name: Markup(svg) for name, svg in drawings.items()},  # noqa: S704  by Vega, and escaped by ours
        "costs": costs,
        "by_item": sorted(costs.items.items(), key=lambda row: -sum(row[1].values(), Decimal(0))),
        "parts": [part for part in PARTS if any(part in row for row in (*costs.items.values(), costs.rest))],
        "item_names": dict(zip(problem.items.item, problem.items.name, strict=True)),
        "supplier_names": dict(zip(problem.suppliers.supplier, problem.suppliers.name, strict=True)),
        "offers": offers,
        "offers_of": _by_item(offers),
        "rules": rules,
        "expired": {row["rule"] for row in rules if row["expires"] and row["expires"].isoformat() < plan.as_of},
    }


def _by_item(offers: Sequence[OfferUsed]) -> dict[str, list[tuple[int, OfferUsed]]]:
    """The offers of each item, with their rows in the list of offers."""
    found: dict[str, list[tuple[int, OfferUsed]]] = defaultdict(list)
    for number, offer in enumerate(offers, start=1):
        found[offer.item].append((number, offer))
    return found


def _nothing() -> dict[str, Any]:
    return {"summary": None, "unit": None, "charts": {}}


def _drawings(summary: Summary, cost: Decimal, unit: numbers.Unit) -> dict[str, str]:
    return {
        "parts": charts.cost_parts(summary, cost, unit),
        "items": charts.items(summary, unit),
        "suppliers": charts.suppliers(summary, unit),
        "countries": charts.countries(summary, unit),
        "failures": charts.failures(summary, unit),
    }


def _offers_used(plan: Plan, problem: Problem) -> list[OfferUsed]:
    used = dict.fromkeys([*(award.offer for award in plan.awards), *(booking.offer for booking in plan.backups)])
    rows = (problem.offers.row(problem.offers.position[offer]) for offer in used)
    return [
        OfferUsed(
            row["offer"],
            row["item"],
            row["supplier"],
            row["unit_price"],
            row["currency"] or plan.currency,
            row["source"],
            row["note"],
        )
        for row in rows
    ]


def digest(style: str) -> str:
    """Return the name by which the page's security policy admits its one style sheet."""
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
