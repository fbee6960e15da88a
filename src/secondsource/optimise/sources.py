"""How many suppliers share an item, and how much each may have; not for the manager's own rules."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers, distinct_pairs
from secondsource.optimise.awards import Awards
from secondsource.optimise.frame import NONE, Frame


@dataclass(frozen=True)
class Sources:
    """Pairs of an item and a supplier that are counted somewhere.

    Attributes
    ----------
    item, supplier
        Of each pair, `(pairs,)`.
    awarded
        Column of whether the supplier has an award of the item; -1 where it can only have packages.
    supplies
        Column of whether it has an award or a package of it.
    """

    item: Integers
    supplier: Integers
    awarded: Integers
    supplies: Integers


def counted_items(frame: Frame) -> Booleans:
    """Return the items whose suppliers are counted, `(items,)`."""
    most = frame.item("max_sources")
    net = frame.network
    items, _suppliers, _place = distinct_pairs(
        np.concatenate([net.item, net.delivery_item]),
        np.concatenate([net.supplier, net.package_supplier[net.delivery_package]]),
    )
    how_many = np.bincount(items, minlength=len(most))
    counted = (frame.item("min_sources") > 1) | (most < how_many) | (frame.item("min_share") > 0)
    if frame.problem.settings.separate_backups:
        counted |= frame.failures > 0
    return np.asarray(counted)


def sources(frame: Frame, awards: Awards, items: Booleans) -> Sources:
    """Add, for every counted pair, whether the supplier has an award (``h``), an award or package (``b``) of the item.

    ``h = y`` for a supplier with one offer of the item, else ``y ≤ h ≤ Σ y``; ``b = h`` without packages, else
    ``h ≤ b``, ``w ≤ b``, ``b ≤ h + Σ w``.
    """
    build, net = frame.builder, frame.network
    width = len(frame.problem.suppliers)
    offers = np.flatnonzero(items[net.item] & (awards.taken != NONE))
    packs = np.flatnonzero(items[net.delivery_item])
    offer_key = net.item[offers] * width + net.supplier[offers]
    pack_key = net.delivery_item[packs] * width + net.package_supplier[net.delivery_package[packs]]
    keys = np.unique(np.concatenate([offer_key, pack_key]))
    of_offer, of_pack = np.searchsorted(keys, offer_key), np.searchsorted(keys, pack_key)
    count = np.bincount(of_offer, minlength=len(keys))
    awarded = np.full(len(keys), NONE)
    alone = count[of_offer] == 1
    awarded[of_offer[alone]] = awards.taken[offers[alone]]
    several = np.flatnonzero(count > 1)
    awarded[several] = build.add_columns("awarded_item", len(several), upper=1, whole=True)
    rows = build.add_rows("awarded_item", int((~alone).sum()), upper=0)
    build.add_entries(rows, awards.taken[offers[~alone]], 1.0)
    build.add_entries(rows, awarded[of_offer[~alone]], -1.0)
    _at_most_sum(frame, awarded[several], awards.taken[offers[~alone]], np.searchsorted(several, of_offer[~alone]))
    supplies = awarded.copy()
    packed = np.unique(of_pack)
    supplies[packed] = build.add_columns("supplies_item", len(packed), upper=1, whole=True)
    both = packed[awarded[packed] != NONE]
    rows = build.add_rows("supplies_item", len(both) + len(packs), upper=0)
    package = awards.package[net.delivery_package[packs]]
    build.add_entries(rows, np.concatenate([awarded[both], package]), 1.0)
    build.add_entries(rows, np.concatenate([supplies[both], supplies[of_pack]]), -1.0)
    causes = np.concatenate([awarded[both], package])
    where = np.searchsorted(packed, np.concatenate([both, of_pack]))
    _at_most_sum(frame, supplies[packed], causes, where)
    return Sources(keys // width, keys % width, awarded, supplies)


def _at_most_sum(frame: Frame, columns: Integers, causes: Integers, of: Integers) -> None:
    """``column ≤ Σ causes`` for each column, `of` saying whose cause each is."""
    rows = frame.builder.add_rows("counts_only_if", len(columns), upper=0)
    frame.builder.add_entries(rows, columns, 1.0)
    frame.builder.add_entries(rows[of], causes, -1.0)


def source_limits(frame: Frame, awards: Awards, pairs: Sources) -> None:
    """While the need is above zero: ``min_sources ≤ Σ b ≤ max_sources``.

    A need that depends on parents' awards has a column ``e`` (``N ≤ N_max × e``), and both limits hold where ``e = 1``.
    """
    build, net = frame.builder, frame.network
    least, most = frame.item("min_sources"), frame.item("max_sources")
    needed = net.need_max > 0
    suppliers = np.bincount(pairs.item, minlength=len(least))
    low = np.flatnonzero(needed & (least > 1))
    high = np.flatnonzero(needed & (most < suppliers))
    only_if = np.full(len(least), NONE)
    some = np.union1d(low, high)
    some = some[net.depends[some] & (frame.item("demand")[some] <= 0)]
    only_if[some] = build.add_columns("needed", len(some), upper=1, whole=True)
    rows = build.add_rows("needed", len(some), upper=0)
    build.add_entries(rows, awards.need[some], 1.0)
    build.add_entries(rows, only_if[some], -net.need_max[some])
    for name, items, limit in (("min_sources", low, least), ("max_sources", high, most)):
        maybe = only_if[items] != NONE
        row_of = np.full(len(least), NONE)
        if name == "min_sources":
            rows = build.add_rows(name, len(items), lower=np.where(maybe, 0.0, limit[items]), limits=items)
            build.add_entries(rows[maybe], only_if[items[maybe]], -limit[items[maybe]])
        else:
            room = suppliers[items] - limit[items]
            rows = build.add_rows(name, len(items), upper=limit[items] + np.where(maybe, room, 0.0), limits=items)
            build.add_entries(rows[maybe], only_if[items[maybe]], room[maybe])
        row_of[items] = rows
        some_pairs = row_of[pairs.item] != NONE
        build.add_entries(row_of[pairs.item[some_pairs]], pairs.supplies[some_pairs], 1.0)


def share_limits(frame: Frame, awards: Awards, pairs: Sources) -> None:
    """The awards of a supplier are between ``min_share`` and ``max_share`` of the need; packages are not bound.

    ``Σ x ≤ max_share × N``; ``Σ x ≥ min_share × N`` where ``h = 1``, that is ``Σ x ≥ min_share × (N − N_max (1 − h))``.
    """
    build, net = frame.builder, frame.network
    width = len(frame.problem.suppliers)
    most, least = frame.item("max_share"), frame.item("min_share")
    offers = np.flatnonzero(net.awardable & (most[net.item] < 1) & (net.need_max[net.item] > 0))
    keys, place = np.unique(net.item[offers] * width + net.supplier[offers], return_inverse=True)
    rows = _share_rows(frame, awards, "max_share", keys // width, most, upper=True)
    build.add_entries(rows[place], awards.quantity[offers], 1.0)
    held = np.flatnonzero((least[pairs.item] > 0) & (pairs.awarded != NONE))
    item = pairs.item[held]
    rows = _share_rows(frame, awards, "min_share", item, least, upper=False)
    free: Floats = least[item] * net.need_max[item]
    build.add_entries(rows, pairs.awarded[held], -free)
    row_of = {(int(i), int(s)): int(row) for i, s, row in zip(item, pairs.supplier[held], rows, strict=True)}
    offers = np.flatnonzero(net.awardable & (least[net.item] > 0))
    kept = [row_of.get((int(net.item[o]), int(net.supplier[o])), NONE) for o in offers]
    line = np.array(kept, dtype=np.int64)
    build.add_entries(line[line != NONE], awards.quantity[offers[line != NONE]], 1.0)


def _share_rows(frame: Frame, awards: Awards, family: str, item: Integers, share: Floats, upper: bool) -> Integers:
    """Rows ``Σ x − share × N ≤ 0``, or ``Σ x − share × N − free × h ≥ −free``, with a fixed need on the right."""
    build, net = frame.builder, frame.network
    depends = net.depends[item]
    fixed = np.where(depends, 0.0, share[item] * net.need_max[item])
    if upper:
        rows = build.add_rows(family, len(item), upper=fixed, limits=item)
    else:
        free = share[item] * net.need_max[item]
        rows = build.add_rows(family, len(item), lower=fixed - free, limits=item)
    build.add_entries(rows[depends], awards.need[item[depends]], -share[item[depends]])
    return rows


def separate_backups(frame: Frame, booked: Integers, pairs: Sources) -> None:
    """A supplier with an award or package of an item does not back it: ``r ≤ most × (1 − b)`` (setting)."""
    if not frame.problem.settings.separate_backups:
        return
    build, net = frame.builder, frame.network
    column = {(int(i), int(s)): int(b) for i, s, b in zip(pairs.item, pairs.supplier, pairs.supplies, strict=True)}
    offers = np.flatnonzero(booked != NONE)
    supplies = np.array([column.get((int(net.item[o]), int(net.supplier[o])), NONE) for o in offers], dtype=np.int64)
    offers, supplies = offers[supplies != NONE], supplies[supplies != NONE]
    most = frame.most_booked[offers]
    rows = build.add_rows("separate_backups", len(offers), upper=most, limits=net.item[offers])
    build.add_entries(rows, booked[offers], 1.0)
    build.add_entries(rows, supplies, most)
