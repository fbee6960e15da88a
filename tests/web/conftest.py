"""The cast of the workspace's tests, and a team with the first-steps example in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

import secondsource
from secondsource.language import _
from secondsource.web.people.models import Membership, Person, Team
from secondsource.web.planning import tables
from secondsource.web.planning.models import Project
from secondsource.web.planning.projects import begin
from secondsource.web.planning.translate import rows_of

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
TODAY = date(2026, 11, 24)

CAST = {
    "maria": ("ours", "manager"),
    "alice": ("ours", "buyer"),
    "fiona": ("ours", "approver"),
    "anton": ("ours", "auditor"),
    "bob": ("ours", "reader"),
    "stranger": ("theirs", "manager"),
}
"""Team and role of each."""


@pytest.fixture(autouse=True)
def quick_passwords(settings_of_tests: None) -> None:
    """Hashing takes its time on purpose; tests have no secrets."""


@pytest.fixture
def settings_of_tests(settings: object) -> None:
    cache.clear()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@dataclass
class World:
    """A team at work, beside another."""

    team: Team
    other: Team
    people: dict[str, Person]
    project: Project

    def client(self, name: str) -> Client:
        """A browser in which one of the cast has logged in, "" for nobody."""
        client = Client()
        if name:
            client.force_login(self.people[name], backend=settings.AUTHENTICATION_BACKENDS[1])
        return client


@pytest.fixture
def world(db: None) -> World:
    teams = {"ours": Team.objects.create(name="Ours"), "theirs": Team.objects.create(name="Theirs")}
    people = {}
    for name, (team, role) in CAST.items():
        people[name] = Person.objects.create_user(name, f"{name}@example.org", "a long pass phrase")
        Membership.objects.create(team=teams[team], person=people[name], role=role)
    project = begin(teams["ours"], "Bracket", people["alice"])
    problem = secondsource.read(EXAMPLES / "first-steps", today=TODAY)
    tables.replace_tables(project, rows_of(problem), people["alice"], _("taken over from {file}", file="x"), base=None)
    return World(teams["ours"], teams["theirs"], people, project)
