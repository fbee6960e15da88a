"""Backups: what is booked, that any failure is survived, and what failures are expected to cost; not for awards."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers, distinct_pairs
from secondsource.costing.costs import moving
from secondsource.costing.parts import bring_up_shortage
from secondsource.optimise.awards import Awards
from secondsource.optimise.frame import NONE, Frame
from secondsource.solver.program import ProgramBuilder


@dataclass(frozen=True)
class Lost:
    """What single failures take away, one row for each quantity that a failure loses.

    Attributes
    ----------
    group, item, place
        The failure, the item and the destination that goes short.
    column, amount
        ``amount × column`` units are lost (a channel, or a package with all that it delivers).
    offer
        The offer whose award is lost, -1 for a package.
    saved
        Its variable cost per unit that does not depend on price breaks: freight, duty, interest, defects, wages.
    """

    group: Integers
    item: Integers
    place: Integers
    column: Integers
    amount: Floats
    offer: Integers
    saved: Floats


def lost(frame: Frame, awards: Awards) -> Lost:
    """Return what each single failure of a risk group takes away."""
    net, links = frame.network, frame.links
    may_fail, group = links.supplier_may_fail, links.supplier_group
    sending = np.flatnonzero(may_fail[net.supplier[net.channel_offer]])
    offer = net.channel_offer[sending]
    supplier = net.package_supplier[net.delivery_package]
    packed = np.flatnonzero(may_fail[supplier])
    constant = (frame.costs.defects + frame.costs.wages)[offer] + frame.move.total[sending]
    return Lost(
        np.concatenate([group[net.supplier[offer]], group[supplier[packed]]]),
        np.concatenate([net.item[offer], net.delivery_item[packed]]),
        np.concatenate([net.channel_place[sending], net.delivery_place[packed]]),
        np.concatenate([awards.channel[sending], awards.package[net.delivery_package[packed]]]),
        np.concatenate([np.ones(len(sending)), net.delivery_quantity[packed]]),
        np.concatenate([offer, np.full(len(packed), NONE)]),
        np.concatenate([constant, np.zeros(len(packed))]),
    )


@dataclass(frozen=True)
class Losses:
    """What each single failure costs, as a sum of `value × column`.

    Attributes
    ----------
    group, column
        The failing risk group, and a column of the program.
    value
        Money per unit of the column if the group failed for the whole horizon; undiscounted.
    """

    group: Integers
    column: Integers
    value: Floats


def booking_columns(frame: Frame) -> Integers:
    """Add ``r[o]``, units booked as backup, for the offers of items that survive failures; -1 elsewhere.

    More than ``cover × all that the item's suppliers could deliver`` is never worth booking.
    """
    net = frame.network
    bookable = frame.failures[net.item] > 0
    columns = frame.builder.add_columns(
        "booked",
        int(bookable.sum()),
        upper=frame.most_booked[bookable],
        cost=frame.costs.factor * frame.costs.backup_fee[bookable],
        scale=frame.typical_volume[net.item[bookable]],
    )
    booked = np.full(frame.n_offers, NONE)
    booked[bookable] = columns
    return booked


def short_of_backups(frame: Frame) -> Booleans:
    """Return the items at risk whose admitted offers come from too few risk groups for their backups, `(items,)`."""
    return np.asarray(
        frame.at_risk & (frame.item_groups < frame.links.item_backups + 1) & (frame.links.item_backups > 0)
    )


def nothing_exposed(frame: Frame, awards: Awards) -> None:
    """With the setting `strict`, an item short of backups has neither awards nor packages: ``Σ x + Σ w ≤ 0``."""
    if not frame.problem.settings.strict:
        return
    build, net = frame.builder, frame.network
    short = np.flatnonzero(short_of_backups(frame))
    row_of = np.full(len(net.need_max), NONE)
    row_of[short] = build.add_rows("strict", len(short), upper=0, limits=short)
    offers = np.flatnonzero(net.awardable & (row_of[net.item] != NONE))
    build.add_entries(row_of[net.item[offers]], awards.quantity[offers], 1.0)
    packed = np.flatnonzero(row_of[net.delivery_item] != NONE)
    package = awards.package[net.delivery_package[packed]]
    build.add_entries(row_of[net.delivery_item[packed]], package, np.maximum(net.delivery_quantity[packed], 1.0))


def survive(frame: Frame, booked: Integers, gone: Lost) -> None:
    """An item with ``n`` backups survives any ``n`` failures.

    For every set ``K`` of ``n`` risk groups in which a supplier of the item may fail (all of them, where there are
    fewer): ``Σ r[offers outside K] ≥ cover × Σ lost in K``. With ``R[i]`` the item's bookings in all, each row is
    ``R[i] − Σ r[offers in K] − cover × Σ lost in K ≥ 0``, short however many suppliers there are.
    """
    build, net = frame.builder, frame.network
    protected = np.unique(net.item[booked != NONE])
    total = np.full(len(net.need_max), NONE)
    total[protected] = build.add_columns("booked_in_all", len(protected), scale=frame.typical_volume[protected])
    rows = build.add_rows("booked_in_all", len(protected), lower=0, upper=0)
    row_of = np.full(len(net.need_max), NONE)
    row_of[protected] = rows
    has = booked != NONE
    build.add_entries(rows, total[protected], 1.0)
    build.add_entries(row_of[net.item[has]], booked[has], -1.0)
    sets, member_set, member_item, member_group = _failing_sets(frame, protected, gone)
    rows = build.add_rows("survive", len(sets), lower=0, limits=sets)
    build.add_entries(rows, total[sets], 1.0)
    group = frame.links.supplier_group[net.supplier]
    offers = np.flatnonzero(has)
    _match(build, rows, member_set, member_item, member_group, net.item[offers], group[offers], booked[offers], -1.0)
    cover = float(frame.problem.settings.cover)
    _match(build, rows, member_set, member_item, member_group, gone.item, gone.group, gone.column, -cover * gone.amount)


def _failing_sets(frame: Frame, protected: Integers, gone: Lost) -> tuple[Integers, Integers, Integers, Integers]:
    """Item of each set K, and for each member of a set: the set, the item, the group."""
    net, links = frame.network, frame.links
    # An offer for backup only loses nothing, but its group can fail with another and take its booking away.
    offering = np.flatnonzero(links.supplier_may_fail[net.supplier])
    item = np.concatenate([gone.item, net.item[offering]])
    group = np.concatenate([gone.group, links.supplier_group[net.supplier[offering]]])
    items, groups_of, _place = distinct_pairs(item, group)
    starts = np.searchsorted(items, protected)
    stops = np.searchsorted(items, protected, side="right")
    item_of_set: list[int] = []
    members: list[tuple[int, int, int]] = []
    for item, start, stop in zip(protected.tolist(), starts.tolist(), stops.tolist(), strict=True):
        groups = groups_of[start:stop].tolist()
        size = min(int(frame.failures[item]), len(groups))
        for together in combinations(groups, size) if size else ():
            members.extend((len(item_of_set), item, group) for group in together)
            item_of_set.append(item)
    parts = np.array(members, dtype=np.int64).reshape(-1, 3)
    return np.array(item_of_set, dtype=np.int64), parts[:, 0], parts[:, 1], parts[:, 2]


def _match(
    build: ProgramBuilder,
    rows: Integers,
    member_set: Integers,
    member_item: Integers,
    member_group: Integers,
    item: Integers,
    group: Integers,
    column: Integers,
    value: object,
) -> None:
    """Enter each (item, group) quantity in the rows of all sets that its group is a member of."""
    width = int(max(member_group.max(initial=0), group.max(initial=0))) + 1
    order = np.argsort(item * width + group, kind="stable")
    keys = (item * width + group)[order]
    wanted = member_item * width + member_group
    left, right = np.searchsorted(keys, wanted), np.searchsorted(keys, wanted, side="right")
    runs = right - left
    within = np.arange(int(runs.sum())) - np.repeat(np.cumsum(runs) - runs, runs)
    found = order[np.repeat(left, runs) + within]
    values = np.broadcast_to(np.asarray(value, dtype=np.float64), (len(item),))[found]
    build.add_entries(rows[np.repeat(member_set, runs)], column[found], values)


def expected_failures(frame: Frame, awards: Awards, booked: Integers, gone: Lost) -> Losses:
    """Add the expected cost of single failures, and return what each costs.

    With backups ``a × p_k × rec_k × (e + shortage_cost × (1 − cover) × lost)``, ``e ≥ 0``,
    ``e ≥ takeover − cover × saved``; without, ``a × p_k × rec_k × shortage_cost × lost``.
    """
    weight = frame.costs.factor * frame.group_probability * frame.group_recovery
    likely = weight[gone.group] > 0
    covered = frame.failures[gone.item] > 0
    cover = float(frame.problem.settings.cover)
    shortage = np.nan_to_num(frame.item("shortage_cost"))[gone.item]
    uncovered_share = np.where(covered, 1.0 - cover, 1.0)
    frame.builder.add_cost(gone.column[likely], (weight[gone.group] * shortage * uncovered_share * gone.amount)[likely])
    chosen = np.flatnonzero(likely & covered)
    none = np.zeros(0, dtype=np.int64)
    groups, extra = _takeovers(frame, awards, booked, gone, chosen, weight) if len(chosen) else (none, none)
    return Losses(
        np.concatenate([gone.group, groups]),
        np.concatenate([gone.column, extra]),
        np.concatenate([shortage * uncovered_share * gone.amount, np.ones(len(extra))]),
    )


def _takeovers(
    frame: Frame, awards: Awards, booked: Integers, gone: Lost, chosen: Integers, weight: Floats
) -> tuple[Integers, Integers]:
    """The cheapest way from the booked backups outside the failing group to where the lost volume went.

    ``Σ_o t[k, o, d] = cover × lost[k, d]``, ``Σ_d t[k, o, d] ≤ r[o]``,
    ``e[k, i] ≥ Σ cost[k, o, d] × t[k, o, d] − cover × saved[k, i]``. Returns the group and the column of each ``e``.
    """
    build, net = frame.builder, frame.network
    cover = float(frame.problem.settings.cover)
    groups, items, event = distinct_pairs(gone.group[chosen], gone.item[chosen])
    extra = build.add_columns(
        "takeover_extra",
        len(groups),
        cost=weight[groups],
        scale=np.maximum(frame.typical_volume[items] * _typical_price(frame)[items], 1e-6),
    )
    bill = build.add_rows("takeover_extra", len(groups), lower=0)
    build.add_entries(bill, extra, 1.0)
    _credit_saved(frame, awards, gone, chosen, event, bill, cover)
    offer, of_event, place = _takers(frame, booked, groups, items)
    move = _moving_costs(frame, offer, place)
    group = groups[of_event]
    shortage = np.nan_to_num(frame.item("shortage_cost"))[net.item[offer]]
    delay = bring_up_shortage(
        shortage, frame.offer("bring_up_days")[offer], frame.problem.settings.horizon_years, frame.group_recovery[group]
    )
    taken = build.add_columns("takeover", len(offer), scale=frame.typical_volume[net.item[offer]])
    build.add_entries(bill[of_event], taken, -(frame.costs.takeover[offer] + move + delay))
    _balance(build, frame, gone, chosen, event, of_event, place, taken, cover)
    _events, takers, pair = distinct_pairs(of_event, offer)
    rows = build.add_rows("takeover_is_booked", len(takers), upper=0)
    build.add_entries(rows[pair], taken, 1.0)
    build.add_entries(rows, booked[takers], -1.0)
    return groups, extra


def _typical_price(frame: Frame) -> Floats:
    """Greatest unit price offered for each item: the scale of its takeover cost."""
    price = np.ones(len(frame.network.need_max))
    np.maximum.at(price, frame.network.item, frame.costs.unit_price)
    return price


def _credit_saved(
    frame: Frame, awards: Awards, gone: Lost, chosen: Integers, event: Integers, bill: Integers, cover: float
) -> None:
    """Enter ``cover × saved``: the variable cost of the lost awards, purchase by price breaks included."""
    build = frame.builder
    build.add_entries(bill[event], gone.column[chosen], cover * gone.saved[chosen] * (gone.offer[chosen] != NONE))
    bill_of_offer = np.full(frame.n_offers, NONE)
    awarded = gone.offer[chosen] != NONE
    bill_of_offer[gone.offer[chosen][awarded]] = bill[event[awarded]]
    in_bill = bill_of_offer[awards.spend_offer] != NONE
    build.add_entries(
        bill_of_offer[awards.spend_offer[in_bill]], awards.spend_column[in_bill], cover * awards.spend_value[in_bill]
    )


def _takers(frame: Frame, booked: Integers, groups: Integers, items: Integers) -> tuple[Integers, Integers, Integers]:
    """(offer, event, destination) of every backup outside the event's group, for every destination of its item."""
    net = frame.network
    backups = np.flatnonzero(booked != NONE)
    backups = backups[np.argsort(net.item[backups], kind="stable")]
    left = np.searchsorted(net.item[backups], items)
    runs = np.searchsorted(net.item[backups], items, side="right") - left
    of_event = np.repeat(np.arange(len(groups)), runs)
    within = np.arange(len(of_event)) - np.repeat(np.cumsum(runs) - runs, runs)
    offer = backups[np.repeat(left, runs) + within]
    outside = frame.links.supplier_group[net.supplier[offer]] != groups[of_event]
    offer, of_event = offer[outside], of_event[outside]
    runs = net.places[net.item[offer]]
    within = np.arange(int(runs.sum())) - np.repeat(np.cumsum(runs) - runs, runs)
    return (
        np.repeat(offer, runs),
        np.repeat(of_event, runs),
        np.repeat(net.first_place[net.item[offer]], runs) + within,
    )


def _moving_costs(frame: Frame, offer: Integers, place: Integers) -> Floats:
    """Freight, duty and interest of a unit of each offer to each destination, each pair costed once."""
    offers, places, back = distinct_pairs(offer, place)
    move = moving(frame.problem, frame.links, frame.costs, offers, frame.network.place_site[places])
    return np.asarray(move.total)[back]


def _balance(
    build: ProgramBuilder,
    frame: Frame,
    gone: Lost,
    chosen: Integers,
    event: Integers,
    of_event: Integers,
    place: Integers,
    taken: Integers,
    cover: float,
) -> None:
    """Enter ``Σ_o t[k, o, d] = cover × lost[k, d]`` for every failure and destination."""
    width = len(frame.network.place_item)
    spots, spot = np.unique(
        np.concatenate([of_event * width + place, event * width + gone.place[chosen]]), return_inverse=True
    )
    # Rows of `survive` too: whoever need not survive a failure need not take over either.
    item = frame.network.place_item[spots % width]
    rows = build.add_rows("survive", len(spots), lower=0, upper=0, limits=item)
    build.add_entries(rows[spot[: len(taken)]], taken, 1.0)
    build.add_entries(rows[spot[len(taken) :]], gone.column[chosen], -cover * gone.amount[chosen])
