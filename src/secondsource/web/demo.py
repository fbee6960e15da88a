"""Fills an empty workspace with a team, its people and the examples; never touches one that is not empty.

The log-ins have passwords of their own on every machine; they are kept in a file beside the database, readable by its
owner only, so that they can be shown again.
"""

from __future__ import annotations

import os
import secrets
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

PEOPLE = {
    "maria": ("manager", "Maria", "Keller"),
    "alice": ("buyer", "Alice", "Brandt"),
    "fiona": ("approver", "Fiona", "Walsh"),
    "anton": ("auditor", "Anton", "Berg"),
    "bob": ("reader", "Bob", "Novak"),
}
PROJECTS = {"phone": "Phone", "it-team": "IT team"}
FILE = "demo-logins.txt"


def main(examples: Path) -> None:
    """Fill an empty workspace, and print the log-ins."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "secondsource.web.settings")
    import django

    django.setup()
    from secondsource.web import store
    from secondsource.web.people.models import Person

    logins = store.folder() / FILE
    if not Person.objects.exists():
        passwords = {name: secrets.token_urlsafe(9) for name in PEOPLE}
        fill(examples, passwords)
        with os.fdopen(os.open(logins, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.writelines(f"{name} {password} {PEOPLE[name][0]}\n" for name, password in passwords.items())
    if logins.exists():
        sys.stdout.write(logins.read_text("utf-8"))


def fill(examples: Path, passwords: dict[str, str]) -> None:
    """Make the team, its people and a project of each example, and ask for their plans."""
    from django.db import transaction

    import secondsource
    from secondsource.language import _
    from secondsource.web.bidding import demo as events
    from secondsource.web.intake.models import Request
    from secondsource.web.people.models import Membership, Person, Team
    from secondsource.web.planning import tables
    from secondsource.web.planning.models import Scenario
    from secondsource.web.planning.projects import begin, queue
    from secondsource.web.planning.translate import rows_of
    from secondsource.web.suppliers import translate

    with transaction.atomic():
        team = Team.objects.create(name="Northwind Devices")
        for name, (role, first, last) in PEOPLE.items():
            person = Person.objects.create_user(
                name, f"{name}@example.org", passwords[name], first_name=first, last_name=last
            )
            Membership.objects.create(team=team, person=person, role=role)
        alice = Person.objects.get(username="alice")
        now = datetime.now(UTC)
        events.awarded(team, examples, now)
        for folder, title in PROJECTS.items():
            problem = secondsource.read(examples / folder, today=datetime.now(UTC).date())
            project = begin(team, title, alice)
            what = _("taken over from {file}", file=f"examples/{folder}")
            tables.replace_tables(project, rows_of(problem), alice, what, base=None)
            translate.from_project(project)
            queue(project, project.scenarios.get(), alice)
            if folder == "phone":
                events.running(team, project, now)
                change = {"kind": "setting", "name": "failures", "value": "0"}
                bare = Scenario.objects.create(project=project, name="No backups", changes=[change], made_by=alice)
                queue(project, bare, alice)
        bob = Person.objects.get(username="bob")
        may = date(now.year + (now.month >= 5), 5, 1)
        Request.objects.create(team=team, asked_by=bob, what="Three testers from May", department="Quality",
                               role="tester", amount_micro=3 * 10**6, needed_from=may)  # fmt: skip
    _answer_first()
    with transaction.atomic():
        _live(team, datetime.now(UTC).date())


def _answer_first() -> None:
    """Do the oldest job, the plan of the phone, here and now: contracts come of it."""
    from secondsource.web.jobs import lease
    from secondsource.web.planning import answering

    job = lease.claim(datetime.now(UTC))
    if job is not None:
        answering.answer(job)


def _live(team: Any, today: date) -> None:
    """Half a year of the phone: its plan approved, contracts concluded, backups asked, deliveries in."""
    from secondsource.web.contracts import concluding
    from secondsource.web.contracts.models import Backup, Contract, Delivery
    from secondsource.web.people.models import Person
    from secondsource.web.planning import approval
    from secondsource.web.planning.models import Proposal, Solve
    from secondsource.web.suppliers.models import Contact, Supplier

    people = {name: Person.objects.get(username=name) for name in PEOPLE}
    solve = Solve.objects.filter(project__team=team, cost_micro__isnull=False).first()
    if solve is None:  # the search was interrupted: the workspace is whole without
        return
    proposal = Proposal.objects.create(
        solve=solve, proposed_by=people["alice"], baseline_micro=8_300_000_000 * 10**6, baseline_source="2010",
        state="approved", decided_by=people["fiona"], decided_at=datetime.now(UTC),
    )  # fmt: skip
    approval.record("plan.propose", proposal, people["alice"])
    approval.record("plan.approve", proposal, people["fiona"])
    terms = concluding.Terms(today - timedelta(200), today + timedelta(165), 30, 30, 60)
    made = concluding.conclude(solve, terms, people["alice"])
    for number, each in enumerate(Supplier.objects.filter(team=team, is_own=False)[:12]):
        Contact.objects.create(
            supplier=each, name="Contact " + str(number + 1), role="sales", phone=f"+1 555 01{number:02}"
        )
    kept = Backup.objects.filter(contract__in=made).order_by("pk")
    Backup.objects.filter(pk__in=[backup.pk for backup in kept[::2]]).update(confirmed_on=today - timedelta(100))
    Contract.objects.filter(pk__in=[each.pk for each in made]).update(
        service_target_micro=950_000, late_rate_micro=5_000, late_cap_micro=50_000
    )
    chance = Random(4)  # noqa: S311  made-up deliveries, the same everywhere
    deliveries = []
    for contract in made[:8]:
        part = contract.quantity_micro // 12
        for month in range(1, 7):
            due = today - timedelta(30 * month)
            late = chance.choice((0, 0, 0, 0, 0, 2, 9))
            short = chance.choice((0, 0, 0, 0, 0, 0, part // 50))
            deliveries.append(
                Delivery(
                    contract=contract, reference=f"{contract.pk}-{month:02}", due=due, arrived=due + timedelta(late),
                    ordered_micro=part, delivered_micro=part - short,
                    defective_micro=part * chance.choice((0, 0, 1, 3)) // 1000,
                )
            )  # fmt: skip
    Delivery.objects.bulk_create(deliveries)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
