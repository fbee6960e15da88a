"""Engaging suppliers: fixed costs, capacities, rebates, people, and leaving incumbents; not for single awards."""

from __future__ import annotations

import numpy as np

from secondsource.arrays import Floats, Integers
from secondsource.costing import parts
from secondsource.optimise.awards import Awards
from secondsource.optimise.frame import NONE, SHORT_OF, Frame


def offer_fixed_costs(frame: Frame, awards: Awards, booked: Integers) -> None:
    """An offer's fixed cost is due once it has an award or a booked backup.

    ``y ≤ u``, ``r ≤ most × u``, cost ``fixed × u``; where the offer cannot be booked, ``u`` is ``y``.
    """
    build, fixed = frame.builder, frame.costs.fixed
    plain = np.flatnonzero((fixed > 0) & (booked == NONE) & (awards.taken != NONE))
    build.add_cost(awards.taken[plain], fixed[plain])
    both = np.flatnonzero((fixed > 0) & (booked != NONE))
    used = build.add_columns("offer_used", len(both), upper=1, whole=True, cost=fixed[both])
    decided = awards.taken[both] != NONE
    rows = build.add_rows("award_uses_offer", int(decided.sum()), upper=0)
    build.add_entries(rows, awards.taken[both[decided]], 1.0)
    build.add_entries(rows, used[decided], -1.0)
    rows = build.add_rows("backup_uses_offer", len(both), upper=0)
    build.add_entries(rows, booked[both], 1.0)
    build.add_entries(rows, used, -frame.most_booked[both])


def supplier_fixed_costs(frame: Frame, awards: Awards, booked: Integers) -> Integers:
    """A supplier's fixed cost is due once one of its offers has an award or booking, or a package is taken.

    ``y ≤ v`` (or ``x ≤ most × v`` for offers without a decision), ``r ≤ most × v``, ``w ≤ v``; cost ``fixed × v``.

    Returns
    -------
    Integers
        Column ``v[s]`` of each supplier, -1 where working with it costs nothing, shape `(suppliers,)`.
    """
    build, net = frame.builder, frame.network
    fixed = frame.problem.suppliers.fixed_cost.floats
    present = np.zeros(len(fixed), dtype=np.bool_)
    present[net.supplier] = True
    present[net.package_supplier] = True
    some = (fixed > 0) & present
    engaged = np.full(len(fixed), NONE)
    engaged[some] = build.add_columns("engaged", int(some.sum()), upper=1, whole=True, cost=fixed[some])
    _imply(frame, awards, engaged, "award_engages")
    backing = np.flatnonzero((booked != NONE) & (engaged[net.supplier] != NONE))
    rows = build.add_rows("backup_engages", len(backing), upper=0)
    build.add_entries(rows, booked[backing], 1.0)
    build.add_entries(rows, engaged[net.supplier[backing]], -frame.most_booked[backing])
    return engaged


def _imply(frame: Frame, awards: Awards, columns: Integers, family: str) -> None:
    """Awards and packages of a supplier imply its column, where it has one."""
    build, net = frame.builder, frame.network
    offers = np.flatnonzero(net.awardable & (columns[net.supplier] != NONE))
    decided = awards.taken[offers] != NONE
    rows = build.add_rows(family, len(offers), upper=0)
    build.add_entries(rows, np.where(decided, awards.taken[offers], awards.quantity[offers]), 1.0)
    build.add_entries(rows, columns[net.supplier[offers]], np.where(decided, -1.0, -frame.most[offers]))
    packages = np.flatnonzero(columns[net.package_supplier] != NONE)
    rows = build.add_rows(family, len(packages), upper=0)
    build.add_entries(rows, awards.package[packages], 1.0)
    build.add_entries(rows, columns[net.package_supplier[packages]], -1.0)


