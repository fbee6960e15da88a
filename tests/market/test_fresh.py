"""A record is searchable as soon as it is kept, before the next resolve and after it, and counts once."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from secondsource.market import fresh, register
from secondsource.market.decisions import Decisions
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal, Page, Record
from secondsource.market.places import Places
from secondsource.market.search import search

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def record(number: int, firm: str, title: str, amount: int) -> Record:
    release: dict[str, Any] = {
        "ocid": f"o{number}", "id": "1", "date": f"2026-01-0{number}", "buyer": {"id": "B", "name": "School"},
        "parties": [{"id": "F", "name": firm, "roles": ["supplier"], "address": {"countryName": "UA"}}],
        "tender": {"title": title, "items": [{"id": "1", "classification": {"scheme": "CPV", "id": "90910000-9"}}]},
        "awards": [{"id": "1", "date": f"2026-01-0{number}", "value": {"amount": amount, "currency": "EUR"},
                    "suppliers": [{"id": "F"}]}],
    }  # fmt: skip
    return Record(f"o{number}", "1", "ocds", json.dumps(release).encode())


def kept(places: Places, *records: Record) -> None:
    keep(Journal(places.journal), "s", [Page(records)], lambda: NOW, seen=fresh.keeper(places, "s"))


def test_a_new_record_is_found_at_once_and_counts_once_after_the_resolve(tmp_path: Path) -> None:
    places = Places(tmp_path / "market")
    kept(places, record(1, "Alfa", "Cleaning of offices", 10))
    register.resolve(places)
    assert [(each.name, each.awards) for each in search(places.published(), "cleaning")] == [("Alfa", 1)]

    new = (record(2, "Alfa", "Cleaning of schools", 5), record(3, "Beta", "Cleaning of windows", 7))
    for _again in range(2):  # the same page twice is the same as once
        kept(places, *new)
    before = {each.name: each for each in search(places.published(), "cleaning")}
    assert before.keys() == {"Alfa", "Beta"}
    assert (before["Alfa"].awards, before["Alfa"].values) == (2, (("EUR", Decimal(15)),))
    assert (before["Alfa"].first, before["Alfa"].last) == ("2026-01-01", "2026-01-02")
    assert before["Alfa"].supplier == next(iter(set(Decisions(places.decisions).suppliers().values())))
    assert before["Beta"].titles == ("Cleaning of windows",)
    assert search(places.published(), "cleaning", country="gb") == []
    assert {each.name for each in search(places.published(), "", category="9091")} == {"Alfa", "Beta"}

    register.resolve(places)
    after = {each.name: each for each in search(places.published(), "cleaning")}
    assert [(name, each.awards, each.values) for name, each in sorted(after.items())] == [
        ("Alfa", 2, (("EUR", Decimal(15)),)), ("Beta", 1, (("EUR", Decimal(7)),)),
    ]  # fmt: skip
    kept(places, *new)  # known: nothing is counted again
    assert {each.name: each for each in search(places.published(), "cleaning")} == after
    assert after["Beta"].supplier == before["Beta"].supplier  # an id that was shown stays


def test_a_record_that_comes_while_a_resolve_runs_stays_in_sight(tmp_path: Path) -> None:
    places = Places(tmp_path / "market")
    kept(places, record(1, "Alfa", "Cleaning of offices", 10))
    register.resolve(places)
    number = fresh.begin(places)  # as a resolve does first
    kept(places, record(2, "Beta", "Cleaning of windows", 7))
    fresh.forget(places, number)  # and last
    assert {each.name for each in search(places.published(), "cleaning")} == {"Alfa", "Beta"}
