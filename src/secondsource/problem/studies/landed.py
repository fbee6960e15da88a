"""The tables of a landed-cost study: goods on their way from a seller to where they are needed; not for their cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from secondsource.language import _
from secondsource.problem.columns import Column, Numbers, column
from secondsource.problem.sheets import Report
from secondsource.problem.studies.study import GENERAL, Drafts, Form, Settings
from secondsource.problem.tables import Dates, Flags, Sites, Table, Text

INCOTERMS = ("EXW", "FCA", "FAS", "FOB", "CFR", "CIF", "CPT", "CIP", "DAP", "DPU", "DDP")
LEGS = (
    "loading", "inland_origin", "export_clearance", "terminal_origin", "main_carriage", "insurance",
    "terminal_destination", "import_clearance", "inland_destination", "unloading",
)  # fmt: skip
"""From the seller's door to the buyer's; `import_clearance` is brokerage: duty and VAT are counted by their rates."""
MODES = ("sea", "air", "road", "rail")
PASSAGES = (
    "suez",
    "panama",
    "malacca",
    "gibraltar",
    "babalmandab",
    "bosporus",
    "ormuz",
    "sunda",
    "chili",
    "south_africa",
)


@dataclass(frozen=True, kw_only=True)
class Goods(Table):
    """What is bought from whom, how it travels, and what customs take."""

    NAME = "goods"

    good: Text = column("text", "short unique name of the good from this seller by this way", key=True, required=True)
    name: Text = column("text", "name in full", default="")
    supplier: Text = column("text", "who sells it", default="")
    incoterm: Text = column("choice", "Incoterms 2020: what the price includes", required=True, choices=INCOTERMS)
    unit_price: Numbers = column("number", "price of one unit under the incoterm", required=True, low=0)
    currency: Text = column("currency", "currency of the price (empty: base currency)", default="")
    rate_date: Dates = column("date", "day whose exchange rate is used (empty: as_of)")
    quantity: Numbers = column("number", "units in one shipment", required=True, above=0)
    weight_kg: Numbers = column("number", "weight of one unit, in kg", default=0, low=0)
    origin: Text = column("text", "from", required=True, refers="sites")
    destination: Text = column("text", "to", required=True, refers="sites")
    mode: Text = column("choice", "of the main carriage", required=True, choices=MODES)
    shut: Text = column("text", "passages that ships may not use, such as suez; several with ;", default="")
    arctic: Flags = column("boolean", "true: ships may take the Northwest Passage", default=False)
    km: Numbers = column("number", "length of the main carriage (empty: computed)", above=0)
    days: Numbers = column("number", "days from door to door (empty: computed)", low=0)
    customs_value: Text = column(
        "choice",
        "what duty is taken on (empty: as the country of destination does)",
        default="",
        choices=("CIF", "FOB"),
    )
    duty_rate: Numbers = column("number", "of the customs value", default=0, low=0)
    vat_rate: Numbers = column("number", "import VAT on CIF value and duty", default=0, low=0)
    vat_recoverable: Flags = column("boolean", "true: it comes back, and only the money tied up costs", default=True)
    vat_days: Numbers = column("number", "days until it comes back", default=60, low=0)
    insurance_rate: Numbers = column("number", "premium as a share of what is insured", default=0, low=0, high=1)
    insured_share: Numbers = column("number", "what is insured, of value and freight", default="1.1", low=0)
    payment_days: Numbers = column("number", "days until the seller is paid", default=0, low=0)
    daily_demand: Numbers = column("number", "units needed a day; 0 leaves stock out", default=0, low=0)
    demand_sd: Numbers = column("number", "standard deviation of a day's demand", default=0, low=0)
    lead_days: Numbers = column("number", "days from order to dispatch", default=0, low=0)
    lead_sd: Numbers = column("number", "standard deviation of the whole lead time, in days", default=0, low=0)
    service_level: Numbers = column(
        "number", "chance that the stock lasts through a lead time", default="0.95", low=0, high=1
    )
    holding_rate: Numbers = column(
        "number", "storage and ageing, share of the value per year, without interest", default=0, low=0
    )


@dataclass(frozen=True, kw_only=True)
class Charges(Table):
    """What each leg of the way costs, whoever pays it."""

    NAME = "charges"

    good: Text = column("text", "good", key=True, required=True, refers="goods")
    leg: Text = column("choice", "leg of the way", key=True, required=True, choices=LEGS)
    per_unit: Numbers = column("number", "for one unit", default=0, low=0)
    per_kg: Numbers = column("number", "for one kg", default=0, low=0)
    per_shipment: Numbers = column("number", "for one shipment", default=0, low=0)
    currency: Text = column("currency", "currency of the row (empty: base currency)", default="")


@dataclass(frozen=True, kw_only=True)
class DatedRates(Table):
    """Exchange rates of your own, for currencies that the European Central Bank does not quote, or in its place."""

    NAME = "rates"

    currency: Text = column("currency", "currency", key=True, required=True)
    date: Dates = column("date", "first day on which the rate holds", key=True, required=True)
    rate: Numbers = column("number", "base currency for 1 of it", required=True, above=0)


SETTINGS: Mapping[str, Column] = {
    **GENERAL,
    "discount_rate": Column("number", "what money tied up costs per year", default=0, low=0),
}


def _agree(drafts: Drafts, _settings: Settings, report: Report) -> None:
    """Note passages that there are not, and service levels that no stock can give."""
    goods = drafts["goods"]
    for row in range(len(goods)):
        for name in (each.strip() for each in goods.values["shut"][row].split(";") if each.strip()):
            if name not in PASSAGES:
                goods.fault(report, row, "shut", _("expected one of {choices}", choices=", ".join(PASSAGES)), name)
        if goods.values["service_level"][row] >= 1:
            goods.fault(report, row, "service_level", _("expected less than 1: no stock is always enough"))


TABLES: Mapping[str, type[Table]] = {table.NAME: table for table in (Goods, Charges, Sites, DatedRates)}
FORM = Form("landed", TABLES, ("goods", "sites"), SETTINGS, _agree)
