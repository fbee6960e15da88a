"""Asking the market: an event is published, suppliers bid by page and Excel, correct, withdraw, and come too late."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from secondsource.web.audit.models import Entry
from secondsource.web.bidding import envelope, preparing, pulse
from secondsource.web.bidding.models import Envelope, Event, Extension, Inquiry, Invitation, Pulse, Round
from tests.web.market import NOON, Clock, Market, column, market, packed, watch

__all__ = ["market", "watch"]
pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def test_an_event_is_begun_published_and_shown(market: Market) -> None:
    client = market.client("alice")
    post = {"name": "Lids", "project": str(market.world.project.pk), "kind": "rfq", "deadline": "2026-12-24T12:00",
            "time_zone": "Europe/Kyiv"}  # fmt: skip
    answer = client.post("/events/new/", post)
    made = Event.objects.get(name="Lids")
    assert answer.headers["Location"] == f"/events/{made.pk}/"
    assert made.rounds.get().deadline == datetime(2026, 12, 24, 10, tzinfo=UTC)  # Kyiv is two hours ahead in winter
    assert {line.item: line.quantity for line in made.lines.all()} == {"bracket": 100, "lid": 60}
    client.post(f"/events/{made.pk}/publish/")
    page = client.get(f"/events/{made.pk}/").content.decode()
    assert "24 Dec 2026, 12:00 (Europe/Kyiv)" in page and "Bids are sealed." in page
    assert "Lids" in client.get("/events/").content.decode()


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("name", "", "An event needs a name."),
        ("name", "Brackets 2027", "There is an event of this name already."),
        ("project", "x", "Choose a project with items."),
        ("deadline", "soon", "The deadline is a date and a time"),
        ("deadline", "2020-01-01T00:00", "The deadline is past already."),
        ("deadline", "2027-03-28T02:30", "The clocks are changed in that hour"),
        ("time_zone", "Mars/Crater", "Mars/Crater is no time zone"),
    ],
)
def test_each_field_of_an_event_is_refused_with_a_reason(
    market: Market, field: str, value: str, complaint: str
) -> None:
    post = {"name": "Lids", "project": str(market.world.project.pk), "deadline": "2027-05-04T12:00",
            "time_zone": "Europe/Berlin", field: value}  # fmt: skip
    page = market.client("alice").post("/events/new/", post, follow=True).content.decode()
    assert complaint in page.replace("&#39;", "'") and Event.objects.count() == 1


def test_a_link_shows_on_get_works_once_on_post_and_can_be_taken_back(market: Market) -> None:
    code, client = market.codes["sara"], Client()
    assert client.get("/bid/").status_code == 200 and client.get("/bid/event/").headers["Location"] == "/bid/"
    assert Invitation.objects.get(pk=market.invitations["sara"].pk).entered_at is None  # a mail scanner looks only
    assert code not in str(list(Invitation.objects.values()))
    assert client.post("/bid/", {"code": code}).headers["Location"] == "/bid/event/"
    assert client.get("/bid/event/").status_code == 200
    assert Client().post("/bid/", {"code": code}).headers["Location"] == "/bid/"  # used up
    market.world.client("alice").post(f"/invitations/{market.invitations['sara'].pk}/revoke/")
    assert client.get("/bid/event/").status_code == 404


def test_a_new_link_closes_what_the_old_one_opened(market: Market) -> None:
    sara = market.client("sara")
    page = market.world.client("alice").post(f"/invitations/{market.invitations['sara'].pk}/renew/").content.decode()
    assert "/bid/#" in page and sara.get("/bid/event/").status_code == 404


def test_a_supplier_bids_by_page_and_the_receipt_holds_what_was_typed(market: Market) -> None:
    more = {"valid_until": "2027-06-30", "note": "Ex works", f"o-{market.lines['lid'].pk}-0-from_1": "50",
            f"o-{market.lines['lid'].pk}-0-price_1": "4,75", f"o-{market.lines['lid'].pk}-0-lead_days": "14",
            "k-0-name": "Both", "k-0-price": "1000", f"k-0-l{market.lines['bracket'].pk}": "100"}  # fmt: skip
    market.bid("sara", {"bracket": "7.90", "lid": "5.10"}, **more)
    kept = market.client("sara").get("/bid/versions/1/2/").json()
    assert kept["kind"] == "bid" and kept["channel"] == "page"
    bracket, lid = market.lines["bracket"].pk, market.lines["lid"].pk
    assert kept["content"]["offers"] == [
        {"line": bracket, "alternative": 0, "unit_price": "7.9"},
        {"line": lid, "alternative": 0, "unit_price": "5.1", "lead_days": "14", "breaks": [["50", "4.75"]],
         "break_kind": "all_units"},
    ]  # fmt: skip
    assert kept["content"]["packages"] == [{"name": "Both", "price": "1000", "lines": [[bracket, "100"]]}]
    page = market.client("sara").get("/bid/event/").content.decode()
    assert "handed in" in page and 'value="7.9"' in page


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("unit_price", "cheap", "expected a number"),
        ("unit_price", "-1", "expected a number, 0 or more"),
        ("unit_price", "1,234", "can be read as 1234 or as 1.2340"),
        ("unit_price", "1e5", "expected a number"),
        ("unit_price", "9" * 30, "expected a number below"),
        ("unit_price", "0.0000001", "expected at most 6 decimals"),
        ("lead_days", "5000", "expected a number, 3650 or less"),
        ("multiple", "0", "expected a number above 0"),
        ("defect_rate", "2", "expected a number, 1 or less"),
        ("from_1", "10", "a quantity and its price belong together"),
        ("conditions", "x\x07", "has a control character"),
    ],
)
def test_each_field_of_a_bid_is_refused_by_name_and_nothing_typed_is_lost(
    market: Market, field: str, value: str, complaint: str
) -> None:
    start = f"o-{market.lines['bracket'].pk}-0-"
    typed = market.typed({"bracket": "8", "lid": "5.55"}, **{start + field: value})
    if field == "from_1":
        typed[start + "price_1"] = ""
    answer = market.client("sara").post("/bid/save/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and "bracket" in page and complaint in page
    assert 'value="5.55"' in page and Envelope.objects.count() == 0


def test_a_draft_does_not_count_a_correction_replaces_and_a_withdrawal_ends(market: Market) -> None:
    sara, ours = market.client("sara"), market.invitations["sara"]
    sara.post("/bid/save/", market.typed({"bracket": "8"}, do="draft"))
    assert envelope.own_standing(ours, [market.round]) is None
    market.bid("sara", {"bracket": "8"})
    market.bid("sara", {"bracket": "7.5"})
    standing = envelope.own_standing(ours, [market.round])
    assert standing is not None and standing[1]["offers"][0]["unit_price"] == "7.5"
    sara.post("/bid/withdraw/")
    assert envelope.own_standing(ours, [market.round]) is None
    kinds = list(Envelope.objects.values_list("kind", flat=True))
    assert kinds == ["draft", "draft", "bid", "draft", "bid", "withdrawal"]  # nothing was overwritten
    with pytest.raises(TypeError):
        Envelope.objects.all()[0].save()
    with pytest.raises(TypeError):
        Envelope.objects.all()[0].delete()


def test_a_bid_counts_until_the_last_instant_and_a_second_late_is_late(market: Market, watch: Clock) -> None:
    watch.at = NOON - timedelta(microseconds=1)
    market.bid("sara", {"bracket": "8"})
    watch.at = NOON - SECOND
    market.client("rival").post("/bid/save/", market.typed({"bracket": "7"}))
    watch.at = NOON + SECOND
    page = market.client("rival").post("/bid/send/", {"version": "1"}, follow=True).content.decode()
    assert "Слишком поздно" in page or "Too late" in page
    standing = {each.kind for each in Envelope.objects.filter(invitation=market.invitations["rival"])}
    assert standing == {"draft", "late"}
    assert envelope.own_standing(market.invitations["sara"], [market.round]) is not None
    market.open()
    assert set(envelope.standing(market.event)) == {market.invitations["sara"].pk}


def test_the_deadline_is_decided_at_the_instant_the_body_was_read(market: Market, watch: Clock) -> None:
    watch.at = NOON
    with pytest.raises(envelope.TooLate):
        envelope.put(market.invitations["sara"], market.round, {}, kind="bid", channel="api", received_at=NOON)
    # The body was there in time, and had to wait for the lock while another bid was stored.
    early = NOON - timedelta(microseconds=1)
    receipt = envelope.put(market.invitations["sara"], market.round, {}, kind="bid", channel="api", received_at=early)
    assert receipt.received_at == early


def test_bids_are_opened_by_two_people_after_the_deadline(market: Market, watch: Clock) -> None:
    market.bid("sara", {"bracket": "8"})
    address = f"/events/{market.event.pk}/open/"
    alice, fiona = market.world.client("alice"), market.world.client("fiona")
    assert "after the deadline, not before" in alice.post(address, follow=True).content.decode()
    watch.at = NOON
    alice.post(address)
    assert "by two people" in alice.post(address, follow=True).content.decode()
    assert market.round.opened_at is None
    with pytest.raises(envelope.Sealed):
        envelope.opened(market.round)
    fiona.post(address)
    assert market.round.opened_at == NOON
    entry = Entry.objects.filter(deed="event.open").get()
    assert [each["kind"] for each in entry.details["envelopes"]] == ["draft", "bid"]
    assert "8" not in json.dumps(entry.details["envelopes"][1]["kind"])
    with pytest.raises(envelope.NotTaken):  # in time by its stamp, but others' bids are known by now
        envelope.put(market.invitations["sara"], market.round, {}, kind="bid", channel="api", received_at=NOON - SECOND)


def test_the_log_says_nothing_of_a_bid_before_the_opening(market: Market) -> None:
    before = Entry.objects.count()
    market.bid("sara", {"bracket": "8"})
    assert Entry.objects.count() == before


def test_a_chain_tells_what_was_changed_or_removed(market: Market) -> None:
    market.bid("sara", {"bracket": "8"})
    market.bid("rival", {"bracket": "7"})
    assert list(envelope.flaws(market.event)) == []
    last = Envelope.objects.order_by("-number").first()
    assert last is not None
    Envelope.objects.filter(pk=last.pk).update(kind="withdrawal")
    assert [flaw.number for flaw in envelope.flaws(market.event)] == [last.number]
    Envelope.objects.filter(pk=last.pk).update(kind="bid")
    Envelope.objects.filter(number=2)._raw_delete("default")
    first = next(envelope.flaws(market.event))
    assert (first.number, first.is_missing) == (2, True)


def test_a_bid_that_was_moved_to_another_bidder_does_not_open(market: Market) -> None:
    market.bid("sara", {"bracket": "8"})
    Envelope.objects.filter(kind="bid").update(invitation=market.invitations["rival"])
    market.open()
    (opened,) = envelope.opened(market.round)
    assert opened.content is None  # on record, not dropped, and not rival's


def test_a_price_ten_times_the_own_earlier_one_is_asked_about(market: Market) -> None:
    market.bid("sara", {"bracket": "8", "lid": "5"})
    market.client("sara").post("/bid/save/", market.typed({"bracket": "80", "lid": "5"}))
    page = market.client("sara").get("/bid/review/").content.decode()
    assert "The price is about 10 times your earlier one." in page
    newest = Envelope.objects.order_by("-pk").first()
    assert newest is not None
    market.client("sara").post("/bid/send/", {"version": str(newest.version)})
    assert Envelope.objects.filter(kind="bid").count() == 1  # not without a word
    market.client("sara").post("/bid/send/", {"version": str(newest.version), "sure": "1"})
    assert Envelope.objects.filter(kind="bid").count() == 2


def test_slips_are_never_judged_by_another_bidder(market: Market) -> None:
    market.bid("sara", {"bracket": "8"})
    market.client("rival").post("/bid/save/", market.typed({"bracket": "800"}))
    page = market.client("rival").get("/bid/review/").content.decode()
    assert 'role="alert"' not in page


def test_a_confidentiality_agreement_comes_first(market: Market) -> None:
    Event.objects.filter(pk=market.event.pk).update(nda="Keep it to yourselves.", about="A secret new phone.")
    sara = market.client("sara")
    page = sara.get("/bid/event/").content.decode()
    assert "Keep it to yourselves." in page and "secret new phone" not in page
    assert sara.get("/bid/sheet/").status_code == 302
    sara.post("/bid/save/", market.typed({"bracket": "8"}))
    assert Envelope.objects.count() == 0
    sara.post("/bid/agree/", {"name": "Sara Lind", "agreed": "1"})
    assert "secret new phone" in sara.get("/bid/event/").content.decode()


def test_an_answer_goes_to_all_without_the_name_of_who_asked(market: Market) -> None:
    market.client("sara").post("/bid/ask/", {"question": "Is zinc coating needed?"})
    assert "zinc" not in market.client("rival").get("/bid/event/").content.decode()
    asked = Inquiry.objects.get()
    market.world.client("alice").post(f"/inquiries/{asked.pk}/answer/", {"answer": "Yes, 8 micrometres."})
    page = market.client("rival").get("/bid/event/").content.decode()
    assert "zinc" in page and "8 micrometres" in page and "ara" not in page.replace("arad", "").replace("Характ", "")


def test_a_deadline_is_moved_for_all_and_only_forward(market: Market) -> None:
    alice, address = market.world.client("alice"), f"/events/{market.event.pk}/extend/"
    page = alice.post(address, {"deadline": "2026-11-25T11:00"}, follow=True).content.decode()
    assert "only moved to a later one" in page
    alice.post(address, {"deadline": "2026-11-25T15:00", "why": "drawings came late"})
    assert market.round.deadline == NOON + timedelta(hours=3)
    for name in ("sara", "third"):
        assert "drawings came late" in market.client(name).get("/bid/event/").content.decode()


def test_an_outage_in_the_closing_window_gives_all_more_time(market: Market, watch: Clock) -> None:
    pulse.beat(NOON - timedelta(minutes=20))  # then the server went down
    watch.at = NOON + timedelta(minutes=10)
    market.bid("sara", {"bracket": "8"})  # the first request after it, before any sign of life
    assert Envelope.objects.filter(kind="bid").count() == 1
    # Back at 12:10; the last 20 minutes of the window were lost: 12:30.
    assert market.round.deadline == NOON + timedelta(minutes=30)
    assert Extension.objects.get().before == NOON
    pulse.beat(watch.at)
    assert Extension.objects.count() == 1


def test_an_outage_before_the_opening_is_noticed_by_the_opening(market: Market, watch: Clock) -> None:
    pulse.beat(NOON - timedelta(minutes=5))
    watch.at = NOON + timedelta(hours=2)
    market.world.client("alice").post(f"/events/{market.event.pk}/open/")
    assert Round.objects.get().asked_by is None
    assert market.round.deadline == NOON + timedelta(hours=2, minutes=15)


def test_a_short_silence_and_one_long_before_change_nothing(market: Market) -> None:
    pulse.beat(NOON - timedelta(hours=9))
    pulse.beat(NOON - timedelta(hours=2))
    pulse.beat(NOON - timedelta(hours=2) + timedelta(seconds=59))
    assert market.round.deadline == NOON and Extension.objects.count() == 0
    assert Pulse.objects.count() == 1


def test_a_workbook_is_filled_in_uploaded_and_handed_in(market: Market) -> None:
    grids = market.sheet("rival")
    assert "цены" in grids and "stamp" in grids  # in the language of the invitation
    prices = next(title for title, rows in grids.items() if rows and rows[0] and rows[0][0] == "secondsource:offers")
    place = column(grids, prices, "unit_price")
    for row in grids[prices][2:]:
        row[place] = {"bracket": 7.75, "lid": "4,9"}[row[1]]
    answer = market.upload("rival", grids)
    assert answer.headers["Location"] == "/bid/review/"
    kept = market.client("rival").get("/bid/versions/1/1/").json()
    assert kept["channel"] == "excel" and kept["kind"] == "draft"
    assert [offer["unit_price"] for offer in kept["content"]["offers"]] == ["7.75", "4.9"]


def test_a_rearranged_sheet_without_its_keys_is_mapped_by_headings_and_items(market: Market) -> None:
    grids = market.sheet("sara")
    place = column(grids, "prices", "unit_price")
    for row in grids["prices"][2:]:
        row[place] = {"bracket": 7.75, "lid": 4.9}[row[1]]
    rows = [row[1:] for row in grids["prices"][1:]]  # the hidden row and column are gone
    rows = [list(reversed(row)) for row in (rows[0], *reversed(rows[1:]))]  # columns and rows the other way round
    answer = market.upload("sara", {"My bid": [["Dear buyer"], [], *rows], "about": grids["whole bid"]})
    assert answer.status_code == 302, answer.content.decode()
    kept = market.client("sara").get("/bid/versions/1/1/").json()["content"]
    assert {offer["line"]: offer["unit_price"] for offer in kept["offers"]} == {
        market.lines["bracket"].pk: "7.75", market.lines["lid"].pk: "4.9",
    }  # fmt: skip


def test_an_outdated_sheet_is_mapped_again_and_what_changed_is_told(market: Market) -> None:
    grids = market.sheet("sara")
    place = column(grids, "prices", "unit_price")
    for row in grids["prices"][2:]:
        row[place] = 5
    bracket, lid = market.lines["bracket"].pk, market.lines["lid"].pk
    lines = {f"{bracket}-quantity": "120", f"{bracket}-asked": "1", f"{lid}-quantity": "60"}  # lids are not asked for
    market.world.client("alice").post(f"/events/{market.event.pk}/lines/", lines)
    assert preparing.asked_of(Event.objects.get(pk=market.event.pk)).quantities == {bracket: Decimal(120)}
    market.upload("sara", grids)
    page = market.client("sara").get("/bid/review/").content.decode()
    assert "earlier revision" in page and "lid is not asked for" in page
    kept = market.client("sara").get("/bid/versions/1/1/").json()["content"]
    assert [offer["line"] for offer in kept["offers"]] == [bracket]


def test_alternatives_packages_and_breaks_come_through_the_workbook(market: Market) -> None:
    market.bid("sara", {"bracket": "8"})
    grids = market.sheet("sara")
    prices, more, bundles = grids["prices"], grids["alternatives"], grids["packages"]
    assert prices[2][column(grids, "prices", "unit_price")] == 8  # what was bid before stands there
    prices[2][column(grids, "prices", "from_1")] = 50
    prices[2][column(grids, "prices", "price_1")] = 7.5
    for rows in (more, bundles):
        rows += [[""] * len(rows[0]) for _row in range(2)]
    more[2][1] = "bracket"
    more[2][column(grids, "alternatives", "unit_price")] = 6
    more[2][column(grids, "alternatives", "conditions")] = "aluminium"
    bundles[2][1:5] = ["Both", 900, "bracket", 100]
    bundles[3][1:5] = ["", "", "lid", 60]
    assert market.upload("sara", grids).status_code == 302
    kept = market.client("sara").get("/bid/versions/1/3/").json()["content"]
    bracket, lid = market.lines["bracket"].pk, market.lines["lid"].pk
    assert kept["offers"] == [
        {"line": bracket, "alternative": 0, "unit_price": "8", "breaks": [["50", "7.5"]], "break_kind": "all_units"},
        {"line": bracket, "alternative": 1, "unit_price": "6", "conditions": "aluminium"},
    ]  # fmt: skip
    assert kept["packages"] == [{"name": "Both", "price": "900", "lines": [[bracket, "100"], [lid, "60"]]}]


def test_a_workbook_with_a_fault_names_sheet_row_and_way_out_and_changes_nothing(market: Market) -> None:
    grids = market.sheet("sara")
    grids["prices"][2][column(grids, "prices", "unit_price")] = "cheap"
    grids["prices"][3][column(grids, "prices", "unit_price")] = 5
    answer = market.upload("sara", grids)
    assert answer.status_code == 422 and Envelope.objects.count() == 0
    page = answer.content.decode().replace("&#39;", "'")
    assert "bid.xlsx, bracket row 3, column Unit price: 'cheap': expected a number" in page
    assert market.upload_bytes("sara", b"no workbook").status_code == 422
    assert market.upload_bytes("sara", packed({"x": [["hello"]]})).status_code == 422


def test_the_cells_that_a_bidder_may_not_change_are_locked(market: Market) -> None:
    import zipfile
    from io import BytesIO

    content = market.client("sara").get("/bid/sheet/").content
    with zipfile.ZipFile(BytesIO(content)) as packed_:
        sheets = [packed_.read(name).decode() for name in packed_.namelist() if name.startswith("xl/worksheets/sheet")]
        styles = packed_.read("xl/styles.xml").decode()
    assert sum("<sheetProtection" in sheet for sheet in sheets) >= 4
    assert 'locked="0"' in styles and "FFFFF6C8" in styles
    assert any("dataValidation" in sheet and "EUR,USD" in sheet for sheet in sheets)
    assert any('hidden="1"' in sheet for sheet in sheets)


def test_only_the_door_touches_sealed_envelopes() -> None:
    from pathlib import Path

    import secondsource.web

    root = Path(secondsource.web.__file__).parent
    words = ("Envelope.objects", "import Envelope", "Envelope,", ".envelopes", "unsealed(")
    files = [path for path in root.rglob("*.py") if "migrations" not in path.parts]
    users = {str(path.relative_to(root)) for path in files if any(word in path.read_text("utf-8") for word in words)}
    assert users == {"bidding/envelope.py", "bidding/sealing.py"}
