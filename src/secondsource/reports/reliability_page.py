"""The page on how reliable suppliers are, with the evidence behind every figure; not for the figures."""

from __future__ import annotations

import math
from decimal import Decimal

from secondsource.advice.reliability import ReliabilityAnswer
from secondsource.language import _, plural
from secondsource.problem.plan import Plan
from secondsource.reports import risk_charts
from secondsource.reports.numbers import Unit, day, number, percent
from secondsource.reports.pages import Cell, Column, Fact, Listing, Page, Words, several
from secondsource.risk.reliability import Rate, Reliability

MOST_CONTRACTS = 12


def reliability_page(answer: ReliabilityAnswer, title: str, version: str = "") -> Page:
    """Return the page."""
    scored = [each for each in answer.suppliers if each.score is not None]
    unscored = len(answer.suppliers) - len(scored)
    verdict: Words = plural("{count} supplier is scored.", "{count} suppliers are scored.", len(scored))
    if unscored:
        verdict = plural(
            "{count} supplier has no score: nothing of its work has been decided in five years.",
            "{count} suppliers have no score: nothing of their work has been decided in five years.",
            unscored,
        )
    return Page(
        name="reliability",
        title=title,
        subtitle=_("How reliable our suppliers are, and how sure that is"),
        tone="warn" if unscored or not scored else "good",
        verdict=verdict,
        facts=_facts(answer, scored),
        listings=(_ranking(answer), _failing(answer), _over_time(answer), _periods(answer), _evidence(answer)),
        notes=_notes(answer),
        unit=Unit("", 1, 2),
        plan=Plan(status="optimal", currency="", as_of=answer.as_of, version=version),
    )


def _facts(answer: ReliabilityAnswer, scored: list[Reliability]) -> tuple[Fact, ...]:
    facts = []
    if scored:
        note = percent(scored[0].score or 0)
        facts.append(Fact(_("Most reliable for certain"), scored[0].supplier, _("at least {share}", share=note)))
    half = _("none") if math.isinf(answer.half_life_days) else number(answer.half_life_days / 365 * 12, 0)
    facts.append(Fact(_("A record counts half after"), _("{months} months", months=half)))
    test = answer.backtest
    if test is not None:
        change = 1 - test.brier / test.brier_raw if test.brier_raw else 0.0
        share = percent(abs(change))
        note2 = _(
            "against the plain rate, on {count} deliveries after {day}", count=test.deliveries, day=day(test.split)
        )
        figure = _("{share} less", share=share) if change >= 0 else _("{share} more", share=share)
        facts.append(Fact(_("Forecast error in the back-test"), figure, note2))
    return tuple(facts)


def _rate(rate: Rate | None) -> Words:
    if rate is None:
        return _("no work")
    return f"{percent(rate.mean)} ({percent(rate.low)}–{percent(rate.high)})"


def _ranking(answer: ReliabilityAnswer) -> Listing:
    rows: list[tuple[Cell, ...]] = []
    bars = []
    for place, each in enumerate(answer.suppliers, 1):
        known = [rate for rate in (each.on_time, each.sound, each.kept) if rate is not None]
        score = None if each.score is None else Decimal(repr(each.score))
        count = sum(rate.count for rate in (each.on_time,) if rate is not None)
        rows.append(
            (
                place if known else None,
                each.supplier,
                score if score is not None else _("no score"),
                _rate(each.on_time),
                _rate(each.sound),
                _rate(each.kept),
                int(count),
                each.waiting,
                _delay(each),
                each.peers,
            )
        )
        if each.on_time is not None:
            note = _(
                "{share} on time, of {count}", share=percent(each.on_time.mean), count=number(each.on_time.count, 0)
            )
            bars.append((each.supplier, each.on_time.low, each.on_time.mean, each.on_time.high, str(note)))
    return Listing(
        _("Ranked by what is certain"),
        _(
            "At least: on time × without defect × kept, each at the lower limit of its interval (in brackets, 9 in "
            "10); what is not known counts as among the peers. "
            "The chart shows deliveries on time."
        ),
        (
            Column(_("Place"), "quantity"),
            Column(_("Supplier")),
            Column(_("At least"), "percent"),
            Column(_("On time")),
            Column(_("Without defect")),
            Column(_("Contracts kept")),
            Column(_("Deliveries"), "quantity"),
            Column(_("Still open"), "quantity"),
            Column(_("Mean delay, days"), "quantity"),
            Column(_("Peers")),
        ),
        tuple(rows),
        _("There is no history."),
        risk_charts.intervals(bars),
        (0, 1, 2, 3, 5, 6),
    )


