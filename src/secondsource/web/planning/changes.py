"""What a scenario changes in the needs, as data, and the tables after it; not for solving them.

A change is `{"kind": ..., ...}`: `without` a supplier, `setting` to a value, `demand` times a factor, `relax` a limit
by an amount, `drop` a rule, `rule` added. Changes apply in order; one that finds nothing to change says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from secondsource.errors import Fault, InvalidInput
from secondsource.language import Message, _
from secondsource.problem.cells import plain
from secondsource.problem.tables import SETTINGS, TABLES
from secondsource.reports import numbers

Rows = list[dict[str, str]]
Change = Mapping[str, Any]


def apply(tables: Mapping[str, Rows], changes: Sequence[Change]) -> dict[str, Rows]:
    """Return the tables after the changes; those given are left as they are.

    Raises
    ------
    InvalidInput
        A change names what is not there.
    """
    result = {name: [dict(row) for row in rows] for name, rows in tables.items()} if changes else dict(tables)
    faults = []
    for change in changes:
        if not _KINDS[change["kind"]](result, change):
            expected = _("there is nothing to change: it is not in the needs any more")
            faults.append(Fault("", "", 0, "", str(describe(change)), expected))
    if faults:
        raise InvalidInput(faults)
    return result


def describe(change: Change) -> Message | str:
    """Return what a change does, in a few words."""
    kind = change["kind"]
    if kind == "without":
        return _("without {supplier}", supplier=change["supplier"])
    if kind == "setting":
        return _("{setting}: {value}", setting=change["name"], value=change["value"])
    if kind == "demand":
        return _("demand × {factor}", factor=numbers.number(Decimal(change["factor"]), 4))
    if kind == "drop":
        return _("without rule {rule}", rule=change["rule"])
    if kind == "relax":
        by = numbers.number(Decimal(change["by"])) if change.get("by") else ""
        return _("{limit} of {key} relaxed by {by}", limit=change["limit"], key=change["key"], by=by)
    return _("rule {rule} added", rule=change["row"].get("rule", ""))


def _without(tables: dict[str, Rows], change: Change) -> bool:
    rows = [row for row in tables.get("suppliers", []) if row.get("supplier") == change["supplier"]]
    for row in rows:
        row["excluded"] = "true"
        row["excluded_reason"] = "scenario"
    return bool(rows)


def _setting(tables: dict[str, Rows], change: Change) -> bool:
    if change["name"] not in SETTINGS:
        return False
    rows = tables.setdefault("settings", [])
    for row in rows:
        if row.get("name") == change["name"]:
            row["value"] = change["value"]
            return True
    rows.append({"name": change["name"], "value": change["value"]})
    return True


def _demand(tables: dict[str, Rows], change: Change) -> bool:
    factor = Decimal(change["factor"])
    rows = [row for row in tables.get("items", []) if row.get("demand")]
    for row in rows:
        row["demand"] = _times(row["demand"], factor)
    return bool(rows)


def _times(text: str, factor: Decimal) -> str:
    try:
        return plain(Decimal(text) * factor)
    except InvalidOperation:  # not a number: the check of the tables says so
        return text


def _drop(tables: dict[str, Rows], change: Change) -> bool:
    kept = [row for row in tables.get("rules", []) if row.get("rule") != change["rule"]]
    found = len(kept) < len(tables.get("rules", []))
    tables["rules"] = kept
    return found


def _rule(tables: dict[str, Rows], change: Change) -> bool:
    tables.setdefault("rules", []).append(dict(change["row"]))
    return True


def _relax(tables: dict[str, Rows], change: Change) -> bool:
    limit, key = change["limit"], change["key"]
    if limit == "strict":
        return _setting(tables, {"name": "strict", "value": "false"})
    if limit == "separate_backups":
        return _setting(tables, {"name": "separate_backups", "value": "false"})
    table, column, name = _LIMITS[limit]
    rows = [row for row in tables.get(table, []) if row.get(name) == key]
    for row in rows:
        _LOOSEN[limit](row, column, Decimal(change["by"] or 0))
    return bool(rows)


_LIMITS: Mapping[str, tuple[str, str, str]] = {
    "need": ("items", "demand", "item"),
    "min_sources": ("items", "min_sources", "item"),
    "max_sources": ("items", "max_sources", "item"),
    "survive": ("items", "backups", "item"),
    "offer_capacity": ("offers", "capacity", "offer"),
    "min_quantity": ("offers", "min_quantity", "offer"),
    "supplier_capacity": ("suppliers", "capacity", "supplier"),
    "min_capacity": ("suppliers", "min_capacity", "supplier"),
}
"""Table, column and key of the limits that one cell states."""

SLACK = Decimal("1.000001")
"""A limit is moved a millionth further than the solver needs: its figure is rounded."""


def _more(row: dict[str, str], column: str, by: Decimal) -> None:
    row[column] = plain(Decimal(row.get(column) or 0) + by * SLACK)


def _less(row: dict[str, str], column: str, by: Decimal) -> None:
    row[column] = plain(max(Decimal(0), Decimal(row.get(column) or 0) - by * SLACK))


def _whole(row: dict[str, str], column: str, by: Decimal) -> None:
    step = by.to_integral_value(rounding="ROUND_CEILING")
    value = Decimal(row.get(column) or 1)
    row[column] = plain(value + step if column == "max_sources" else max(Decimal(0), value - step))


def _none(row: dict[str, str], column: str, by: Decimal) -> None:
    row[column] = "0"


_LOOSEN: Mapping[str, Callable[[dict[str, str], str, Decimal], None]] = {
    "need": _less,
    "min_sources": _whole,
    "max_sources": _whole,
    "survive": _none,
    "offer_capacity": _more,
    "min_quantity": _less,
    "supplier_capacity": _more,
    "min_capacity": _less,
}

_KINDS: Mapping[str, Callable[[dict[str, Rows], Change], bool]] = {
    "without": _without,
    "setting": _setting,
    "demand": _demand,
    "drop": _drop,
    "rule": _rule,
    "relax": _relax,
}


def way_out(limit: str, key: str, by: Decimal | None, rules: Sequence[str]) -> Change | None:
    """Return the change that takes a way out of an infeasible problem; None where it takes a person's judgement."""
    if limit in _LIMITS or limit in ("strict", "separate_backups"):
        return {"kind": "relax", "limit": limit, "key": key, "by": "" if by is None else plain(by)}
    if key and key in rules:
        return {"kind": "drop", "rule": key}
    return None


def known(table: str) -> bool:
    """Return whether there is such a table."""
    return table in TABLES or table == "settings"
