"""Numbers and dates as text, the way the reader's language writes them; not for arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from babel.dates import format_date
from babel.numbers import format_decimal

from secondsource.language import _, current_language

LOCALES = {"en": "en_GB", "ru": "ru_RU", "uk": "uk_UA"}
"""Region whose habits a language's numbers and dates follow."""

WHOLE_FROM, MILLIONS_FROM = 100_000, 100_000_000
"""A plan of such a cost is shown without cents, and in millions."""

MINUS = "−"

MOST_DIGITS = 400
"""Digits that a number may have: Decimal stops at 28 unless told."""


def locale() -> str:
    """Return the Babel name of the reader's locale."""
    return LOCALES.get(current_language(), "en_GB")


def number(value: Decimal | float, most_digits: int = 2, least_digits: int = 0) -> str:
    """Return `value` with thousands grouped and at most `most_digits` decimals.

    >>> number(Decimal("1234567.891"))
    '1,234,567.89'
    """
    decimals = "0" * least_digits + "#" * (most_digits - least_digits)
    pattern = f"#,##0.{decimals}" if decimals else "#,##0"
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    with localcontext(prec=MOST_DIGITS):
        rounded = exact.quantize(Decimal(1).scaleb(-most_digits), ROUND_HALF_EVEN)
        # Adding zero takes the sign from a negative zero.
        return format_decimal(rounded + 0, pattern, locale=locale()).replace("-", MINUS)


def money(amount: Decimal) -> str:
    """Return an amount of money to the cent, without its currency.

    >>> money(Decimal("-1234.5"))
    '−1,234.50'
    """
    return number(amount, 2, 2)


def price(amount: Decimal) -> str:
    """Return a price per unit: two decimals, or as many as its first three digits need, at most six.

    >>> price(Decimal("187.51")), price(Decimal("0.004567"))
    ('187.51', '0.00457')
    """
    if amount == 0 or abs(amount) >= 1:
        return money(amount)
    return number(amount, min(6, max(2, 2 - amount.adjusted())), 2)


@dataclass(frozen=True)
class Unit:
    """The unit in which the money of a page is shown, such as "USD" or "million USD", and how it is rounded."""

    name: str
    size: int
    decimals: int

    def show(self, amount: Decimal) -> str:
        """Return the amount in this unit, without its name, which stands in the heading.

        >>> Unit("million USD", 1_000_000, 2).show(Decimal("831308688.75"))
        '831.31'
        """
        value = amount / self.size
        least = Decimal(1).scaleb(-self.decimals)
        if 0 < abs(value) <= least / 2:
            return f"<{number(least, self.decimals)}" if value > 0 else f">{number(-least, self.decimals)}"
        return number(value, self.decimals, self.decimals)


def unit_of(cost: Decimal, currency: str) -> Unit:
    """Return the unit for a page on a plan of this cost: cents for small ones, millions for large ones."""
    if abs(cost) >= MILLIONS_FROM:
        return Unit(str(_("million {currency}", currency=currency)), 1_000_000, 2)
    return Unit(currency, 1, 0 if abs(cost) >= WHOLE_FROM else 2)


def percent(share: Decimal | float, digits: int = 1, fixed: bool = False) -> str:
    """Return a share in 0..1 as per cent, all digits shown where `fixed`; what is above zero never shows as zero.

    >>> percent(Decimal("0.7")), percent(Decimal("0.00001")), percent(0)
    ('70%', '<0.1%', '0%')
    """
    value = share if isinstance(share, Decimal) else Decimal(repr(share))
    sign = "%" if current_language() == "en" else "\N{NO-BREAK SPACE}%"
    step = Decimal(1).scaleb(-digits)
    if 0 < value * 100 < step:
        return f"<{number(step, digits)}{sign}"
    return f"{number(value * 100, digits, digits if fixed else 0)}{sign}"


def day(value: date | str) -> str:
    """Return a date in full; a text that is no ISO date comes back as it is.

    >>> day("2010-06-28"), day("")
    ('28 June 2010', '')
    """
    try:
        date_of = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
    return str(format_date(date_of, "long", locale=locale()))
