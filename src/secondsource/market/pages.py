"""The rows of every supplier's page, written once for each generation so that a page is a keyed read; not for meaning.

`pages.sqlite` stands beside the tables of a generation. Sums, shares and medians are worked out here for all suppliers
in one go by DuckDB; what a row means is said where it is read (`evidence`, `search`).

The median of what others ask for an item leaves out the supplier's own offers. Offers of one category, unit and
currency are kept in rising order with their place; the middle of the others is as many places up as own ones precede.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

Row = dict[str, Any]
FILE = "pages.sqlite"
MONEY = ("amount", "paid", "unit_price")  # kept as text, read as Decimal
LISTS = ("sources", "values", "buyers", "titles")  # kept as JSON
_WON = """CREATE TABLE won AS SELECT DISTINCT m.supplier, a.source, a.ocid, a.award, a.date, a.amount, a.currency
    FROM (SELECT *, unnest(suppliers) AS party FROM awards WHERE coalesce(status, 'active') = 'active') a
    JOIN m USING (source, ocid, party);
"""
_PRICED = """
CREATE TABLE priced AS SELECT i.source, i.ocid, i.description, i.code, i.unit, i.currency, i.unit_price,
    row_number() OVER (PARTITION BY i.code, i.unit, i.currency ORDER BY i.unit_price, i.source, i.ocid, i.item) - 1
        AS place
    FROM priceable i JOIN (SELECT source, ocid FROM awards WHERE coalesce(status, 'active') = 'active'
        GROUP BY ALL HAVING count(*) = 1) USING (source, ocid)
    WHERE unit_price > 0 AND code IS NOT NULL AND unit IS NOT NULL AND i.currency IS NOT NULL;
"""
# Of all suppliers.
_EVERY = f"""
CREATE VIEW m AS SELECT DISTINCT * FROM mentions;
{_WON}
CREATE VIEW priceable AS FROM items;
{_PRICED}
CREATE VIEW takers AS FROM won;
"""
# Of the suppliers in `chosen`, and of all where their prices are of the kinds in `moved`.
_CHOSEN = f"""
CREATE VIEW m AS SELECT DISTINCT mentions.* FROM mentions SEMI JOIN chosen USING (supplier);
{_WON}
CREATE VIEW priceable AS SELECT items.* FROM items SEMI JOIN (SELECT code, unit, currency FROM moved
    UNION SELECT code, unit, i.currency FROM items i JOIN won USING (source, ocid)) USING (code, unit, currency);
{_PRICED}
CREATE VIEW takers AS SELECT supplier, source, ocid FROM mentions JOIN (
    SELECT source, ocid, unnest(suppliers) AS party FROM awards WHERE coalesce(status, 'active') = 'active')
    USING (source, ocid, party) SEMI JOIN priced USING (source, ocid);
