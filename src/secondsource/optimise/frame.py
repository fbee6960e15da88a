"""What every constraint family is given: the problem with its links, network and costs, and the growing program."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers, distinct_pairs
from secondsource.costing.admission import Admission, admit
from secondsource.costing.costs import Costs, Moving, cost, moving
from secondsource.optimise.network import Network, network
from secondsource.problem.links import Links, link
from secondsource.problem.tables import Problem
from secondsource.solver.program import ProgramBuilder

NONE = -1
"""Index of a column that a family does not need."""
LEAST_AWARD = 1e-6
"""An award is at least this share of the need."""
LEAST_OF_VARYING = 1e-8
"""Where the need depends on other awards, an award is at least this share of the greatest need too."""
SHORT_OF = 1e-7
"""How far, relatively, a quantity stays below a break that would make it dearer, or a spend below a lower rebate."""


@dataclass(frozen=True)
class Frame:
    """The problem as the constraint families read it.

    Attributes
    ----------
    tight
        Capacities and shares also tighten the links between quantities and decisions. Off where the question is which
        of the limits conflict: each limit must then stand in rows of its own alone.
    everywhere
        Give every offer a decision of its own, also where nothing but the least award needs one.
    """

    problem: Problem
    links: Links
    admission: Admission
    network: Network
    costs: Costs
    move: Moving
    builder: ProgramBuilder
    tight: bool
    everywhere: bool

    @property
    def n_offers(self) -> int:
        """How many offers are admitted."""
        return len(self.network.offers)

    def offer(self, name: str) -> Floats:
        """Return a number column of the offers table for the admitted offers, NaN where empty."""
        values: Floats = getattr(self.problem.offers, name).floats[self.network.offers]
        return values

    def item(self, name: str) -> Floats:
        """Return a number column of the items table, NaN where empty."""
        values: Floats = getattr(self.problem.items, name).floats
        return values

    @cached_property
    def most(self) -> Floats:
        """The most of each offer that can be awarded, `(offers,)`: the item's need, and what the limits leave of it."""
        net = self.network
        most = np.where(net.awardable & (net.places[net.item] > 0), net.need_max[net.item], 0.0)
        if not self.tight:
            return most
        most = np.minimum(most, net.need_max[net.item] * self.item("max_share")[net.item])
        return np.fmin(np.fmin(most, self.offer("capacity")), self._by_supplier)

    @cached_property
    def most_booked(self) -> Floats:
        """The most of each offer that is worth booking, `(offers,)`: all that its item's suppliers could lose."""
        most: Floats = float(self.problem.settings.cover) * self._most_moved[self.network.item]
        return np.fmin(np.fmin(most, self.offer("capacity")), self._by_supplier) if self.tight else most

    @cached_property
    def typical_volume(self) -> Floats:
        """Scale of each item's quantities, `(items,)`: packages deliver also where nothing is needed."""
        return np.maximum(self._most_moved, 1e-6)

    @cached_property
    def _most_moved(self) -> Floats:
        """The most of each item that awards and all packages could deliver, `(items,)`."""
        net = self.network
        delivered = np.bincount(net.delivery_item, weights=net.delivery_quantity, minlength=len(net.need_max))
        moved: Floats = net.need_max + delivered
        return moved

    @cached_property
    def _by_supplier(self) -> Floats:
        """Units of each offer that its supplier's whole capacity would give; NaN where nothing limits them."""
        use = self.offer("capacity_use")
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(use > 0, self.problem.suppliers.capacity.floats[self.network.supplier] / use, np.nan)

    @cached_property
    def failures(self) -> Integers:
        """How many failures each item is planned for, `(items,)`: as many as asked, or as its risk groups allow."""
        return np.minimum(self.links.item_backups, np.maximum(self.item_groups - 1, 0)) * self.at_risk

    @cached_property
    def item_groups(self) -> Integers:
        """From how many risk groups the admitted offers of each item come, `(items,)`."""
        groups = self.links.supplier_group[self.network.supplier]
        items, _groups, _place = distinct_pairs(self.network.item, groups)
        return np.bincount(items, minlength=len(self.problem.items))

    @cached_property
    def at_risk(self) -> Booleans:
        """Items of which a supplier with an admitted offer or package may fail, `(items,)`."""
        risk = np.zeros(len(self.problem.items), dtype=np.bool_)
        may_fail = self.links.supplier_may_fail
        risk[self.network.item[may_fail[self.network.supplier]]] = True
        risk[self.network.delivery_item[may_fail[self.network.package_supplier[self.network.delivery_package]]]] = True
        return risk

    @cached_property
    def group_probability(self) -> Floats:
        """Of each risk group, the greatest failure probability of its suppliers that may fail."""
        return self._worst("failure_probability")

    @cached_property
    def group_recovery(self) -> Floats:
        """Of each risk group, the greatest recovery share of its suppliers that may fail."""
        return self._worst("recovery_share")

    def _worst(self, name: str) -> Floats:
        worst = np.zeros(len(self.links.groups))
        risky = self.links.supplier_may_fail
        np.maximum.at(worst, self.links.supplier_group[risky], getattr(self.problem.suppliers, name).floats[risky])
        return worst


def frame(problem: Problem, *, tight: bool = True, everywhere: bool = False) -> Frame:
    """Return the frame of a problem: what is admitted, who could deliver what where, and at what cost."""
    links = link(problem)
    admission = admit(problem, links)
    net = network(problem, links, admission, settle=tight)
    costs = cost(problem, links, net.offers)
    move = moving(problem, links, costs, net.channel_offer, net.place_site[net.channel_place])
    return Frame(problem, links, admission, net, costs, move, ProgramBuilder(), tight, everywhere)
