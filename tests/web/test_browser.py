"""Journeys in a real browser: Debian's Chromium, driven by Playwright; skipped where either is absent."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from secondsource.web.contracts.models import Contract
from secondsource.web.intake.models import Request
from secondsource.web.people.models import Team
from secondsource.web.planning import tables
from secondsource.web.planning.models import Project, Scenario, Solve
from secondsource.web.suppliers.models import Supplier
from tests.web.conftest import World
from tests.web.test_journey import work

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
]  # root, no screen, containers
SHOTS = os.environ.get("SECONDSOURCE_SHOTS", "")
"""A folder for pictures of the pages, to be looked at."""

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


WIDE = """[...document.querySelectorAll('main *')].filter((each) => !each.closest('.scroll')
    && each.getBoundingClientRect().right > innerWidth).slice(0, 3).map((each) => each.outerHTML.slice(0, 80))"""
"""What sticks out of a page."""


class Watched:
    """A page whose console errors and requests to other hosts are kept."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda asked: self.look(asked.url))

    def hear(self, said: Any) -> None:
        if said.type == "error":
            self.complaints.append(said.text)

    def look(self, url: str) -> None:
        if not url.startswith((self.address, "data:")):
            self.complaints.append(f"outside: {url}")

    def shot(self, name: str) -> None:
        if SHOTS:
            self.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.fixture
def chromium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright runs a loop of its own in this thread
    with playwright.sync_playwright() as driver:
        if CHROMIUM is None and not Path(driver.chromium.executable_path).exists():
            pytest.skip("Chromium is not installed (Debian: apt install chromium; else: playwright install chromium)")
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
        connections.close_all()  # those of this loop: PostgreSQL drops no database that somebody is in


def enter(chromium: Any, live_server: Any, name: str, **options: Any) -> Watched:
    """Log in by the form."""
    page = chromium.new_context(viewport={"width": 1280, "height": 900}, **options).new_page()
    watched = Watched(page, live_server.url)
    page.goto(f"{live_server.url}/login/")
    page.fill("#id_login", name)
    page.fill("#id_password", "a long pass phrase")
    page.click("button.primary")
    page.wait_for_url(f"{live_server.url}/")
    return watched


def rows(project: Project, table: str = "items") -> list[dict[str, str]]:
    project.refresh_from_db()
    return tables.read_table(project.head, table)


def settled(page: Any) -> None:
    """Wait until the grid that is shown is the one that was saved."""
    page.wait_for_timeout(100)
    page.locator("table.cells:not([data-busy])").wait_for()
    page.wait_for_timeout(150)


