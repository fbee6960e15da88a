"""A supplier's page in one currency, each amount at the rate of its day; not without a rate, which is said.

An amount a of a day d in currency c is a · r, where r is what 1 of c was worth on d (`costing.currencies`): by a table
of one's own, else by the European Central Bank. An amount without a rate, or without a day, is left out of the sums.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from secondsource.costing.currencies import NoRate, Rate, rate_on
from secondsource.errors import Fault, InvalidInput
from secondsource.language import Message, _
from secondsource.market.evidence import Evidence
from secondsource.market.pages import Row

OwnRates = Sequence[tuple[str, date, Fraction]]
_COLUMNS = ("currency", "from", "rate")
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Converted:
    """What a page says in one currency.

    Attributes
    ----------
    buyers
        Deliveries, value and share of each buyer over all currencies, the largest first.
    prices
        The page's prices and medians in the currency, with the day and source of the rate.
    missing
        What could not be converted: of which process, the amount, and why.
    """

    currency: str
    buyers: list[Row]
    prices: list[Row]
    missing: list[Row]


def own_rates(path: Path) -> list[tuple[str, date, Fraction]]:
    """Return the rates of a CSV: what 1 of `currency` is worth in the page's currency `from` a day on.

    Raises
    ------
    InvalidInput
        With every faulty row.
    """
    found, faults = [], []
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if missing := [name for name in _COLUMNS if name not in (reader.fieldnames or ())]:
            expected = _("is missing; expected the columns {names}", names=", ".join(_COLUMNS))
            raise InvalidInput([Fault(path.name, "", 0, name, "", expected) for name in missing])
        for row in reader:
            try:
                rate = Fraction(row["rate"].strip())
                if rate <= 0:
                    raise ValueError
                found.append((row["currency"].strip().upper(), date.fromisoformat(row["from"].strip()), rate))
            except (ValueError, AttributeError, ZeroDivisionError):
                said = ", ".join(str(row[name] or "") for name in _COLUMNS)
                expected = _("expected a currency, a day as YYYY-MM-DD and a rate above 0")
                faults.append(Fault(path.name, "", reader.line_num, "", said, expected))
    if faults:
        raise InvalidInput(faults)
    return found


def in_currency(page: Evidence, currency: str, own: OwnRates = ()) -> Converted:
    """Return the shares of buyers and the prices of a page in one currency."""
    missing: list[Row] = []
    days = {(row["source"], row["ocid"]): row["day"] for row in page.deliveries}

    def converted(amount: Decimal, given: str | None, day: str | None, ocid: str) -> tuple[Decimal, Rate] | None:
        rate = _rate(given, currency, day, own)
        if isinstance(rate, Rate):
            exact = Fraction(amount) * rate.rate
            return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(_CENT), rate
        missing.append({"ocid": ocid, "amount": amount, "currency": given or "", "day": day or "", "why": str(rate)})
        return None

    sums: defaultdict[str, list[Decimal]] = defaultdict(list)
    for row in page.deliveries:
        if row["amount"] is not None:
            found = converted(row["amount"], row["currency"], row["day"], row["ocid"])
            if found is not None:
                sums[row["buyer"] or ""].append(found[0])
    whole = sum((sum(each, Decimal()) for each in sums.values()), Decimal())
    buyers: list[Row] = [
        {"buyer": buyer, "deliveries": len(each), "amount": sum(each, Decimal()), "currency": currency,
         "share": float(sum(each, Decimal()) / whole) if whole else 0.0}
        for buyer, each in sums.items()
    ]  # fmt: skip
    prices: list[Row] = []
    for row in page.prices:
        day = days.get((row["source"], row["ocid"]))
        found = converted(row["unit_price"], row["currency"], day, row["ocid"])
        if found is not None:
            price, rate = found
            median = Decimal(row["median"] * rate.rate.numerator) / Decimal(rate.rate.denominator)
            prices.append({**row, "unit_price": price, "median": median.quantize(_CENT), "currency": currency,
                           "rate_day": rate.day.isoformat(), "rate_source": str(rate.source)})  # fmt: skip
    return Converted(currency, sorted(buyers, key=lambda row: (-row["amount"], row["buyer"])), prices, missing)


def _rate(given: str | None, currency: str, day: str | None, own: OwnRates) -> Rate | Message:
    if not given:
        return _("the record names no currency")
    try:
        when = date.fromisoformat((day or "")[:10])
    except ValueError:
        if given != currency:
            return _("the record names no day")
        when = date.min
    try:
        return rate_on(given, currency, when, own)
    except NoRate as error:
        return error.why
    except ImportError:
        return _("there is no own rate, and the package with those of the European Central Bank is not installed")
