"""Whether own staff suffice for what a department asks: people in hand, less those that are planned; not for pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from django.db.models import Max

from secondsource.language import Message, _
from secondsource.reports import numbers
from secondsource.web.intake.models import Request
from secondsource.web.people.models import Team
from secondsource.web.planning import answers, tables
from secondsource.web.planning.models import Project, Solve, Version
from secondsource.web.typed import decimal

DAYS_OF_YEAR = Decimal("365.25")
DAYS_OF_MONTH = DAYS_OF_YEAR / 12
PRODUCTIVE_HOURS = Decimal(1800)
"""Hours of one person in a year, where the table `roles` says nothing else."""


@dataclass(frozen=True)
class OwnPeople:
    """People of one role of one own team in a project.

    Attributes
    ----------
    in_hand, taken, promised
        People there; those that the newest plan takes; those that requests take which no plan has seen yet.
    may_hire
        How many more the labour market gives, beyond those that the plan hires; None without a limit.
    hours, ramp_months
        Productive hours of one person in a year; months until a new one is fully productive.
    planned
        First and last day of the newest plan; None where there is no plan.
    """

    project: Project
    supplier: str
    role: str
    in_hand: Decimal
    taken: Decimal
    promised: Decimal
    may_hire: Decimal | None
    hours: Decimal
    ramp_months: Decimal
    planned: tuple[date, date] | None

    @property
    def free(self) -> Decimal:
        """In hand, and neither taken nor promised."""
        return max(Decimal(0), self.in_hand - self.taken - self.promised)


@dataclass(frozen=True)
class Verdict:
    """Whether the people of a role in one project suffice.

    Attributes
    ----------
    asked
        People that are asked for; hours became people by the productive hours of the time between.
    short
        People that are missing, 0 where own staff suffice.
    """

    project: Project
    role: str
    asked: Decimal
    in_hand: Decimal
    taken: Decimal
    promised: Decimal
    free: Decimal
    short: Decimal
    remarks: tuple[Message, ...]

    @property
    def suffices(self) -> bool:
        """Nobody is missing."""
        return not self.short


def own_people(team: Team) -> list[OwnPeople]:
    """Return the own firm's people in every project that has some, and how many of them its newest plan takes."""
    projects = list(Project.objects.filter(team=team).select_related("head"))
    base = Solve.objects.filter(project__team=team, cost_micro__isnull=False, scenario__changes=[])
    newest = dict(base.values_list("project").annotate(Max("pk")).order_by())
    solves = {each.project_id: each for each in Solve.objects.filter(pk__in=newest.values()).defer("plan", "texts")}
    promised = list(Request.objects.filter(team=team, state="planned").exclude(role="").exclude(amount_micro=None))
    by_project = {project.pk: [ask for ask in promised if ask.project_id == project.pk] for project in projects}
    there = [project for project in projects if project.head_id is not None]
    return [each for project in there for each in _of_project(project, solves.get(project.pk), by_project[project.pk])]


def _of_project(project: Project, solve: Solve | None, promised: Sequence[Request]) -> Iterable[OwnPeople]:
    found = answers.answer(solve) if solve is not None else None
    hires = {(hire.supplier, hire.role): hire for hire in found.plan.hires} if found else {}
    planned, known = None, set()
    if found is not None:
        settings = found.problem.settings
        planned = (settings.as_of, _later(settings.as_of, settings.horizon_years))
        known = set(found.problem.items.item)
    for row in _own_roles(project.head_id):
        key = (row.get("supplier", ""), row.get("role", ""))
        hours = number(row.get("hours_per_year", "")) or PRODUCTIVE_HOURS
        hire, most = hires.get(key), number(row.get("max_hires", ""))
        waiting = [ask for ask in promised if ask.role.casefold() == key[1].casefold() and ask.item not in known]
        yield OwnPeople(
            project=project, supplier=key[0], role=key[1],
            in_hand=number(row.get("in_hand", "")) or Decimal(0),
            taken=hire.people if hire else Decimal(0),
            promised=sum((people_of(ask, hours) or Decimal(0) for ask in waiting), Decimal(0)),
            may_hire=None if most is None else max(Decimal(0), most - (hire.hires if hire else 0)),
            hours=hours, ramp_months=number(row.get("ramp_months", "")) or Decimal(0), planned=planned,
        )  # fmt: skip