def test_a_grid_is_typed_pasted_and_undone(world: World, chromium: Any, live_server: Any) -> None:
    watched = enter(chromium, live_server, "alice")
    page = watched.page
    page.goto(f"{live_server.url}/projects/{world.project.pk}/tables/items/")
    before = rows(world.project)
    column = page.locator("thead th[data-column=demand]").evaluate("cell => cell.cellIndex")
    cell = page.locator("tbody tr").first.locator("td").nth(column - 1)
    cell.click()
    page.keyboard.type("4321")
    page.keyboard.press("Enter")
    settled(page)
    assert rows(world.project)[0]["demand"] == "4321"
    focused = page.evaluate("[document.activeElement.tagName, document.activeElement.cellIndex]")
    assert focused == ["TD", column]  # on the cell below

    page.locator("tbody tr.new td").first.click()
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData('text/plain', text);
        document.activeElement.dispatchEvent(new ClipboardEvent('paste',
            {clipboardData: data, bubbles: true, cancelable: true})); }""",
        'bolt\t"M6,\n20 mm"\r\nnut\tM6\r\n',
    )
    settled(page)
    assert [row["item"] for row in rows(world.project)[len(before) :]] == ["bolt", "nut"]
    second = page.locator("thead th").nth(2).get_attribute("data-column")
    assert rows(world.project)[-2][second] == "M6,\n20 mm"
    for _time in range(2):
        page.locator("[data-undo]").click()
        page.wait_for_load_state()
    assert rows(world.project) == before
    watched.shot("grid")
    assert watched.complaints == []


def test_a_plan_appears_by_itself_and_a_supplier_is_dragged_out_of_it(
    world: World, chromium: Any, live_server: Any
) -> None:
    watched = enter(chromium, live_server, "alice")
    page = watched.page
    page.goto(f"{live_server.url}/projects/{world.project.pk}/")
    page.get_by_text("ready to be planned").wait_for()
    page.get_by_role("button", name="Find the best plan").first.click()
    page.get_by_text("Waiting for a worker").wait_for()
    work()
    page.locator("h1.total").wait_for(timeout=10_000)
    page.locator(".chart svg").first.wait_for(timeout=20_000)
    watched.shot("plan")
    supplier = page.locator(".chip").first
    name = supplier.get_attribute("value")
    supplier.drag_to(page.locator(".bin"))
    page.get_by_text("Waiting for a worker").wait_for()
    assert Solve.objects.first().changes == [{"kind": "without", "supplier": name}]
    assert Scenario.objects.filter(name=f"without {name}").exists()
    assert watched.complaints == []


def test_keys_open_rooms_and_list_themselves_and_can_be_switched_off(
    world: World, chromium: Any, live_server: Any
) -> None:
    watched = enter(chromium, live_server, "alice")
    page = watched.page
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url(f"{live_server.url}/suppliers/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("gc?")  # in a field they are letters
    assert page.input_value("#q") == "gc?" and page.url == f"{live_server.url}/suppliers/"
    page.locator("h1").click()
    page.keyboard.press("?")
    page.locator("dialog#keyboard[open]").wait_for()
    assert page.locator("dialog#keyboard tr").count() >= 14
    watched.shot("keyboard")
    page.uncheck("[data-keys-on]")
    page.keyboard.press("Escape")
    page.locator("dialog#keyboard:not([open])").wait_for(state="attached")
    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.locator("dialog#keyboard[open]").count() == 0
    page.locator("[data-keys]").click()  # the button still opens the list
    page.locator("dialog#keyboard[open]").wait_for()
    assert watched.complaints == []


PAGES = ("/", "/team/", "/log/?check=1", "/suppliers/", "/suppliers/calls/", "/contracts/", "/requests/",
         "/keys/", "/calendar/", "/events/", "/second-factor/", "/password/")  # fmt: skip
INSIDE = ("", "tables/offers/", "tables/items/rows/0/", "versions/", "bom/", "compare/")


def planned(world: World) -> list[str]:
    """The addresses of every kind of page, of a world with a plan, a supplier, a contract and a request."""
    alice = world.client("alice")
    project = world.project.pk
    alice.post(f"/scenarios/{world.project.scenarios.get().pk}/solve/")
    work()
    solve = Solve.objects.get()
    alice.post(f"/projects/{project}/to-register/")
    alice.post(f"/plans/{solve.pk}/propose/", {"baseline": "1500", "reason": "best"})
    world.client("fiona").post(f"/proposals/{solve.proposal.pk}/", {"verdict": "approved"})
    terms = {"starts": "2027-01-01", "ends": "2027-12-31", "notice_days": 90, "retender_days": 60, "switch_days": 30}
    alice.post(f"/plans/{solve.pk}/conclude/", terms)
    alice.post("/requests/new/", {"what": "three testers from May"})
    contract, request, supplier = Contract.objects.first(), Request.objects.first(), Supplier.objects.first()
    assert contract is not None and request is not None and supplier is not None
    objects = (f"/plans/{solve.pk}/", f"/contracts/{contract.pk}/", f"/requests/{request.pk}/",
               f"/suppliers/{supplier.pk}/")  # fmt: skip
    return [*PAGES, *(f"/projects/{project}/{each}" for each in INSIDE), *objects]


def shot_name(address: str) -> str:
    return re.sub(r"-[0-9]+", "-n", address.strip("/").replace("/", "-").split("?")[0]) or "home"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_no_page_is_wider_than_the_screen_or_asks_anything_of_the_outside(
    world: World, chromium: Any, live_server: Any, width: int, language: str
) -> None:
    pages = planned(world)
    Team.objects.filter(pk=world.team.pk).update(name="A team of a rather long name")
    watched = enter(chromium, live_server, "maria")
    page = watched.page
    page.context.add_cookies([{"name": "language", "value": language, "url": live_server.url}])
    page.set_viewport_size({"width": width, "height": 844})
    for address in pages:
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (address, width, wide, page.evaluate(WIDE))
        assert page.evaluate("document.documentElement.lang") == language
        watched.shot(f"{language}-{width}-{shot_name(address)}")
    assert watched.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_that_keeps_anybody_out(world: World, chromium: Any, live_server: Any, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    pages = ["/login/", *planned(world)]
    page = enter(chromium, live_server, "maria", color_scheme=scheme).page
    found = {}
    for address in pages:
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        response = axe.Axe().run(page).response
        found[address] = [
            (each["id"], [node["html"][:120] for node in each["nodes"][:3]]) for each in response["violations"]
        ]
        assert len(response["passes"]) > 10, address  # it looked
    assert [f"{address}: {fault}" for address, faults in found.items() for fault in faults] == []
