"""Every address × method × role × state of the object, in one table; an address without an entry fails."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from secondsource.web import urls
from secondsource.web.bidding.models import Event, Letter
from secondsource.web.contracts.models import Backup, Contract
from secondsource.web.doors import DOORS
from secondsource.web.intake.models import Request
from secondsource.web.market.models import Hook
from secondsource.web.planning.models import Proposal, Scenario, Solve, Upload, micro
from secondsource.web.planning.projects import queue
from secondsource.web.suppliers.models import Supplier
from secondsource.web.terms.models import Question
from tests.web.conftest import World

pytestmark = pytest.mark.django_db

ROLES = ("maria", "alice", "fiona", "anton", "bob")
"""Manager, buyer, finance approver, auditor, read-only: the columns of the table."""

SEE = "ok ok ok ok ok"
PLAN = "ok ok no no no"
TABLE: dict[str, dict[str, str]] = {
    # address: {method: what maria, alice, fiona, anton and bob get}; a stranger gets 404, nobody the log-in
    "home": {"GET": SEE},
    "team": {"GET": SEE},
    "person_add": {"POST": "ok no no no no"},
    "person_role": {"POST": "ok no no no no"},
    "team_limit": {"POST": "ok no no no no"},
    "audit": {"GET": "ok no ok ok no"},
    "keys": {"GET": SEE, "POST": SEE},
    "key_remove": {"POST": SEE},
    "project_new": {"POST": PLAN},
    "project": {"GET": SEE},
    "faults": {"GET": SEE},
    "versions": {"GET": SEE},
    "version_restore": {"POST": PLAN},
    "undo": {"POST": PLAN},
    "redo": {"POST": PLAN},
    "bom": {"GET": SEE},
    "table": {"GET": SEE},
    "cells": {"POST": PLAN},
    "rows_remove": {"POST": PLAN},
    "row": {"GET": SEE, "POST": PLAN},
    "workbook": {"GET": SEE},
    "upload": {"POST": PLAN},
    "upload_preview": {"GET": SEE},
    "upload_take": {"POST": PLAN},
    "scenario_new": {"POST": PLAN},
    "scenario_remove": {"POST": PLAN},
    "solve_new": {"POST": PLAN},
    "solve": {"GET": SEE},
    "solve_progress": {"GET": SEE},
    "solve_stop": {"POST": PLAN},
    "solve_without": {"POST": PLAN},
    "solve_way_out": {"POST": PLAN},
    "solve_chart": {"GET": SEE},
    "solve_file": {"GET": SEE},
    "compare": {"GET": SEE},
    "propose": {"POST": PLAN},
    "decide": {"POST": "ok no ok no no"},
    "question_new": {"POST": PLAN},
    "question": {"GET": SEE},
    "question_progress": {"GET": SEE},
    "question_stop": {"POST": PLAN},
    "question_file": {"GET": SEE},
    "sheet_sent": {"POST": PLAN},
    "suppliers": {"GET": SEE},
    "supplier": {"GET": SEE},
    "calls": {"GET": SEE},
    "supplier_new": {"POST": PLAN},
    "supplier_edit": {"POST": PLAN},
    "supplier_exclude": {"POST": PLAN},
    "supplier_part": {"POST": PLAN},
    "supplier_approve": {"POST": "ok no ok no no"},
    "suppliers_from": {"POST": PLAN},
    "suppliers_into": {"POST": PLAN},
    "contracts": {"GET": SEE},
    "contract": {"GET": SEE},
    "contracts_calendar": {"GET": SEE},
    "subscriptions": {"GET": SEE, "POST": SEE},
    "subscription_remove": {"POST": SEE},
    "conclude": {"POST": PLAN},
    "contract_edit": {"POST": PLAN},
    "backup_confirm": {"POST": PLAN},
    "delivery_new": {"POST": PLAN},
    "contract_fail": {"POST": PLAN},
    "contract_notice": {"POST": PLAN},
    "delivery_sheet": {"GET": SEE},
    "delivery_upload": {"POST": PLAN},
    "events": {"GET": SEE},
    "event_new": {"POST": PLAN},
    "event": {"GET": SEE},
    "event_edit": {"POST": PLAN},
    "event_lines": {"POST": PLAN},
    "event_publish": {"POST": PLAN},
    "event_extend": {"POST": PLAN},
    "event_cancel": {"POST": PLAN},
    "event_invite": {"POST": PLAN},
    "invitation_renew": {"POST": PLAN},
    "invitation_revoke": {"POST": PLAN},
    "inquiry_answer": {"POST": PLAN},
    "event_open": {"POST": "ok ok ok no no"},
    "event_round": {"POST": PLAN},
    "event_matrix": {"GET": SEE},
    "event_line": {"GET": SEE},
    "event_into": {"POST": PLAN},
    "event_shortlist": {"POST": PLAN},
    "event_award": {"POST": PLAN},
    "event_letter": {"GET": SEE},
    "market": {"GET": SEE},
    "market_firm": {"GET": SEE},
    "market_enter": {"POST": PLAN},
    "market_verdict": {"POST": PLAN},
    "alerts": {"GET": SEE},
    "alerts_calendar": {"GET": SEE},
    "alerts_look": {"POST": PLAN},
    "alert_answer": {"POST": PLAN},
    "need_new": {"POST": PLAN},
    "need_remove": {"POST": PLAN},
    "hook_new": {"POST": "ok no no no no"},
    "hook_remove": {"POST": "ok no no no no"},
    "requests": {"GET": SEE},
    "request_new": {"POST": "ok ok ok no ok"},
    "request_one": {"GET": SEE},
    "request_measure": {"POST": PLAN},
    "request_answer": {"POST": PLAN},
}
API: dict[str, dict[str, str]] = {
    # addresses for programs, opened by keys only
    "api_contracts": {"GET": SEE},
    "api_deliveries": {"GET": SEE, "POST": PLAN},
}
OPEN = {"account_login", "mfa_authenticate", "alive", "language", "bid_enter", "interface", "openapi"}
"""For everybody; nothing of a team is there."""
LINKS = {"calendar_feed"}
"""For whoever knows a secret address of them (test_subscriptions.py)."""
OWN = {
    "account_logout", "account_reauthenticate", "account_change_password", "mfa_index", "mfa_reauthenticate",
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes", "choose_team",
}  # fmt: skip
"""One's own account: for whoever has logged in."""
INVITED = {name for name, door in DOORS.items() if "invited" in door.values()}
"""A bidder's pages, about the invitation of its session."""
PROGRAMS = {name for name, door in DOORS.items() if "token" in door.values()}
"""For programs with a key."""
WITHOUT_OBJECT = {
    "market", "market_firm", "market_enter", "alerts", "alerts_calendar", "alerts_look", "need_new", "need_remove",
    "hook_new",
    "home", "team", "person_add", "team_limit", "audit", "project_new", "suppliers", "supplier_new", "calls",
    "contracts", "contracts_calendar", "requests", "request_new", "keys", "key_remove", "delivery_sheet",
    "delivery_upload", "events", "event_new", "subscriptions", "subscription_remove",
}  # fmt: skip
"""About the team that one works in: a stranger sees the own team there, not ours."""

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH")


