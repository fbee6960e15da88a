"""Reading a bidder's workbook: found by its hidden keys, else by its headings in any of our languages, else by items.

An outdated or re-arranged sheet is mapped again, and what was done to it is told; only what cannot mean anything is a
fault, and then nothing of the file is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from secondsource.errors import Fault, InvalidInput
from secondsource.language import FOLDER, Message, _, use_language
from secondsource.problem.workbook import Limits, cells_of
from secondsource.web.bidding import questions, sheets
from secondsource.web.bidding.bid import FIELDS, Asked
from secondsource.web.bidding.numbers import is_empty

LARGEST = 8 * 1024 * 1024
"""Bytes of a bidder's workbook."""
LIMITS = Limits(unpacked=48 * 1024 * 1024, cells=400_000)
LOOKED_AT = 20
"""Rows from the top among which a header is looked for."""
MOST_NOTES = 50


@dataclass
class Reading:
    """What a workbook says, for `bid.read`, and what was noticed on the way."""

    raw: dict[str, Any]
    notes: list[Message] = field(default_factory=list)


@dataclass(frozen=True)
class _Found:
    """A sheet of a known kind: the column of each name, -1 for the hidden one, and its rows with their numbers."""

    kind: str
    places: Mapping[str, int]
    rows: Sequence[tuple[int, Sequence[Any]]]
    has_keys: bool

    def cell(self, row: Sequence[Any], name: str) -> Any:
        place = self.places.get(name, -1)
        return row[place] if 0 <= place < len(row) else ""


