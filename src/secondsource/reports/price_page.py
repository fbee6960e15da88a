"""The page "what every bid would have to cost", for our own eyes, and the sheet for a supplier; not for the prices."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from secondsource.advice.interval import Interval
from secondsource.advice.negotiation import Line, NegotiationSheet
from secondsource.advice.price_to_win import PricesToWin, PriceToWin
from secondsource.language import _, plural
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.reports.names import Names, names_of
from secondsource.reports.numbers import Unit, number, percent, price, unit_of
from secondsource.reports.page_json import as_json
from secondsource.reports.page_pdf import page_pdf
from secondsource.reports.page_workbook import write_page
from secondsource.reports.pages import Cell, Column, Fact, Listing, Marked, Page, Words, interval, several

ZERO = Decimal(0)
RECORD = "sent.jsonl"


def price_page(answer: PricesToWin, problem: Problem, title: str) -> Page:
    """Return the page for our own negotiators; `answer` must have a plan."""
    plan, names = answer.plan, names_of(problem)
    unit = unit_of(plan.cost or ZERO, plan.currency)
    losing = [each for each in answer.bids if not each.wins]
    within = [each for each in losing if each.factor is not None]
    held = [each for each in answer.bids if each.wins and each.threshold is not None and each.threshold.is_endless]
    verdict = plural(
        "{count} losing bid could win by its price.", "{count} losing bids could win by price.", len(within)
    )
    return Page(
        name="price-to-win",
        title=title,
        subtitle=_("What every bid would have to cost"),
        tone="warn" if held else "good",
        verdict=verdict,
        facts=_facts(within, held, names, unit),
        listings=(_losers(losing, names), _winners([each for each in answer.bids if each.wins], names)),
        notes=(
            _("Price to win: the unit price at which a losing bid enters the best plan; price breaks move with it."),
            _("Price to lose: the unit price above which the best plan takes volume from a winning bid."),
            _("Two figures are the limits between which the price is proved to lie, for a change of the volume shown."),
            _("For your own eyes: these prices give away rivals' bids. What a supplier may see is its sheet."),
        ),
        unit=unit,
        plan=plan,
    )


def _facts(within: list[PriceToWin], held: list[PriceToWin], names: Names, unit: Unit) -> tuple[Fact, ...]:
    facts = []
    if within:
        near = max(within, key=lambda each: each.factor.middle if each.factor else ZERO)
        less = _less(near)
        item = several([names.item(item) for item in near.items], 2)
        note = _("{supplier}, {item}", supplier=names.supplier(near.supplier), item=item)
        says = interval(less, unit, "percent") if less else ""
        share = _("{share} less", share=says) if less and less.is_distinguishable else says
        facts.append(Fact(_("Nearest to winning"), share, note))
    held_by = several(list(dict.fromkeys(names.supplier(each.supplier) for each in held)), 3)
    facts.append(Fact(_("Could ask any price"), number(len(held)), held_by))
    return tuple(facts)


def _losers(losing: list[PriceToWin], names: Names) -> Listing:
    return Listing(
        _("Losing bids"),
        _("What the bid would have to cost, and the volume it would then get."),
        (
            Column(_("Item")),
            Column(_("Supplier")),
            Column(_("Bid")),
            Column(_("Currency")),
            Column(_("Price"), "price"),
            Column(_("Price to win"), "price"),
            Column(_("Less"), "percent"),
            Column(_("Then gets, units"), "quantity"),
            Column(_("Remark"), "text"),
        ),
        tuple(_loser(each, names) for each in losing),
        _("No bid loses."),
        brief=(0, 1, 3, 4, 5, 6, 7),
    )


def _loser(each: PriceToWin, names: Names) -> tuple[Cell, ...]:
    return (*_bid(each, names), each.threshold, _less(each), each.quantity_then, str(each.why))


def _winners(winning: list[PriceToWin], names: Names) -> Listing:
    return Listing(
        _("Winning bids"),
        _("How far the price could rise before volume is lost: what the supplier could ask for."),
        (
            Column(_("Item")),
            Column(_("Supplier")),
            Column(_("Bid")),
            Column(_("Currency")),
            Column(_("Price"), "price"),
            Column(_("Price to lose"), "price"),
            Column(_("More"), "percent"),
            Column(_("Units now"), "quantity"),
            Column(_("Units then"), "quantity"),
        ),
        tuple(_winner(each, names) for each in winning),
        _("The plan awards nothing to others."),
        brief=(0, 1, 3, 4, 5, 6, 8),
    )


def _winner(each: PriceToWin, names: Names) -> tuple[Cell, ...]:
    if each.threshold is not None and each.threshold.is_endless:
        return (*_bid(each, names), Marked(_("any price")), None, each.quantity, each.quantity_then)
    less = _less(each)
    more = None if less is None else Interval(-less.high, -less.low)
    return (*_bid(each, names), each.threshold, more, each.quantity, each.quantity_then)


def _bid(each: PriceToWin, names: Names) -> tuple[Cell, ...]:
    items = several([names.item(item) for item in each.items], 2)
    return (items, names.supplier(each.supplier), each.bid, each.currency, each.price)


def _less(each: PriceToWin) -> Interval | None:
    """The share by which the price would fall, at least and at most; None where no price changes anything."""
    return None if each.factor is None else Interval(1 - each.factor.high, 1 - each.factor.low)


def supplier_page(sheet: NegotiationSheet, problem: Problem, plan: Plan) -> Page:
    """Return the sheet that a supplier may be shown: nothing in it depends on what the policy does not say."""
    names = names_of(problem)
    return Page(
        name=f"sheet-{_file_name(sheet.supplier)}",
        title=names.supplier(sheet.supplier),
        subtitle=_("Your bids"),
        tone="good",
        verdict=_("Feedback is not given.") if sheet.policy == "off" else _("Feedback is given in bands."),
        facts=(),
        listings=(
            Listing(
                _("As we have them"),
                _("Prices are yours as we have them: tell us of any mistake."),
                (
                    Column(_("Item")),
                    Column(_("Bid")),
                    Column(_("Your price"), "price"),
                    *([] if sheet.policy == "off" else [Column(_("Where it stands"), "long")]),
                ),
                tuple(_line(line, names, sheet.policy != "off") for line in sheet.lines),
                _("We have no bid of yours."),
            ),
        ),
        notes=(),
        unit=unit_of(ZERO, ""),
        plan=Plan(status="optimal", currency=plan.currency, as_of=sheet.as_of, version=plan.version),
    )


def _line(line: Line, names: Names, says: bool) -> tuple[Cell, ...]:
    items = several([names.item(item) for item in line.items], 3)
    own = (items, line.bid, f"{price(line.price)} {line.currency}")
    return (*own, feedback(line)) if says else own


def feedback(line: Line) -> Words:
    """Return what a line says, in words."""
    if line.feedback == "leading":
        return _("in the plan as it stands")
    if line.feedback == "band" and line.above is not None and line.up_to is not None:
        return _("{low} to {high} above what would win", low=percent(line.above), high=percent(line.up_to))
    if line.feedback == "far":
        return _("more than {share} above what would win", share=percent(line.above or ZERO))
    return _("no feedback: too few bids") if line.feedback == "too few bids" else ""


def write_sheet(sheet: NegotiationSheet, problem: Problem, plan: Plan, folder: Path, sent: datetime | None) -> Path:
    """Write a supplier's sheet as Excel and PDF, and return the path of the first.

    Parameters
    ----------
    sent
        When it was sent: this, the policy, every word on it and the digests of both files are added to `sent.jsonl`.
        None for a draft.

    Raises
    ------
    OSError
        The folder or a file in it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = supplier_page(sheet, problem, plan)
    workbook, document = folder / f"{page.name}.xlsx", folder / f"{page.name}.pdf"
    write_page(page, workbook)
    document.write_bytes(page_pdf(page))
    if sent is not None:
        digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (workbook, document)}
        record = {"sent": sent.isoformat(), "sheet": as_json(sheet), "said": [str(feedback(x)) for x in sheet.lines]}
        with (folder / RECORD).open("a", encoding="utf-8") as file:
            file.write(json.dumps(record | {"files": digests}, ensure_ascii=False, default=str) + "\n")
    return workbook


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)
