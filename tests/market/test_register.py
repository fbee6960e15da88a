"""From records to pages: the sample resolved, searched and shown; flags on cases small enough to check by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import secondsource
from secondsource.cli import main
from secondsource.market import extra, register, sample
from secondsource.market.decisions import Decisions
from secondsource.market.evidence import evidence, outcome
from secondsource.market.flags import flags
from secondsource.market.flatten import flatten
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal, Page, Record
from secondsource.market.places import Places
from secondsource.market.search import search

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """The sample, resolved; no test changes it."""
    places = Places(tmp_path_factory.mktemp("market"))
    keep(Journal(places.journal), "sample", sample.pages(), lambda: NOW)
    register.resolve(places)
    return places


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Places]:
    """A market that a test may change: one page of the sample's firms."""
    places = Places(tmp_path / "market")
    keep(Journal(places.journal), "sample", sample.pages(), lambda: NOW)
    yield places


def test_the_sample_has_eight_firms_and_each_is_one_supplier(market: Places) -> None:
    suppliers = Decisions(market.decisions).suppliers()
    assert len(set(suppliers.values())) == 8
    assert len(suppliers) > 30


@pytest.mark.parametrize("query", ["cleaning of offices", "прибиранням приміщень", "уборку помещений"])
def test_the_same_need_in_three_languages_finds_the_same_firms(market: Places, query: str) -> None:
    found = search(market.published(), query, limit=3)
    assert len(found) == 3
    assert all(each.awards and each.values and each.buyers for each in found)
    assert {each.supplier for each in found} == {
        each.supplier for each in search(market.published(), "", category="90910000-9", limit=10)
    }


def test_filters_narrow_a_search(market: Places) -> None:
    british = search(market.published(), "", country="gb")
    assert {each.country for each in british} == {"GB"}
    assert len(british) == 2
    assert search(market.published(), "cleaning", category="03") == []


def test_a_page_adds_up(market: Places) -> None:
    (best, *_) = search(market.published(), "електромонтажних робіт")
    page = evidence(market, best.supplier)
    assert len(page.deliveries) == best.awards == sum(row["awards"] for row in page.buyers)
    assert sum(row["amount"] for row in page.buyers) == dict(best.values)["EUR"]
    assert abs(sum(row["share"] for row in page.buyers) - 1) < 1e-9
    assert all(row["source"] == "sample" and row["ocid"].startswith("sample-") for row in page.deliveries)


def test_terminated_is_no_failure_and_stated_grounds_are() -> None:
    row: dict[str, Any] = {"status": "terminated", "termination": None, "paid": Decimal(100), "amount": Decimal(100)}
    assert outcome(row) == "ended"
    assert outcome({**row, "paid": Decimal(40)}) == "short"
    assert outcome({**row, "termination": "refused"}) == "early"
    assert outcome({**row, "status": "active"}) == "running"


def test_a_re_run_changes_nothing_and_keeps_what_a_person_said(own: Places) -> None:
    register.resolve(own)
    decisions = Decisions(own.decisions)
    before = decisions.suppliers()
    register.resolve(own)
    assert decisions.suppliers() == before
    first, second = sorted(key for key, each in before.items() if each == before[min(before)])[:2]
    decisions.judge(first, second, "different", "eve", NOW)
    for _run in range(2):
        register.resolve(own)
        assert decisions.suppliers()[first] != decisions.suppliers()[second]
    decisions.judge(first, second, "undone", "eve", NOW)
    register.resolve(own)
    assert decisions.suppliers() == before


def test_mentions_that_come_later_join_as_if_they_had_come_first(own: Places, tmp_path: Path) -> None:
    (page,) = sample.pages()
    later = Places(tmp_path / "later")
    for part in (page.records[:60], page.records[60:]):
        Decisions(later.decisions).freeze(_weights(own))
        keep(Journal(later.journal), "sample", [Page(part)], lambda: NOW)
        register.resolve(later)
    register.resolve(own)

    def groups(places: Places) -> set[frozenset[str]]:
        found: dict[str, set[str]] = {}
        for mention, supplier in Decisions(places.decisions).suppliers().items():
            found.setdefault(supplier, set()).add(mention)
        return {frozenset(each) for each in found.values()}

    assert groups(later) == groups(own)


