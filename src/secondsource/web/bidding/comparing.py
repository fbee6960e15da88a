"""Opened bids side by side: what a unit of each item costs from each supplier, landed, in one currency.

The costs are those of the plan (`secondsource.costing`), part by part, at the quantity that is asked for. Which
suppliers win is the plan's business, which knows capacities, packages and failures; here one looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median

import numpy as np

from secondsource.costing.admission import admit
from secondsource.costing.costs import cost, moving
from secondsource.costing.prices import purchase
from secondsource.language import Message, _
from secondsource.problem.links import link
from secondsource.problem.tables import Problem
from secondsource.web.bidding.bid import Offer
from secondsource.web.bidding.models import Event, Invitation, Line
from secondsource.web.bidding.offers import Received, offer_key, received, rows_of
from secondsource.web.planning import tables
from secondsource.web.planning.translate import problem_of

FAR = Decimal("0.4")
"""A landed cost that is so far from the median of at least three, as a share of it, is marked as an outlier."""
FEW = 3
"""Fewer bids than these tell who bid what."""

PARTS: Mapping[str, Message] = {
    "purchase": _("Purchase, price breaks at this quantity included"),
    "freight": _("Freight"),
    "duty": _("Duty"),
    "landed": _("Landed cost"),
    "interest": _("Interest, for days in transit less days of payment"),
    "fixed": _("Once, spread over the quantity"),
    "defects": _("Expected defects"),
    "total": _("Together"),
}
"""Parts of a unit's cost, in order; `landed` and `total` are sums."""

MARKS: Mapping[str, Message] = {
    "best": _("best"),
    "second": _("second"),
    "outlier": _("outlier"),
    "expired": _("expired"),
    "incumbent": _("incumbent"),
    "refused": _("not admitted"),
    "short": _("capacity below the quantity"),
    "minimum": _("smallest quantity above the need"),
    "backup": _("only as backup"),
}


@dataclass
class Cell:
    """One offer in the matrix: money per unit in the event's currency, `price` in the bid's."""

    invitation: int
    offer: Offer
    currency: str
    price: Decimal
    parts: dict[str, Decimal]
    marks: list[str] = field(default_factory=list)
    why: Message | str = ""

    @property
    def landed(self) -> Decimal:
        """Landed cost of a unit."""
        return self.parts["landed"]

    @property
    def competes(self) -> bool:
        """Whether it is ranked."""
        return not {"expired", "refused", "backup"} & set(self.marks)


@dataclass
class LineRow:
    """One line: its cells by supplier, how many bidders compete, and their spread: ``worst / best − 1``."""

    line: Line
    cells: dict[int, list[Cell]]
    competing: int = 0
    spread: Decimal | None = None
    best: Decimal | None = None

    def cell(self, invitation: int) -> Cell | None:
        """The offer of a supplier that counts: the cheapest that competes, else its first."""
        given = self.cells.get(invitation, [])
        return min(
            (each for each in given if each.competes), key=lambda each: each.landed, default=next(iter(given), None)
        )


@dataclass
class Matrix:
    """The comparison: suppliers that bid, lines, and totals by supplier over what it covers."""

    found: list[Received]
    rows: list[LineRow]
    totals: dict[int, Decimal]
    covered: dict[int, int]
    estimated: bool

    @property
    def invitations(self) -> list[Invitation]:
        """Those who bid, in the order of columns."""
        return [each.invitation for each in self.found]


def compare(event: Event, today: date) -> Matrix:
    """Return the opened bids of an event side by side.

    Raises
    ------
    Sealed
        No round is opened.
    InvalidInput
        The project's tables have faults, so that nothing can be costed.
    """
    found = received(event)
    lines = [line for line in event.lines.all() if line.is_asked]
    given = rows_of(event, [each for each in found if each.bid is not None], tables.read(event.project.head))
    given["offers"] = [row for row in given.get("offers", ()) if row["offer"].startswith(f"e{event.pk}-")]
    for name in ("price_breaks", "staffing", "packages", "package_items", "rules"):
        keys = {row["offer"] for row in given["offers"]}
        given[name] = [row for row in given.get(name, ()) if row.get("offer") in keys]
    if not given["offers"]:
        return Matrix(found, [LineRow(line, {}) for line in lines], {}, {}, estimated=False)
    problem = problem_of(given, today)
    bench = _Bench(problem, today)
    rows = [_row(event, line, found, bench) for line in lines]
    totals: dict[int, Decimal] = {}
    covered: dict[int, int] = {}
    for row in rows:
        for each in found:
            cell = row.cell(each.invitation.pk)
            if cell is not None:
                covered[each.invitation.pk] = covered.get(each.invitation.pk, 0) + 1
                amount = cell.landed * row.line.quantity
                totals[each.invitation.pk] = totals.get(each.invitation.pk, Decimal(0)) + amount
    return Matrix(found, rows, totals, covered, bench.estimated)


