"""A made-up list and made-up standing needs for the made-up market (`sample`); nothing in them is real."""

from __future__ import annotations

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