def _weights(places: Places) -> list[tuple[str, float]]:
    if not Decisions(places.decisions).weights():
        register.resolve(places)
    return list(Decisions(places.decisions).weights().items())


def test_several_releases_of_a_process_are_compiled_column_by_column(tmp_path: Path) -> None:
    first = {
        "ocid": "o",
        "id": "1",
        "date": "2025-01-01",
        "contracts": [
            {
                "id": "c",
                "status": "active",
                "value": {"amount": 10, "currency": "EUR"},
                "period": {"endDate": "2025-06-30"},
            }
        ],
    }
    second = {
        "ocid": "o",
        "id": "2",
        "date": "2025-09-01",
        "contracts": [{"id": "c", "status": "terminated", "period": {"endDate": "2025-08-31"}}],
    }
    path = tmp_path / "releases.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in (second, first)))
    assert flatten([path], tmp_path / "out", source="s")["contracts"] == 1
    import duckdb

    columns = "status, amount, first_end_date, end_date"
    row = duckdb.execute(f"SELECT {columns} FROM '{tmp_path}/out/contracts.parquet'").fetchone()
    assert row == ("terminated", Decimal(10), "2025-06-30", "2025-08-31")


def process(number: int, bids: list[tuple[str, float, str]], **more: Any) -> dict[str, Any]:
    """A process whose bids are (firm, price, status); the cheapest that stands wins, in 30 days."""
    valid = [each for each in bids if each[2] == "valid"]
    winner = min(valid, key=lambda each: each[1])
    period = {"startDate": "2025-01-01T00:00:00Z", "endDate": "2025-01-31T12:00:00Z"}
    tender = {"procurementMethod": "open", "awardCriteria": "priceOnly", "tenderPeriod": period, **more}
    return {
        "ocid": f"o{number}", "id": "1", "date": "2025-03-01", "tender": tender,
        "buyer": {"id": "B", "name": "B"},
        "bids": {"details": [{"id": firm, "status": status, "date": "2025-01-20T00:00:00Z",
                              "value": {"amount": price, "currency": "EUR"}, "tenderers": [{"id": firm}]}
                             for firm, price, status in bids]},
        "awards": [{"id": "1", "status": "active", "suppliers": [{"id": winner[0]}]}],
    }  # fmt: skip


def raised(tmp_path: Path, processes: list[dict[str, Any]]) -> set[tuple[str, str]]:
    path = tmp_path / "releases.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in processes))
    flatten([path], tmp_path / "out", source="s")
    return {(each.code, each.ocid) for each in flags(tmp_path / "out")}


def test_flags_of_single_processes(tmp_path: Path) -> None:
    late = process(5, [("A", 100, "valid"), ("B", 120, "valid")])
    late["bids"]["details"][0]["date"] = "2025-02-01T00:00:00Z"
    found = raised(tmp_path, [
        process(0, [("A", 100, "valid"), ("B", 110, "valid")]),
        process(1, [("A", 100, "valid")]),
        process(2, [("A", 100, "valid"), ("B", 110, "valid"), ("C", 110, "valid")]),
        process(3, [("A", 100, "valid"), ("B", 90, "disqualified"), ("C", 95, "disqualified")]),
        process(4, [("A", 100, "valid"), ("B", 101, "valid")],
                tenderPeriod={"startDate": "2025-01-01", "endDate": "2025-01-15"}),
        late,
    ])  # fmt: skip
    assert found == {
        ("R018", "o1"), ("R028", "o2"), ("R035", "o3"), ("R036", "o3"), ("R003", "o4"), ("R030", "o5"),
    }  # fmt: skip


def test_prices_far_below_and_very_close_to_the_second_stand_out_among_many(tmp_path: Path) -> None:
    usual = [process(k, [("A", 100, "valid"), ("B", 118 + k % 5, "valid")]) for k in range(12)]
    close = process(90, [("A", 100, "valid"), ("B", 100.5, "valid")])
    far = process(91, [("A", 40, "valid"), ("B", 110, "valid")])
    assert raised(tmp_path, [*usual, close, far]) == {("R024", "o90"), ("R058", "o91")}


