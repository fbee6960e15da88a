"""Calendars by a secret address: what they hold, whose they are, and when they end."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from secondsource.web.audit.models import Entry
from secondsource.web.contracts.models import Contract, Subscription
from secondsource.web.people.models import Person
from tests.web.conftest import World
from tests.web.test_contracts import contract

__all__ = ["contract"]
pytestmark = pytest.mark.django_db


def address_of(world: World, person: str) -> str:
    """A secret address that one of the cast made, without the host."""
    page = world.client(person).post("/calendar/", {"name": "Outlook"}).content.decode()
    (found,) = re.findall(r"http://testserver(/calendar/[\w-]{32}/secondsource\.ics)", page)
    return str(found)


def test_a_calendar_program_reads_the_dates_by_the_address_alone(world: World, contract: Contract) -> None:
    icalendar = pytest.importorskip("icalendar")
    address = address_of(world, "bob")
    answer = Client().get(address)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/calendar")
    (found,) = icalendar.Calendar.from_ical(answer.content, multiple=True)
    days = {str(event["SUMMARY"]): event["DTSTART"].dt.isoformat() for event in found.walk("VEVENT")}
    assert days == {
        "Tender Bracket again (Acme; Ltd)": "2027-08-03",
        "Last day of notice: Bracket (Acme; Ltd)": "2027-12-01",
        "Contract ends: Bracket (Acme; Ltd)": "2027-12-31",
    }
    assert str(found["X-WR-CALNAME"]) == "Contracts of Ours"
    assert Subscription.objects.get().read_at is not None
    contract.state = "ended"
    contract.save()
    assert b"VEVENT" not in Client().get(address).content


def test_the_address_is_shown_once_kept_as_a_hash_and_does_not_log_in(world: World) -> None:
    address = address_of(world, "bob")
    secret = address.split("/")[2]
    assert secret not in world.client("bob").get("/calendar/").content.decode()
    assert secret not in str(Subscription.objects.values().get()) + str(list(Entry.objects.values()))
    browser = Client()
    browser.get(address)
    assert browser.get("/contracts/").status_code == 302
    assert Client().post(address).status_code == 405


def test_it_ends_when_it_is_taken_back_or_its_person_leaves(world: World) -> None:
    address = address_of(world, "bob")
    mine = Subscription.objects.get()
    world.client("alice").post(f"/calendar/{mine.pk}/remove/")  # not hers
    assert Client().get(address).status_code == 200
    membership = world.people["bob"].memberships.get()
    team, role = membership.team, membership.role
    membership.delete()
    assert Client().get(address).status_code == 404
    world.people["bob"].memberships.create(team=team, role=role)
    Person.objects.filter(username="bob").update(is_active=False)
    assert Client().get(address).status_code == 404
    Person.objects.filter(username="bob").update(is_active=True)
    assert Client().get(address).status_code == 200
    world.client("bob").post(f"/calendar/{mine.pk}/remove/")
    assert Client().get(address).status_code == 404
    assert [entry.deed for entry in Entry.objects.filter(deed__startswith="calendar.").order_by("number")] == [
        "calendar.new",
        "calendar.revoke",
    ]


def test_another_team_reads_its_own_dates_only(world: World, contract: Contract) -> None:
    assert b"Bracket" not in Client().get(address_of(world, "stranger")).content
    assert Client().get("/calendar/" + "x" * 32 + "/secondsource.ics").status_code == 404


def test_it_speaks_its_persons_language(world: World, contract: Contract) -> None:
    address = address_of(world, "bob")
    Person.objects.filter(username="bob").update(language="ru")
    assert "Contract ends" not in Client(headers={"accept-language": "en"}).get(address).content.decode()


def test_nobody_has_more_than_five_and_none_is_without_a_name(world: World) -> None:
    client = world.client("bob")
    assert "needs a name" in client.post("/calendar/", {"name": " "}, follow=True).content.decode()
    for _number in range(7):
        client.post("/calendar/", {"name": "Outlook"})
    assert Subscription.objects.count() == 5
