"""What may go wrong beyond single failures: common causes, drivers that move together, stocks; not for its cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from secondsource.language import _
from secondsource.problem.columns import Column
from secondsource.problem.sheets import Report
from secondsource.problem.side_tables import NOTE, SOURCE, Rows, Specs, check_names, read_side, side_from_rows
from secondsource.problem.tables import Problem

MOVES = ("price", "currency", "demand", "lead_days", "defects")

RISKS: Specs = {
    "common_causes": {
        "cause": Column(
            "text", "short unique name: an earthquake, a strike at a port, a parent in trouble", key=True, required=True
        ),
        "probability": Column("number", "that it occurs within the horizon", required=True, low=0, high=1),
        "hits": Column(
            "number", "how likely it then takes out each supplier that it reaches", default=1, low=0, high=1
        ),
        "supplier": Column("text", "suppliers that it reaches; several with ;", default=""),
        "risk_group": Column("text", "risk groups that it reaches; several with ;", default=""),
        "country": Column("text", "countries whose suppliers it reaches; several with ;", default=""),
        "site": Column("text", "sites whose suppliers it reaches; several with ;", default=""),
        "source": SOURCE,
        "note": NOTE,
    },
    "drivers": {
        "driver": Column("text", "short unique name", key=True, required=True),
        "moves": Column("choice", "what it moves", required=True, choices=MOVES),
        "spread": Column(
            "number", "standard deviation of its relative change: 0.1 is 10 %", required=True, low=0, high=3
        ),
        "item": Column("text", "only these items; several with ;", default=""),
        "category": Column("text", "only categories that begin so; several with ;", default=""),
        "supplier": Column("text", "only these suppliers; several with ;", default=""),
        "country": Column("text", "only offers from these countries; several with ;", default=""),
        "currency": Column("text", "only offers in these currencies; several with ;", default=""),
        "source": SOURCE,
        "note": NOTE,
    },
    "correlations": {
        "first": Column("text", "driver", key=True, required=True, refers="drivers"),
        "second": Column("text", "another driver", key=True, required=True, refers="drivers"),
        "correlation": Column("number", "of their logarithms, from -1 to 1", required=True, low=-1, high=1),
        "source": SOURCE,
        "note": NOTE,
    },
    "stocks": {
        "item": Column("text", "item of which there is a stock", key=True, required=True),
        "quantity": Column("number", "units in stock that serve while it is short", required=True, low=0),
        "source": SOURCE,
        "note": NOTE,
    },
}


@dataclass(frozen=True)
class Cause:
    """A common cause; columns as in the file, several names split."""

    cause: str
    probability: float
    hits: float
    supplier: tuple[str, ...] = ()
    risk_group: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    site: tuple[str, ...] = ()


@dataclass(frozen=True)
class Driver:
    """Something that moves prices, demand, lead times or defects; columns as in the file, several names split."""

    driver: str
    moves: str
    spread: float
    item: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    supplier: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    currency: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Risks:
    """All of it; `correlations` is `(drivers, drivers)`, 1 on the diagonal."""

    causes: tuple[Cause, ...] = ()
    drivers: tuple[Driver, ...] = ()
    correlations: Any = field(default_factory=lambda: np.zeros((0, 0)))
    stocks: Mapping[str, Decimal] = field(default_factory=dict)


def read_risks(path: Path, problem: Problem, encoding: str = "utf-8") -> Risks:
    """Return the risks in a folder, workbook, JSON file or one TABLE.csv, checked against a problem.

    Raises
    ------
    InvalidInput
        With every fault.
    """
    report = Report()
    return _checked(read_side(path, RISKS, report, encoding), problem, report)


def risks_from_rows(tables: Mapping[str, Any], problem: Problem) -> Risks:
    """Return the risks in `{table: [{column: value}, ...]}`; see `read_risks`."""
    report = Report()
    return _checked(side_from_rows(tables, RISKS, report), problem, report)


def _checked(tables: Mapping[str, Rows], problem: Problem, report: Report) -> Risks:
    causes, drivers = tables["common_causes"], tables["drivers"]
    suppliers, items, sites = problem.suppliers, problem.items, problem.sites
    groups = {group or name for group, name in zip(suppliers.risk_group, suppliers.supplier, strict=True)}
    countries = {country for country in sites.country if country}
    money = {problem.settings.currency, *problem.rates.currency, *(name for name in problem.offers.currency if name)}
    for rows in (causes, drivers):
        check_names(rows, "supplier", "suppliers", suppliers.supplier, report)
        check_names(rows, "country", "sites", sorted(countries), report)
    check_names(causes, "site", "sites", sites.site, report)
    check_names(causes, "risk_group", "suppliers", sorted(groups), report)
    check_names(drivers, "item", "items", items.item, report)
    check_names(drivers, "currency", "rates", sorted(money), report)
    check_names(tables["stocks"], "item", "items", items.item, report)
    for row, each in causes.each():
        if not any(each[name] for name in ("supplier", "risk_group", "country", "site")):
            causes.fault(report, row, "supplier", "", _("reaches nobody: name suppliers, groups, countries or sites"))
    for row, each in drivers.each():
        if each["moves"] == "currency" and not each["currency"]:
            drivers.fault(report, row, "currency", "", _("expected the currencies whose rate it moves"))
    matrix = _correlations(tables["correlations"], drivers, report) if not report.faults else np.zeros((0, 0))
    report.close()
    stocks = tables["stocks"]
    return Risks(
        tuple(Cause(**_values(each, Cause)) for _row, each in causes.each()),
        tuple(Driver(**_values(each, Driver)) for _row, each in drivers.each()),
        matrix,
        dict(zip(stocks["item"], stocks["quantity"], strict=True)),
    )


def _values(row: Mapping[str, Any], kind: type) -> dict[str, Any]:
    """The row's values as `kind` has them: numbers as floats, filters split."""
    plain = {name: row[name] for name in kind.__dataclass_fields__}  # type: ignore[attr-defined]
    words = ("cause", "driver", "moves")
    return {
        name: float(value)
        if isinstance(value, Decimal)
        else value
        if name in words
        else tuple(part.strip() for part in value.split(";") if part.strip())
        for name, value in plain.items()
    }


def _correlations(rows: Rows, drivers: Rows, report: Report) -> Any:
    """The matrix of correlations; pairs that contradict each other or themselves are faults."""
    place = {name: number for number, name in enumerate(drivers["driver"])}
    matrix = np.eye(len(place))
    for row, each in rows.each():
        first, second = place[each["first"]], place[each["second"]]
        if first == second:
            rows.fault(report, row, "second", each["second"], _("expected another driver than the first"))
        elif matrix[first, second] != 0:
            rows.fault(report, row, "first, second", each["first"], _("the pair is there twice"))
        else:
            matrix[first, second] = matrix[second, first] = float(each["correlation"])
    if not report.faults and len(place) and np.linalg.eigvalsh(matrix).min() < -1e-9:
        expected = _("these correlations contradict each other: no drivers can have all of them at once")
        report.add(rows.place, rows.table, 0, "correlation", "", expected)
    return matrix
