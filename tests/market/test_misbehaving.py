"""What publishers send that no specification has: wrong bytes, wrong kinds, numbers without end, numbers used twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from secondsource.market import ocds_api, register
from secondsource.market.decisions import Decisions
from secondsource.market.fetch import Client, Manners
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal, Kept, Page, Record
from secondsource.market.places import Places
from secondsource.market.search import search
from tests.market.publisher import Answer, serving

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def release(number: int, name: str, amount: str = "5") -> str:
    """A release as Find a Tender writes one: the same `GB-FTS-1` is another firm in the next release."""
    return (
        f'{{"ocid": "ocds-h6vhtk-{number}", "id": "{number}-2026", "date": "2026-01-01T00:00:00Z", '
        f'"parties": [{{"id": "GB-FTS-1", "name": "{name}", "roles": ["supplier"], "details": {{"scale": "sme"}}}}], '
        f'"tender": {{"title": "Cleaning", "value": {{"amount": {amount}, "currency": "GBP"}}}}, '
        f'"awards": [{{"id": "1", "status": "active", "suppliers": [{{"id": "GB-FTS-1"}}], '
        f'"value": {{"amount": {amount}, "currency": "GBP"}}}}]}}'
    )


def test_find_a_tender_is_read_at_its_pace_with_the_numbers_and_bytes_that_it_sends(tmp_path: Path) -> None:
    """A request every ten seconds, two minutes of quiet after a 429; an amount of 1e9999; bytes that are no UTF-8."""
    slept: list[float] = []
    times = 0

    def script(path: str, words: dict[str, str], headers: dict[str, str], body: bytes) -> Answer:
        nonlocal times
        times += 1
        if times == 2:
            return 429, {}, b"12 request limit in 2 minute exceeded"
        if "cursor" in words:
            text = f'{{"releases": [{release(3, "Café Brontë Ltd")}], "links": {{}}}}'
            return 200, {}, text.encode("iso-8859-1")
        both = f"{release(1, 'Alfa', '1e9999')}, {release(2, 'Beta')}"
        return 200, {}, f'{{"releases": [{both}], "links": {{"next": "{path}?cursor=2"}}}}'.encode()

    places = Places(tmp_path / "market")
    publisher = ocds_api.FIND_A_TENDER
    with serving(script) as (address, seen):
        client = Client(address, publisher.manners, private=True, sleep=slept.append, clock=lambda: 100.0)
        start, end = datetime(2026, 1, 1), datetime(2026, 1, 1, 6)  # noqa: DTZ001
        found = ocds_api.pages(client, publisher, "", start, end)
        assert keep(Journal(places.journal), "find-a-tender", found, lambda: NOW) == Kept(new=3)
    assert len(seen) == 3
    assert slept == [10.0, 120.0, 20.0]  # the clock stands: the third request is due 20 s after the first
    register.resolve(places)
    assert len(set(Decisions(places.decisions).suppliers().values())) == 3
    hits = {each.name: each for each in search(places.published(), "", scale="sme")}
    assert set(hits) == {"Alfa", "Beta", "Café Brontë Ltd"}
    assert hits["Alfa"].values == ()
    assert [str(amount) for _currency, amount in hits["Beta"].values] == ["5.000000"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"parties": {"id": "1"}}, "parties is no list"),
        ({"parties": [{"id": "1", "name": "Alfa", "roles": "supplier"}]}, "parties.roles is no list"),
        ({"parties": [5]}, "parties is no object"),
        ({"tender": "cleaning"}, "tender is no object"),
        ({"tender": {"items": [{"classification": "CPV"}]}}, "tender.items.classification is no object"),
        ({"awards": [{"suppliers": [{"id": "1"}], "value": 5}]}, "awards.value is no object"),
        ({"bids": []}, "bids is no object"),
    ],
)
def test_a_field_of_the_wrong_kind_is_named_in_quarantine_and_the_rest_is_resolved(
    change: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    good = json.loads(release(1, "Alfa"))
    bodies = [good, {**good, "ocid": "o2", **change}, {**good, "ocid": "o3"}]
    records = tuple(Record(each["ocid"], "1", "ocds", json.dumps(each).encode()) for each in bodies)
    places = Places(tmp_path / "market")
    journal = Journal(places.journal)
    assert keep(journal, "s", [Page(records)], lambda: NOW) == Kept(new=2, quarantined=1)
    assert [each.reason for _source, each in journal.quarantined()] == [f"no release: {reason}"]
    assert journal.quarantined()[0][1].body == records[1].body
    assert register.resolve(places).suppliers == 1


def test_a_record_that_an_older_version_took_and_half_a_letter_do_not_stop_a_resolve(tmp_path: Path) -> None:
    places = Places(tmp_path / "market")
    half = release(1, "Alfa \\ud83d")
    wrong = json.dumps({**json.loads(release(2, "Beta")), "parties": 5})
    records = (Record("1", "1", "ocds", half.encode()), Record("2", "1", "ocds", wrong.encode()))
    Journal(places.journal).append("s", Page(records), NOW)
    assert register.resolve(places).suppliers == 1
    assert [each.name for each in search(places.published(), "")] == ["Alfa ?"]


def test_a_cut_off_answer_of_a_package_feed_is_asked_for_again(tmp_path: Path) -> None:
    times = 0

    def script(path: str, words: dict[str, str], headers: dict[str, str], body: bytes) -> Answer:
        nonlocal times
        times += 1
        whole = f'{{"releases": [{release(1, "Alfa")}], "links": {{}}}}'.encode()
        return 200, {}, whole[:40] if times == 1 else whole

    with serving(script) as (address, _seen):
        client = Client(address, Manners(), private=True, sleep=lambda _: None)
        start, end = datetime(2026, 1, 1), datetime(2026, 1, 1, 6)  # noqa: DTZ001
        found = ocds_api.pages(client, ocds_api.FIND_A_TENDER, "", start, end)
        assert keep(Journal(tmp_path / "j.sqlite"), "f", found, lambda: NOW).new == 1
    assert times == 2
