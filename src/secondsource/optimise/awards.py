"""Awards: how much of which offer goes where, at which price; not for who stands by or what the manager's rules ask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.optimise.frame import LEAST_AWARD, LEAST_OF_VARYING, NONE, SHORT_OF, Frame


@dataclass(frozen=True)
class Awards:
    """Columns of the awards; arrays over the admitted offers hold -1 where an offer needs no such column.

    Attributes
    ----------
    quantity
        ``x[o]``, units awarded.
    taken
        ``y[o]``, whether the offer has an award.
    lots
        ``n[o]``, order multiples.
    channel
        Units from an offer to a destination, `(channels,)`: the quantity's own column where there is one destination.
    need
        ``N[i]`` of the items whose need depends on their parents' awards, `(items,)`.
    package
        ``w[p]``, whether a package is taken, `(packages,)`.
    spend_offer, spend_column, spend_value
        Purchase of an offer, undiscounted, as a sum of `spend_value × column`.
    segment_offer, segment_start, segment_taken
        Offer, start and decision column of each price segment that has one.
    """

    quantity: Integers
    taken: Integers
    lots: Integers
    channel: Integers
    need: Integers
    package: Integers
    spend_offer: Integers
    spend_column: Integers
    spend_value: Floats
    segment_offer: Integers
    segment_start: Floats
    segment_taken: Integers


def award_columns(frame: Frame, counted: Booleans, wanted: Booleans) -> Awards:
    """Add the columns of the awards with their variable cost, and the rows that say what they mean.

    Parameters
    ----------
    counted
        Offers whose supplier is counted somewhere (sources, shares, rules), `(offers,)`.
    wanted
        Offers of which an award helps to reach a least number of suppliers, however small it is, `(offers,)`.
    """
    build, net, costs = frame.builder, frame.network, frame.costs
    scale = np.maximum(net.need_max[net.item], 1e-6)
    per_unit = costs.factor * (costs.defects + costs.wages + costs.replacement)
    quantity = build.add_columns("quantity", frame.n_offers, upper=frame.most, cost=per_unit, scale=scale)
    segment = _kept_segments(frame)
    several = np.bincount(costs.segments.offer[segment], minlength=frame.n_offers) > 1
    decided = (
        counted
        | several
        | (costs.fixed > 0)
        | (frame.offer("min_quantity") > 0)
        | np.isfinite(frame.offer("multiple"))
        | frame.everywhere
    ) & net.awardable
    possible = np.where(frame.most[decided] > 0, 1.0, 0.0)
    taken = _some(build.add_columns("taken", int(decided.sum()), upper=possible, whole=True), decided)
    need = _some(build.add_columns("need", int(net.depends.sum()), scale=net.need_max[net.depends]), net.depends)
    package = build.add_columns(
        "package",
        len(net.packages),
        upper=1,
        whole=True,
        cost=costs.factor * frame.problem.packages.price.floats[net.packages],
    )
    single, chosen = segment[~several[costs.segments.offer[segment]]], segment[several[costs.segments.offer[segment]]]
    build.add_cost(quantity[costs.segments.offer[single]], costs.factor * costs.segments.price[single])
    spend = [(costs.segments.offer[single], quantity[costs.segments.offer[single]], costs.segments.price[single])]
    pieces = _priced_by_segment(frame, chosen, quantity, taken, spend)
    awards = Awards(
        quantity=quantity,
        taken=taken,
        lots=_multiples(frame, quantity),
        channel=_channels(frame, quantity),
        need=need,
        package=package,
        spend_offer=np.concatenate([part[0] for part in spend]),
        spend_column=np.concatenate([part[1] for part in spend]),
        spend_value=np.concatenate([part[2] for part in spend]),
        segment_offer=costs.segments.offer[chosen],
        segment_start=costs.segments.start[chosen],
        segment_taken=pieces,
    )
    _decisions(frame, awards, several, wanted | frame.everywhere)
    return awards


def _some(columns: Integers, where: Booleans) -> Integers:
    """Columns spread over the places that have one, -1 elsewhere."""
    spread = np.full(len(where), NONE)
    spread[where] = columns
    return spread


def _kept_segments(frame: Frame) -> Integers:
    """Price segments that an award can reach; the first of each offer always."""
    pieces = frame.costs.segments
    return np.flatnonzero(
        ((pieces.start <= frame.most[pieces.offer]) & (pieces.end > pieces.start)) | (pieces.start == 0)
    )


def _priced_by_segment(
    frame: Frame, chosen: Integers, quantity: Integers, taken: Integers, spend: list[tuple[Integers, Integers, Floats]]
) -> Integers:
    """Exactly one price segment holds for each award.

    ``Σ_k q[k] = x``, ``Σ_k d[k] = y``, ``start_k d[k] ≤ q[k] ≤ end_k d[k]``; the purchase is
    ``Σ_k price_k q[k] + intercept_k d[k]``. Where the next segment costs more at its start, the quantity stays short
    of it, since the price holds *from* that quantity on.
    """
    build, net, costs = frame.builder, frame.network, frame.costs
    pieces, offer = costs.segments, costs.segments.offer[chosen]
    end = np.minimum(pieces.end[chosen], frame.most[offer])
    following = np.minimum(chosen + 1, len(pieces.offer) - 1)
    at_end = np.where(np.isfinite(pieces.end[chosen]), pieces.end[chosen], 0.0)
    here = pieces.intercept[chosen] + pieces.price[chosen] * at_end
    there = pieces.intercept[following] + pieces.price[following] * at_end
    dearer = np.isfinite(pieces.end[chosen]) & (there > here * (1 + 1e-12))
    end = np.where(dearer, np.minimum(end, pieces.end[chosen] * (1 - SHORT_OF)), end)
    bought = build.add_columns(
        "bought",
        len(chosen),
        upper=end,
        cost=costs.factor * pieces.price[chosen],
        scale=np.maximum(net.need_max[net.item[offer]], 1e-6),
    )
    held = build.add_columns("segment", len(chosen), upper=1, whole=True, cost=costs.factor * pieces.intercept[chosen])
    owners, place = np.unique(offer, return_inverse=True)
    rows = build.add_rows("bought_is_quantity", len(owners), lower=0, upper=0)
    build.add_entries(rows[place], bought, 1.0)
    build.add_entries(rows, quantity[owners], -1.0)
    rows = build.add_rows("one_segment", len(owners), lower=0, upper=0)
    build.add_entries(rows[place], held, 1.0)
    build.add_entries(rows, taken[owners], -1.0)
    rows = build.add_rows("segment_end", len(chosen), upper=0)
    build.add_entries(rows, bought, 1.0)
    build.add_entries(rows, held, -end)
    late = pieces.start[chosen] > 0
    rows = build.add_rows("segment_start", int(late.sum()), lower=0)
    build.add_entries(rows, bought[late], 1.0)
    build.add_entries(rows, held[late], -pieces.start[chosen][late])
    spend.append((offer, bought, pieces.price[chosen]))
    spend.append((offer, held, pieces.intercept[chosen]))
    return held


def _multiples(frame: Frame, quantity: Integers) -> Integers:
    """Awards in whole order multiples: ``x = multiple × n``."""
    build, multiple = frame.builder, frame.offer("multiple")
    some = np.isfinite(multiple) & frame.network.awardable
    most = np.floor(frame.most[some] / multiple[some] * (1 + 1e-12))
    lots = build.add_columns("lots", int(some.sum()), upper=most, whole=True)
    rows = build.add_rows("multiple", int(some.sum()), lower=0, upper=0, limits=frame.network.offers[some])
    build.add_entries(rows, quantity[some], 1.0)
    build.add_entries(rows, lots, -multiple[some])
    return _some(lots, some)


def _channels(frame: Frame, quantity: Integers) -> Integers:
    """What leaves an offer's site arrives somewhere: ``Σ_d f[o, d] = x[o]``; freight, duty and interest follow it."""
    build, net = frame.builder, frame.network
    offer = net.channel_offer
    several = net.places[net.item[offer]] > 1
    channel = quantity[offer].copy()
    channel[several] = build.add_columns(
        "channel", int(several.sum()), scale=np.maximum(net.need_max[net.item[offer[several]]], 1e-6)
    )
    build.add_cost(channel, frame.costs.factor * frame.move.total)
    owners, place = np.unique(offer[several], return_inverse=True)
    rows = build.add_rows("channels", len(owners), lower=0, upper=0)
    build.add_entries(rows[place], channel[several], 1.0)
    build.add_entries(rows, quantity[owners], -1.0)
    return channel


