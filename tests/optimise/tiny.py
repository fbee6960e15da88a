"""The tiny case that the tests of optimise share: 100 lamps, bought from Ada or Bea, and how a case is planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import secondsource
from secondsource.problem.plan import Plan
from secondsource.problem.read import from_rows
from secondsource.problem.tables import Problem

Rows = dict[str, list[dict[str, Any]]]
TODAY = date(2026, 2, 1)


def lamps(
    *offers: dict[str, Any], settings: Mapping[str, Any] | None = None, **tables: Sequence[dict[str, Any]]
) -> Rows:
    """100 lamps, no failures planned for, the suppliers those of the offers; tables that are given replace these.

    A supplier that is given as a row keeps it, and the others are added.
    """
    given = {str(row["supplier"]): row for row in tables.pop("suppliers", ())}
    names = list(dict.fromkeys([*given, *(str(row["supplier"]) for row in offers)]))
    rows: Rows = {
        "settings": [{"name": name, "value": value} for name, value in {"failures": 0, **(settings or {})}.items()],
        "items": [{"item": "lamp", "demand": 100}],
        "suppliers": [given.get(name, {"supplier": name}) for name in names],
        "offers": list(offers),
    }
    return {**rows, **{name: list(table) for name, table in tables.items()}}


def offer(supplier: str, unit_price: object, item: str = "lamp", **columns: Any) -> dict[str, Any]:
    """An offer named after its supplier: "Ada", or "Ada shade" where it is for another item."""
    name = supplier if item == "lamp" else f"{supplier} {item}"
    return {"offer": name, "item": item, "supplier": supplier, "unit_price": unit_price, **columns}


def checked(rows: Mapping[str, Sequence[Mapping[str, object]]]) -> Problem:
    """The rows as a problem."""
    return from_rows(rows, today=TODAY)


def planned(rows: Rows) -> Plan:
    """The best plan, proved, and accepted by the re-check without a solver."""
    problem = checked(rows)
    plan = secondsource.plan(problem, threads=1)
    assert plan.status == "optimal"
    verdict = secondsource.verify(problem, plan)
    assert [str(fault) for fault in verdict.faults] == []
    assert verdict.cost == plan.cost == sum(plan.breakdown.values())
    return plan


def cost(rows: Rows) -> float:
    """What the best plan costs."""
    return money(planned(rows).cost)


def money(amount: object) -> float:
    """An amount that must be there, as a float."""
    assert amount is not None
    return float(str(amount))


def awards(plan: Plan) -> dict[str, float]:
    """Units by offer."""
    return {award.offer: float(award.quantity) for award in plan.awards}


def backups(plan: Plan) -> dict[str, float]:
    """Units booked by offer."""
    return {booking.offer: float(booking.quantity) for booking in plan.backups}


def part(plan: Plan, name: str) -> float:
    """A part of the cost."""
    return float(plan.breakdown[name])


def refused(rows: Rows) -> str:
    """Why there is no plan."""
    plan = secondsource.plan(checked(rows), threads=1)
    assert plan.status == "infeasible"
    assert plan.cost is None and not plan.awards
    return "; ".join(str(claim) for claim in plan.conflict)
