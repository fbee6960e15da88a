"""The sheet that a bidder fills in: yellow cells to type into, the rest locked, hidden keys for finding it all again.

Each sheet has a hidden first row of column keys and a hidden first column of line numbers; a hidden sheet tells which
event and revision it was made for. `sheet_reading` does without any of them where they are lost.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import xlsxwriter

from secondsource.language import Message, _
from secondsource.web.bidding import questions
from secondsource.web.bidding.bid import BREAK_KINDS, FIELDS
from secondsource.web.bidding.models import Event, Line, Round

MARK = "secondsource:"
STAMP = "stamp"
SHOWN_BREAKS = 4
"""Price breaks of an offer that a sheet or a page has room for; the interface for programs takes more."""
MORE_ROWS = 40
"""Empty rows for alternatives and packages."""

YES_NO = ("yes", "no")
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def break_fields() -> dict[str, Message]:
    """Return the columns of price breaks: quantity and price of each."""
    found: dict[str, Message] = {}
    for number in range(1, SHOWN_BREAKS + 1):
        found[f"from_{number}"] = _("Break {number}: from quantity", number=number)
        found[f"price_{number}"] = _("Break {number}: unit price", number=number)
    return found | {"break_kind": _("How breaks are meant")}


def columns(kind: str) -> dict[str, Message]:
    """Return the columns of a sheet, in order; `kind` is one of `NAMES`."""
    item: dict[str, Message] = {"item": _("Item")}
    about = {"name": _("Name"), "unit": _("Unit"), "quantity": _("Quantity asked for")}
    prices = {name: field.label for name, field in FIELDS.items()}
    first = {name: prices.pop(name) for name in ("unit_price", "lead_days")}
    offer = first | break_fields() | prices
    return {
        "offers": item | about | offer,
        "alternatives": item | offer,
        "packages": {"package": _("Package"), "price": _("Price of the package")} | item | {"amount": _("Quantity")},
        "answers": {"question": _("Question"), "answer": _("Answer")},
        "general": {"what": _("About the whole bid"), "value": _("Your entry")},
    }[kind]


GENERAL: Mapping[str, Message] = {
    "currency": _("Currency"),
    "valid_until": _("Valid until"),
    "capacity": _("Capacity for all items together, units"),
    "note": _("Note"),
}
NAMES: Mapping[str, Message] = {
    "general": _("whole bid"),
    "offers": _("prices"),
    "alternatives": _("alternatives"),
    "packages": _("packages"),
    "answers": _("questions"),
}
MOST_IN_A_LIST = 255
"""Characters that a drop-down's own list holds."""
LOCKED = ("item", "name", "unit", "quantity", "question", "what")


class _Styles:
    """The looks of cells."""

    def __init__(self, book: Any) -> None:
        frame = {"border": 1, "border_color": "#B9B9B9", "font_size": 10, "valign": "vcenter"}
        self.head = book.add_format({**frame, "bold": True, "bg_color": "#E9EDF2", "text_wrap": True, "valign": "top"})
        self.locked = book.add_format({**frame, "bg_color": "#F4F5F7"})
        self.number = book.add_format({**frame, "bg_color": "#F4F5F7", "num_format": "#,##0.######"})
        self.yellow = book.add_format({**frame, "bg_color": "#FFF6C8", "locked": False})
        self.day = book.add_format({**frame, "bg_color": "#FFF6C8", "locked": False, "num_format": "yyyy-mm-dd"})
        self.text = book.add_format({**frame, "bg_color": "#FFF6C8", "locked": False, "text_wrap": True})
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.plain = book.add_format({"text_wrap": True, "valign": "top", "font_size": 11})


