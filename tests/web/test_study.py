"""What losing each supplier costs, asked for on a plan's page and answered by a worker."""

from __future__ import annotations

import pytest

import secondsource
from secondsource.advice.dependence import dependences
from secondsource.solver.highs import Limits
from secondsource.web.jobs.models import Job
from secondsource.web.planning import answers
from secondsource.web.planning.models import Solve, Study
from tests.web.conftest import World
from tests.web.test_journey import newest, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def solve(world: World) -> Solve:
    world.client("alice").post(f"/scenarios/{world.project.scenarios.get().pk}/solve/")
    work()
    return newest()


def test_the_page_says_what_the_library_says_about_each_supplier(world: World, solve: Solve) -> None:
    alice, bob = world.client("alice"), world.client("bob")
    assert "Not worked out yet" in bob.get(f"/plans/{solve.pk}/dependence/").content.decode()
    assert alice.post(f"/plans/{solve.pk}/dependence/new/").status_code == 302
    assert alice.post(f"/plans/{solve.pk}/dependence/new/").status_code == 302  # asked once
    assert Job.objects.filter(kind="dependence").count() == 1
    assert "without each supplier in turn" in bob.get(f"/plans/{solve.pk}/dependence/").content.decode()
    work()
    found = answers.answer(solve)
    expected = dependences(found.problem, Limits(1e-6, 60.0, 2), per_item=False, version=secondsource.__version__)
    kept = Study.objects.get().answer
    assert kept is not None
    assert [each["supplier"] for each in kept["suppliers"]] == [each.supplier for each in expected.suppliers]
    assert [each["for_good"] for each in kept["suppliers"]] == [
        [str(each.for_good.low), str(each.for_good.high)] for each in expected.suppliers
    ]
    page = bob.get(f"/plans/{solve.pk}/dependence/").content.decode()
    assert "Losing it for good costs" in page and "North Metal" in page


def test_a_search_that_failed_can_be_asked_for_again(world: World, solve: Solve) -> None:
    alice = world.client("alice")
    alice.post(f"/plans/{solve.pk}/dependence/new/")
    Job.objects.filter(kind="dependence").update(state="failed")
    assert "ended without an answer" in alice.get(f"/plans/{solve.pk}/dependence/").content.decode()
    alice.post(f"/plans/{solve.pk}/dependence/new/")
    assert Job.objects.filter(kind="dependence", state="waiting").count() == 1
