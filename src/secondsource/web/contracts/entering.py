"""Deliveries that come as rows, from a workbook or a program: all are right and entered, or none; not for the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from secondsource.errors import Fault, InvalidInput
from secondsource.language import _, current_language
from secondsource.problem import sheets
from secondsource.problem.cells import Refused, converter
from secondsource.problem.columns import Column
from secondsource.problem.nearest import Names
from secondsource.problem.workbook import read_cells
from secondsource.web.audit import log
from secondsource.web.contracts.models import Contract, Delivery
from secondsource.web.people.models import Person, Team
from secondsource.web.planning.models import micro

COLUMNS: Mapping[str, Column] = {
    "contract": Column("whole", "number of the contract", required=True, low=1),
    "delivery": Column("text", "your number of the delivery: sent again, it is changed", required=True),
    "due": Column("date", "day on which it was to come", required=True),
    "arrived": Column("date", "day on which it came; empty while it has not"),
    "ordered": Column("number", "units ordered", required=True, above=0),
    "delivered": Column("number", "units that came", default=0, low=0),
    "defective": Column("number", "units of them that were defective", default=0, low=0),
    "note": Column("text", "a remark", default=""),
}
SHEET = "deliveries"
MOST_ROWS = 20_000
Row = tuple[int, Mapping[str, Any]]
"""Number of the row as its sender sees it, and its cells."""


def rows_of(path: Path, place: str) -> list[Row]:
    """Return the rows of the sheet `deliveries`, or of the first one.

    Raises
    ------
    InvalidInput
        The file cannot be read, or its columns are not those of `COLUMNS`.
    """
    found = read_cells(path)
    name = SHEET if SHEET in found else next(iter(found), SHEET)
    cells = found.get(name, [])
    report = sheets.Report()
    sheet = sheets.grid(name, place, cells, report)
    known = Names(COLUMNS)
    for column in sheet.header:
        if column not in COLUMNS:
            near = known.nearest(column)
            unknown = _("there is no such column")
            expected = _("there is no such column; did you mean {nearest}?", nearest=near) if near else unknown
            report.add(place, name, 1, column, column, expected)
    for column, specification in COLUMNS.items():
        if specification.required and column not in sheet.header:
            report.add(place, name, 1, column, "", _("the column is missing"))
    report.close()
    return [
        (line, {column: values[place] for column, values in zip(sheet.header, sheet.columns, strict=True)})
        for place, line in enumerate(sheet.lines)
    ]


@transaction.atomic
def enter(team: Team, rows: Sequence[Row], person: Person, place: str) -> tuple[int, int]:
    """Enter deliveries and return how many are new and how many were changed.

    Raises
    ------
    InvalidInput
        With every fault; nothing was entered.
    """
    faults: list[Fault] = []
    if len(rows) > MOST_ROWS:
        text = _("more than {count} rows: send them in parts", count=MOST_ROWS)
        raise InvalidInput([Fault(place, SHEET, 0, "", str(len(rows)), text)])
    ours = {each.pk: each for each in Contract.objects.filter(team=team).select_related("supplier")}
    made: list[Delivery] = []
    seen: dict[tuple[int, str], int] = {}
    for line, cells in rows:
        values = _values(line, cells, place, faults)
        if values is None:
            continue
        contract = ours.get(values["contract"])
        key = (values["contract"], values["delivery"])
        wrong = _wrong(contract, values, seen.get(key))
        if wrong is not None:
            column, expected = wrong
            faults.append(Fault(place, SHEET, line, column, sheets.shown(values[column]), expected))
        elif contract is not None:
            seen[key] = line
            made.append(_delivery(contract, values))
    if faults:
        raise InvalidInput(faults)
    return _store(team, made, person, place)


def _values(line: int, cells: Mapping[str, Any], place: str, faults: list[Fault]) -> dict[str, Any] | None:
    """The cells of a row as values, or None with a fault for each that is wrong."""
    found: dict[str, Any] = {}
    before = len(faults)
    for name in cells.keys() - COLUMNS.keys():
        faults.append(Fault(place, SHEET, line, str(name), "", _("there is no such column")))
    for name, column in COLUMNS.items():
        marks = "." if current_language() == "en" else ".,"
        for mark in marks:
            try:
                found[name] = converter(name, column, mark)(cells.get(name))
                break
            except Refused as refused:
                if mark == marks[-1]:
                    faults.append(Fault(place, SHEET, line, name, sheets.shown(cells.get(name)), refused.expected))
    return found if len(faults) == before else None


def _wrong(contract: Contract | None, values: Mapping[str, Any], other: int | None) -> tuple[str, Any] | None:
    """What is wrong with a row whose cells are right each by itself."""
    if contract is None:
        return "contract", _("there is no contract of this number")
    if values["defective"] > values["delivered"]:
        return "defective", _("no more can be defective than came")
    if len(values["delivery"]) > 60:
        return "delivery", _("60 signs at most")
    if other is not None:
        return "delivery", _("stands in row {row} already", row=other)
    if max(values["ordered"], values["delivered"]) >= 10**12:
        return "ordered", _("less than {limit}", limit=10**12)
    if values["arrived"] is not None and values["arrived"] > date(9998, 12, 31):
        return "arrived", _("a day")
    return None


def _delivery(contract: Contract, values: Mapping[str, Any]) -> Delivery:
    return Delivery(
        contract=contract,
        reference=values["delivery"],
        due=values["due"],
        arrived=values["arrived"],
        ordered_micro=micro(values["ordered"]),
        delivered_micro=micro(values["delivered"]),
        defective_micro=micro(values["defective"]),
        note=values["note"][:300],
    )


def _store(team: Team, made: list[Delivery], person: Person, place: str) -> tuple[int, int]:
    known = {
        (contract, reference): pk
        for pk, contract, reference in Delivery.objects.filter(contract__team=team)
        .exclude(reference="")
        .values_list("pk", "contract_id", "reference")
    }
    new: list[Delivery] = []
    changed: list[Delivery] = []
    for each in made:
        each.pk = known.get((each.contract_id, each.reference))
        (new if each.pk is None else changed).append(each)
    Delivery.objects.bulk_create(new, batch_size=500)
    fields = ["due", "arrived", "ordered_micro", "delivered_micro", "defective_micro", "note"]
    Delivery.objects.bulk_update(changed, fields, batch_size=200)
    if made:
        log.record("delivery.new", place, team=team, person=person, new=len(new), changed=len(changed))
    return len(new), len(changed)
