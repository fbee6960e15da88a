"""The full-text index of a generation: a document per supplier, and one per label of a category; not for queries."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa
import tantivy

from secondsource.market import labels
from secondsource.market.lemmas import lemmas
from secondsource.market.sizes import found_by


def suppliers_schema() -> tantivy.Schema:
    """Return the fields of a supplier's document."""
    return supplier_fields().build()


def supplier_fields() -> tantivy.SchemaBuilder:
    """Return the fields of a supplier's document, to which others may be added."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("supplier", stored=True, tokenizer_name="raw")
    for field in ("names", "text"):
        builder.add_text_field(field, tokenizer_name="whitespace")
    for field in ("codes", "country", "region", "scale"):
        builder.add_text_field(field, tokenizer_name="raw")
    return builder


def digits(code: str) -> str:
    """Return a CPV code without its check digit.

    >>> digits("45310000-3"), digits("textile")
    ('45310000', '')
    """
    found = code.partition("-")[0]
    return found if len(found) == 8 and found.isdigit() else ""


def prefixes(code: str) -> list[str]:
    """Return the branches of the category tree that a code is in, the widest first.

    >>> prefixes("45310000-3")
    ['45', '453', '4531']
    """
    found = digits(code).rstrip("0")
    return [found[:length] for length in range(2, len(found) + 1)] or ([digits(code)[:2]] if digits(code) else [])


def build(generation: Path, lists: Path, *, threads: int = 2) -> None:
    """Write the indexes of a generation beside its tables."""
    build_labels(generation, lists)
    place = generation / "suppliers.index"
    place.mkdir()
    writer = tantivy.Index(suppliers_schema(), path=str(place)).writer(128_000_000, 1)
    with closing(_tables(generation, threads)) as connection:
        connection.execute(f"CREATE VIEW mentions AS FROM read_parquet('{generation}/mentions.parquet')")
        _add(writer, connection)
    writer.commit()
    writer.wait_merging_threads()


def update(generation: Path, earlier: Path, suppliers: pa.Table, *, threads: int = 2) -> None:
    """Write the index of a generation that is another with some suppliers changed (a column `supplier`)."""
    place = generation / "suppliers.index"
    place.mkdir()
    for each in (earlier / "suppliers.index").iterdir():
        if not each.name.endswith(".lock"):
            os.link(each, place / each.name)  # a segment is never written to again; what may change is replaced whole
    writer = tantivy.Index(suppliers_schema(), path=str(place)).writer(128_000_000, 1)
    for supplier in suppliers["supplier"].to_pylist():
        writer.delete_documents_by_term("supplier", supplier)
    with closing(_tables(generation, threads)) as connection:
        connection.register("chosen", suppliers)
        connection.execute(f"""CREATE VIEW mentions AS
            SELECT m.* FROM read_parquet('{generation}/mentions.parquet') m SEMI JOIN chosen USING (supplier)""")
        _add(writer, connection)
    writer.commit()
    writer.wait_merging_threads()


def _tables(generation: Path, threads: int) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": threads, "memory_limit": "4GB"})
    connection.execute(f"SET temp_directory = '{generation / 'spill'}'")
    for table in ("parties", "items", "processes"):
        connection.execute(f"CREATE VIEW {table} AS FROM read_parquet('{generation}/{table}.parquet')")
    return connection


def _add(writer: tantivy.IndexWriter, connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(_DOCUMENTS)
    while rows := found.fetchmany(10_000):
        for supplier, *fields in rows:
            writer.add_document(document(supplier, *(each or () for each in fields)))


def document(
    supplier: str,
    names: Iterable[str],
    countries: Iterable[str],
    regions: Iterable[str],
    scales: Iterable[str],
    texts: Iterable[str],
    codes: Iterable[str],
) -> tantivy.Document:
    """Return what is indexed of a supplier: its names, and what it won, bid for or is listed with."""
    return tantivy.Document(
        supplier=[supplier],
        names=sorted({" ".join(lemmas(each)) for each in names}),
        text=sorted({" ".join(lemmas(each)) for each in texts if each}),
        codes=sorted({branch for each in codes if each for branch in prefixes(each)}),
        country=sorted({each.lower() for each in countries if each}),
        region=sorted({each.lower() for each in regions if each}),
        scale=sorted({size for each in scales if each for size in found_by(each)}),
    )


_DOCUMENTS = """WITH m AS (SELECT DISTINCT * FROM mentions),
    who AS (SELECT m.supplier, list(DISTINCT m.name) AS names, list(DISTINCT m.country) AS countries,
        list(DISTINCT m.region) AS regions, list(DISTINCT p.scale) AS scales
        FROM m LEFT JOIN parties p USING (source, ocid, party) GROUP BY m.supplier),
    said AS (SELECT m.supplier, p.title AS text FROM m JOIN processes p USING (source, ocid)
        UNION SELECT m.supplier, unnest([i.description, i.label]) FROM m JOIN items i USING (source, ocid)),
    what AS (SELECT supplier, list(DISTINCT text) FILTER (text <> '') AS texts FROM said GROUP BY supplier),
    kinds AS (SELECT m.supplier, list(DISTINCT i.code) FILTER (i.code <> '') AS codes
        FROM m JOIN items i USING (source, ocid) GROUP BY m.supplier)
    SELECT supplier, names, countries, regions, scales, texts, codes
    FROM who LEFT JOIN what USING (supplier) LEFT JOIN kinds USING (supplier) ORDER BY supplier"""


def build_labels(generation: Path, lists: Path) -> None:
    """Write the index of the labels of categories: imported ones of every language, and those of records."""
    rows = duckdb.execute(
        f"""SELECT DISTINCT code, label, '' FROM read_parquet('{generation}/items.parquet')
        WHERE label <> '' AND code <> ''"""
    ).fetchall()
    for path in sorted(lists.glob("cpv-*.json")):
        language = path.stem.partition("-")[2]
        rows += [(*each, language) for each in json.loads(path.read_text("utf-8"))["codes"].items()]
    labels.build(generation, ((digits(code), label, language) for code, label, language in rows if digits(code)))
