"""Who may do what: roles, rights, and the objects of one's own teams; every view begins here.

An object of another team does not exist for a person (404); one of the own team that the role does not open is refused
(403). Which right a request takes stands in one table, `secondsource.web.doors`.
"""

from __future__ import annotations

from typing import Any

import rules
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from secondsource.web.doors import right_of
from secondsource.web.people.models import Membership, Person, Team

RIGHTS: dict[str, frozenset[str]] = {
    "see": frozenset({"manager", "buyer", "approver", "auditor", "reader"}),
    "ask": frozenset({"manager", "buyer", "approver", "reader"}),
    "plan": frozenset({"manager", "buyer"}),
    "approve": frozenset({"manager", "approver"}),
    "open": frozenset({"manager", "buyer", "approver"}),
    "audit": frozenset({"manager", "approver", "auditor"}),
    "people": frozenset({"manager"}),
}
"""Roles that have each right."""


def _holds(right: str) -> Any:
    """The predicate that a person has this right in a team."""

    @rules.predicate(name=f"may_{right}")
    def may(person: Person, team: Team) -> bool:
        return role_in(person, team) in RIGHTS[right]

    return may


for _right in RIGHTS:
    rules.set_rule(_right, _holds(_right))


def acting(request: HttpRequest) -> Person:
    """Return the person who has logged in."""
    person: Any = request.user
    return person


def memberships(person: Person) -> dict[int, Membership]:
    """Return a person's memberships by team, read once per request."""
    if "_memberships" not in person.__dict__:
        found = Membership.objects.filter(person_id=person.pk).select_related("team").order_by("team__name")
        person.__dict__["_memberships"] = {membership.team_id: membership for membership in found}
    known: dict[int, Membership] = person.__dict__["_memberships"]
    return known


def role_in(person: Person, team: Team) -> str:
    """Return a person's role in a team, "" for none."""
    membership = memberships(person).get(team.pk)
    return membership.role if membership and person.is_active else ""


def may(person: Person, right: str, team: Team) -> bool:
    """Return whether a person has a right in a team."""
    return bool(rules.test_rule(right, person, team))


def team(request: HttpRequest) -> Team:
    """Return the team that the person works in now, with the right that this request takes in it."""
    person: Any = request.user
    known = memberships(person)
    chosen = known.get(request.session.get("team", 0)) or next(iter(known.values()), None)
    if chosen is None:
        raise PermissionDenied
    return open_to(request, chosen.team)


def open_to(request: HttpRequest, team: Team) -> Team:
    """Return the team if this request's right is held in it.

    Raises
    ------
    Http404
        The person is not of the team.
    PermissionDenied
        The role in it does not have the right.
    """
    person: Any = request.user
    request.__dict__["access_was_decided"] = True
    if not role_in(person, team):
        raise Http404
    if not may(person, right_of(request), team):
        raise PermissionDenied
    request.__dict__["team"] = team
    return team


def one(request: HttpRequest, scope: QuerySet[Any], **by: object) -> Any:
    """Return the one row of the scope that belongs to a team of the person, if this request's right is held in it.

    The rows have a `team`, or say with `TEAM_PATH` where it is (`project__team`).
    """
    path = getattr(scope.model, "TEAM_PATH", "team")
    person: Any = request.user
    request.__dict__["access_was_decided"] = True
    found = scope.filter(**{f"{path}__in": list(memberships(person))}, **by).select_related(path).first()
    if found is None:
        raise Http404
    owner: Any = found
    for part in path.split("__"):
        owner = getattr(owner, part)
    open_to(request, owner)
    return found
