"""Asking about a plan in the workspace: its answer is a page in the reader's language, files, a line in the log."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from secondsource.web.audit.models import Entry
from secondsource.web.jobs import lease
from secondsource.web.jobs.models import Job
from secondsource.web.planning import answering as plans
from secondsource.web.planning.models import Scenario, Solve
from secondsource.web.planning.projects import queue
from secondsource.web.terms import answering
from secondsource.web.terms.models import Question
from tests.web.conftest import World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def solve(world: World) -> Solve:
    """The plan of the first-steps example: 1156 EUR, brackets from North Metal, lids of our own."""
    made = queue(world.project, Scenario.objects.get(project=world.project), world.people["alice"])
    work(plans.answer)
    made.refresh_from_db()
    assert made.has_plan
    return made


def work(answer: object) -> None:
    job = lease.claim(datetime.now(UTC))
    assert job is not None
    answer(job)  # type: ignore[operator]


def ask(world: World, solve: Solve, **asked: str) -> Question:
    answer = world.client("alice").post(reverse("question_new", args=[solve.pk]), asked)
    assert answer.status_code == 302 and "/questions/" in answer.headers["Location"]
    found: Question = Question.objects.get(pk=int(answer.headers["Location"].split("/")[-2]))
    return found


def test_who_could_dictate_terms_is_asked_and_read_in_three_languages(world: World, solve: Solve) -> None:
    question = ask(world, solve, kind="dependence")
    bob, address = world.client("bob"), reverse("question", args=[question.pk])
    assert "Waiting for a worker" in bob.get(address).content.decode()
    work(answering.answer)
    assert "HX-Refresh" in bob.get(reverse("question_progress", args=[question.pk])).headers
    # Losing North Metal for a tenth of a chance costs 110 tomorrow; one more maker is worth 30.
    for code, words in (
        ("en", "Who could dictate terms to us"),
        ("ru", "Кто мог бы диктовать нам условия"),
        ("uk", "Хто міг би диктувати нам умови"),
    ):
        bob.cookies["language"] = code
        page = bob.get(address).content.decode()
        assert words in page and "110" in page and "North Metal" in page
    bob.cookies["language"] = "ru"
    book = CalamineWorkbook.from_filelike(io.BytesIO(bob.get(address + "files/xlsx/").content))
    assert book.sheet_names[0] == "Сводка"
    pdf = bob.get(address + "files/pdf/").content
    assert "диктовать" in "".join(each.extract_text() for each in PdfReader(io.BytesIO(pdf)).pages)
    assert f"/questions/{question.pk}/" in bob.get(reverse("solve", args=[solve.pk])).content.decode()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("price-to-win", "8.53"),  # South Metal's brackets, at 9.00: see examples/first-steps
        ("rules", "No rule is in force."),
        ("frontier", "1,156.00"),
        ("switch", "No item has an incumbent"),
    ],
)
def test_the_other_questions_are_answered_too(world: World, solve: Solve, kind: str, words: str) -> None:
    question = ask(world, solve, kind=kind)
    work(answering.answer)
    page = world.client("bob").get(reverse("question", args=[question.pk])).content.decode()
    assert words in page
    assert ask(world, solve, kind=kind) == question  # an answer never changes, so it is not looked for again


def test_a_suppliers_sheet_says_nothing_unless_asked_and_the_log_knows_that_it_was_sent(
    world: World, solve: Solve
) -> None:
    question = ask(world, solve, kind="sheet", supplier="south")
    work(answering.answer)
    client, address = world.client("alice"), reverse("question", args=[question.pk])
    page = client.get(address).content.decode()
    assert "9.00 EUR" in page and "Feedback is not given." in page
    assert "North Metal" not in page and "8.53" not in page
    client.post(address + "sent/")
    entry = Entry.objects.get(deed="terms.sent")
    assert entry.details["policy"] == "off" and len(entry.details["pdf"]) == 64


def test_what_cannot_be_asked_is_refused(world: World, solve: Solve) -> None:
    client, address = world.client("alice"), reverse("question_new", args=[solve.pk])
    assert client.post(address, {"kind": "gossip"}).status_code == 404
    assert client.post(address, {"kind": "sheet", "supplier": "nobody"}).status_code == 404
    assert client.post(address, {"kind": "sheet", "supplier": "south", "policy": "all"}).status_code == 404
    assert client.post(address, {"kind": "sheet"}).headers["Location"] == reverse("solve", args=[solve.pk])
    assert not Question.objects.exists()


def test_a_question_that_is_stopped_says_so_and_may_be_asked_again(world: World, solve: Solve) -> None:
    question = ask(world, solve, kind="dependence")
    client = world.client("alice")
    client.post(reverse("question_stop", args=[question.pk]))
    work(answering.answer)
    assert Job.objects.get(pk=question.job_id).state == "failed"
    assert "There is no answer" in client.get(reverse("question", args=[question.pk])).content.decode()
    assert ask(world, solve, kind="dependence") != question
