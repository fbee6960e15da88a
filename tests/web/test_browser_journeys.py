"""Whole journeys in a real browser, in English and in Russian: a newcomer's minutes, and the phone to its takeover.

With `SECONDSOURCE_SHOTS` naming a folder, pictures of every step are left there to be looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import secondsource
from secondsource.language import _, use_language
from secondsource.problem.write import write
from secondsource.web import demo
from secondsource.web.audit import log
from secondsource.web.contracts.models import Contract, Delivery
from secondsource.web.planning.models import Project, Proposal, Solve
from tests.web.conftest import EXAMPLES, TODAY, World
from tests.web.test_browser import Watched, chromium, enter, pytestmark, rows
from tests.web.test_journey import work

__all__ = ["chromium", "pytestmark"]


class Guide:
    """What a person sees and presses, by the words of one language."""

    def __init__(self, watched: Watched, language: str) -> None:
        self.page, self.watched, self.language, self.step = watched.page, watched, language, 0
        self.page.context.add_cookies([{"name": "language", "value": language, "url": watched.address}])

    def say(self, text: str, **values: object) -> str:
        with use_language(self.language):
            return str(_(text, **values))

    def press(self, text: str, **values: object) -> None:
        self.page.get_by_role("button", name=self.say(text, **values), exact=True).first.click()
        self.page.wait_for_load_state()

    def follow(self, text: str, **values: object) -> None:
        self.page.get_by_role("link", name=self.say(text, **values), exact=True).first.click()
        self.page.wait_for_load_state()

    def room(self, text: str) -> None:
        self.page.locator("header nav").get_by_role("link", name=self.say(text), exact=True).click()
        self.page.wait_for_load_state()

    def sees(self, text: str, **values: object) -> None:
        self.page.get_by_text(self.say(text, **values)).first.wait_for(timeout=10_000)

    def shot(self, name: str) -> None:
        self.page.wait_for_load_state("networkidle")
        self.step += 1
        self.watched.shot(f"journey-{self.language}-{self.step:02}-{name}")


def another(guide: Guide, chromium: Any, live_server: Any, name: str) -> Guide:
    """The same journey as somebody else."""
    found = Guide(enter(chromium, live_server, name), guide.language)
    found.step = guide.step
    return found


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_phone_from_workbook_to_takeover(
    world: World, chromium: Any, live_server: Any, tmp_path: Path, language: str
) -> None:
    book = tmp_path / "phone.xlsx"
    write(secondsource.read(EXAMPLES / "phone", today=TODAY), book)
    alice = Guide(enter(chromium, live_server, "alice"), language)
    page = alice.page
    page.reload()
    page.get_by_label(alice.say("Name of a new project")).fill("Phone")
    alice.press("Begin a project")
    alice.shot("empty-project")
    page.locator("input[type=file]").set_input_files(book)
    alice.sees("This is what would change. Nothing has been changed yet.")
    alice.shot("preview")
    alice.press("Take it over")
    alice.sees("Scenarios and their plans")
    project = Project.objects.get(name="Phone")
    assert len(rows(project)) > 5
    alice.shot("project")
    alice.press("Find the best plan")
    alice.sees("Waiting for a worker …")
    alice.shot("waiting")
    work()
    page.locator("h1.total").wait_for(timeout=20_000)
    alice.shot("plan")
    solve = Solve.objects.get(project=project)
    page.locator("input[name=baseline]").fill("8 000 000 000")
    page.locator("input[name=baseline_source]").fill("2026")
    page.locator("textarea[name=reason]").fill("best")
    alice.press("Propose for approval")
    alice.sees("proposed")

    fiona = another(alice, chromium, live_server, "fiona")
    fiona.page.goto(f"{live_server.url}/")
    fiona.sees("Waits for approval")
    fiona.shot("to-approve")
    fiona.page.goto(f"{live_server.url}/plans/{solve.pk}/")
    fiona.page.locator("#remark").fill("ok")
    fiona.press("Approve")
    fiona.sees("approved")
    assert Proposal.objects.get().state == "approved"

    page.reload()
    page.locator("input[name=starts]").fill("2027-01-01")
    page.locator("input[name=ends]").fill("2027-12-31")
    alice.shot("approved")
    alice.press("Conclude contracts from the awards")
    alice.sees("Who depends on whom")
    alice.shot("board")
    contract = Contract.objects.filter(supplier__key="foxconn", item="phone").get()
    page.goto(f"{live_server.url}/contracts/{contract.pk}/")
    form = page.locator(f"form[action='/contracts/{contract.pk}/deliveries/']")
    for name, value in (("due", "2026-10-01"), ("arrived", "2026-10-03"), ("ordered", "1000"), ("delivered", "990")):
        form.locator(f"[name={name}]").fill(value)
    form.locator("button").click()
    page.wait_for_load_state()
    assert Delivery.objects.get().contract_id == contract.pk
    page.get_by_role("button", name=alice.say("Confirmed today")).first.click()
    page.wait_for_load_state()
    alice.shot("contract")
    page.on("dialog", lambda dialog: dialog.accept())
    alice.press("{supplier} has failed: plan the takeover", supplier=contract.supplier)
    alice.sees("The takeover")
    work()
    page.reload()
    alice.shot("takeover")
    alice.follow("The plan without it")
    page.locator("h1.total").wait_for()
    alice.shot("plan-without")
    assert "Foxconn" not in page.locator("#items + .scroll").inner_text()
    contract.refresh_from_db()
    assert contract.state == "failed" and contract.takeover is not None and contract.takeover.status == "optimal"

    anton = another(alice, chromium, live_server, "anton")
    anton.page.goto(f"{live_server.url}/log/?check=1")
    anton.shot("log")
    assert list(log.broken()) == []
    assert alice.watched.complaints == fiona.watched.complaints == anton.watched.complaints == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_newcomers_first_ten_minutes(
    db: None, chromium: Any, live_server: Any, tmp_path: Path, language: str
) -> None:
    passwords = dict.fromkeys(demo.PEOPLE, "a long pass phrase")
    demo.fill(EXAMPLES, passwords)
    work()
    maria = Guide(enter(chromium, live_server, "maria"), language)
    page = maria.page
    page.reload()
    maria.shot("newcomer-home")
    page.locator("a.card", has_text="Phone").click()
    maria.sees("What is needed, and who could do it")
    maria.shot("newcomer-project")
    maria.press("Compare side by side")
    page.locator("table.compare").wait_for()
    maria.shot("newcomer-compare")
    page.goto(f"{live_server.url}/projects/{Project.objects.get(name='Phone').pk}/bom/")
    maria.shot("newcomer-tree")
    for place, room in enumerate(("Suppliers", "Contracts", "Requests", "Team", "Log")):
        maria.room(room)
        maria.shot(f"newcomer-room-{place}")
    maria.room("Requests")
    page.get_by_role("link", name="Three testers from May").click()
    maria.sees("Do our own people suffice?")
    maria.shot("newcomer-request")

    # The first project of one's own: a workbook with faults, the mended one, a plan.
    page.goto(f"{live_server.url}/")
    page.get_by_label(maria.say("Name of a new project")).fill("Mine")
    maria.press("Begin a project")
    bad = tmp_path / "bad.json"
    bad.write_text(
        '{"items": [{"item": "bolt", "demand": "many", "backups": "0"}], "suppliers": [{"supplier": "acme"}],'
        ' "offers": [{"offer": "one", "item": "bold", "supplier": "acme", "unit_price": "3"}]}'
    )
    page.locator("input[type=file]").set_input_files(bad)
    page.get_by_text("many").wait_for()
    maria.shot("newcomer-faults")
    page.get_by_role("button", name=maria.say("Back to the project")).click()
    good = tmp_path / "good.json"
    good.write_text(bad.read_text().replace("many", "100").replace("bold", "bolt"))
    page.locator("input[type=file]").set_input_files(good)
    maria.press("Take it over")
    maria.press("Find the best plan")
    maria.sees("Waiting for a worker …")
    work()
    page.locator("h1.total").wait_for(timeout=20_000)
    assert Solve.objects.get(project__name="Mine").cost == 300
    maria.shot("newcomer-plan")
    assert maria.watched.complaints == []
