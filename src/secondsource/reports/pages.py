"""A page of advice as values: facts, tables and charts, and how a cell reads; not for where it is shown.

The terminal, the HTML file, the workbook and the PDF all show the same page, so that no two of them can differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from secondsource.advice.interval import Interval
from secondsource.language import Message, _
from secondsource.problem.plan import Plan
from secondsource.reports.numbers import Unit, number, percent, price

Words = str | Message
Kind = Literal["text", "long", "money", "price", "quantity", "percent"]
Tone = Literal["good", "warn", "bad"]


@dataclass(frozen=True)
class Marked:
    """Words that a reader must not overlook."""

    words: Words


Cell = str | Message | Marked | Decimal | Interval | int | None


@dataclass(frozen=True)
class Column:
    """A column of a listing: its heading, and how its cells read."""

    heading: Words
    kind: Kind = "text"

    @property
    def is_number(self) -> bool:
        """Whether it is set to the right."""
        return self.kind not in ("text", "long")


@dataclass(frozen=True)
class Listing:
    """A table with its heading, a sentence on how to read it, and what is said where it has no rows.

    Attributes
    ----------
    chart
        An SVG that shows the same, "" for none.
    brief
        Columns that a narrow terminal shows, by place; all where empty.
    """

    heading: Words
    lead: Words
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    none: Words
    chart: str = ""
    brief: tuple[int, ...] = ()

    @property
    def has_money(self) -> bool:
        """Whether its amounts are in the page's unit."""
        return any(column.kind == "money" for column in self.columns)


@dataclass(frozen=True)
class Fact:
    """A figure that stands out: its label, itself, and a note."""

    label: Words
    figure: Words
    note: Words = ""


@dataclass(frozen=True)
class Page:
    """All that a page of advice says.

    Attributes
    ----------
    name
        Of the command that makes it, and of its files.
    subtitle
        What the page answers.
    """

    name: str
    title: str
    subtitle: Words
    tone: Tone
    verdict: Words
    facts: tuple[Fact, ...]
    listings: tuple[Listing, ...]
    notes: tuple[Words, ...]
    unit: Unit
    plan: Plan
    extra: Mapping[str, str] = field(default_factory=dict)


def shown(cell: Cell, kind: Kind, unit: Unit) -> str:
    """Return a cell as text, money in `unit`.

    >>> from secondsource.reports.numbers import unit_of
    >>> euros = unit_of(Decimal(500), "EUR")
    >>> shown(Interval(Decimal(2), Decimal(2)), "money", euros)
    '2.00'
    >>> shown(Interval(Decimal(-1), Decimal(2)), "money", euros)
    'not distinguishable'
    """
    if cell is None:
        return ""
    if isinstance(cell, Interval):
        return str(interval(cell, unit, kind))
    if isinstance(cell, Decimal | int):
        return _figure(Decimal(cell), kind, unit)
    return str(cell.words if isinstance(cell, Marked) else cell)


def interval(amount: Interval, unit: Unit, kind: Kind = "money") -> Words:
    """Return an interval in words: one figure where its limits read the same, else both."""
    if amount.is_endless:
        return _("no plan")
    if not amount.is_distinguishable:
        return _("not distinguishable")
    low, high = (_figure(limit, kind, unit) if limit.is_finite() else "" for limit in (amount.low, amount.high))
    if not low:
        return _("at most {amount}", amount=high)
    if not high:
        return _("at least {amount}", amount=low)
    return low if low == high else _("{low} to {high}", low=low, high=high)


def _figure(value: Decimal, kind: Kind, unit: Unit) -> str:
    if kind == "money":
        return unit.show(value)
    if kind == "price":
        return price(value)
    if kind == "percent":
        return percent(value)
    return number(value)


def several(names: Sequence[Words], most: int = 4) -> Words:
    """Return names in a row, those beyond `most` counted."""
    first = ", ".join(str(name) for name in names[:most])
    if len(names) <= most:
        return first
    return _("{names} and {count} more", names=first, count=len(names) - most)