def names() -> set[str]:
    found = set()
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            found.add(pattern.name)
        else:
            found |= {f"{pattern.namespace}:{each.name}" for each in pattern.url_patterns if each.name != "api-root"}
    return found


def arguments(world: World) -> dict[str, tuple[object, ...]]:
    """An object of our team for every address that takes one."""
    project = world.project
    scenario = Scenario.objects.filter(project=project).first()
    assert scenario is not None
    solve = queue(project, scenario, world.people["alice"])
    upload = Upload.objects.create(project=project, made_by=world.people["alice"], name="x.xlsx", tables={})
    proposal = Proposal.objects.create(solve=solve, proposed_by=world.people["alice"])
    assert project.head is not None
    found: dict[str, tuple[object, ...]] = {
        name: (solve.pk,)
        for name in ("solve", "solve_progress", "solve_stop", "solve_without", "solve_way_out", "propose")
    }
    found |= {name: (project.pk, "items") for name in ("table", "cells", "rows_remove")}
    found |= {name: (scenario.pk,) for name in ("scenario_remove", "solve_new")}
    found |= {name: (upload.pk,) for name in ("upload_preview", "upload_take")}
    found |= {
        "row": (project.pk, "items", 0),
        "version_restore": (project.pk, project.head.pk),
        "solve_chart": (solve.pk, "items"),
        "solve_file": (solve.pk, "json"),
        "decide": (proposal.pk,),
        "person_role": (world.people["bob"].pk,),
        "key_remove": (0,),
        "subscription_remove": (0,),
    }
    question = Question.objects.create(solve=solve, kind="sheet")
    found |= {name: (question.pk,) for name in ("question", "question_progress", "question_stop", "sheet_sent")}
    found |= {"question_file": (question.pk, "pdf"), "question_new": (solve.pk,)}
    supplier = Supplier.objects.create(team=world.team, key="acme")
    contract = Contract.objects.create(
        team=world.team, supplier=supplier, item="bracket", item_name="Bracket", quantity_micro=10**6,
        unit_price_micro=10**6, currency="EUR", starts=date(2026, 1, 1), ends=date(2027, 1, 1),
    )  # fmt: skip
    backup = Backup.objects.create(contract=contract, supplier=supplier, quantity_micro=10**6)
    asked = Request.objects.create(team=world.team, what="three testers")
    of_supplier = ("supplier", "supplier_edit", "supplier_exclude", "supplier_approve")
    of_contract = ("contract", "contract_edit", "delivery_new", "contract_fail", "contract_notice")
    found |= {name: (supplier.pk,) for name in of_supplier} | {name: (contract.pk,) for name in of_contract}
    found |= {name: (asked.pk,) for name in ("request_one", "request_measure", "request_answer")}
    hook = Hook.objects.create(team=world.team, address="https://example.org/", made_at=datetime.now(UTC))
    found |= {
        "market_firm": ("S1",),
        "market_enter": ("S1",),
        "market_verdict": ("S1", "none"),
        "alert_answer": ("none",),
        "hook_remove": (hook.pk,),
    }
    found |= {
        "supplier_part": (supplier.pk, "contact"),
        "backup_confirm": (contract.pk, backup.pk),
        "conclude": (solve.pk,),
        "suppliers_from": (project.pk,),
        "suppliers_into": (project.pk,),
    }
    found |= of_event(world, supplier)
    of_project = ("project", "faults", "versions", "undo", "redo", "bom", "workbook", "upload", "scenario_new")
    return found | {name: (project.pk,) for name in (*of_project, "compare")}


