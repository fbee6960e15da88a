"""An alert's money in words, for the terminal, pages and e-mail; not for finding its worth."""

from __future__ import annotations

from math import floor, log10

from secondsource.language import Message, _
from secondsource.market.watch_memory import Card


def rounded(amount: float) -> str:
    """Return an estimate with three digits that count, so that it does not look exact.

    >>> rounded(12345.6), rounded(-987.6), rounded(0)
    ('12,300', '-988', '0')
    """
    if not amount:
        return "0"
    return f"{round(amount, 2 - floor(log10(abs(amount)))):,.0f}"


def worth_in_words(card: Card) -> Message:
    """Return what an alert is worth, with the interval that holds it with probability 0.8."""
    if card.expected is None or card.low is None or card.high is None:
        return _("Worth: unknown")
    return _("Worth about {expected} {currency} ({low} to {high}, 80 %)", expected=rounded(card.expected),
             low=rounded(card.low), high=rounded(card.high), currency=card.currency)  # fmt: skip
