"""The journey of an event in a real browser, in two languages: by link, page, Excel and program to the award."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from secondsource.problem.workbook import cells_of
from secondsource.web.bidding import sheet_reading
from secondsource.web.bidding.models import Envelope, Event
from secondsource.web.suppliers.models import Supplier
from tests.web.conftest import World
from tests.web.market import NOON, Clock, Program, column, packed, watch
from tests.web.test_browser import CHROMIUM, Watched, chromium, enter
from tests.web.test_journey import work

__all__ = ["chromium", "watch"]
pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt install chromium)"),
]
SUPPLIERS = {"sara": "Sara Metall", "rival": "Rival Steel", "third": "Third Works"}


def supplier_page(chromium: Any, live_server: Any, link: str, language: str) -> Watched:
    """A supplier's browser, which opens the link and presses the button."""
    page = chromium.new_context(viewport={"width": 1280, "height": 900}, locale=language).new_page()
    watched = Watched(page, live_server.url)
    page.goto(link)
    assert "#" not in page.url  # the code is out of the address at once
    page.click("button.primary")
    page.wait_for_url("**/bid/event/")
    return watched


@pytest.mark.parametrize("language", ["en", "ru"])
def test_an_event_from_the_invitation_to_the_debrief(
    world: World, watch: Clock, chromium: Any, live_server: Any, tmp_path: Path, language: str
) -> None:
    for key, name in SUPPLIERS.items():
        Supplier.objects.create(team=world.team, key=key, name=name)
    alice = enter(chromium, live_server, "alice")
    fiona = enter(chromium, live_server, "fiona")
    for watched in (alice, fiona):
        cookie = {"name": "language", "value": language, "url": live_server.url}
        watched.page.context.add_cookies([cookie])

    page = alice.page
    page.goto(f"{live_server.url}/events/")
    page.fill("input[name=name]", "Brackets 2027")
    page.fill("input[name=deadline]", "2026-11-25T12:00")
    page.fill("input[name=time_zone]", "UTC")
    page.click("form.card button.primary")
    page.wait_for_url("**/events/*/")
    address = page.url
    links = {}
    for key in SUPPLIERS:
        page.goto(address)
        page.select_option("select[name=supplier]", str(Supplier.objects.get(key=key).pk))
        page.select_option("form[action$='/invite/'] select[name=language]", language)
        page.click("form[action$='/invite/'] button")
        links[key] = page.input_value("#link")
        alice.shot(f"event-{language}-invited")
    page.goto(address)
    page.click("form[action$='/publish/'] button")
    page.wait_for_load_state()
    alice.shot(f"event-{language}-published")
    event = Event.objects.get()
    lines = {line.item: line.pk for line in event.lines.all()}

    # By page, and corrected: 80 was meant to be 8.
    sara = supplier_page(chromium, live_server, links["sara"], language)
    for price in ("80", "8"):
        sara.page.fill(f"input[name='o-{lines['bracket']}-0-unit_price']", price)
        sara.page.fill(f"input[name='o-{lines['lid']}-0-unit_price']", "5,5")
        sara.shot(f"event-{language}-form")
        sara.page.click("main form[data-guard] button.primary")
        sara.page.wait_for_url("**/bid/review/")
        if price == "8":
            assert sara.page.locator("[role=alert] li").count() == 1  # about a tenth of the own earlier one
            sara.page.check("input[name=sure]")
        sara.shot(f"event-{language}-review-{price}")
        sara.page.click("form[action$='/send/'] button.primary")
        sara.page.wait_for_url("**/bid/event/")
    sara.shot(f"event-{language}-sent")

    # By Excel.
    third = supplier_page(chromium, live_server, links["third"], language)
    with third.page.expect_download() as downloading:
        third.page.click("a[href$='/bid/sheet/']")
    content = Path(downloading.value.path()).read_bytes()
    grids = cells_of(content, "bid.xlsx", sheet_reading.LIMITS)
    (prices,) = [title for title, rows in grids.items() if rows and rows[0] and rows[0][0] == "secondsource:offers"]
    for row in grids[prices][2:]:
        row[column(grids, prices, "unit_price")] = {"bracket": 9, "lid": 5}[row[1]]
    (tmp_path / "bid.xlsx").write_bytes(packed(grids))
    third.page.set_input_files("input[type=file]", str(tmp_path / "bid.xlsx"))
    third.page.wait_for_url("**/bid/review/")
    third.shot(f"event-{language}-excel")
    third.page.click("form[action$='/send/'] button.primary")
    third.page.wait_for_url("**/bid/event/")

    # By program, with a key from the page; then again, a second late.
    rival = supplier_page(chromium, live_server, links["rival"], language)
    rival.page.click("form[action$='/bid/key/'] button")
    program = Program(rival.page.input_value("#key"))
    body = {"currency": "EUR", "offers": [{"line": lines["bracket"], "unit_price": "8.8"}]}
    assert program("PUT", "/bid", body, "order-0001").status_code == 201
    watch.at = NOON + timedelta(seconds=1)
    body["offers"] = [{"line": lines["bracket"], "unit_price": "1"}]
    assert program("PUT", "/bid", body, "order-0002").status_code == 409
    rival.page.goto(f"{live_server.url}/bid/event/")
    rival.shot(f"event-{language}-late")
    assert list(Envelope.objects.filter(channel="api").values_list("kind", flat=True)) == ["bid", "late"]

    # Opening by two, comparison, award by the plan.
    page.goto(address)
    alice.shot(f"event-{language}-due")
    page.click("form[action$='/open/'] button")
    fiona.page.goto(address)
    fiona.page.click("form[action$='/open/'] button")
    fiona.page.wait_for_url("**/bids/")
    fiona.shot(f"event-{language}-matrix")
    assert fiona.page.locator("td .mark.best").count() == 2
    assert not re.search(r"\b1[.,]00\b", fiona.page.locator("table.matrix").inner_text())  # the late one does not count
    fiona.page.click("table.matrix td a")
    fiona.shot(f"event-{language}-line")
    page.goto(f"{address}bids/")
    page.click("form[action$='/offers/'] button")
    page.wait_for_url("**/projects/*/")
    world.client("alice").post(f"/scenarios/{world.project.scenarios.get().pk}/solve/")
    work()
    solve = world.project.solves.get()
    world.client("alice").post(f"/plans/{solve.pk}/propose/", {"reason": "cheapest"})
    world.client("fiona").post(f"/proposals/{solve.proposal.pk}/", {"verdict": "approved"})
    page.goto(f"{address}bids/")
    alice.shot(f"event-{language}-award")
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("form[action$='/award/'] button")
    page.wait_for_url(address)
    alice.shot(f"event-{language}-awarded")
    for name, watched in (("sara", sara), ("third", third), ("rival", rival)):
        watched.page.goto(f"{live_server.url}/bid/event/")
        watched.page.click("a[href$='/bid/letter/']")
        watched.shot(f"event-{language}-letter-{name}")
        text = watched.page.inner_text("main")
        others = [each for key, each in SUPPLIERS.items() if key != name]
        assert not any(other in text for other in others)
    for watched in (alice, fiona, sara, third, rival):
        assert watched.complaints == [], watched.page.url
