"""From a workbook to an approved plan, to contracts, to a failure and its takeover, as the pages do it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

import secondsource
from secondsource.problem.write import write
from secondsource.web.audit import log
from secondsource.web.contracts.models import Backup, Contract
from secondsource.web.jobs import lease
from secondsource.web.planning import answers, tables
from secondsource.web.planning.answering import answer
from secondsource.web.planning.models import Project, Solve
from secondsource.web.planning.projects import begin
from secondsource.web.planning.translate import problem_of
from secondsource.web.suppliers.models import Level, Supplier
from tests.web.conftest import EXAMPLES, TODAY, World

pytestmark = pytest.mark.django_db


def work() -> None:
    """What the worker does until nothing waits."""
    while (job := lease.claim(datetime.now(UTC))) is not None:
        answer(job)


def upload(client: Client, project: Project, path: Path) -> str:
    """Upload a file and return the preview's address."""
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return str(client.post(f"/projects/{project.pk}/upload/", {"file": file}).headers["Location"])


def newest() -> Solve:
    found: Solve | None = Solve.objects.first()
    assert found is not None
    return found


@pytest.fixture
def phone(world: World, tmp_path: Path) -> Project:
    """The phone, taken in from a workbook."""
    project: Project = begin(world.team, "Phone", world.people["alice"])
    write(secondsource.read(EXAMPLES / "phone", today=TODAY), tmp_path / "phone.xlsx")
    client = world.client("alice")
    preview = upload(client, project, tmp_path / "phone.xlsx")
    page = client.get(preview).content.decode()
    assert "Nothing has been changed yet" in page
    assert Project.objects.get(pk=project.pk).head is None
    client.post(f"{preview}take/")
    project.refresh_from_db()
    return project


def test_a_workbook_comes_in_whole_and_goes_out_the_same(world: World, phone: Project, tmp_path: Path) -> None:
    given = secondsource.read(EXAMPLES / "phone", today=TODAY)
    assert problem_of(tables.read(phone.head), TODAY).sha256 == given.sha256
    out = tmp_path / "out.xlsx"
    out.write_bytes(world.client("bob").get(f"/projects/{phone.pk}/workbook/").content)
    assert secondsource.read(out, today=TODAY).sha256 == given.sha256


