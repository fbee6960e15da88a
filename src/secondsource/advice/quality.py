"""Quality and image in money: what it costs a year, what a defect and a shortage cost, with ranges; not for plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

from secondsource.costing.quality import FIGURES, Effect, customer_value
from secondsource.problem.studies.quality import CATEGORIES
from secondsource.problem.studies.study import Study
from secondsource.units import to_micro


@dataclass(frozen=True)
class Range:
    """A figure with the least and the most that it can be, all figures of the item within their ranges."""

    low: Decimal
    base: Decimal
    high: Decimal


@dataclass(frozen=True)
class ItemQuality:
    """An item's quality in money.

    Attributes
    ----------
    caught, escaped, image
        Parts of `defect_cost`: inside, outside, lost customers.
    per_unit, per_year
        Defects expected, of one unit delivered and of a year's units.
    """

    item: str
    name: str
    customer_value: Decimal
    defect_cost: Range
    caught: Decimal
    escaped: Decimal
    image: Decimal
    shortage_cost: Range
    per_unit: Range
    per_year: Decimal


@dataclass(frozen=True)
class Quality:
    """The answer to a quality study.

    Attributes
    ----------
    kinds
        A year's cost by the four kinds, and its share of sales (None without sales).
    """

    title: str
    currency: str
    as_of: date
    items: tuple[ItemQuality, ...]
    kinds: tuple[tuple[str, Decimal, Decimal | None], ...]
    total: Decimal
    of_sales: Decimal | None
    sources: tuple[tuple[str, str, str], ...]
    sha256: str


def quality_costs(study: Study) -> Quality:
    """Return what quality costs, by kind and by item."""
    sales, costs = Fraction(study.settings["sales"]), study["quality_costs"]
    by_kind = {
        kind: sum((Fraction(costs.amount[k]) for k in range(len(costs)) if costs.category[k] == kind), Fraction(0))
        for kind in CATEGORIES
    }
    total = sum(by_kind.values(), Fraction(0))
    return Quality(
        title=str(study.settings["title"]),
        currency=study.currency,
        as_of=study.as_of,
        items=tuple(_item(study, row) for row in range(len(study["items"]))),
        kinds=tuple(
            (kind, to_micro(amount), to_micro(amount / sales) if sales else None) for kind, amount in by_kind.items()
        ),
        total=to_micro(total),
        of_sales=to_micro(total / sales) if sales else None,
        sources=study.sources(),
        sha256=study.sha256,
    )


def _item(study: Study, row: int) -> ItemQuality:
    items = study["items"].row(row)
    rate = Fraction(study.settings["discount_rate"])
    spans = _spans(study, items)
    base = _effect({name: values[0] for name, values in spans.items()}, rate)
    corners = [_effect(dict(zip(spans, each, strict=True)), rate) for each in _corners(spans)]
    shares = spans["defect_rate"]
    low_defect, high_defect = _ends([each.defect_cost for each in corners])
    return ItemQuality(
        item=items["item"],
        name=items["name"] or items["item"],
        customer_value=to_micro(base.customer_value),
        defect_cost=Range(low_defect, to_micro(base.defect_cost), high_defect),
        caught=to_micro(base.caught),
        escaped=to_micro(base.escaped),
        image=to_micro(base.image),
        shortage_cost=_range([each.shortage_cost for each in corners], base.shortage_cost),
        per_unit=Range(
            to_micro(min(shares) * Fraction(low_defect)),
            to_micro(shares[0] * base.defect_cost),
            to_micro(max(shares) * Fraction(high_defect)),
        ),
        per_year=to_micro(shares[0] * base.defect_cost * Fraction(items["units"])),
    )


def _spans(study: Study, items: dict[str, Any]) -> dict[str, tuple[Fraction, ...]]:
    """Of each figure its value first, and the ends of its range."""
    ranges = study["ranges"]
    spans: dict[str, tuple[Fraction, ...]] = {}
    for name in (*FIGURES, "yearly_margin", "retention_rate", "defect_rate"):
        value = items[name]
        if value is not None:
            spans[name] = (Fraction(value),)
    for k in range(len(ranges)):
        if ranges.item[k] == items["item"] and ranges.figure[k] in spans:
            name = ranges.figure[k]
            spans[name] = (spans[name][0], Fraction(ranges.low[k]), Fraction(ranges.high[k]))
    return spans


def _corners(spans: dict[str, tuple[Fraction, ...]]) -> list[tuple[Fraction, ...]]:
    """Every combination of the ends: each cost rises or falls evenly in each figure."""
    return list(product(*(values[1:] or values for values in spans.values())))


def _effect(figures: dict[str, Fraction], rate: Fraction) -> Effect:
    value = figures.get("customer_value")
    if value is None:
        value = customer_value(figures["yearly_margin"], figures["retention_rate"], rate)
    return Effect(**{name: figures[name] for name in FIGURES if name != "customer_value"}, customer_value=value)


def _ends(amounts: list[Fraction]) -> tuple[Decimal, Decimal]:
    return to_micro(min(amounts)), to_micro(max(amounts))


def _range(amounts: list[Fraction], base: Fraction) -> Range:
    low, high = _ends(amounts)
    return Range(low, to_micro(base), high)


def items_of(answer: Quality) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of `items` of a problem that this study knows: `defect_cost` and `shortage_cost`, with ranges."""
    rows = [
        {
            "item": each.item,
            "defect_cost": each.defect_cost.base,
            "shortage_cost": each.shortage_cost.base,
            "source": f"quality {answer.as_of}",
            "note": (
                f"defect_cost {each.defect_cost.low:f} - {each.defect_cost.high:f}; "
                f"shortage_cost {each.shortage_cost.low:f} - {each.shortage_cost.high:f}"
            ),
        }
        for each in answer.items
    ]
    return {"items": rows}