"""
# A contract of Prozorro's own feed comes beside the tender's row for it; the row that says more counts.
TABLES = {
    "names": """SELECT supplier, name, identifier, country, region, locality,
        list(DISTINCT source ORDER BY source) AS sources, count(DISTINCT ocid) AS processes, min(mention) AS mention
        FROM m GROUP BY ALL ORDER BY supplier, processes DESC, name""",
    "deliveries": """SELECT w.supplier, w.source, w.ocid, p.title, p.buyer_name AS buyer, w.award,
        coalesce(c.amount, w.amount) AS amount, coalesce(c.currency, w.currency) AS currency,
        coalesce(c.signed, w.date)[:10] AS day, c.contract, c.status, c.start_date[:10] AS start_date,
        c.end_date[:10] AS end_date, c.termination, c.paid,
        c.end_date > c.first_end_date OR list_contains(c.changes, 'durationExtension') AS prolonged,
        c.amount > c.first_amount OR list_contains(c.changes, 'itemPriceVariation') AS dearer
        FROM won w JOIN processes p USING (source, ocid) LEFT JOIN (
            SELECT ocid, award, contract, status, signed, start_date, end_date, first_end_date, amount, currency,
                first_amount, paid, termination, changes FROM contracts
            QUALIFY row_number() OVER (PARTITION BY ocid, contract
                ORDER BY (termination IS NOT NULL)::INT + (paid IS NOT NULL)::INT + (changes IS NOT NULL)::INT DESC,
                    source) = 1
        ) c ON c.ocid = w.ocid AND c.award = w.award
        ORDER BY w.supplier, day DESC NULLS LAST, w.ocid, w.award, c.contract""",
    "own_prices": """SELECT DISTINCT w.supplier, p.* FROM priced p JOIN takers w USING (source, ocid)
        ORDER BY w.supplier, code, unit, p.currency, place""",
    "buyers": """SELECT *, amount / sum(amount) OVER (PARTITION BY supplier, currency) AS share FROM (
            SELECT w.supplier, p.buyer_name AS buyer, w.currency, count(*) AS awards, sum(w.amount) AS amount
            FROM won w JOIN processes p USING (source, ocid) WHERE w.amount IS NOT NULL
            GROUP BY w.supplier, p.buyer_name, w.currency)
        ORDER BY supplier, currency, share DESC, buyer""",
    "lost": """SELECT supplier, coalesce(bids, 0) AS bids, coalesce(disqualified, 0) AS disqualified,
            coalesce(taken_back, 0) AS taken_back FROM (
            SELECT m.supplier, count(DISTINCT (b.source, b.ocid, b.bid)) AS bids,
                count(DISTINCT (b.source, b.ocid, b.bid)) FILTER (b.status IN ('disqualified', 'unsuccessful'))
                    AS disqualified
            FROM (SELECT *, unnest(tenderers) AS party FROM bids) b JOIN m USING (source, ocid, party) GROUP BY ALL
        ) FULL JOIN (
            SELECT m.supplier, count(DISTINCT (a.source, a.ocid, a.award)) AS taken_back
            FROM (SELECT *, unnest(suppliers) AS party FROM awards WHERE status IN ('cancelled', 'unsuccessful')) a
            JOIN m USING (source, ocid, party) GROUP BY ALL
        ) USING (supplier) ORDER BY supplier""",
    "flags": """SELECT DISTINCT m.supplier, f.code, f.source, f.ocid, f.party, f.value FROM flags f
            JOIN m ON m.source = f.source AND m.ocid = f.ocid
        UNION SELECT DISTINCT m.supplier, f.code, f.source, f.ocid, f.party, f.value FROM flags f
            JOIN m ON m.party = f.party WHERE f.ocid = ''
        ORDER BY ALL""",
    "hits": """WITH n AS (SELECT supplier, mode(name ORDER BY name) AS name,
            mode(country ORDER BY country) AS country, mode(region ORDER BY region) AS region
            FROM m GROUP BY supplier),
        w AS (SELECT won.*, coalesce(won.date, p.date)[:10] AS day, p.buyer_name, p.title
            FROM won JOIN processes p USING (source, ocid)),
        v AS (SELECT supplier, list([coalesce(currency, ''), amount::VARCHAR] ORDER BY currency) AS sums FROM (
            SELECT supplier, currency, sum(amount) AS amount FROM w WHERE amount IS NOT NULL GROUP BY ALL)
            GROUP BY supplier),
        e AS (SELECT supplier, count(*) AS awards, min(day) AS first, max(day) AS last,
            list(DISTINCT buyer_name ORDER BY buyer_name) FILTER (buyer_name <> '') AS buyers,
            list(DISTINCT title ORDER BY title) FILTER (title <> '') AS titles FROM w GROUP BY supplier)
        SELECT n.supplier, n.name, n.country, n.region, coalesce(e.awards, 0) AS awards, v.sums AS "values",
            e.buyers[:50] AS buyers, e.first, e.last, e.titles[:3] AS titles
        FROM n LEFT JOIN e USING (supplier) LEFT JOIN v USING (supplier) ORDER BY n.supplier""",
}  # fmt: skip
_OFFERS = "SELECT code, unit, currency, place, unit_price::VARCHAR FROM priced ORDER BY code, unit, currency, place"
_PARQUET = ("processes", "parties", "items", "bids", "awards", "contracts", "mentions", "flags")


def write(generation: Path, *, threads: int = 2) -> None:
    """Write the pages of a generation beside its tables."""
    with closing(_tables(generation, threads)) as connection, closing(_opened(generation)) as pages:
        connection.execute(_EVERY)
        for table, query in TABLES.items():
            found = connection.execute(query)
            names = [each[0] for each in found.description or []]
            columns = ", ".join(f'"{name}"' for name in names)
            pages.execute(f"CREATE TABLE {table} ({columns})")
            _insert(pages, table, found)
            pages.execute(f"CREATE INDEX {table}_of ON {table} (supplier)")
        pages.execute(
            "CREATE TABLE offers (code, unit, currency, place INTEGER, unit_price, "
            "PRIMARY KEY (code, unit, currency, place)) WITHOUT ROWID"
        )
        pages.executemany("INSERT INTO offers VALUES (?,?,?,?,?)", _batches(connection.execute(_OFFERS)))
        pages.commit()


def update(generation: Path, earlier: Path, suppliers: pa.Table, kinds: pa.Table, *, threads: int = 2) -> None:
    """Write the pages of a generation that is another with some suppliers changed.

    Parameters
    ----------
    suppliers
        Those whose rows may differ: a column `supplier`.
    kinds
        Categories, units and currencies in which offers changed: columns `code`, `unit`, `currency`.
    """
    shutil.copyfile(earlier / FILE, generation / FILE)
    with closing(_tables(generation, threads)) as connection, closing(_opened(generation)) as pages:
        connection.register("chosen", suppliers)
        connection.register("moved", kinds)
        connection.execute(_CHOSEN)
        pages.execute("CREATE TEMP TABLE chosen (supplier PRIMARY KEY) WITHOUT ROWID")
        pages.executemany("INSERT INTO chosen VALUES (?)", zip(suppliers["supplier"].to_pylist(), strict=True))
        pages.execute(
            "CREATE TEMP TABLE moved (code, unit, currency, PRIMARY KEY (code, unit, currency)) WITHOUT ROWID"
        )
        pages.executemany("INSERT INTO moved VALUES (?,?,?)", connection.execute("FROM moved").fetchall())
        pages.execute("DELETE FROM own_prices WHERE (code, unit, currency) IN (SELECT * FROM moved)")
        pages.execute("DELETE FROM offers WHERE (code, unit, currency) IN (SELECT * FROM moved)")
        for table, query in TABLES.items():
            pages.execute(f"DELETE FROM {table} WHERE supplier IN (SELECT supplier FROM chosen)")
            if table == "own_prices":
                query = f"""FROM ({query}) WHERE supplier IN (FROM chosen)
                    OR (code, unit, currency) IN (SELECT (code, unit, currency) FROM moved)
                    ORDER BY supplier, code, unit, currency, place"""
            _insert(pages, table, connection.execute(query))
        changed = f"SELECT o.* FROM ({_OFFERS}) o SEMI JOIN moved USING (code, unit, currency)"
        pages.executemany("INSERT INTO offers VALUES (?,?,?,?,?)", _batches(connection.execute(changed)))
        pages.commit()


def _tables(generation: Path, threads: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": threads, "memory_limit": "4GB"})
    connection.execute(f"SET temp_directory = '{generation / 'spill'}'")
    for table in _PARQUET:
        connection.execute(f"CREATE VIEW {table} AS FROM read_parquet('{generation}/{table}.parquet')")
    return connection


def _opened(generation: Path) -> sqlite3.Connection:
    """The pages of a generation that nobody reads yet: what a fault leaves of them is thrown away."""
    pages = sqlite3.connect(generation / FILE)
    pages.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000")
    return pages


def _insert(pages: sqlite3.Connection, table: str, found: duckdb.DuckDBPyConnection) -> None:
    names = [each[0] for each in found.description or []]
    pages.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(names))})", _plain(found, names))


def _batches(found: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := found.fetchmany(20_000):
        yield from rows


def _plain(found: duckdb.DuckDBPyConnection, names: Sequence[str]) -> Iterator[list[Any]]:
    """Rows as SQLite keeps them: lists as JSON, money as text."""
    lists = [place for place, name in enumerate(names) if name in LISTS]
    money = [place for place, name in enumerate(names) if name in MONEY]
    for row in _batches(found):
        cells = list(row)
        for place in lists:
            cells[place] = json.dumps(cells[place] or [], ensure_ascii=False)
        for place in money:
            cells[place] = None if cells[place] is None else str(cells[place])
        yield cells


class Pages:
    """The rows of the pages of one generation; open it with `with`."""

    def __init__(self, generation: Path) -> None:
        self._connection = sqlite3.connect(f"file:{generation / FILE}?mode=ro&immutable=1", uri=True)
        self._connection.row_factory = sqlite3.Row

    def __enter__(self) -> Pages:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def rows(self, table: str, supplier: str) -> list[Row]:
        """Return the rows of a supplier in one of the tables, in their order."""
        found = self._connection.execute(f"SELECT * FROM {table} WHERE supplier = ? ORDER BY rowid", (supplier,))
        return [_row(each) for each in found]

    def hits(self, suppliers: Iterable[str]) -> dict[str, Row]:
        """Return the row of each supplier that speaks for it in a search."""
        asked = list(suppliers)
        marks = ", ".join("?" * len(asked))
        found = self._connection.execute(f"SELECT * FROM hits WHERE supplier IN ({marks})", asked)
        return {each["supplier"]: _row(each) for each in found}

    def others_median(self, kind: tuple[str, str, str], own: Sequence[int]) -> tuple[Decimal, int] | None:
        """Return the median of a kind's offers but those at the places `own` (rising), and how many they are."""
        last = self._connection.execute(
            "SELECT max(place) FROM offers WHERE code=? AND unit=? AND currency=?", kind
        ).fetchone()[0]
        count = last + 1 - len(own)
        if count < 1:
            return None
        middle = {(count - 1) // 2, count // 2}
        prices = []
        for place in middle:
            for each in own:
                place += each <= place  # an own offer before it moves it one up
            prices.append(
                self._connection.execute(
                    "SELECT unit_price FROM offers WHERE code=? AND unit=? AND currency=? AND place=?", (*kind, place)
                ).fetchone()[0]
            )
        return sum(map(Decimal, prices), Decimal()) / len(prices), count


def _row(found: sqlite3.Row) -> Row:
    row = dict(found)
    row.pop("supplier")
    for name in row.keys() & set(LISTS):
        row[name] = json.loads(row[name])
    for name in row.keys() & set(MONEY):
        row[name] = None if row[name] is None else Decimal(row[name])
    return row
