"""Numbers that people type into a page's fields; not for tables (`problem`) or bids (`bidding.numbers`)."""

from __future__ import annotations

from decimal import Decimal


def decimal(text: str) -> Decimal:
    """Return a number as people write it, with a comma or a point and spaces between thousands.

    >>> decimal(" 1 500,25 ")
    Decimal('1500.25')

    Raises
    ------
    decimal.InvalidOperation
        The text is no number.
    """
    return Decimal(text.strip().replace("\xa0", "").replace(" ", "").replace(",", "."))
