"""Labour across countries: what an hour of work done costs, and who contradicts whom; not for formulas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from secondsource.costing import labour
from secondsource.costing.currencies import NoRate, Rate, rate_on
from secondsource.costing.labour import Tax, Year
from secondsource.errors import Fault, InvalidInput
from secondsource.language import Message, _
from secondsource.problem.studies.study import Study
from secondsource.units import MONTHS_PER_YEAR, to_micro

ZERO = Fraction(0)
ALIKE = Fraction(1, 50)
"""Two sources that differ by less than a fiftieth do not contradict each other."""
HOME_OFFICE = Fraction(1)


@dataclass(frozen=True)
class Effective:
    """What one kind of people costs; money in the base currency.

    Attributes
    ----------
    effective
        Cost of one hour of work done.
    parts
        What it is made of, per hour of work done, part and amount: per hour present first, then what losses add; adds
        up to `effective`.
    wage, burden_rate, hours_per_year, hire_cost, ramp_months, attrition_rate
        The columns of `roles` with which a plan counts the same.
    hours_for_one
        Hours of theirs that one hour of the reference's work takes: the factor for `staffing.hours`.
    gross, net
        A year's pay.
    overlap
        Hours a day at work together with the reference.
    ratio
        Of the reference's cost.
    """

    worker: str
    name: str
    role: str
    supplier: str
    country: str
    pay_basis: str
    effective: Decimal
    parts: tuple[tuple[str, Decimal], ...]
    wage: Decimal
    burden_rate: Decimal
    hours_per_year: Decimal
    hire_cost: Decimal
    ramp_months: Decimal
    attrition_rate: Decimal
    hours_for_one: Decimal
    gross: Decimal
    net: Decimal
    employer_cost: Decimal
    overlap: Decimal
    ratio: Decimal
    year: int | None
    licence: str
    source: str


@dataclass(frozen=True)
class Contradiction:
    """Two sources that say different things of one figure."""

    worker: str
    figure: str
    one: str
    one_value: Decimal
    one_year: int | None
    other: str
    other_value: Decimal
    other_year: int | None
    apart: Decimal


@dataclass(frozen=True)
class Labour:
    """The answer to a labour study, cheapest hour of work done first."""

    title: str
    currency: str
    as_of: date
    reference: str
    workers: tuple[Effective, ...]
    contradictions: tuple[Contradiction, ...]
    licences: tuple[tuple[str, str, int | None, str], ...]
    sources: tuple[tuple[str, str, str], ...]
    sha256: str


def labour_costs(study: Study) -> Labour:
    """Return what an hour of work done costs for each kind of people.

    Raises
    ------
    InvalidInput
        An exchange rate is missing, or no gross pay leaves the net pay said: with all such rows at once.
    """
    faults: list[Fault] = []
    workers = study["workers"]
    reference = workers.position[study.settings["reference"]] if study.settings["reference"] else 0
    years = [_year(study, row, reference, faults) for row in range(len(workers))]
    if faults:
        raise InvalidInput(faults)
    known = [year for year in years if year is not None]
    base = known[reference].effective
    found = [_effective(study, row, reference, year, base) for row, year in enumerate(known)]
    return Labour(
        title=str(study.settings["title"]),
        currency=study.currency,
        as_of=study.as_of,
        reference=workers.worker[reference],
        workers=tuple(sorted(found, key=lambda each: each.effective)),
        contradictions=tuple(_contradictions(study)),
        licences=_licences(study),
        sources=study.sources(),
        sha256=study.sha256,
    )


def _rate(study: Study, table: str, row: int, currency: str, day: date, faults: list[Fault]) -> Fraction | None:
    rates = study["rates"]
    own = [(rates.currency[k], rates.date[k], Fraction(rates.rate[k])) for k in range(len(rates))]
    try:
        found: Rate = rate_on(currency or study.currency, study.currency, day, own)
    except NoRate as error:
        faults.append(Fault("", table, study[table].line[row], "currency", currency, error.why))
        return None
    return found.rate


def _taxes(study: Study, country: str, payer: str, day: date, faults: list[Fault]) -> list[Tax]:
    """The taxes of a country, limits in the base currency."""
    taxes, found = study["taxes"], []
    for k in range(len(taxes)):
        if taxes.country[k] != country or taxes.payer[k] != payer:
            continue
        rate = _rate(study, "taxes", k, taxes.currency[k], day, faults)
        if rate is not None:
            up_to, most = (
                None if limit is None else Fraction(limit) * rate for limit in (taxes.up_to[k], taxes.most[k])
            )
            above = Fraction(taxes.above[k]) * rate
            found.append(Tax(taxes.tax[k], Fraction(taxes.rate[k]), above, up_to, most))
    return found


def _year(study: Study, row: int, reference: int, faults: list[Fault]) -> Year | None:
    worker = study["workers"].row(row)
    day = worker["rate_date"] or study.as_of
    rate = _rate(study, "workers", row, worker["currency"], day, faults)
    taxes = {payer: _taxes(study, worker["country"], payer, day, faults) for payer in ("employee", "employer")}
    if rate is None:
        return None

    def figure(name: str) -> Fraction:
        return Fraction(worker[name])

    months, paid = figure("months_paid"), figure("paid_hours")
    periods = {"hour": paid / months, "month": Fraction(1), "year": 1 / months}
    month = figure("pay") * rate * periods[worker["pay_period"]]
    basis, contributions = worker["pay_basis"], ZERO
    if basis == "net":
        try:
            month = labour.gross_pay(month, taxes["employee"])
        except ValueError:
            why = _("no gross pay leaves so much after the taxes of {country}", country=worker["country"])
            faults.append(Fault("", "workers", study["workers"].line[row], "pay", str(worker["pay"]), why))
            return None
    if basis in ("net", "gross"):
        contributions = sum((tax.of(month) for tax in taxes["employer"]), ZERO) * months
    gross = month * months
    present = paid - figure("absent_hours")
    benefits = figure("benefits_rate") * gross
    direct = gross + contributions + benefits + figure("workplace") * rate
    lost = figure("overlap_loss") * max(
        ZERO, Fraction(study.settings["overlap_needed"]) - _overlap(study, row, reference)
    )
    done = (
        figure("utilisation") * figure("productivity") * (1 - figure("rework_rate")) * max(Fraction(1, 100), 1 - lost)
    )
    return Year(
        gross=gross,
        contributions=contributions,
        benefits=benefits,
        workplace=figure("workplace") * rate,
        management=figure("management_rate") * direct,
        trips=figure("trips") * figure("trip_cost") * rate,
        hire_cost=figure("hire_cost") * rate,
        ramp_months=figure("ramp_months"),
        attrition_rate=figure("attrition_rate"),
        present=present,
        share_done=done,
    )


def _overlap(study: Study, row: int, reference: int) -> Fraction:
    workers = study["workers"]
    here, there = (
        tuple(Fraction(getattr(workers, name)[k]) for name in ("start_hour", "day_hours", "utc_offset"))
        for k in (row, reference)
    )
    return labour.overlap(here[0], here[1], here[2], (there[0], there[1], there[2]))


def _effective(study: Study, row: int, reference: int, year: Year, base: Fraction) -> Effective:
    worker = study["workers"].row(row)
    hours = year.present
    parts = {
        "pay": year.gross / hours,
        "contributions": year.contributions / hours,
        "benefits": year.benefits / hours,
        "workplace": year.workplace / hours,
        "management": year.management / hours,
        "turnover": year.turnover / hours,
        "trips": year.trips / hours,
    }
    present = sum(parts.values(), ZERO)
    parts["lost"] = year.effective - present
    employee = _taxes(study, worker["country"], "employee", worker["rate_date"] or study.as_of, [])
    months = Fraction(worker["months_paid"])
    is_paid_to_a_person = worker["pay_basis"] in ("net", "gross")
    net = labour.net_pay(year.gross / months, employee) * months if is_paid_to_a_person else year.gross
    return Effective(
        worker=worker["worker"],
        name=worker["name"] or worker["worker"],
        role=worker["role"],
        supplier=worker["supplier"],
        country=worker["country"],
        pay_basis=worker["pay_basis"],
        effective=to_micro(year.effective),
        parts=tuple((name, to_micro(amount)) for name, amount in parts.items() if amount),
        wage=to_micro(year.wage),
        burden_rate=to_micro(year.burden_rate),
        hours_per_year=to_micro(hours),
        hire_cost=to_micro(year.hire_cost),
        ramp_months=to_micro(year.ramp_months),
        attrition_rate=to_micro(year.attrition_rate),
        hours_for_one=to_micro(1 / year.share_done),
        gross=to_micro(year.gross),
        net=to_micro(net),
        employer_cost=to_micro(year.gross + year.contributions),
        overlap=to_micro(_overlap(study, row, reference)),
        ratio=to_micro(year.effective / base),
        year=None if worker["year"] is None else int(worker["year"]),
        licence=worker["licence"],
        source=worker["source"],
    )


def _contradictions(study: Study) -> list[Contradiction]:
    """Pairs of sources that say different things: claims against what is used, and against each other."""
    workers, claims = study["workers"], study["claims"]
    found = []
    for worker, figure in dict.fromkeys(zip(claims.worker, claims.figure, strict=True)):
        at = workers.position[worker]
        used = getattr(workers, figure)[at]
        year = workers.year[at]
        said: list[tuple[str, Any, Any]] = [(str(_("used here")), used, year)] if used is not None else []
        said += [
            (claims.said_by[k], claims.value[k], claims.year[k])
            for k in range(len(claims))
            if (claims.worker[k], claims.figure[k]) == (worker, figure)
        ]
        for place, one in enumerate(said):
            for other in said[place + 1 :]:
                low, high = sorted((abs(Fraction(one[1])), abs(Fraction(other[1]))))
                if high - low > ALIKE * high:
                    apart = to_micro((high - low) / high)
                    years = [None if each is None else int(each) for each in (one[2], other[2])]
                    row = (worker, figure, one[0], one[1], years[0], other[0], other[1], years[1], apart)
                    found.append(Contradiction(*row))
    return found


def _licences(study: Study) -> tuple[tuple[str, str, int | None, str], ...]:
    """Source, licence, year and where, of every row that has a licence column."""
    found: dict[tuple[str, str, int | None], list[str]] = {}
    for name, key in (("workers", "worker"), ("taxes", "tax"), ("claims", "said_by")):
        table = study[name]
        for k in range(len(table)):
            year = None if table.year[k] is None else int(table.year[k])
            found.setdefault((table.source[k], table.licence[k], year), []).append(getattr(table, key)[k])
    return tuple((*key, ", ".join(dict.fromkeys(rows))) for key, rows in found.items())


def roles_of(answer: Labour) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of `roles` with which a plan counts these people as here.

    `staffing.hours` must be the hours of the reference times `hours_for_one`, which the note says.
    """
    rows = [
        {
            "supplier": each.supplier or each.worker,
            "role": each.role,
            "hourly_wage": each.wage,
            "burden_rate": each.burden_rate,
            "hours_per_year": each.hours_per_year,
            "hire_cost": each.hire_cost,
            "ramp_months": each.ramp_months,
            "attrition_rate": each.attrition_rate,
            "source": each.source,
            "note": str(_("staffing: {hours} hours for one of the reference's", hours=f"{each.hours_for_one:f}")),
        }
        for each in answer.workers
    ]
    return {"roles": rows}


__all__ = ["MONTHS_PER_YEAR", "Contradiction", "Effective", "Labour", "Message", "labour_costs", "roles_of"]