@lru_cache(maxsize=256)
def _own_roles(version: int) -> tuple[dict[str, str], ...]:
    """The rows of `roles` of the own firm; versions never change, so they are kept."""
    given = Version.objects.get(pk=version)
    if not given.tables.get("roles"):
        return ()
    own = {row.get("supplier") for row in tables.read_table(given, "suppliers") if is_true(row.get("own", ""))}
    return tuple(row for row in tables.read_table(given, "roles") if row.get("supplier") in own)


def people_of(asked: Request, hours: Decimal) -> Decimal | None:
    """Return how many people a request takes, each of `hours` a year; None where it does not say.

    A request in hours takes ``people = hours asked / (hours of a person in a year × years between the days)``.
    """
    if asked.amount is None:
        return None
    if asked.measure == "people":
        return asked.amount
    if asked.needed_from is None or asked.needed_until is None:
        return None
    years = Decimal((asked.needed_until - asked.needed_from).days + 1) / DAYS_OF_YEAR
    return asked.amount / (hours * years)


def verdicts(asked: Request, people: Sequence[OwnPeople], today: date) -> list[Verdict]:
    """Return for each project with people of the asked role whether they suffice, the best first."""
    found = []
    for project in dict.fromkeys(each.project for each in people):
        ours = [each for each in people if each.project == project and each.role.casefold() == asked.role.casefold()]
        wanted = people_of(asked, ours[0].hours) if ours else None
        if wanted is not None:
            found.append(_verdict(asked, ours, wanted, today))
    return sorted(found, key=lambda each: (each.short, -each.free))


def _verdict(asked: Request, ours: Sequence[OwnPeople], wanted: Decimal, today: date) -> Verdict:
    """Of one project; its own teams together."""
    planned = ours[0].planned
    remarks: list[Message] = []
    is_beyond = planned is not None and asked.needed_from is not None and asked.needed_from > planned[1]
    if planned is None:
        remarks.append(_("No plan says yet how many of them it takes: find one first."))
    elif is_beyond:
        remarks.append(_("The newest plan ends on {day}, before they are needed: what it takes does not count here.", day=numbers.day(planned[1])))  # fmt: skip  # noqa: E501
    taken = Decimal(0) if is_beyond else sum((each.taken for each in ours), Decimal(0))
    in_hand = sum((each.in_hand for each in ours), Decimal(0))
    promised = sum((each.promised for each in ours), Decimal(0))
    free = max(Decimal(0), in_hand - taken - promised)
    short = max(Decimal(0), wanted - free)
    if short:
        remarks += _hiring(ours, short, asked.needed_from, today)
    return Verdict(ours[0].project, ours[0].role, wanted, in_hand, taken, promised, free, short, tuple(remarks))


def _hiring(ours: Sequence[OwnPeople], short: Decimal, since: date | None, today: date) -> Iterable[Message]:
    """What hiring could do about those who are missing, and whether in time."""
    limits = [each.may_hire for each in ours]
    count = short if None in limits else min(short, sum((limit for limit in limits if limit is not None), Decimal(0)))
    if not count:
        yield _("The labour market gives no more of them (max_hires): buy it, or wait.")
        return
    if count < short:
        yield _("Of those, {count} could be hired (max_hires).", count=numbers.number(count, 1))
    ready = today + timedelta(days=int(min(each.ramp_months for each in ours) * DAYS_OF_MONTH))
    if ready == today:
        return
    if since is not None and ready > since:
        yield _("Hired today, new people are fully productive on {day}, after the day they are needed.", day=numbers.day(ready))  # fmt: skip  # noqa: E501
    else:
        yield _("Hired today, new people are fully productive on {day}.", day=numbers.day(ready))


def likely_role(what: str, roles: Iterable[str]) -> str:
    """Return the role that somebody's own words most likely mean, "" for none.

    >>> likely_role("Three testers from May", ["developer", "tester"])
    'tester'
    """
    said = [word.strip(".,;:!?()").casefold() for word in what.replace("-", " ").split()]
    for role in sorted(roles, key=len, reverse=True):
        parts = role.casefold().replace("-", " ").split()
        if parts and all(any(word.startswith(part) for word in said) for part in parts):
            return role
    return ""


def number(text: str) -> Decimal | None:
    """Return a number as people write it, None for nothing or for no number."""
    try:
        value = decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def is_true(text: str) -> bool:
    """Return whether a cell says yes."""
    return text.strip().casefold() in ("true", "yes", "1")


def _later(day: date, years: int) -> date:
    """The last day of so many years."""
    try:
        return day.replace(year=day.year + years) - timedelta(days=1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
