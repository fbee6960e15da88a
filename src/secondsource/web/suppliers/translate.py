"""Between the register and the tables of a project: suppliers, their levels, and who is excluded."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from django.db import transaction

from secondsource.language import _
from secondsource.web.people.models import Person
from secondsource.web.planning import tables
from secondsource.web.planning.models import Project, Version
from secondsource.web.planning.translate import Rows
from secondsource.web.suppliers.models import Level, Site, Supplier


@transaction.atomic
def from_project(project: Project) -> int:
    """Enter the suppliers of a project that the register does not have, with their levels; return how many."""
    given = tables.read(project.head)
    countries = {row.get("site"): row.get("country", "") for row in given.get("sites", [])}
    known = set(Supplier.objects.filter(team=project.team).values_list("key", flat=True))
    made: dict[str, Supplier] = {}
    for row in given.get("suppliers", []):
        key = row.get("supplier", "")
        if key and key not in known | made.keys():
            made[key] = Supplier(
                team=project.team,
                key=key[:120],
                name=row.get("name", "")[:200],
                country=countries.get(row.get("site"), "")[:2],
                is_own=row.get("own") == "true",
                is_excluded=row.get("excluded") == "true",
                excluded_reason=row.get("excluded_reason", ""),
            )
    Supplier.objects.bulk_create(made.values())
    stored = {supplier.key: supplier for supplier in Supplier.objects.filter(team=project.team, key__in=made)}
    levels = {}
    for row in given.get("levels", []):
        owner, level = stored.get(row.get("supplier", "")), _whole(row.get("level", ""))
        if owner is not None and level is not None and row.get("category"):
            levels[owner.pk, row["category"]] = Level(
                supplier=owner,
                category=row["category"][:120],
                level=level,
                evidence=row.get("evidence", "")[:300],
                valid_until=_day(row.get("valid_until", "")),
            )
    Level.objects.bulk_create(levels.values())
    places = {row.get("site"): row for row in given.get("sites", []) if row.get("site")}
    at = [
        (stored[row["supplier"]], places[row["site"]])
        for row in given.get("suppliers", [])
        if row.get("supplier") in stored and row.get("site") in places
    ]
    Site.objects.bulk_create(
        Site(supplier=owner, name=(place.get("name") or place["site"])[:200], country=place.get("country", "")[:2])
        for owner, place in at
    )
    return len(made)


def _whole(text: str) -> int | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return int(value) if 0 <= value <= 100 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def into_project(project: Project, person: Person) -> Version | None:
    """Write what the register says of a project's suppliers into its tables; None where they say so already.

    Exclusions, and levels by category, are the register's; rows that it knows nothing of stay.
    """
    register = {
        supplier.key: supplier for supplier in Supplier.objects.filter(team=project.team).prefetch_related("levels")
    }
    suppliers = [_with_exclusion(row, register) for row in tables.read_table(project.head, "suppliers")]
    here = {row.get("supplier", "") for row in suppliers}
    ours: Rows = [
        {
            "supplier": key,
            "category": level.category,
            "level": str(level.level),
            "evidence": level.evidence,
            "valid_until": "" if level.valid_until is None else level.valid_until.isoformat(),
        }
        for key, supplier in register.items()
        if key in here
        for level in supplier.levels.all()
    ]
    ours = [{name: text for name, text in row.items() if text} for row in ours]
    said = {(row["supplier"], row["category"]): row for row in ours}
    before = tables.read_table(project.head, "levels")
    levels = [_merged(row, said.pop((row.get("supplier", ""), row.get("category", "")), None)) for row in before]
    levels += list(said.values())
    if suppliers == tables.read_table(project.head, "suppliers") and levels == before:
        return None
    what = _("what the register says of the suppliers")
    return tables.replace_tables(project, {"suppliers": suppliers, "levels": levels}, person, what, base=project.head)


def _with_exclusion(row: dict[str, str], register: dict[str, Supplier]) -> dict[str, str]:
    known = register.get(row.get("supplier", ""))
    if known is None or known.is_excluded == (row.get("excluded") == "true"):
        return row
    kept = {name: text for name, text in row.items() if name not in ("excluded", "excluded_reason")}
    reason = {"excluded_reason": known.excluded_reason} if known.excluded_reason else {}
    return {**kept, "excluded": "true", **reason} if known.is_excluded else kept


def _merged(row: dict[str, str], said: dict[str, str] | None) -> dict[str, str]:
    if said is None:
        return row
    kept = {name: text for name, text in row.items() if name not in ("level", "evidence", "valid_until")}
    return {**kept, **said}
