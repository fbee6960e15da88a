"""The full-text index of a generation: a document per supplier, and one per label of a category; not for queries."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import duckdb
import tantivy

from secondsource.market.lemmas import lemmas


def suppliers_schema() -> tantivy.Schema:
    """Return the fields of a supplier's document."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("supplier", stored=True, tokenizer_name="raw")
    for field in ("names", "text"):
        builder.add_text_field(field, tokenizer_name="whitespace")
    for field in ("codes", "country", "region", "scale"):
        builder.add_text_field(field, tokenizer_name="raw")
    return builder.build()


def labels_schema() -> tantivy.Schema:
    """Return the fields of a label's document."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("code", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", tokenizer_name="whitespace")
    return builder.build()


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


def build(generation: Path, lists: Path) -> None:
    """Write the index of a generation beside its tables."""
    _build_labels(generation, lists)
    place = generation / "suppliers.index"
    place.mkdir()
    writer = tantivy.Index(suppliers_schema(), path=str(place)).writer(64_000_000, 1)
    for supplier, fields in sorted(_documents(generation).items()):
        writer.add_document(
            tantivy.Document(supplier=[supplier], **{name: sorted(each) for name, each in fields.items()})
        )
    writer.commit()
    writer.wait_merging_threads()


def _documents(generation: Path) -> dict[str, dict[str, set[str]]]:
    """What is known of each supplier in words: its names, and what it won, bid for or is listed with."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    here = f"read_parquet('{generation}"
    rows = duckdb.execute(
        f"""SELECT DISTINCT m.supplier, m.name, lower(m.country), lower(m.region), p.scale
        FROM {here}/mentions.parquet') m
        JOIN {here}/parties.parquet') p USING (source, ocid, party)"""
    ).fetchall()
    for supplier, name, country, region, scale in rows:
        fields = found[supplier]
        fields["names"].add(" ".join(lemmas(name)))
        for field, value in (("country", country), ("region", region), ("scale", scale)):
            if value:
                fields[field].add(value)
    texts = duckdb.execute(
        f"""SELECT DISTINCT m.supplier, i.description, i.label, i.code FROM {here}/mentions.parquet') m
        JOIN {here}/items.parquet') i USING (source, ocid)
        UNION SELECT DISTINCT m.supplier, p.title, NULL, NULL FROM {here}/mentions.parquet') m
        JOIN {here}/processes.parquet') p USING (source, ocid) WHERE p.title IS NOT NULL"""
    ).fetchall()
    for supplier, description, label, code in texts:
        found[supplier]["text"].update(" ".join(lemmas(each)) for each in (description, label) if each)
        found[supplier]["codes"].update(prefixes(code or ""))
    return found


def _build_labels(generation: Path, lists: Path) -> None:
    """The bridge from words to categories: imported labels in every language, and those that records carry."""
    place = generation / "labels.index"
    place.mkdir()
    writer = tantivy.Index(labels_schema(), path=str(place)).writer(32_000_000, 1)
    rows = duckdb.execute(
        f"SELECT DISTINCT code, label FROM read_parquet('{generation}/items.parquet') WHERE label <> '' AND code <> ''"
    ).fetchall()
    for path in sorted(lists.glob("cpv-*.json")):
        rows += list(json.loads(path.read_text("utf-8"))["codes"].items())
    for code, label in rows:
        if digits(code):
            writer.add_document(tantivy.Document(code=[digits(code)], text=[" ".join(lemmas(label))]))
    writer.commit()
    writer.wait_merging_threads()
