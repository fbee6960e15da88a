"""An event from the invitation to the debrief: three bidders, one corrects, one is late, the plan awards."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from secondsource.web.audit.models import Entry
from secondsource.web.bidding import comparing, letters, offers
from secondsource.web.bidding.models import Counter, Envelope, Event, Letter, Round
from secondsource.web.planning import answers, tables
from secondsource.web.planning.models import Proposal, Solve
from secondsource.web.planning.translate import unpack
from tests.web.market import NOON, Clock, Market, market, watch
from tests.web.test_journey import work

__all__ = ["market", "watch"]
pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def bid_and_open(market: Market) -> None:
    """Three bids, for 100 brackets and 60 lids: sara's brackets are the best, rival's lids."""
    market.bid("sara", {"bracket": "7", "lid": "5"})
    market.bid("rival", {"bracket": "10", "lid": "5"}, currency="USD")
    market.bid("third", {"bracket": "7.70"})
    market.open()


def matrix_of(market: Market) -> comparing.Matrix:
    return comparing.compare(Event.objects.prefetch_related("rounds").get(pk=market.event.pk), NOON.date())


def test_bids_are_compared_on_landed_cost_in_one_currency(market: Market) -> None:
    bid_and_open(market)
    matrix = matrix_of(market)
    assert [str(each) for each in matrix.invitations] == ["Rival GmbH", "Sara GmbH", "Third GmbH"]
    bracket, lid = matrix.rows
    landed = {str(each): row.landed for each in matrix.invitations if (row := bracket.cell(each.pk)) is not None}
    # No lanes, no sites: landed is the price; 10 USD × 0.9 = 9 EUR.
    assert landed == {"Rival GmbH": Decimal(9), "Sara GmbH": Decimal(7), "Third GmbH": Decimal("7.7")}
    marks = {str(each): row.marks for each in matrix.invitations if (row := bracket.cell(each.pk)) is not None}
    assert marks == {"Rival GmbH": [], "Sara GmbH": ["best"], "Third GmbH": ["second"]}
    assert bracket.spread == Decimal(9) / 7 - 1
    third = market.invitations["third"].pk
    assert lid.cell(third) is None and matrix.covered[third] == 1
    assert matrix.totals[market.invitations["rival"].pk] == 900 + Decimal("4.5") * 60
    page = market.world.client("bob").get(f"/events/{market.event.pk}/bids/").content.decode()
    assert "best" in page and "no bid" in page and "28.6%" in page


def test_every_number_opens_into_its_parts(market: Market) -> None:
    start = f"o-{market.lines['bracket'].pk}-0-"
    market.bid(
        "sara", {"bracket": "8"}, **{start + "from_1": "50", start + "price_1": "7", start + "fixed_cost": "200"}
    )
    market.open()
    (row, _lid) = matrix_of(market).rows
    cell = row.cell(market.invitations["sara"].pk)
    assert cell is not None
    # 100 brackets: all at 7 from 50 on; 200 once are 2 a piece.
    assert [cell.parts[name] for name in ("purchase", "landed", "fixed", "total")] == [7, 7, 2, 9]
    page = market.world.client("bob").get(f"/events/{market.event.pk}/bids/{row.line.pk}/").content.decode()
    assert "Landed cost" in page and "9.00" in page


def test_freight_and_duty_of_the_projects_lanes_are_counted(market: Market) -> None:
    project = market.world.project
    rows = tables.read(project.head)
    rows["sites"] = [{"site": "here"}, {"site": "there"}]
    rows["lanes"] = [{"origin": "there", "destination": "here", "cost_per_unit": "0.5", "duty_rate": "0.1"}]
    rows["items"] = [{**row, "site": "here"} for row in rows["items"]]
    rows["suppliers"] = [*rows["suppliers"], {"supplier": "sara", "site": "there"}]
    tables.replace_tables(project, rows, market.world.people["alice"], comparing.PARTS["freight"], base=project.head)
    bid_and_open(market)
    cell = matrix_of(market).rows[0].cell(market.invitations["sara"].pk)
    assert cell is not None
    assert {name: cell.parts[name] for name in ("purchase", "freight", "duty", "landed")} == {
        "purchase": 7, "freight": Decimal("0.5"), "duty": Decimal("0.7"), "landed": Decimal("8.2"),
    }  # fmt: skip


def test_what_cannot_win_is_marked_and_not_ranked(market: Market, watch: Clock) -> None:
    market.bid("sara", {"bracket": "1"}, valid_until="2026-11-24")  # expired at the opening
    start = f"o-{market.lines['bracket'].pk}-0-"
    market.bid("rival", {"bracket": "8"}, **{start + "capacity": "40"})
    market.bid("third", {"bracket": "3"}, **{start + "backup_only": "yes"})
    market.open()
    row = matrix_of(market).rows[0]
    marks = {name: each.marks for name, inv in market.invitations.items() if (each := row.cell(inv.pk)) is not None}
    assert marks == {"sara": ["expired"], "rival": ["best", "short"], "third": ["backup"]}
    assert row.competing == 1 and row.spread == 0


def test_an_outlier_is_told_from_three_on(market: Market) -> None:
    market.bid("sara", {"bracket": "7", "lid": "1"})
    market.bid("rival", {"bracket": "8", "lid": "5"})
    market.bid("third", {"bracket": "12"})
    market.open()
    bracket, lid = matrix_of(market).rows
    outliers = [name for name, each in market.invitations.items()
                if (cell := bracket.cell(each.pk)) and "outlier" in cell.marks]  # fmt: skip
    assert outliers == ["third"]  # 12 is 50 % above the median of 8
    assert not any("outlier" in cell.marks for given in lid.cells.values() for cell in given)


def award(market: Market) -> Solve:
    """The bids into the project, the plan found and approved, the event awarded by it."""
    alice, fiona = market.world.client("alice"), market.world.client("fiona")
    alice.post(f"/events/{market.event.pk}/offers/")
    scenario = market.world.project.scenarios.get()
    alice.post(f"/scenarios/{scenario.pk}/solve/")
    work()
    solve: Solve = Solve.objects.order_by("-pk")[0]
    alice.post(f"/plans/{solve.pk}/propose/", {"reason": "cheapest that survives"})
    fiona.post(f"/proposals/{Proposal.objects.get().pk}/", {"verdict": "approved"})
    answer = alice.post(f"/events/{market.event.pk}/award/", {"plan": str(solve.pk)}, follow=True)
    assert "letters are written" in answer.content.decode()
    return solve


def test_bids_become_offers_the_plan_awards_them_and_everybody_gets_a_letter(market: Market) -> None:
    bid_and_open(market)
    solve = award(market)
    market.world.project.refresh_from_db()
    rows = tables.read_table(market.world.project.head, "offers")
    prefix = f"e{market.event.pk}-"
    assert {row["offer"]: row["unit_price"] for row in rows if row["offer"].startswith(prefix)} == {
        f"{prefix}sara-bracket": "7", f"{prefix}sara-lid": "5", f"{prefix}rival-bracket": "10",
        f"{prefix}rival-lid": "5", f"{prefix}third-bracket": "7.7",
    }  # fmt: skip
    assert "bracket-workshop" in {row["offer"] for row in rows}  # own production stands beside them
    assert rows[-1]["source"].startswith("bid: Brackets 2027, round 1, version 2, ")
    market.event.refresh_from_db()
    assert market.event.state == "awarded" and market.event.solve_id == solve.pk
    wins = letters.awarded(market.event, solve)
    assert wins and {each.invitation.supplier.key for each in Letter.objects.filter(kind="win")} >= set(wins)
    assert Letter.objects.count() == 3
    assert Entry.objects.filter(deed="event.award").count() == 1
    for name in ("sara", "rival", "third"):
        assert market.client(name).get("/bid/letter/").status_code == 200
    # The plan's awards become contracts as any plan's do.
    market.world.client("alice").post(
        f"/plans/{solve.pk}/conclude/",
        {"starts": "2027-01-01", "ends": "2027-12-31", "notice_days": "90", "retender_days": "60", "switch_days": "3"},
    )
    plan = answers.answer(solve).plan
    assert market.world.team.contracts.count() == sum(not each.own for each in plan.awards)


def said(market: Market, name: str, row: int) -> list[str]:
    matrix = matrix_of(market)
    found = list(letters.debrief(matrix, market.invitations[name], [], NOON.date()))
    return [str(unpack(text)) for text in found[row]["said"]]


@pytest.mark.parametrize(
    ("price", "band"),
    [
        ("7.35", "up to 5 per cent"),
        ("7.36", "5 to 15 per cent"),
        ("8.05", "5 to 15 per cent"),
        ("8.06", "15 to 30 per cent"),
        ("9.1", "15 to 30 per cent"),
        ("9.11", "more than 30 per cent"),
    ],
)
def test_a_debrief_tells_the_band_and_no_price(market: Market, price: str, band: str) -> None:
    market.bid("sara", {"bracket": "7"})
    market.bid("third", {"bracket": "7.70"})
    market.bid("rival", {"bracket": price})
    market.open()
    (text,) = said(market, "rival", 0)
    assert text == f"Your landed cost was {band} above the best landed cost."


def test_no_distance_is_told_where_fewer_than_three_competed(market: Market) -> None:
    bid_and_open(market)
    (text,) = said(market, "rival", 1)  # two bid for lids
    assert text.startswith("Fewer than three competed") and not re.search(r"\d", text)


def test_a_further_round_asks_chosen_bidders_and_its_bids_take_the_place_of_the_earlier(
    market: Market, watch: Clock
) -> None:
    bid_and_open(market)
    alice, sara, rival = market.world.client("alice"), market.invitations["sara"].pk, market.invitations["rival"].pk
    bracket = market.lines["bracket"].pk
    post = {"deadline": "2026-11-26T12:00", f"i{sara}": "1", f"i{rival}": "1", f"i{rival}-text": "Meet the best.",
            f"i{rival}-l{bracket}": "6.50"}  # fmt: skip
    alice.post(f"/events/{market.event.pk}/round/", post)
    assert market.round.number == 2 and Counter.objects.get(invitation=rival).prices == {str(bracket): "6.50"}
    page = market.client("rival").get("/bid/event/").content.decode()
    assert "Meet the best." in page and "6.50 EUR" in page
    assert "6.50" not in market.client("sara").get("/bid/event/").content.decode()
    assert "6.50" in alice.get(f"/events/{market.event.pk}/").content.decode()
    market.bid("rival", {"bracket": "6.60"})
    market.client("third").post("/bid/save/", market.typed({"bracket": "1"}))  # was not asked again
    market.open()
    cells = {str(each): cell.landed for each in matrix_of(market).invitations
             if (cell := matrix_of(market).rows[0].cell(each.pk)) is not None}  # fmt: skip
    assert cells == {"Rival GmbH": Decimal("6.6"), "Sara GmbH": Decimal(7), "Third GmbH": Decimal("7.7")}


def test_an_event_that_is_called_off_stays_sealed(market: Market, watch: Clock) -> None:
    market.bid("sara", {"bracket": "7"})
    alice = market.world.client("alice")
    alice.post(f"/events/{market.event.pk}/cancel/", {"why": "the product is dropped"})
    watch.at = NOON + HOUR
    alice.post(f"/events/{market.event.pk}/open/")
    assert alice.get(f"/events/{market.event.pk}/bids/").status_code == 409
    assert "the product is dropped" in market.client("sara").get("/bid/event/").content.decode()


def test_what_came_late_or_was_withdrawn_is_on_record_after_the_opening(market: Market, watch: Clock) -> None:
    market.bid("sara", {"bracket": "7"})
    market.client("sara").post("/bid/withdraw/")
    market.client("rival").post("/bid/save/", market.typed({"bracket": "8"}, do="draft"))
    watch.at = NOON + timedelta(seconds=1)
    market.client("rival").post("/bid/send/", {"version": "1"})
    market.open()
    page = market.world.client("bob").get(f"/events/{market.event.pk}/bids/").content.decode()
    assert "Sara GmbH: withdrawal" in page and "Rival GmbH: too late, 25 Nov 2026, 12:00:01 (UTC)" in page
    assert "none was changed, removed or slipped in" in page
    Envelope.objects.filter(number=1).update(version=9)
    page = market.world.client("bob").get(f"/events/{market.event.pk}/bids/").content.decode()
    assert "does not hold from number 1 on" in page


def test_taking_bids_over_twice_adds_nothing_twice(market: Market) -> None:
    bid_and_open(market)
    people = market.world.people["alice"]
    event = Event.objects.select_related("project__head").get(pk=market.event.pk)
    offers.into_project(event, people)
    first = tables.read(event.project.head)
    offers.into_project(event, people)
    assert tables.read(event.project.head) == first


@pytest.mark.parametrize("address", ["", "bids/"])
def test_the_pages_take_as_many_queries_however_many_bid(market: Market, address: str) -> None:
    market.bid("sara", {"bracket": "7", "lid": "5"})
    market.open()
    bob, page = market.world.client("bob"), f"/events/{market.event.pk}/{address}"
    with CaptureQueriesContext(connection) as one:
        bob.get(page)
    Round.objects.filter(event=market.event).update(opened_at=None, asked_by=None, deadline=NOON + HOUR * 99)
    for name in ("rival", "third"):
        market.bid(name, {"bracket": "8", "lid": "6"})
    market.open()
    with CaptureQueriesContext(connection) as three:
        bob.get(page)
    assert len(one) == len(three) < 40
