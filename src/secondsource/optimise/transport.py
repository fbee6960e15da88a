"""The cheapest way from supplies to demands, in exact numbers and without a solver; not for anything large."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def cheapest_transport(
    supplies: Sequence[Fraction], demands: Sequence[Fraction], costs: Sequence[Sequence[Fraction]]
) -> tuple[Fraction, Fraction]:
    """Return the least cost of meeting the demands from the supplies, and how much stays unmet.

    Successive shortest paths on the transportation network (Ahuja, Magnanti, Orlin 1993, section 9.7): exact for
    fractions and for costs of any sign, since every path augments along the shortest residual way.

    Parameters
    ----------
    supplies, demands
        Units, `(n,)` and `(m,)`.
    costs
        Cost of a unit from each supply to each demand, `(n, m)`.

    >>> cheapest_transport([Fraction(5), Fraction(5)], [Fraction(4), Fraction(4)], [[1, 3], [2, 9]])
    (Fraction(19, 1), Fraction(0, 1))
    """
    left, wanted = list(supplies), list(demands)
    if len(wanted) == 1:
        return _cheapest_first(left, wanted[0], [row[0] for row in costs])
    shipped = [[Fraction(0)] * len(wanted) for _ in left]
    total = Fraction(0)
    while any(wanted) and any(left):
        path = _shortest_path(left, wanted, costs, shipped)
        if path is None:
            break
        length, steps = path
        undone = [shipped[i][j] for i, j, forward in steps if not forward]
        amount = min([left[steps[0][0]], wanted[steps[-1][1]], *undone])
        for i, j, forward in steps:
            shipped[i][j] += amount if forward else -amount
        left[steps[0][0]] -= amount
        wanted[steps[-1][1]] -= amount
        total += amount * length
    return total, sum(wanted, Fraction(0))


def _cheapest_first(supplies: list[Fraction], demand: Fraction, costs: Sequence[Fraction]) -> tuple[Fraction, Fraction]:
    """One demand: take the cheapest supply first."""
    total = Fraction(0)
    for i in sorted(range(len(supplies)), key=lambda k: costs[k]):
        amount = min(supplies[i], demand)
        total += amount * costs[i]
        demand -= amount
    return total, demand


def _shortest_path(
    left: Sequence[Fraction],
    wanted: Sequence[Fraction],
    costs: Sequence[Sequence[Fraction]],
    shipped: Sequence[Sequence[Fraction]],
) -> tuple[Fraction, list[tuple[int, int, bool]]] | None:
    """Cheapest way from a supply with something left to a demand still wanting (Bellman-Ford)."""
    to_supply: list[Fraction | None] = [Fraction(0) if units > 0 else None for units in left]
    to_demand: list[Fraction | None] = [None] * len(wanted)
    came_supply: list[int] = [-1] * len(left)
    came_demand: list[int] = [-1] * len(wanted)
    changed = True
    while changed:
        changed = False
        for i, length in enumerate(to_supply):
            for j in range(len(wanted)) if length is not None else ():
                here, known = length + costs[i][j], to_demand[j]  # type: ignore[operator]
                if known is None or here < known:
                    to_demand[j], came_demand[j], changed = here, i, True
        for j, length in enumerate(to_demand):
            for i in range(len(left)) if length is not None else ():
                if shipped[i][j] > 0:
                    here, known = length - costs[i][j], to_supply[i]  # type: ignore[operator]
                    if known is None or here < known:
                        to_supply[i], came_supply[i], changed = here, j, True
    ends = [(length, j) for j, length in enumerate(to_demand) if length is not None and wanted[j] > 0]
    if not ends:
        return None
    length, j = min(ends)
    steps = []
    while True:
        i = came_demand[j]
        steps.append((i, j, True))
        if came_supply[i] == -1:
            break
        j = came_supply[i]
        steps.append((i, j, False))
    return length, steps[::-1]
