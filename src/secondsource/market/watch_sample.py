"""A made-up list and made-up standing needs for the made-up market (`sample`); nothing in them is real."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from secondsource.market.needs import Need
from secondsource.market.screen_lists import Entry

LIST = "sample-list"
ENTRIES = (
    Entry("made-up-1", "Company", ("Kabelnye Liniyi Sever LLC", "ООО «Кабельные линии Север»"), countries=("UA",),
          topics=("debarment",), programmes=("Made-up debarments",), reason="Withdrew after winning, twice (made up)",
          since="2025-11-03"),
    Entry("made-up-2", "Company", ("Harow Office Furnitures plc",), countries=("GB",), topics=("debarment",),
          programmes=("Made-up debarments",), reason="False certificates (made up)", since="2024-06-12"),
    Entry("made-up-3", "Person", ("Petrenko Oleh",), countries=("UA",), topics=("sanction",),
          programmes=("Made-up sanctions",), since="2023-02-01"),
)  # fmt: skip


def needs(suppliers: Mapping[str, str]) -> list[Need]:
    """Return made-up standing needs on the made-up market, as they would stand in the summer of 2025.

    Parameters
    ----------
    suppliers
        Id by name, as mentions have it.
    """
    by_part = {part: id for name, id in sorted(suppliers.items()) for part in ("Harrow Office", "Yavir", "Northgate",
               "Doroshenko", "Sever") if part in name}  # fmt: skip
    return [
        Need("office-furniture", "office furniture", "39130000", supplier=by_part.get("Harrow Office", ""),
             backups=tuple(each for each in [by_part.get("Yavir")] if each), unit_price=118.0, unit="unit",
             priced_on=date(2024, 10, 1), volume=900.0, ends=date(2025, 12, 31), notice_days=60, event_cost=2_500.0,
             switch_cost=4_000.0, term_years=2.0),
        Need("cleaning", "cleaning of offices", "90910000", supplier=by_part.get("Doroshenko", ""),
             unit_price=104.0, unit="unit", priced_on=date(2024, 10, 1), volume=300.0, event_cost=2_500.0,
             failure_cost=20_000.0),
        Need("wiring", "electrical installation", "45310000", supplier=by_part.get("Sever", ""), unit_price=88.0,
             unit="unit", priced_on=date(2024, 10, 1), volume=120.0, event_cost=3_000.0),
    ]  # fmt: skip
