"""What a bid says, as values, and reading it from a form, a sheet or JSON alike; not for where it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from secondsource.errors import Fault, InvalidInput
from secondsource.language import Message, _
from secondsource.web.bidding import numbers, questions
from secondsource.web.bidding.numbers import Refused, is_empty

MOST_BREAKS, MOST_ALTERNATIVES, MOST_PACKAGES = 10, 9, 50
BREAK_KINDS = ("all_units", "incremental")


@dataclass(frozen=True)
class Asked:
    """What a bid is read against: items by line number, currencies that may be bid in, and the questions asked."""

    lines: Mapping[int, str]
    quantities: Mapping[int, Decimal]
    currencies: tuple[str, ...]
    questions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offer:
    """A price for a line, `alternative` 0 or one of several; money in the bid's currency, quantities in its unit.

    `breaks` are `(from quantity, unit price)`, ascending; `defect_rate` in 0..1; fees per unit booked.
    """

    line: int
    alternative: int
    unit_price: Decimal
    breaks: tuple[tuple[Decimal, Decimal], ...] = ()
    break_kind: str = "all_units"
    fixed_cost: Decimal = Decimal(0)
    capacity: Decimal | None = None
    min_quantity: Decimal = Decimal(0)
    multiple: Decimal | None = None
    lead_days: Decimal = Decimal(0)
    payment_days: Decimal = Decimal(0)
    defect_rate: Decimal = Decimal(0)
    backup_fee: Decimal = Decimal(0)
    backup_unit_price: Decimal | None = None
    bring_up_days: Decimal = Decimal(0)
    backup_only: bool = False
    conditions: str = ""

    def price_at(self, quantity: Decimal) -> Decimal:
        """Return the unit price at a quantity, in the bid's currency.

        All-units breaks charge every unit at the price of the last break reached; incremental ones each unit at the
        price of the bracket that it falls into.

        >>> one = Offer(1, 0, Decimal(10), ((Decimal(100), Decimal(8)),))
        >>> one.price_at(Decimal(99)), one.price_at(Decimal(200))
        (Decimal('10'), Decimal('8'))
        """
        steps = [(Decimal(0), self.unit_price), *self.breaks]
        reached = [step for step in steps if step[0] <= quantity]
        if self.break_kind == "all_units" or quantity <= 0:
            return reached[-1][1]
        ends = [step[0] for step in reached[1:]] + [quantity]
        total = sum(((end - start) * price for (start, price), end in zip(reached, ends, strict=True)), Decimal(0))
        return total / quantity


@dataclass(frozen=True)
class Package:
    """An all-or-nothing bundle: quantities by line at one price, in the bid's currency."""

    name: str
    price: Decimal
    lines: tuple[tuple[int, Decimal], ...]


@dataclass(frozen=True)
class Bid:
    """A supplier's whole submission in a round; it counts for the lines that it covers."""

    currency: str
    valid_until: date | None = None
    capacity: Decimal | None = None
    note: str = ""
    answers: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    packages: tuple[Package, ...] = ()

    @property
    def covered(self) -> frozenset[int]:
        """Lines that an offer or package is for."""
        return frozenset(offer.line for offer in self.offers) | {
            line for package in self.packages for line, _quantity in package.lines
        }


@dataclass(frozen=True)
class Field:
    """A column of an offer: what it is called, how it is read, and what it says of itself."""

    label: Message
    read: Callable[[Any], Any]
    hint: Message | str = ""
    kind: str = "number"


def _above_zero(cell: object) -> Decimal:
    found = numbers.number(cell)
    if found == 0:
        raise Refused(_("expected a number above 0"))
    return found


def _days(cell: object) -> Decimal:
    return numbers.number(cell, high=Decimal(3650))


def _share(cell: object) -> Decimal:
    return numbers.number(cell, high=Decimal(1))


