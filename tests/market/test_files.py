"""OCDS files, supplier lists, the publishers of the UK and TED: each record once, each fault in quarantine."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from secondsource.errors import InvalidInput
from secondsource.market import eforms, lists, ocds_api, packages, ted
from secondsource.market.fetch import Client, Manners, Refused
from secondsource.market.formats import release_of
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal, Kept, Page, Record
from tests.market.publisher import Answer, as_json, serving

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DATA = Path(__file__).parents[3] / "shared" / "data" / "market"
published = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not beside the checkout")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "journal.sqlite")


def release(number: int, **more: Any) -> dict[str, Any]:
    return {"ocid": f"ocds-1-{number}", "id": "1", "date": "2026-01-01", **more}


def kept(journal: Journal, path: Path) -> Kept:
    return keep(journal, path.name, packages.pages(path), lambda: NOW)


def test_every_wrapping_of_releases_is_read(tmp_path: Path, journal: Journal) -> None:
    package = {"releases": [release(1), release(2)]}
    record = {"records": [{"ocid": "x", "compiledRelease": release(3)}, {"ocid": "x", "releases": [release(4)]}]}
    lines = "\n".join(json.dumps(release(number)) for number in (5, 6))
    (tmp_path / "package.json").write_text(json.dumps(package, indent=1))
    (tmp_path / "record.json").write_text(json.dumps([record]))
    (tmp_path / "lines.jsonl").write_text(lines)
    with gzip.open(tmp_path / "lines2.jsonl.gz", "wt") as file:
        file.write(lines)
    with zipfile.ZipFile(tmp_path / "both.zip", "w") as archive:
        archive.writestr("a.json", json.dumps(package))
        archive.writestr("b.jsonl", lines)
    news = {path.name: kept(journal, path).new for path in sorted(tmp_path.glob("*.*")) if "sqlite" not in path.name}
    assert news == {"both.zip": 4, "lines.jsonl": 2, "lines2.jsonl.gz": 2, "package.json": 2, "record.json": 2}
    assert kept(journal, tmp_path / "lines.jsonl") == Kept(known=2)


def test_a_broken_line_and_a_release_without_ocid_go_into_quarantine_with_their_place(
    tmp_path: Path, journal: Journal
) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b'{"ocid": "a", "id": "1"}\n{"ocid": "b", \n{"id": "2"}\n{"ocid": "caf\xe9", "id": "1"}\n')
    assert kept(journal, path) == Kept(new=2, quarantined=2)
    faults = [(each.place, each.reason.partition(":")[0]) for _, each in journal.quarantined()]
    assert faults == [("lines.jsonl:2", "no JSON"), ("lines.jsonl:3#0", "no release")]
    assert [json.loads(record.body)["ocid"] for _, record in journal.records()] == ["a", "café"]


def test_a_changed_duplicate_is_kept_apart_and_the_first_stays(journal: Journal) -> None:
    first, changed = (Record("a", "1", "ocds", json.dumps(release(1, n=n)).encode()) for n in (1, 2))
    assert keep(journal, "s", [Page((first,)), Page((changed,))], lambda: NOW) == Kept(1, 1, 1)
    assert keep(journal, "s", [Page((first, changed))], lambda: NOW) == Kept(0, 2, 1)
    assert [record for _, record in journal.records()] == [first]
    assert [each.body for _, each in journal.quarantined()] == [changed.body]


def test_a_position_is_saved_with_its_page_or_not_at_all(journal: Journal) -> None:
    class Broken(str):
        def encode(self, *_: Any) -> bytes:
            raise AssertionError("not reached")

    journal.append("s", Page((Record("a", "1", "ocds", b"{}"),), position="one"), NOW)
    bad = Page((Record("b", "1", "ocds", b"{}"), Record("c", "1", "ocds", "no bytes")), position="two")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        journal.append("s", bad, NOW)
    assert journal.position("s") == "one"
    assert [record.id for _, record in journal.records()] == ["a"]


def test_a_supplier_list_is_read_by_confirmed_columns_only(tmp_path: Path, journal: Journal) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Company;Country;Sector\nAlfa;UA;Cables\n;UA;Nothing\nBeta;GB;\n", "utf-8")
    assert lists.propose(path) == {"name": "Company", "country": "Country", "category": "Sector"}
    found = keep(journal, "list", lists.pages(path, {"name": "Company", "country": "Country"}), lambda: NOW)
    assert found == Kept(new=2, quarantined=1)
    parties = [release_of(record)["parties"][0] for _, record in journal.records()]
    assert {(each["name"], each["address"]["countryName"]) for each in parties} == {("Alfa", "UA"), ("Beta", "GB")}
    with pytest.raises(InvalidInput, match="is no heading of the file; it has Company, Country, Sector"):
        list(lists.pages(path, {"name": "Firm"}))


def test_a_403_of_contracts_finder_is_met_with_five_minutes_of_quiet(journal: Journal) -> None:
    slept: list[float] = []
    pages = {"": [1, 2], "two": [3]}
    times = 0

    def script(path: str, words: dict[str, str], headers: dict[str, str], body: bytes) -> Answer:
        nonlocal times
        times += 1
        if times == 1:
            return 403, {}, b""
        cursor = words.get("cursor", "")
        links = {"next": f"{path}?cursor=two"} if not cursor else {}
        return as_json({"releases": [release(number) for number in pages[cursor]], "links": links})

    with serving(script) as (address, _):
        manners = Manners(interval=0, pauses=ocds_api.CONTRACTS_FINDER.manners.pauses)
        client = Client(address, manners, private=True, sleep=slept.append)
        found = ocds_api.pages(client, ocds_api.CONTRACTS_FINDER, "", datetime(2026, 1, 1), datetime(2026, 1, 10))  # noqa: DTZ001
        assert keep(journal, "cf", found, lambda: NOW).new == 3
    assert slept == [300.0]
    assert json.loads(journal.position("cf")) == {
        "from": "2026-01-10T00:00:00",
        "to": "2026-01-10T00:00:00",
        "next": "",
    }


def test_a_run_goes_on_in_the_middle_of_a_window_and_windows_leave_no_gap(journal: Journal) -> None:
    asked: list[tuple[str, str]] = []

    def script(path: str, words: dict[str, str], headers: dict[str, str], body: bytes) -> Answer:
        if "updatedFrom" in words:
            asked.append((words["updatedFrom"], words["updatedTo"]))
        return as_json({"releases": [release(len(asked))], "links": {}})

    with serving(script) as (address, seen):
        client = Client(address, Manners(), private=True)
        start, end = datetime(2026, 1, 1), datetime(2026, 1, 1, 14)  # noqa: DTZ001
        position = json.dumps({"from": "2026-01-01T00:00:00", "to": "2026-01-01T06:00:00", "next": "/more?cursor=x"})
        list(ocds_api.pages(client, ocds_api.FIND_A_TENDER, position, start, end))
        assert seen[0] == "/more?cursor=x"
    assert asked == [("2026-01-01T06:00:00", "2026-01-01T12:00:00"), ("2026-01-01T12:00:00", "2026-01-01T14:00:00")]


def test_a_next_link_to_another_host_is_refused(journal: Journal) -> None:
    answer = {"releases": [release(1)], "links": {"next": "http://169.254.169.254/latest"}}
    with serving(lambda *_: as_json(answer)) as (address, _):
        client = Client(address, Manners(), private=True)
        found = ocds_api.pages(client, ocds_api.FIND_A_TENDER, "", datetime(2026, 1, 1), datetime(2026, 1, 2))  # noqa: DTZ001
        with pytest.raises(Refused, match="leaves"):
            keep(journal, "fts", found, lambda: NOW)


@published
def test_ted_is_read_to_its_last_token_and_a_bad_token_begins_the_window_again(journal: Journal) -> None:
    notices = sorted((DATA / "ted_real" / "xmlfile").glob("ContractAwardNotice*"))[:3]
    bad = 1

    def script(path: str, words: dict[str, str], headers: dict[str, str], body: bytes) -> Answer:
        nonlocal bad
        if path.endswith("/xml"):
            return 200, {}, notices[int(path.split("/")[3])].read_bytes()
        token = json.loads(body).get("iterationNextToken", "")
        if token == "1" and bad:
            bad -= 1
            return 500, {}, b""
        place = int(token or 0)
        rows = [{"publication-number": str(place)}] if place < len(notices) else []
        return as_json({"notices": rows, "iterationNextToken": str(place + 1)})

    with serving(script) as (address, _):
        client = Client(address, ted.MANNERS, private=True, sleep=lambda _: None)
        found = ted.pages(client, client, "", date(2024, 1, 1), date(2024, 1, 31))
        assert keep(journal, "ted", found, lambda: NOW) == Kept(new=3, known=1)


@published
def test_real_notices_are_read_and_only_invalid_ones_are_refused() -> None:
    refused = []
    paths = [*(DATA / "ted_real" / "xmlfile").glob("*.xml"), *(DATA / "eforms_sdk" / "examples").rglob("*.xml")]
    for path in paths:
        try:
            eforms.release_of(path.read_bytes())
        except eforms.NoNotice:
            refused.append(path.name)
    assert len(paths) > 170
    assert refused
    assert all(name.startswith("INVALID") for name in refused)


@published
def test_a_real_award_notice_gives_its_supplier_buyer_value_and_category() -> None:
    found = eforms.release_of((DATA / "ted_real" / "xmlfile" / "2024-110489.xml").read_bytes())
    parties = {party["id"]: party for party in found["parties"]}
    assert found["buyer"]["name"] == "Forsvaret v/Forsvarets logistikkorganisasjon"
    assert parties["ORG-0003"]["name"] == "Elbit Systems of America"
    assert [(award["suppliers"][0]["id"], award["relatedBid"]) for award in found["awards"]] == [
        ("ORG-0003", "TEN-0008")
    ]
    assert parties["ORG-0001"]["identifier"] == {"scheme": "NOR-NATIONAL", "id": "988517860"}


def test_xml_that_declares_entities_is_refused() -> None:
    with pytest.raises(eforms.NoNotice, match="declares entities"):
        eforms.release_of(b'<!DOCTYPE x [<!ENTITY a "aaaa">]><ContractNotice>&a;</ContractNotice>')
