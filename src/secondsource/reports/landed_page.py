"""The page "landed cost": what each good costs at the door, part by part, and how it travels; not for answers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from secondsource.advice.landed import Landed, LandedCost
from secondsource.language import Message, _
from secondsource.reports import charts
from secondsource.reports.names import country_name
from secondsource.reports.numbers import day, number, price, unit_of
from secondsource.reports.pages import Cell, Column, Fact, Listing, Marked, Page
from secondsource.reports.study_page import frame, sources_listing

ZERO = Decimal(0)
PARTS: Mapping[str, Message] = {
    "price": _("Price"),
    "loading": _("Loading at the seller's"),
    "inland_origin": _("Carriage to the port or terminal"),
    "export_clearance": _("Export clearance"),
    "terminal_origin": _("Terminal of origin"),
    "main_carriage": _("Main carriage"),
    "insurance": _("Insurance"),
    "terminal_destination": _("Terminal of destination"),
    "import_clearance": _("Import clearance, brokerage"),
    "inland_destination": _("Carriage to the door"),
    "unloading": _("Unloading"),
    "duty": _("Duty"),
    "vat": _("Import VAT"),
    "interest": _("Interest in transit"),
    "safety_stock": _("Safety stock"),
}
MODES: Mapping[str, Message] = {"sea": _("by sea"), "air": _("by air"), "road": _("by road"), "rail": _("by rail")}


def landed_page(answer: Landed, title: str, version: str) -> Page:
    """Return the page of a landed-cost answer."""
    best = answer.goods[0]
    verdict = _(
        "Cheapest at the door: {good}, {amount} a unit.",
        good=best.name,
        amount=f"{price(best.total)} {answer.currency}",
    )
    unpriced = any(each.unpriced for each in answer.goods)
    return Page(
        name="landed",
        title=title,
        subtitle=_("Landed cost: {what}", what=answer.title) if answer.title else _("Landed cost"),
        tone="warn" if unpriced else "good",
        verdict=verdict,
        facts=tuple(
            Fact(each.name, f"{price(each.total)} {answer.currency}",
                 _("{days} days, {co2} kg CO2e a unit", days=number(each.days), co2=price(each.co2e_kg)))
            for each in answer.goods[:4]
        ),
        listings=(_totals(answer), _parts(answer), _customs(answer), _ways(answer), _rates(answer),
                  sources_listing(answer.sources)),
        notes=(
            _("What the seller pays under the incoterm is in the price; the buyer's legs come on top."),
            _("VAT that comes back costs only the interest until it does; VAT that does not is a cost."),
            _("A leg that the buyer pays and nobody priced counts as nothing: that is a risk, not a saving."),
            _("Speeds and days at both ends are assumptions, as are detours by road and rail; give days and km where"
              " you know them."),
        ),
        unit=unit_of(ZERO, answer.currency),
        plan=frame(answer.currency, answer.as_of, version, answer.sha256),
    )  # fmt: skip


def _totals(answer: Landed) -> Listing:
    rows = tuple(_total(each) for each in answer.goods)
    bars = [(each.name, float(each.total), price(each.total), bool(each.unpriced)) for each in answer.goods]
    return Listing(
        _("At the door"),
        _("Of one unit, cheapest first."),
        (
            Column(_("Good")),
            Column(_("Seller")),
            Column(_("Terms")),
            Column(_("Way")),
            Column(_("Price"), "price"),
            Column(_("At the door"), "price"),
            Column(_("On top"), "percent"),
            Column(_("Not priced"), "long"),
        ),
        rows,
        _("There is no good."),
        chart=charts.amounts(bars),
        brief=(0, 2, 3, 4, 5),
    )


def _total(each: LandedCost) -> tuple[Cell, ...]:
    paid = dict(each.parts).get("price", ZERO)
    top = each.total / paid - 1 if paid else None
    missing = ", ".join(str(PARTS[leg]) for leg in each.unpriced)
    said: Cell = Marked(missing) if missing else ""
    return (each.name, each.supplier, each.incoterm, MODES[each.mode], paid, each.total, top, said)


def _parts(answer: Landed) -> Listing:
    parts = [part for part in PARTS if any(part in dict(each.parts) for each in answer.goods)]
    rows: list[tuple[Cell, ...]] = [
        (PARTS[part], *(dict(each.parts).get(part) for each in answer.goods)) for part in parts
    ]
    rows.append((_("At the door"), *(each.total for each in answer.goods)))
    return Listing(
        _("Part by part"),
        _("Of one unit, {currency}.", currency=answer.currency),
        (Column(_("Part")), *(Column(each.name, "price") for each in answer.goods)),
        tuple(rows),
        _("There is no good."),
    )


def _customs(answer: Landed) -> Listing:
    rows = [
        (each.name, country_name(each.country), each.basis, each.fob, each.cif, each.duty_rate) for each in answer.goods
    ]
    return Listing(
        _("What customs see"),
        _("Duty is on the FOB value in the United States, Canada, Australia and some others, else on the CIF value."),
        (
            Column(_("Good")),
            Column(_("Country")),
            Column(_("Duty on")),
            Column(_("FOB value"), "price"),
            Column(_("CIF value"), "price"),
            Column(_("Duty rate"), "percent"),
        ),
        tuple(rows),
        _("There is no good."),
    )


def _ways(answer: Landed) -> Listing:
    rows = [
        (each.name, MODES[each.mode], each.km.quantize(Decimal(1)), each.days, each.co2e_kg, each.stock_units, each.how)
        for each in answer.goods
    ]
    return Listing(
        _("The way"),
        _("Main carriage; days from door to door; CO2 equivalents of the main carriage, direct emissions."),
        (
            Column(_("Good")),
            Column(_("Way")),
            Column(_("km"), "quantity"),
            Column(_("Days"), "quantity"),
            Column(_("kg CO2e a unit"), "price"),
            Column(_("Safety stock, units"), "quantity"),
            Column(_("How found"), "long"),
        ),
        tuple(rows),
        _("There is no good."),
    )


def _rates(answer: Landed) -> Listing:
    used = {each.currency: each for each in answer.goods if each.currency != answer.currency}
    rows = [
        (currency, f"{each.rate:f}", day(each.rate_day), each.rate_source) for currency, each in sorted(used.items())
    ]
    return Listing(
        _("Exchange rates"),
        _("{currency} for 1 of each.", currency=answer.currency),
        (Column(_("Currency")), Column(_("Rate")), Column(_("Day")), Column(_("By"))),
        tuple(rows),
        _("All prices are in {currency}.", currency=answer.currency),
    )