def flag(cell: object) -> bool:
    """Return the truth value that was written."""
    if isinstance(cell, bool):
        return cell
    words = {"true": True, "yes": True, "1": True, "on": True, "false": False, "no": False, "0": False}
    for word, value in (("yes", True), ("no", False)):
        words[str(questions.YES_NO[word]).casefold()] = value
    words |= {"да": True, "нет": False, "так": True, "ні": False}
    found = words.get(str(cell).strip().casefold().removesuffix(".0"))
    if found is None:
        raise Refused(_("expected yes or no"))
    return found


FIELDS: Mapping[str, Field] = {
    "unit_price": Field(_("Unit price"), numbers.number, _("without freight, duty and tax")),
    "lead_days": Field(_("Lead time, days"), _days),
    "min_quantity": Field(_("Smallest quantity"), numbers.number),
    "multiple": Field(_("In multiples of"), _above_zero),
    "capacity": Field(_("Capacity, units"), numbers.number, _("the most you can deliver over the whole term")),
    "fixed_cost": Field(_("Once, for tooling and start"), numbers.number),
    "payment_days": Field(_("Payment, days after delivery"), _days),
    "defect_rate": Field(_("Defect rate, 0 to 1"), _share, _("0.002 is two defective units in a thousand")),
    "backup_fee": Field(_("Retainer per unit held ready"), numbers.number, _("what you ask for standing by as backup")),
    "backup_unit_price": Field(_("Unit price as backup"), numbers.number, _("left out: the unit price")),
    "bring_up_days": Field(_("Days until you deliver as backup"), _days),
    "backup_only": Field(_("Only as backup"), flag, kind="flag"),
    "conditions": Field(_("Conditions"), lambda cell: numbers.text(cell, 2000), kind="text"),
}
"""Columns of an offer besides its price breaks, in order."""

_UNSET = {field.name: field.default for field in fields(Offer) if field.name in FIELDS and field.name != "unit_price"}


class _Reader:
    """Collects the faults of one bid."""

    def __init__(self, asked: Asked, place: str) -> None:
        self.asked, self.place = asked, place
        self.faults: list[Fault] = []

    def fault(self, table: str, row: int, column: object, value: object, expected: Message) -> None:
        shown = str(value) if not is_empty(value) else ""
        self.faults.append(Fault(self.place, table, row, str(column), shown[:100], expected))

    def take(self, read: Callable[[Any], Any], table: str, row: int, column: object, value: object, other: Any) -> Any:
        """What `value` means, `other` where it is empty or refused."""
        if is_empty(value):
            return other
        try:
            return read(value)
        except Refused as error:
            self.fault(table, row, column, value, error.expected)
            return other


def read(raw: object, asked: Asked, place: str = "") -> Bid:
    """Return the bid that a form, a sheet or JSON holds: `{"currency", "offers": [{"line", "unit_price", ...}], ...}`.

    Raises
    ------
    InvalidInput
        With every fault; of a bid with a fault nothing is used.
    """
    reader = _Reader(asked, place)
    if not isinstance(raw, Mapping):
        reader.fault("", 0, "", "", _("expected an object with currency, offers and packages"))
        raise InvalidInput(reader.faults)
    known = {field.name for field in fields(Bid)}
    for name in sorted(str(key) for key in raw if key not in known)[:20]:
        reader.fault("", 0, name, "", _("there is no such field"))
    currency = str(raw.get("currency") or "")
    if currency not in asked.currencies:
        expected = _("expected one of {currencies}", currencies=", ".join(asked.currencies))
        reader.fault("", 0, _("Currency"), currency, expected)
    valid = reader.take(numbers.day, "", 0, _("Valid until"), raw.get("valid_until"), None)
    capacity = reader.take(numbers.number, "", 0, _("Capacity, units"), raw.get("capacity"), None)
    note = reader.take(lambda cell: numbers.text(cell, 10_000), "", 0, _("Note"), raw.get("note"), "")
    offers = _offers(reader, raw.get("offers"))
    packages = _packages(reader, raw.get("packages"))
    answers = _answers(reader, raw.get("answers"))
    if reader.faults:
        raise InvalidInput(reader.faults)
    return Bid(currency, valid, capacity, note, answers, tuple(offers), tuple(packages))


