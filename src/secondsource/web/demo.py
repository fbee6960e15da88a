"""Fills an empty workspace with a team, its people and the examples; never touches one that is not empty.

The log-ins have passwords of their own on every machine; they are kept in a file beside the database, readable by its
owner only, so that they can be shown again.
"""

from __future__ import annotations

import os
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

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
        Request.objects.create(team=team, asked_by=bob, what="Three testers from May", department="Quality")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
