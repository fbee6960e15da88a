"""The plan as JSON: the keys of FORMAT.md, every digit, and plans by another hand."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondsource.errors import InvalidInput
from secondsource.language import _, use_language
from secondsource.problem.plan import (
    PARTS,
    Award,
    Booking,
    Certificate,
    Exposure,
    Failure,
    Flow,
    Hire,
    PackageTaken,
    Plan,
    Relaxation,
)
from secondsource.problem.plan_json import from_json, to_json

D = Decimal

PLAN = Plan(
    status="feasible",
    currency="EUR",
    cost=D("1234.567891"),
    bound=D("1200.5"),
    gap=D("0.027594"),
    proof="checked",
    seconds=0.25,
    breakdown={part: D(number) for number, part in enumerate(PARTS)} | {"rebates": D("-1")},
    awards=(
        Award(
            "phone", "assembly", "Foxconn", own=False, quantity=D(900), share=D("0.9"), unit_cost=D("7.5"), cost=D(6750)
        ),
        Award("phone", "own line", "home", own=True, quantity=D(100), share=D("0.1"), unit_cost=D(12), cost=D(1200)),
    ),
    packages=(PackageTaken("kit", "Foxconn", D("99.99")),),
    backups=(Booking("phone", "own line", "home", D(900), covers=("Foxconn", "Foxconn India")),),
    hires=(Hire("home", "engineer", D("4.25"), D("0.25"), D("0.51")),),
    flows=(Flow("phone", "assembly", "Shenzhen", "Prague", D(900), D("361.01")),),
    exposures=(Exposure("display", "LG", D(1000), "sole source: «LG»"),),
    warnings=("offer x expired",),
    conflict=(),
    ways_out=(Relaxation("raise the capacity of LG by 5", D(17)), Relaxation("drop rule r", None)),
    needs={"phone": D(1000), "display": D(2000)},
    failures=(
        Failure(
            group="Foxconn",
            suppliers=("Foxconn", "Foxconn India"),
            probability=D("0.02"),
            recovery_share=D("0.5"),
            lost={"phone": D(900)},
            covered={"phone": D(900)},
            extra_cost=D("4050.123456"),
            expected_cost=D("40.5"),
            unpriced=("display",),
        ),
    ),
    assumptions=3,
    estimates=1,
    as_of="2026-01-15",
    problem_sha256="ab" * 32,
    version="0.1.0",
    settings={"currency": "EUR", "strict": "true"},
    solver_cost=1234.5678909,
    certificate=Certificate({"A": 0.1}, {"valve-a": 1 / 3}),
)


def test_a_plan_survives_json_with_every_digit() -> None:
    assert from_json(to_json(PLAN)) == PLAN
    exact = replace(PLAN, cost=D("0.1234567890123456789012345"), bound=D("1E+3"))
    assert from_json(to_json(exact)) == exact


def test_a_plan_that_does_not_exist_survives_json() -> None:
    none = Plan(status="infeasible", currency="USD", conflict=("demand of phone", "capacity of LG"))
    assert json.loads(to_json(none))["cost"] is None
    assert from_json(to_json(none)) == none


KEYS = {
    "": "status currency cost bound gap proof seconds breakdown awards packages backups hires flows exposures warnings "
    "conflict as_of problem_sha256 version settings",
    "breakdown": "purchase rebates fixed hiring freight duty interest defects wages switching backup_fees "
    "expected_failures",
    "awards": "item offer supplier own quantity share unit_cost cost",
    "packages": "package supplier price",
    "backups": "item offer supplier quantity covers",
    "hires": "supplier role people hires replacements",
    "flows": "item origin destination quantity cost",
    "exposures": "item supplier quantity why",
}
"""The keys of FORMAT.md: at the top (""), and within each list or object."""
MORE = {"": "needs failures ways_out assumptions estimates solver_cost certificate", "flows": "offer"}
"""Keys that stand beside them."""


@pytest.mark.parametrize("part", KEYS)
def test_the_keys_are_those_of_the_format_and_few_more(part: str) -> None:
    found = json.loads(to_json(PLAN))
    if part:
        found = found[part] if part == "breakdown" else found[part][0]
    assert sorted(found) == sorted([*KEYS[part].split(), *MORE.get(part, "").split()])


def test_numbers_are_json_numbers_and_texts_are_in_the_readers_language() -> None:
    plan = replace(PLAN, warnings=(_("the table is missing"),))
    found = json.loads(to_json(plan), parse_float=str)
    assert found["cost"] == "1234.567891"
    assert found["awards"][0]["quantity"] == 900
    assert found["awards"][1]["own"] is True
    assert found["backups"][0]["covers"] == ["Foxconn", "Foxconn India"]
    assert found["warnings"] == ["the table is missing"]
    with use_language("ru"):
        assert json.loads(to_json(plan))["warnings"] != ["the table is missing"]


MINIMAL: dict[str, Any] = {
    **{"status": "feasible", "currency": "EUR", "cost": 10, "packages": [], "backups": [], "hires": []},
    "awards": [
        {
            **{"item": "phone", "offer": "a", "supplier": "LG", "own": False, "quantity": 2, "share": 1},
            **{"unit_cost": 5, "cost": 1e1},
        }
    ],
    "flows": [{"item": "phone", "origin": "Seoul", "destination": "", "quantity": 2.5, "cost": 0}],
}


def test_a_plan_by_another_hand_may_leave_out_what_is_only_told_and_add_what_it_likes() -> None:
    plan = from_json(
        json.dumps({**MINIMAL, "colour": "red", "settings": {"failures": 1, "strict": False, "currency": "EUR"}})
    )
    assert (plan.cost, plan.bound, plan.proof, plan.as_of) == (D(10), None, "solver", "")
    assert plan.flows == (Flow("phone", "", "Seoul", "", D("2.5"), D(0)),)
    assert plan.settings == {"failures": "1", "strict": "false", "currency": "EUR"}


@pytest.mark.parametrize("key", ["status", "currency", "cost", "awards", "packages", "backups", "hires", "flows"])
def test_what_a_plan_needs_is_missed_by_name(key: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        from_json(json.dumps({name: value for name, value in MINIMAL.items() if name != key}), place="plan.json")
    (fault,) = caught.value.faults
    assert (fault.place, fault.column, fault.value) == ("plan.json", key, "")


def test_all_faults_of_a_plan_come_at_once() -> None:
    award = {**MINIMAL["awards"][0], "quantity": "two", "own": 0, "share": float("nan")}
    del award["offer"]
    broken = {
        **MINIMAL,
        "status": "great",
        "gap": [],
        "awards": [award, 7],
        "warnings": "none",
        "breakdown": {"duty": "x"},
    }
    with pytest.raises(InvalidInput) as caught:
        from_json(json.dumps(broken))
    assert [(fault.table, fault.row, fault.column, fault.value) for fault in caught.value.faults] == [
        ("", 0, "status", "great"),
        ("", 0, "gap", "[]"),
        ("breakdown", 0, "duty", "x"),
        ("awards", 1, "offer", ""),
        ("awards", 1, "own", "0"),
        ("awards", 1, "quantity", "two"),
        ("awards", 1, "share", "NaN"),
        ("awards", 2, "", "7"),
        ("", 0, "warnings", "none"),
    ]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"status": }', "null", '"plan"', "[" * 100_000, to_json(PLAN)[:-9]])
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        from_json(text)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(json.loads(to_json(PLAN)))), JSON_VALUES)
def test_whatever_a_key_holds_it_is_read_or_refused(key: str, value: Any) -> None:
    try:
        plan = from_json(json.dumps({**json.loads(to_json(PLAN)), key: value}))
    except InvalidInput as error:
        assert error.faults
    else:
        assert from_json(to_json(plan)) == plan
