"""Who may be used, and why the others may not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from secondsource.costing.admission import Admission, admit
from secondsource.problem.links import link
from secondsource.problem.read import from_rows

TODAY = date(2026, 2, 1)


def admitted(**tables: list[dict[str, Any]]) -> Admission:
    """What may be used of Ada's offer "lamp" and package "set" of lamps."""
    rows: dict[str, list[dict[str, Any]]] = {
        "items": [{"item": "lamp", "category": "31.52"}],
        "suppliers": [{"supplier": "Ada"}],
        "offers": [{"offer": "lamp", "item": "lamp", "supplier": "Ada", "unit_price": 10}],
        "packages": [{"package": "set", "supplier": "Ada", "price": 5}],
        "package_items": [{"package": "set", "item": "lamp", "quantity": 2}],
    }
    problem = from_rows({**rows, **tables}, today=TODAY)
    return admit(problem, link(problem))


def test_everything_is_admitted_where_nothing_speaks_against_it() -> None:
    found = admitted()
    assert (found.offers.tolist(), found.packages.tolist(), found.reasons, found.warnings) == ([0], [0], {}, ())


@pytest.mark.parametrize(
    ("supplier", "item", "reason"),
    [
        ({"excluded": True}, {}, "Ada is excluded"),
        ({"excluded": True, "excluded_reason": "sanctions"}, {}, "Ada is excluded: sanctions"),
        ({"level": 59}, {"required_level": 60}, "Ada has level 59, below the 60 required"),
        (
            {"failure_probability": 0.06},
            {"max_failure_probability": 0.05},
            "Ada fails with probability 0.06, above the 0.05 allowed",
        ),
    ],
)
def test_a_refusal_takes_offers_and_packages_alike_and_says_why(
    supplier: dict[str, Any], item: dict[str, Any], reason: str
) -> None:
    found = admitted(items=[{"item": "lamp", "category": "31.52", **item}], suppliers=[{"supplier": "Ada", **supplier}])
    assert (found.offers.tolist(), found.packages.tolist()) == ([], [])
    assert {place: str(why) for place, why in found.reasons.items()} == {
        ("offers", 0): reason,
        ("packages", 0): reason,
    }


def test_limits_are_met_exactly() -> None:
    found = admitted(
        items=[{"item": "lamp", "required_level": 60, "max_failure_probability": 0.05}],
        suppliers=[{"supplier": "Ada", "level": 60, "failure_probability": 0.05}],
    )
    assert found.offers.tolist() == [0]


@pytest.mark.parametrize(
    ("levels", "is_admitted"),
    [
        ([("31", 80), ("31.5", 50)], False),  # the longest match counts
        ([("31", 50), ("31.5", 80)], True),
        ([("32", 10)], True),  # of another category: the supplier's own 100 counts
        ([("31.52.1", 10)], True),  # of a part of the category only
    ],
)
def test_the_longest_matching_category_gives_the_level(levels: list[tuple[str, int]], is_admitted: bool) -> None:
    found = admitted(
        items=[{"item": "lamp", "category": "31.52", "required_level": 60}],
        levels=[{"supplier": "Ada", "category": category, "level": level} for category, level in levels],
    )
    assert found.offers.tolist() == [0] * is_admitted


@pytest.mark.parametrize(("day", "left_out"), [("2026-01-31", True), ("2026-02-01", False)])
def test_what_expired_yesterday_is_left_out_with_a_warning_and_today_still_counts(day: str, left_out: bool) -> None:
    found = admitted(
        items=[{"item": "lamp", "category": "31.52", "required_level": 60}],
        offers=[{"offer": "lamp", "item": "lamp", "supplier": "Ada", "unit_price": 10, "valid_until": day}],
        suppliers=[{"supplier": "Ada", "level": 60}],
        levels=[{"supplier": "Ada", "category": "31", "level": 70, "valid_until": day}],
        rules=[{"rule": "board", "measure": "suppliers", "high": 3, "expires": day}],
    )
    assert (found.offers.tolist(), found.rules.tolist()) == (([], []) if left_out else ([0], [0]))
    assert [str(warning) for warning in found.warnings] == (
        [
            "the level of Ada for 31 expired on 2026-01-31 and is not used",
            "offer lamp expired on 2026-01-31 and is left out",
            "rule board expired on 2026-01-31 and is left out",
        ]
        if left_out
        else []
    )
