"""What a unit costs once it is where it is needed: price, legs, duty, VAT, time, stock, currency; not for choosing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

from secondsource.costing import parts
from secondsource.costing.incoterms import BEFORE_SHIP, seller_pays
from secondsource.problem.studies.landed import LEGS
from secondsource.units import DAYS_PER_YEAR

ZERO = Fraction(0)
AFTER_BORDER = ("terminal_destination", "import_clearance", "inland_destination", "unloading")


@dataclass(frozen=True)
class Values:
    """Of one unit, base currency: its worth on board, the insurance, its worth at the border, duty and VAT."""

    fob: Fraction
    insurance: Fraction
    cif: Fraction
    duty: Fraction
    vat: Fraction


def customs_values(
    price: Fraction,
    incoterm: str,
    legs: Mapping[str, Fraction],
    basis: str,
    duty_rate: Fraction,
    vat_rate: Fraction,
    insurance_rate: Fraction,
    insured_share: Fraction,
) -> Values:
    """Return what customs see of one unit, whatever the incoterm.

    ``FOB = price + legs before the ship that the buyer pays − later legs that are in the price`` (under DDP
    also without the duty in it: ``/ (1 + duty rate)``); ``insurance = rate × insured share × (FOB + main carriage)``
    where no leg says it; ``CIF = FOB + main carriage + insurance``; ``duty = rate × (FOB or CIF)``;
    ``VAT = rate × (CIF + duty)``.

    Parameters
    ----------
    legs
        Cost of each leg per unit, whoever pays it; a leg that is missing costs nothing.
    basis
        "FOB" or "CIF".

    >>> legs = {"main_carriage": Fraction(3, 5), "insurance": Fraction(1, 20)}
    >>> rates = Fraction(4, 100), Fraction(20, 100), ZERO, ZERO
    >>> seen = customs_values(Fraction(4), "FOB", legs, "CIF", *rates)
    >>> float(seen.cif), float(seen.duty), float(seen.vat)
    (4.65, 0.186, 0.9672)
    """
    freight = legs.get("main_carriage", ZERO)
    before = sum((legs.get(leg, ZERO) for leg in BEFORE_SHIP if not seller_pays(incoterm, leg)), ZERO)
    inside = sum((legs.get(leg, ZERO) for leg in AFTER_BORDER if seller_pays(incoterm, leg)), ZERO)
    if seller_pays(incoterm, "main_carriage"):
        inside += freight
    has_premium, premium = "insurance" in legs, legs.get("insurance", ZERO)
    share = insurance_rate * insured_share
    in_price = seller_pays(incoterm, "insurance")
    net = price + before - inside
    taxed = duty_rate if incoterm == "DDP" else ZERO
    # FOB (1 + tax on it) + premium in the price + tax on freight and premium (CIF basis) = net
    on_top = (freight if basis == "CIF" else ZERO) * taxed
    if has_premium:
        paid = premium if in_price else ZERO
        fob = (net - paid - on_top - (premium * taxed if basis == "CIF" else ZERO)) / (1 + taxed)
    else:
        weight = share * (1 + (taxed if basis == "CIF" else ZERO)) if in_price else ZERO
        fob = (net - on_top - weight * freight) / (1 + taxed + weight)
        premium = share * (fob + freight)
    cif = fob + freight + premium
    duty = duty_rate * (cif if basis == "CIF" else fob)
    return Values(fob, premium, cif, duty, vat_rate * (cif + duty))


def buyer_legs(incoterm: str, legs: Mapping[str, Fraction], insurance: Fraction) -> dict[str, Fraction]:
    """Return the legs that the buyer pays on top of the price, each per unit."""
    known = {**legs, "insurance": insurance}
    return {leg: known[leg] for leg in LEGS if leg in known and not seller_pays(incoterm, leg) and known[leg]}


def vat_cost(vat: Fraction, is_recoverable: bool, rate: Fraction, days: Fraction) -> Fraction:
    """Return what import VAT costs: all of it, or where it comes back after `days` the interest on it.

    >>> vat_cost(Fraction(365), True, Fraction(1, 10), Fraction(10)), vat_cost(Fraction(365), False, ZERO, ZERO)
    (Fraction(1, 1), Fraction(365, 1))
    """
    return vat * rate * days / DAYS_PER_YEAR if is_recoverable else vat


def safety_stock(
    service_level: float, daily_demand: float, demand_sd: float, lead_days: float, lead_sd: float
) -> float:
    """Return the units that lie in stock against uncertainty: ``z × sqrt(L σ_d² + d² σ_L²)``.

    Parameters
    ----------
    service_level
        Chance that the stock lasts through a lead time, 0..1 without the ends.
    lead_days, lead_sd
        The whole lead time, order to receipt, and its standard deviation, in days.

    >>> round(safety_stock(NormalDist().cdf(1.28), 30, 3, 7, 4), 2)  # ja3.jsfiddle.net 16251922: 153.94
    153.94
    """
    z = NormalDist().inv_cdf(service_level)
    return max(0.0, z * sqrt(lead_days * demand_sd**2 + daily_demand**2 * lead_sd**2))


def stock_cost(units: Fraction, value: Fraction, rate: Fraction, daily_demand: Fraction) -> Fraction:
    """Return what the safety stock costs for each unit used: ``units × value × rate / (365 × daily demand)``."""
    return units * value * rate / (DAYS_PER_YEAR * daily_demand) if daily_demand else ZERO


def interest_in_transit(price: Fraction, rate: Fraction, days: Fraction, payment_days: Fraction) -> Fraction:
    """Return the interest on a unit while it travels, as a plan counts it (`parts.interest`)."""
    return Fraction(parts.interest(price, rate, days, payment_days))
