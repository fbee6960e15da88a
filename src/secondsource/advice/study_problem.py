"""What a study says, as rows of the tables of FORMAT.md, so that a plan can use it; not for other columns."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from secondsource.advice.makebuy import MakeBuy
from secondsource.costing.parts import present_value_factor
from secondsource.language import _
from secondsource.units import to_micro

VARIABLE = frozenset(
    ("purchase", "wages", "replacement", "material", "labour", "freight", "quality", "risk", "contract_management")
)
"""Cost parts that go with the units: they become the unit price, the rest the fixed cost."""

Rows = Mapping[str, list[dict[str, Any]]]


def problem_of_makebuy(answer: MakeBuy) -> Rows:
    """Return a problem of one item in which each option is an offer that costs, at the units needed, what it does here.

    ``a × Q × unit_price + fixed_cost`` is the option's present value; `a` is the plan's factor of what falls evenly
    over the horizon. One supplier takes all of it (`max_sources` 1), as the prices hold at this volume only.
    """
    a = present_value_factor(Fraction(answer.discount_rate), answer.years)
    units = Fraction(answer.units)
    source = str(_("make-or-buy study of {date}", date=answer.as_of))
    suppliers, offers = [], []
    for option in answer.options:
        variable = sum((Fraction(amount) for kind, amount in option.by_kind if kind in VARIABLE), Fraction(0))
        whole = Fraction(option.present_value)
        if not 0 <= variable <= whole:
            variable = whole  # tax or income makes the rest negative: all of it goes into the unit price
        unit_price = variable / (a * units)
        # The rounding of the unit price goes into the fixed cost, so that the sum stays what it is.
        price = _rounded_down(unit_price)
        suppliers.append({"supplier": option.option, "name": option.name, "own": option.kind == "make"})
        row: dict[str, Any] = {
            "offer": f"{option.option}-offer",
            "item": "work",
            "supplier": option.option,
            "unit_price": price,
            "fixed_cost": to_micro(whole - a * units * Fraction(price)),
            "source": source,
        }
        if option.cannot is not None:
            row["capacity"] = Decimal(0)
            row["note"] = str(option.cannot)
        offers.append(row)
    settings = {
        "currency": answer.currency,
        "as_of": answer.as_of.isoformat(),
        "horizon_years": str(answer.years),
        "discount_rate": format(answer.discount_rate.normalize(), "f"),
        "failures": "0",
    }
    item = {
        "item": "work",
        "name": answer.title,
        "unit": answer.unit,
        "demand": answer.units,
        "max_sources": 1,
        "source": source,
    }
    return {
        "settings": [{"name": name, "value": value} for name, value in settings.items()],
        "items": [item],
        "suppliers": suppliers,
        "offers": offers,
    }


def _rounded_down(price: Fraction) -> Decimal:
    """The price in twelve decimals, not above it."""
    digits = Decimal(1).scaleb(-12)
    return Decimal(int(price * 10**12)) * digits