def _decisions(frame: Frame, awards: Awards, several: Booleans, wanted: Booleans) -> None:
    """No quantity without a decision, and no decision without a quantity.

    ``x ≤ most × y``; ``x ≥ min_quantity × y``; of the offers that are `wanted`, ``x ≥ N / 1,000,000`` where ``y = 1``,
    and where the need varies and may come out as nothing, at least a hundred-millionth of the greatest need. The others
    have nothing to gain from a decision without a quantity, and rows with such small entries lead solvers astray.
    """
    build, net = frame.builder, frame.network
    decided = awards.taken != NONE
    linked = np.flatnonzero(decided & ~several)
    rows = build.add_rows("quantity_needs_award", len(linked), upper=0)
    build.add_entries(rows, awards.quantity[linked], 1.0)
    build.add_entries(rows, awards.taken[linked], -frame.most[linked])
    least = frame.offer("min_quantity")
    least_of = np.flatnonzero(decided & (least > 0))
    rows = build.add_rows("min_quantity", len(least_of), lower=0, limits=net.offers[least_of])
    build.add_entries(rows, awards.quantity[least_of], 1.0)
    build.add_entries(rows, awards.taken[least_of], -least[least_of])
    some = np.flatnonzero(decided & wanted)
    millionth = LEAST_AWARD * net.need_max[net.item[some]]
    depends = net.depends[net.item[some]]
    rows = build.add_rows("least_award", len(some), lower=np.where(depends, -millionth, 0.0))
    build.add_entries(rows, awards.quantity[some], 1.0)
    build.add_entries(rows, awards.taken[some], -millionth)
    build.add_entries(rows[depends], awards.need[net.item[some[depends]]], -LEAST_AWARD)
    rows = build.add_rows("some_award", int(depends.sum()), lower=0)
    build.add_entries(rows, awards.quantity[some[depends]], 1.0)
    build.add_entries(rows, awards.taken[some[depends]], -LEAST_OF_VARYING * net.need_max[net.item[some[depends]]])


