"""All volumes at which one option becomes as cheap as another, price breaks, hires and machines included."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from secondsource.costing.work import Option, Work, in_floats, people_needed, present_cost, purchase_cost

STEPS_OF_A_CURVE = 48
"""Points between two breakpoints at which a learning curve is looked at for a change of sign."""
INSET = 1e-5
"""Part of the way between two breakpoints by which a curve is looked at inside its ends, where it may jump."""
MOST_MACHINES = 2000
"""Machines of a kind whose purchase is looked at as a breakpoint."""


@dataclass(frozen=True)
class BreakEven:
    """A volume at which the cheaper of two options changes.

    Attributes
    ----------
    scale
        As a share of the units that the study needs.
    below, above
        Options that are cheaper just below and just above it.
    how
        `crossing`: both cost the same there; `jump`: the cost of one jumps there past that of the other (a price break,
        one more machine).
    """

    scale: Fraction
    below: str
    above: str
    how: Literal["crossing", "jump"]


def is_curved(option: Option) -> bool:
    """Return whether learning bends the option's cost, so that roots are found by search between breakpoints."""
    return any(role.learning for role in option.roles) or any(cost.learning for cost in option.costs)


def breakpoints(work: Work, option: Option, up_to: Fraction) -> set[Fraction]:
    """Return the scales, above 0 up to `up_to`, at which the option's cost jumps or has a kink.

    Between two of them the cost is a straight line in the scale, or a learning curve.
    """
    found: set[Fraction] = set()
    years = [q for q in work.quantities if q]
    whole = sum(years, Fraction(0))
    for start, _price in option.breaks:
        found |= {start / quantity for quantity in (set(years) if option.breaks_by_year else {whole})}
    found |= {quantity / whole for quantity in _rebate_quantities(option)} if whole else set()
    for role in option.roles:
        if role.learning is None:
            found |= {role.in_hand / people for people in people_needed(role, list(work.quantities)) if people}
    for machine in option.machines:
        largest = max(work.quantities[min(machine.year, work.years - 1) :])
        if machine.capacity is not None and largest:
            count = min(MOST_MACHINES, int(up_to * largest / machine.capacity))
            found |= {k * machine.capacity / largest for k in range(1, count + 1)}
    return {scale for scale in found if 0 < scale <= up_to}


def _rebate_quantities(option: Option) -> set[Fraction]:
    """Quantities at which the spend reaches a rebate: one for each piece of the price, as a break may lower it."""
    pieces = [(Fraction(0), option.unit_price), *option.breaks]
    found: set[Fraction] = set()
    for start_spend, _share in option.rebates:
        for place, (start, price) in enumerate(pieces):
            end = pieces[place + 1][0] if place + 1 < len(pieces) else None
            if not price:
                continue
            before = purchase_cost(start, option) if option.incremental else price * start
            quantity = start + (start_spend - before) / price
            if quantity >= start and (end is None or quantity < end):
                found.add(quantity)
    return found


def break_evens(work: Work, left: Option, right: Option, up_to: Fraction = Fraction(10)) -> tuple[BreakEven, ...]:
    """Return every scale in 0..`up_to` at which the cheaper of two options changes, in ascending order.

    Without learning, the difference is a straight line between breakpoints, and every crossing is exact. With it, the
    curve is looked at `STEPS_OF_A_CURVE` times between breakpoints and the change of sign bisected to 1e-10 of the
    scale: two crossings closer together than a step may be missed.
    """
    points = sorted(breakpoints(work, left, up_to) | breakpoints(work, right, up_to) | {Fraction(0), up_to})
    if is_curved(left) or is_curved(right):
        pieces = _curves(in_floats(work), in_floats(left), in_floats(right), points)
    else:

        def difference(scale: Fraction) -> Fraction:
            return Fraction(present_cost(work, left, scale)) - Fraction(present_cost(work, right, scale))

        pieces = [_line(difference, start, end) for start, end in pairwise(points)]
    names = {1: right.key, -1: left.key}
    found: list[BreakEven] = []
    before = 0
    for place, (start_sign, roots, end_sign) in enumerate(pieces):
        if before * start_sign < 0:
            found.append(BreakEven(points[place], names[before], names[start_sign], "jump"))
        sign = start_sign or before
        for scale in roots:
            # A root inside a piece changes the sign: the pieces are lines, or were bisected between two signs.
            found.append(BreakEven(scale, names[sign], names[-sign], "crossing"))
            sign = -sign
        before = end_sign or sign
    return tuple(_joined(found, points, pieces, names))


Piece = tuple[int, list[Fraction], int]
"""Sign of the difference just after the start, roots strictly inside, sign just before the end; 0 for zero there."""


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _line(difference: Callable[[Fraction], Fraction], start: Fraction, end: Fraction) -> Piece:
    """A straight piece, from two points inside it: its ends may belong to the neighbours."""
    third = (end - start) / 3
    one, two = difference(start + third), difference(end - third)
    slope = (two - one) / third
    at_start, at_end = one - slope * third, two + slope * third
    if at_start * at_end < 0:
        return _sign(at_start), [start - at_start / slope], _sign(at_end)
    return _sign(at_start), [], _sign(at_end)


def _curves(work: Work, left: Option, right: Option, points: Sequence[Fraction]) -> list[Piece]:
    """Curved pieces, in floats: changes of sign between steps, each bisected."""

    def difference(scale: Any) -> Any:
        return present_cost(work, left, scale) - present_cost(work, right, scale)

    starts, ends = (np.array([float(point) for point in side]) for side in (points[:-1], points[1:]))
    shares = np.array([INSET, *(k / STEPS_OF_A_CURVE for k in range(1, STEPS_OF_A_CURVE)), 1 - INSET])
    places = starts[:, None] + (ends - starts)[:, None] * shares
    signs = np.sign(np.asarray(difference(places.ravel()))).astype(int).reshape(places.shape)
    pieces = []
    for row, sign in zip(places, signs, strict=True):
        changes = np.flatnonzero(sign[:-1] * sign[1:] < 0)
        roots = [_bisected(difference, float(row[k]), float(row[k + 1]), int(sign[k])) for k in changes]
        pieces.append((int(sign[0]), roots, int(sign[-1])))
    return pieces


def _bisected(difference: Callable[[Any], Any], low: float, high: float, sign_at_low: int) -> Fraction:
    while high - low > 1e-10 * high:
        middle = (low + high) / 2
        if np.sign(difference(np.array([middle]))[0]) == sign_at_low:
            low = middle
        else:
            high = middle
    return Fraction((low + high) / 2)


def _joined(
    found: list[BreakEven], points: Sequence[Fraction], pieces: Sequence[Piece], names: dict[int, str]
) -> list[BreakEven]:
    """Add the crossings that fall exactly on a breakpoint, where one side is zero and the sign changes."""
    for place in range(1, len(pieces)):
        before, after = pieces[place - 1][2], pieces[place][0]
        if before == 0 or after == 0:
            left = before or _last_sign(pieces[: place - 1 + 1])
            right = after or _first_sign(pieces[place:])
            if left * right < 0 and all(each.scale != points[place] for each in found):
                found.append(BreakEven(points[place], names[left], names[right], "crossing"))
    return sorted(found, key=lambda each: each.scale)


def _last_sign(pieces: Sequence[Piece]) -> int:
    for start, roots, end in reversed(pieces):
        if end or start:
            return end or start * (-1) ** len(roots)
    return 0


def _first_sign(pieces: Sequence[Piece]) -> int:
    for start, roots, end in pieces:
        if start or end:
            return start or end * (-1) ** len(roots)
    return 0
