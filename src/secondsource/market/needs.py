"""Standing needs: what a firm buys again and again, from whom and at what price; not for what the market offers.

A standing need is searched anew at every update, for ever, until it is removed.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from secondsource.errors import Fault, InvalidInput
from secondsource.language import Message, _
from secondsource.market.fetch import decoded
from secondsource.problem.grids import WORKBOOKS
from secondsource.problem.nearest import Names
from secondsource.problem.workbook import read_cells


@dataclass(frozen=True)
class Need:
    """One standing need.

    Attributes
    ----------
    need
        Its key.
    words, category, country, region
        What is searched for (`search.search`); `category` also says which prices are comparable.
    supplier, backups
        Ids in the register: who delivers today, and who stands by.
    unit_price, unit, currency, priced_on
        Today's price, for which unit, and since when it holds; without it nothing can be valued in money.
    volume
        Units a year.
    ends, notice_days
        When the contract ends or renews itself, and how many days before that notice is due.
    lead_days
        How long before the notice date an event has to begin; before that, cheaper offers cannot be used.
    term_years
        For how long a new contract would be made.
    event_cost, switch_cost
        Money: of one sourcing event; of changing the supplier, its risk included.
    failure_cost
        Money: what a failure of the supplier costs; a quarter of a year's spend where nothing is given.
    """

    need: str
    words: str = ""
    category: str = ""
    country: str = ""
    region: str = ""
    supplier: str = ""
    backups: tuple[str, ...] = ()
    unit_price: float | None = None
    unit: str = ""
    currency: str = "EUR"
    priced_on: date | None = None
    volume: float = 0.0
    ends: date | None = None
    notice_days: int = 0
    lead_days: int = 180
    term_years: float = 1.0
    event_cost: float = 0.0
    switch_cost: float = 0.0
    failure_cost: float | None = None

    @property
    def spend(self) -> float:
        """A year's spend at today's price."""
        return (self.unit_price or 0.0) * self.volume

    @property
    def notice(self) -> date | None:
        """The last day for notice."""
        return None if self.ends is None else self.ends - timedelta(days=self.notice_days)

    def is_open(self, today: date) -> bool:
        """Whether an event that begins today could change who delivers next."""
        return self.notice is None or self.notice - timedelta(days=self.lead_days) <= today

    def failure(self) -> float:
        """What a failure of the supplier costs."""
        return 0.25 * self.spend if self.failure_cost is None else self.failure_cost


def read_needs(path: Path) -> list[Need]:
    """Return the standing needs of a CSV, Excel or ODS file, a row each; headings are the fields of `Need`.

    Raises
    ------
    InvalidInput
        With every fault; nothing of the file is used then.
    """
    if path.suffix.lower() in WORKBOOKS:
        sheet = next(iter(read_cells(path).values()), [])
        rows = [["" if cell is None else str(cell) for cell in row] for row in sheet]
    else:
        text = decoded(path.read_bytes()).lstrip("\ufeff")
        rows = list(csv.reader(io.StringIO(text), delimiter=max(",;\t", key=text.partition("\n")[0].count)))
    faults: list[Fault] = []
    headings = [cell.strip() for cell in rows[0]] if rows else []
    known = Names([each.name for each in fields(Need)])
    for heading in headings:
        if heading not in known.names:
            near = known.nearest(heading)
            expected = _("is no column of a need; did you mean {near!r}?", near=near) if near else _(
                "is no column of a need; known are {known}", known=", ".join(known.names))  # fmt: skip
            faults.append(Fault(path.name, "", 1, heading, "", expected))
    if "need" not in headings:
        faults.append(Fault(path.name, "", 1, "need", "", _("the column is missing")))
    found: dict[str, Need] = {}
    for line, row in enumerate(rows[1:] if not faults else [], 2):
        cells = {name: cell.strip() for name, cell in zip(headings, row, strict=False) if cell.strip()}
        if cells:
            each = need_of(cells, faults, path.name, line)
            if each.need in found:
                faults.append(Fault(path.name, "", line, "need", each.need, _("stands twice")))
            found[each.need] = each
    if faults:
        raise InvalidInput(faults)
    return list(found.values())


def need_of(cells: Mapping[str, str], faults: list[Fault], place: str = "", line: int = 0) -> Need:
    """Return the need that texts by field name stand for, and add what is wrong with them to `faults`."""
    values: dict[str, Any] = {}
    for name, text in cells.items():
        read, expected = _READERS.get(name, (str, _("expected a text")))
        try:
            values[name] = read(text)
        except ValueError:
            faults.append(Fault(place, "", line, name, text, expected))
    if not cells.get("need"):
        faults.append(Fault(place, "", line, "need", "", _("the need has no name")))
    if not cells.get("words") and not cells.get("category"):
        faults.append(Fault(place, "", line, "words", "", _("say what is searched for: words or a category")))
    return Need(**{"need": "", **values})


def _money(text: str) -> float:
    value = float(text.replace(" ", "").replace(",", "."))
    if not 0 <= value < math.inf:
        raise ValueError(text)
    return value


def _days(text: str) -> int:
    value = int(float(text))
    if not 0 <= value <= 36_500:
        raise ValueError(text)
    return value


def _above(text: str) -> float:
    value = _money(text)
    if value == 0:
        raise ValueError(text)
    return value


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


_NUMBER = _("expected a number of at least 0")
_Reader = tuple[Callable[[str], Any], Message]
_READERS: Mapping[str, _Reader] = {
    "unit_price": (_above, _("expected a number above 0")),
    "term_years": (_above, _("expected a number above 0")),
    "volume": (_money, _NUMBER),
    "event_cost": (_money, _NUMBER),
    "switch_cost": (_money, _NUMBER),
    "failure_cost": (_money, _NUMBER),
    "notice_days": (_days, _("expected a whole number of days")),
    "lead_days": (_days, _("expected a whole number of days")),
    "priced_on": (_day, _("expected a date such as 2026-06-30")),
    "ends": (_day, _("expected a date such as 2026-06-30")),
    "backups": (lambda text: tuple(each.strip() for each in text.split(";") if each.strip()),
                _("expected ids of suppliers with ; between them")),
}  # fmt: skip
