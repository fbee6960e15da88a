"""What a plan says of itself, held against what its decisions come to; not for the promises that it must keep."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from secondsource.language import Message, _
from secondsource.optimise import describe
from secondsource.optimise.account import Account
from secondsource.optimise.decisions import Decisions
from secondsource.optimise.frame import Frame
from secondsource.optimise.verify import shown
from secondsource.problem.plan import Plan
from secondsource.units import to_micro

CENT = Fraction(1, 100)
SHARE = Fraction(1, 10**6)
"""How far a stated share or gap may lie from the recomputed one: plans round them."""


def misstated(frame: Frame, decisions: Decisions, book: Account, claimed: Plan) -> Iterator[Message]:
    """Yield what the plan states wrongly: cost, its parts, bound, gap, status, shares, whose an award is, exposures.

    Money may differ by a cent (or a billionth of the cost), shares by a millionth.
    """
    yield from _money(book, claimed)
    yield from _proof(book, claimed)
    yield from _awards(frame, decisions, book, claimed)
    yield from _exposures(frame, decisions, book, claimed)


def _money(book: Account, claimed: Plan) -> Iterator[Message]:
    allowed = max(CENT, abs(book.total) / 10**9)
    if claimed.cost is None or abs(Fraction(claimed.cost) - book.total) > allowed:
        said = "-" if claimed.cost is None else str(claimed.cost)
        yield _("the plan says that it costs {said}; it costs {cost}", said=said, cost=to_micro(book.total))
    for name, amount in book.parts.items():
        stated = claimed.breakdown.get(name)
        if stated is None or abs(Fraction(stated) - amount) > allowed:
            said = "-" if stated is None else str(stated)
            yield _("{part} is {cost}, not {said}", part=name, cost=to_micro(amount), said=said)
    if claimed.bound is not None and Fraction(claimed.bound) > book.total + allowed:
        yield _("the bound {bound} lies above the cost {cost}", bound=claimed.bound, cost=shown(book.total))


def _proof(book: Account, claimed: Plan) -> Iterator[Message]:
    if claimed.status not in ("optimal", "feasible"):
        yield _("the plan says that it is {status}, but decides something", status=claimed.status)
    if claimed.gap is None or claimed.bound is None or not book.total:
        return
    gap = (book.total - Fraction(claimed.bound)) / abs(book.total)
    if abs(Fraction(claimed.gap) - gap) > SHARE:
        yield _("the gap is {gap}, not {said}", gap=shown(gap), said=shown(Fraction(claimed.gap)))


def _awards(frame: Frame, decisions: Decisions, book: Account, claimed: Plan) -> Iterator[Message]:
    true = {award.offer: award for award in describe.awards(frame, decisions, book)}
    for award in claimed.awards:
        found = true.get(award.offer)
        if found is None:
            continue
        if abs(Fraction(award.share) - Fraction(found.share)) > SHARE:
            said, share = shown(Fraction(award.share)), shown(Fraction(found.share))
            yield _(
                "the award of offer {offer} is {share} of the need, not {said}",
                offer=award.offer,
                share=share,
                said=said,
            )
        if award.own != found.own:
            yield _("the plan is wrong on whether {supplier} is our own", supplier=award.supplier)


def _exposures(frame: Frame, decisions: Decisions, book: Account, claimed: Plan) -> Iterator[Message]:
    stated = {(exposure.item, exposure.supplier) for exposure in claimed.exposures}
    true = {(exposure.item, exposure.supplier) for exposure in describe.exposures(frame, decisions, book)}
    for item, supplier in sorted(true - stated):
        yield _("the plan does not say that {supplier} is an exposure of {item}", supplier=supplier, item=item)
    for item, supplier in sorted(stated - true):
        yield _("{supplier} is no exposure of {item}", supplier=supplier, item=item)
