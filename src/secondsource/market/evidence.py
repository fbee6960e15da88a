"""What the records say about one supplier: names, deliveries, prices, dependence on buyers, reliability; flags apart.

`terminated` is not failure: in OCDS and at Prozorro it is how a contract ends that was carried out. Only stated grounds
for ending it early, or clearly less paid than agreed, speak of one; a contract that still runs says nothing yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import duckdb

from secondsource.errors import Fault, InvalidInput
from secondsource.language import _
from secondsource.market.decisions import Decisions
from secondsource.market.flags import Flag, kept
from secondsource.market.places import Places

Row = dict[str, Any]
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
    connection = duckdb.connect(config={"threads": 2})
    try:
        for table in ("processes", "parties", "items", "bids", "awards", "contracts", "mentions"):
            connection.execute(f"CREATE VIEW {table} AS FROM read_parquet('{generation}/{table}.parquet')")
        connection.execute("CREATE TABLE m AS FROM mentions WHERE supplier = ?", [id])
        names = _rows(connection, _NAMES)
        if not names:
            expected = _("is no supplier of this market; find one with `secondsource market search`")
            raise InvalidInput([Fault("", "", 0, "", supplier, expected)])
        deliveries = _rows(connection, _DELIVERIES)
        for row in deliveries:
            row["outcome"] = outcome(row)
        parties = {row[0] for row in connection.execute("SELECT DISTINCT party FROM m").fetchall()}
        processes = set(connection.execute("SELECT DISTINCT source, ocid FROM m").fetchall())
        raised = [
            each for each in kept(generation)
            if (each.source, each.ocid) in processes or (not each.ocid and each.party in parties)
        ]  # fmt: skip
        return Evidence(
            id, names, deliveries, _rows(connection, _PRICES), _rows(connection, _BUYERS),
            _reliability(connection, deliveries), raised,
        )  # fmt: skip
    finally:
        connection.close()


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


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    found = connection.execute(query)
    names = [each[0] for each in found.description or []]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _reliability(connection: duckdb.DuckDBPyConnection, deliveries: list[Row]) -> Row:
    counts = {
        name: sum(row["outcome"] == name for row in deliveries) for name in ("ended", "early", "short", "running")
    }
    judged = [row for row in deliveries if row["contract"]]
    (lost,) = _rows(connection, _LOST)
    return {
        **counts,
        "prolonged": sum(bool(row["prolonged"]) for row in judged),
        "dearer": sum(bool(row["dearer"]) for row in judged),
        **lost,
    }


_NAMES = """SELECT name, identifier, country, region, locality, list(DISTINCT source ORDER BY source) AS sources,
    count(DISTINCT ocid) AS processes, min(mention) AS mention FROM m GROUP BY ALL ORDER BY processes DESC, name"""
_WON = """SELECT DISTINCT a.* FROM awards a JOIN m USING (source, ocid)
    WHERE list_contains(a.suppliers, m.party) AND coalesce(a.status, 'active') = 'active'"""
# A contract of Prozorro's own feed comes beside the tender's row for it; the row that says more counts.
_DELIVERIES = f"""SELECT w.source, w.ocid, p.title, p.buyer_name AS buyer, w.award,
    coalesce(c.amount, w.amount) AS amount, coalesce(c.currency, w.currency) AS currency,
    coalesce(c.signed, w.date)[:10] AS day, c.contract, c.status, c.start_date[:10] AS start_date,
    c.end_date[:10] AS end_date, c.termination, c.paid,
    c.end_date > c.first_end_date OR list_contains(c.changes, 'durationExtension') AS prolonged,
    c.amount > c.first_amount OR list_contains(c.changes, 'itemPriceVariation') AS dearer
    FROM ({_WON}) w JOIN processes p USING (source, ocid) LEFT JOIN (
        SELECT ocid, award, contract, status, signed, start_date, end_date, first_end_date, amount, currency,
            first_amount, paid, termination, changes FROM contracts
        QUALIFY row_number() OVER (PARTITION BY ocid, contract
            ORDER BY (termination IS NOT NULL)::INT + (paid IS NOT NULL)::INT + (changes IS NOT NULL)::INT DESC,
                source) = 1
    ) c ON c.ocid = w.ocid AND c.award = w.award ORDER BY day DESC NULLS LAST, w.ocid, w.award, c.contract"""
_PRICES = f"""WITH single AS (SELECT source, ocid FROM awards WHERE coalesce(status, 'active') = 'active'
        GROUP BY ALL HAVING count(*) = 1),
    priced AS (SELECT i.*, source || ocid IN (SELECT source || ocid FROM ({_WON})) AS own FROM items i
        JOIN single USING (source, ocid) WHERE unit_price > 0 AND code IS NOT NULL AND unit IS NOT NULL),
    market AS (SELECT code, unit, currency, median(unit_price) AS median, count(*) AS offers FROM priced WHERE NOT own
        GROUP BY ALL)
    SELECT source, ocid, description, code, unit, currency, unit_price, median, offers,
        unit_price / nullif(median, 0) AS ratio FROM priced JOIN market USING (code, unit, currency)
    WHERE own ORDER BY code, ocid, description"""
_BUYERS = f"""WITH b AS (SELECT p.buyer_name AS buyer, w.currency, count(*) AS awards, sum(w.amount) AS amount
    FROM ({_WON}) w JOIN processes p USING (source, ocid) WHERE w.amount IS NOT NULL GROUP BY p.buyer_name, w.currency)
    SELECT *, amount / sum(amount) OVER (PARTITION BY currency) AS share FROM b
    ORDER BY currency, share DESC, buyer"""
_LOST = """SELECT (SELECT count(DISTINCT (b.source, b.ocid, b.bid)) FROM bids b JOIN m USING (source, ocid)
        WHERE list_contains(b.tenderers, m.party)) AS bids,
    (SELECT count(DISTINCT (b.source, b.ocid, b.bid)) FROM bids b JOIN m USING (source, ocid)
        WHERE list_contains(b.tenderers, m.party) AND b.status IN ('disqualified', 'unsuccessful')) AS disqualified,
    (SELECT count(DISTINCT (a.source, a.ocid, a.award)) FROM awards a JOIN m USING (source, ocid)
        WHERE list_contains(a.suppliers, m.party) AND a.status IN ('cancelled', 'unsuccessful')) AS taken_back"""
