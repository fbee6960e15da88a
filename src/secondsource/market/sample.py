"""A small market that is made up, for trying the commands without a network; nothing in it is real."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from secondsource.market.journal import Page, Record

PROCESSES = 120
SEED = 2026

# Firms as records write them: each has a number, and spellings of two scripts.
_FIRMS = (
    ("ТОВ «Світлобуд Монтаж»", "Svitlobud Montazh LLC", "Світлобуд-Монтаж, ТОВ"),
    ("Приватне підприємство «Електроремсервіс»", "PP Elektroremservis", "ПП Електроремсервіс"),
    ("ООО «Кабельные линии Север»", "Kabelnye Linii Sever LLC", "Кабельные линии Север"),
    ("ТОВ «Чисте Подвір'я»", "TOV Chyste Podviria", "Чисте подвір'я"),
    ("Northgate Cleaning Ltd", "NORTHGATE CLEANING LIMITED", "Northgate Cleaning"),
    ("АТ «Меблева Фабрика Явір»", "Mebleva Fabryka Yavir JSC", "Меблева фабрика «Явір» АТ"),
    ("Harrow Office Furniture plc", "Harrow Office Furniture", "HARROW OFFICE FURNITURE PLC"),
    ("ФОП Дорошенко Марко Ілліч", "FOP Doroshenko Marko Illich", "Дорошенко Марко Ілліч ФОП"),
)
_KINDS = (
    ("45310000-3", (0, 1, 2), (("Електромонтажні роботи", "Монтаж електропроводки в школі"),
                               ("Electrical installation work", "Rewiring of a clinic"),
                               ("Электромонтажные работы", "Прокладка кабельных линий"))),
    ("90910000-9", (3, 4, 7), (("Послуги з прибирання", "Прибирання приміщень лікарні"),
                               ("Cleaning services", "Cleaning of municipal offices"),
                               ("Услуги по уборке", "Уборка помещений библиотеки"))),
    ("39130000-2", (5, 6, 7), (("Офісні меблі", "Столи та стільці для школи"),
                               ("Office furniture", "Desks and chairs for the town hall"),
                               ("Офисная мебель", "Столы для поликлиники"))),
)  # fmt: skip
_BUYERS = ("Школа № 7", "Міська лікарня", "Town Council of Harrow", "Городская библиотека")


def pages() -> Iterator[Page]:
    """Return the made-up releases, the same in every run."""
    chance = random.Random(SEED)  # noqa: S311  nothing secret
    records = []
    for number in range(PROCESSES):
        release = _release(number, chance)
        records.append(
            Record(release["ocid"], release["date"], "ocds", json.dumps(release, ensure_ascii=False).encode())
        )
    yield Page(tuple(records))


def _release(number: int, chance: random.Random) -> dict[str, Any]:
    code, firms, texts = chance.choice(_KINDS)
    label, title = chance.choice(texts)
    bidders = chance.sample(firms, chance.choice((1, 2, 3, 3)))
    buyer = chance.choice(_BUYERS)
    opened = date(2024, 1, 8) + timedelta(days=5 * number)
    units, price = chance.randint(5, 60), chance.randint(80, 140)
    bids = sorted((round(units * price * chance.uniform(0.85, 1.1), 2), firm) for firm in bidders)
    winner = bids[0]
    parties = [{"id": "B", "name": buyer, "roles": ["buyer"]}]
    parties += [_party(firm, chance, firm == winner[1]) for firm in bidders]
    end = opened + timedelta(days=120)
    contract: dict[str, Any] = {
        "id": "1", "awardID": "1", "status": "terminated", "dateSigned": str(opened + timedelta(days=30)),
        "value": _money(winner[0]), "period": {"startDate": str(opened + timedelta(days=30)), "endDate": str(end)},
    }  # fmt: skip
    if winner[1] == 7 and chance.random() < 0.5:
        contract["terminationDetails"] = "The contractor did not begin the work (made up)"
    return {
        "ocid": f"sample-{number:04d}", "id": "1", "date": f"{end}T00:00:00Z", "parties": parties,
        "buyer": {"id": "B", "name": buyer},
        "tender": {
            "title": title, "status": "complete", "procurementMethod": "open", "awardCriteria": "priceOnly",
            "tenderPeriod": {"startDate": str(opened), "endDate": str(opened + timedelta(chance.choice((9, 20, 30))))},
            "items": [{"id": "1", "description": title, "quantity": units,
                       "classification": {"scheme": "CPV", "id": code, "description": label},
                       "unit": {"name": "unit", "value": _money(round(winner[0] / units, 2))}}],
        },
        "bids": {"details": [{"id": f"b{firm}", "status": "valid", "date": str(opened + timedelta(days=5)),
                              "value": _money(amount), "tenderers": [{"id": f"F{firm}"}]} for amount, firm in bids]},
        "awards": [{"id": "1", "status": "active", "date": str(opened + timedelta(days=25)), "value": _money(winner[0]),
                    "suppliers": [{"id": f"F{winner[1]}"}], "relatedBid": f"b{winner[1]}"}],
        "contracts": [contract],
    }  # fmt: skip


def _party(firm: int, chance: random.Random, won: bool) -> dict[str, Any]:
    """A firm as one record writes it: its number is there in two of three."""
    number = f"SAMPLE-{firm:06d}" if chance.random() < 0.67 else ""
    return {
        "id": f"F{firm}", "name": chance.choice(_FIRMS[firm]), "identifier": {"scheme": "XX-SAMPLE", "id": number},
        "address": {"countryName": "GB" if firm in (4, 6) else "UA", "locality": f"Town {firm}"},
        "details": {"scale": ("micro", "sme", "large")[firm % 3]},
        "roles": ["tenderer", "supplier"] if won else ["tenderer"],
    }  # fmt: skip


def _money(amount: float) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}
