"""Names in full by key, for tables that show both; not for what else a row says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale

from secondsource.language import _
from secondsource.problem.tables import Problem
from secondsource.reports.numbers import locale


@dataclass(frozen=True)
class Names:
    """Names of items and suppliers, and the units of the items, by key."""

    items: Mapping[str, str]
    suppliers: Mapping[str, str]
    units: Mapping[str, str]

    def item(self, key: str) -> str:
        """Return an item's name in full, its key where it has none."""
        return self.items.get(key) or key

    def supplier(self, key: str) -> str:
        """Return a supplier's name in full, its key where it has none."""
        return self.suppliers.get(key) or key


def names_of(problem: Problem) -> Names:
    """Return the names that the problem's tables give."""
    items, suppliers = problem.items, problem.suppliers
    return Names(
        dict(zip(items.item, items.name, strict=True)),
        dict(zip(suppliers.supplier, suppliers.name, strict=True)),
        dict(zip(items.item, items.unit, strict=True)),
    )


def country_name(code: str) -> str:
    """Return a country's name in the reader's language; the code where there is none, and words for no country.

    >>> country_name("KR"), country_name("")
    ('South Korea', 'no country named')
    """
    return str(Locale.parse(locale()).territories.get(code, code)) if code else str(_("no country named"))
