"""Standing needs are looked at anew: five kinds of finding, a memory that outlives the run, and the commands."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from secondsource.advice.watching import is_open, look
from secondsource.cli import main
from secondsource.errors import InvalidInput
from secondsource.language import use_language
from secondsource.market import register, sample, watch_sample
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal, Page
from secondsource.market.needs import Need, read_needs
from secondsource.market.outlook import Candidate, Outlook, Price, Standing, level, names_of
from secondsource.market.places import Places
from secondsource.market.screening import Screening
from secondsource.market.watch import Seen, findings
from secondsource.market.watch_memory import WatchMemory

TODAY, NOW = date(2026, 6, 1), datetime(2026, 6, 1, tzinfo=UTC)
NEED = Need("n", "desks", supplier="F", backups=("B",), unit_price=10.0, priced_on=date(2025, 1, 1), volume=100.0)
FIRM = Standing("F", "Firm", contracts=5, last="2026-05-01")
BACKUP = Standing("B", "Backup", contracts=2, last="2026-05-01")
CALM = Outlook(candidates=(Candidate("A", "A Ltd", 3, "2026-01-01"),), standings={"F": FIRM, "B": BACKUP})


def kinds(need: Need, now: Outlook, seen: Seen, today: date = TODAY) -> list[tuple[str, str]]:
    return [(each.kind, each.supplier) for each in findings(need, now, seen, today)[0]]


@pytest.fixture
def known() -> Seen:
    """What is known after a first look."""
    found, seen = findings(NEED, CALM, Seen(), TODAY)
    assert found == []  # a first look only learns who is there
    return seen


def test_a_firm_that_fits_is_new_once(known: Seen) -> None:
    now = replace(CALM, candidates=(*CALM.candidates, Candidate("N", "New Ltd", 1, "2026-05-20")))
    found, seen = findings(NEED, now, known, TODAY)
    assert [(each.kind, each.supplier) for each in found] == [("newcomer", "N")]
    assert kinds(NEED, now, seen) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"failures": 1}, "1 more contract ended early"),
        ({"disqualified": 2}, "2 more bids were disqualified"),
        ({"largest_buyer": 0.7}, "One buyer now gives 70%"),
        ({"listed": ("list: F",)}, "may be on a list: list: F"),
    ],
)
def test_a_supplier_in_use_that_got_worse_is_found_once(known: Seen, change: dict[str, object], said: str) -> None:
    now = replace(CALM, standings={"F": replace(FIRM, **change), "B": BACKUP})  # type: ignore[arg-type]
    found, seen = findings(NEED, now, known, TODAY)
    assert [(each.kind, each.supplier) for each in found] == [("worse", "F")]
    assert said in str(found[0].said)
    assert kinds(NEED, now, seen) == []


def prices(before: float, after: float) -> tuple[Price, ...]:
    days = [timedelta(days=20 * k) for k in range(12)]
    old = [Price(date(2024, 2, 1) + each, before * (1 + 0.002 * k), "X") for k, each in enumerate(days)]
    new = [Price(date(2025, 7, 1) + each, after * (1 + 0.002 * k), "X") for k, each in enumerate(days)]
    return (*old, *new)


def test_a_price_level_moves_only_when_it_is_clear(known: Seen) -> None:
    assert kinds(NEED, replace(CALM, prices=prices(10, 10)), known) == []
    assert kinds(NEED, replace(CALM, prices=prices(10, 9)), known) == [("price", "")]
    assert kinds(NEED, replace(CALM, prices=prices(10, 9)[:-10]), known) == []  # two prices are no level
    (found, *_rest) = findings(NEED, replace(CALM, prices=prices(10, 9)), known, TODAY)[0]
    assert "11% lower" in str(found.said)


def test_notice_is_found_while_something_can_be_done(known: Seen) -> None:
    ends = replace(NEED, ends=date(2026, 9, 29), notice_days=90, lead_days=60)  # notice: 1 July; open from 2 May
    assert kinds(ends, CALM, known, date(2026, 5, 1)) == []
    assert kinds(ends, CALM, known, date(2026, 5, 2)) == [("notice", "F")]
    assert kinds(ends, CALM, known, date(2026, 7, 2)) == []


def test_a_backup_of_which_nothing_was_seen_for_two_years_is_stale(known: Seen) -> None:
    old = replace(CALM, standings={"F": FIRM, "B": replace(BACKUP, last="2024-05-30")})
    assert kinds(NEED, old, known) == [("stale", "B")]
    unknown = replace(CALM, standings={"F": FIRM, "B": replace(BACKUP, last="")})
    assert kinds(NEED, unknown, known) == [("stale", "B")]


def test_where_prices_stand_is_the_median_of_their_logarithms() -> None:
    found = level(prices(10, 9), date(2025, 6, 1), date(2026, 6, 1))
    assert found is not None and found.count == 12
    assert 2.718281828**found.centre == pytest.approx(9 * 1.011, rel=1e-3)
    assert level(prices(10, 9), date(2026, 5, 1), date(2026, 6, 1)) is None


# ---- on a register -------------------------------------------------------------------------------------------------


def resolved(folder: Path, until: int) -> Places:
    """The sample's first records, resolved."""
    places = Places(folder)
    (page,) = sample.pages()
    keep(Journal(places.journal), "sample", [Page(page.records[:until])], lambda: NOW)
    register.resolve(places)
    return places


