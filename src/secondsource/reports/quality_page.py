"""The page "quality and image": what quality costs, and what a defect or a shortage costs; not for the figures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from secondsource.advice.quality import Quality, Range
from secondsource.language import Message, _
from secondsource.reports import charts
from secondsource.reports.numbers import percent, price, unit_of
from secondsource.reports.pages import Cell, Column, Fact, Listing, Page
from secondsource.reports.study_page import frame, sources_listing

KINDS: Mapping[str, Message] = {
    "prevention": _("Prevention"),
    "appraisal": _("Appraisal"),
    "internal_failure": _("Internal failure"),
    "external_failure": _("External failure"),
}


def quality_page(answer: Quality, title: str, version: str) -> Page:
    """Return the page of a quality answer."""
    dearest = max(answer.items, key=lambda each: each.per_unit.base)
    amount = f"{price(dearest.defect_cost.base)} {answer.currency}"
    share = dearest.image / dearest.defect_cost.base if dearest.defect_cost.base else Decimal(0)
    verdict = _("A defective unit of {item} costs {amount}; {share} of it is lost customers.", item=dearest.name,
                amount=amount, share=percent(share))  # fmt: skip
    facts = [
        Fact(each.name, f"{price(each.defect_cost.base)} {answer.currency}",
             _("{low} to {high} a defect", low=price(each.defect_cost.low), high=price(each.defect_cost.high)))
        for each in answer.items[:3]
    ]  # fmt: skip
    if answer.of_sales is not None:
        facts.append(Fact(_("Quality costs"), percent(answer.of_sales, 2), _("of sales")))
    return Page(
        name="quality",
        title=title,
        subtitle=_("Quality and image: {what}", what=answer.title) if answer.title else _("Quality and image"),
        tone="good",
        verdict=verdict,
        facts=tuple(facts),
        listings=(_defects(answer), _shortages(answer), _kinds(answer), sources_listing(answer.sources)),
        notes=(
            _("A defect that is caught costs rework; one that escapes costs warranty, and perhaps the customer."),
            _("From and to: the least and the most with every figure within its range; a plan takes the middle one."),
            _("A lost customer is worth the margins to come: margin × retention / (1 + rate − retention)."),
        ),
        unit=unit_of(Decimal(0), answer.currency),
        plan=frame(answer.currency, answer.as_of, version, answer.sha256),
    )


def _ends(span: Range) -> tuple[Cell, ...]:
    return (span.low, span.base, span.high)


def _defects(answer: Quality) -> Listing:
    rows = [
        (each.name, *_ends(each.defect_cost), each.caught, each.escaped, each.image, each.per_unit.base)
        for each in answer.items
    ]
    bars = [
        (each.name, float(each.defect_cost.base), price(each.defect_cost.base), False)
        for each in answer.items
        if each.defect_cost.base
    ]
    return Listing(
        _("What a defective unit costs"),
        _("{currency}: the column defect_cost of a problem.", currency=answer.currency),
        (
            Column(_("Item")),
            Column(_("At least"), "price"),
            Column(_("Defect cost"), "price"),
            Column(_("At most"), "price"),
            Column(_("Caught inside"), "price"),
            Column(_("Warranty"), "price"),
            Column(_("Lost customers"), "price"),
            Column(_("Expected, per unit delivered"), "price"),
        ),
        tuple(rows),
        _("There is no item."),
        chart=charts.amounts(bars),
        brief=(0, 1, 2, 3, 6),
    )


def _shortages(answer: Quality) -> Listing:
    rows = [(each.name, *_ends(each.shortage_cost), each.customer_value) for each in answer.items]
    return Listing(
        _("What a unit that nobody delivers costs"),
        _("{currency}, beyond its price: the column shortage_cost of a problem.", currency=answer.currency),
        (
            Column(_("Item")),
            Column(_("At least"), "price"),
            Column(_("Shortage cost"), "price"),
            Column(_("At most"), "price"),
            Column(_("Value of a customer"), "price"),
        ),
        tuple(rows),
        _("There is no item."),
    )


def _kinds(answer: Quality) -> Listing:
    rows: list[tuple[Cell, ...]] = [(KINDS[kind], amount, share) for kind, amount, share in answer.kinds if amount]
    if rows:
        rows.append((_("Total"), answer.total, answer.of_sales))
    return Listing(
        _("What quality costs a year"),
        _("Prevention, appraisal, and failures inside and outside, {currency}.", currency=answer.currency),
        (Column(_("Kind")), Column(_("A year"), "price"), Column(_("Of sales"), "percent")),
        tuple(rows),
        _("No row says what quality costs."),
    )
