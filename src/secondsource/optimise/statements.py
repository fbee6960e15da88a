"""What a plan says of itself, held against what its decisions come to; not for the promises that it must keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, TypeVar

from secondsource.language import Message, _
from secondsource.optimise import describe
from secondsource.optimise.account import Account
from secondsource.optimise.decisions import Decisions
from secondsource.optimise.frame import Frame
from secondsource.optimise.verify import shown
from secondsource.problem.plan import Award, Booking, Failure, Flow, Hire, PackageTaken, Plan
from secondsource.problem.tables import SETTINGS
from secondsource.units import to_micro

CENT = Fraction(1, 100)
SHARE = Fraction(1, 10**6)
"""How far a stated share, gap or quantity may lie from the recomputed one, relatively: plans round them."""
MONEY = frozenset({"cost", "unit_cost", "price", "extra_cost", "expected_cost"})

_Row = TypeVar("_Row", Award, Booking, Failure, Flow, Hire, PackageTaken)


def misstated(frame: Frame, decisions: Decisions, book: Account, claimed: Plan) -> Iterator[Message]:
    """Yield what the plan states wrongly: its cost, bound, gap and status, and every row that follows from its awards.

    Money may differ by a cent (or a billionth of the cost), shares and quantities by a millionth. What FORMAT.md leaves
    open (how the cost of an award or a flow is made up) and what it has no key for (needs, failures) is held only
    against plans that state needs, as ours do.
    """
    yield from _money(book, claimed)
    yield from _proof(book, claimed)
    yield from _given(frame, claimed)
    yield from _awards(frame, decisions, book, claimed)
    yield from _rows(frame, decisions, book, claimed)
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
    if abs(Fraction(claimed.gap) - gap) > SHARE + 2 * CENT / abs(book.total):  # cost and bound may be rounded
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


def _given(frame: Frame, claimed: Plan) -> Iterator[Message]:
    """What the plan says of the problem that it answers."""
    settings = frame.problem.settings
    stated = [("currency", claimed.currency), ("as_of", claimed.as_of), *claimed.settings.items()]
    for name, said in stated:
        true = str(getattr(settings, name)) if name in SETTINGS else said
        if said and not _same_word(said, true):
            yield _("{place} is {true}, not {said}", place=name, true=true, said=said)


def _same_word(said: str, true: str) -> bool:
    try:
        return Decimal(said) == Decimal(true)
    except InvalidOperation:
        return said.lower() == true.lower()


def _rows(frame: Frame, decisions: Decisions, book: Account, claimed: Plan) -> Iterator[Message]:
    """Each stated row of awards, packages, backups, people, flows and failures, beside what the decisions come to."""
    ours = bool(claimed.needs)
    awards, bookings = describe.awards(frame, decisions, book), describe.bookings(frame, decisions, book)
    told = [flow for flow in claimed.flows if flow.offer]
    money = ("unit_cost", "cost") if ours else ()
    yield from _compared("awards", _by_offer, claimed.awards, awards, ("item", "supplier", *money))
    taken = describe.packages(frame.problem, decisions)
    yield from _compared("packages", lambda row: row.package, claimed.packages, taken, ("supplier", "price"))
    yield from _compared("backups", _by_offer, claimed.backups, bookings, ("item", "supplier"))
    yield from _covers(claimed.backups, bookings)
    people = describe.hires(frame.problem, book)
    yield from _compared("hires", _by_role, claimed.hires, people, ("people", "hires", "replacements"))
    missing = {_by_role(row) for row in people if row.hires} - {_by_role(row) for row in claimed.hires}
    for name in sorted(missing):
        yield _("{table} {name}: the plan leaves it out", table="hires", name=name)
    flows = describe.flows(frame, decisions, book)
    yield from _compared("flows", _by_way, told, flows, ("item", "origin", *(("cost",) if ours else ())))
    if not ours:
        return
    yield from _differing("needs", "", claimed.needs, describe.needs(frame.problem, book))
    counts = {"assumptions": describe.assumptions(frame.problem), "estimates": len(book.estimated)}
    yield from _differing("plan", "", {name: getattr(claimed, name) for name in counts}, counts)
    columns = ("suppliers", "probability", "recovery_share", "lost", "covered", "extra_cost", "expected_cost")
    failures = describe.failures(frame, book)
    yield from _compared("failures", lambda row: row.group, claimed.failures, failures, (*columns, "unpriced"))
    for group in sorted({row.group for row in failures} - {row.group for row in claimed.failures}):
        yield _("{table} {name}: the plan leaves it out", table="failures", name=group)


def _by_offer(row: Award | Booking) -> str:
    return row.offer


def _by_role(row: Hire) -> str:
    return f"{row.supplier}, {row.role}"


def _by_way(row: Flow) -> str:
    return f"{row.offer} → {row.destination}"


def _compared(
    table: str, key: Callable[[_Row], str], stated: Sequence[_Row], true: Sequence[_Row], columns: Sequence[str]
) -> Iterator[Message]:
    """Stated rows of which a column differs, and those that the decisions do not come to."""
    rows = {key(row): row for row in true}
    for row in stated:
        found = rows.get(key(row))
        if found is not None:
            for column in columns:
                yield from _differing(f"{table} {key(row)}", column, getattr(row, column), getattr(found, column))
        elif table in ("hires", "failures"):  # the others are decisions: what is stated of them is what is recounted
            yield _("{table} {name}: nothing in the plan comes to it", table=table, name=key(row))


def _differing(row: str, column: str, said: Any, true: Any) -> Iterator[Message]:
    """What differs between a stated value and the recomputed one, part by part where it has parts."""
    if isinstance(true, Mapping):
        for name in sorted({*said, *true}):
            yield from _differing(f"{row} {name}", column, said.get(name, "-"), true.get(name, "-"))
        return
    if isinstance(true, tuple):
        same = sorted(said) == sorted(true)
        said, true = ", ".join(said) or "-", ", ".join(true) or "-"
    elif isinstance(true, Decimal) and isinstance(said, Decimal):
        allowed = (
            max(CENT, abs(Fraction(true)) / 10**9) if column in MONEY else SHARE * max(Fraction(1), abs(Fraction(true)))
        )
        same = abs(Fraction(said) - Fraction(true)) <= allowed
    else:
        same = said == true
    if not same:
        place = f"{row}, {column}" if column else row
        yield _("{place} is {true}, not {said}", place=place, true=str(true), said=str(said))


def _covers(stated: Sequence[Booking], true: Sequence[Booking]) -> Iterator[Message]:
    """A backup may name fewer suppliers than it covers, never others."""
    rows = {row.offer: set(row.covers) for row in true}
    for row in stated:
        for supplier in sorted(set(row.covers) - rows.get(row.offer, set())):
            yield _("the backup of offer {offer} does not cover {supplier}", offer=row.offer, supplier=supplier)


def _exposures(frame: Frame, decisions: Decisions, book: Account, claimed: Plan) -> Iterator[Message]:
    stated = {(exposure.item, exposure.supplier) for exposure in claimed.exposures}
    true = {(row.item, row.supplier): row.quantity for row in describe.exposures(frame, decisions, book)}
    for item, supplier in sorted(true.keys() - stated):
        yield _("the plan does not say that {supplier} is an exposure of {item}", supplier=supplier, item=item)
    for row in claimed.exposures:
        if (row.item, row.supplier) in true:
            name = f"exposures {row.item}, {row.supplier}"
            yield from _differing(name, "quantity", row.quantity, true[row.item, row.supplier])
    for item, supplier in sorted(stated - true.keys()):
        yield _("{supplier} is no exposure of {item}", supplier=supplier, item=item)
