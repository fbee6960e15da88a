"""The market in the workspace: from a search to an invitation, one inbox, digest, calendar, messages to programs."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import icalendar
import pytest
from django.core import mail

from secondsource.market import register, sample, watch_sample
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal
from secondsource.market.needs import Need
from secondsource.market.outlook import names_of
from secondsource.market.places import Places
from secondsource.market.screening import Screening
from secondsource.web.audit.models import Entry
from secondsource.web.bidding.models import Event
from secondsource.web.market import access, hooks, needs, ticking
from secondsource.web.market.models import Hook, Telling, Watching
from secondsource.web.suppliers.models import Supplier
from tests.web.conftest import World

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 8, 30, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def resolved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up market, resolved once."""
    folder = tmp_path_factory.mktemp("market")
    keep(Journal(Places(folder).journal), "sample", sample.pages(), lambda: NOW)
    register.resolve(Places(folder))
    return folder


@pytest.fixture
def market(resolved: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Places]:
    """The made-up market as that of the workspace; what a test lets it remember is taken away after it."""
    monkeypatch.setenv("SECONDSOURCE_MARKET", str(resolved))
    yield Places(resolved)
    for path in (*resolved.glob("watch*"), *resolved.glob("screening*")):
        path.unlink()


@pytest.fixture
def spoken(world: World, market: Places) -> str:
    """The id of an alert that was spoken to our team."""
    access.memory(world.team).stand(watch_sample.needs(names_of(market)))
    watching = access.watching(world.team)
    (card, *_rest) = ticking.look(watching, NOW, "1")
    return card.id


