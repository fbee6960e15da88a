"""What an address answers in each state of its object: the second half of the table in `test_doors`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from secondsource.web.contracts.models import Contract
from secondsource.web.intake.models import Request
from secondsource.web.jobs.models import Job
from secondsource.web.planning.models import Proposal, Scenario, Solve, Upload
from secondsource.web.planning.projects import begin, queue
from secondsource.web.suppliers.models import Supplier
from tests.web.conftest import World

pytestmark = pytest.mark.django_db


def solve(world: World, state: str) -> Solve:
    """A solve that waits, has failed, found a plan, found none, or was asked about faulty needs."""
    scenario = Scenario.objects.get(project=world.project)
    made = queue(world.project, scenario, world.people["alice"])
    if state in ("waiting", "failed"):
        Job.objects.filter(pk=made.job_id).update(state=state)
        return made
    Job.objects.filter(pk=made.job_id).update(state="done")
    if state == "plan":
        from tests.web.test_journey import work

        Job.objects.filter(pk=made.job_id).update(state="waiting")
        work()
    else:
        Solve.objects.filter(pk=made.pk).update(status="invalid", faults=[])
    made.refresh_from_db()
    return made


def proposed(world: World, state: str) -> Proposal:
    made: Proposal = Proposal.objects.create(
        solve=solve(world, "plan"), proposed_by=world.people["alice"], state=state,
        decided_at=None if state == "proposed" else datetime.now(UTC),
    )  # fmt: skip
    return made


def contract(world: World, state: str) -> Contract:
    supplier = Supplier.objects.create(team=world.team, key="acme")
    made: Contract = Contract.objects.create(
        team=world.team, supplier=supplier, item="bracket", item_name="Bracket", quantity_micro=10**6,
        unit_price_micro=10**6, currency="EUR", starts=date(2027, 1, 1), ends=date(2027, 12, 31),
        state="running" if state == "noticed" else state,
        notice_given_on=date(2027, 1, 1) if state == "noticed" else None,
    )  # fmt: skip
    return made


def upload(world: World, state: str) -> Upload:
    made: Upload = Upload.objects.create(
        project=world.project, made_by=world.people["alice"], name="x.xlsx",
        tables={} if state == "good" else None, faults=[],
    )  # fmt: skip
    return made


def request(world: World, state: str) -> Request:
    made: Request = Request.objects.create(team=world.team, what="three testers", state=state)
    return made


TERMS = {"starts": "2027-01-01", "ends": "2027-12-31", "notice_days": 1, "retender_days": 1, "switch_days": 1}
Make = Callable[[World, str], object]
STATES: list[tuple[str, str, Make, dict[str, object], dict[str, int]]] = [
    # address, who, what makes its object, what is sent, and the answer in each state
    ("solve", "alice", solve, {}, {"waiting": 200, "failed": 200, "plan": 200, "invalid": 200}),
    ("solve_progress", "alice", solve, {}, {"waiting": 200, "failed": 200, "plan": 200}),
    ("solve_stop", "alice", solve, {}, {"waiting": 302, "failed": 302, "plan": 302}),
    ("solve_chart", "alice", solve, {"": "items"}, {"waiting": 404, "invalid": 404, "plan": 200}),
    ("solve_file", "alice", solve, {"": "json"}, {"waiting": 404, "invalid": 404, "plan": 200}),
    ("solve_way_out", "alice", solve, {"way": "0"}, {"waiting": 404, "invalid": 404, "plan": 404}),
    ("solve_without", "alice", solve, {"supplier": "nobody"}, {"waiting": 404, "plan": 404}),
    ("propose", "alice", solve, {}, {"waiting": 409, "failed": 409, "invalid": 409, "plan": 302}),
    ("decide", "fiona", proposed, {"verdict": "approved"}, {"proposed": 302, "approved": 409, "rejected": 409}),
    ("decide", "fiona", proposed, {"verdict": "perhaps"}, {"proposed": 400}),
    ("contract", "bob", contract, {}, {"running": 200, "failed": 200, "ended": 200, "noticed": 200}),
    ("contract_notice", "alice", contract, {}, {"running": 302, "failed": 409, "ended": 409, "noticed": 409}),
    ("contract_fail", "alice", contract, {}, {"running": 302, "noticed": 302, "failed": 409, "ended": 409}),
    ("upload_preview", "alice", upload, {}, {"good": 200, "faulty": 200}),
    ("upload_take", "alice", upload, {"discard": "1"}, {"good": 302, "faulty": 302}),
    ("request_one", "bob", request, {}, {"open": 200, "planned": 200, "declined": 200}),
    ("request_answer", "alice", request, {"decline": 1, "answer": "x"}, {"open": 302, "planned": 409, "declined": 409}),
]  # fmt: skip
CASES = [
    pytest.param(name, who, make, sent, state, status, id=f"{name}-{state}-{len(sent)}")
    for name, who, make, sent, states in STATES
    for state, status in states.items()
]


@pytest.mark.parametrize(("name", "who", "make", "sent", "state", "status"), CASES)
def test_an_address_answers_as_the_state_of_its_object_asks(
    world: World, name: str, who: str, make: Make, sent: dict[str, object], state: str, status: int
) -> None:
    made = make(world, state)
    key = getattr(made, "pk")  # noqa: B009  every row has one
    address = reverse(name, args=[key, *(value for slot, value in sent.items() if not slot)])
    client = world.client(who)
    is_get = name in (
        "solve",
        "solve_progress",
        "solve_chart",
        "solve_file",
        "contract",
        "upload_preview",
        "request_one",
    )
    answer = client.get(address) if is_get else client.post(address, {k: v for k, v in sent.items() if k})
    assert answer.status_code == status


def test_contracts_are_concluded_from_an_approved_plan_once(world: World) -> None:
    alice = world.client("alice")
    proposal = proposed(world, "proposed")
    address = reverse("conclude", args=[proposal.solve_id])
    assert alice.post(address, TERMS).status_code == 409
    Proposal.objects.filter(pk=proposal.pk).update(state="rejected")
    assert alice.post(address, TERMS).status_code == 409
    Proposal.objects.filter(pk=proposal.pk).update(state="approved")
    alice.post(address, TERMS | {"ends": "2026-12-31"})
    assert not Contract.objects.exists()
    alice.post(address, TERMS)
    assert Contract.objects.exists()
    assert alice.post(address, TERMS).status_code == 409


def test_who_is_not_approved_is_used_only_with_a_reason(world: World) -> None:
    proposal = proposed(world, "approved")
    other = Supplier.objects.create(team=world.team, key="someone else")
    world.client("fiona").post(f"/suppliers/{other.pk}/approve/", {"verdict": "approved"})
    alice = world.client("alice")
    assert "Not approved for what" in alice.get(f"/plans/{proposal.solve_id}/").content.decode()
    alice.post(reverse("conclude", args=[proposal.solve_id]), TERMS)
    assert not Contract.objects.exists()
    alice.post(reverse("conclude", args=[proposal.solve_id]), TERMS | {"override": "nobody else makes it"})
    assert Contract.objects.exists()


@pytest.mark.parametrize("address", ["undo", "redo"])
def test_nothing_to_undo_is_no_fault(world: World, address: str) -> None:
    empty = begin(world.team, "Empty", world.people["alice"])
    assert world.client("alice").post(reverse(address, args=[empty.pk])).status_code == 302
    assert world.client("alice").get(reverse("project", args=[empty.pk])).status_code == 200
