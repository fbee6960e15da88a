"""What the records say about one supplier: names, deliveries, prices, dependence on buyers, reliability; flags apart.

`terminated` is not failure: in OCDS and at Prozorro it is how a contract ends that was carried out. Only stated grounds
for ending it early, or clearly less paid than agreed, speak of one; a contract that still runs says nothing yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from secondsource.errors import Fault, InvalidInput
from secondsource.language import _
from secondsource.market.decisions import Decisions
from secondsource.market.flags import Flag
from secondsource.market.pages import Pages, Row
from secondsource.market.places import Places

ENDED = ("terminated", "cancelled", "complete", "completed")
PAID_IN_FULL = Decimal("0.8")  # of the value: less, at a contract that ended, is reported
SINGLE_BUYER = Decimal("0.5")  # share of the value of all awards above which one buyer is named


@dataclass(frozen=True)
class Evidence:
    """The page of a supplier; every row names the source and process (`ocid`) that it comes from.

    Attributes
    ----------
    names
        As the records have them, with identifiers and places.
    deliveries
        Awards won and their contracts: buyer, value, dates, and what became of them (`outcome`).
    prices
        Unit prices of the items it delivers, beside the median of others' for the same category and unit.
    buyers
        Share of its awarded value by buyer, for each currency.
    reliability
        Counts: contracts that ended, of them with grounds for ending early or paid short, longer or dearer than first
        agreed; bids disqualified; awards taken back.
    flags
        Of the processes that it took part in; they are hints about the process and count for nothing above.
    """

    supplier: str
    names: list[Row]
    deliveries: list[Row]
    prices: list[Row]
    buyers: list[Row]
    reliability: Row
    flags: list[Flag]


def evidence(places: Places, supplier: str) -> Evidence:
    """Return what the records say about a supplier, under its present id or one that it had.

    Raises
    ------
    InvalidInput
        There is no such supplier.
    """
    generation = places.published()
    id = Decisions(places.decisions).now_called(supplier)
    with Pages(generation) as pages:
        names = pages.rows("names", id)
        if not names:
            expected = _("is no supplier of this market; find one with `secondsource market search`")
            raise InvalidInput([Fault("", "", 0, "", supplier, expected)])
        deliveries = pages.rows("deliveries", id)
        for row in deliveries:
            row["prolonged"], row["dearer"] = bool(row["prolonged"]), bool(row["dearer"])
            row["outcome"] = outcome(row)
        lost = pages.rows("lost", id) or [{"bids": 0, "disqualified": 0, "taken_back": 0}]
        raised = [Flag(**row) for row in pages.rows("flags", id)]
        return Evidence(
            id, names, deliveries, _prices(pages, id), pages.rows("buyers", id),
            _reliability(deliveries, lost[0]), raised,
        )  # fmt: skip


def _prices(pages: Pages, supplier: str) -> list[Row]:
    """Unit prices of the supplier's items beside the median of others', where there are others."""
    found = []
    kinds = groupby(pages.rows("own_prices", supplier), key=lambda row: (row["code"], row["unit"], row["currency"]))
    for kind, group in kinds:
        rows = list(group)
        others = pages.others_median(kind, [row.pop("place") for row in rows])
        if others is not None:
            median, offers = others
            found += [
                {**row, "median": median, "offers": offers, "ratio": float(row["unit_price"] / median)} for row in rows
            ]
    return sorted(found, key=lambda row: (row["code"], row["ocid"], row["description"] or ""))


def outcome(row: Row) -> str:
    """Return what a contract's row says of how it went: `early`, `short`, `ended`, `running` or `unknown`.

    >>> outcome({"status": "terminated", "termination": None, "paid": None, "amount": None})
    'ended'
    >>> outcome({"status": "terminated", "termination": "the supplier refused", "paid": None, "amount": None})
    'early'
    """
    if row["termination"]:
        return "early"
    if row["status"] is None:
        return "unknown"
    if row["status"] == "cancelled":
        return "early"
    if row["status"] not in ENDED:
        return "running"
    short = row["paid"] is not None and row["amount"] and row["paid"] < PAID_IN_FULL * row["amount"]
    return "short" if short else "ended"


def _reliability(deliveries: list[Row], lost: Row) -> Row:
    counts = {
        name: sum(row["outcome"] == name for row in deliveries) for name in ("ended", "early", "short", "running")
    }
    judged = [row for row in deliveries if row["contract"]]
    return {
        **counts,
        "prolonged": sum(row["prolonged"] for row in judged),
        "dearer": sum(row["dearer"] for row in judged),
        **lost,
    }
