"""Releases to tables of processes, parties, items, bids, awards and contracts; not for who is who (`resolve`).

DuckDB reads JSON lines with declared columns, so memory stays small and a field that the declaration does not name
costs nothing. Several releases of one process are compiled column by column: the newest value that is there counts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

_VALUE = "STRUCT(amount VARCHAR, currency VARCHAR)"
_REFERENCE = "STRUCT(id VARCHAR, name VARCHAR)"
_PERIOD = "STRUCT(startDate VARCHAR, endDate VARCHAR)"
COLUMNS = {
    "source": "VARCHAR",
    "ocid": "VARCHAR",
    "id": "VARCHAR",
    "date": "VARCHAR",
    "buyer": _REFERENCE,
    "parties": "STRUCT(id VARCHAR, name VARCHAR, identifier STRUCT(scheme VARCHAR, id VARCHAR), "
    "address STRUCT(countryName VARCHAR, region VARCHAR, locality VARCHAR, streetAddress VARCHAR), "
    "details STRUCT(scale VARCHAR), roles VARCHAR[])[]",
    "tender": f"STRUCT(title VARCHAR, description VARCHAR, status VARCHAR, procurementMethod VARCHAR, "
    "procurementMethodDetails VARCHAR, "
    f"awardCriteria VARCHAR, value {_VALUE}, tenderPeriod {_PERIOD}, items STRUCT(id VARCHAR, description VARCHAR, "
    f"classification STRUCT(scheme VARCHAR, id VARCHAR, description VARCHAR), quantity VARCHAR, "
    f"unit STRUCT(name VARCHAR, value {_VALUE}))[])",
    "bids": f"STRUCT(details STRUCT(id VARCHAR, status VARCHAR, date VARCHAR, value {_VALUE}, "
    f"tenderers {_REFERENCE}[], relatedLots VARCHAR[])[])",
    "awards": f"STRUCT(id VARCHAR, status VARCHAR, date VARCHAR, value {_VALUE}, suppliers {_REFERENCE}[], "
    f"relatedBid VARCHAR, relatedLots VARCHAR[])[]",
    "contracts": f"STRUCT(id VARCHAR, awardID VARCHAR, status VARCHAR, dateSigned VARCHAR, period {_PERIOD}, "
    f"value {_VALUE}, amountPaid {_VALUE}, terminationDetails VARCHAR, changes STRUCT(rationaleTypes VARCHAR[])[])[]",
}
_MONEY = "DECIMAL(24,6)"


def _newest(*columns: str) -> str:
    """The newest value of each column that is there."""
    return ", ".join(f"arg_max({each}, stamp) AS {each}" for each in columns)


def _money(value: str) -> str:
    return f"TRY_CAST({value}.amount AS {_MONEY}) AS amount, nullif({value}.currency, '') AS currency"


def _table(key: str, columns: Sequence[str], rows: str) -> str:
    return f"SELECT source, ocid, {key}, {_newest(*columns)} FROM ({rows}) WHERE {key} IS NOT NULL GROUP BY ALL"


def _as_it_is(query: str) -> str:
    """The same query where every process has one release, so that nothing is compiled."""
    return re.sub(r"arg_max\((\w+), stamp\) AS", r"\1 AS", query).replace("GROUP BY ALL", "")


_STAMP = "coalesce(r.date, '') || coalesce(r.id, '') AS stamp"
TABLES = {
    "processes": "SELECT source, ocid, "
    + _newest(
        "date", "title", "status", "method", "method_details", "criteria", "amount", "currency",
        "start_date", "end_date",
        "buyer", "buyer_name",
    )
    + f""" FROM (SELECT source, ocid, date, {_STAMP},
        coalesce(tender.title, tender.description) AS title, tender.status AS status,
        tender.procurementMethod AS method, tender.procurementMethodDetails AS method_details,
        tender.awardCriteria AS criteria, {_money("tender.value")},
        nullif(tender.tenderPeriod.startDate, '') AS start_date,
        nullif(tender.tenderPeriod.endDate, '') AS end_date,
        buyer.id AS buyer, buyer.name AS buyer_name FROM r) GROUP BY ALL""",
    "parties": _table(
        "party",
        ("name", "scheme", "identifier", "country", "region", "locality", "street", "scale", "roles", "date"),
        f"""SELECT source, ocid, p.id AS party, p.name AS name, nullif(p.identifier.scheme, '') AS scheme,
        nullif(p.identifier.id, '') AS identifier, nullif(p.address.countryName, '') AS country,
        nullif(p.address.region, '') AS region, nullif(p.address.locality, '') AS locality,
        nullif(p.address.streetAddress, '') AS street, p.details.scale AS scale, p.roles AS roles, date, stamp
        FROM (SELECT r.*, {_STAMP}, unnest(parties) AS p FROM r) WHERE p.name IS NOT NULL AND p.name <> ''""",
    ),
    "items": _table(
        "item",
        ("description", "scheme", "code", "label", "quantity", "unit", "unit_price", "currency"),
        f"""SELECT source, ocid, coalesce(i.id, i.description) AS item, i.description AS description,
        i.classification.scheme AS scheme, nullif(i.classification.id, '') AS code,
        i.classification.description AS label,
        TRY_CAST(i.quantity AS {_MONEY}) AS quantity, i.unit.name AS unit,
        TRY_CAST(i.unit.value.amount AS {_MONEY}) AS unit_price, i.unit.value.currency AS currency, stamp
        FROM (SELECT r.*, {_STAMP}, unnest(tender.items) AS i FROM r)""",
    ),
    "bids": _table(
        "bid",
        ("status", "date", "amount", "currency", "tenderers", "lots"),
        f"""SELECT source, ocid, b.id AS bid, b.status AS status, b.date AS date, {_money("b.value")},
        list_transform(b.tenderers, lambda t: t.id) AS tenderers, b.relatedLots AS lots, stamp
        FROM (SELECT r.*, {_STAMP}, unnest(bids.details) AS b FROM r)""",
    ),
    "awards": _table(
        "award",
        ("status", "date", "amount", "currency", "suppliers", "bid", "lots"),
        f"""SELECT source, ocid, a.id AS award, a.status AS status, a.date AS date, {_money("a.value")},
        list_transform(a.suppliers, lambda t: t.id) AS suppliers, a.relatedBid AS bid, a.relatedLots AS lots, stamp
        FROM (SELECT r.*, {_STAMP}, unnest(awards) AS a FROM r)""",
    ),
    "contracts": _table(
        "contract",
        ("award", "status", "signed", "start_date", "end_date", "first_end_date", "amount", "currency", "first_amount",
         "paid", "termination", "changes"),
        f"""SELECT source, ocid, c.id AS contract, c.awardID AS award, c.status AS status, c.dateSigned AS signed,
        c.period.startDate AS start_date, c.period.endDate AS end_date, {_money("c.value")},
        first_value(c.period.endDate IGNORE NULLS) OVER first_seen AS first_end_date,
        first_value(TRY_CAST(c.value.amount AS {_MONEY}) IGNORE NULLS) OVER first_seen AS first_amount,
        TRY_CAST(c.amountPaid.amount AS {_MONEY}) AS paid, nullif(c.terminationDetails, '') AS termination,
        flatten(list_transform(c.changes, lambda x: x.rationaleTypes)) AS changes, stamp
        FROM (SELECT r.*, {_STAMP}, unnest(contracts) AS c FROM r)
        WINDOW first_seen AS (PARTITION BY source, ocid, c.id ORDER BY stamp
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)""",
    ),
}  # fmt: skip


def flatten(files: Sequence[Path], folder: Path, *, source: str = "", threads: int = 2) -> dict[str, int]:
    """Write a Parquet file per table (`TABLES`) of releases in JSON lines, and return how many rows each has.

    Parameters
    ----------
    files
        JSON lines, one release a line, plain or gzip.
    folder
        Where `TABLE.parquet` is written.
    source
        The publisher, where the lines do not name it.

    Raises
    ------
    duckdb.Error
        A line is no JSON, or a field is of another kind than declared; `ingest` reads such files record by record.
    """
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(config={"threads": threads, "memory_limit": "700MB"})
    connection.execute(f"SET temp_directory = '{folder / 'spill'}'; SET preserve_insertion_order = false")
    staged = folder / "releases.staged"
    try:
        columns = {name: kind for name, kind in COLUMNS.items() if name != "source" or not source}
        given = connection.read_json(
            [str(file) for file in files],  # type: ignore[arg-type]  # the stub knows only one file
            columns=columns,
            format="newline_delimited",
            maximum_object_size=64 << 20,
        )
        given.create_view("given")
        named = f"SELECT '{source.replace(chr(39), chr(39) * 2)}' AS source, * FROM given" if source else "FROM given"
        connection.execute(f"COPY ({named}) TO '{staged}' (FORMAT parquet, COMPRESSION lz4)")
        connection.execute(f"CREATE VIEW r AS FROM read_parquet('{staged}')")
        counts = {}
        single = connection.execute("SELECT count(*) = count(DISTINCT (source, ocid)) FROM r").fetchone() == (True,)
        for name, query in TABLES.items():
            path = folder / f"{name}.parquet"
            asked = _as_it_is(query) if single else query
            written = connection.execute(f"COPY ({asked}) TO '{path}' (FORMAT parquet)").fetchone()
            counts[name] = int(written[0]) if written else 0
        return counts
    finally:
        connection.close()
        if staged.exists():
            os.remove(staged)