class _Bench:
    """Costs the offers of a problem exactly."""

    def __init__(self, problem: Problem, today: date) -> None:
        self.problem, self.today = problem, today
        self.links = link(problem)
        rows = np.arange(len(problem.offers))
        self.reasons = {
            row: why for (table, row), why in admit(problem, self.links).reasons.items() if table == "offers"
        }
        self.costs = cost(problem, self.links, rows, exact=True)
        places = [self._destination(int(item)) for item in self.links.offer_item]
        self.way = moving(problem, self.links, self.costs, rows, np.array(places))
        self.estimated = bool(self.way.estimated.any())
        self.incumbents = {
            (problem.incumbents.item[row], problem.incumbents.supplier[row]) for row in range(len(problem.incumbents))
        }

    def _destination(self, item: int) -> int:
        """Where an item goes: to its site, else to that of what it goes into."""
        site = int(self.links.item_site[item])
        seen = {item}
        while site < 0:
            parents = [int(p) for p, c in zip(self.links.bom_parent, self.links.bom_child, strict=True) if c == item]
            if not parents or parents[0] in seen:
                return -1
            item = parents[0]
            seen.add(item)
            site = int(self.links.item_site[item])
        return site

    def parts(self, row: int, quantity: Decimal) -> dict[str, Decimal]:
        """The parts of a unit's cost at a quantity."""
        amount = Fraction(quantity)
        bought = purchase(self.costs.segments, row, amount, Fraction(0)) / amount
        parts = {
            "purchase": bought,
            "freight": self.way.freight[row],
            "duty": self.way.duty[row],
            "interest": self.way.interest[row],
            "fixed": self.costs.fixed[row] / amount,
            "defects": self.costs.defects[row],
        }
        parts["landed"] = parts["purchase"] + parts["freight"] + parts["duty"]
        parts["total"] = parts["landed"] + parts["interest"] + parts["fixed"] + parts["defects"]
        return {name: _decimal(Fraction(parts[name])) for name in PARTS}


def _decimal(value: Fraction) -> Decimal:
    """Exact to a millionth."""
    return Decimal(round(value * 10**6)).scaleb(-6)


def _row(event: Event, line: Line, found: Sequence[Received], bench: _Bench) -> LineRow:
    cells: dict[int, list[Cell]] = {}
    for each in found:
        if each.bid is None:
            continue
        supplier = each.invitation.supplier.key
        for offer in each.bid.offers:
            if offer.line != line.pk:
                continue
            row = bench.problem.offers.position[offer_key(event, supplier, line.item, offer.alternative)]
            price = offer.price_at(line.quantity)
            cell = Cell(each.invitation.pk, offer, each.bid.currency, price, bench.parts(row, line.quantity))
            if row in bench.reasons:
                is_old = each.bid.valid_until is not None and each.bid.valid_until < bench.today
                cell.marks.append("expired" if is_old else "refused")
                cell.why = bench.reasons[row]
            if offer.backup_only:
                cell.marks.append("backup")
            if offer.capacity is not None and offer.capacity < line.quantity:
                cell.marks.append("short")
            if offer.min_quantity > line.quantity:
                cell.marks.append("minimum")
            if (line.item, supplier) in bench.incumbents:
                cell.marks.append("incumbent")
            cells.setdefault(each.invitation.pk, []).append(cell)
    row_ = LineRow(line, cells)
    _rank(row_, [cell for given in cells.values() for cell in given if cell.competes])
    return row_


def _rank(row: LineRow, competing: Iterable[Cell]) -> None:
    """Mark the best, the second and outliers."""
    ranked = sorted(competing, key=lambda each: each.landed)
    row.competing = len({cell.invitation for cell in ranked})
    if not ranked:
        return
    row.best = ranked[0].landed
    for cell in ranked:
        if cell.landed == ranked[0].landed:
            cell.marks.insert(0, "best")
    behind = [cell for cell in ranked if cell.landed > ranked[0].landed]
    for cell in behind:
        if cell.landed == behind[0].landed:
            cell.marks.insert(0, "second")
    if ranked[0].landed > 0:
        row.spread = ranked[-1].landed / ranked[0].landed - 1
    if len(ranked) >= FEW:
        middle = median(cell.landed for cell in ranked)
        for cell in ranked:
            if abs(cell.landed - middle) > FAR * middle:
                cell.marks.append("outlier")
