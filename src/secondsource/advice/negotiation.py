"""What a supplier may be told about its bids, under a policy that is off unless chosen; not for sending it.

A band says how far a losing bid is from its price to win, roughly. Where fewer than three suppliers bid for an item,
even a band would give away a rival's price, and nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from secondsource.advice.price_to_win import PricesToWin, PriceToWin
from secondsource.problem.plan import Plan

Policy = Literal["off", "bands"]
POLICIES: tuple[Policy, ...] = ("off", "bands")
LEAST_BIDS = 3
"""Suppliers that must bid for an item before anything is said about it."""
BANDS = (Decimal("0.02"), Decimal("0.05"), Decimal("0.10"))
"""Shares of its price that a losing bid may have to give up: the ends of the bands, the last one open."""

Feedback = Literal["nothing", "too few bids", "leading", "band", "far"]


@dataclass(frozen=True)
class Line:
    """What is said about one bid.

    Attributes
    ----------
    feedback
        "nothing": by policy; "too few bids"; "leading": the plan awards it; "band": it would enter if its price fell
        by `above` to `up_to`; "far": by more than the last band, or no price helps.
    above, up_to
        Ends of the band, shares of the price; None where there is no such end.
    """

    bid: str
    items: tuple[str, ...]
    currency: str
    price: Decimal
    feedback: Feedback
    above: Decimal | None = None
    up_to: Decimal | None = None


@dataclass(frozen=True)
class NegotiationSheet:
    """What one supplier is told: its own bids, and no more about them than the policy allows."""

    supplier: str
    policy: Policy
    lines: tuple[Line, ...]
    as_of: str


def negotiation_sheet(answer: PricesToWin, supplier: str, policy: Policy = "off") -> NegotiationSheet:
    """Return what a supplier may be told about its bids."""
    lines = tuple(_line(each, policy) for each in answer.bids if each.supplier == supplier)
    return NegotiationSheet(supplier, policy, lines, _day(answer.plan))


def _day(plan: Plan) -> str:
    return plan.as_of


def _line(each: PriceToWin, policy: Policy) -> Line:
    line = Line(each.bid, each.items, each.currency, each.price, "nothing")
    if policy == "off":
        return line
    if each.bids < LEAST_BIDS:
        return Line(*_own(line), "too few bids")
    if each.wins:
        return Line(*_own(line), "leading")
    if each.factor is None:
        return Line(*_own(line), "far", BANDS[-1])
    # The cautious end: a supplier who gives up so much is surely in.
    gap = max(Decimal(0), 1 - each.factor.low)
    above = max((end for end in (Decimal(0), *BANDS) if end <= gap), default=Decimal(0))
    up_to = next((end for end in BANDS if gap < end), None)
    return Line(*_own(line), "far" if up_to is None else "band", above, up_to)


def _own(line: Line) -> tuple[str, tuple[str, ...], str, Decimal]:
    return line.bid, line.items, line.currency, line.price
