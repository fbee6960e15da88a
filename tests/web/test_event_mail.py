"""What bidders are written, taken by a mail server that really listens: one of SMTP's few words, in this process."""

from __future__ import annotations

import email.policy
import socketserver
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from pytest_django import Settings

from secondsource.web.bidding import mail
from secondsource.web.bidding.models import Invitation
from secondsource.web.jobs import scheduler
from tests.web.market import NOON, Clock, Market, market, watch

__all__ = ["market", "watch"]
pytestmark = pytest.mark.django_db


class Taking(socketserver.StreamRequestHandler):
    """One connection of a mail server (RFC 5321): greet, take, thank."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            word = line[:4].upper().strip()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                lines = iter(self.rfile.readline, b".\r\n")
                content = b"".join(each[1:] if each.startswith(b"..") else each for each in lines)
                self.server.taken.append(email.message_from_bytes(content, policy=email.policy.default))  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 good\r\n")
            if word == b"QUIT":
                return


@pytest.fixture
def taken(settings: Settings) -> Iterator[list[EmailMessage]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Taking) as server:
        server.daemon_threads = True
        server.taken = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        yield server.taken  # type: ignore[attr-defined]
        server.shutdown()


@pytest.fixture
def written(market: Market, taken: list[EmailMessage]) -> list[EmailMessage]:
    for name, invitation in market.invitations.items():
        Invitation.objects.filter(pk=invitation.pk).update(email=f"{name}@example.com")
    return taken


def to_whom(written: list[EmailMessage]) -> list[str]:
    return sorted(str(each["To"]) for each in written)


ALL = ["rival@example.com", "sara@example.com", "third@example.com"]


def test_an_invitation_is_sent_with_its_link_in_the_suppliers_language(
    market: Market, written: list[EmailMessage]
) -> None:
    page = market.client("alice").post(f"/invitations/{market.invitations['rival'].pk}/renew/").content.decode()
    (one,) = written
    assert one["To"] == "rival@example.com"
    assert str(one["Subject"]).strip() == "Приглашение подать предложение: Brackets 2027"
    link = next(word for word in one.get_content().split() if "/bid/#" in word)
    assert link in page and market.client("alice").get("/events/").status_code == 200


def test_everybody_is_reminded_once_in_its_language_whether_it_has_bid_or_not(
    market: Market, written: list[EmailMessage]
) -> None:
    market.bid("sara", {"bracket": "7"})
    assert mail.remind(NOON - mail.REMINDED - timedelta(seconds=1)) == 0
    scheduler.tick(NOON - timedelta(hours=23))
    scheduler.tick(NOON - timedelta(hours=22))
    assert to_whom(written) == ALL  # the mail server's log does not tell who has bid
    subjects = {str(each["To"]).partition("@")[0]: str(each["Subject"]) for each in written}
    assert subjects["sara"] == "Reminder: Brackets 2027 ends soon"
    assert len({*subjects.values()}) == 3
    bodies = {each.get_content().replace("\r\n", "\n") for each in written if str(each["To"]).startswith("sara")}
    assert "2026-11-25 12:00 (UTC)" in bodies.pop()


def test_who_declined_or_was_taken_back_is_not_reminded(market: Market, written: list[EmailMessage]) -> None:
    market.client("sara").post("/bid/decline/", {"why": "full"})
    market.client("alice").post(f"/invitations/{market.invitations['rival'].pk}/revoke/")
    assert mail.remind(NOON - timedelta(hours=1)) == 1 and to_whom(written) == ["third@example.com"]


@pytest.mark.django_db(transaction=True)
def test_a_moved_deadline_an_answer_and_a_cancelled_event_are_told_to_all(
    market: Market, written: list[EmailMessage], watch: Clock
) -> None:
    alice, path = market.client("alice"), f"/events/{market.event.pk}"
    alice.post(f"{path}/extend/", {"deadline": "2026-11-26T12:00", "why": "A holiday."})
    assert to_whom(written) == ALL and any("A holiday." in each.get_content() for each in written)
    written.clear()
    market.client("sara").post("/bid/ask/", {"question": "Which steel?"})
    alice.post(f"/inquiries/{market.event.inquiries.get().pk}/answer/", {"answer": "S235."})
    assert to_whom(written) == ALL and not any("Sara" in each.as_string() for each in written)
    written.clear()
    alice.post(f"{path}/cancel/", {"why": "No need any more."})
    assert to_whom(written) == ALL and all("No need any more." in each.get_content() for each in written)


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_is_away_stops_nothing(market: Market, settings: Settings) -> None:
    Invitation.objects.update(email="x@example.com")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    market.client("alice").post(f"/events/{market.event.pk}/cancel/", {"why": "No need."})
    market.event.refresh_from_db()
    assert market.event.state == "cancelled" and mail.remind(NOON) == 0