def test_a_workbook_with_faults_changes_nothing_and_names_all_of_them(
    world: World, phone: Project, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(
        '{"items": [{"item": "a", "demand": "many"}], "suppliers": [{"supplier": "s"}],'
        ' "offers": [{"offer": "o", "item": "b", "supplier": "t", "unit_price": -1}]}'
    )
    client = world.client("alice")
    before = phone.head_id
    preview = upload(client, phone, bad)
    page = client.get(preview).content.decode()
    assert "4 faults; nothing of the file was used." in page
    assert client.post(f"{preview}take/").status_code == 302
    phone.refresh_from_db()
    assert phone.head_id == before


@pytest.mark.slow
def test_the_phone_from_workbook_to_takeover(world: World, phone: Project) -> None:
    alice, fiona = world.client("alice"), world.client("fiona")
    scenario = phone.scenarios.get()
    alice.post(f"/scenarios/{scenario.pk}/solve/")
    assert "Waiting for a worker" in alice.get(f"/plans/{newest().pk}/").content.decode()
    work()
    solve = newest()
    direct = secondsource.plan(secondsource.read(EXAMPLES / "phone", today=TODAY))
    assert solve.status == "optimal" and solve.cost is not None and direct.cost is not None
    assert abs(solve.cost - direct.cost) <= direct.cost / 10**6
    assert secondsource.verify(answers.answer(solve).problem, answers.answer(solve).plan).faults == ()
    page = alice.get(f"/plans/{solve.pk}/").content.decode()
    assert "Foxconn" in page and "Propose for approval" in page
    for kind in ("report", "workbook", "pdf", "json"):
        assert len(alice.get(f"/plans/{solve.pk}/files/{kind}/").content) > 1000
    assert "<svg" in alice.get(f"/plans/{solve.pk}/charts/map/").content.decode()

    # Contracts come from an approved plan only; 7.7 billion takes a second person.
    terms = {"starts": "2027-01-01", "ends": "2027-12-31", "notice_days": 90, "retender_days": 60, "switch_days": 120}
    assert alice.post(f"/plans/{solve.pk}/conclude/", terms).status_code == 409
    alice.post(f"/plans/{solve.pk}/propose/", {"baseline": "8 000 000 000", "reason": "best"})
    fiona.post(f"/proposals/{solve.proposal.pk}/", {"verdict": "approved"})
    solve.refresh_from_db()
    solve.proposal.refresh_from_db()
    assert solve.proposal.saving == 8_000_000_000 - solve.cost
    alice.post(f"/plans/{solve.pk}/conclude/", terms)
    assert alice.post(f"/plans/{solve.pk}/conclude/", terms).status_code == 409
    bought = [award for award in answers.answer(solve).plan.awards if not award.own]
    assert Contract.objects.count() == len(bought)

    contract = Contract.objects.filter(supplier__key="foxconn", item="phone").get()
    assert contract.act_by == date(2027, 12, 31) - timedelta(days=120 + 60)
    backups = {backup.supplier.key for backup in Backup.objects.filter(contract=contract)}
    assert backups == {
        booking.supplier
        for booking in answers.answer(solve).plan.backups
        if booking.item == "phone" and "foxconn" in booking.covers
    }
    board = alice.get("/contracts/").content.decode()
    assert "never confirmed" in board

    alice.post(f"/contracts/{contract.pk}/fail/")
    contract.refresh_from_db()
    assert contract.state == "failed" and contract.takeover is not None
    assert not Contract.objects.filter(supplier__key="foxconn", state="running").exists()
    work()
    contract.refresh_from_db()
    takeover = contract.takeover
    assert takeover is not None and takeover.status == "optimal"
    assert "foxconn" not in {award.supplier for award in answers.answer(takeover).plan.awards}
    assert "Call these now" in alice.get(f"/contracts/{contract.pk}/").content.decode()
    assert list(log.broken()) == []


def test_dragging_a_supplier_out_costs_what_the_library_says(world: World) -> None:
    alice, project = world.client("alice"), world.project
    alice.post(f"/scenarios/{project.scenarios.get().pk}/solve/")
    work()
    whole = newest()
    supplier = answers.answer(whole).plan.awards[0].supplier
    answer_page = alice.post(f"/plans/{whole.pk}/without/", {"supplier": supplier})
    work()
    without = newest()
    assert answer_page.headers["Location"] == f"/plans/{without.pk}/"
    assert answers.parent(without) == whole
    given = tables.read(project.head)
    for row in given["suppliers"]:
        if row["supplier"] == supplier:
            row["excluded"] = "true"
    assert without.cost == secondsource.plan(problem_of(given, TODAY)).cost
    assert alice.get(f"/projects/{project.pk}/compare/").status_code == 200


def test_what_cannot_be_done_names_the_conflict_and_a_way_out_that_works(world: World) -> None:
    alice, project = world.client("alice"), world.project
    given = {
        "items": [{"item": "bolt", "demand": "100", "backups": "0"}],
        "suppliers": [{"supplier": "acme", "capacity": "60"}],
        "offers": [{"offer": "a", "item": "bolt", "supplier": "acme", "unit_price": "2"}],
    }
    from secondsource.language import _

    everything = {table: given.get(table, []) for table in (*tables.read(project.head), "items")}
    tables.replace_tables(project, everything, None, _("test"), base=project.head)
    alice.post(f"/scenarios/{project.scenarios.get().pk}/solve/")
    work()
    stuck = newest()
    page = alice.get(f"/plans/{stuck.pk}/").content.decode()
    assert stuck.status == "infeasible"
    assert "acme has a capacity of 60" in page and "raise the capacity of acme by 40" in page
    ways = answers.answer(stuck).plan.ways_out
    capacity = next(place for place, way in enumerate(ways) if way.limit == "supplier_capacity")
    alice.post(f"/plans/{stuck.pk}/way-out/", {"way": capacity})
    work()
    assert (newest().status, newest().cost) == ("optimal", Decimal(200))
    assert tables.read_table(project.head, "suppliers") == given["suppliers"]  # the needs are as they were


def test_the_register_and_the_tables_tell_each_other(world: World) -> None:
    alice, project = world.client("alice"), world.project
    alice.post(f"/projects/{project.pk}/to-register/")
    keys = {row["supplier"] for row in tables.read_table(project.head, "suppliers")}
    assert set(Supplier.objects.filter(team=world.team).values_list("key", flat=True)) == keys
    supplier = Supplier.objects.filter(team=world.team).first()
    assert supplier is not None
    assert alice.post(f"/suppliers/{supplier.pk}/exclude/", {"reason": ""}).status_code == 302
    supplier.refresh_from_db()
    assert not supplier.is_excluded  # not without a reason
    alice.post(f"/suppliers/{supplier.pk}/exclude/", {"reason": "bribes", "way_back": "new owners"})
    Level.objects.create(supplier=supplier, category="44", level=70, evidence="audit")
    alice.post(f"/projects/{project.pk}/from-register/")
    project.refresh_from_db()
    row = next(row for row in tables.read_table(project.head, "suppliers") if row["supplier"] == supplier.key)
    assert (row["excluded"], row["excluded_reason"]) == ("true", "bribes")
    level = {"supplier": supplier.key, "category": "44", "level": "70", "evidence": "audit"}
    assert level in tables.read_table(project.head, "levels")


def test_a_request_becomes_an_item_once(world: World) -> None:
    bob, alice = world.client("bob"), world.client("alice")
    bob.post("/requests/new/", {"what": "three testers from May", "department": "Quality"})
    given = {"project": world.project.pk, "item": "tester", "demand": "3", "unit": "person"}
    assert alice.post("/requests/1/answer/", given).status_code == 302
    world.project.refresh_from_db()
    item = tables.read_table(world.project.head, "items")[-1]
    assert (item["item"], item["name"], item["demand"]) == ("tester", "three testers from May", "3")
    assert alice.post("/requests/1/answer/", given).status_code == 409
