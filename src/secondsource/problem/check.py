"""From tables as they stand in a file to a problem, or every fault at once; not for reading files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from secondsource.language import _
from secondsource.problem.coherence import check_coherence
from secondsource.problem.digest import digest
from secondsource.problem.drafts import SETTINGS_TABLE, draft, draft_settings, named
from secondsource.problem.references import check_keys, check_references
from secondsource.problem.sheets import Report, Sheet
from secondsource.problem.tables import REQUIRED, TABLES, Problem


def check(sheets: Iterable[Sheet], report: Report, *, today: date, place: str = "") -> Problem:
    """Return the problem that the tables hold, every cell and every reference checked.

    Parameters
    ----------
    report
        Faults found so far; those found here are added.
    today
        The setting `as_of`, where the tables do not name it.
    place
        File that lacks what is missing.

    Raises
    ------
    InvalidInput
        With all faults: nothing of a problem that has one is used.
    """
    found = named(sheets, report)
    for name in REQUIRED:
        if name not in found:
            report.add(place, name, 0, "", "", _("the table is missing"))
    settings = draft_settings(found.get(SETTINGS_TABLE), today, report)
    drafts = {name: draft(name, found.get(name), report) for name in TABLES}
    if all(name in found and found[name].complete and not drafts[name] for name in REQUIRED):
        for name in REQUIRED:
            report.add(found[name].place, name, 0, "", "", _("the table has no row yet: fill in at least one"))
    check_keys(drafts, report)
    check_references(drafts, report)
    check_coherence(drafts, settings, report)
    report.close()
    tables: dict[str, Any] = {name: one.table() for name, one in drafts.items()}
    problem = Problem(settings=settings.settings, given=settings.given, **tables)
    return replace(problem, sha256=digest(problem))