def test_organisations_that_stand_out_among_many(tmp_path: Path) -> None:
    many = [
        process(k, [("Z", 150, "valid"), (f"F{k}", 100 + k, "valid"), (f"G{k}", 125 + k, "valid")]) for k in range(12)
    ]
    buyers = [
        {
            **process(100 + k, [(f"H{k}", 100, "valid"), (f"I{k}", 120, "valid")]),
            "buyer": {"id": f"B{k}", "name": "b"},
        }
        for k in range(10)
    ]
    harsh = {
        **process(200, [("J", 100, "valid"), ("K", 120, "disqualified"), ("L", 130, "valid")]),
        "buyer": {"id": "BX", "name": "x"},
    }
    wide = []
    for k in range(8):
        items = [{"id": "1", "classification": {"scheme": "CPV", "id": f"{k + 30}000000-0"}}]
        wide.append(process(300 + k, [("W", 100, "valid"), (f"M{k}", 120, "valid")], items=items))
        items = [{"id": "1", "classification": {"scheme": "CPV", "id": "45000000-7"}}]
        wide.append(process(400 + k, [(f"N{k}", 100, "valid"), (f"O{k}", 121, "valid")], items=items))
    path = tmp_path / "releases.jsonl"
    path.write_text("\n".join(json.dumps(each) for each in [*many, *buyers, harsh, *wide]))
    flatten([path], tmp_path / "out", source="s")
    found = {(each.code, each.party) for each in flags(tmp_path / "out")}
    assert ("R025", "Z") in found
    assert {party for code, party in found if code == "R038"} == {"BX"}
    assert {party for code, party in found if code == "R048"} == {"W"}


def test_the_commands_lead_from_nothing_to_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["market", "search", "cables"]) == 2
    assert "has no register yet" in capsys.readouterr().err
    assert main(["market", "ingest", "sample"]) == 0
    assert main(["market", "resolve"]) == 0
    capsys.readouterr()
    assert main(["market", "search", "офісні меблі", "--json", "--as-suppliers", "out"]) == 0
    hits = json.loads(capsys.readouterr().out)
    assert main(["market", "show", hits[0]["supplier"]]) == 0
    assert "Red flags of the processes" in capsys.readouterr().out
    text = (tmp_path / "out" / "suppliers.csv").read_text("utf-8")
    assert text.startswith("supplier,name,source,note")
    assert "market: офісні меблі" in text
    (tmp_path / "out" / "items.csv").write_text("item,demand\ndesk,1\n")
    (tmp_path / "out" / "offers.csv").write_text(f"offer,item,supplier,unit_price\no,desk,{hits[0]['supplier']},10\n")
    assert len(secondsource.read(tmp_path / "out").suppliers) == len(hits)
    assert main(["market", "show", "nobody"]) == 2
    assert main(["market", "review", "--pair", "a,b", "--verdict", "perhaps"]) == 2
    assert main(["market", "ingest", "nowhere.json"]) == 2


def test_a_list_is_imported_with_its_licence_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cpv.json").write_text(json.dumps({"45310000-3": "Electrical installation work"}))
    assert main(["market", "lists", "--cpv", "cpv.json"]) == 2
    assert "with its licence" in capsys.readouterr().err
    assert (
        main(["market", "lists", "--cpv", "cpv.json", "--licence", "CC-BY 4.0", "--issued", "2008-11-28", "--json"])
        == 0
    )
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["licence"], row["issued"], row["codes"]) == ("CC-BY 4.0", "2008-11-28", 1)


def test_a_record_of_the_journal_is_the_very_body_that_came(tmp_path: Path) -> None:
    body = json.dumps({"ocid": "x"}, indent=3).encode()
    journal = Journal(tmp_path / "j.sqlite")
    journal.append("s", Page((Record("x", "", "ocds", body),)), NOW)
    assert next(journal.records())[1].body == body


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(extra, "PACKAGES", ("duckdb", "no_such_package"))
    assert main(["market", "resolve"]) == 2
    said = capsys.readouterr().err.replace("\n", " ")
    assert "(no_such_package)" in said
    assert "pip install 'secondsource[market]'" in said
