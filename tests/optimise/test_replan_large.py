"""Questions about a plan with multipliers: from there, they are answered as from nothing."""

from __future__ import annotations

import numpy as np
import pytest

from secondsource.optimise import planning, replan
from secondsource.optimise.replan import stand, without_offers, without_rules
from secondsource.solver.highs import Limits

from .test_large import small_event
from .test_location import warehouses
from .tiny import checked

LIMITS = Limits(gap=1e-6, threads=1)


@pytest.fixture(params=["items", "suppliers"])
def base(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> replan.Standing:
    """A small problem planned as a large one is."""
    monkeypatch.setattr(planning, "LARGE", 1)
    monkeypatch.setattr(planning, "MANY", 1)
    return stand(checked(small_event(3) if request.param == "items" else warehouses(3)), LIMITS)


def test_losing_a_supplier_costs_what_the_whole_program_says(base: replan.Standing) -> None:
    supplier = int(base.frame.links.offer_supplier[base.problem.offers.position[base.plan.awards[0].offer]])
    gone = base.frame.links.offer_supplier == supplier
    found = without_offers(base, gone, np.zeros(0, dtype=np.bool_), LIMITS)
    assert found is not None
    whole = planning.plan(found.problem, threads=1, method="whole")
    assert found.plan.status == whole.status
    if found.plan.cost is not None:
        assert float(found.plan.cost) == pytest.approx(float(whole.cost or 0), rel=3e-6)
        assert planning.verify(found.problem, found.plan).faults == ()


def test_without_a_rule_nothing_is_dearer(base: replan.Standing) -> None:
    rules = np.arange(len(base.problem.rules))
    found = without_rules(base, rules, LIMITS)
    whole = planning.plan(found.problem, threads=1, method="whole")
    assert float(found.plan.cost or 0) == pytest.approx(float(whole.cost or 0), rel=3e-6)
    assert base.plan.cost is not None and found.plan.bound is not None
    assert float(found.plan.bound) <= float(base.plan.cost) * (1 + 1e-6)