def of_event(world: World, supplier: Supplier) -> dict[str, tuple[object, ...]]:
    """An event whose bids are opened, with its invitation."""
    now = datetime.now(UTC)
    event = Event.objects.create(team=world.team, project=world.project, name="Brackets", state="open", made_at=now)
    event.rounds.create(number=1, deadline=now, opened_at=now)
    line = event.lines.create(item="bracket", quantity_micro=10**6)
    invitation = event.invitations.create(supplier=supplier, made_at=now)
    inquiry = event.inquiries.create(invitation=invitation, question="When?", asked_at=now)
    Letter.objects.create(
        invitation=invitation, kind="win", at=now,
        content={"awards": [], "backups": [], "lines": [], "is_readable": True},
    )  # fmt: skip
    found: dict[str, tuple[object, ...]] = {name: (event.pk,) for name in TABLE if name.startswith("event_")}
    found |= {name: (invitation.pk,) for name in ("invitation_renew", "invitation_revoke", "event_letter")}
    found |= {"event": (event.pk,), "event_line": (event.pk, line.pk), "inquiry_answer": (inquiry.pk,)}
    return {name: given for name, given in found.items() if name != "event_new"}


def test_every_address_has_a_door_and_a_row_of_the_table() -> None:
    assert names() == set(DOORS) == set(TABLE) | set(API) | OPEN | OWN | INVITED | PROGRAMS | LINKS
    assert len(urls.urlpatterns) == len({name for name in names() if ":" not in name}) + 1


def test_the_doors_have_the_methods_of_the_table() -> None:
    rows = TABLE | API
    assert {name: set(DOORS[name]) for name in rows} == {name: set(row) for name, row in rows.items()}


@pytest.mark.parametrize("name", sorted(TABLE))
def test_each_role_gets_what_the_table_says(world: World, name: str) -> None:
    address = reverse(name, args=arguments(world).get(name, ()))
    for method, row in TABLE[name].items():
        # Those who are refused first: what is allowed may use the object up.
        for verdict, person in sorted(zip(row.split(), ROLES, strict=True)):
            status = world.client(person).generic(method, address).status_code
            if verdict == "no":
                assert status == 403, (name, method, person)
            else:
                # 404: the object is not in that state; 400 and 409: the empty form is refused by the view itself.
                assert status in (200, 302, 400, 404, 409), (name, method, person, status)
                if method == "GET" and name not in ("solve_chart", "solve_file", "question_file"):
                    assert status == 200, (name, person)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_stranger_finds_nothing_and_nobody_is_sent_to_the_log_in(world: World, name: str) -> None:
    address = reverse(name, args=arguments(world).get(name, ()))
    for method in TABLE[name]:
        answer = world.client("").generic(method, address)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/login/"), (name, method)
        if name not in WITHOUT_OBJECT:
            assert world.client("stranger").generic(method, address).status_code == 404, (name, method)