def _delay(each: Reliability) -> Cell:
    return None if each.delay_days is None else Decimal(repr(round(each.delay_days, 1)))


def _failing(answer: ReliabilityAnswer) -> Listing:
    rows = []
    for each in sorted(answer.suppliers, key=lambda supplier: -supplier.failure_probability[0]):
        mean, low, high = each.failure_probability
        asked = each.complaints
        rows.append(
            (
                each.supplier,
                Decimal(repr(mean)),
                f"{percent(low)}–{percent(high)}",
                Decimal(repr(each.recovery_share)),
                Decimal(repr(1 - each.sound.mean)) if each.sound else None,
                each.parent,
                "" if asked is None else f"{number(asked.mean)} ({number(asked.low)}–{number(asked.high)})",
                "" if each.failures is None else number(each.failures.count, 1),
            )
        )
    return Listing(
        _("What the plan takes from it"),
        _("Columns of the problem: failure_probability, recovery_share, defect_rate and risk_group (the parent)."),
        (
            Column(_("Supplier")),
            Column(_("Fails within the horizon"), "percent"),
            Column(_("Interval, 9 in 10")),
            Column(_("Part of the horizon lost"), "percent"),
            Column(_("Defects"), "percent"),
            Column(_("Parent")),
            Column(_("Complaints a year")),
            Column(_("Contract-years seen"), "quantity"),
        ),
        tuple(rows),
        _("There is no history."),
        brief=(0, 1, 2, 3),
    )


def _over_time(answer: ReliabilityAnswer) -> Listing:
    told = (
        (_("deliveries that come later than"), answer.later),
        (_("contracts not terminated after"), answer.unbroken),
        (_("terminations after which nobody has delivered for"), answer.waiting),
    )
    rows = [(what, days, Decimal(repr(share))) for what, pairs in told for days, share in pairs]
    return Listing(
        _("Over time, all suppliers together"),
        _("By Kaplan and Meier: what is not over yet counts until today, and never as ended."),
        (Column(_("Share of")), Column(_("Days"), "quantity"), Column(_("Share"), "percent")),
        tuple(rows),
        _("There is no history."),
    )


def _periods(answer: ReliabilityAnswer) -> Listing:
    years = sorted({period.year for each in answer.suppliers for period in each.periods})[-8:]
    rows = []
    for each in answer.suppliers:
        by_year = {period.year: period for period in each.periods}
        cells: list[Cell] = [each.supplier]
        for year in years:
            period = by_year.get(year)
            has = period is not None and period.on_time is not None
            cells.append(
                f"{percent(period.on_time or 0, 0)} ({period.count})" if has and period is not None else _("no work")
            )
        rows.append(tuple(cells))
    return Listing(
        _("On time by year"),
        _("By the year in which it fell due, with the number of deliveries; a year without work has no score."),
        (Column(_("Supplier")), *(Column(str(year)) for year in years)),
        tuple(rows),
        _("There is no history."),
    )


def _evidence(answer: ReliabilityAnswer) -> Listing:
    rows = []
    for each in answer.suppliers:
        names: dict[str, None] = {}
        for rate in (each.on_time, each.sound, each.kept, each.failures):
            names.update(dict.fromkeys(rate.contracts if rate is not None else ()))
        rows.append((each.supplier, len(names), several(tuple(names), MOST_CONTRACTS)))
    return Listing(
        _("The contracts behind it"),
        _("All of them are in the JSON."),
        (Column(_("Supplier")), Column(_("Contracts"), "quantity"), Column(_("Which"), "long")),
        tuple(rows),
        _("There is no history."),
    )


def _notes(answer: ReliabilityAnswer) -> tuple[Words, ...]:
    notes: list[Words] = [
        _(
            "Few deliveries say little: each rate starts from the spread among the supplier's peers and moves away "
            "from it as its own record grows. The true rate lies in the interval nine times out of ten."
        ),
        _("Contracts that run and deliveries not yet due are in no share; they never count as kept."),
        _("A delivery that is overdue counts as late; its delay as at least so long."),
        _("Records older than five years do not count; newer ones count less the older they are."),
    ]
    test = answer.backtest
    if test is not None:
        notes.append(
            _(
                "Back-test: forecasts of {day} against {count} later deliveries of {suppliers} suppliers. Mean squared "
                "error {own}; with plain rates {raw}; with one rate for all {mean}. {coverage} of the suppliers came "
                "out within their interval.",
                day=day(test.split),
                count=test.deliveries,
                suppliers=test.suppliers,
                own=number(test.brier, 4),
                raw=number(test.brier_raw, 4),
                mean=number(test.brier_mean, 4),
                coverage=percent(test.coverage),
            )
        )
    return (*notes, *answer.warnings)