def write(event: Event, round: Round, lines: Sequence[Line], raw: Mapping[str, Any]) -> bytes:
    """Return the workbook for an event, filled in with what the bidder has already."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(
        content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        styles = _Styles(book)
        _guide(book, styles, event, round)
        _general(book, styles, event, raw)
        _offers(book, styles, lines, raw)
        _alternatives(book, styles, lines, raw)
        _packages(book, styles, lines, raw)
        if event.questions:
            _answers(book, styles, event, raw)
        stamp = book.add_worksheet(STAMP)
        for row, value in enumerate((event.pk, round.number, event.revision)):
            stamp.write_number(row, 0, value)
        stamp.hide()
        book.worksheets()[1].activate()
    return content.getvalue()


def _guide(book: Any, styles: _Styles, event: Event, round: Round) -> None:
    sheet = book.add_worksheet("guide")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 96)
    sheet.write_string(0, 0, event.name, styles.title)
    until = f"{event.local(round.deadline):%Y-%m-%d %H:%M}"
    texts = (
        _("Fill in the yellow cells; the others are locked."),
        _("Leave out what you do not offer: a bid counts for what it covers."),
        _("Prices are in the currency of the sheet “{sheet}”, before freight, duty and tax.", sheet=NAMES["general"]),
        _("Quantities are for the whole term. Sheets and columns may be moved; they are found again."),
        _("Upload the file on the page of the event: you see what was read before you hand it in."),
        _("Bids are taken until {deadline} ({zone}) by the server's clock.", deadline=until, zone=event.time_zone),
    )  # fmt: skip
    for row, text in enumerate(texts, start=2):
        sheet.write_string(row, 0, str(text), styles.plain)
    sheet.protect()


def _sheet(book: Any, styles: _Styles, kind: str, frozen: int) -> tuple[Any, list[str]]:
    """A protected sheet with its hidden key row and column, and its header."""
    sheet = book.add_worksheet(str(NAMES[kind])[:31])
    names = columns(kind)
    sheet.write_string(0, 0, MARK + kind)
    for place, (name, label) in enumerate(names.items(), start=1):
        sheet.write_string(0, place, name)
        sheet.write_string(1, place, str(label), styles.head)
        hint = FIELDS[name].hint if name in FIELDS else ""
        if str(hint):
            sheet.write_comment(1, place, str(hint))
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_row(1, 44)
    sheet.set_column(0, 0, None, None, {"hidden": True})
    sheet.set_column(1, len(names), 13)
    sheet.freeze_panes(2, frozen)
    sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})
    return sheet, list(names)


def _general(book: Any, styles: _Styles, event: Event, raw: Mapping[str, Any]) -> None:
    sheet, _names = _sheet(book, styles, "general", 0)
    sheet.set_column(1, 2, 44)
    for row, (name, label) in enumerate(GENERAL.items(), start=2):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, str(label), styles.locked)
        value = raw.get(name) or ("" if name != "currency" else event.currency)
        _write(sheet, row, 2, value, styles.text if name == "note" else styles.day if name == "valid_until" else styles.yellow)  # fmt: skip  # noqa: E501
        if name == "currency":
            sheet.data_validation(row, 2, row, 2, {"validate": "list", "source": list(event.rates)[:60]})
    sheet.set_row(5, 80)


def _offers(book: Any, styles: _Styles, lines: Sequence[Line], raw: Mapping[str, Any]) -> None:
    sheet, names = _sheet(book, styles, "offers", 3)
    sheet.set_column(1, 1, 18)
    sheet.set_column(2, 2, 26)
    given = {offer["line"]: offer for offer in raw.get("offers", ()) if not offer.get("alternative")}
    for row, line in enumerate(lines, start=2):
        sheet.write_number(row, 0, line.pk)
        about = {"item": line.item, "name": line.name, "unit": line.unit}
        for place, name in enumerate(names, start=1):
            if name == "quantity":
                sheet.write_number(row, place, float(line.quantity), styles.number)
            elif name in about:
                sheet.write_string(row, place, about[name], styles.locked)
        _offer(sheet, styles, row, names, given.get(line.pk, {}))
    _choices(sheet, names, 2, max(len(lines), 1))
    sheet.set_column(len(names), len(names), 40)


def _alternatives(book: Any, styles: _Styles, lines: Sequence[Line], raw: Mapping[str, Any]) -> None:
    sheet, names = _sheet(book, styles, "alternatives", 2)
    sheet.set_column(1, 1, 18)
    known = {line.pk: line.item for line in lines}
    given = [offer for offer in raw.get("offers", ()) if offer.get("alternative") and offer["line"] in known]
    for row in range(2, 2 + MORE_ROWS + len(given)):
        offer = given[row - 2] if row - 2 < len(given) else {}
        _write(sheet, row, 1, known.get(offer.get("line", 0), ""), styles.yellow)
        _offer(sheet, styles, row, names, offer)
    _items(sheet, lines, 1, MORE_ROWS + len(given))
    _choices(sheet, names, 2, MORE_ROWS + len(given))
    sheet.set_column(len(names), len(names), 40)


def _packages(book: Any, styles: _Styles, lines: Sequence[Line], raw: Mapping[str, Any]) -> None:
    sheet, _names = _sheet(book, styles, "packages", 0)
    sheet.set_column(1, 3, 26)
    known = {line.pk: line.item for line in lines}
    rows: list[tuple[str, ...]] = []
    for package in raw.get("packages", ()):
        for place, (line, quantity) in enumerate(package["lines"]):
            rows.append((package["name"], package["price"] if place == 0 else "", known.get(line, ""), quantity))
    for row in range(2, 2 + MORE_ROWS + len(rows)):
        cells = rows[row - 2] if row - 2 < len(rows) else ("",) * 4
        for place, cell in enumerate(cells, start=1):
            _write(sheet, row, place, cell, styles.yellow)
    _items(sheet, lines, 3, MORE_ROWS + len(rows))


def _answers(book: Any, styles: _Styles, event: Event, raw: Mapping[str, Any]) -> None:
    sheet, _names = _sheet(book, styles, "answers", 0)
    sheet.set_column(1, 2, 60)
    given = [*raw.get("answers", ()), *[""] * len(event.questions)]
    for row, question in enumerate(questions.asked(event), start=2):
        sheet.write_number(row, 0, row - 1)
        sheet.write_string(row, 1, question.text, styles.locked)
        choices = list(questions.YES_NO) if question.kind == "yes_no" else list(question.choices)
        if choices and len(",".join(choices)) <= MOST_IN_A_LIST:
            sheet.data_validation(row, 2, row, 2, {"validate": "list", "source": choices})
        _write(sheet, row, 2, given[row - 2], styles.text)


def _offer(sheet: Any, styles: _Styles, row: int, names: Iterable[str], offer: Mapping[str, Any]) -> None:
    pairs = list(offer.get("breaks", ()))[:SHOWN_BREAKS]
    cells = {name: offer.get(name, "") for name in FIELDS}
    for number, (start, price) in enumerate(pairs, start=1):
        cells |= {f"from_{number}": start, f"price_{number}": price}
    cells["break_kind"] = offer.get("break_kind", "") if pairs else ""
    if cells["backup_only"] is True:
        cells["backup_only"] = "yes"
    for place, name in enumerate(names, start=1):
        if name not in LOCKED:
            _write(sheet, row, place, cells.get(name, ""), styles.text if name == "conditions" else styles.yellow)


def _choices(sheet: Any, names: Sequence[str], first: int, count: int) -> None:
    for name, choices in (("break_kind", BREAK_KINDS), ("backup_only", YES_NO)):
        place = names.index(name) + 1
        sheet.data_validation(first, place, first + count - 1, place, {"validate": "list", "source": list(choices)})


def _items(sheet: Any, lines: Sequence[Line], place: int, count: int) -> None:
    """A drop-down of the items, from the sheet of prices: a list in the cell itself holds 255 characters only."""
    source = f"='{NAMES['offers']}'!$B$3:$B${2 + max(len(lines), 1)}"
    sheet.data_validation(2, place, 1 + count, place, {"validate": "list", "source": source})


def _write(sheet: Any, row: int, place: int, value: Any, style: Any) -> None:
    text = str(value)
    try:
        number = Decimal(text)
        if number.is_finite() and format(Decimal(repr(float(number))).normalize() + 0, "f") == text:
            sheet.write_number(row, place, float(number), style)
            return
    except (InvalidOperation, OverflowError):
        pass
    sheet.write_string(row, place, text, style) if text else sheet.write_blank(row, place, None, style)
