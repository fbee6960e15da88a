"""The problem as one mixed-integer program: a dozen constraint families, one call each; not for solving it."""

from __future__ import annotations

from dataclasses import dataclass

from secondsource.arrays import Integers
from secondsource.optimise.awards import Awards, award_columns, needs, package_groups
from secondsource.optimise.backups import Losses, booking_columns, expected_failures, lost, nothing_exposed, survive
from secondsource.optimise.engagement import (
    capacities,
    least_use,
    offer_fixed_costs,
    people,
    rebates,
    supplier_fixed_costs,
    switching,
)
from secondsource.optimise.frame import Frame, frame
from secondsource.optimise.rules import counted_offers, rules, wanted_offers
from secondsource.optimise.sources import counted_items, separate_backups, share_limits, source_limits, sources
from secondsource.problem.tables import Problem
from secondsource.solver.program import Program


@dataclass(frozen=True)
class Formulation:
    """A problem's program, and which column means what.

    Attributes
    ----------
    booked
        Column of each offer's booking, -1 where it has none, `(offers,)`.
    losses
        What each single failure that may happen costs.
    """

    frame: Frame
    program: Program
    awards: Awards
    booked: Integers
    losses: Losses


def formulate(problem: Problem, *, tight: bool = True, everywhere: bool = False) -> Formulation:
    """Return the program whose best point is the problem's best plan."""
    given = frame(problem, tight=tight, everywhere=everywhere)
    items = counted_items(given)
    awards = award_columns(given, counted_offers(given) | items[given.network.item], wanted_offers(given))
    booked = booking_columns(given)
    needs(given, awards)
    package_groups(given, awards)
    pairs = sources(given, awards, items)
    source_limits(given, awards, pairs)
    share_limits(given, awards, pairs)
    separate_backups(given, booked, pairs)
    offer_fixed_costs(given, awards, booked)
    engaged = supplier_fixed_costs(given, awards, booked)
    capacities(given, awards, booked, engaged)
    least_use(given, awards)
    people(given, awards)
    rebates(given, awards)
    switching(given, awards)
    gone = lost(given, awards)
    nothing_exposed(given, awards)
    survive(given, booked, gone)
    losses = expected_failures(given, awards, booked, gone)
    rules(given, awards)
    return Formulation(given, given.builder.build(), awards, booked, losses)
