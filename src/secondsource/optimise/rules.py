"""The manager's rules: what each one sums over, and the rows that hold it; not for limits of items or suppliers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from secondsource.arrays import Booleans, Integers
from secondsource.optimise.awards import Awards
from secondsource.optimise.frame import Frame
from secondsource.problem.links import Links
from secondsource.problem.tables import Problem

TRUE_WORDS = ("true", "yes", "1")


@dataclass(frozen=True)
class Scope:
    """What a rule sums over.

    Attributes
    ----------
    items, suppliers
        Which items and suppliers match, `(items,)` and `(suppliers,)`.
    countries
        Countries that match; None for all.
    """

    items: Booleans
    suppliers: Booleans
    countries: frozenset[str] | None

    def country(self, country: str) -> bool:
        """Return whether an offer or package from this country matches."""
        return self.countries is None or country in self.countries


def scope(problem: Problem, links: Links, rule: int) -> Scope:
    """Return what row `rule` of the rules table sums over: every filter that is not empty must match."""
    table = problem.rules
    items = np.ones(len(problem.items), dtype=np.bool_)
    suppliers = np.ones(len(problem.suppliers), dtype=np.bool_)
    if wanted := _words(table.item[rule]):
        items &= np.isin(np.array(problem.items.item, dtype=object), list(wanted))
    if wanted := _words(table.category[rule]):
        items &= np.array([category.startswith(tuple(wanted)) for category in problem.items.category], dtype=np.bool_)
    if wanted := _words(table.supplier[rule]):
        suppliers &= np.isin(np.array(problem.suppliers.supplier, dtype=object), list(wanted))
    if wanted := _words(table.own[rule]):
        asked = {word.lower() in TRUE_WORDS for word in wanted}
        suppliers &= np.isin(links.supplier_own, list(asked))
    countries = frozenset(word.upper() for word in _words(table.country[rule]))
    return Scope(items, suppliers, countries or None)


def _words(cell: str) -> frozenset[str]:
    """The values of a filter cell, separated by semicolons."""
    return frozenset(word for part in cell.split(";") if (word := part.strip()))


@dataclass(frozen=True)
class Matches:
    """Offers, deliveries and packages that a rule sums over, as places in the network.

    Attributes
    ----------
    offers, deliveries
        Match item, supplier, country and own.
    all_offers, all_deliveries
        Match the item alone: what a share is a share of.
    whole_packages
        Packages of which every item matches.
    """

    offers: Integers
    deliveries: Integers
    all_offers: Integers
    all_deliveries: Integers
    whole_packages: Integers


def matches(frame: Frame, rule: int) -> Matches:
    """Return what a rule sums over among the admitted offers and packages."""
    net, links = frame.network, frame.links
    what = scope(frame.problem, links, rule)
    from_there = np.ones(frame.n_offers, dtype=np.bool_)
    if what.countries is not None:
        from_there = np.array([what.country(links.offer_country[row]) for row in net.offers], dtype=np.bool_)
    packed_there = np.array([what.country(links.package_country[row]) for row in net.packages], dtype=np.bool_)
    package_fits = what.suppliers[net.package_supplier] & packed_there
    whole = package_fits.copy()
    whole[net.delivery_package[~what.items[net.delivery_item]]] = False
    whole[np.setdiff1d(np.arange(len(net.packages)), net.delivery_package)] = False
    return Matches(
        np.flatnonzero(net.awardable & what.items[net.item] & what.suppliers[net.supplier] & from_there),
        np.flatnonzero(what.items[net.delivery_item] & package_fits[net.delivery_package]),
        np.flatnonzero(net.awardable & what.items[net.item]),
        np.flatnonzero(what.items[net.delivery_item]),
        np.flatnonzero(whole),
    )


def counted_offers(frame: Frame) -> Booleans:
    """Return the offers whose supplier a rule counts, `(offers,)`."""
    return _in_rules(frame, lambda rule: True)


def wanted_offers(frame: Frame) -> Booleans:
    """Return the offers of which an award helps to reach a least number of suppliers, `(offers,)`."""
    low = frame.problem.rules.low.floats
    return _in_rules(frame, lambda rule: low[rule] > 0) | (frame.item("min_sources")[frame.network.item] > 1)


def _in_rules(frame: Frame, such: Callable[[int], bool]) -> Booleans:
    """Offers that match a rule on the number of suppliers, among the rules `such` as these."""
    found = np.zeros(frame.n_offers, dtype=np.bool_)
    for rule in frame.admission.rules:
        if frame.problem.rules.measure[rule] == "suppliers" and such(int(rule)):
            found[matches(frame, int(rule)).offers] = True
    return found


def rules(frame: Frame, awards: Awards) -> None:
    """Every rule in force holds: ``low ≤ measure ≤ high``."""
    write = {"quantity": _quantity, "share": _share, "spend": _spend, "suppliers": _suppliers}
    for rule in frame.admission.rules:
        write[frame.problem.rules.measure[rule]](frame, awards, int(rule), matches(frame, int(rule)))


def _limits(frame: Frame, rule: int) -> tuple[float, float]:
    """Low and high of a rule, infinite where there is none."""
    low, high = frame.problem.rules.low[rule], frame.problem.rules.high[rule]
    return (-np.inf if low is None else float(low)), (np.inf if high is None else float(high))


def _enter_quantity(frame: Frame, awards: Awards, row: int, offers: Integers, deliveries: Integers, by: float) -> None:
    build, net = frame.builder, frame.network
    build.add_entries(np.full(len(offers), row), awards.quantity[offers], by)
    package = awards.package[net.delivery_package[deliveries]]
    build.add_entries(np.full(len(deliveries), row), package, by * net.delivery_quantity[deliveries])


def _quantity(frame: Frame, awards: Awards, rule: int, found: Matches) -> None:
    """``low ≤ Σ x + Σ quantity × w ≤ high``."""
    low, high = _limits(frame, rule)
    (row,) = frame.builder.add_rows("rule", 1, lower=low, upper=high, limits=rule)
    _enter_quantity(frame, awards, row, found.offers, found.deliveries, 1.0)


def _share(frame: Frame, awards: Awards, rule: int, found: Matches) -> None:
    """``low × all ≤ matching ≤ high × all``, both sums of quantities, packages in full."""
    for limit, finite in zip(_limits(frame, rule), ("lower", "upper"), strict=True):
        if np.isfinite(limit):
            (row,) = frame.builder.add_rows("rule", 1, **{finite: 0.0}, limits=rule)
            _enter_quantity(frame, awards, row, found.offers, found.deliveries, 1.0)
            _enter_quantity(frame, awards, row, found.all_offers, found.all_deliveries, -limit)


def _spend(frame: Frame, awards: Awards, rule: int, found: Matches) -> None:
    """``low ≤ Σ purchase + Σ price × w ≤ high``, before rebates, undiscounted; packages of which all items match."""
    build = frame.builder
    low, high = _limits(frame, rule)
    (row,) = build.add_rows("rule", 1, lower=low, upper=high, limits=rule)
    inside = np.isin(awards.spend_offer, found.offers)
    build.add_entries(np.full(int(inside.sum()), row), awards.spend_column[inside], awards.spend_value[inside])
    packages = found.whole_packages
    prices = frame.problem.packages.price.floats[frame.network.packages[packages]]
    build.add_entries(np.full(len(packages), row), awards.package[packages], prices)


def _suppliers(frame: Frame, awards: Awards, rule: int, found: Matches) -> None:
    """``low ≤ Σ g ≤ high``: ``g[s]`` is 1 just where an award or package of the supplier matches."""
    build, net = frame.builder, frame.network
    causes = np.concatenate([awards.taken[found.offers], awards.package[net.delivery_package[found.deliveries]]])
    supplier = np.concatenate(
        [net.supplier[found.offers], net.package_supplier[net.delivery_package[found.deliveries]]]
    )
    who, of = np.unique(supplier, return_inverse=True)
    counted = build.add_columns("counted", len(who), upper=1, whole=True)
    rows = build.add_rows("counted", len(causes), upper=0)
    build.add_entries(rows, causes, 1.0)
    build.add_entries(rows, counted[of], -1.0)
    low, high = _limits(frame, rule)
    if np.isfinite(low):
        rows = build.add_rows("counts_only_if", len(who), upper=0)
        build.add_entries(rows, counted, 1.0)
        build.add_entries(rows[of], causes, -1.0)
    (row,) = build.add_rows("rule", 1, lower=low, upper=high, limits=rule)
    build.add_entries(np.full(len(who), row), counted, 1.0)
