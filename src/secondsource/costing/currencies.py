"""Exchange rates of a day: of a table of one's own, else of the European Central Bank; never a guess, never 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from secondsource.language import Message, _

LONGEST_GAP = 7
"""Days for which the last rate holds: weekends and holidays."""


@dataclass(frozen=True)
class Rate:
    """What 1 of a currency is worth in the base currency, from which day, and by whose word."""

    currency: str
    rate: Fraction
    day: date
    source: Message | str


class NoRate(Exception):
    """There is no rate; carries why, and the way out."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.why = why


def rate_on(currency: str, base: str, day: date, own: Sequence[tuple[str, date, Fraction]] = ()) -> Rate:
    """Return the base currency for 1 of `currency` on a day.

    The latest row of `own` (currency, first day, rate) on or before the day holds; else the reference rates of the
    European Central Bank of that day, or of the last day before it that has one, at most `LONGEST_GAP` days.

    Raises
    ------
    NoRate
        Neither has one.

    >>> round(float(rate_on("USD", "EUR", date(2010, 11, 1)).rate), 4)  # 1.3926 USD for 1 EUR
    0.7181
    """
    if currency == base:
        return Rate(currency, Fraction(1), day, "")
    rows = [row for row in own if row[0] == currency and row[1] <= day]
    if rows:
        _name, since, rate = max(rows, key=lambda row: row[1])
        return Rate(currency, rate, since, _("own table"))
    found = {name: _euro(name, day) for name in (currency, base)}
    # An old rate does not become today's by being the last: both must be of the day or shortly before it.
    return Rate(currency, found[currency][0] / found[base][0], min(each[1] for each in found.values()), "ECB")


def _euro(currency: str, day: date) -> tuple[Fraction, date]:
    """EUR for 1 of the currency, and the day of the rate."""
    if currency == "EUR":
        return Fraction(1), day
    rates = _bank()._rates
    if currency not in rates:
        raise NoRate(
            _("the European Central Bank quotes no {currency}: put its rate into the table rates", currency=currency)
        )
    known = rates[currency]
    for back in range(LONGEST_GAP + 1):
        found = known.get(date.fromordinal(day.toordinal() - back))
        if found is not None:
            return 1 / Fraction(found), date.fromordinal(day.toordinal() - back)
    raise NoRate(
        _("there is no rate of the European Central Bank for {currency} on {day}: put one into the table rates",
          currency=currency, day=day)
    )  # fmt: skip


@cache
def _bank() -> Any:
    from currency_converter import CurrencyConverter

    return CurrencyConverter(decimal=True)