def test_needs_are_searched_anew_at_every_update(tmp_path: Path) -> None:
    places = resolved(tmp_path / "m", 2)
    memory = WatchMemory(places)
    memory.stand([Need("desks", "office furniture", "39130000", event_cost=10.0, unit_price=200.0, unit="unit",
                       priced_on=date(2024, 8, 1), volume=1_000.0)])  # fmt: skip
    assert [each for each in look(places, TODAY, NOW, threshold=1_000) if each.spoken] == []
    (page,) = sample.pages()
    keep(Journal(places.journal), "sample", [page], lambda: NOW)
    register.resolve(places)
    (alert,) = look(places, date(2025, 9, 1), NOW, threshold=1_000)
    assert alert.spoken and alert.alert.action == "retender"
    assert {each.kind for each in alert.alert.reasons} >= {"newcomer"}
    assert alert.alert.worth is not None and alert.alert.worth.expected > 10_000
    (again,) = look(places, date(2025, 9, 2), NOW, threshold=1_000)
    assert not again.spoken  # it was said
    assert {each.kind for each in again.alert.reasons} >= {"newcomer"}  # and its reasons go on counting
    memory.stand([replace(memory.needs()[0], priced_on=date(2025, 8, 1), unit_price=70.0)])
    assert all("newcomer" not in {r.kind for r in each.alert.reasons} for each in look(places, TODAY, NOW, threshold=1))


def test_a_supplier_that_may_be_on_a_list_is_told_at_once_and_not_after_it_was_cleared(tmp_path: Path) -> None:
    places = resolved(tmp_path / "m", 120)
    screening = Screening(places)
    screening.keep_entries(watch_sample.LIST, watch_sample.ENTRIES, NOW)
    memory = WatchMemory(places)
    memory.stand(watch_sample.needs(names_of(places)))
    found = {(each.alert.need, each.alert.action): each for each in look(places, date(2025, 8, 30), NOW, threshold=1e9)}
    assert found["wiring", "secure"].spoken
    assert "may be on a list" in str(found["wiring", "secure"].alert.reasons[0].said)
    for each in screening.alerts():
        screening.judge(each, "cleared", "eve", NOW)
    later = look(places, date(2025, 8, 31), NOW, threshold=1e9)
    assert ("wiring", "secure") not in {(each.alert.need, each.alert.action) for each in later}


def test_answers_silence_an_alert_and_are_kept_as_facts(tmp_path: Path) -> None:
    places = resolved(tmp_path / "m", 120)
    memory = WatchMemory(places)
    memory.stand(watch_sample.needs(names_of(places)))
    look(places, date(2025, 8, 30), NOW, threshold=1_000)
    (card,) = [each for each in memory.inbox() if each.spoken]
    assert is_open(card, memory.told(), date(2025, 8, 30))
    memory.tell(card.need, card.action, "snoozed", NOW, until=date(2025, 9, 10), by="eve")
    assert not is_open(card, memory.told(), date(2025, 9, 9))
    assert is_open(card, memory.told(), date(2025, 9, 10))
    assert not any(each.spoken for each in look(places, date(2025, 9, 9), NOW, threshold=1_000))
    assert any(each.spoken for each in look(places, date(2025, 9, 10), NOW, threshold=1_000))
    memory.tell(card.need, card.action, "dismissed", NOW, by="eve", why="we are content")
    assert not is_open(card, memory.told(), date(2025, 9, 11))
    assert [each.fact for each in memory.told()] == ["spoken", "snoozed", "spoken", "dismissed"]
    with use_language("ru"):
        assert "Уведомить" in str(card.reasons[0])  # kept as a text that is read in any language


# ---- files and commands --------------------------------------------------------------------------------------------


def test_needs_are_read_and_every_fault_is_named(tmp_path: Path) -> None:
    path = tmp_path / "needs.csv"
    path.write_text("need;words;unit_price;ends;backups\ndesks;office desks;118,50;2026-12-31;S1; \n")
    path.write_text("need;words;unit_price;ends\ndesks;office desks;118,50;2026-12-31\n")
    (need,) = read_needs(path)
    assert (need.unit_price, need.ends, need.volume) == (118.5, date(2026, 12, 31), 0.0)
    path.write_text("need,words,unit_price,ends\na,,-1,soon\n,x,,\na,x,,\n")
    with pytest.raises(InvalidInput) as caught:
        read_needs(path)
    assert [(each.row, each.column) for each in caught.value.faults] == [
        (2, "unit_price"), (2, "ends"), (2, "words"), (3, "need"), (4, "need"),
    ]  # fmt: skip
    path.write_text("need,word\na,b\n")
    with pytest.raises(InvalidInput, match="did you mean 'words'"):
        read_needs(path)


def test_the_commands_lead_to_an_alert_in_money_and_keep_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["market", "ingest", "sample"]) == 0
    assert main(["market", "resolve"]) == 0
    assert main(["market", "watch"]) == 2
    assert main(["market", "watch", "--needs", "sample", "--today", "2025-08-30"]) == 0
    said = capsys.readouterr().out
    assert "office-furniture: ask the market anew" in said
    assert "Worth about" in said
    assert main(["market", "alerts", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["low"] <= row["expected"] <= row["high"]
    assert main(["market", "alerts", "--alert", row["id"], "--answer", "done", "--by", "eve"]) == 0
    assert main(["market", "alerts", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["market", "alerts", "--alert", "x", "--answer", "perhaps"]) == 2
    assert main(["market", "watch", "--withdraw", "wiring"]) == 0
    assert main(["market", "watch", "--withdraw", "wiring"]) == 2
