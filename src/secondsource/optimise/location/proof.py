"""The bound that a tree of branches and prices proves, safe against rounding, and its certificate; not for searching.

Every plan lies in one leaf of the tree: at each branch its supplier is engaged or is not. In a leaf no plan costs less
than ``L(u)`` (see `ascent`) over the suppliers that the leaf leaves, so the least of the leaves bounds every plan.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from secondsource.arrays import Floats, Integers
from secondsource.optimise.frame import Frame
from secondsource.optimise.location.ascent import CLOSED, FREE, OPEN, choice, reduced_costs
from secondsource.optimise.location.model import Location, location
from secondsource.optimise.location.tree import Search
from secondsource.problem.plan import Branch, Certificate

ROUNDING = 1e-12
"""Share of the money handled by which floats may err, taken off every leaf's value: ten times what they do."""


@dataclass(frozen=True)
class _Priced:
    """What a set of prices says: their sum, what suppliers cost at them, and by how much floats may err."""

    base: float
    reduced: Floats
    error: float


def certify(frame: Frame, what: Location, found: Search) -> Certificate:
    """Return the certificate from which anyone computes the bound of a search's tree again."""
    suppliers, items = frame.problem.suppliers.supplier, frame.problem.items.item
    names = [items[row] for row in what.items]
    values = [
        {name: float(f"{price:.12g}") for name, price in zip(names, prices / what.need, strict=True)}
        for prices in found.prices
    ]
    tree = tuple(
        Branch("" if node.supplier < 0 else suppliers[node.supplier], node.engaged, node.excluded, node.prices)
        for node in found.nodes
    )
    return Certificate({}, {}, tuple(values), tree)


def certified_bound(frame: Frame, certificate: Certificate) -> Fraction | None:
    """Return the bound that a certificate's tree proves, computed anew without a solver; None where it proves none."""
    what = location(frame)
    if what is None or not certificate.tree:
        return None
    items = frame.problem.items.item
    priced: list[_Priced] = []
    for values in certificate.needs:
        prices = np.array([values.get(items[row], 0.0) for row in what.items]) * what.need
        if not np.isfinite(prices).all():
            return None
        priced.append(_price(what, prices))
    return _least(frame, what, certificate.tree, priced)


def _price(what: Location, prices: Floats) -> _Priced:
    """What every supplier costs at prices, all of them allowed."""
    suppliers = len(what.fixed)
    reduced, shares = np.zeros(suppliers), np.zeros(what.cost.shape)
    free = np.full(suppliers, FREE)
    reduced_costs(what.cost, what.weight, what.most, what.fixed, what.capacity, free, prices, reduced, shares)
    offered = np.where(what.most > 0, np.abs(np.where(np.isfinite(what.cost), what.cost, 0.0)), 0.0)
    wanted = np.where(what.most > 0, np.abs(prices), 0.0)
    handled = float(np.abs(prices).sum() + what.fixed.sum() + (offered + wanted).sum())
    return _Priced(math.fsum(prices), reduced, ROUNDING * handled)


def _least(frame: Frame, what: Location, tree: tuple[Branch, ...], priced: list[_Priced]) -> Fraction | None:
    """The least value of the leaves; None where the tree leaves a plan out."""
    suppliers = frame.problem.suppliers.position
    least = math.inf
    stack: list[tuple[int, Integers]] = [(0, np.full(len(what.fixed), FREE))]
    visited: set[int] = set()
    while stack:
        number, state = stack.pop()
        if not 0 <= number < len(tree) or number in visited:
            return None
        visited.add(number)
        node = tree[number]
        if not node.supplier:
            if not 0 <= node.prices < len(priced):
                return None
            leaf = priced[node.prices]
            value = leaf.base + choice(leaf.reduced, state, what.capacity, what.total) - leaf.error
            least = min(least, value)
            continue
        row = suppliers.get(node.supplier)
        if row is None or state[row] != FREE:
            return None
        for child, way in ((node.engaged, OPEN), (node.excluded, CLOSED)):
            decided = state.copy()
            decided[row] = way
            stack.append((child, decided))
    return Fraction(least) if math.isfinite(least) else None