def capacities(frame: Frame, awards: Awards, booked: Integers, engaged: Integers) -> None:
    """Awards, packages and booked backups together stay within capacity; a booking is dedicated.

    ``x + r ≤ capacity`` of the offer; ``Σ capacity_use × (x + r) + Σ package use × w ≤ capacity`` of the supplier,
    times ``v`` where the supplier has one (which says the same and is stronger).
    """
    build, net = frame.builder, frame.network
    capacity = frame.offer("capacity")
    limited = np.flatnonzero(np.isfinite(capacity))
    rows = build.add_rows("offer_capacity", len(limited), upper=capacity[limited], limits=net.offers[limited])
    build.add_entries(rows, awards.quantity[limited], 1.0)
    bookable = booked[limited] != NONE
    build.add_entries(rows[bookable], booked[limited[bookable]], 1.0)
    capacity = frame.problem.suppliers.capacity.floats
    suppliers = np.flatnonzero(np.isfinite(capacity))
    through = (engaged[suppliers] != NONE) & frame.tight
    row_of = np.full(len(capacity), NONE)
    row_of[suppliers] = build.add_rows(
        "supplier_capacity", len(suppliers), upper=np.where(through, 0.0, capacity[suppliers]), limits=suppliers
    )
    build.add_entries(row_of[suppliers[through]], engaged[suppliers[through]], -capacity[suppliers[through]])
    _use(frame, awards, row_of)
    offers = np.flatnonzero((booked != NONE) & (row_of[net.supplier] != NONE))
    build.add_entries(row_of[net.supplier[offers]], booked[offers], frame.offer("capacity_use")[offers])


def _use(frame: Frame, awards: Awards, row_of: Integers) -> None:
    """Enter the capacity that awards and packages take in the row of their supplier."""
    build, net = frame.builder, frame.network
    offers = np.flatnonzero(net.awardable & (row_of[net.supplier] != NONE))
    build.add_entries(row_of[net.supplier[offers]], awards.quantity[offers], frame.offer("capacity_use")[offers])
    row = row_of[net.package_supplier[net.delivery_package]]
    some = row != NONE
    build.add_entries(row[some], awards.package[net.delivery_package[some]], net.delivery_use[some])


def least_use(frame: Frame, awards: Awards) -> None:
    """A supplier with an award or package is used for at least its `min_capacity`.

    ``Σ capacity_use × x + Σ package use × w ≥ min_capacity × b``, every award and package implying ``b``.
    """
    build = frame.builder
    least = frame.problem.suppliers.min_capacity.floats
    some = np.flatnonzero(least > 0)
    awarded = np.full(len(least), NONE)
    awarded[some] = build.add_columns("awarded", len(some), upper=1, whole=True)
    _imply(frame, awards, awarded, "award_counts")
    row_of = np.full(len(least), NONE)
    row_of[some] = build.add_rows("min_capacity", len(some), lower=0, limits=some)
    build.add_entries(row_of[some], awarded[some], -least[some])
    _use(frame, awards, row_of)


def rebates(frame: Frame, awards: Awards) -> None:
    """A rebate holds on the whole purchase spend with the supplier once it reaches `from_spend`.

    ``Σ_k S[k] = spend``, ``Σ_k d[k] = 1``, ``from_k d[k] ≤ S[k] ≤ from_{k+1} d[k]``; worth ``a × Σ rate_k S[k]``. Where
    the next rate is lower, the spend stays short of it.
    """
    build, net, table = frame.builder, frame.network, frame.problem.rebates
    most = _greatest_spend(frame, awards)
    for supplier in np.unique(frame.links.rebate_supplier):
        own = np.flatnonzero(frame.links.rebate_supplier == supplier)
        own = own[np.argsort(table.from_spend.floats[own], kind="stable")]
        start, rate = table.from_spend.floats[own], table.rate.floats[own]
        if start[0] > 0:
            start, rate = np.r_[0.0, start], np.r_[0.0, rate]
        reached = start <= most[supplier] * (1 + 1e-9)
        start, rate = start[reached], rate[reached]
        end = np.r_[start[1:], max(most[supplier], start[-1])]
        end[:-1] = np.where(rate[1:] < rate[:-1], end[:-1] * (1 - SHORT_OF), end[:-1])
        scale = max(float(most[supplier]), 1e-6)
        spend = build.add_columns("spend", len(start), cost=-frame.costs.factor * rate, scale=scale)
        held = build.add_columns("rebate", len(start), upper=1, whole=True)
        (one,) = build.add_rows("one_rebate", 1, lower=1, upper=1)
        build.add_entries(np.full(len(held), one), held, 1.0)
        rows = build.add_rows("rebate_end", len(start), upper=0)
        build.add_entries(rows, spend, 1.0)
        build.add_entries(rows, held, -end)
        rows = build.add_rows("rebate_start", len(start), lower=0)
        build.add_entries(rows, spend, 1.0)
        build.add_entries(rows, held, -start)
        (total,) = build.add_rows("spend_is", 1, lower=0, upper=0)
        build.add_entries(np.full(len(spend), total), spend, -1.0)
        bought = net.supplier[awards.spend_offer] == supplier
        build.add_entries(np.full(int(bought.sum()), total), awards.spend_column[bought], awards.spend_value[bought])
        packages = np.flatnonzero(net.package_supplier == supplier)
        prices = frame.problem.packages.price.floats[net.packages[packages]]
        build.add_entries(np.full(len(packages), total), awards.package[packages], prices)


