"""What the terms of a contract come to, what the clock does to it, and deliveries by workbook and program."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import icalendar
import pytest
import xlsxwriter
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from secondsource.web.audit.models import Entry
from secondsource.web.contracts import keeping, terms
from secondsource.web.contracts.calendar import calendar
from secondsource.web.contracts.models import Contract, Delivery, Reminder
from secondsource.web.jobs import scheduler
from secondsource.web.suppliers.models import Approval, Supplier, standing
from tests.web.conftest import World
from tests.web.test_contracts import TODAY, contract
from tests.web.test_doors import key_of

__all__ = ["contract"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("share", "base", "now", "cap", "price"),
    [
        (60, 200, 220, None, "2.65"),  # 2.5 × (1 + 0.6 × 0.1)
        (60, 200, 220, 4, "2.6"),  # at most 4 %
        (60, 200, 100, 4, "2.4"),  # either way
        (60, 200, 180, None, "2.35"),
        (0, 200, 220, None, "2.5"),  # nothing follows the index
        (60, None, 220, None, "2.5"),
    ],
)
def test_the_price_follows_its_index_as_far_as_agreed(
    contract: Contract, share: int, base: int | None, now: int, cap: int | None, price: str
) -> None:
    contract.index_share_micro = share * 10_000
    contract.index_base_micro = None if base is None else base * 10**6
    contract.index_now_micro = now * 10**6
    contract.index_cap_micro = None if cap is None else cap * 10_000
    assert terms.indexed_price(contract) == Decimal(price)


@pytest.mark.parametrize(
    ("arrived", "owed"),
    [
        (date(2026, 11, 10), "0"),  # in time
        (date(2026, 11, 12), "2"),  # 2 days × 1 % × 40 units × 2.50
        (date(2026, 11, 30), "5"),  # at most 5 %
        (None, "5"),  # 14 days until today, and counting
    ],
)
def test_lateness_costs_what_was_agreed_and_no_more(contract: Contract, arrived: date | None, owed: str) -> None:
    contract.late_rate_micro, contract.late_cap_micro = 10_000, 50_000
    late = Delivery(contract=contract, due=date(2026, 11, 10), arrived=arrived, ordered_micro=40 * 10**6,
                    delivered_micro=40 * 10**6, defective_micro=3 * 10**6)  # fmt: skip
    assert terms.penalty(contract, late, TODAY) == Decimal(owed)
    assert terms.claims(contract, [late], TODAY).total == Decimal(owed) + Decimal("7.5")
    contract.late_rate_micro = None
    assert terms.penalty(contract, late, TODAY) == 0


def test_the_terms_are_saved_from_the_page_and_wrong_figures_refused(world: World, contract: Contract) -> None:
    alice = world.client("alice")
    good = {"starts": "2027-01-01", "ends": "2027-12-31", "notice_days": "30", "retender_days": "60",
            "switch_days": "90", "renewal_months": "6", "index_name": "Steel", "index_share": "60",
            "index_base": "200", "index_now": "220,5", "index_cap": "", "service_target": "95", "late_rate": "0.5",
            "late_cap": "5"}  # fmt: skip
    alice.post(f"/contracts/{contract.pk}/edit/", good)
    contract.refresh_from_db()
    assert (contract.index_share_micro, contract.index_now_micro) == (600_000, 220_500_000)
    assert (contract.late_rate_micro, contract.service_target_micro, contract.index_cap_micro) == (5_000, 950_000, None)
    page = alice.get(f"/contracts/{contract.pk}/").content.decode()
    assert 'name="late_rate" inputmode="decimal" value="0.5"' in page
    assert "agreed 2.50" in page
    for name, value in (("index_share", "101"), ("index_base", "0"), ("late_rate", "x"), ("renewal_months", "-1"),
                        ("ends", "2026-12-31"), ("notice_days", "")):  # fmt: skip
        alice.post(f"/contracts/{contract.pk}/edit/", good | {name: value, "index_name": "changed"})
        contract.refresh_from_db()
        assert contract.index_name == "Steel", name


@pytest.mark.parametrize(
    ("renews", "notice", "state", "ends"),
    [
        (True, False, "running", date(2028, 6, 30)),  # half a year on
        (True, True, "ended", date(2027, 12, 31)),
        (False, False, "ended", date(2027, 12, 31)),
    ],
)
def test_a_contract_runs_on_or_ends_as_agreed(
    contract: Contract, renews: bool, notice: bool, state: str, ends: date
) -> None:
    contract.renews_itself, contract.renewal_months = renews, 6
    contract.notice_given_on = date(2027, 11, 1) if notice else None
    contract.save()
    assert keeping.pass_ends(date(2027, 12, 31)) == 0  # its last day is not over
    assert keeping.pass_ends(date(2028, 1, 1)) == 1
    contract.refresh_from_db()
    assert (contract.state, contract.ends) == (state, ends)
    assert keeping.pass_ends(date(2028, 1, 1)) == 0
    deeds = Entry.objects.filter(deed__in=["contract.renew", "contract.end"]).values_list("deed", flat=True)
    assert list(deeds) == ["contract.renew" if state == "running" else "contract.end"]


def test_reminders_come_once_each_to_the_owner_in_the_owners_language(
    world: World, contract: Contract, settings: object
) -> None:
    settings.REMINDERS_ARE_SENT = True  # type: ignore[attr-defined]
    alice = world.people["alice"]
    alice.language = "ru"
    alice.save()
    Contract.objects.filter(pk=contract.pk).update(owner=alice)
    assert keeping.remind(datetime(2027, 4, 1, 9, tzinfo=UTC)) == 0  # 124 days before 3 August
    assert keeping.remind(datetime(2027, 4, 5, 9, tzinfo=UTC)) == 1  # 120 days
    assert keeping.remind(datetime(2027, 4, 5, 9, 1, tzinfo=UTC)) == 0
    (sent,) = mail.outbox
    assert sent.to == ["alice@example.org"] and "до 3 августа 2027" in sent.subject
    assert "120 дней" in sent.body
    # The server was off in summer: of the days that passed only the nearest is worth a letter.
    assert keeping.remind(datetime(2027, 8, 1, 9, tzinfo=UTC)) == 1
    assert list(Reminder.objects.order_by("pk").values_list("kind", "days")) == [("act", 120), ("act", 7)]


def test_a_mail_server_that_refuses_is_asked_again(world: World, contract: Contract, settings: object) -> None:
    settings.REMINDERS_ARE_SENT = True  # type: ignore[attr-defined]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1  # type: ignore[attr-defined]
    Contract.objects.filter(pk=contract.pk).update(owner=world.people["alice"])
    with pytest.raises(OSError, match="refused"):
        keeping.remind(datetime(2027, 4, 5, 9, tzinfo=UTC))
    assert not Reminder.objects.exists()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    assert keeping.remind(datetime(2027, 4, 5, 9, tzinfo=UTC)) == 1
    assert len(mail.outbox) == 1


def test_the_scheduler_does_what_is_due_and_doing_it_twice_does_no_harm(contract: Contract) -> None:
    for _tick in range(2):
        scheduler.tick(datetime(2028, 1, 1, tzinfo=UTC))
    contract.refresh_from_db()
    assert contract.state == "ended"


def test_notice_ends_what_would_run_on_and_leaves_the_calendar(world: World, contract: Contract) -> None:
    Contract.objects.filter(pk=contract.pk).update(renews_itself=True)
    alice = world.client("alice")
    assert alice.post(f"/contracts/{contract.pk}/notice/").status_code == 302
    assert alice.post(f"/contracts/{contract.pk}/notice/").status_code == 409
    contract.refresh_from_db()
    assert "notice" not in keeping.dates(contract)


def test_another_reader_of_calendars_understands_ours(contract: Contract) -> None:
    events = icalendar.Calendar.from_ical(calendar([contract], datetime(2026, 11, 24, tzinfo=UTC))).walk("VEVENT")
    assert sorted(event.decoded("DTSTART") for event in events) == [
        contract.act_by, contract.notice_by, contract.ends,
    ]  # fmt: skip
    for event in events:
        assert {alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")} == {timedelta(-120), timedelta(-30)}


def workbook(tmp_path: Path, *rows: list[object], header: tuple[str, ...] = ()) -> SimpleUploadedFile:
    names = header or ("contract", "delivery", "due", "arrived", "ordered", "delivered", "defective", "note")
    with xlsxwriter.Workbook(tmp_path / "d.xlsx") as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet("deliveries")
        every: list[list[object]] = [list(names), *rows]
        for line, row in enumerate(every):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(line, place, value, day)
                elif value is not None:
                    sheet.write(line, place, value)
    return SimpleUploadedFile("d.xlsx", (tmp_path / "d.xlsx").read_bytes())


def test_a_workbook_of_deliveries_is_entered_and_sent_again_changes_them(
    world: World, contract: Contract, tmp_path: Path
) -> None:
    alice, pk = world.client("alice"), contract.pk
    rows: list[list[object]] = [
        [pk, "A-1", date(2026, 3, 1), date(2026, 3, 1), 40, 40, 1, "first"],
        [pk, "A-2", date(2026, 4, 1), None, 60],
    ]
    answer = alice.post("/contracts/deliveries/", {"file": workbook(tmp_path, *rows)}, follow=True)
    assert "2 deliveries entered, 0 changed" in answer.content.decode()
    sheet = alice.get("/contracts/deliveries.xlsx").content
    (tmp_path / "out.xlsx").write_bytes(sheet)
    back = CalamineWorkbook.from_filelike(io.BytesIO(sheet)).get_sheet_by_name("deliveries").to_python()
    assert back[1] == [pk, "A-1", date(2026, 3, 1), date(2026, 3, 1), 40, 40, 1, "first"]
    answer = alice.post("/contracts/deliveries/", {"file": SimpleUploadedFile("out.xlsx", sheet)}, follow=True)
    assert "0 deliveries entered, 2 changed" in answer.content.decode()
    assert list(Delivery.objects.order_by("reference").values_list("reference", "ordered_micro")) == [
        ("A-1", 40_000_000), ("A-2", 60_000_000),
    ]  # fmt: skip


def test_a_workbook_with_faults_enters_nothing_and_names_all_of_them(
    world: World, contract: Contract, tmp_path: Path
) -> None:
    other = Contract.objects.create(
        team=world.other, supplier=Supplier.objects.create(team=world.other, key="x"), item="x", item_name="x",
        quantity_micro=1, unit_price_micro=1, currency="EUR", starts=date(2027, 1, 1), ends=date(2027, 12, 31),
    )  # fmt: skip
    pk = contract.pk
    rows: list[list[object]] = [
        [pk, "A-1", date(2026, 3, 1), None, 40],
        [pk, "A-2", "soon", None, "many"],
        [pk, "A-3", date(2026, 3, 1), None, 5, 2, 3],
        [other.pk, "A-4", date(2026, 3, 1), None, 5],
        [pk, "A-1", date(2026, 3, 1), None, 40],
        [pk, "", date(2026, 3, 1), None, 0],
    ]
    page = world.client("alice").post("/contracts/deliveries/", {"file": workbook(tmp_path, *rows)})
    assert page.status_code == 422
    text = page.content.decode()
    assert "7 faults; nothing of the file was used." in text
    for said in (
        "no more can be defective than came",
        "there is no contract of this number",
        "stands in row 2 already",
    ):
        assert said in text
    assert not Delivery.objects.exists()
    missing = workbook(tmp_path, [1, "A"], header=("contract", "delivry"))
    text = world.client("alice").post("/contracts/deliveries/", {"file": missing}).content.decode()
    assert "did you mean delivery?" in text and "the column is missing" in text
    for name, content in (("x.xlsx", b"PK no"), ("x.exe", b""), ("x.ods", b"\0" * 100)):
        answer = world.client("alice").post("/contracts/deliveries/", {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code in (302, 422)


def send(key: str, content: object) -> tuple[int, dict[str, object]]:
    client = Client(headers={"authorization": f"Bearer {key}"})
    body = content if isinstance(content, str) else json.dumps(content)
    answer = client.post("/api/deliveries/", body, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_program_enters_deliveries_exactly_once_however_often_it_sends_them(world: World, contract: Contract) -> None:
    key = key_of(world, "alice")
    row = {"contract": contract.pk, "delivery": "A-17", "due": "2027-03-01", "arrived": "2027-03-03", "ordered": 100,
           "delivered": 98.1, "defective": "1"}  # fmt: skip
    assert send(key, {"deliveries": [row]}) == (200, {"entered": 1, "changed": 0})
    assert send(key, {"deliveries": [row]}) == (200, {"entered": 0, "changed": 1})
    assert Delivery.objects.get().delivered == Decimal("98.1")
    read = Client(headers={"authorization": f"Bearer {key}"}).get("/api/deliveries/").json()["deliveries"]
    assert read == [{"contract": contract.pk, "delivery": "A-17", "due": "2027-03-01", "arrived": "2027-03-03",
                     "ordered": "100", "delivered": "98.1", "defective": "1", "note": ""}]  # fmt: skip
    known = Client(headers={"authorization": f"Bearer {key}"}).get("/api/contracts/").json()["contracts"]
    assert [(each["contract"], each["supplier"], each["unit_price"]) for each in known] == [
        (contract.pk, "acme", "2.5")
    ]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("", 400), ("[]", 400), ("{", 400), ('{"deliveries": 1}', 400), ('{"deliveries": [1]}', 400),
        ("[" * 100_000, 400), ('{"deliveries": [{}]}', 422), ('{"deliveries": [{"contract": {}}]}', 422),
        ('{"deliveries": [{"contract": 1, "delivery": "a", "due": "2027-01-01", "ordered": 1e999}]}', 422),
        ('{"deliveries": [{"contract": true, "delivery": "a", "due": "2027-01-01", "ordered": 1}]}', 422),
    ],
)  # fmt: skip
def test_what_a_program_sends_wrong_is_named_and_nothing_entered(world: World, content: str, status: int) -> None:
    answered, said = send(key_of(world, "alice"), content)
    assert answered == status and said["faults"]
    assert not Delivery.objects.exists()


def test_the_longest_category_and_the_newest_decision_count(world: World) -> None:
    acme = Supplier.objects.create(team=world.team, key="acme")
    for category, verdict, until in (("", "approved", None), ("44", "refused", None), ("441", "approved", TODAY)):
        Approval.objects.create(supplier=acme, category=category, verdict=verdict, decided_on=TODAY, valid_until=until)
    assert [standing(acme, code, TODAY) for code in ("30", "44", "4410", "449")] == [
        "approved", "refused", "approved", "refused",
    ]  # fmt: skip
    assert standing(acme, "4410", TODAY + timedelta(1)) == "expired"
    fiona, alice = world.client("fiona"), world.client("alice")
    assert alice.post(f"/suppliers/{acme.pk}/approve/", {"verdict": "approved"}).status_code == 403
    fiona.post(f"/suppliers/{acme.pk}/approve/", {"verdict": "refused"})  # without a reason
    assert standing(acme, "30", TODAY) == "approved"
    fiona.post(f"/suppliers/{acme.pk}/approve/", {"verdict": "refused", "reason": "no audit"})
    assert standing(acme, "30", TODAY) == "refused"
