"""Requests for information: questions of several kinds, answers side by side, and the shortlist that is asked next."""

from __future__ import annotations

import re

import pytest

from secondsource.web.bidding import envelope, questions
from secondsource.web.bidding.models import Event, Invitation
from secondsource.web.bidding.numbers import Refused
from tests.web.conftest import World
from tests.web.market import Clock, Market, begin, column, watch

__all__ = ["watch"]
pytestmark = pytest.mark.django_db

ASKED = ["Certified to ISO 9001? [yes/no]", "Units a month [number]", "Terms [FCA | DAP]", "What else?"]


@pytest.fixture
def asking(world: World, watch: Clock) -> Market:
    return begin(world, watch, kind="rfi", questions=ASKED, nda="Keep it to yourself.")


def sign(market: Market, name: str) -> None:
    market.client(name).post("/bid/agree/", {"name": "S. Ara", "agreed": "1"})


def answer(market: Market, name: str, *answers: str) -> None:
    sign(market, name)
    market.bid(name, {}, **{f"a-{place}": text for place, text in enumerate(answers)})


@pytest.mark.parametrize(
    ("typed", "given", "kept"),
    [
        ("Certified? [yes/no]", "Да", "yes"), ("Сертифікат? [так/ні]", "no", "no"),
        ("Certified? [yes/no]", "maybe", None),
        ("How many? [number]", "1 500,0", "1500"), ("How cold? [number]", "-40", "-40"),
        ("How many? [number]", "many", None),
        ("Terms [FCA | DAP]", "dap", "DAP"), ("Terms [FCA | DAP]", "EXW", None),
        ("See drawing [sheet 2]", " all of it ", "all of it"),
    ],
)  # fmt: skip
def test_an_answer_is_read_by_what_its_question_asks_for(typed: str, given: str, kept: str | None) -> None:
    question = questions.parse(typed)
    if kept is None:
        with pytest.raises(Refused):
            question.read(given)
    else:
        assert question.read(given) == kept == question.read(kept)


def test_answers_are_given_by_page_and_by_workbook_and_a_wrong_one_is_named(asking: Market) -> None:
    sign(asking, "sara")
    page = asking.client("sara").get("/bid/event/").content.decode()
    assert '<option value="FCA">' in page and "request for information" in page
    wrong = asking.client("sara").post("/bid/save/", asking.typed({}, **{"a-1": "lots", "a-2": "EXW", "a-3": "kept"}))
    text = wrong.content.decode()
    assert wrong.status_code == 422 and "Units a month" in text and "FCA, DAP" in text and "kept" in text
    grids = asking.sheet("sara")
    rows, place = grids["questions"], column(grids, "questions", "answer")
    for row, cell in zip(rows[2:], ("yes", 1500, "DAP", "Ovens"), strict=True):
        row.extend([None] * (place + 1 - len(row)))
        row[place] = cell
    assert asking.upload("sara", grids).status_code == 302
    assert "1,500" in asking.client("sara").get("/bid/review/").content.decode()


def test_answers_stand_side_by_side_after_the_opening_and_not_before(asking: Market) -> None:
    answer(asking, "sara", "yes", "1500", "DAP", "Ovens")
    answer(asking, "rival", "нет", "", "FCA")
    alice = asking.client("alice")
    assert alice.get(f"/events/{asking.event.pk}/bids/").status_code == 409
    asking.open()
    page = alice.get(f"/events/{asking.event.pk}/bids/").content.decode()
    (table,) = re.findall(r'<table class="matrix answers">.*?</table>', page, re.DOTALL)
    rows = [re.sub(r"<[^>]+>", "|", row) for row in table.split("</tr>")]
    assert "no|" in rows[1] and "yes|" in rows[1]
    assert "1,500" in rows[2] and "no answer" in rows[2]
    assert rows[3].index("FCA") < rows[3].index("DAP")  # in the order of the suppliers
    assert "Ask them for quotations" in page and "Take the bids into the project" not in page


def shortlist(market: Market, *names: str, **changed: str) -> str:
    given = {"name": "Brackets, quotations", "deadline": "2026-12-10T12:00"}
    given |= {f"i{market.invitations[name].pk}": "1" for name in names}
    answer = market.client("alice").post(f"/events/{market.event.pk}/shortlist/", given | changed, follow=True)
    return str(answer.content.decode())


def test_chosen_suppliers_are_asked_for_quotations_of_the_same_items(asking: Market) -> None:
    answer(asking, "sara", "yes")
    answer(asking, "rival", "no")
    asking.open()
    page = shortlist(asking, "sara")
    made = Event.objects.get(follows=asking.event)
    assert (made.kind, made.state, made.nda) == ("rfq", "draft", asking.event.nda)
    before = asking.event.lines.values_list("item", "quantity_micro", "lot")
    assert list(made.lines.values_list("item", "quantity_micro", "lot")) == list(before)
    (invited,) = Invitation.objects.filter(event=made)
    assert str(invited) == "Sara GmbH" and invited.nda_name == "S. Ara"  # signed once
    assert not envelope.own_receipts(invited)
    (code,) = re.findall(r"/bid/#([\w-]+)", page)
    asking.client("alice").post(f"/events/{made.pk}/publish/")
    entered = asking.client("sara").post("/bid/", {"code": code}, follow=True)
    assert "Brackets, quotations" in entered.content.decode()
    page = asking.client("alice").get(f"/events/{asking.event.pk}/").content.decode()
    assert "Shortlisted suppliers are asked in" in page


@pytest.mark.parametrize(
    ("names", "changed", "said"),
    [
        ((), {}, "Choose at least one supplier."), (("sara",), {"name": ""}, "An event needs a name."),
        (("sara",), {"name": "Brackets 2027"}, "There is an event of this name already."),
        (("sara",), {"deadline": "2020-01-01T12:00"}, "The deadline is past already."),
        (("sara",), {"deadline": "soon"}, "The deadline is a date and a time"),
    ],
)  # fmt: skip
def test_a_shortlist_is_refused_with_a_reason(
    asking: Market, names: tuple[str, ...], changed: dict[str, str], said: str
) -> None:
    answer(asking, "sara", "yes")
    asking.open()
    assert said in shortlist(asking, *names, **changed)
    assert Event.objects.count() == 1


def test_nobody_is_shortlisted_while_the_answers_are_sealed(asking: Market) -> None:
    answer(asking, "sara", "yes")
    asking.client("alice").post(
        f"/events/{asking.event.pk}/shortlist/",
        {"name": "Early", "deadline": "2026-12-10T12:00", f"i{asking.invitations['sara'].pk}": "1"},
    )
    assert Event.objects.count() == 1
