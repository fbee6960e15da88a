"""A problem as a large event: items held together by suppliers' capacities, engagement and a rule; not for solving.

What the event leaves out (people, rebates' conditions, order multiples, which backups are booked, ...) only ever makes
a plan dearer or impossible. A bound on the event therefore bounds the problem, whatever its features.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.optimise.frame import LEAST_AWARD, Frame
from secondsource.optimise.large.standby import Standby, bookable, cut, expected, lines, risky_offers
from secondsource.optimise.rules import scope


@dataclass(frozen=True)
class Event:
    """Offers sorted by item; each offer's cost as pieces ``intercept + price × quantity`` over ``[low, high]``.

    Attributes
    ----------
    items
        Rows of the items table that need something, `(items,)`.
    first
        Where the offers of each item begin, `(items + 1,)`.
    need, least_sources, most_sources
        Of each item: units; how many awards at least and at most.
    offers, supplier
        Of each offer: its place in the frame, and its supplier, `(offers,)`.
    use
        Capacity units per unit, `(offers,)`.
    unit, fixed
        What every unit, and having an award at all, costs beside the purchase; present value, `(offers,)`.
    factor
        Present value of one unit of money of purchase, `(offers,)`: less the best rebate that the supplier grants.
    first_piece, low, high, price, intercept
        Where the pieces of each offer begin, `(offers + 1,)`, and the pieces.
    engagement, capacity
        Of each supplier: its fixed cost, and its capacity (infinite where there is none), `(suppliers,)`.
    counted, most_counted
        Which suppliers the leading rule counts, `(suppliers,)`, and how many it allows.
    standby
        What backups cost at least; None where no item has any.
    """

    items: Integers
    first: Integers
    need: Floats
    least_sources: Integers
    most_sources: Integers
    offers: Integers
    supplier: Integers
    use: Floats
    unit: Floats
    fixed: Floats
    factor: Floats
    first_piece: Integers
    low: Floats
    high: Floats
    price: Floats
    intercept: Floats
    engagement: Floats
    capacity: Floats
    counted: Booleans
    most_counted: int
    standby: Standby | None = None

    @cached_property
    def corners(self) -> tuple[Integers, Floats, Integers, Integers]:
        """The ends of the pieces, item by item, greatest first; of two at one quantity of an offer the cheaper.

        Where those of each item begin `(items + 1,)`; quantity, piece and offer within the item of each.
        """
        pieces = np.arange(len(self.low))
        offer = np.repeat(np.arange(len(self.offers)), np.diff(self.first_piece))
        piece, offer = np.tile(pieces, 2), np.tile(offer, 2)
        quantity = np.concatenate([self.low, self.high])
        cost = self.intercept[piece] + self.price[piece] * quantity
        order = np.lexsort((piece, cost, quantity, offer))
        again = (np.diff(offer[order]) == 0) & (np.diff(quantity[order]) == 0)
        kept = order[np.r_[True, ~again]] if len(order) else order
        item = np.repeat(np.arange(len(self.items)), np.diff(self.first))[offer[kept]]
        kept, item = (part[np.lexsort((-quantity[kept], item))] for part in (kept, item))
        first = np.searchsorted(item, np.arange(len(self.items) + 1))
        return first, quantity[kept], piece[kept], offer[kept] - self.first[item]


def is_event(frame: Frame) -> bool:
    """Whether nothing ties items together but suppliers and rules: no packages, no parents' needs, one destination."""
    net = frame.network
    return not (len(net.packages) or net.depends.any() or (net.places > 1).any())


def is_plain(frame: Frame) -> bool:
    """Whether the event leaves nothing out, so that its best plan is the problem's."""
    net, problem = frame.network, frame.problem
    offers = net.offers
    pairs = net.item * len(problem.suppliers) + net.supplier
    staffed = np.isin(frame.links.staffing_offer, offers).any()
    leading = [rule for rule in frame.admission.rules if _is_leading(frame, int(rule))]
    left_out = (
        bool((frame.links.item_backups[frame.at_risk] > 0).any()),
        len(problem.rebates) > 0,
        bool(staffed),
        bool((problem.incumbents.switch_cost.floats > 0).any()),
        bool(np.isfinite(frame.offer("multiple")).any()),
        bool((problem.suppliers.min_capacity.floats > 0).any()),
        len(np.unique(pairs)) < len(pairs),
        len(leading) > 1 or len(leading) < len(frame.admission.rules),
        any(problem.rules.low[rule] is not None for rule in leading),
    )
    return is_event(frame) and not any(left_out)


def event(frame: Frame) -> Event:
    """Return the event of a frame."""
    net, costs = frame.network, frame.costs
    # Float limits that miss each other by rounding alone must not shut an offer out.
    least = np.fmax(frame.offer("min_quantity"), LEAST_AWARD * net.need_max[net.item])
    usable = net.awardable & (net.need_max[net.item] > 0) & (frame.most > 0) & (least <= frame.most * (1 + 1e-9))
    offers = np.flatnonzero(usable)
    offers = offers[np.argsort(net.item[offers], kind="stable")]
    items = np.flatnonzero((net.need_max > 0) & (net.places > 0))
    item = net.item[offers]
    first = np.searchsorted(item, np.append(items, len(net.need_max)))
    least, low, most = _limits(frame, offers)
    low = np.minimum(low, frame.most[offers])
    place = np.full(frame.n_offers, -1)
    place[offers] = np.arange(len(offers))
    move = np.zeros(frame.n_offers)
    move[net.channel_offer] = frame.move.total
    per_unit = costs.defects + costs.wages + costs.replacement + move + _shortages(frame)
    factor = costs.factor * (1.0 - _best_rebate(frame)[net.supplier[offers]])
    of, start, end, price, intercept = _pieces(frame, place, low, frame.most[offers])
    risky = risky_offers(frame, offers)
    standby = None
    if risky.any():
        of, start, end, price, intercept = cut(of, start, end, price, intercept, net.need_max[item], risky)
        price, intercept = _with_takeovers(frame, offers, of, (start, end, price, intercept), factor)
        slope, charge = lines(start, end, net.need_max[item][of])
        cover = np.where(risky, float(frame.problem.settings.cover), 0.0)[of]
        standby = Standby(cover * slope, cover * charge, *bookable(frame, items))
    suppliers = frame.problem.suppliers
    counted, most_counted = _leading_rule(frame)
    return Event(
        items,
        first,
        net.need_max[items],
        least[items],
        most[items],
        offers,
        net.supplier[offers],
        frame.offer("capacity_use")[offers],
        costs.factor * per_unit[offers],
        costs.fixed[offers],
        factor,
        np.searchsorted(of, np.arange(len(offers) + 1)),
        start,
        end,
        price,
        intercept,
        suppliers.fixed_cost.floats.copy(),
        np.where(np.isfinite(suppliers.capacity.floats), suppliers.capacity.floats, np.inf),
        counted,
        most_counted,
        standby,
    )


