"""What the register shows of a standing need now: comparable prices, who could do it, how those in use stand; not for
what has changed (`watch`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from statistics import median

import duckdb

from secondsource.errors import InvalidInput
from secondsource.market.evidence import evidence
from secondsource.market.index import digits
from secondsource.market.needs import Need
from secondsource.market.places import Places
from secondsource.market.search import search

FITTING = 50
PRIOR_CONTRACTS = 10.0  # a supplier's own record counts as much as the market's after so many contracts
PRIOR_FAILURES = 0.05  # where the market shows no contract that ended


@dataclass(frozen=True)
class Price:
    """What somebody got per unit for the same work, in the need's unit and currency, on a day."""

    day: date
    amount: float
    supplier: str


@dataclass(frozen=True)
class Candidate:
    """A supplier that the search for the need finds."""

    supplier: str
    name: str
    awards: int
    last: str


@dataclass(frozen=True)
class Standing:
    """How a supplier in use stands.

    Attributes
    ----------
    contracts, failures
        Contracts that ended, and those of them that ended early or were paid short.
    disqualified
        Bids that were.
    largest_buyer
        Share of its awarded value that one buyer gives, 0..1.
    listed
        Alerts of screening that are open or confirmed.
    last
        Day of the last thing that the records show of it, "" for nothing.
    """

    supplier: str
    name: str
    contracts: int = 0
    failures: int = 0
    disqualified: int = 0
    largest_buyer: float = 0.0
    listed: tuple[str, ...] = ()
    last: str = ""


