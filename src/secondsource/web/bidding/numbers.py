"""Numbers and dates as bidders write them, in a form, a sheet or JSON; not for showing them."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from secondsource.language import Message, _
from secondsource.problem.cells import exact
from secondsource.problem.sheets import Broken

LARGEST = Decimal("1e12")
"""Prices and quantities are below this, and have at most `DECIMALS` decimals: they are kept in whole millionths."""
DECIMALS = 6

_SIGNS = str.maketrans({"\xa0": "", "\u202f": "", "\u2009": "", " ": "", "'": "", "\u2019": "", "\u2212": "-"})
_PLAIN = re.compile(r"-?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})")
_GROUPED = re.compile(r"-?[0-9]{1,3}([.,][0-9]{3})+")


class Refused(Exception):
    """What was written is not what is asked for; carries what was expected."""

    def __init__(self, expected: Message) -> None:
        super().__init__(str(expected))
        self.expected = expected


def is_empty(cell: object) -> bool:
    """Return whether nothing was written."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def number(cell: object, low: Decimal | None = Decimal(0), high: Decimal | None = None) -> Decimal:
    """Return the number that was written: `1234.5`, `1 234,5` and `1,234.50` alike.

    >>> number("1 234,5"), number("1,234.50"), number("0,25")
    (Decimal('1234.5'), Decimal('1234.50'), Decimal('0.25'))

    Raises
    ------
    Refused
        It is no number, is out of bounds, has too many decimals, or can be read in two ways (`1,234`).
    """
    if isinstance(cell, Broken):
        raise Refused(cell.expected)
    if isinstance(cell, bool) or not isinstance(cell, int | float | str | Decimal):
        raise Refused(_("expected a number"))
    if isinstance(cell, str):
        found = _written(cell)
    else:
        if isinstance(cell, float) and (cell != cell or abs(cell) >= float(LARGEST)):
            raise Refused(_("expected a number below {largest}", largest=f"{LARGEST:,.0f}"))
        if isinstance(cell, int) and abs(cell) >= LARGEST:
            raise Refused(_("expected a number below {largest}", largest=f"{LARGEST:,.0f}"))
        found = exact(cell)
    if not found.is_finite() or abs(found) >= LARGEST:
        raise Refused(_("expected a number below {largest}", largest=f"{LARGEST:,.0f}"))
    if low is not None and found < low:
        raise Refused(_("expected a number, {low} or more", low=low))
    if high is not None and found > high:
        raise Refused(_("expected a number, {high} or less", high=high))
    rounded = found.quantize(Decimal(1).scaleb(-DECIMALS))
    if rounded != found:
        if isinstance(cell, float):  # a spreadsheet's 0.1 + 0.2
            found = rounded
        else:
            raise Refused(_("expected at most {decimals} decimals", decimals=DECIMALS))
    return found


def _written(cell: str) -> Decimal:
    text = cell.strip().translate(_SIGNS)
    if len(text) > 60:
        raise Refused(_("expected a number"))
    if _GROUPED.fullmatch(text) and len(set(re.findall("[.,]", text))) == 1 and not text.lstrip("-").startswith("0"):
        marks = re.findall("[.,]", text)
        if marks[0] == "," and len(marks) == 1:
            whole, fraction = text.replace(",", ""), text.replace(",", ".")
            expected = _(
                "can be read as {whole} or as {fraction}: write one of them", whole=whole, fraction=fraction + "0"
            )
            raise Refused(expected)
        if len(marks) > 1:
            text = text.replace(marks[0], "")
    elif "," in text and "." in text:
        mark = max(",.", key=text.rfind)
        text = text.replace("." if mark == "," else ",", "").replace(mark, ".")
    else:
        text = text.replace(",", ".")
    if not _PLAIN.fullmatch(text):
        raise Refused(_("expected a number"))
    return Decimal(text)


def day(cell: object) -> date:
    """Return the date that was written, as a date or as `2026-12-31`.

    Raises
    ------
    Refused
        It is none.
    """
    if isinstance(cell, Broken):
        raise Refused(cell.expected)
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell.strip(), re.ASCII):
        try:
            return date.fromisoformat(cell.strip())
        except ValueError:
            pass
    raise Refused(_("expected a date such as 2026-12-31"))


def text(cell: object, most: int) -> str:
    """Return the text that was written, of at most so many characters.

    Raises
    ------
    Refused
        It is longer, or has characters that no text has.
    """
    if isinstance(cell, Broken):
        raise Refused(cell.expected)
    if isinstance(cell, bool | float | int | Decimal):
        cell = str(cell)
    if isinstance(cell, date):
        cell = cell.isoformat()
    if not isinstance(cell, str):
        raise Refused(_("expected a text"))
    found = cell.replace("\r\n", "\n").strip()
    if len(found) > most:
        raise Refused(_("expected at most {most} characters", most=most))
    if re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]", found):
        raise Refused(_("has a control character: expected a text that can be read"))
    return found