def test_from_a_search_to_the_register_and_an_invitation(world: World, market: Places) -> None:
    alice = world.client("alice")
    page = alice.get("/market/", {"q": "прибирання офісів"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "Northgate" in text or "NORTHGATE" in text
    assert "from one source" in text
    supplier = names_of(market)["Northgate Cleaning"]
    shown = alice.get(f"/market/{supplier}/").content.decode()
    assert "Deliveries" in shown and "Enter into the register" in shown
    assert alice.get("/market/nobody/").status_code == 404
    entered = alice.post(f"/market/{supplier}/enter/", follow=True).content.decode()
    ours = Supplier.objects.get(team=world.team, key=supplier)
    assert ours.country == "GB" and "deliveries on record" in ours.note
    assert "no sourcing event" in entered
    assert Entry.objects.filter(deed="supplier.new").exists()
    Event.objects.create(team=world.team, project=world.project, name="Cleaning", made_at=NOW)
    again = alice.get(f"/market/{supplier}/").content.decode()
    assert "Invite to bid" in again
    alice.post(f"/market/{supplier}/enter/")
    assert Supplier.objects.filter(team=world.team, key=supplier).count() == 1


def test_a_firm_is_screened_and_judged_and_the_log_says_so(world: World, market: Places) -> None:
    Screening(market).keep_entries(watch_sample.LIST, watch_sample.ENTRIES, NOW)
    alice, supplier = world.client("alice"), names_of(market)["Kabelnye Linii Sever LLC"]
    assert "Screen against lists" in alice.get(f"/market/{supplier}/").content.decode()
    assert "Kabelnye Liniyi Sever" in alice.get(f"/market/{supplier}/?screen=1").content.decode()
    (alert,) = [each for each in Screening(market).alerts() if each.supplier == supplier]
    address = f"/market/{supplier}/verdicts/{alert.id}/"
    assert alice.post(address, {"verdict": "perhaps"}).status_code == 400
    assert alice.post(address, {"verdict": "cleared", "why": "another firm"}).status_code == 302
    page = alice.get(f"/market/{supplier}/?screen=1").content.decode()
    assert "another firm" in page and "somebody else" in page
    assert Entry.objects.filter(deed="supplier.screen").exists()
    other = names_of(market)["Northgate Cleaning"]
    assert alice.post(f"/market/{other}/verdicts/{alert.id}/", {"verdict": "cleared"}).status_code == 404
    assert "On no list" in alice.get(f"/market/{other}/?screen=1").content.decode()


def test_without_a_register_the_page_says_how_to_come_to_one(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECONDSOURCE_MARKET", str(tmp_path))
    assert "secondsource market ingest" in world.client("alice").get("/market/").content.decode()
    assert "There is no register" in world.client("alice").get("/alerts/").content.decode()


def test_an_alert_stands_in_the_inbox_until_it_is_answered(world: World, spoken: str) -> None:
    alice = world.client("alice")
    page = alice.get("/alerts/").content.decode()
    assert "ask the market anew" in page and "Worth about" in page and "Notice is due" in page
    assert alice.post(f"/alerts/{spoken}/", {"answer": "perhaps"}).status_code == 400
    assert alice.post("/alerts/none/", {"answer": "done"}).status_code == 404
    assert alice.post(f"/alerts/{spoken}/", {"answer": "dismissed", "why": "content"}).status_code == 302
    page = alice.get("/alerts/").content.decode()
    assert "Nothing is worth an alert" in page and "content" in page
    assert "office-furniture" not in world.client("stranger").get("/alerts/").content.decode()


def test_a_need_is_watched_and_no_more(world: World, market: Places) -> None:
    alice = world.client("alice")
    alice.post("/alerts/needs/", {"need": "desks", "words": "office desks", "unit_price": "dear"})
    assert access.memory(world.team).needs() == []
    alice.post("/alerts/needs/", {"need": "desks", "words": "office desks", "unit_price": "118,5", "volume": "900"})
    (need,) = access.memory(world.team).needs()
    assert (need.unit_price, need.volume) == (118.5, 900.0)
    assert access.watching(world.team).is_wanted
    assert access.memory(world.other).needs() == []
    alice.post("/alerts/needs/remove/", {"need": "desks"})
    assert access.memory(world.team).needs() == []


def test_a_running_contract_is_watched_by_itself(world: World) -> None:
    from secondsource.web.contracts.models import Contract

    supplier = Supplier.objects.create(team=world.team, key="S1")
    Contract.objects.create(
        team=world.team, supplier=supplier, item="desk", item_name="Desks", unit="unit", quantity_micro=2_000 * 10**6,
        unit_price_micro=118 * 10**6, currency="EUR", starts=date(2025, 1, 1), ends=date(2026, 12, 31),
    )  # fmt: skip
    (need,) = needs.of_contracts(world.team, NOW.date())
    assert (need.words, need.supplier, need.unit_price, need.ends) == ("Desks", "S1", 118.0, date(2026, 12, 31))
    assert need.volume == pytest.approx(2_000 / (729 / 365))
    assert need.notice == date(2026, 10, 2)


def test_the_clock_looks_when_the_register_is_another_and_sends_one_digest(
    world: World, market: Places, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    access.memory(world.team).stand(watch_sample.needs(names_of(market)))
    access.watching(world.team)
    world.people["alice"].language = "uk"
    world.people["alice"].save()
    ticking.tick(NOW)
    watching = Watching.objects.get(team=world.team)
    current = market.current()
    assert current is not None and watching.generation == current.name
    assert {each.to[0] for each in mail.outbox} == {"maria@example.org", "alice@example.org"}
    texts = {each.to[0]: each.body for each in mail.outbox}
    assert "office-furniture: ask the market anew" in texts["maria@example.org"]
    assert "запитати ринок" in texts["alice@example.org"]
    ticking.tick(NOW + timedelta(minutes=1))
    ticking.tick(NOW + timedelta(days=2))
    assert len(mail.outbox) == 2  # nothing new was spoken


def test_notice_dates_are_a_calendar(world: World, spoken: str) -> None:
    answer = world.client("bob").get("/alerts/market.ics")
    calendar = icalendar.Calendar.from_ical(answer.content)
    events = {str(each["UID"]): each for each in calendar.walk("VEVENT")}
    assert events["need-office-furniture-notice@secondsource"].decoded("DTSTART") == date(2025, 11, 1)
    assert "Worth about" in str(events["need-office-furniture-begin@secondsource"]["SUMMARY"])


# ---- messages to other programs ------------------------------------------------------------------------------------

Got = list[tuple[dict[str, str], bytes]]


@contextmanager
def receiver(statuses: list[int]) -> Iterator[tuple[str, Got]]:
    """The address of a program that answers with these statuses, one after the other, and what it got."""
    got: Got = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(statuses.pop(0) if statuses else 200)
            self.send_header("Content-Length", "0")
            self.send_header("Location", "http://127.0.0.1:1/")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/alerts", got
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_an_alert_is_posted_signed_and_again_until_it_arrives(world: World, market: Places) -> None:
    with receiver([500, 302]) as (address, got):
        hook = Hook.objects.create(team=world.team, address=address, secret=hooks.new_secret(), made_at=NOW)
        access.memory(world.team).stand(watch_sample.needs(names_of(market)))
        ticking.look(access.watching(world.team), NOW, "1")
        assert hooks.deliver(NOW, private=True) == 0
        assert hooks.deliver(NOW + timedelta(seconds=1), private=True) == 0 and len(got) == 1  # not due yet
        assert hooks.deliver(NOW + timedelta(seconds=6), private=True) == 0  # a redirect is not followed
        assert hooks.deliver(NOW + timedelta(minutes=10), private=True) == 1
    telling = Telling.objects.get()
    assert telling.attempts == 3 and telling.next_at is None and not telling.error
    assert len({headers["webhook-id"] for headers, _body in got}) == 1
    headers, body = got[-1]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(hook.secret.removeprefix("whsec_"))
    proof = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{proof}"
    assert json.loads(body)["data"]["need"] == "office-furniture"


def test_a_message_is_given_up_after_the_last_attempt_and_stays_on_record(world: World) -> None:
    hook = Hook.objects.create(team=world.team, address="http://127.0.0.1:9/", secret=hooks.new_secret(), made_at=NOW)
    Telling.objects.create(hook=hook, key="k", body="{}", made_at=NOW, next_at=NOW)
    now = NOW
    for _attempt in range(len(hooks.PAUSES) + 3):
        hooks.deliver(now, private=True)
        now += timedelta(days=1)
    telling = Telling.objects.get()
    assert telling.attempts == len(hooks.PAUSES) + 1
    assert telling.next_at is None and telling.delivered_at is None and telling.error


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/x", "http://10.0.0.1/"]
)
def test_nothing_is_posted_inwards(world: World, address: str) -> None:
    hook = Hook.objects.create(team=world.team, address=address, secret=hooks.new_secret(), made_at=NOW)
    Telling.objects.create(hook=hook, key="k", body="{}", made_at=NOW, next_at=NOW)
    assert hooks.deliver(NOW) == 0
    assert "not a public address" in Telling.objects.get().error


def test_only_a_manager_has_alerts_posted(world: World) -> None:
    maria = world.client("maria")
    for address in ("ftp://x/", "https://user:word@example.org/", "nonsense", "http://[half"):
        maria.post("/alerts/hooks/", {"address": address})
    assert not Hook.objects.exists()
    maria.post("/alerts/hooks/", {"address": "https://example.org/alerts"})
    maria.post("/alerts/hooks/", {"address": "https://example.org/alerts"})
    hook = Hook.objects.get()
    assert hook.secret in maria.get("/alerts/").content.decode()
    assert hook.secret not in world.client("alice").get("/alerts/").content.decode()
    assert world.client("alice").post("/alerts/hooks/", {"address": "https://example.org/"}).status_code == 403
    assert maria.post(f"/alerts/hooks/{hook.pk}/remove/").status_code == 302
    assert not Hook.objects.exists()


def test_a_need_may_be_kept_for_one_team_and_not_seen_by_another(world: World, market: Places) -> None:
    access.memory(world.team).stand([Need("secret plan", "desks")])
    assert "secret plan" in world.client("bob").get("/alerts/").content.decode()
    assert "secret plan" not in world.client("stranger").get("/alerts/").content.decode()