def read(content: bytes, name: str, asked: Asked, event: int, revision: int) -> Reading:
    """Return what a workbook says.

    Raises
    ------
    InvalidInput
        It is no workbook, is beyond the limits, or no sheet of prices is found in it.
    """
    if len(content) > LARGEST:
        raise InvalidInput([Fault(name, "", 0, "", "", _("is larger than {limit} MB", limit=LARGEST // 2**20))])
    cells = cells_of(content, name, LIMITS)
    found: dict[str, _Found] = {}
    for title, rows in cells.items():
        each = _kind_of(title, rows)
        if each is not None and each.kind not in found:
            found[each.kind] = each
    if "offers" not in found and "packages" not in found and "answers" not in found:
        expected = _("no sheet of prices was found: use the workbook of this event")
        raise InvalidInput([Fault(name, "", 0, "", "", expected)])
    reading = Reading({})
    is_ours = _stamp(cells.get(sheets.STAMP, []), event, revision, reading)
    lines = _Lines(asked, is_ours, reading)
    _general(found.get("general"), asked, reading)
    offers = [*_offers(found.get("offers"), lines), *_alternatives(found.get("alternatives"), lines)]
    reading.raw["offers"] = offers
    reading.raw["packages"] = _packages(found.get("packages"), lines)
    reading.raw["answers"] = _answers(found.get("answers"), asked)
    missing = len(asked.lines) - len({offer["line"] for offer in offers if not is_empty(offer.get("unit_price"))})
    if missing and offers and is_ours is False:
        reading.notes.append(_("{count} items that are asked for have no price in the sheet.", count=missing))
    reading.notes = reading.notes[:MOST_NOTES]
    return reading


def _stamp(rows: Sequence[Sequence[Any]], event: int, revision: int, reading: Reading) -> bool | None:
    """Whether the hidden numbers are of this event; None where the sheet does not say."""
    try:
        of_event, _round, of_revision = (int(float(row[0])) for row in rows[:3])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if of_event != event:
        reading.notes.append(_("The workbook is of another event: its rows were found by their items."))
        return False
    if of_revision != revision:
        reading.notes.append(_("The workbook is of an earlier revision: what is asked for has changed since. Compare each item below."))  # fmt: skip  # noqa: E501
        return False
    return True


def _labels(kind: str) -> dict[str, str]:
    """What headings of a sheet may say, in any of our languages, and the column that they name."""
    found: dict[str, str] = {}
    languages = ["en", *sorted(each.name for each in FOLDER.iterdir() if each.is_dir())]
    for language in languages:
        with use_language(language):
            for name, label in sheets.columns(kind).items():
                found.setdefault(_folded(label), name)
    return found


def _folded(text: object) -> str:
    return " ".join(str(text).casefold().split())


def _kind_of(title: str, rows: Sequence[Sequence[Any]]) -> _Found | None:
    """What a sheet is, by its hidden keys or by its headings."""
    for number, row in enumerate(rows[:LOOKED_AT]):
        for cell in row:
            if isinstance(cell, str) and cell.startswith(sheets.MARK):
                kind = cell.removeprefix(sheets.MARK)
                if kind in sheets.NAMES:
                    places = {str(name): place for place, name in enumerate(row) if isinstance(name, str) and name}
                    places["id"] = places.pop(cell)
                    return _Found(kind, places, _below(rows, number + 2), has_keys=True)
    best: _Found | None = None
    for kind in ("offers", "alternatives", "packages", "answers", "general"):
        labels = _labels(kind)
        for number, row in enumerate(rows[:LOOKED_AT]):
            places = {labels[_folded(cell)]: place for place, cell in enumerate(row) if _folded(cell) in labels}
            if kind == "alternatives" and ("quantity" in places or "name" in places):
                continue
            if len(places) >= 2 and (best is None or len(places) > len(best.places)):
                best = _Found(kind, places, _below(rows, number + 1), has_keys=False)
    return best


def _below(rows: Sequence[Sequence[Any]], first: int) -> list[tuple[int, Sequence[Any]]]:
    return [(number, row) for number, row in enumerate(rows[first:], start=first + 1) if not all(map(is_empty, row))]


class _Lines:
    """Finds the line that a row is about."""

    def __init__(self, asked: Asked, is_ours: bool | None, reading: Reading) -> None:
        self.asked, self.reading = asked, reading
        self.by_item = {_folded(item): line for line, item in asked.lines.items()}
        self.trusts_numbers = is_ours is not False
        self.offers: dict[int, int] = {}

    def next_alternative(self, line: int) -> int:
        """The number of one more offer for a line, 0 for the first."""
        self.offers[line] = self.offers.get(line, -1) + 1
        return self.offers[line]

    def of(self, number: object, item: object, row: int) -> int | None:
        """The line of a row: by its item where it names one, else by its hidden number; None is noted."""
        name = item if isinstance(item, str) else "" if is_empty(item) else str(item).removesuffix(".0")
        line = self.by_item.get(_folded(name)) if name else None
        if line is not None:
            return line
        if not name and self.trusts_numbers and isinstance(number, int | float) and not isinstance(number, bool):
            whole = int(number) if abs(number) < 2**53 else 0
            if whole in self.asked.lines:
                return whole
        self.reading.notes.append(_("Row {row}: {item} is not asked for (any more); the row was left out.", row=row, item=name or "?"))  # fmt: skip  # noqa: E501
        return None


def _cell(value: Any) -> Any:
    """A cell as `bid.read` takes it."""
    if isinstance(value, datetime | date):
        return value
    return value if not isinstance(value, str) else value.strip()


def _general(found: _Found | None, asked: Asked, reading: Reading) -> None:
    if found is not None:
        by_label: dict[str, str] = {}
        for language in ("en", *sorted(each.name for each in FOLDER.iterdir() if each.is_dir())):
            with use_language(language):
                by_label |= {_folded(label): name for name, label in sheets.GENERAL.items()}
        for _number, row in found.rows:
            key = found.cell(row, "id")
            name = key if key in sheets.GENERAL else by_label.get(_folded(found.cell(row, "what")), "")
            value = _cell(found.cell(row, "value"))
            if name and not is_empty(value):
                reading.raw[name] = value.upper() if name == "currency" and isinstance(value, str) else value
    if "currency" not in reading.raw and len(asked.currencies) == 1:
        reading.raw["currency"] = asked.currencies[0]


def _entries(found: _Found, row: Sequence[Any], number: int) -> dict[str, Any]:
    """The offer in a row, as `bid.read` takes it; empty where the row has no entry."""
    offer: dict[str, Any] = {}
    for name in FIELDS:
        value = _cell(found.cell(row, name))
        if not is_empty(value):
            offer[name] = value
    pairs = []
    for step in range(1, sheets.SHOWN_BREAKS + 1):
        pair = [_cell(found.cell(row, f"from_{step}")), _cell(found.cell(row, f"price_{step}"))]
        if not all(map(is_empty, pair)):
            pairs.append(pair)
    if pairs:
        offer["breaks"] = pairs
        kind = _cell(found.cell(row, "break_kind"))
        if not is_empty(kind):
            offer["break_kind"] = kind
    return offer | {"row": number} if offer else {}


def _offers(found: _Found | None, lines: _Lines) -> Iterator[dict[str, Any]]:
    if found is None:
        return
    for number, row in found.rows:
        offer, item = _entries(found, row, number), found.cell(row, "item")
        if not offer:
            continue
        line = lines.of(found.cell(row, "id"), item, number)
        if line is None:
            continue
        alternative = lines.next_alternative(line)
        if alternative:
            lines.reading.notes.append(_("Row {row}: {item} stands there twice; taken as an alternative.", row=number, item=lines.asked.lines[line]))  # fmt: skip  # noqa: E501
        yield {"line": line, "alternative": alternative, **offer}


def _alternatives(found: _Found | None, lines: _Lines) -> Iterator[dict[str, Any]]:
    for number, row in found.rows if found is not None else ():
        offer = _entries(found, row, number) if found is not None else {}
        if not offer or found is None:
            continue
        line = lines.of("", found.cell(row, "item"), number)
        if line is not None:
            lines.offers.setdefault(line, 0)
            yield {"line": line, "alternative": lines.next_alternative(line), **offer}


def _packages(found: _Found | None, lines: _Lines) -> list[dict[str, Any]]:
    packages: dict[str, dict[str, Any]] = {}
    name = ""
    for number, row in found.rows if found is not None else ():
        if found is None:
            break
        cells = {each: _cell(found.cell(row, each)) for each in ("package", "price", "item", "amount")}
        name = str(cells["package"]) if not is_empty(cells["package"]) else name
        if all(map(is_empty, cells.values())):
            continue
        package = packages.setdefault(name, {"name": name, "lines": []})
        if not is_empty(cells["price"]):
            package["price"] = cells["price"]
        if not is_empty(cells["item"]):
            line = lines.of("", cells["item"], number)
            if line is not None:
                package["lines"].append([line, cells["amount"]])
    return list(packages.values())


def _answers(found: _Found | None, asked: Asked) -> list[Any]:
    answers: list[Any] = [""] * len(asked.questions)
    by_text = {_folded(text): place for place, text in enumerate(asked.questions)}
    by_text |= {_folded(questions.parse(text).text): place for place, text in enumerate(asked.questions)}
    for _number, row in found.rows if found is not None else ():
        if found is None:
            break
        place = by_text.get(_folded(found.cell(row, "question")))
        if place is not None:
            answers[place] = _cell(found.cell(row, "answer"))
    return answers
