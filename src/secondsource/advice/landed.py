"""Landed cost of goods, part by part, and what of it a plan can use; not for the formulas (`costing.landed`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from secondsource.costing import landed
from secondsource.costing.currencies import NoRate, Rate, rate_on
from secondsource.costing.incoterms import duty_basis, seller_pays
from secondsource.costing.routes import NoRoute, Route, route
from secondsource.errors import Fault, InvalidInput
from secondsource.language import Message, _
from secondsource.problem.references import several
from secondsource.problem.studies.landed import LEGS
from secondsource.problem.studies.study import Study
from secondsource.units import to_micro

ZERO = Fraction(0)


@dataclass(frozen=True)
class LandedCost:
    """One good by one way; money per unit in the base currency.

    Attributes
    ----------
    parts
        Part and amount: `price`, the legs that the buyer pays, `duty`, `vat`, `interest`, `safety_stock`; they add up
        to `total`.
    fob, cif
        Customs values of a unit.
    rate
        Base currency for 1 of the price's currency, the day of it, and who says so.
    unpriced
        Legs that the buyer pays and no row prices: counted as nothing, and said.
    co2e_kg
        Of a unit, main carriage only.
    stock_units
        The safety stock.
    """

    good: str
    name: str
    supplier: str
    incoterm: str
    mode: str
    origin: str
    destination: str
    country: str
    parts: tuple[tuple[str, Decimal], ...]
    total: Decimal
    shipment: Decimal
    fob: Decimal
    cif: Decimal
    basis: str
    duty_rate: Decimal
    currency: str
    rate: Decimal
    rate_day: date
    rate_source: Message | str
    km: Decimal
    days: Decimal
    how: Message
    co2e_kg: Decimal
    stock_units: Decimal
    unpriced: tuple[str, ...]


@dataclass(frozen=True)
class Landed:
    """The answer to a landed-cost study, cheapest first."""

    title: str
    currency: str
    as_of: date
    goods: tuple[LandedCost, ...]
    sources: tuple[tuple[str, str, str], ...]
    sha256: str


def landed_costs(study: Study) -> Landed:
    """Return what each good of a study costs where it is needed.

    Raises
    ------
    InvalidInput
        An exchange rate or a way by sea is missing: with all such rows at once.
    """
    faults: list[Fault] = []
    found = [_landed(study, row, faults) for row in range(len(study["goods"]))]
    if faults:
        raise InvalidInput(faults)
    goods = sorted((each for each in found if each is not None), key=lambda each: each.total)
    return Landed(
        str(study.settings["title"]), study.currency, study.as_of, tuple(goods), study.sources(), study.sha256
    )


def _landed(study: Study, row: int, faults: list[Fault]) -> LandedCost | None:
    goods, sites = study["goods"], study["sites"]
    good = goods.row(row)
    own = _own_rates(study)
    day = good["rate_date"] or study.as_of
    rate = _rate(good["currency"] or study.currency, study, day, own, "goods", goods.line[row], faults)
    legs = _legs(study, row, day, own, faults)
    way = _route(study, row, faults)
    if rate is None or way is None or legs is None:
        return None
    destination = sites.position[good["destination"]]
    country = sites.country[destination]
    basis = good["customs_value"] or duty_basis(country)
    price = Fraction(good["unit_price"]) * rate.rate
    abroad = sites.country[sites.position[good["origin"]]] != country
    duty_rate, vat_rate = (Fraction(good[name]) if abroad else ZERO for name in ("duty_rate", "vat_rate"))
    insurance_rate, insured_share = Fraction(good["insurance_rate"]), Fraction(good["insured_share"])
    seen = landed.customs_values(
        price, good["incoterm"], legs, basis, duty_rate, vat_rate, insurance_rate, insured_share
    )
    parts = _parts(study, good, price, legs, seen, way)
    total = sum((amount for _name, amount in parts), ZERO)
    unpriced = [
        leg for leg in LEGS if not seller_pays(good["incoterm"], leg) and leg not in legs
        and not (leg == "insurance" and insurance_rate)
    ]  # fmt: skip
    return LandedCost(
        good=good["good"],
        name=good["name"] or good["good"],
        supplier=good["supplier"],
        incoterm=good["incoterm"],
        mode=good["mode"],
        origin=good["origin"],
        destination=good["destination"],
        country=country,
        parts=tuple((name, to_micro(amount)) for name, amount in parts),
        total=to_micro(total),
        shipment=to_micro(total * Fraction(good["quantity"])),
        fob=to_micro(seen.fob),
        cif=to_micro(seen.cif),
        basis=basis,
        duty_rate=to_micro(duty_rate),
        currency=rate.currency,
        rate=to_micro(rate.rate),
        rate_day=rate.day,
        rate_source=rate.source,
        km=to_micro(Fraction(way.km)),
        days=to_micro(Fraction(way.days)),
        how=way.how,
        co2e_kg=to_micro(Fraction(way.co2e_kg_per_tonne) * Fraction(good["weight_kg"]) / 1000),
        stock_units=to_micro(_stock(good, way)),
        unpriced=tuple(unpriced),
    )


def _parts(
    study: Study,
    good: dict[str, Any],
    price: Fraction,
    legs: dict[str, Fraction],
    seen: landed.Values,
    way: Route,
) -> list[tuple[str, Fraction]]:
    rate = Fraction(study.settings["discount_rate"])
    incoterm, days = good["incoterm"], Fraction(way.days)
    parts = [("price", price), *landed.buyer_legs(incoterm, legs, seen.insurance).items()]
    if incoterm != "DDP":
        parts.append(("duty", seen.duty))
        vat = landed.vat_cost(seen.vat, bool(good["vat_recoverable"]), rate, Fraction(good["vat_days"]))
        parts.append(("vat", vat))
    parts.append(("interest", landed.interest_in_transit(price, rate, days, Fraction(good["payment_days"]))))
    so_far = sum((amount for _name, amount in parts), ZERO)
    stock, holding = _stock(good, way), rate + Fraction(good["holding_rate"])
    parts.append(("safety_stock", landed.stock_cost(stock, so_far, holding, Fraction(good["daily_demand"]))))
    return [(name, amount) for name, amount in parts if amount]


def _stock(good: dict[str, Any], way: Route) -> Fraction:
    lead = float(good["lead_days"]) + way.days
    level, demand, sd = (float(good[name]) for name in ("service_level", "daily_demand", "demand_sd"))
    return Fraction(landed.safety_stock(level, demand, sd, lead, float(good["lead_sd"])))


Own = list[tuple[str, date, Fraction]]


def _own_rates(study: Study) -> Own:
    rates = study["rates"]
    return [(rates.currency[k], rates.date[k], Fraction(rates.rate[k])) for k in range(len(rates))]


def _rate(currency: str, study: Study, day: date, own: Own, table: str, line: int, faults: list[Fault]) -> Rate | None:
    try:
        return rate_on(currency, study.currency, day, own)
    except NoRate as error:
        faults.append(Fault("", table, line, "currency", currency, error.why))
        return None


def _legs(study: Study, row: int, day: date, own: Own, faults: list[Fault]) -> dict[str, Fraction] | None:
    """Cost of each leg per unit, base currency; None where a rate is missing."""
    goods, charges = study["goods"], study["charges"]
    good, complete = goods.good[row], True
    legs: dict[str, Fraction] = {}
    for k in range(len(charges)):
        if charges.good[k] != good:
            continue
        rate = _rate(charges.currency[k] or study.currency, study, day, own, "charges", charges.line[k], faults)
        if rate is None:
            complete = False
            continue
        per_unit = Fraction(charges.per_unit[k]) + Fraction(charges.per_kg[k]) * Fraction(goods.weight_kg[row])
        legs[charges.leg[k]] = (
            per_unit + Fraction(charges.per_shipment[k]) / Fraction(goods.quantity[row])
        ) * rate.rate
    return legs if complete else None


def _route(study: Study, row: int, faults: list[Fault]) -> Route | None:
    goods, sites = study["goods"], study["sites"]
    points = []
    for column in ("origin", "destination"):
        at = sites.position[getattr(goods, column)[row]]
        here = (sites.latitude[at], sites.longitude[at])
        if None in here and goods.km[row] is None:
            why = _("the site has no coordinates: give them, or the km")
            faults.append(Fault("", "goods", goods.line[row], column, sites.site[at], why))
            return None
        points.append((float(here[0] or 0), float(here[1] or 0)))
    km, days = (None if value is None else float(value) for value in (goods.km[row], goods.days[row]))
    try:
        shut, arctic = several(goods.shut[row]), bool(goods.arctic[row])
        return route(goods.mode[row], points[0], points[1], shut, arctic, km, days)
    except NoRoute:
        why = _("ships find no way with these passages shut")
        faults.append(Fault("", "goods", goods.line[row], "shut", goods.shut[row], why))
        return None


def lanes_of(answer: Landed) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of `lanes` and `rates` with which a plan counts what is counted here.

    A lane is for all goods between two sites: where several go there, the dearest stands, and the note says so. Duty is
    said as a share of the price, so that other prices are charged alike.
    """
    lanes: dict[tuple[str, str], dict[str, Any]] = {}
    counts: dict[tuple[str, str], int] = {}
    for each in answer.goods:  # cheapest first, so that the dearest of a lane stays
        parts = dict(each.parts)
        price = parts.pop("price", Decimal(0))
        duty = parts.pop("duty", Decimal(0))
        parts.pop("interest", None)
        key = (each.origin, each.destination)
        counts[key] = counts.get(key, 0) + 1
        lanes[key] = {
            "origin": each.origin,
            "destination": each.destination,
            "cost_per_unit": max(Decimal(0), sum(parts.values(), Decimal(0))),
            "duty_rate": to_micro(Fraction(duty) / Fraction(price)) if price else Decimal(0),
            "days": each.days,
            "source": f"landed {each.good}",
        }
    for key, count in counts.items():
        if count > 1:
            lanes[key]["note"] = str(_("the dearest of {count} goods on this lane", count=count))
    rates = {each.currency: each.rate for each in answer.goods if each.currency != answer.currency}
    return {
        "lanes": list(lanes.values()),
        "rates": [{"currency": currency, "rate": rate} for currency, rate in rates.items()],
    }