def _rows(reader: _Reader, given: object, table: str, most: int) -> Sequence[Mapping[str, Any]]:
    if given is None:
        return ()
    if (
        not isinstance(given, Sequence)
        or isinstance(given, str)
        or not all(isinstance(each, Mapping) for each in given)
    ):
        reader.fault(table, 0, "", "", _("expected a list of objects"))
        return ()
    if len(given) > most:
        reader.fault(table, 0, "", str(len(given)), _("expected at most {most} rows", most=most))
        return ()
    return given


def _offers(reader: _Reader, given: object) -> list[Offer]:
    found: dict[tuple[int, int], Offer] = {}
    most = len(reader.asked.lines) * (1 + MOST_ALTERNATIVES)
    for place, row in enumerate(_rows(reader, given, "offers", most), start=1):
        number = int(row.get("row") or place) if isinstance(row.get("row"), int | None) else place
        line = row.get("line")
        if isinstance(line, bool) or not isinstance(line, int) or line not in reader.asked.lines:
            reader.fault("offers", number, "line", line, _("there is no such line in this event"))
            continue
        item = reader.asked.lines[line]
        alternative = row.get("alternative", 0)
        if (
            isinstance(alternative, bool)
            or not isinstance(alternative, int)
            or not 0 <= alternative <= MOST_ALTERNATIVES
        ):
            reader.fault(item, number, "alternative", alternative, _("expected a whole number from 0 to {most}", most=MOST_ALTERNATIVES))  # fmt: skip  # noqa: E501
            continue
        if (line, alternative) in found:
            reader.fault(item, number, "alternative", alternative, _("there is an offer of this number already"))
            continue
        offer = _offer(reader, row, line, alternative, item, number)
        if offer is not None:
            found[line, alternative] = offer
    return [found[key] for key in sorted(found)]


def _offer(
    reader: _Reader, row: Mapping[str, Any], line: int, alternative: int, item: str, number: int
) -> Offer | None:
    allowed = {*FIELDS, "line", "alternative", "breaks", "break_kind", "row"}
    for name in sorted(str(key) for key in row if key not in allowed)[:20]:
        reader.fault(item, number, name, "", _("there is no such field"))
    values = {
        name: reader.take(field.read, item, number, field.label, row.get(name), _UNSET[name])
        for name, field in FIELDS.items()
        if name != "unit_price"
    }
    breaks = _breaks(reader, row.get("breaks"), item, number)
    kind = row.get("break_kind") or "all_units"
    if kind not in BREAK_KINDS:
        reader.fault(item, number, "break_kind", kind, _("expected one of {choices}", choices=", ".join(BREAK_KINDS)))
    price = row.get("unit_price")
    label = FIELDS["unit_price"].label
    if is_empty(price):
        if breaks or any(values[name] != _UNSET[name] for name in values if name not in ("backup_only",)):
            reader.fault(item, number, label, "", _("is empty: an offer needs a price"))
        return None
    before = len(reader.faults)
    found = reader.take(numbers.number, item, number, label, price, Decimal(0))
    if len(reader.faults) > before:
        return None
    return Offer(line, alternative, found, breaks, str(kind), **values)


def _breaks(reader: _Reader, given: object, item: str, number: int) -> tuple[tuple[Decimal, Decimal], ...]:
    if given is None:
        return ()
    label = _("Price breaks")
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) > MOST_BREAKS:
        reader.fault(
            item, number, label, "", _("expected at most {most} pairs of quantity and price", most=MOST_BREAKS)
        )
        return ()
    found: list[tuple[Decimal, Decimal]] = []
    for pair in given:
        if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
            reader.fault(item, number, label, pair, _("expected a pair of quantity and price"))
            continue
        if is_empty(pair[0]) and is_empty(pair[1]):
            continue
        if is_empty(pair[0]) or is_empty(pair[1]):
            reader.fault(item, number, label, pair[0] if is_empty(pair[1]) else pair[1], _("a quantity and its price belong together"))  # fmt: skip  # noqa: E501
            continue
        start = reader.take(_above_zero, item, number, label, pair[0], None)
        price = reader.take(numbers.number, item, number, label, pair[1], None)
        if start is not None and price is not None:
            found.append((start, price))
    if len({start for start, _price in found}) < len(found):
        reader.fault(item, number, label, "", _("two breaks begin at the same quantity"))
    return tuple(sorted(found))


