"""The plan and its parts as values, and its JSON form (FORMAT.md, "Plan JSON"); not for making or judging plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from secondsource.language import Message

Status = Literal["optimal", "feasible", "infeasible", "unbounded", "no plan found in time"]
Proof = Literal["checked", "solver"]

PARTS = (
    "purchase",
    "rebates",
    "fixed",
    "hiring",
    "freight",
    "duty",
    "interest",
    "defects",
    "wages",
    "switching",
    "backup_fees",
    "expected_failures",
)
"""The cost parts of a plan, in the order of FORMAT.md; `rebates` is negative, the rest add up to the cost."""


@dataclass(frozen=True)
class Award:
    """Volume given to an offer.

    Attributes
    ----------
    quantity
        Units of the item over the horizon.
    share
        Of the item's need, 0..1.
    cost
        Present value of its purchase (before rebates), freight, duty, interest, defects and wages; base currency.
    unit_cost
        `cost / quantity`.
    """

    item: str
    offer: str
    supplier: str
    own: bool
    quantity: Decimal
    share: Decimal
    unit_cost: Decimal
    cost: Decimal


@dataclass(frozen=True)
class PackageTaken:
    """A package that is taken, at its whole price."""

    package: str
    supplier: str
    price: Decimal


@dataclass(frozen=True)
class Booking:
    """Capacity booked as backup: `quantity` units of the offer, and the suppliers whose loss it covers."""

    item: str
    offer: str
    supplier: str
    quantity: Decimal
    covers: tuple[str, ...]


@dataclass(frozen=True)
class Hire:
    """People of a role: how many the awards take, how many of them are new, how many leave and are replaced."""

    supplier: str
    role: str
    people: Decimal
    hires: Decimal
    replacements: Decimal


@dataclass(frozen=True)
class Flow:
    """Units of an item that travel from an offer's site to where they are needed.

    Attributes
    ----------
    offer
        Whose award travels: FORMAT.md 0.2 has no such key, but without it the cost of a failure is not determined
        where two offers ship from one site.
    destination
        Site; "" where none is named.
    cost
        Present value of freight, duty and interest.
    estimated
        Whether the freight is an estimate from coordinates.
    """

    item: str
    offer: str
    origin: str
    destination: str
    quantity: Decimal
    cost: Decimal
    estimated: bool = False


@dataclass(frozen=True)
class Exposure:
    """An award (or package) that no one, or too few, could take over."""

    item: str
    supplier: str
    quantity: Decimal
    why: Message | str


@dataclass(frozen=True)
class Failure:
    """What the single failure of one risk group would do under the plan.

    Attributes
    ----------
    group, suppliers
        The risk group and its suppliers that may fail.
    probability
        Within the horizon, 0..1.
    recovery_share
        Part of the horizon that it costs, 0..1.
    lost
        Units lost by item, over the whole horizon.
    covered
        Units of them that booked backups would take over, by item.
    extra_cost
        Cost if it failed for the whole horizon: takeover beyond what is saved, plus shortages; undiscounted.
    expected_cost
        Its share of `expected_failures` (present value, times probability and recovery share).
    unpriced
        Items of which units are lost that nobody takes over and whose shortage has no price.
    """

    group: str
    suppliers: tuple[str, ...]
    probability: Decimal
    recovery_share: Decimal
    lost: Mapping[str, Decimal]
    covered: Mapping[str, Decimal]
    extra_cost: Decimal
    expected_cost: Decimal
    unpriced: tuple[str, ...] = ()


@dataclass(frozen=True)
class Relaxation:
    """One way out of an infeasible problem: what to change, by how much, and what the best plan then costs.

    Attributes
    ----------
    limit, key, by
        The same for programs: which limit of which row of the problem must give, and by how much ("" and None where
        several must, or the plan was read from a file).
    """

    change: Message | str
    cost: Decimal | None
    limit: str = ""
    key: str = ""
    by: Decimal | None = None


@dataclass(frozen=True)
class Branch:
    """A place in a tree that proves a bound: a supplier who is engaged or not, or a leaf.

    Attributes
    ----------
    supplier
        "" for a leaf.
    engaged, excluded
        The places in the tree where the supplier is engaged, and where not; -1 for a leaf.
    prices
        Of a leaf: the place of its prices in the certificate's `needs`.
    """

    supplier: str
    engaged: int
    excluded: int
    prices: int


@dataclass(frozen=True)
class Certificate:
    """Multipliers from which a plan's bound can be computed again without a solver.

    Attributes
    ----------
    capacity
        Price of a capacity unit, by supplier; base currency, present value, not negative.
    engagement
        What an award pays towards engaging its supplier, by offer; the same.
    needs, tree
        Where suppliers were decided one by one: sets of prices of a unit of each item's need, and the tree whose leaves
        name them, its root first.
    """

    capacity: Mapping[str, float]
    engagement: Mapping[str, float]
    needs: tuple[Mapping[str, float], ...] = ()
    tree: tuple[Branch, ...] = ()


@dataclass(frozen=True)
class Plan:
    """All awards, backups and flows together, what they cost, and how that is proved.

    Attributes
    ----------
    cost, bound
        Exact cost, and a proved lower bound on the cost of every plan; base currency, present value; None without one.
    gap
        `(cost - bound) / cost`.
    proof
        "checked": the bound was re-computed from its certificate without a solver; "solver": the solver's word.
    solver_cost
        What the solver thought the plan costs, in floats: `cost` is the exact figure, this shows the difference.
    conflict
        Where no plan exists: the smallest set of demands, capacities and rules that cannot hold together.
    ways_out
        Where no plan exists: single changes that make one possible, cheapest first.
    needs
        The need of each item (independent demand plus what awarded non-turnkey parents need), in units.
    failures
        What each single failure would do, worst first.
    certificate
        What proves the bound, where `proof` is "checked".
    """

    status: Status
    currency: str
    cost: Decimal | None = None
    bound: Decimal | None = None
    gap: Decimal | None = None
    proof: Proof = "solver"
    seconds: float = 0.0
    breakdown: Mapping[str, Decimal] = field(default_factory=dict)
    awards: tuple[Award, ...] = ()
    packages: tuple[PackageTaken, ...] = ()
    backups: tuple[Booking, ...] = ()
    hires: tuple[Hire, ...] = ()
    flows: tuple[Flow, ...] = ()
    exposures: tuple[Exposure, ...] = ()
    warnings: tuple[Message | str, ...] = ()
    conflict: tuple[Message | str, ...] = ()
    ways_out: tuple[Relaxation, ...] = ()
    needs: Mapping[str, Decimal] = field(default_factory=dict)
    failures: tuple[Failure, ...] = ()
    assumptions: int = 0
    estimates: int = 0
    as_of: str = ""
    problem_sha256: str = ""
    version: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    solver_cost: float | None = None
    certificate: Certificate | None = None
