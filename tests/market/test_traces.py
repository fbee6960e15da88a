"""The publisher's own recorded answers, played by a server and read like any other."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from secondsource.market import prozorro
from secondsource.market.fetch import Client, Manners
from secondsource.market.formats import release_of
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal
from tests.market.publisher import Answer, as_json, serving

TRACES = Path(__file__).parents[3] / "shared" / "data" / "market" / "prozorro_http"
pytestmark = pytest.mark.skipif(not TRACES.is_dir(), reason="../shared/data is not beside the checkout")


def recorded(resource: str) -> dict[str, Any]:
    """The newest recorded answer about each tender or contract, by its id, whatever request brought it."""
    found: dict[str, Any] = {}
    for path in sorted(TRACES.rglob("*.http")):
        for body in re.findall(r"^HTTP/1\.\d 20\d.*?\n\n(\{.*)", path.read_text("utf-8"), re.MULTILINE | re.DOTALL):
            try:
                data = json.loads(body).get("data")
            except ValueError:
                continue
            number = "tenderID" if resource == "tenders" else "contractID"
            if isinstance(data, dict) and number in data and "dateModified" in data:
                kept = found.setdefault(data["id"], data)
                if data["dateModified"] >= kept["dateModified"]:
                    found[data["id"]] = data
    return found


@pytest.mark.parametrize("resource", ["tenders", "contracts"])
def test_recorded_records_are_read_and_understood(resource: str, tmp_path: Path) -> None:
    records = recorded(resource)
    assert records

    def script(path: str, words: dict[str, str], headers: dict[str, str], body: bytes) -> Answer:
        id = path.rpartition("/")[2]
        if id in records:
            return as_json({"data": records[id]})
        rows = [{"id": id, "dateModified": data["dateModified"]} for id, data in sorted(records.items())]
        given = rows if "offset" not in words else []
        return as_json({"data": given, "next_page": {"offset": "end"}, "prev_page": {"offset": "end"}})

    journal = Journal(tmp_path / "journal.sqlite")
    with serving(script) as (address, _):
        client = Client(address, Manners(), private=True)
        found = prozorro.pages(client, "", lambda i, v: journal.has("p", i, v), lambda: 0.0, resource)
        kept = keep(journal, "p", found, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    assert (kept.new, kept.quarantined) == (len(records), 0)
    for _source, record in journal.records():
        release = release_of(record)
        assert release["ocid"].startswith("ocds-be6bcu-UA-")
        assert all(party["name"] and party["roles"] for party in release["parties"])


def test_a_contract_meets_its_tender_under_one_number() -> None:
    tenders = {each["tenderID"] for each in recorded("tenders").values()}
    contracts = {each["contractID"].rpartition("-")[0] for each in recorded("contracts").values()}
    assert contracts & tenders