@dataclass(frozen=True)
class Outlook:
    """What the market shows of one need on one day.

    Attributes
    ----------
    bidders, bid_spread
        Bids per process of the category, and the standard deviation of the logarithms of the bids of one process.
    failure_rate
        Share of all contracts of the market that ended early or were paid short.
    """

    prices: tuple[Price, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    standings: Mapping[str, Standing] | None = None
    bidders: float = 3.0
    bid_spread: float = 0.1
    failure_rate: float = PRIOR_FAILURES

    def failure_probability(self, standing: Standing) -> float:
        """Return how likely a contract of a supplier fails: its own record, drawn towards the market's.

        `(failures + k q) / (contracts + k)`, q the market's rate, k = `PRIOR_CONTRACTS`.
        """
        return (standing.failures + PRIOR_CONTRACTS * self.failure_rate) / (standing.contracts + PRIOR_CONTRACTS)


def outlook(places: Places, need: Need, listed: Mapping[str, tuple[str, ...]]) -> Outlook:
    """Return what the published register shows of a need.

    Parameters
    ----------
    listed
        Open and confirmed alerts of screening by supplier.
    """
    generation = places.published()
    hits = search(generation, need.words, category=need.category, country=need.country, region=need.region,
                  limit=FITTING)  # fmt: skip
    if need.words and not need.category and hits:  # words alone find everything that shares one: the near half counts
        hits = [each for each in hits if each.score >= hits[0].score / 2]
    connection = duckdb.connect(config={"threads": 2})
    try:
        for table in ("processes", "items", "bids", "awards", "contracts", "mentions"):
            connection.execute(f"CREATE VIEW {table} AS FROM read_parquet('{generation}/{table}.parquet')")
        bidders, spread = _competition(connection, need)
        return Outlook(
            tuple(_prices(connection, need)),
            tuple(Candidate(each.supplier, each.name, each.awards, each.last) for each in hits),
            {id: _standing(places, id, listed) for id in dict.fromkeys((need.supplier, *need.backups)) if id},
            bidders, spread, _failure_rate(connection),
        )  # fmt: skip
    finally:
        connection.close()


_OF_CATEGORY = "replace(split_part(i.code, '-', 1), ' ', '') LIKE $branch"


def _branch(need: Need) -> str:
    plain = digits(need.category).rstrip("0") if digits(need.category) else need.category
    return f"{plain}%"


def _prices(connection: duckdb.DuckDBPyConnection, need: Need) -> list[Price]:
    """Unit prices of processes with one award: there the item's price is what the winner got."""
    if not need.category:
        return []
    rows = connection.execute(
        f"""WITH single AS (SELECT source, ocid, any_value(suppliers[1]) AS party, any_value(date) AS day FROM awards
            WHERE coalesce(status, 'active') = 'active' GROUP BY ALL HAVING count(*) = 1)
        SELECT coalesce(s.day, p.date)[:10], i.unit_price, m.supplier FROM items i JOIN single s USING (source, ocid)
        JOIN processes p USING (source, ocid)
        LEFT JOIN mentions m ON m.source = i.source AND m.ocid = i.ocid AND m.party = s.party
        WHERE i.unit_price > 0 AND i.currency = $currency AND ($unit = '' OR i.unit = $unit) AND {_OF_CATEGORY}
        ORDER BY ALL""",
        {"currency": need.currency, "unit": need.unit, "branch": _branch(need)},
    ).fetchall()
    found = []
    for day, amount, supplier in rows:
        try:
            found.append(Price(date.fromisoformat(day or ""), float(amount), supplier or ""))
        except ValueError:
            continue  # a price of an unknown day cannot say where the level is
    return found


def _competition(connection: duckdb.DuckDBPyConnection, need: Need) -> tuple[float, float]:
    """Bids per process of the category and their spread; 3 and 0.1 where nothing is known."""
    rows = connection.execute(
        f"""WITH of_need AS (SELECT DISTINCT source, ocid FROM items i WHERE {_OF_CATEGORY}),
        b AS (SELECT ocid, count(*) AS bids, stddev_samp(ln(amount)) AS spread FROM bids JOIN of_need
            USING (source, ocid) WHERE amount > 0 AND coalesce(status, 'valid') = 'valid' GROUP BY source, ocid)
        SELECT bids, spread FROM b""",
        {"branch": _branch(need)},
    ).fetchall()
    spreads = [spread for bids, spread in rows if bids > 1 and spread]
    bidders = sum(bids for bids, _spread in rows) / len(rows) if rows else 3.0
    return bidders, median(spreads) if spreads else 0.1


def _failure_rate(connection: duckdb.DuckDBPyConnection) -> float:
    row = connection.execute(
        """SELECT count(*) FILTER (status IN ('terminated', 'cancelled', 'complete', 'completed')),
        count(*) FILTER (termination IS NOT NULL OR status = 'cancelled'
            OR (status IN ('terminated', 'complete', 'completed') AND paid < 0.8 * amount)) FROM contracts"""
    ).fetchone()
    ended, failed = row or (0, 0)
    # Few contracts say little: the prior counts as twenty of them.
    return float((failed + 20 * PRIOR_FAILURES) / (ended + 20))


def names_of(places: Places) -> dict[str, str]:
    """Return the supplier of every name in the register."""
    rows = duckdb.execute(
        f"SELECT DISTINCT name, supplier FROM read_parquet('{places.published()}/mentions.parquet')"
    ).fetchall()
    return dict(rows)


def _standing(places: Places, supplier: str, listed: Mapping[str, tuple[str, ...]]) -> Standing:
    try:
        page = evidence(places, supplier)
    except InvalidInput:
        return Standing(supplier, supplier)  # the records do not know it
    said = page.reliability
    days = [str(row["day"]) for row in page.deliveries if row["day"]]
    return Standing(
        page.supplier, str(page.names[0]["name"]),
        said["ended"] + said["early"] + said["short"], said["early"] + said["short"], said["disqualified"],
        max((float(row["share"]) for row in page.buyers if row["share"] is not None), default=0.0),
        listed.get(page.supplier, ()), max(days, default=""),
    )  # fmt: skip


@dataclass(frozen=True)
class Level:
    """Where prices stand: the mean of their logarithms, their standard deviation, and of how many.

    The mean and deviation are robust: median, and 1.4826 × the median distance from it.
    """

    centre: float
    spread: float
    count: int

    @property
    def error(self) -> float:
        """Standard error of the centre: `1.2533 s / √n`, as for a median of a normal sample."""
        return 1.2533 * self.spread / math.sqrt(self.count)


def level(prices: tuple[Price, ...], since: date, until: date) -> Level | None:
    """Return where prices of a window stand, None for fewer than five."""
    logs = sorted(math.log(each.amount) for each in prices if since < each.day <= until)
    if len(logs) < 5:
        return None
    centre = median(logs)
    spread = 1.4826 * median(abs(each - centre) for each in logs)
    return Level(centre, max(spread, 0.01), len(logs))