def key_of(world: World, person: str) -> str:
    """A key that one of the cast made."""
    page = world.client(person).post("/keys/", {"name": "a program", "scope": "deliveries"}).content.decode()
    (key,) = re.findall(r"<code>(sso_[\w-]{43})</code>", page)
    return str(key)


@pytest.mark.parametrize("name", sorted(API))
def test_programs_get_what_the_table_says_by_their_key_alone(world: World, name: str) -> None:
    for method, row in API[name].items():
        body = json.dumps({"deliveries": []})
        for verdict, person in zip(row.split(), ROLES, strict=True):
            bearer = Client(headers={"authorization": f"Bearer {key_of(world, person)}"})
            status = bearer.generic(method, reverse(name), body, "application/json").status_code
            assert status == (200 if verdict == "ok" else 403), (name, method, person)
            # A log-in does not open it: another site could use it. Neither does a wrong key.
            assert world.client(person).generic(method, reverse(name)).status_code == 401
        wrong = Client(headers={"authorization": "Bearer sso_" + "x" * 43})
        assert wrong.generic(method, reverse(name)).status_code == 401
    for method in set(METHODS) - set(DOORS[name]):
        assert Client().generic(method, reverse(name)).status_code == 405


def test_a_key_ends_with_its_membership_or_when_it_is_taken_away(world: World) -> None:
    key = key_of(world, "alice")
    program = Client(headers={"authorization": f"Bearer {key}"})
    assert program.get("/api/contracts/").status_code == 200
    assert key not in world.client("alice").get("/keys/").content.decode()  # shown once
    membership = world.people["alice"].memberships.get()
    team, role = membership.team, membership.role
    membership.delete()
    assert program.get("/api/contracts/").status_code == 401
    world.people["alice"].memberships.create(team=team, role=role)
    token = world.people["alice"].tokens.get()
    world.client("bob").post(f"/keys/{token.pk}/remove/")  # not his
    assert program.get("/api/contracts/").status_code == 200
    world.client("alice").post(f"/keys/{token.pk}/remove/")
    assert program.get("/api/contracts/").status_code == 401


@pytest.mark.parametrize("name", sorted(INVITED))
def test_a_bidders_page_does_not_exist_without_an_invitation_whoever_asks(world: World, name: str) -> None:
    address = reverse(name, args=(1, 1) if name == "bid_version" else ())
    for method in DOORS[name]:
        for person in ("", "maria", "alice", "bob", "stranger"):
            answer = world.client(person).generic(method, address)
            if method == "GET":  # to the page that asks for the code of an invitation
                assert (answer.status_code, answer.headers["Location"]) == (302, "/bid/"), (name, person)
            else:
                assert answer.status_code == 404, (name, person)


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_a_programs_address_takes_a_key_whoever_has_logged_in(world: World, name: str) -> None:
    address = reverse(name, args=(1,) if "event" in name and name not in ("api:events", "api:bid_event") else ())
    for method in DOORS[name]:
        for person in ("", "maria"):
            answer = world.client(person).generic(method, address)
            assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")


@pytest.mark.parametrize("name", sorted(set(TABLE) | OPEN | OWN | INVITED))
def test_a_method_that_is_not_in_the_table_is_refused(world: World, name: str) -> None:
    address = reverse(name, args=(1, 1) if name == "bid_version" else arguments(world).get(name, ()))
    for method in set(METHODS) - set(DOORS[name]):
        assert world.client("maria").generic(method, address).status_code == 405, (name, method)


@pytest.mark.parametrize("name", sorted(name for name in OWN if "GET" in DOORS[name]))
def test_the_pages_of_an_account_open(world: World, name: str) -> None:
    answer = world.client("bob").get(reverse(name), follow=True)
    needs_a_factor = ("mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_deactivate_totp")
    assert answer.status_code == (404 if name in needs_a_factor else 200)


