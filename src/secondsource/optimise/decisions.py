"""What a plan decides, as exact quantities, read off a solver's point or a plan; not for what it costs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from secondsource.arrays import Floats
from secondsource.errors import Fault, InvalidInput
from secondsource.language import _
from secondsource.optimise.formulate import Formulation
from secondsource.optimise.frame import NONE
from secondsource.problem.links import Links
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem

DIGITS = 10
"""Decimals after the first digit to which quantities are rounded: solvers give about nine."""
NOTHING = 1e-9
"""Share of the need below which a solver's quantity is noise."""
SNAP = 1e-7
"""Share of the need within which a quantity is taken to lie exactly on a price break or limit."""


@dataclass(frozen=True)
class Decisions:
    """What is awarded, booked and shipped; keys are rows of the problem's tables, quantities exact units.

    Attributes
    ----------
    awards, bookings
        By offer.
    packages
        Rows taken.
    flows
        By (offer, destination site or -1): the awards split by where they go.
    """

    awards: Mapping[int, Fraction]
    bookings: Mapping[int, Fraction]
    packages: frozenset[int]
    flows: Mapping[tuple[int, int], Fraction]


def read_point(formulation: Formulation, x: Floats) -> Decisions:
    """Return the decisions of a solver's point, quantities rounded, those next to a limit put on it.

    The greatest award of an item takes what rounding leaves over, so that awards add up to the need exactly wherever
    no multiple forbids it.
    """
    net, awards = formulation.frame.network, formulation.awards
    limits = _limits(formulation, x)
    flows: dict[tuple[int, int], Fraction] = {}
    totals: dict[int, Fraction] = {}
    for offer in np.flatnonzero(x[awards.quantity] > NOTHING * net.need_max[net.item]).tolist():
        if awards.taken[offer] != NONE and x[awards.taken[offer]] < 0.5:
            continue
        scale = float(net.need_max[net.item[offer]])
        channels = np.flatnonzero(net.channel_offer == offer) if net.places[net.item[offer]] > 1 else None
        total = _placed(float(x[awards.quantity[offer]]), scale, limits.get(offer, ()))
        row = int(net.offers[offer])
        totals[row] = total
        if channels is None:
            flows[row, int(net.place_site[net.first_place[net.item[offer]]])] = total
            continue
        split = {int(net.place_site[net.channel_place[c]]): Fraction(0) for c in channels}
        for channel in channels:
            amount = x[awards.channel[channel]]
            if amount > NOTHING * scale:
                split[int(net.place_site[net.channel_place[channel]])] += _placed(float(amount), scale, ())
        most = max(split, key=lambda site: split[site])
        split[most] += total - sum(split.values())
        flows.update({(row, site): amount for site, amount in split.items() if amount > 0})
    _close(formulation, totals, flows, limits)
    bookings = {}
    for offer in np.flatnonzero(formulation.booked != NONE).tolist():
        scale = float(net.need_max[net.item[offer]])
        amount = float(x[formulation.booked[offer]])
        if amount > NOTHING * scale:
            bookings[int(net.offers[offer])] = _placed(amount, scale, ())
    taken = frozenset(int(net.packages[p]) for p in np.flatnonzero(x[awards.package] > 0.5))
    return Decisions(totals, bookings, taken, flows)


def _limits(formulation: Formulation, x: Floats) -> dict[int, tuple[Fraction, ...]]:
    """Quantities on which an award may have to lie exactly: its segment's start, its least, its multiple."""
    frame, awards = formulation.frame, formulation.awards
    net, offers = frame.network, frame.problem.offers
    found: dict[int, list[Fraction]] = {}
    starts: dict[int, list[Fraction]] = {}
    for row, offer in enumerate(frame.links.price_break_offer.tolist()):
        starts.setdefault(offer, []).append(Fraction(frame.problem.price_breaks.from_quantity[row] or 0))
    for segment in np.flatnonzero(x[awards.segment_taken] > 0.5).tolist():
        offer, start = int(awards.segment_offer[segment]), float(awards.segment_start[segment])
        for exact in starts.get(int(net.offers[offer]), ()):
            if float(exact) == start:
                found.setdefault(offer, []).append(exact)
    for offer in np.flatnonzero(awards.taken != NONE).tolist():
        row = int(net.offers[offer])
        if least := offers.min_quantity[row]:
            found.setdefault(offer, []).append(Fraction(least))
        multiple = offers.multiple[row]
        if multiple is not None:
            found[offer] = [Fraction(multiple) * round(float(x[awards.lots[offer]]))]
    return {offer: tuple(values) for offer, values in found.items()}


