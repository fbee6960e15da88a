"""A register to which records are added is the register that all of them make at once, in every table, page and hit."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from secondsource.market import increment, register, sample
from secondsource.market.decisions import Decisions
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal, Page, Record
from secondsource.market.pages import FILE, TABLES
from secondsource.market.places import Places
from secondsource.market.search import categories, search

NOW = datetime(2026, 1, 1, tzinfo=UTC)
QUERIES = ("cleaning of offices", "електромонтажних робіт", "мебель", "")


def of(ocid: str, id: str, firms: list[tuple[str, str]], **more: Any) -> Record:
    """A release in which firms (name, number) bid, and the first of them wins."""
    parties = [
        {"id": f"F-{number or name}", "name": name, "roles": ["supplier", "tenderer"],
         "identifier": {"scheme": "X-REG", "id": number}, "address": {"countryName": "UA", "locality": "Львів"}}
        for name, number in firms
    ]  # fmt: skip
    release: dict[str, Any] = {
        "ocid": ocid, "id": id, "date": f"2026-01-0{id}", "parties": parties,
        "tender": {"title": "Cleaning of rooms", "procurementMethod": "open", **more},
        "awards": [{"id": "1", "status": "active", "value": {"amount": 100, "currency": "EUR"},
                    "suppliers": [{"id": parties[0]["id"]}]}] if parties else [],
    }  # fmt: skip
    return Record(ocid, id, "ocds", json.dumps(release, ensure_ascii=False).encode())


def priced(amount: float) -> dict[str, Any]:
    value = {"amount": amount, "currency": "EUR"}
    kind = {"scheme": "CPV", "id": "90910000-9", "description": "Cleaning services"}
    return {"items": [{"id": "1", "description": "rooms", "classification": kind, "quantity": 1,
                       "unit": {"name": "room", "value": value}}]}  # fmt: skip


def rows(generation: Path) -> dict[str, list[str]]:
    """Every table and page of a generation, as text in order."""
    found = {}
    names = ("processes", "parties", "items", "bids", "awards", "contracts", "mentions", "links", "features", "flags")
    for name in names:
        columns = [row[0] for row in duckdb.execute(f"DESCRIBE FROM '{generation}/{name}.parquet'").fetchall()]
        told = ", ".join(sorted(columns))
        found[name] = sorted(map(repr, duckdb.execute(f"SELECT {told} FROM '{generation}/{name}.parquet'").fetchall()))
    with closing(sqlite3.connect(generation / FILE)) as pages:
        for name in (*TABLES, "offers"):
            found[f"page {name}"] = sorted(map(repr, pages.execute(f"SELECT * FROM {name}").fetchall()))
    return found


def same(places: Places) -> None:
    """The published generation is the one that a whole resolve makes now."""
    one = places.published()
    before = [[(each.supplier, each.awards) for each in search(one, query, limit=100)] for query in QUERIES]
    register.resolve(places, anew=True)
    other = places.published()
    assert one != other
    found, expected = rows(one), rows(other)
    for name in expected:
        assert found[name] == expected[name], name
    after = [[(each.supplier, each.awards) for each in search(other, query, limit=100)] for query in QUERIES]
    assert [sorted(each) for each in before] == [sorted(each) for each in after]
    assert [code for code, _score in categories(one, "cleaning")] == [c for c, _score in categories(other, "cleaning")]


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often a register is made from the one before it."""
    times: list[int] = []
    made = increment.resolve

    def seen(*given: Any) -> None:
        times.append(1)
        made(*given)

    monkeypatch.setattr(increment, "resolve", seen)
    return times


def test_records_are_added_to_a_register_as_if_all_had_come_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New firms, new names of known ones, a correction that takes a firm's only mention away, and judgements."""
    times = counted(monkeypatch)
    places = Places(tmp_path / "market")
    journal = Journal(places.journal)
    (page,) = sample.pages()
    first = [
        of("o1", "1", [("Kvadrat Service LLC", "1"), ("Alfa Ltd", "2")], **priced(10)),
        of("o2", "1", [("Zenit Trade", "")]),
    ]
    for number, records in enumerate((
        [*page.records[:100], *first],
        page.records[100:110],
        [of("o3", "1", [("ТОВ «Квадрат Сервіс»", ""), ("Beta Ltd", "3")], **priced(12))],
        [of("o1", "2", [("Kvadrat Service LLC", "1"), ("Gamma Ltd", "4")], **priced(9))],
        [of("o2", "2", [("Zenit Trading House", "")])],
        page.records[110:],
    )):  # fmt: skip
        keep(journal, "sample", [Page(tuple(records))], lambda: NOW)
        register.resolve(places)
        assert len(times) == number
    same(places)
    decisions = Decisions(places.decisions)
    known = sorted(decisions.suppliers().items())
    (one, first_of), *others = known
    two = next(key for key, supplier in others if supplier != first_of)
    for verdict in ("same", "undone", "different"):
        decisions.judge(one, two, verdict, "eve", NOW)
        register.resolve(places)
        assert (decisions.suppliers()[one] == decisions.suppliers()[two]) == (verdict == "same")
        same(places)
    assert len(times) == 8


@pytest.mark.slow
@settings(max_examples=10, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.integers(1, 5), st.sampled_from(["Kvadrat Service", "Квадрат Сервіс ТОВ", "Zenit", "ТОВ Зеніт", "Alfa"]),
            st.sampled_from(["", "", "1", "2"]), st.integers(1, 9),
        ),
        min_size=4, max_size=14,
    ),
    st.integers(1, 3),
)  # fmt: skip
def test_any_records_in_any_portions_make_the_same_register(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[int, str, str, int]], portions: int
) -> None:
    places = Places(tmp_path_factory.mktemp("market"))
    journal = Journal(places.journal)
    size = -(-len(told) // (portions + 1))
    for start in range(0, len(told), size):
        records = tuple(
            of(f"o{process}", str(1 + (start + place) % 9), [(name, number)], **priced(price))
            for place, (process, name, number, price) in enumerate(told[start : start + size])
        )
        keep(journal, "s", [Page(records)], lambda: NOW)
        register.resolve(places)
    same(places)


def test_other_code_or_lists_make_all_of_it_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = counted(monkeypatch)
    places = Places(tmp_path / "market")
    journal = Journal(places.journal)
    keep(journal, "s", [Page((of("o1", "1", [("Alfa", "")]),))], lambda: NOW)
    register.resolve(places)
    register.resolve(places)
    assert len(times) == 1
    (places.lists).mkdir()
    (places.lists / "cpv-en.json").write_text('{"codes": {"90910000-9": "Cleaning services"}}')
    register.resolve(places)
    assert len(times) == 1
    assert categories(places.published(), "cleaning")[0][0] == "90910000"
    monkeypatch.setattr(increment, "_code", lambda: "newer")
    register.resolve(places)
    register.resolve(places)
    assert len(times) == 2


def test_a_journal_of_before_arrivals_were_numbered_is_numbered_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite")
    journal.append("s", Page((of("o1", "1", []), of("o2", "1", []))), NOW)
    with closing(sqlite3.connect(journal.path)) as connection, connection:
        connection.execute("DROP TABLE arrivals")
    for _time in range(2):
        assert Journal(journal.path).last_arrival() == 2
    journal.append("s", Page((of("o1", "2", []),)), NOW)
    assert [record.version for _source, record in journal.arrived(2)] == ["2"]
