"""Flags of processes on published records, beside a second reckoning in plain Python that knows no SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from secondsource.market import packages, stage
from secondsource.market.flags import flags
from secondsource.market.formats import release_of
from secondsource.market.journal import Record
from tests.market.test_traces import recorded

DATA = Path(__file__).parents[3] / "shared" / "data" / "market"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not beside the checkout")
CODES = ("R003", "R018", "R028", "R030", "R035", "R036")
OUT = ("disqualified", "unsuccessful")


def published() -> Iterator[tuple[str, Record]]:
    """Releases of four publishers and Prozorro's recorded tenders, each with what it is from."""
    for folder in ("ocds_sample", "ocds_kingfisher", "ocds_spoonbill"):
        for path in sorted((DATA / folder).glob("*.json")):
            yield from ((folder, record) for page in packages.pages(path) for record in page.records)
    for id, data in sorted(recorded("tenders").items()):
        yield "recorded", Record(id, "1", "prozorro-tenders", json.dumps({"data": data}).encode())


def raised(release: dict[str, Any]) -> set[str]:
    """The flags of a process by Cardinal's words, from its release."""
    tender, found = release.get("tender") or {}, set()
    period = tender.get("tenderPeriod") or {}
    start, end = period.get("startDate"), period.get("endDate")
    if start and end and 0 <= (date.fromisoformat(end[:10]) - date.fromisoformat(start[:10])).days < 15:
        found.add("R003")
    known = ("valid", "active", "qualified", *OUT)
    bids = [
        each for each in (release.get("bids") or {}).get("details") or [] if (each.get("status") or "valid") in known
    ]
    if not bids:
        return found
    bidders = {one["id"] for each in bids for one in each.get("tenderers") or []}
    if tender.get("procurementMethod") in ("open", "selective") and len(bidders) == 1:
        found.add("R018")
    firms = [{one["id"] for one in each.get("tenderers") or []} for each in bids]
    money = [((each.get("value") or {}).get("amount"), (each.get("value") or {}).get("currency")) for each in bids]
    if any(
        money[a] == money[b] and money[a][0] and firms[a] and firms[b] and firms[a] != firms[b]
        for a in range(len(bids)) for b in range(a)
    ):  # fmt: skip
        found.add("R028")
    active = [each for each in release.get("awards") or [] if each.get("status") == "active"]
    winners = {one["id"] for each in active for one in each.get("suppliers") or []}
    won = [each for each, who in zip(bids, firms, strict=True) if who & winners and each.get("status") not in OUT]
    if end and len(end) > 10 and any(
        each.get("date") and datetime.fromisoformat(each["date"]) > datetime.fromisoformat(end) for each in won
    ):  # fmt: skip
        found.add("R030")
    out = [each for each in bids if each.get("status") in OUT]
    if len(active) == 1 and out and len(bids) - len(out) == 1 and won:
        found.add("R035")
    prices = [(each["value"]["amount"], each.get("status") in OUT) for each in bids if each.get("value")]
    by_price = tender.get("awardCriteria") in ("priceOnly", "lowestCost")
    if len(active) == 1 and by_price and prices and won and min(prices)[1]:
        found.add("R036")
    return found


def test_flags_of_published_processes_are_those_of_a_second_reckoning(tmp_path: Path) -> None:
    # Each under a source of its own: the publisher's examples give one number to several tenders.
    records = [(f"{source} {place}", record) for place, (source, record) in enumerate(published())]
    stage.tables(records, tmp_path, 2)
    expected = set()
    for source, record in records:
        release = release_of(record)
        expected |= {(code, source, release["ocid"]) for code in raised(release)}
    found = {(each.code, each.source, each.ocid) for each in flags(tmp_path) if each.code in CODES}
    assert len(records) > 200
    assert {code for code, _source, _ocid in expected} >= {"R003", "R018"}
    assert found == expected