def _placed(value: float, scale: float, limits: tuple[Fraction, ...]) -> Fraction:
    """Return `value` rounded, or the limit that it lies next to."""
    for limit in limits:
        if abs(value - float(limit)) <= SNAP * scale:
            return limit
    digits = DIGITS - math.floor(math.log10(min(scale, abs(value)))) if scale > 0 and value else DIGITS
    return Fraction(round(Fraction(value) * Fraction(10) ** digits)) / Fraction(10) ** digits


def _close(
    formulation: Formulation,
    totals: dict[int, Fraction],
    flows: dict[tuple[int, int], Fraction],
    limits: dict[int, tuple[Fraction, ...]],
) -> None:
    """Give what rounding left over of an item's fixed need to its greatest award that lies on no limit."""
    frame, net = formulation.frame, formulation.frame.network
    at = {int(row): offer for offer, row in enumerate(net.offers)}
    by_item: dict[int, list[int]] = {}
    for row in totals:
        by_item.setdefault(int(frame.links.offer_item[row]), []).append(row)
    relieved = set(net.delivery_item.tolist())
    for item, rows in by_item.items():
        if net.depends[item] or item in relieved:
            continue
        rest = Fraction(frame.problem.items.demand[item] or 0) - sum(totals[row] for row in rows)
        free = [row for row in rows if totals[row] not in limits.get(at[row], ())]
        if rest and free and abs(rest) <= SNAP * net.need_max[item]:
            row = max(free, key=lambda r: totals[r])
            (site,) = {site for offer, site in flows if offer == row}
            totals[row] += rest
            flows[row, site] += rest


def read_plan(problem: Problem, links: Links, plan: Plan) -> Decisions:
    """Return the decisions of a plan made anywhere.

    Raises
    ------
    InvalidInput
        With every name that the problem does not know, and every award of which it cannot be told where it goes.
    """
    faults: list[Fault] = []
    offers, sites = problem.offers.position, {**problem.sites.position, "": -1}

    def known(table: str, row: int, column: str, name: str, names: Mapping[str, int]) -> int | None:
        if name not in names:
            faults.append(Fault("", table, row, column, name, _("the problem has no such name")))
        return names.get(name)

    awards: dict[int, Fraction] = {}
    for number, award in enumerate(plan.awards, 1):
        offer = known("awards", number, "offer", award.offer, offers)
        if offer is not None:
            awards[offer] = awards.get(offer, Fraction(0)) + Fraction(award.quantity)
    bookings: dict[int, Fraction] = {}
    for number, booking in enumerate(plan.backups, 1):
        offer = known("backups", number, "offer", booking.offer, offers)
        if offer is not None:
            bookings[offer] = bookings.get(offer, Fraction(0)) + Fraction(booking.quantity)
    packages = [
        known("packages", number, "package", taken.package, problem.packages.position)
        for number, taken in enumerate(plan.packages, 1)
    ]
    flows: dict[tuple[int, int], Fraction] = {}
    unnamed: dict[tuple[str, int], dict[int, Fraction]] = {}
    for number, flow in enumerate(plan.flows, 1):
        origin = known("flows", number, "origin", flow.origin, sites)
        site = known("flows", number, "destination", flow.destination, sites)
        offer = known("flows", number, "offer", flow.offer, offers) if flow.offer else None
        if offer is not None and site is not None:
            flows[offer, site] = flows.get((offer, site), Fraction(0)) + Fraction(flow.quantity)
        elif not flow.offer and origin is not None and site is not None:
            arriving = unnamed.setdefault((flow.item, origin), {})
            arriving[site] = arriving.get(site, Fraction(0)) + Fraction(flow.quantity)
    for (item, origin), arriving in unnamed.items():
        faults += _share_out(problem, links, awards, flows, item, origin, arriving)
    if faults:
        raise InvalidInput(faults)
    return Decisions(awards, bookings, frozenset(p for p in packages if p is not None), flows)


def _share_out(
    problem: Problem,
    links: Links,
    awards: Mapping[int, Fraction],
    flows: dict[tuple[int, int], Fraction],
    item: str,
    origin: int,
    arriving: Mapping[int, Fraction],
) -> list[Fault]:
    """Tell which award each flow without an offer belongs to: FORMAT.md 0.2 does not say, and cost depends on it.

    One award at the origin sends everything; several that all serve one destination send what each is awarded; anything
    else cannot be told.
    """
    senders = [o for o in awards if problem.offers.item[o] == item and int(links.offer_site[o]) == origin]
    if len(senders) == 1:
        flows.update({(senders[0], site): quantity for site, quantity in arriving.items()})
    elif senders and len(arriving) == 1:
        (site, total), awarded = next(iter(arriving.items())), sum(awards[o] for o in senders)
        flows.update({(o, site): total * awards[o] / awarded for o in senders if awarded})
    else:
        expected = _("{count} awards of {item} could travel from there: name the offer", count=len(senders), item=item)
        return [Fault("", "flows", 0, "offer", "", expected)]
    return []
