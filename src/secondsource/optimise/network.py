"""Who could deliver what to where: admitted offers, destinations, and the channels between them; not for costs.

A destination is a place where an item is needed: the item's own site for the independent demand, and the site of each
non-turnkey offer of a parent. An item with packages keeps the two apart even at one site, because packages serve the
independent demand alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.costing.admission import Admission
from secondsource.problem.links import Links
from secondsource.problem.tables import Problem


@dataclass(frozen=True)
class Network:
    """Index arrays; "offer" and "package" count within the admitted ones.

    Attributes
    ----------
    offers, packages
        Rows of the problem's tables that are admitted.
    item, supplier, awardable
        Of each offer.
    need_max
        Greatest need of each item, units.
    depends
        Items whose need depends on awards of non-turnkey parents.
    place_item, place_site, place_demand, place_own
        Of each destination: item, site (-1: none), independent demand there, whether it is the item's own.
    first_place, places
        Of each item: its first destination and how many it has.
    channel_offer, channel_place
        Pairs of an awardable offer and a destination of its item, sorted by offer.
    pull_place, pull_offer, pull_quantity
        Which parents' offers draw how many units per unit from a destination.
    delivery_package, delivery_item, delivery_place, delivery_quantity, delivery_use
        What packages deliver, where, and the supplier's capacity that all of it takes.
    """

    offers: Integers
    packages: Integers
    item: Integers
    supplier: Integers
    awardable: Booleans
    need_max: Floats
    depends: Booleans
    place_item: Integers
    place_site: Integers
    place_demand: Floats
    place_own: Booleans
    first_place: Integers
    places: Integers
    channel_offer: Integers
    channel_place: Integers
    pull_place: Integers
    pull_offer: Integers
    pull_quantity: Floats
    package_supplier: Integers
    delivery_package: Integers
    delivery_item: Integers
    delivery_place: Integers
    delivery_quantity: Floats
    delivery_use: Floats


def network(problem: Problem, links: Links, admission: Admission, settle: bool = False) -> Network:
    """Return the network of the admitted offers and packages.

    Parameters
    ----------
    settle
        Take a need that no award can change (every offer of every parent draws the same, to one place) for demand.
    """
    offers, packages = admission.offers, admission.packages
    item, supplier = links.offer_item[offers], links.offer_supplier[offers]
    awardable = np.array([not problem.offers.backup_only[row] for row in offers], dtype=np.bool_)
    turnkey = np.array([bool(problem.offers.turnkey[row]) for row in offers], dtype=np.bool_)
    pulls = _pulls(problem, links, item, awardable & ~turnkey)
    need_max = _greatest_needs(problem, links, item, awardable & ~turnkey)
    delivery = np.isin(links.package_item_package, packages)
    package_at = np.full(len(problem.packages), -1)
    package_at[packages] = np.arange(len(packages))
    delivery_item = links.package_item_item[delivery]
    has_package = np.zeros(len(problem.items), dtype=np.bool_)
    has_package[delivery_item] = True
    places, place_of_pull = _places(problem, links, offers, pulls, has_package)
    place_item = np.array([place[0] for place in places], dtype=np.int64)
    counts = np.bincount(place_item, minlength=len(problem.items))
    first = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
    shipping = np.flatnonzero(awardable)
    channel_offer = np.repeat(shipping, counts[item[shipping]])
    runs = counts[item[shipping]]
    within = np.arange(len(channel_offer)) - np.repeat(np.cumsum(runs) - runs, runs)
    demand = problem.items.demand.floats
    own = np.array([place[2] for place in places], dtype=np.bool_)
    pull_offer = np.array([pull[1] for pull in pulls], dtype=np.int64)
    pull_quantity = np.array([pull[2] for pull in pulls], dtype=np.float64)
    place_demand = np.where(own, demand[place_item], 0.0)
    pulled = np.array([pull[0] for pull in pulls], dtype=np.int64)
    if settle and len(pulls):
        fixed = _settled(links, item, pulled, place_of_pull, awardable & ~turnkey, awardable & turnkey, has_package)
        gone = fixed[pulled]
        drawn = _once(item[pull_offer[gone]], place_of_pull[gone])
        parent, place = item[pull_offer[gone]][drawn], place_of_pull[gone][drawn]
        np.add.at(place_demand, place, need_max[parent] * pull_quantity[gone][drawn])
        pulled, place_of_pull = pulled[~gone], place_of_pull[~gone]
        pull_offer, pull_quantity = pull_offer[~gone], pull_quantity[~gone]
    quantity = problem.package_items.quantity.floats[delivery]
    return Network(
        offers=offers,
        packages=packages,
        item=item,
        supplier=supplier,
        awardable=awardable,
        need_max=need_max,
        depends=np.isin(np.arange(len(problem.items)), pulled),
        place_item=place_item,
        place_site=np.array([place[1] for place in places], dtype=np.int64),
        place_demand=place_demand,
        place_own=own,
        first_place=first,
        places=counts,
        channel_offer=channel_offer,
        channel_place=first[item[channel_offer]] + within,
        pull_place=place_of_pull,
        pull_offer=pull_offer,
        pull_quantity=pull_quantity,
        package_supplier=links.package_supplier[packages],
        delivery_package=package_at[links.package_item_package[delivery]],
        delivery_item=delivery_item,
        delivery_place=first[delivery_item],
        delivery_quantity=quantity,
        delivery_use=quantity * problem.package_items.capacity_use.floats[delivery],
    )


def _settled(
    links: Links,
    item: Integers,
    pulled: Integers,
    place: Integers,
    assembling: Booleans,
    ready: Booleans,
    has_package: Booleans,
) -> Booleans:
    """Items whose need no award can change: all of each parent is assembled, at one place, its own need fixed."""
    items = len(links.item_site)
    varies = np.zeros(items, dtype=np.bool_)  # what its awarded non-turnkey offers draw
    varies[item[ready]] = True
    varies[np.flatnonzero(np.bincount(item[assembling], minlength=items) == 0)] = False
    varies |= has_package
    by_child: dict[int, set[int]] = {}
    for child, target in zip(pulled.tolist(), place.tolist(), strict=True):
        by_child.setdefault(child, set()).add(target)
    fixed = ~has_package
    split = np.array([child for child, targets in by_child.items() if len(targets) > 1], dtype=np.int64)
    fixed[split] = False
    parents = links.bom_parent[np.isin(links.bom_parent, item[assembling])]
    children = links.bom_child[np.isin(links.bom_parent, item[assembling])]
    for _level in range(items):
        before = fixed.copy()
        unsure = varies[parents] | ~fixed[parents]
        fixed[children[unsure]] = False
        if (fixed == before).all():
            break
    return fixed


def _once(parent: Integers, place: Integers) -> Integers:
    """One of the pulls of each parent to each place."""
    _pairs, first = np.unique(np.stack([parent, place]), axis=1, return_index=True)
    return np.asarray(first, dtype=np.int64)


def _pulls(problem: Problem, links: Links, item: Integers, assembling: Booleans) -> list[tuple[int, int, float]]:
    """(child, parent's offer, quantity) for every non-turnkey offer of a parent."""
    children: dict[int, list[tuple[int, float]]] = {}
    for parent, child, quantity in zip(links.bom_parent, links.bom_child, problem.bom.quantity.floats, strict=True):
        children.setdefault(int(parent), []).append((int(child), float(quantity)))
    return [
        (child, int(offer), quantity)
        for offer in np.flatnonzero(assembling)
        for child, quantity in children.get(int(item[offer]), ())
    ]


def _greatest_needs(problem: Problem, links: Links, item: Integers, assembling: Booleans) -> Floats:
    """Greatest need of each item: all of each parent made by non-turnkey offers, where it has any."""
    assembled = np.zeros(len(problem.items), dtype=np.bool_)
    assembled[item[assembling]] = True
    need = problem.items.demand.floats.copy()
    for parent in parents_first(problem, links):
        if assembled[parent]:
            rows = np.flatnonzero(links.bom_parent == parent)
            np.add.at(need, links.bom_child[rows], need[parent] * problem.bom.quantity.floats[rows])
    return need


def parents_first(problem: Problem, links: Links) -> list[int]:
    """Return the items that have BOM children, every parent before its children that have children themselves."""
    children: dict[int, list[int]] = {}
    for parent, child in zip(links.bom_parent.tolist(), links.bom_child.tolist(), strict=True):
        children.setdefault(parent, []).append(child)
    order: list[int] = []
    done: set[int] = set()

    def visit(item: int) -> None:
        if item in done or item not in children:
            return
        done.add(item)
        for child in children[item]:
            visit(child)
        order.append(item)

    for item in children:
        visit(item)
    return order[::-1]


def _places(
    problem: Problem, links: Links, offers: Integers, pulls: list[tuple[int, int, float]], has_package: Booleans
) -> tuple[list[tuple[int, int, bool]], Integers]:
    """Destinations (item, site, own) sorted by item, the item's own first, and the destination of each pull."""
    demand = problem.items.demand.floats
    at: dict[tuple[int, int, bool], int] = {}
    for item in range(len(problem.items)):
        if demand[item] > 0 or has_package[item]:
            at[item, int(links.item_site[item]), True] = 0
    pulled: list[tuple[int, int, bool]] = []
    for child, offer, _quantity in pulls:
        site = int(links.offer_site[offers[offer]])
        own = (child, site, True)
        key = own if own in at and not has_package[child] else (child, site, False)
        at.setdefault(key, 0)
        pulled.append(key)
    places = sorted(at, key=lambda place: (place[0], not place[2], place[1]))
    at = {place: number for number, place in enumerate(places)}
    return places, np.array([at[key] for key in pulled], dtype=np.int64)
