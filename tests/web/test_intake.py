"""What a department asks for, and whether own staff suffice for it: people in hand, less those that are planned."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from secondsource.language import _, use_language
from secondsource.web.intake import staff
from secondsource.web.intake.models import Request
from secondsource.web.planning import tables
from secondsource.web.planning.models import Project
from secondsource.web.planning.projects import begin
from tests.web.conftest import World
from tests.web.test_journey import work

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 24)
NEEDS = {
    "settings": [{"name": "as_of", "value": "2026-11-24"}],
    "items": [{"item": "support", "demand": "2", "unit": "desk", "backups": "0"}],
    "suppliers": [{"supplier": "home", "own": "true"}, {"supplier": "bureau"}],
    "offers": [
        {"offer": "h", "item": "support", "supplier": "home", "unit_price": "0"},
        {"offer": "b", "item": "support", "supplier": "bureau", "unit_price": "900000"},
    ],
    # 2 desks of 1,800 hours take two of the four testers; the labour market gives one more, after six months.
    "roles": [
        {
            "supplier": "home", "role": "tester", "hourly_wage": "50", "in_hand": "4", "max_hires": "1",
            "ramp_months": "6",
        },
        {"supplier": "bureau", "role": "tester", "hourly_wage": "90", "in_hand": "50"},
    ],
    "staffing": [{"offer": "h", "role": "tester", "hours": "1800"}],
}  # fmt: skip


@pytest.fixture
def desks(world: World) -> Project:
    """A project whose plan takes two of four own testers."""
    project: Project = begin(world.team, "Desks", world.people["alice"])
    tables.replace_tables(project, NEEDS, world.people["alice"], _("x"), base=None)
    world.client("alice").post(f"/scenarios/{project.scenarios.get().pk}/solve/")
    work()
    return project


def ask(world: World, **given: object) -> Request:
    """A request as its form sends it."""
    world.client("bob").post("/requests/new/", {"what": "testers", "role": "tester", **given})
    found: Request = Request.objects.latest("pk")
    return found


def verdict(world: World, asked: Request, today: date = DAY) -> staff.Verdict:
    (found,) = staff.verdicts(asked, staff.own_people(world.team), today)
    return found


def figures(found: staff.Verdict, *names: str) -> list[float]:
    return [float(getattr(found, name)) for name in names]


def test_people_in_hand_less_those_that_the_plan_takes_are_held_against_what_is_asked(
    world: World, desks: Project
) -> None:
    enough = verdict(world, ask(world, amount="2"))
    assert figures(enough, "in_hand", "taken", "free", "short") == [4, 2, 2, 0] and enough.suffices
    too_many = verdict(world, ask(world, amount="3,5"))
    assert figures(too_many, "free", "short") == [2, 1.5] and not too_many.suffices
    page = world.client("alice").get(f"/requests/{Request.objects.latest('pk').pk}/").content.decode()
    assert "No: 1.5 tester are missing, 3.5 are asked for." in page
    assert "Desks: 4 in hand, 2 taken by the newest plan, 0 promised to other requests: 2 free." in page
    assert "bureau" not in page  # only own people are listed


def test_hours_become_people_by_the_productive_hours_between_the_days(world: World, desks: Project) -> None:
    year = ask(world, amount="5400", measure="hours", needed_from="2027-01-01", needed_until="2027-12-31")
    # 365 days of 365.25: 5,400 / (1,800 × 0.99932) = 3.002 people
    assert verdict(world, year).asked.quantize(Decimal("0.001")) == Decimal("3.002")
    endless = ask(world, amount="5400", measure="hours", needed_from="2027-01-01")
    assert staff.verdicts(endless, staff.own_people(world.team), DAY) == []
    page = world.client("alice").get(f"/requests/{endless.pk}/").content.decode()
    assert "once the first and the last day are known" in page


def test_hiring_counts_as_far_as_the_labour_market_goes_and_in_time(world: World, desks: Project) -> None:
    soon = verdict(world, ask(world, amount="4", needed_from="2027-03-01"))
    said = [str(remark) for remark in soon.remarks]
    assert said == [
        "Of those, 1 could be hired (max_hires).",
        "Hired today, new people are fully productive on 25 May 2027, after the day they are needed.",
    ]
    later = verdict(world, ask(world, amount="3", needed_from="2027-06-01"))
    assert [str(each) for each in later.remarks] == ["Hired today, new people are fully productive on 25 May 2027."]


def test_a_plan_that_ends_before_the_work_begins_takes_nobody_from_it(world: World, desks: Project) -> None:
    found = verdict(world, ask(world, amount="4", needed_from="2027-12-01"))
    assert figures(found, "taken", "free", "short") == [0, 4, 0]
    assert "23 November 2027" in str(found.remarks[0])


def test_what_is_promised_to_others_is_not_free_until_a_plan_has_seen_it(world: World, desks: Project) -> None:
    first, second = ask(world, amount="1"), ask(world, amount="2")
    alice = world.client("alice")
    alice.post(f"/requests/{first.pk}/answer/", {"project": desks.pk, "item": "night", "demand": "1"})
    found = verdict(world, second)
    assert figures(found, "promised", "free", "short") == [1, 1, 1]
    desks.refresh_from_db()
    offer = {"offer": "n", "item": "night", "supplier": "home", "unit_price": "0"}
    offers = [*tables.read_table(desks.head, "offers"), offer]
    work_of = [*NEEDS["staffing"], {"offer": "n", "role": "tester", "hours": "1800"}]
    items = [*NEEDS["items"], {"item": "night", "demand": "1", "backups": "0"}]
    given = {"offers": offers, "staffing": work_of, "items": items}
    tables.replace_tables(desks, given, None, _("x"), base=desks.head)
    alice.post(f"/scenarios/{desks.scenarios.get().pk}/solve/")
    work()
    found = verdict(world, second)
    assert figures(found, "taken", "promised", "free") == [3, 0, 1]


def test_without_a_plan_or_a_role_the_page_says_what_is_missing(world: World, desks: Project) -> None:
    begun = begin(world.team, "New desks", world.people["alice"])
    tables.replace_tables(begun, NEEDS, None, _("x"), base=None)
    asked = ask(world, amount="1")
    remarks = {each.project.name: [str(remark) for remark in each.remarks] for each in
               staff.verdicts(asked, staff.own_people(world.team), DAY)}  # fmt: skip
    assert remarks == {"New desks": ["No plan says yet how many of them it takes: find one first."], "Desks": []}
    alice = world.client("alice")
    vague = Request.objects.create(team=world.team, what="Three testers from May")
    page = alice.get(f"/requests/{vague.pk}/").content.decode()
    assert "Whose work is asked for, and how much?" in page
    assert 'name="role" list="roles" maxlength="120" value="tester"' in page  # read out of the words
    other = ask(world, amount="1", role="welder")
    assert "None of our own people is called welder" in alice.get(f"/requests/{other.pk}/").content.decode()


def test_a_buyer_says_how_much_is_asked_and_each_field_is_refused_with_its_reason(world: World, desks: Project) -> None:
    alice = world.client("alice")
    asked = Request.objects.create(team=world.team, what="people for tests")
    where = f"/requests/{asked.pk}/measure/"
    for field, value, says in (
        ("amount", "many", "How many is a number above 0"),
        ("amount", "-1", "How many is a number above 0"),
        ("amount", "NaN", "How many is a number above 0"),
        ("measure", "pounds", "How many is a number above 0"),
        ("needed_from", "soon", "A day is written as"),
        ("needed_until", "2020-01-01", "the last day is not before the first"),
    ):
        given = {"role": "tester", "amount": "2", "measure": "people", "needed_from": "2027-05-01", field: value}
        assert says in alice.post(where, given, follow=True).content.decode(), (field, value)
        asked.refresh_from_db()
        assert asked.amount is None
    given = {"role": "tester", "amount": "1 000,5", "measure": "hours", "needed_from": "2027-05-01"}
    alice.post(where, {**given, "needed_until": "2027-12-31"})
    asked.refresh_from_db()
    assert (asked.role, asked.amount, asked.measure) == ("tester", Decimal("1000.5"), "hours")
    alice.post(f"/requests/{asked.pk}/answer/", {"decline": "1", "answer": "no"})
    assert alice.post(where, given).status_code == 409


def test_the_verdict_speaks_the_readers_language(world: World, desks: Project) -> None:
    asked = ask(world, amount="3")
    with use_language("ru"):
        remark = str(verdict(world, asked).remarks[0])
    assert remark != str(verdict(world, asked).remarks[0])


def test_the_queries_of_a_request_do_not_grow_with_projects(world: World, desks: Project) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    asked = ask(world, amount="1")
    client = world.client("alice")

    def queries() -> int:
        client.get(f"/requests/{asked.pk}/")  # versions and answers are read once and kept
        with CaptureQueriesContext(connection) as found:
            client.get(f"/requests/{asked.pk}/")
        return len(found.captured_queries)

    few = queries()
    for number in range(4):
        project = begin(world.team, f"Desks {number}", None)
        tables.replace_tables(project, NEEDS, None, _("x"), base=None)
    assert queries() == few <= 30
