"""The dates of contracts as an iCalendar file (RFC 5545); not for sending reminders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from secondsource.language import Message, _
from secondsource.web.contracts.models import Contract

REMIND_DAYS = (120, 30)
"""Days before a date on which a calendar reminds of it."""


def calendar(contracts: Iterable[Contract], now: datetime) -> str:
    """Return the calendar of the contracts."""
    return file_of(calendar_lines(contracts, now))


def calendar_lines(contracts: Iterable[Contract], now: datetime) -> list[str]:
    """Return for each contract the events: when to ask the market again, the last day of notice, and the end."""
    lines: list[str] = []
    for contract in contracts:
        who = {"item": contract.item_name, "supplier": contract.supplier}
        lines += day_event(
            f"contract-{contract.pk}-act", contract.act_by, _("Tender {item} again ({supplier})", **who), now
        )
        lines += day_event(f"contract-{contract.pk}-notice", contract.notice_by,
                           _("Last day of notice: {item} ({supplier})", **who), now)  # fmt: skip
        lines += day_event(
            f"contract-{contract.pk}-end", contract.ends, _("Contract ends: {item} ({supplier})", **who), now
        )
    return lines


def day_event(uid: str, day: date, text: Message, now: datetime) -> list[str]:
    """Return the lines of an event of one whole day, of which a calendar reminds."""
    lines = ["BEGIN:VEVENT", f"UID:{_escaped(uid)}@secondsource", f"DTSTAMP:{now:%Y%m%dT%H%M%SZ}"]
    lines += [f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{_next(day):%Y%m%d}"]
    lines += [f"SUMMARY:{_escaped(str(text))}", "TRANSP:TRANSPARENT"]
    for days in REMIND_DAYS:
        lines += ["BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-P{days}D"]
        lines += [f"DESCRIPTION:{_escaped(str(text))}", "END:VALARM"]
    return [*lines, "END:VEVENT"]


def file_of(lines: Iterable[str], name: str = "") -> str:
    """Return the calendar that holds the events; one with a name is shown under it and asked again twice a day."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//secondsource//workspace//EN", "CALSCALE:GREGORIAN"]
    if name:
        head += [f"X-WR-CALNAME:{_escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT12H", "X-PUBLISHED-TTL:PT12H"]
    return "".join(f"{_folded(line)}\r\n" for line in (*head, *lines, "END:VCALENDAR"))


def _next(day: date) -> date:
    return day + timedelta(days=1)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """The line in pieces of 75 octets at most, as the standard asks."""
    pieces, piece = [], ""
    for sign in line:
        if len((piece + sign).encode()) > 74:
            pieces.append(piece)
            piece = " "
        piece += sign
    return "\r\n".join([*pieces, piece])
