"""The tables of a labour study: people of several places, their pay and what is lost of it; not for costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from secondsource.language import _
from secondsource.problem.columns import Column, Numbers, column
from secondsource.problem.sheets import Report
from secondsource.problem.studies.landed import DatedRates
from secondsource.problem.studies.study import GENERAL, Drafts, Form, Settings
from secondsource.problem.tables import Dates, Table, Text


@dataclass(frozen=True, kw_only=True)
class Workers(Table):
    """Kinds of people who could do the work, each in one place."""

    NAME = "workers"

    worker: Text = column("text", "short unique name of the role in its place", key=True, required=True)
    name: Text = column("text", "name in full", default="")
    role: Text = column("text", "what they are; the same word in all places", required=True)
    supplier: Text = column("text", "whose people, as in a problem", default="")
    country: Text = column("country", "country code, ISO 3166 alpha-2", required=True)
    pay: Numbers = column("number", "pay of one person", required=True, above=0)
    pay_basis: Text = column(
        "choice", "net: in the hand; gross; employer_cost: with contributions; rate: of a contractor's card",
        required=True, choices=("net", "gross", "employer_cost", "rate"),
    )  # fmt: skip
    pay_period: Text = column("choice", "for what it is paid", required=True, choices=("hour", "month", "year"))
    currency: Text = column("currency", "currency of the row's money (empty: base currency)", default="")
    rate_date: Dates = column("date", "day whose exchange rate is used (empty: as_of)")
    months_paid: Numbers = column("number", "monthly pays a year: 13 with a bonus of one", default=12, above=0)
    benefits_rate: Numbers = column("number", "benefits as a share of gross pay", default=0, low=0)
    workplace: Numbers = column("number", "desk, tools, licences per year", default=0, low=0)
    paid_hours: Numbers = column("number", "hours paid a year", default=2080, above=0)
    absent_hours: Numbers = column("number", "of these leave, holidays, sickness, training", default=0, low=0)
    utilisation: Numbers = column(
        "number", "share of the hours present that go into the work", default=1, above=0, high=1
    )
    productivity: Numbers = column("number", "work done in an hour, that of the reference being 1", default=1, above=0)
    rework_rate: Numbers = column("number", "share of the work that is done again", default=0, low=0, high=1)
    management_rate: Numbers = column("number", "managing them, as a share of their cost", default=0, low=0)
    attrition_rate: Numbers = column("number", "share of people who leave per year", default=0, low=0)
    hire_cost: Numbers = column("number", "recruiting and training of one person", default=0, low=0)
    ramp_months: Numbers = column("number", "months until fully productive; half of them is lost", default=0, low=0)
    trips: Numbers = column("number", "trips a year for one person", default=0, low=0)
    trip_cost: Numbers = column("number", "cost of one trip", default=0, low=0)
    utc_offset: Numbers = column("number", "hours ahead of UTC", default=0, low=-12, high=14)
    start_hour: Numbers = column("number", "when the working day begins, local time", default=9, low=0, high=24)
    day_hours: Numbers = column("number", "length of the working day", default=8, above=0, high=24)
    overlap_loss: Numbers = column(
        "number",
        "share of the work lost for each hour a day that is missing to the overlap needed",
        default=0,
        low=0,
        high=1,
    )
    year: Numbers = column("whole", "year of the pay", low=1900, high=2200)
    licence: Text = column("text", "under which the figures may be used", default="")


@dataclass(frozen=True, kw_only=True)
class Taxes(Table):
    """What is taken from gross pay, and what the employer pays on top, per month."""

    NAME = "taxes"

    country: Text = column("country", "country code, ISO 3166 alpha-2", key=True, required=True)
    tax: Text = column("text", "short name of the tax or contribution", key=True, required=True)
    payer: Text = column("choice", "who pays it", required=True, choices=("employee", "employer"))
    rate: Numbers = column("number", "of gross pay", required=True, low=0)
    above: Numbers = column("number", "only on what is above this pay a month", default=0, low=0)
    up_to: Numbers = column("number", "only on what is below this pay a month", low=0)
    most: Numbers = column("number", "at most so much a month", low=0)
    currency: Text = column("currency", "currency of the row's limits (empty: base currency)", default="")
    year: Numbers = column("whole", "year of the law", low=1900, high=2200)
    licence: Text = column("text", "under which the figures may be used", default="")


@dataclass(frozen=True, kw_only=True)
class Claims(Table):
    """What other sources say of a figure, so that contradictions are seen; nothing is calculated with them."""

    NAME = "claims"

    worker: Text = column("text", "whose figure", key=True, required=True, refers="workers")
    figure: Text = column("text", "column of workers", key=True, required=True)
    said_by: Text = column("text", "who says so, in a few words", key=True, required=True)
    value: Numbers = column("number", "what they say", required=True)
    year: Numbers = column("whole", "year of the figure", low=1900, high=2200)
    licence: Text = column("text", "under which the figure may be used", default="")


SETTINGS: Mapping[str, Column] = {
    **GENERAL,
    "reference": Column("text", "worker with whom the others are compared (empty: the first)", default=""),
    "overlap_needed": Column("number", "hours a day that people must be at work together", default=0, low=0, high=24),
}
CLAIMED = frozenset(name for name, spec in Workers.columns().items() if spec.kind == "number")


def _agree(drafts: Drafts, settings: Settings, report: Report) -> None:
    """Note hours that do not fit, names that there are not, and monthly taxes without monthly sense."""
    workers = drafts["workers"].values
    for row in range(len(drafts["workers"])):
        if workers["absent_hours"][row] >= workers["paid_hours"][row]:
            most = workers["paid_hours"][row]
            drafts["workers"].fault(report, row, "absent_hours", _("must be below paid_hours, {hours}", hours=most))
        if workers["rework_rate"][row] >= 1:
            drafts["workers"].fault(
                report, row, "rework_rate", _("all of the work is done again: expected less than 1")
            )
    claims = drafts["claims"]
    for row in range(len(claims)):
        if claims.values["figure"][row] not in CLAIMED:
            expected = _("expected one of {choices}", choices=", ".join(sorted(CLAIMED)))
            claims.fault(report, row, "figure", expected)
    reference = settings["reference"]
    if reference and reference not in workers["worker"]:
        report.add("", "settings", 0, "reference", reference, _("is not in {table}", table="workers"))


TABLES: Mapping[str, type[Table]] = {table.NAME: table for table in (Workers, Taxes, DatedRates, Claims)}
FORM = Form("labour", TABLES, ("workers",), SETTINGS, _agree)
