"""Who could do this? Suppliers by words of three languages, category, place and size; not for judging them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb
import tantivy

from secondsource.market.index import digits, labels_schema, prefixes, suppliers_schema
from secondsource.market.lemmas import lemmas


@dataclass(frozen=True)
class Hit:
    """A supplier that was found, and what speaks for it: awards won, their values by currency, buyers and dates."""

    supplier: str
    name: str
    country: str
    region: str
    score: float
    awards: int
    values: tuple[tuple[str, Decimal], ...]
    buyers: tuple[str, ...]
    first: str
    last: str
    titles: tuple[str, ...]


def categories(generation: Path, query: str, limit: int = 10) -> list[tuple[str, float]]:
    """Return the category codes whose labels, in any language, are nearest to the query, with scores, best first."""
    searcher = tantivy.Index(labels_schema(), path=str(generation / "labels.index"))
    searcher.reload()
    found = _any_of(labels_schema(), "text", lemmas(query))
    best: dict[str, float] = {}
    reader = searcher.searcher()
    for score, address in reader.search(found, limit * 3).hits:
        code = str(reader.doc(address)["code"][0])
        best.setdefault(code, float(score))  # hits come best first; labels of several languages count once
    return list(best.items())[:limit]


def search(
    generation: Path,
    query: str,
    *,
    category: str = "",
    country: str = "",
    region: str = "",
    scale: str = "",
    limit: int = 10,
) -> list[Hit]:
    """Return the suppliers nearest to the query, best first, each with what it won.

    Parameters
    ----------
    query
        Words in English, Russian or Ukrainian, in any form; "" for all that the filters leave.
    category
        CPV code or the beginning of one.
    country, region, scale
        As the records have them, in any case.
    """
    schema = suppliers_schema()
    searcher = tantivy.Index(schema, path=str(generation / "suppliers.index")).searcher()
    parts = [(tantivy.Occur.Must, _wanted(generation, schema, query))]
    narrow = digits(category).rstrip("0") if digits(category) else category
    for field, value in (("codes", narrow), ("country", country), ("region", region), ("scale", scale)):
        if value:
            term = tantivy.Query.term_query(schema, field, value.casefold())
            parts.append((tantivy.Occur.Must, tantivy.Query.const_score_query(term, 0.0)))
    found = searcher.search(tantivy.Query.boolean_query(parts), limit).hits
    scores = {str(searcher.doc(address)["supplier"][0]): float(score) for score, address in found}
    return _with_evidence(generation, scores)


def _wanted(generation: Path, schema: tantivy.Schema, query: str) -> tantivy.Query:
    words = lemmas(query)
    if not words:
        return tantivy.Query.all_query()
    parts = [
        (tantivy.Occur.Should, _any_of(schema, "text", words)),
        (tantivy.Occur.Should, tantivy.Query.boost_query(_any_of(schema, "names", words), 0.2)),
    ]
    codes = categories(generation, query, limit=5)
    for code, score in codes:
        for depth, branch in enumerate(reversed(prefixes(code)[1:])):
            weight = (score / codes[0][1]) ** 2 / (1 + depth)
            term = tantivy.Query.const_score_query(tantivy.Query.term_query(schema, "codes", branch), 3.0 * weight)
            parts.append((tantivy.Occur.Should, term))
    return tantivy.Query.boolean_query(parts)


def _any_of(schema: tantivy.Schema, field: str, words: Sequence[str]) -> tantivy.Query:
    terms = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, field, each)) for each in dict.fromkeys(words)]
    return tantivy.Query.boolean_query(terms) if terms else tantivy.Query.empty_query()


def _with_evidence(generation: Path, scores: dict[str, float]) -> list[Hit]:
    here = f"read_parquet('{generation}"
    rows = duckdb.execute(
        f"""WITH m AS (SELECT * FROM {here}/mentions.parquet') WHERE list_contains($suppliers, supplier)),
        won AS (SELECT DISTINCT m.supplier, a.source, a.ocid, a.award, a.amount, a.currency,
                coalesce(a.date, p.date) AS day, p.buyer_name, p.title
                FROM m JOIN {here}/awards.parquet') a USING (source, ocid)
                JOIN {here}/processes.parquet') p USING (source, ocid)
                WHERE list_contains(a.suppliers, m.party) AND coalesce(a.status, 'active') = 'active'),
        name AS (SELECT supplier, mode(name) AS name, mode(country) AS country, mode(region) AS region
            FROM m GROUP BY supplier),
        value AS (SELECT supplier, currency, sum(amount) AS amount FROM won WHERE amount IS NOT NULL GROUP BY ALL)
        SELECT name.supplier, name.name, country, region, (SELECT count(*) FROM won WHERE won.supplier = name.supplier),
          (SELECT list((currency, amount) ORDER BY currency) FROM value WHERE value.supplier = name.supplier),
          (SELECT list(DISTINCT buyer_name ORDER BY buyer_name) FROM won WHERE won.supplier = name.supplier),
          (SELECT min(day) FROM won WHERE won.supplier = name.supplier),
          (SELECT max(day) FROM won WHERE won.supplier = name.supplier),
          (SELECT list(DISTINCT title ORDER BY title) FROM won WHERE won.supplier = name.supplier)
        FROM name""",
        {"suppliers": list(scores)},
    ).fetchall()
    found = {row[0]: row for row in rows}
    return [
        Hit(id, row[1], row[2], row[3], scores[id], row[4], tuple((a or "", b) for a, b in row[5] or ()),
            tuple(each for each in row[6] or () if each), (row[7] or "")[:10], (row[8] or "")[:10],
            tuple(each for each in row[9] or () if each)[:3])
        for id in scores
        if (row := found.get(id))
    ]  # fmt: skip
