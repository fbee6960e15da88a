"""The page "labour": what an hour of work done costs in each place, and what it is made of; not for the figures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from secondsource.advice.labour import Labour
from secondsource.language import Message, _
from secondsource.reports import charts
from secondsource.reports.names import country_name
from secondsource.reports.numbers import number, percent, price, unit_of
from secondsource.reports.pages import Cell, Column, Fact, Listing, Marked, Page
from secondsource.reports.study_page import frame, sources_listing

PARTS: Mapping[str, Message] = {
    "pay": _("Gross pay, or the rate"),
    "contributions": _("Employer's contributions"),
    "benefits": _("Benefits"),
    "workplace": _("Workplace"),
    "management": _("Management"),
    "turnover": _("Turnover"),
    "trips": _("Travel"),
    "lost": _("Hours without work done"),
}
BASES: Mapping[str, Message] = {
    "net": _("net"), "gross": _("gross"), "employer_cost": _("employer's cost"), "rate": _("contractor's rate"),
}  # fmt: skip


def labour_page(answer: Labour, title: str, version: str) -> Page:
    """Return the page of a labour answer."""
    role = next(each.role for each in answer.workers if each.worker == answer.reference)
    best = next(each for each in answer.workers if each.role == role)
    verdict = _("Cheapest for work done: {who}, {amount} an hour.", who=best.name,
                amount=f"{price(best.effective)} {answer.currency}")  # fmt: skip
    return Page(
        name="labour",
        title=title,
        subtitle=_("Labour: {what}", what=answer.title) if answer.title else _("Labour"),
        tone="warn" if answer.contradictions else "good",
        verdict=verdict,
        facts=tuple(
            Fact(each.name, f"{price(each.effective)} {answer.currency}",
                 _("{share} of the reference", share=percent(each.ratio)))
            for each in answer.workers[:4]
        ),
        listings=(_costs(answer), _parts(answer), _pay(answer), _contradictions(answer), _licences(answer),
                  sources_listing(answer.sources)),
        notes=(
            _("An hour of work done is what the reference does in an hour: hours present, less what is lost."),
            _("Published pay may be net or gross, a month or a year: it is brought to the employer's cost of an hour"
              " first."),
            _("Medians of two countries compare typical people, not equal ones: productivity is yours to judge."),
        ),
        unit=unit_of(Decimal(0), answer.currency),
        plan=frame(answer.currency, answer.as_of, version, answer.sha256),
    )  # fmt: skip


def _costs(answer: Labour) -> Listing:
    rows = [
        (
            each.name, country_name(each.country), each.wage, each.burden_rate, each.effective, each.ratio,
            each.hours_for_one, each.overlap,
        )
        for each in answer.workers
    ]  # fmt: skip
    bars = [(each.name, float(each.effective), price(each.effective), False) for each in answer.workers]
    return Listing(
        _("An hour of work done"),
        _("{currency}; cheapest first.", currency=answer.currency),
        (
            Column(_("Who")),
            Column(_("Country")),
            Column(_("Pay of an hour"), "price"),
            Column(_("On top"), "percent"),
            Column(_("Work done, an hour"), "price"),
            Column(_("Of the reference"), "percent"),
            Column(_("Hours for one of the reference's"), "price"),
            Column(_("Overlap, hours a day"), "quantity"),
        ),
        tuple(rows),
        _("There is nobody."),
        chart=charts.amounts(bars),
        brief=(0, 2, 3, 4, 5),
    )


def _parts(answer: Labour) -> Listing:
    rows: list[tuple[Cell, ...]] = [
        (words, *(dict(each.parts).get(part) for each in answer.workers))
        for part, words in PARTS.items()
        if any(part in dict(each.parts) for each in answer.workers)
    ]
    rows.append((_("Work done, an hour"), *(each.effective for each in answer.workers)))
    return Listing(
        _("What an hour is made of"),
        _("Per hour present; the last part is what losses add."),
        (Column(_("Part")), *(Column(each.name, "price") for each in answer.workers)),
        tuple(rows),
        _("There is nobody."),
    )


def _pay(answer: Labour) -> Listing:
    rows = [
        (each.name, BASES[each.pay_basis], each.net, each.gross, each.employer_cost, each.year, each.licence)
        for each in answer.workers
    ]
    return Listing(
        _("A year's pay"),
        _("As published, and brought from net to gross to the employer's cost, {currency}.", currency=answer.currency),
        (
            Column(_("Who")),
            Column(_("Published as")),
            Column(_("Net"), "price"),
            Column(_("Gross"), "price"),
            Column(_("Employer's cost"), "price"),
            Column(_("Year")),
            Column(_("Licence"), "text"),
        ),
        tuple(
            tuple("" if cell is None else str(cell) if isinstance(cell, int) else cell for cell in row) for row in rows
        ),
        _("There is nobody."),
    )


def _contradictions(answer: Labour) -> Listing:
    rows = [
        (
            each.worker, each.figure, _said(each.one, each.one_year), number(each.one_value),
            _said(each.other, each.other_year), number(each.other_value), Marked(percent(each.apart)),
        )
        for each in answer.contradictions
    ]  # fmt: skip
    return Listing(
        _("Where sources contradict each other"),
        _("Figures that differ by more than 2 %: look why before you rely on either."),
        (
            Column(_("Who")),
            Column(_("Which figure")),
            Column(_("One says")),
            Column(_("Value")),
            Column(_("The other says")),
            Column(_("Value")),
            Column(_("Apart")),
        ),
        tuple(rows),
        _("No two sources contradict each other."),
    )


def _said(who: str, year: int | None) -> str:
    return who if year is None else f"{who} ({year})"


def _licences(answer: Labour) -> Listing:
    rows = [(where, source, str(year or ""), licence) for source, licence, year, where in answer.licences]
    return Listing(
        _("Source, year and licence of each figure"),
        _("What its licence does not allow is not shipped."),
        (Column(_("Row")), Column(_("Source"), "long"), Column(_("Year")), Column(_("Licence"))),
        tuple(rows),
        _("No row names a licence."),
    )
