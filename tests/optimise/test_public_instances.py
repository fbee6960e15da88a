"""Published instances with known optima, mapped to the problem format; the data lie beside the checkout.

Warehouses and depots are suppliers with a fixed cost and a capacity, customers are items, and assignment costs are unit
prices. Two-stage instances are a two-level BOM: a depot's offer for a customer is not turnkey, and each unit draws one
unit of the goods that plants send to the depot's site.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import secondsource
from secondsource.problem.plan import Plan

from .tiny import Rows, checked, money

DATA = Path(__file__).parents[3] / "shared" / "data" / "optimisation"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="the published instances (../shared/data) are not here")

CAP_OPTIMA = {
    "cap41": 1040444.375, "cap42": 1098000.450, "cap43": 1153000.450, "cap44": 1235500.450, "cap51": 1025208.225,
    "cap61": 932615.750, "cap62": 977799.400, "cap63": 1014062.050, "cap64": 1045650.250,
    "cap71": 932615.750, "cap72": 977799.400, "cap73": 1010641.450, "cap74": 1034976.975,
    "cap81": 838499.287, "cap82": 910889.562, "cap83": 975889.562, "cap84": 1069369.525,
    "cap91": 796648.438, "cap92": 855733.500, "cap93": 896617.537, "cap94": 946051.325,
    "cap101": 796648.438, "cap102": 854704.200, "cap103": 893782.113, "cap104": 928941.750,
    "cap111": 826124.713, "cap112": 901377.212, "cap113": 970567.750, "cap114": 1063356.487,
    "cap121": 793439.562, "cap122": 852524.625, "cap123": 895302.325, "cap124": 946051.325,
    "cap131": 793439.562, "cap132": 851495.325, "cap133": 893076.713, "cap134": 928941.750,
}  # fmt: skip
"""Beasley's capacitated warehouse location problems (1988, EJOR 33:314-325, OR-Library `capopt`): least costs, which
differ from the published ones by no more than the rounding of the last digit."""
CAP_DEMAND = 58268

TWO_STAGE = [pytest.param(c, i, marks=[pytest.mark.long] if c > 1 else []) for c in (1, 2, 3, 4, 5) for i in (1, 2)]


def numbers(path: Path) -> list[str]:
    """The figures of a file in their order, as text."""
    return path.read_text(encoding="ascii").split()


def location(path: Path, *, capacitated: bool) -> Rows:
    """An OR-Library location problem: a unit price is the cost of serving the customer whole, over the demand."""
    figures = iter(numbers(path))
    warehouses, customers = int(next(figures)), int(next(figures))
    suppliers: list[dict[str, object]] = []
    for w in range(warehouses):
        capacity, fixed = next(figures), next(figures)
        suppliers.append({"supplier": f"w{w}", "fixed_cost": fixed, **({"capacity": capacity} if capacitated else {})})
    items, offers = [], []
    for c in range(customers):
        # Uncapacitated files give no meaning to the demand: there a customer is one unit.
        stated = next(figures)
        demand = stated if capacitated else "1"
        items.append({"item": f"c{c}", "demand": demand})
        for w in range(warehouses):
            price = float(next(figures)) / float(demand)
            offers.append({"offer": f"c{c} w{w}", "item": f"c{c}", "supplier": f"w{w}", "unit_price": repr(price)})
    return {**NO_FAILURES, "items": items, "suppliers": suppliers, "offers": offers}


NO_FAILURES: Rows = {"settings": [{"name": "failures", "value": 0}]}


def two_stage(path: Path) -> Rows:
    """A two-stage location problem as a BOM of two levels: customers' items, each drawing one unit of the goods."""
    figures = iter(numbers(path))
    plants, depots, customers = (int(next(figures)) for _ in range(3))
    demand = [next(figures) for _ in range(customers)]
    suppliers = [_sited(f"p{p}", next(figures), next(figures)) for p in range(plants)]
    lanes = [
        {"origin": f"p{p}", "destination": f"d{d}", "cost_per_unit": next(figures)}
        for p in range(plants)
        for d in range(depots)
    ]
    suppliers += [_sited(f"d{d}", next(figures), next(figures)) for d in range(depots)]
    offers: list[dict[str, object]] = [
        {
            "offer": f"c{c} d{d}",
            "item": f"c{c}",
            "supplier": f"d{d}",
            "unit_price": next(figures),
            "turnkey": False,
        }
        for d in range(depots)
        for c in range(customers)
    ]
    offers += [{"offer": f"p{p}", "item": "goods", "supplier": f"p{p}", "unit_price": 0} for p in range(plants)]
    return {
        **NO_FAILURES,
        "items": [{"item": "goods"}, *({"item": f"c{c}", "demand": demand[c]} for c in range(customers))],
        "bom": [{"parent": f"c{c}", "child": "goods"} for c in range(customers)],
        "sites": [{"site": row["site"]} for row in suppliers],
        "suppliers": suppliers,
        "offers": offers,
        "lanes": lanes,
    }


