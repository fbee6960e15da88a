"""Problems with something changed in their tables; not for checking what comes out (see `problem.check`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from secondsource.problem.columns import Numbers
from secondsource.problem.tables import Problem, Table

T = TypeVar("T", bound=Table)


def with_columns(table: T, columns: Mapping[str, Sequence[Any]]) -> T:
    """Return a table with other values in some columns, `(rows,)` each."""
    return replace(table, **{name: _column(table, name, values) for name, values in columns.items()})


def with_rows(table: T, rows: Sequence[Mapping[str, Any]]) -> T:
    """Return a table with rows added; a column that a row does not name takes its default."""
    specs = table.columns()
    columns = {
        name: [*getattr(table, name), *(row.get(name, spec.default) for row in rows)] for name, spec in specs.items()
    }
    changed = {name: _column(table, name, values) for name, values in columns.items()}
    return replace(table, line=(*table.line, *(0 for _row in rows)), **changed)


def of_rows(table: T, kept: Iterable[int]) -> T:
    """Return a table of some of its rows only."""
    rows = list(kept)
    columns = {name: _column(table, name, [getattr(table, name)[row] for row in rows]) for name in table.columns()}
    return replace(table, line=tuple(table.line[row] for row in rows), **columns)


def without_suppliers(problem: Problem, names: Iterable[str]) -> Problem:
    """Return the problem in which some suppliers are excluded, as the manager would exclude them."""
    gone = set(names)
    table = problem.suppliers
    excluded = [bool(was) or name in gone for was, name in zip(table.excluded, table.supplier, strict=True)]
    return replace(problem, suppliers=with_columns(table, {"excluded": excluded}), sha256="")


def without_offers(problem: Problem, offers: Iterable[int], packages: Iterable[int]) -> Problem:
    """Return the problem without some rows of `offers` and `packages`, and without what belongs to them."""
    gone_offers, gone_packages = set(offers), set(packages)
    offer_names = {problem.offers.offer[row] for row in gone_offers}
    package_names = {problem.packages.package[row] for row in gone_packages}

    def left(table: T, column: str, names: set[str]) -> T:
        keys = getattr(table, column)
        return of_rows(table, (row for row in range(len(table)) if keys[row] not in names))

    return replace(
        problem,
        offers=left(problem.offers, "offer", offer_names),
        price_breaks=left(problem.price_breaks, "offer", offer_names),
        staffing=left(problem.staffing, "offer", offer_names),
        packages=left(problem.packages, "package", package_names),
        package_items=left(problem.package_items, "package", package_names),
        sha256="",
    )


def without_rules(problem: Problem, rules: Iterable[int]) -> Problem:
    """Return the problem without some rows of `rules`."""
    gone = set(rules)
    kept = (row for row in range(len(problem.rules)) if row not in gone)
    return replace(problem, rules=of_rows(problem.rules, kept), sha256="")


def _column(table: Table, name: str, values: Sequence[Any]) -> Any:
    numeric = table.columns()[name].kind in ("number", "whole")
    return Numbers(list(values)) if numeric else tuple(values)
