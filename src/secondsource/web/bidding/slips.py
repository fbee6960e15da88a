"""Slips of the pen, before a bid is handed in.

Compared with the bidder's own earlier bid and with figures that the buyer published; never with another bidder's, of
which the comparison would tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from secondsource.language import Message, _
from secondsource.web.bidding.bid import Bid, Offer

FACTOR = Decimal(5)
"""A price so many times another one, or so small a part of it, is asked about."""


@dataclass(frozen=True)
class Slip:
    """What looks like a slip, and where (an item, or "")."""

    item: str
    what: Message


def slips(
    bid: Bid,
    items: Mapping[int, str],
    earlier: Bid | None,
    published: Mapping[int, Decimal],
    rates: Mapping[str, Decimal],
) -> list[Slip]:
    """Return what looks like a slip: a price 10 or 100 times another one, another currency, a break that costs more.

    `published` are the buyer's prices by line in its currency, `rates` units of that currency for 1 of each.
    """
    return [*_currency(bid, earlier), *_prices(bid, items, earlier, published, rates), *_breaks(bid, items)]


def _currency(bid: Bid, earlier: Bid | None) -> Iterator[Slip]:
    if earlier is not None and earlier.offers and bid.currency != earlier.currency:
        before = {(offer.line, offer.alternative): offer.unit_price for offer in earlier.offers}
        same = [offer for offer in bid.offers if before.get((offer.line, offer.alternative)) == offer.unit_price]
        text = _("The currency is {now}; your earlier bid was in {before}.", now=bid.currency, before=earlier.currency)
        if same and len(same) * 2 >= len(bid.offers):
            text = _("The currency is {now}, your earlier bid was in {before}, and the figures are the same.", now=bid.currency, before=earlier.currency)  # fmt: skip  # noqa: E501
        yield Slip("", text)


def _prices(
    bid: Bid,
    items: Mapping[int, str],
    earlier: Bid | None,
    published: Mapping[int, Decimal],
    rates: Mapping[str, Decimal],
) -> Iterator[Slip]:
    before: dict[tuple[int, int], Offer] = {}
    if earlier is not None:
        before = {(offer.line, offer.alternative): offer for offer in earlier.offers}
    rate = rates.get(bid.currency, Decimal(1))
    for offer in bid.offers:
        item = items.get(offer.line, "")
        if offer.unit_price == 0:
            yield Slip(item, _("The price is 0."))
            continue
        old = before.get((offer.line, offer.alternative))
        if old is not None and earlier is not None:
            then = old.unit_price * rates.get(earlier.currency, Decimal(1))
            text = _times(offer.unit_price * rate, then)
            if text is not None:
                yield Slip(item, _("The price is {times} your earlier one.", times=text))
        if offer.line in published:
            text = _times(offer.unit_price * rate, published[offer.line])
            if text is not None:
                yield Slip(item, _("The price is {times} the one that the buyer published.", times=text))


def _times(price: Decimal, other: Decimal) -> Message | None:
    """How far a price is from another, None where it is near."""
    if other <= 0 or price <= 0:
        return None
    if price >= other * FACTOR:
        return _("about {factor} times", factor=_round(price / other))
    if other >= price * FACTOR:
        return _("about a {factor}th of", factor=_round(other / price))
    return None


def _round(factor: Decimal) -> int:
    """1000, 100 or 10 where it is near, else the nearest whole number."""
    for power in (10, 100, 1000):
        if Decimal(power) * Decimal("0.6") <= factor <= Decimal(power) * Decimal("1.6"):
            return power
    return int(factor.to_integral_value())


def _breaks(bid: Bid, items: Mapping[int, str]) -> Iterator[Slip]:
    for offer in bid.offers:
        prices = [offer.unit_price, *[price for _start, price in offer.breaks]]
        if any(later > sooner for sooner, later in pairwise(prices)):
            yield Slip(items.get(offer.line, ""), _("A larger quantity costs more per unit."))