def _limits(frame: Frame, offers: Integers) -> tuple[Integers, Floats, Integers]:
    """Least sources of each item, least quantity of each offer, most sources of each item.

    A supplier with several offers of an item is let off the shares and counts that only its sum must keep.
    """
    net = frame.network
    width = len(frame.problem.suppliers)
    pair = net.item[offers] * width + net.supplier[offers]
    keys, count = np.unique(pair, return_counts=True)
    alone = count[np.searchsorted(keys, pair)] == 1
    several = np.zeros(len(net.need_max), dtype=np.bool_)
    several[net.item[offers[~alone]]] = True
    share = np.where(alone, frame.item("min_share")[net.item[offers]], 0.0)
    need = net.need_max[net.item[offers]]
    low = np.maximum(np.maximum(frame.offer("min_quantity")[offers], LEAST_AWARD * need), share * need)
    most = frame.item("max_sources")
    great = 1_000_000.0
    most = np.where(np.isfinite(most) & ~several, most, great)
    return frame.item("min_sources").astype(np.int64), low, most.astype(np.int64)


def _pieces(
    frame: Frame, place: Integers, low: Floats, high: Floats
) -> tuple[Integers, Floats, Floats, Floats, Floats]:
    """The offer of each price segment, cut to what can be awarded, its ends, price and intercept."""
    pieces = frame.costs.segments
    own = np.flatnonzero(place[pieces.offer] >= 0)
    own = own[np.argsort(place[pieces.offer[own]], kind="stable")]
    offer = place[pieces.offer[own]]
    start, end = np.maximum(pieces.start[own], low[offer]), np.minimum(pieces.end[own], high[offer])
    kept = start <= end
    own, offer, start, end = own[kept], offer[kept], start[kept], end[kept]
    return offer, start, end, pieces.price[own].astype(np.float64), pieces.intercept[own].astype(np.float64)


def _with_takeovers(
    frame: Frame, offers: Integers, of: Integers, pieces: tuple[Floats, Floats, Floats, Floats], factor: Floats
) -> tuple[Floats, Floats]:
    """Price and intercept of the pieces, dearer by what the failure of their supplier is expected to cost at least."""
    low, high, price, intercept = pieces
    weight, takeover, saved = (part[of] for part in expected(frame, offers))
    weight = weight * float(frame.problem.settings.cover)
    slope, charge = takeover - saved - price, -intercept
    # Below zero it costs nothing; where it crosses zero within the piece, nothing is a line below it.
    above = (slope * low + charge >= 0) & (slope * high + charge >= 0) & (factor[of] > 0)
    share = np.where(above, weight / np.where(factor[of] > 0, factor[of], 1.0), 0.0)
    return price + share * slope, intercept + share * charge


def _best_rebate(frame: Frame) -> Floats:
    """The greatest rate that each supplier grants, whatever the spend, `(suppliers,)`."""
    best = np.zeros(len(frame.problem.suppliers))
    np.maximum.at(best, frame.links.rebate_supplier, frame.problem.rebates.rate.floats)
    return best


def _shortages(frame: Frame) -> Floats:
    """What a unit's loss is expected to cost as far as nobody takes over, `(offers,)`."""
    net, links = frame.network, frame.links
    short = np.where(frame.failures[net.item] == 0, 1.0, 1.0 - float(frame.problem.settings.cover))
    short = np.where(links.supplier_may_fail[net.supplier], short, 0.0)
    group = links.supplier_group[net.supplier]
    weight = frame.group_probability[group] * frame.group_recovery[group]
    return np.asarray(short * weight * np.nan_to_num(frame.item("shortage_cost"))[net.item])


def _is_leading(frame: Frame, rule: int) -> bool:
    """Whether a rule limits the number of suppliers over all items."""
    table = frame.problem.rules
    if table.measure[rule] != "suppliers" or table.high[rule] is None:
        return False
    what = scope(frame.problem, frame.links, rule)
    return bool(what.items.all()) and what.countries is None


def _leading_rule(frame: Frame) -> tuple[Booleans, int]:
    """The rule on the number of suppliers, over all items, that counts most suppliers; nobody where there is none."""
    best, most = np.zeros(len(frame.problem.suppliers), dtype=np.bool_), len(frame.problem.suppliers)
    table = frame.problem.rules
    for rule in frame.admission.rules:
        if _is_leading(frame, int(rule)):
            suppliers = scope(frame.problem, frame.links, int(rule)).suppliers
            if suppliers.sum() > best.sum():
                best, most = suppliers, int(table.high[rule] or 0)
    return best, most