def _sited(name: str, capacity: str, fixed: str) -> dict[str, object]:
    return {"supplier": name, "site": name, "capacity": capacity, "fixed_cost": fixed}


def best(rows: Rows, **options: float) -> Plan:
    """The plan, which the re-check must accept."""
    problem = checked(rows)
    plan = secondsource.plan(problem, **options)  # type: ignore[arg-type]
    assert [str(fault) for fault in secondsource.verify(problem, plan).faults] == []
    return plan


@needs_data
@pytest.mark.prove
@pytest.mark.parametrize("name", CAP_OPTIMA)
def test_an_or_library_instance_is_planned_at_its_optimum(name: str) -> None:
    rows = location(DATA / "orlib_cap" / f"{name}.txt", capacitated=True)
    # Mirrors of cap41 to cap51 lost digits of two demands: the sum shows it.
    assert sum(int(row["demand"]) for row in rows["items"]) == CAP_DEMAND
    plan = best(rows)
    assert plan.status == "optimal"
    assert money(plan.cost) == pytest.approx(CAP_OPTIMA[name], rel=1e-6)
    assert money(plan.bound) == pytest.approx(CAP_OPTIMA[name], rel=2e-6)


def listed(path: Path, keys: int) -> dict[tuple[str, ...], float]:
    """A file of lines that name an instance in `keys` words and give its value; other lines are headings."""
    words = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    return {tuple(line[:keys]): float(line[keys]) for line in words if line[keys:] and line[keys][0].isdigit()}


@needs_data
@pytest.mark.prove
@pytest.mark.parametrize(
    "name", ["Kcapmo1", *(pytest.param(f"Kcapmo{i}", marks=pytest.mark.long) for i in (2, 3, 4, 5))]
)
def test_a_small_uncapacitated_instance_is_planned_at_its_optimum(name: str) -> None:
    optima = {key.upper(): value for (key,), value in listed(DATA / "ufl_M" / "optimal.txt", 1).items()}
    plan = best(location(DATA / "ufl_M" / f"{name}.txt", capacitated=False))
    assert plan.status == "optimal"
    assert money(plan.cost) == pytest.approx(optima[name.upper()], rel=2e-6)


@needs_data
@pytest.mark.prove
@pytest.mark.parametrize(("kind", "instance"), TWO_STAGE)
def test_a_two_stage_instance_is_planned_within_a_percent_of_the_best_known(kind: int, instance: int) -> None:
    best_known = listed(DATA / "tscflp_sp" / "bks-50.txt", 2)[str(kind), str(instance)]
    lower = listed(DATA / "tscflp_sp" / "lb-50.txt", 1)[(f"C{kind}-{instance}-50",)]
    plan = best(two_stage(DATA / "tscflp_sp" / f"PSC{instance}-C{kind}-50.txt"), gap=0.01, time_limit=900)
    assert lower <= money(plan.cost) <= best_known * 1.01
    # The published bounds of the other classes leave more than 1 %: closing that takes longer than a test may.
    assert money(plan.bound) <= best_known * (1 + 1e-6)
    assert kind > 1 or money(plan.cost) - money(plan.bound) <= 0.01 * money(plan.cost)
