"""Dates, scores and calendars of contracts, by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from secondsource.web.contracts.board import board, staleness
from secondsource.web.contracts.calendar import calendar
from secondsource.web.contracts.models import Backup, Contract, Delivery
from secondsource.web.contracts.scorecards import by_quarter, score
from secondsource.web.suppliers.calls import calls
from secondsource.web.suppliers.models import Certificate, Level, Supplier
from tests.web.conftest import World

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def contract(world: World) -> Contract:
    """100 brackets of acme until the end of 2027, 40 of them backed by bolts."""
    acme = Supplier.objects.create(team=world.team, key="acme", name="Acme; Ltd")
    made: Contract = Contract.objects.create(
        team=world.team, supplier=acme, item="bracket", item_name="Bracket", quantity_micro=100 * 10**6,
        unit_price_micro=2_500_000, currency="EUR", starts=date(2027, 1, 1), ends=date(2027, 12, 31),
        notice_days=30, retender_days=60, switch_days=90,
    )  # fmt: skip
    bolts = Supplier.objects.create(team=world.team, key="bolts")
    Backup.objects.create(contract=made, supplier=bolts, quantity_micro=40 * 10**6, confirmed_on=TODAY)
    return made


def test_dates_are_counted_back_from_the_end(contract: Contract) -> None:
    assert contract.notice_by == date(2027, 12, 1)  # 30 days
    assert contract.act_by == date(2027, 8, 3)  # the switch (90) takes longer than the notice, the tender (60) is first
    assert contract.value == 250


def test_a_backup_is_fresh_until_its_word_or_its_evidence_is_old(contract: Contract) -> None:
    (row,) = board(Contract.objects.all(), TODAY)
    ((backup, stale),) = row.backups
    assert (str(row.covered), stale, row.failure_cost) == ("0.4", [], None)
    assert [str(why) for why in staleness(backup, date(2027, 11, 25))] == ["confirmed more than a year ago"]
    Level.objects.create(supplier=backup.supplier, category="44", level=80, valid_until=date(2026, 11, 23))
    ((_backup, stale),) = board(Contract.objects.all(), TODAY)[0].backups
    assert [str(why) for why in stale] == ["evidence has run out: 44"]


def delivery(contract: Contract, due: date, arrived: date | None, delivered: int, defective: int = 0) -> Delivery:
    made: Delivery = Delivery.objects.create(
        contract=contract, due=due, arrived=arrived, ordered_micro=10, delivered_micro=delivered,
        defective_micro=defective,
    )  # fmt: skip
    return made


def test_a_period_without_deliveries_has_no_score(contract: Contract) -> None:
    assert score([], TODAY) is None
    rows = [
        delivery(contract, date(2026, 5, 1), date(2026, 4, 30), 10, 1),  # kept
        delivery(contract, date(2026, 5, 2), date(2026, 5, 3), 10),  # late
        delivery(contract, date(2026, 10, 1), date(2026, 10, 1), 9),  # short
        delivery(contract, date(2026, 10, 2), None, 0),  # never came
        delivery(contract, date(2026, 12, 1), None, 0),  # not due yet
    ]
    found = score(rows, TODAY)
    assert found is not None
    assert (found.due, found.kept, found.share) == (4, 1, 0.25)
    assert found.low < 0.25 < found.high
    assert float(found.defect_rate or 0) == pytest.approx(1 / 29)
    quarters = by_quarter(rows, TODAY)
    assert [name for name, _score in quarters] == ["2026 Q1", "2026 Q2", "2026 Q3", "2026 Q4"]
    assert [each and (each.kept, each.due) for _name, each in quarters] == [None, (1, 2), None, (0, 2)]


def test_the_calendar_has_three_days_for_each_contract_with_reminders(contract: Contract) -> None:
    text = calendar([contract], datetime(2026, 11, 24, 12, tzinfo=UTC))
    lines = text.replace("\r\n ", "").split("\r\n")
    assert lines.count("BEGIN:VEVENT") == 3 and lines.count("BEGIN:VALARM") == 6
    assert "DTSTART;VALUE=DATE:20270803" in lines and "DTEND;VALUE=DATE:20270804" in lines
    assert "SUMMARY:Contract ends: Bracket (Acme\\; Ltd)" in lines
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))


def test_the_call_list_names_reason_and_day_and_leaves_out_who_is_excluded(world: World, contract: Contract) -> None:
    delivery(contract, date(2026, 11, 1), None, 0)
    supplier = contract.supplier
    Certificate.objects.create(supplier=supplier, what="ISO 9001", valid_until=date(2026, 12, 31))
    Certificate.objects.create(supplier=supplier, what="ISO 27001", valid_until=date(2028, 12, 31))
    assert [(str(call.why), call.due) for call in calls(world.team, TODAY)] == [
        ("where is the delivery of Bracket? It was due on 1 November 2026", date(2026, 11, 1)),
        ("ask for the new ISO 9001: it runs out on 31 December 2026", date(2026, 12, 31)),
    ]
    Supplier.objects.filter(pk=supplier.pk).update(is_excluded=True)
    assert calls(world.team, TODAY) == []


def test_the_board_lists_failed_ones_first_then_the_least_covered_page_by_page(
    world: World, contract: Contract
) -> None:
    acme = contract.supplier
    for number in range(110):  # worth 1 to 110, nobody stands by
        Contract.objects.create(
            team=world.team, supplier=acme, item=f"i{number}", item_name=f"Item {number}", quantity_micro=10**6,
            unit_price_micro=(number + 1) * 10**6, currency="EUR", starts=date(2027, 1, 1), ends=date(2027, 12, 31),
            state="failed" if number == 5 else "running",
        )  # fmt: skip
    whole = [row.contract.item_name for row in board(Contract.objects.all(), TODAY, most=1000)]
    assert whole[:3] == ["Item 5", "Item 109", "Item 108"] and whole[-1] == "Bracket" and len(whole) == 111
    client = world.client("alice")
    first, last = (client.get(f"/contracts/?page={page}").content.decode() for page in ("1", "2"))
    table = [page.split('class="board"')[1].split("</table>")[0] for page in (first, last)]
    assert table[0].count("<tr>") == 101 and table[1].count("<tr>") == 12  # and a head each
    assert "page 2 of 2" in last and ">Bracket</a>" in table[1] and ">Bracket</a>" not in table[0]
    for odd in ("0", "99", "x", "-1", "²"):
        assert client.get("/contracts/", {"page": odd}).status_code == 200
