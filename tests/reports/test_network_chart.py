"""The drawing of the network: components, assemblies, customers, in this order from the left."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import secondsource
from secondsource.problem.plan import Plan
from secondsource.problem.read import from_rows
from secondsource.problem.tables import Problem
from secondsource.reports.network_chart import BOX, MOST_BOXES, network
from secondsource.reports.summary import summarise

from . import sample

SVG = "{http://www.w3.org/2000/svg}"


def lamp(shades: int = 1) -> tuple[Plan, Problem]:
    """A lamp put together by Ada from shades, one of which Bea makes from glass."""
    items: list[dict[str, object]] = [{"item": "lamp", "name": "Lamp & <cord>", "demand": 10}, {"item": "glass"}]
    items += [{"item": f"shade-{number}"} for number in range(shades)]
    offers = [{"offer": item["item"], "item": item["item"], "supplier": "Ada", "unit_price": 1} for item in items]
    bom: list[dict[str, object]] = [{"parent": "lamp", "child": f"shade-{number}"} for number in range(shades)]
    rows: dict[str, list[dict[str, object]]] = {
        "settings": [{"name": "failures", "value": 0}],
        "items": items,
        "suppliers": [{"supplier": "Ada"}],
        "offers": [each | {"turnkey": each["item"] not in ("lamp", "shade-0")} for each in offers],
        "bom": [*bom, {"parent": "shade-0", "child": "glass"}],
    }
    problem = from_rows(rows, today=date(2026, 1, 1))
    return secondsource.plan(problem, threads=1), problem


def boxes(svg: str) -> dict[str, tuple[float, float]]:
    """Where each box begins, by its title."""
    found = {}
    for group in ElementTree.fromstring(svg).iter(f"{SVG}g"):
        frame, title = group.find(f"{SVG}rect"), group.find(f"{SVG}title")
        assert frame is not None and title is not None and title.text is not None
        found[title.text.partition(":")[0]] = (float(frame.attrib["x"]), float(frame.attrib["y"]))
    return found


def test_components_stand_left_of_what_they_go_into_and_customers_on_the_right() -> None:
    plan, problem = lamp()
    found = boxes(network(summarise(plan, problem), plan, problem))
    assert [name for name, _place in sorted(found.items(), key=lambda each: each[1])] == [
        "glass", "shade-0", "Lamp & <cord>", "Customer",
    ]  # fmt: skip


def test_there_is_a_line_for_each_way_and_boxes_do_not_overlap() -> None:
    plan, problem = lamp(5)
    svg = network(summarise(plan, problem), plan, problem)
    # Five shades into the lamp, glass into one of them, the lamp to its customer.
    assert svg.count("<path") == 7
    places = list(boxes(svg).values())
    for x, y in places:
        assert all(abs(y - other) >= BOX for at, other in places if at == x and other != y)
    assert len(set(places)) == len(places)


def test_a_long_column_ends_in_one_box_for_the_rest() -> None:
    plan, problem = lamp(40)
    found = boxes(network(summarise(plan, problem), plan, problem))
    assert any(re.fullmatch(r"\d\d more items", name) for name in found)
    assert len(found) < 2 * MOST_BOXES + 4


def test_a_turnkey_award_takes_no_parts_so_there_is_no_line() -> None:
    plan, problem = sample.plan(), sample.problem()
    svg = network(summarise(plan, problem), plan, problem)
    assert svg.count("<path") == 1  # the phone to its customer
    assert sum((award.quantity for award in plan.awards), Decimal(0)) > 0
