"""Whether each key is named once and each name that a row refers to is there; not for what the rows then mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from secondsource.language import _
from secondsource.problem.cells import Refused, plain, to_flag
from secondsource.problem.codes import COUNTRIES
from secondsource.problem.drafts import Draft
from secondsource.problem.nearest import Names
from secondsource.problem.sheets import Report
from secondsource.problem.tables import TABLES

Drafts = Mapping[str, Draft]


def check_keys(drafts: Drafts, report: Report) -> None:
    """Note each row whose key an earlier row of its table has."""
    for draft in drafts.values():
        columns = draft.kind.key_columns()
        keys = list(zip(*(draft.values[column] for column in columns), strict=True))
        if len(set(keys)) == len(keys):
            continue
        first: dict[tuple[object, ...], int] = {}
        for row, key in enumerate(keys):
            if any(part is None or part == "" for part in key):
                continue
            if key in first:
                value = " / ".join(map(plain, key))
                expected = _("is there twice: first in row {row}", row=draft.lines[first[key]])
                draft.fault(report, row, ", ".join(columns), expected, value)
            first.setdefault(key, row)


def check_references(drafts: Drafts, report: Report) -> None:
    """Note each cell that names a row which another table lacks."""
    known = check_named(drafts, ("items", "suppliers", "sites", "offers", "packages"), report)
    _check_rules(drafts["rules"], known, report)
    _check_roles(drafts, report)


def check_named(drafts: Drafts, targets: Iterable[str], report: Report) -> Mapping[str, _Known]:
    """Note each cell of a column that refers to a table and names none of its rows; return what the `targets` hold."""
    known = {target: _Known(drafts[target]) for target in targets}
    for draft in drafts.values():
        for column, spec in draft.kind.columns().items():
            if spec.refers:
                _check_column(draft, column, known[spec.refers], report)
    return known


class _Known:
    """The keys of a table."""

    def __init__(self, draft: Draft) -> None:
        (key,) = draft.kind.key_columns()
        self.table = draft.name
        # A key that was refused may be what others mean: without it, nothing is missing for certain.
        self.complete = draft.complete and not draft.refused.get(key)
        self.names = set(draft.values[key]) - {"", None}
        self.near = Names(self.names)

    def missing(self, name: str) -> bool:
        return self.complete and name not in self.names

    def expected(self, name: str) -> object:
        near = self.near.nearest(name)
        if near:
            return _("is not in {table}; did you mean {near!r}?", table=self.table, near=near)
        if not self.names:
            return _("is not in {table}: the table is missing or empty", table=self.table)
        return _("is not in {table}", table=self.table)


def _check_column(draft: Draft, column: str, known: _Known, report: Report) -> None:
    cells = draft.values[column]
    missing = {name for name in set(cells) if name and known.missing(name)}
    if missing:
        for row, name in enumerate(cells):
            if name in missing:
                draft.fault(report, row, column, known.expected(name))


def several(cell: str) -> tuple[str, ...]:
    """Return the values of a filter of `rules`, which are separated by `;`.

    >>> several("Foxconn; Flex")
    ('Foxconn', 'Flex')
    """
    return tuple(dict.fromkeys(value.strip() for value in cell.split(";") if value.strip()))


def _check_rules(rules: Draft, known: Mapping[str, _Known], report: Report) -> None:
    """Check the filters, and write each as its values separated by `;` without blanks."""
    for column, target in (
        ("item", "items"),
        ("supplier", "suppliers"),
        ("category", ""),
        ("country", ""),
        ("own", ""),
    ):
        cells = rules.values[column]
        for row, cell in enumerate(cells):
            if not cell:
                continue
            values = several(cell)
            for value in values:
                if target and known[target].missing(value):
                    rules.fault(report, row, column, known[target].expected(value), value)
                elif column == "country" and value not in COUNTRIES:
                    near = value.upper() if value.upper() in COUNTRIES else ""
                    expected = _("expected a country code of ISO 3166 such as DE")
                    if near:
                        expected = _("expected a country code of ISO 3166; did you mean {near!r}?", near=near)
                    rules.fault(report, row, column, expected, value)
            cells[row] = _own(rules, row, values, report) if column == "own" else ";".join(values)


def _own(rules: Draft, row: int, values: Iterable[str], report: Report) -> str:
    """Which of own and bought offers a rule is for: "true", "false", or "" for both."""
    spec = TABLES["suppliers"].columns()["own"]
    flags = set()
    for value in values:
        try:
            flags.add(to_flag(value, spec, "."))
        except Refused as refused:
            rules.fault(report, row, "own", refused.expected, value)
    return plain(flags.pop()) if len(flags) == 1 else ""


def _check_roles(drafts: Drafts, report: Report) -> None:
    """Note each row of `staffing` whose role the supplier of its offer does not have."""
    roles, staffing, offers = drafts["roles"], drafts["staffing"], drafts["offers"]
    if not roles.complete or any(roles.refused.get(column) for column in ("supplier", "role")):
        return
    supplier_of = dict(zip(offers.values["offer"], offers.values["supplier"], strict=True))
    there: dict[str, list[str]] = {}
    for supplier, role in zip(roles.values["supplier"], roles.values["role"], strict=True):
        there.setdefault(supplier, []).append(role)
    near = {supplier: Names(names) for supplier, names in there.items()}
    for row, (offer, role) in enumerate(zip(staffing.values["offer"], staffing.values["role"], strict=True)):
        supplier = supplier_of.get(offer)
        if not supplier or not role or role in there.get(supplier, ()):
            continue
        found = near[supplier].nearest(role) if supplier in near else ""
        if found:
            expected = _("is no role of {supplier}; did you mean {near!r}?", supplier=supplier, near=found)
        else:
            expected = _("is no role of {supplier}, the supplier of the offer", supplier=supplier)
        staffing.fault(report, row, "role", expected)
