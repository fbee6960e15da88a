"""An assistant program reads the market and proposes; it decides nothing, and reaches nothing of the workspace."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from secondsource.advice.watching import look
from secondsource.cli import main
from secondsource.market import register, sample, watch_sample
from secondsource.market.assistant import PROPOSALS, server
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal
from secondsource.market.outlook import names_of
from secondsource.market.places import Places
from secondsource.market.watch_memory import WatchMemory

pytest.importorskip("mcp")
NOW = datetime(2025, 8, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """The made-up market with an alert."""
    found = Places(tmp_path_factory.mktemp("market"))
    keep(Journal(found.journal), "sample", sample.pages(), lambda: NOW)
    register.resolve(found)
    WatchMemory(found).stand(watch_sample.needs(names_of(found)))
    look(found, date(2025, 8, 30), NOW, threshold=1_000)
    return found


def asked(places: Places, name: str, **words: Any) -> Any:
    """What a tool answers, through the protocol's own client."""
    from mcp.client import Client

    async def ask() -> Any:
        async with Client(server(places)) as client:
            return await client.call_tool(name, words)

    answer = asyncio.run(ask())
    if answer.is_error:
        return answer
    return (answer.structured_content or {}).get("result", answer.structured_content)


def test_an_assistant_reads_suppliers_evidence_and_alerts(places: Places) -> None:
    hits = asked(places, "search_market", words="office furniture", category="39130000")
    assert len(hits) == 3 and hits[0]["awards"] > 0
    page = asked(places, "supplier_evidence", supplier=hits[0]["supplier"])
    assert page["deliveries"] and page["supplier"] == hits[0]["supplier"]
    assert "from one source" in asked(places, "how_much_is_unseen", words="office furniture")
    (alert, *_rest) = asked(places, "open_alerts")
    assert alert["title"] == "office-furniture: ask the market anew"
    assert asked(places, "supplier_evidence", supplier="nobody").is_error


def test_every_tool_reads_only_but_the_one_that_proposes(places: Places) -> None:
    from mcp.client import Client

    async def listed() -> Any:
        async with Client(server(places)) as client:
            return (await client.list_tools()).tools

    tools = {each.name: each.annotations.read_only_hint for each in asyncio.run(listed())}
    assert [name for name, reads in tools.items() if not reads] == ["propose_need"]


def test_what_is_proposed_is_watched_only_when_a_person_takes_it(
    places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    asked(places, "propose_need", need="wires", words="electrical wires", why="three newcomers")
    assert "wires" not in {each.need for each in WatchMemory(places).needs()}
    (row,) = [json.loads(line) for line in (places.folder / PROPOSALS).read_text("utf-8").splitlines()]
    assert row["why"] == "three newcomers"
    assert main(["market", "watch", "--proposed", "cables", "--market", str(places.folder)]) == 2
    assert "proposed are: wires" in capsys.readouterr().err
    assert main(["market", "watch", "--proposed", "wires", "--market", str(places.folder)]) == 0
    assert "wires" in {each.need for each in WatchMemory(places).needs()}
    assert asked(places, "propose_need", need="", words="x").is_error


def test_without_the_package_the_way_to_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("secondsource.market.assistant.find_spec", lambda _name: None)
    assert main(["market", "assistant", "--market", str(tmp_path)]) == 2
    assert "secondsource[mcp]" in capsys.readouterr().err.replace("\n", "")