def needs(frame: Frame, awards: Awards) -> None:
    """Every destination gets what it needs, and needs follow the parents' awards.

    ``N[i] = demand + Σ quantity × x[parent's offer]``; at each destination ``Σ f = demand + Σ quantity × x``; with
    packages, ``demand − Σ delivered × w ≤ Σ f ≤ demand`` for the independent demand.
    """
    build, net = frame.builder, frame.network
    varying = np.flatnonzero(net.depends)
    row_of = np.full(len(net.need_max), NONE)
    demand = frame.item("demand")
    row_of[varying] = build.add_rows("need_is", len(varying), lower=demand[varying], upper=demand[varying])
    build.add_entries(row_of[varying], awards.need[varying], 1.0)
    pulled_item = net.place_item[net.pull_place]
    build.add_entries(row_of[pulled_item], awards.quantity[net.pull_offer], -net.pull_quantity)
    relieved = np.zeros(len(net.place_item), dtype=np.bool_)
    relieved[net.delivery_place] = True
    rows = build.add_rows(
        "need",
        len(net.place_item),
        lower=np.where(relieved, -np.inf, net.place_demand),
        upper=net.place_demand,
        limits=net.place_item,
    )
    build.add_entries(rows[net.channel_place], awards.channel, 1.0)
    build.add_entries(rows[net.pull_place], awards.quantity[net.pull_offer], -net.pull_quantity)
    served = np.flatnonzero(relieved)
    at = np.full(len(net.place_item), NONE)
    at[served] = build.add_rows("need", len(served), lower=net.place_demand[served], limits=net.place_item[served])
    into = relieved[net.channel_place]
    build.add_entries(at[net.channel_place[into]], awards.channel[into], 1.0)
    build.add_entries(at[net.delivery_place], awards.package[net.delivery_package], net.delivery_quantity)


def package_groups(frame: Frame, awards: Awards) -> None:
    """At most one package of a group is taken: ``Σ w ≤ 1``."""
    build, net = frame.builder, frame.network
    names = [frame.problem.packages.group[row] for row in net.packages]
    grouped = np.array([bool(name) for name in names], dtype=np.bool_)
    if not grouped.any():
        return
    _values, place = np.unique(np.array(names, dtype=object)[grouped].astype(str), return_inverse=True)
    first = np.array([net.packages[grouped][np.argmax(place == k)] for k in range(place.max() + 1)])
    rows = build.add_rows("package_group", len(first), upper=1, limits=first)
    build.add_entries(rows[place], awards.package[grouped], 1.0)
