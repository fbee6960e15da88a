"""What suppliers have done so far: contracts, deliveries and who owns whom; not for what that says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from secondsource.language import _
from secondsource.problem.columns import Column
from secondsource.problem.sheets import Report
from secondsource.problem.side_tables import NOTE, SOURCE, Rows, Specs, read_side, side_from_rows

OUTCOMES = ("running", "completed", "terminated")

HISTORIES: Specs = {
    "contracts": {
        "contract": Column("text", "short unique name of the contract", key=True, required=True),
        "supplier": Column("text", "who held it, by the name that the problem uses", required=True),
        "category": Column(
            "text", "what it was for: CPV, HS or own code; its first two signs make the peers", default=""
        ),
        "value": Column("number", "worth of the contract, in one currency for all; makes the peers too", low=0),
        "start": Column("date", "day on which the work began", required=True),
        "due": Column("date", "day on which it was to be completed"),
        "ended": Column("date", "day on which it was completed or terminated (empty: still running)"),
        "outcome": Column(
            "choice",
            "how it ended: completed, or terminated for the supplier's failure; running",
            default="running",
            choices=OUTCOMES,
        ),
        "resumed": Column("date", "day on which somebody delivered again after a termination (empty: not yet)"),
        "complaints": Column("whole", "justified complaints", default=0, low=0, high=1_000_000),
        "source": SOURCE,
        "note": NOTE,
    },
    "deliveries": {
        "delivery": Column("text", "short unique name of the delivery", key=True, required=True),
        "contract": Column("text", "contract that it belongs to", required=True, refers="contracts"),
        "due": Column("date", "day on which it was promised", required=True),
        "delivered": Column("date", "day on which it came (empty: not yet)"),
        "quantity": Column("number", "units", default=1, above=0),
        "defective": Column("number", "units that were defective", default=0, low=0),
        "source": SOURCE,
        "note": NOTE,
    },
    "firms": {
        "supplier": Column("text", "supplier, by the name that the contracts use", key=True, required=True),
        "parent": Column("text", "firm that owns it: suppliers of one parent fail together", default=""),
        "source": SOURCE,
        "note": NOTE,
    },
}


@dataclass(frozen=True)
class Contract:
    """One contract of the past; columns as in the file."""

    contract: str
    supplier: str
    category: str
    value: Decimal | None
    start: date
    due: date | None
    ended: date | None
    outcome: str
    resumed: date | None
    complaints: int


@dataclass(frozen=True)
class Delivery:
    """One delivery under a contract; columns as in the file."""

    delivery: str
    contract: str
    due: date
    delivered: date | None
    quantity: Decimal
    defective: Decimal


@dataclass(frozen=True)
class Histories:
    """All that is known of the past, on the day `as_of`; contracts by name."""

    as_of: date
    contracts: Mapping[str, Contract]
    deliveries: tuple[Delivery, ...]
    parents: Mapping[str, str]


def read_histories(path: Path, as_of: date, encoding: str = "utf-8") -> Histories:
    """Return the histories in a folder, workbook, JSON file or contracts.csv.

    Parameters
    ----------
    as_of
        The day of the answer: what is dated after it is a fault.

    Raises
    ------
    InvalidInput
        With every fault.
    """
    report = Report()
    return _checked(read_side(path, HISTORIES, report, encoding), as_of, path.name, report)


def histories_from_rows(tables: Mapping[str, Any], as_of: date) -> Histories:
    """Return the histories in `{table: [{column: value}, ...]}`; see `read_histories`."""
    report = Report()
    return _checked(side_from_rows(tables, HISTORIES, report), as_of, "", report)


def _checked(tables: Mapping[str, Rows], as_of: date, place: str, report: Report) -> Histories:
    contracts, deliveries = tables["contracts"], tables["deliveries"]
    if not len(contracts) and not report.faults:
        report.add(place, "contracts", 0, "", "", _("the table has no row yet: fill in at least one"))
    _check_contracts(contracts, as_of, report)
    _check_deliveries(deliveries, as_of, report)
    report.close()
    known = {
        row["contract"]: Contract(**_without(row, "source", "note") | {"complaints": int(row["complaints"])})
        for _place, row in contracts.each()
    }
    made = tuple(Delivery(**_without(row, "source", "note")) for _place, row in deliveries.each())
    firms = tables["firms"]
    parents = {name: parent for name, parent in zip(firms["supplier"], firms["parent"], strict=True) if parent}
    return Histories(as_of, known, made, parents)


def _without(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def _check_contracts(rows: Rows, as_of: date, report: Report) -> None:
    """An end has an outcome and an outcome an end; nothing ends before it starts, or after today."""
    for row, each in rows.each():
        if each["ended"] and each["outcome"] == "running":
            expected = _("has ended on {day}: expected completed or terminated", day=each["ended"])
            rows.fault(report, row, "outcome", each["outcome"], expected)
        if each["outcome"] in ("completed", "terminated") and not each["ended"]:
            rows.fault(
                report, row, "ended", "", _("expected the day on which it was {outcome}", outcome=each["outcome"])
            )
        if each["resumed"] and each["outcome"] != "terminated":
            rows.fault(report, row, "resumed", each["resumed"], _("expected only where the contract was terminated"))
        for first, then in (("start", "due"), ("start", "ended"), ("ended", "resumed")):
            if each[first] and each[then] and each[then] < each[first]:
                rows.fault(report, row, then, each[then], _("expected no day before {column}", column=first))
        for column in ("start", "ended", "resumed"):
            if each[column] and each[column] > as_of:
                expected = _("is after {day}, the day of the answer (--today)", day=as_of)
                rows.fault(report, row, column, each[column], expected)


def _check_deliveries(rows: Rows, as_of: date, report: Report) -> None:
    for row, each in rows.each():
        if each["delivered"] and each["delivered"] > as_of:
            expected = _("is after {day}, the day of the answer (--today)", day=as_of)
            rows.fault(report, row, "delivered", each["delivered"], expected)
        if each["defective"] is not None and each["quantity"] is not None and each["defective"] > each["quantity"]:
            expected = _("expected no more than the quantity, {quantity}", quantity=each["quantity"])
            rows.fault(report, row, "defective", each["defective"], expected)