def _greatest_spend(frame: Frame, awards: Awards) -> Floats:
    """The most that could be spent with each supplier, `(suppliers,)`."""
    net, pieces = frame.network, frame.costs.segments
    end = np.minimum(pieces.end, frame.most[pieces.offer])
    reached = pieces.start <= end
    dearest = np.zeros(frame.n_offers)
    np.maximum.at(dearest, pieces.offer[reached], (pieces.intercept + pieces.price * end)[reached])
    most = np.bincount(net.supplier, weights=dearest, minlength=len(frame.problem.suppliers))
    prices = frame.problem.packages.price.floats[net.packages]
    packaged = np.bincount(net.package_supplier, weights=prices, minlength=len(frame.problem.suppliers))
    return (most + packaged).astype(np.float64)


def people(frame: Frame, awards: Awards) -> Integers:
    """People beyond those in hand are hired: ``h ≥ P − in_hand``, ``P = Σ x × hours / (hours_per_year × T)``.

    Returns
    -------
    Integers
        Column ``h`` of each role, -1 where nobody works in it, shape `(roles,)`.
    """
    build, roles, staffing = frame.builder, frame.problem.roles, frame.problem.staffing
    place = np.full(len(frame.problem.offers), NONE)
    place[frame.network.offers] = np.arange(frame.n_offers)
    used = np.flatnonzero(place[frame.links.staffing_offer] != NONE)
    role, offer = frame.links.staffing_role[used], place[frame.links.staffing_offer[used]]
    some = np.unique(role)
    hires = np.full(len(roles), NONE)
    hires[some] = build.add_columns("hires", len(some), cost=frame.costs.one_hire[some])
    row_of = np.full(len(roles), NONE)
    row_of[some] = build.add_rows("people", len(some), upper=roles.in_hand.floats[some])
    years = frame.problem.settings.horizon_years
    persons = parts.people(staffing.hours.floats[used], roles.hours_per_year.floats[role], years)
    build.add_entries(row_of[role], awards.quantity[offer], persons)
    build.add_entries(row_of[some], hires[some], -1.0)
    limited = some[np.isfinite(roles.max_hires.floats[some])]
    rows = build.add_rows("max_hires", len(limited), upper=roles.max_hires.floats[limited], limits=limited)
    build.add_entries(rows, hires[limited], 1.0)
    return hires


def switching(frame: Frame, awards: Awards) -> None:
    """Taking volume from an incumbent costs its share of the switch cost.

    ``σ ≥ (share − new share) / share``, ``σ ≥ 0``, cost ``switch_cost × σ``; the new share is of the independent
    demand, packages in full. Where nothing is needed any more, all of it is taken away.
    """
    build, net, table = frame.builder, frame.network, frame.problem.incumbents
    demand = frame.item("demand")[frame.links.incumbent_item]
    cost = table.switch_cost.floats
    build.offset += float(cost[demand <= 0].sum())
    for row in np.flatnonzero((demand > 0) & (cost > 0)):
        item, supplier = frame.links.incumbent_item[row], frame.links.incumbent_supplier[row]
        share = table.share.floats[row]
        column = build.add_columns("taken_away", 1, upper=1, cost=cost[row])
        (line,) = build.add_rows("taken_away", 1, lower=share)
        build.add_entries([line], column, share)
        offers = np.flatnonzero((net.item == item) & (net.supplier == supplier) & net.awardable)
        build.add_entries(np.full(len(offers), line), awards.quantity[offers], 1.0 / demand[row])
        packs = np.flatnonzero((net.delivery_item == item) & (net.package_supplier[net.delivery_package] == supplier))
        build.add_entries(
            np.full(len(packs), line),
            awards.package[net.delivery_package[packs]],
            net.delivery_quantity[packs] / demand[row],
        )
