"""How many queries each page takes: a fixed number that does not grow with what the team has."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from secondsource.language import _
from secondsource.web.contracts.models import Backup, Contract, Delivery
from secondsource.web.intake.models import Request
from secondsource.web.people.models import Membership, Person
from secondsource.web.planning import tables
from secondsource.web.planning.models import Project
from secondsource.web.suppliers.models import Approval, Certificate, Contact, Incident, Level, Supplier
from tests.web.conftest import World
from tests.web.test_contracts import TODAY, contract
from tests.web.test_journey import newest, work

__all__ = ["contract"]
pytestmark = pytest.mark.django_db

PAGES = ("/", "/team/", "/log/", "/suppliers/", "/suppliers/calls/", "/contracts/", "/requests/", "/keys/",
         "/calendar/", "/contracts/deliveries.xlsx", "/contracts/calendar.ics", "project", "offers", "versions", "bom",
         "compare", "plan", "supplier", "contract")  # fmt: skip


def address(world: World, page: str) -> str:
    project = world.project.pk
    supplier, agreed = Supplier.objects.order_by("pk").first(), Contract.objects.order_by("pk").first()
    assert supplier is not None and agreed is not None
    known = {
        "project": f"/projects/{project}/", "offers": f"/projects/{project}/tables/offers/",
        "versions": f"/projects/{project}/versions/", "bom": f"/projects/{project}/bom/",
        "compare": f"/projects/{project}/compare/", "plan": f"/plans/{newest().pk}/",
        "supplier": f"/suppliers/{supplier.pk}/", "contract": f"/contracts/{agreed.pk}/",
    }  # fmt: skip
    return known.get(page, page)


def more(world: World, count: int) -> None:
    """More of everything that a page lists."""
    for number in range(count):
        supplier = Supplier.objects.create(team=world.team, key=f"s{number}")
        Level.objects.create(supplier=supplier, category="44", level=80, valid_until=TODAY)
        Certificate.objects.create(supplier=supplier, what="ISO 9001", valid_until=TODAY)
        Contact.objects.create(supplier=supplier, name="Ann", phone="1")
        Incident.objects.create(supplier=supplier, on=TODAY, what="late")
        Approval.objects.create(supplier=supplier, verdict="approved", decided_on=TODAY, valid_until=TODAY)
        made = Contract.objects.create(
            team=world.team, supplier=supplier, solve=newest(), item="bracket", item_name="Bracket",
            quantity_micro=10**6,
            unit_price_micro=10**6, currency="EUR", starts=date(2026, 1, 1), ends=TODAY + timedelta(number),
        )  # fmt: skip
        Backup.objects.create(contract=made, supplier=supplier, quantity_micro=10**6)
        Delivery.objects.create(contract=made, due=TODAY, ordered_micro=10**6, reference=f"r{number}")
        Request.objects.create(team=world.team, what=f"tester {number}", asked_by=world.people["bob"])
        person = Person.objects.create_user(f"p{number}")
        Membership.objects.create(team=world.team, person=person, role="reader")
        world.client("alice").post(f"/projects/{world.project.pk}/tables/items/cells/", {"edit": "{}"})


@pytest.mark.parametrize("page", PAGES)
def test_the_queries_of_a_page_are_a_fixed_number(world: World, contract: Contract, page: str) -> None:
    world.client("alice").post(f"/scenarios/{world.project.scenarios.get().pk}/solve/")
    work()
    more(world, 1)
    client = world.client("maria")

    def queries() -> list[str]:
        client.get(address(world, page))  # what is read once and kept
        with CaptureQueriesContext(connection) as found:
            assert client.get(address(world, page)).status_code == 200
        return [query["sql"][:150] for query in found.captured_queries]

    few = queries()
    more_rows = [{"offer": f"o{number}", "note": "x"} for number in range(2000)]
    project: Project = world.project
    project.refresh_from_db()
    given = tables.read_table(project.head, "offers")
    if page not in ("plan", "compare"):  # these read the whole of the plan's tables
        tables.replace_tables(project, {"offers": given + more_rows}, None, _("x"), base=project.head)
    for number in range(3):
        project.scenarios.create(name=f"s{number}", changes=[])
    Supplier.objects.filter(key="s0").update(key="s00")
    Person.objects.filter(username="p0").update(username="p00")
    more(world, 8)
    many = queries()
    assert len(many) == len(few), [query for query in many if query not in few][:12]
    assert len(few) <= 30