def test_a_second_factor_is_set_up_asked_for_and_taken_away(world: World) -> None:
    client, bob = world.client(""), {"login": "bob", "password": "a long pass phrase"}
    client.post("/login/", bob)
    setup = "/second-factor/app/activate/"
    asked = client.get(setup).headers["Location"]
    assert asked.startswith("/reauthenticate/")  # an open browser alone does not change how one logs in
    assert client.get(asked).status_code == 200
    answer = client.post(asked, {"password": bob["password"]}, follow=True)
    assert answer.redirect_chain[-1] == (setup, 302)
    page = answer.content.decode()
    (secret,) = re.findall(r"<code>([A-Z2-7]{32})</code>", page)
    client.post("/second-factor/app/activate/", {"code": code(secret)})
    assert client.get("/second-factor/codes/").status_code == 200
    cache.clear()
    again = world.client("")
    assert again.post("/login/", bob).headers["Location"] == "/second-factor/log-in/"
    assert again.get("/").status_code == 302  # the password alone opens nothing
    assert again.get("/second-factor/log-in/").status_code == 200
    assert again.post("/second-factor/log-in/", {"code": "000000"}).status_code == 200
    again.post("/second-factor/log-in/", {"code": code(secret)})
    assert again.get("/").status_code == 200


def code(secret: str) -> str:
    """The code that an authenticator app shows now."""
    counter = next(totp.yield_hotp_counters_from_time())
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


@pytest.mark.parametrize("name", sorted(OWN))
def test_an_account_is_closed_to_who_has_not_logged_in(world: World, name: str) -> None:
    for method in DOORS[name]:
        answer = world.client("").generic(method, reverse(name))
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/login/")


def test_the_page_for_another_teams_object_is_that_for_no_object(world: World) -> None:
    stranger = world.client("stranger")
    theirs, none = stranger.get(f"/projects/{world.project.pk}/"), stranger.get("/projects/999999/")
    assert theirs.status_code == none.status_code == 404
    bodies = [
        re.sub(r"csrfmiddlewaretoken\S+ value=\S+|X-CSRFToken\S+ \S+|/projects/[0-9]+/", "", answer.content.decode())
        for answer in (theirs, none)
    ]
    assert bodies[0] == bodies[1]


def test_who_is_of_no_team_sees_no_team(world: World) -> None:
    world.people["bob"].memberships.all().delete()
    assert world.client("bob").get("/").status_code == 403


def decided(world: World, state: str, cost: str, by: str) -> Proposal:
    scenario = Scenario.objects.get(project=world.project)
    solve = queue(world.project, scenario, world.people["alice"])
    Solve.objects.filter(pk=solve.pk).update(status="optimal", currency="EUR", cost_micro=micro(Decimal(cost)))
    made: Proposal = Proposal.objects.create(
        solve=solve, proposed_by=world.people[by], state=state,
        decided_at=None if state == "proposed" else datetime.now(UTC),
    )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("state", "cost", "proposed_by", "decides", "becomes"),
    [
        ("proposed", "100001", "maria", "fiona", "approved"),  # above the limit of 100,000: a second person
        ("proposed", "100001", "maria", "maria", "proposed"),
        ("proposed", "100000", "maria", "maria", "approved"),  # up to the limit one is enough
        ("rejected", "100000", "alice", "fiona", "rejected"),  # a decision stands
        ("approved", "100000", "alice", "fiona", "approved"),
    ],
)
def test_a_decision_depends_on_cost_person_and_state(
    world: World, state: str, cost: str, proposed_by: str, decides: str, becomes: str
) -> None:
    proposal = decided(world, state, cost, proposed_by)
    answer = world.client(decides).post(reverse("decide", args=[proposal.pk]), {"verdict": "approved"})
    proposal.refresh_from_db()
    assert proposal.state == becomes
    assert answer.status_code == (302 if state == "proposed" else 409)


def test_a_buyer_approves_nothing_however_cheap(world: World) -> None:
    proposal = decided(world, "proposed", "1", "maria")
    assert world.client("alice").post(reverse("decide", args=[proposal.pk])).status_code == 403


def test_pages_carry_the_headers_that_protect(world: World) -> None:
    answer = world.client("alice").get("/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "no-store"


def test_guessing_locks_the_name_out_for_a_while(world: World) -> None:
    client = world.client("")
    for _guess in range(8):
        client.post("/login/", {"login": "alice", "password": "wrong"})
    answer = client.post("/login/", {"login": "alice", "password": "a long pass phrase"})
    assert answer.status_code == 429
    assert world.client("").post("/login/", {"login": "bob", "password": "a long pass phrase"}).status_code == 302


def test_logging_in_leads_to_the_projects_and_nobody_signs_up_alone(world: World) -> None:
    client = world.client("")
    answer = client.post("/login/", {"login": "alice", "password": "a long pass phrase"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get("/signup/").status_code == 404
