"""A small telephone, its problem and a plan for it, by hand: 1,000 telephones, assembled at home and by Foxconn.

Nothing here comes from the optimiser: the figures are such that a reader can add them up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from secondsource.language import _
from secondsource.problem.columns import Numbers
from secondsource.problem.plan import (
    Award,
    Booking,
    Exposure,
    Failure,
    Flow,
    Hire,
    PackageTaken,
    Plan,
    Relaxation,
)
from secondsource.problem.tables import TABLES, Problem, Settings

D = Decimal

Row = Mapping[str, Any]

ITEMS: list[Row] = [
    {"item": "phone", "name": "Smartphone", "unit": "pcs", "demand": D(1000), "shortage_cost": D(200)},
    {"item": "display", "name": "Display 3.5″", "unit": "pcs"},
    {"item": "cpu", "name": "Application processor", "unit": "pcs", "shortage_cost": D(50)},
    {"item": "case", "name": "Case & <frame>", "unit": "pcs"},
]
SUPPLIERS: list[Row] = [
    {"supplier": "home", "name": "Own plant", "own": True, "source": "assumption: a line of our own"},
    {"supplier": "foxconn", "name": "Foxconn", "failure_probability": D("0.05"), "recovery_share": D("0.5")},
    {"supplier": "lg", "name": "LG Display", "failure_probability": D("0.04"), "recovery_share": D("0.5")},
    {"supplier": "toshiba", "name": "Toshiba Mobile Display", "failure_probability": D("0.06")},
    {"supplier": "samsung", "name": "Samsung", "failure_probability": D("0.02"), "recovery_share": D("0.5")},
    {"supplier": "smith", "name": "Smith [bold]& Sons[/bold] <script>alert(1)</script>"},
]
OFFERS: list[Row] = [
    {"offer": "home-phone", "item": "phone", "supplier": "home", "unit_price": D(8), "source": "Assumption: guessed"},
    {"offer": "foxconn-phone", "item": "phone", "supplier": "foxconn", "unit_price": D("6.5"),
     "source": "iSuppli, June 2010, https://example.org/teardown?a=1&b=2"},
    {"offer": "lg-display", "item": "display", "supplier": "lg", "unit_price": D("28.5")},
    {"offer": "toshiba-display", "item": "display", "supplier": "toshiba", "unit_price": D(30)},
    {"offer": "samsung-cpu", "item": "cpu", "supplier": "samsung", "unit_price": D("10.75")},
]  # fmt: skip


def problem(rows: Mapping[str, Sequence[Row]] | None = None) -> Problem:
    """Return a problem of these rows (the telephone's by default), defaults filled in, unchecked."""
    rows = rows or {
        "items": ITEMS,
        "suppliers": SUPPLIERS,
        "offers": OFFERS,
        "packages": [{"package": "cases", "supplier": "smith", "price": D(900)}],
        "package_items": [{"package": "cases", "item": "case", "quantity": D(1000)}],
    }
    tables: dict[str, Any] = {}
    for name, table in TABLES.items():
        given = rows.get(name, [])
        columns: dict[str, Any] = {}
        for column, spec in table.columns().items():
            cells = [row.get(column, spec.default) for row in given]
            if spec.kind in ("number", "whole"):
                columns[column] = Numbers([None if cell is None else Decimal(cell) for cell in cells])
            else:
                columns[column] = tuple(cells)
        tables[name] = table(**columns, line=tuple(range(2, 2 + len(given))))
    settings = Settings(currency="USD", as_of=date(2010, 6, 28))
    given_settings = (("currency", "USD", "teardown, June 2010", ""), ("horizon_years", "1", "", ""))
    return Problem(settings=settings, given=given_settings, sha256="5d41402abc4b2a76b9719d911017c592", **tables)


def plan() -> Plan:
    """Return a plan for `problem()`.

    Purchase 2,400 + 4,550 + 28,500 + 10,750 + 900 (the package) = 47,100; with fixed costs 500, freight 450, backup
    fees 120.50 and expected failures 500 + 30 + 26.25 = 556.25 it comes to 48,726.75.
    """
    return Plan(
        status="optimal",
        currency="USD",
        cost=D("48726.75"),
        bound=D("48726.75"),
        gap=D(0),
        proof="solver",
        seconds=0.42,
        breakdown={
            "purchase": D(47100),
            "rebates": D(0),
            "fixed": D(500),
            "freight": D(450),
            "backup_fees": D("120.5"),
            "expected_failures": D("556.25"),
        },
        awards=(
            Award("phone", "home-phone", "home", True, D(300), D("0.3"), D("8.0"), D(2400)),
            Award("phone", "foxconn-phone", "foxconn", False, D(700), D("0.7"), D("7.142857"), D(5000)),
            Award("display", "lg-display", "lg", False, D(1000), D(1), D("28.5"), D(28500)),
            Award("cpu", "samsung-cpu", "samsung", False, D(1000), D(1), D("10.75"), D(10750)),
        ),
        packages=(PackageTaken("cases", "smith", D(900)),),
        backups=(
            Booking("phone", "home-phone", "home", D(700), ("foxconn",)),
            Booking("display", "toshiba-display", "toshiba", D(1000), ("lg",)),
        ),
        hires=(Hire("home", "assembler", D("4.25"), D("1.25"), D("0.5")),),
        flows=(Flow("phone", "foxconn-phone", "shenzhen", "home", D(700), D(450), estimated=True),),
        exposures=(
            Exposure("cpu", "samsung", D(1000), _("{item} has a single source", item="cpu")),
            Exposure("case", "smith", D(1000), "only one firm makes it"),
        ),
        warnings=(_("offer {offer} expired on {date} and is left out", offer="old", date=date(2010, 1, 31)),),
        needs={"phone": D(1000), "display": D(1000), "cpu": D(1000), "case": D(1000)},
        failures=(
            Failure("samsung", ("samsung",), D("0.02"), D("0.5"), {"cpu": D(1000)}, {}, D(50000), D(500)),
            Failure("lg", ("lg",), D("0.04"), D("0.5"), {"display": D(1000)}, {"display": D(1000)}, D(1500), D(30)),
            Failure(
                "foxconn", ("foxconn",), D("0.05"), D("0.5"), {"phone": D(700)}, {"phone": D(700)}, D(1050), D("26.25")
            ),
            Failure("smith", ("smith",), D(0), D(1), {"case": D(1000)}, {}, D(0), D(0), ("case",)),
        ),
        assumptions=2,
        estimates=1,
        as_of="2010-06-28",
        problem_sha256="5d41402abc4b2a76b9719d911017c592",
        version="0.1.0",
        settings={"currency": "USD", "horizon_years": "1", "discount_rate": "0"},
    )  # fmt: skip


def no_plan() -> Plan:
    """Return the outcome of a problem that nobody can meet."""
    return Plan(
        status="infeasible",
        currency="USD",
        conflict=("phone: 1,000 are needed", "foxconn and home make 900 at most"),
        ways_out=(Relaxation("raise the capacity of foxconn by 100", D(50000)), Relaxation("drop the rule", None)),
    )


def large(items: int) -> tuple[Plan, Problem]:
    """Return a plan of many items, each bought from one of ten suppliers."""
    tables: dict[str, list[Row]] = {
        "items": [{"item": f"part-{n}", "demand": D(10)} for n in range(items)],
        "suppliers": [{"supplier": f"firm-{n}"} for n in range(10)],
        "offers": [
            {"offer": f"offer-{n}", "item": f"part-{n}", "supplier": f"firm-{n % 10}", "unit_price": D(n + 1)}
            for n in range(items)
        ],
    }
    awards = tuple(
        Award(f"part-{n}", f"offer-{n}", f"firm-{n % 10}", False, D(10), D(1), D(n + 1), D(10 * (n + 1)))
        for n in range(items)
    )
    cost = sum((award.cost for award in awards), D(0))
    made = Plan(
        status="feasible", currency="EUR", cost=cost, bound=cost / 2, gap=D("0.5"), breakdown={"purchase": cost},
        awards=awards, needs={award.item: D(10) for award in awards},
    )  # fmt: skip
    return replace(made, as_of="2026-01-01"), problem(tables)