def _packages(reader: _Reader, given: object) -> list[Package]:
    found: list[Package] = []
    for place, row in enumerate(_rows(reader, given, "packages", MOST_PACKAGES), start=1):
        for name in sorted(str(key) for key in row if key not in ("name", "price", "lines"))[:20]:
            reader.fault("packages", place, name, "", _("there is no such field"))
        name = reader.take(lambda cell: numbers.text(cell, 120), "packages", place, _("Package"), row.get("name"), "")
        price = reader.take(numbers.number, "packages", place, _("Price"), row.get("price"), None)
        lines = _package_lines(reader, row.get("lines"), place)
        if not name and price is None and not lines:
            continue
        if not name or price is None or not lines:
            if is_empty(row.get("price")) or not name or not lines:
                reader.fault("packages", place, "", name, _("a package needs a name, a price and quantities"))
            continue
        if name in {each.name for each in found}:
            reader.fault("packages", place, _("Package"), name, _("there is a package of this name already"))
            continue
        found.append(Package(name, price, lines))
    return found


def _package_lines(reader: _Reader, given: object, place: int) -> tuple[tuple[int, Decimal], ...]:
    if given is None:
        return ()
    if not isinstance(given, Sequence) or isinstance(given, str):
        reader.fault("packages", place, "lines", "", _("expected a list of pairs of line and quantity"))
        return ()
    found: dict[int, Decimal] = {}
    for pair in given[: len(reader.asked.lines) + 1]:
        if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
            reader.fault("packages", place, "lines", pair, _("expected a pair of line and quantity"))
            continue
        line, quantity = pair
        if isinstance(line, bool) or not isinstance(line, int) or line not in reader.asked.lines:
            reader.fault("packages", place, "lines", line, _("there is no such line in this event"))
            continue
        if is_empty(quantity):
            continue
        amount = reader.take(numbers.number, "packages", place, reader.asked.lines[line], quantity, None)
        if amount:
            found[line] = amount
    return tuple(sorted(found.items()))


def _answers(reader: _Reader, given: object) -> tuple[str, ...]:
    count = len(reader.asked.questions)
    if given is None:
        return ("",) * count
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) > count:
        reader.fault("answers", 0, "", "", _("expected a list of {count} answers at most", count=count))
        return ("",) * count
    asked = [questions.parse(typed) for typed in reader.asked.questions]
    found = [
        reader.take(question.read, "answers", place, question.text[:60], answer, "")
        for place, (question, answer) in enumerate(zip(asked, given, strict=False), start=1)
    ]
    return tuple(found) + ("",) * (count - len(found))


def plain(bid: Bid) -> dict[str, Any]:
    """Return a bid as JSON that `read` reads back; what is not set is left out, numbers are texts."""

    def text(value: Any) -> Any:
        return format(value.normalize() + 0, "f") if isinstance(value, Decimal) else value

    offers = []
    for offer in bid.offers:
        row: dict[str, Any] = {
            "line": offer.line,
            "alternative": offer.alternative,
            "unit_price": text(offer.unit_price),
        }
        row |= {name: text(getattr(offer, name)) for name in _UNSET if getattr(offer, name) != _UNSET[name]}  # fmt: skip  # noqa: E501
        if offer.breaks:
            row |= {
                "breaks": [[text(start), text(price)] for start, price in offer.breaks],
                "break_kind": offer.break_kind,
            }
        offers.append(row)
    packages = [
        {
            "name": each.name,
            "price": text(each.price),
            "lines": [[line, text(quantity)] for line, quantity in each.lines],
        }
        for each in bid.packages
    ]
    found: dict[str, Any] = {"currency": bid.currency, "note": bid.note, "answers": list(bid.answers)}
    found |= {"offers": offers, "packages": packages}
    if bid.valid_until is not None:
        found["valid_until"] = bid.valid_until.isoformat()
    if bid.capacity is not None:
        found["capacity"] = text(bid.capacity)
    return found
