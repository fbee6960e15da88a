"""The dates of contracts as an iCalendar file (RFC 5545); not for sending reminders."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from secondsource.language import Message, _
from secondsource.web.contracts.models import Contract

REMIND_DAYS = (120, 30)
"""Days before a date on which a calendar reminds of it."""


def calendar(contracts: Iterable[Contract], now: datetime) -> str:
    """Return the calendar: for each contract when to ask the market again, the last day of notice, and the end."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//secondsource//workspace//EN", "CALSCALE:GREGORIAN"]
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    for contract in contracts:
        who = {"item": contract.item_name, "supplier": contract.supplier}
        dates: list[tuple[str, date, Message]] = [
            ("act", contract.act_by, _("Tender {item} again ({supplier})", **who)),
            ("notice", contract.notice_by, _("Last day of notice: {item} ({supplier})", **who)),
            ("end", contract.ends, _("Contract ends: {item} ({supplier})", **who)),
        ]
        for kind, day, text in dates:
            lines += ["BEGIN:VEVENT", f"UID:contract-{contract.pk}-{kind}@secondsource", f"DTSTAMP:{stamp}"]
            lines += [f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{_next(day):%Y%m%d}"]
            lines += [f"SUMMARY:{_escaped(str(text))}", "TRANSP:TRANSPARENT"]
            for days in REMIND_DAYS:
                lines += ["BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-P{days}D"]
                lines += [f"DESCRIPTION:{_escaped(str(text))}", "END:VALARM"]
            lines.append("END:VEVENT")
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


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
