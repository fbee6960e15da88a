"""Who could do this? Suppliers by words of three languages, category, place and size; not for judging them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import tantivy

from secondsource.market import fresh
from secondsource.market.bridge import Bridge
from secondsource.market.index import digits, prefixes, suppliers_schema
from secondsource.market.labels import Labels
from secondsource.market.lemmas import lemmas
from secondsource.market.pages import Pages

TRANSLATED = 0.9  # weight of a word that stands for one of the query in another language
TIES = 0.3  # share that further words for the same one of the query add


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


@lru_cache(maxsize=8)
def _opened(generation: Path) -> tantivy.Searcher:
    """The index of a generation; it does not change once it is published."""
    return tantivy.Index(suppliers_schema(), path=str(generation / "suppliers.index")).searcher()


@lru_cache(maxsize=8)
def _bridge(generation: Path) -> Bridge:
    return Bridge(generation)


@lru_cache(maxsize=8)
def _labels(generation: Path) -> Labels:
    return Labels(generation)


def categories(generation: Path, query: str, limit: int = 10) -> list[tuple[str, float]]:
    """Return the category codes whose labels, in any language, are nearest to the query, with scores, best first."""
    return _labels(generation).nearest(query, limit)


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

    Records that came since the last resolve count too (`fresh`).

    Parameters
    ----------
    query
        Words in English, Russian or Ukrainian, in any form; "" for all that the filters leave.
    category
        CPV code or the beginning of one.
    country, region, scale
        As the records have them, in any case.
    """
    narrow = digits(category).rstrip("0") if digits(category) else category
    filters = (("codes", narrow), ("country", country), ("region", region), ("scale", scale))

    def asked(schema: tantivy.Schema) -> tantivy.Query:
        parts = [(tantivy.Occur.Must, _wanted(generation, schema, query))]
        for field, value in filters:
            if value:
                term = tantivy.Query.term_query(schema, field, value.casefold())
                parts.append((tantivy.Occur.Must, tantivy.Query.const_score_query(term, 0.0)))
        return tantivy.Query.boolean_query(parts)

    searcher = _opened(generation)
    hits = searcher.search(asked(suppliers_schema()), limit).hits
    scores = {str(searcher.doc(address)["supplier"][0]): float(score) for score, address in hits}
    found = _with_evidence(generation, scores)
    newer = fresh.search(generation.parent.parent, asked, limit)
    return _with_fresh(generation, found, newer)[:limit] if newer else found


def _with_fresh(generation: Path, hits: list[Hit], newer: dict[str, tuple[float, fresh.Row]]) -> list[Hit]:
    """Hits with what came since the last resolve; a record that is in both stands once, as the resolve has it."""
    old = {each.supplier: each for each in [*hits, *_with_evidence(generation, dict.fromkeys(newer, 0.0))]}
    for supplier, (score, row) in newer.items():
        had = old.get(supplier)
        days = [each for each in (had.first, had.last) if each] if had else []
        days = sorted([*days, *(each for each in row["days"] if each)]) or [""]
        values = [*((currency, str(amount)) for currency, amount in had.values)] if had else []
        old[supplier] = Hit(
            supplier, had.name if had else row["name"], had.country if had else row["country"],
            had.region if had else row["region"], max(score, had.score if had else 0.0),
            row["awards"] + (had.awards if had else 0), fresh.sums([*values, *row["values"]]),
            tuple(dict.fromkeys([*(had.buyers if had else ()), *row["buyers"]])), days[0], days[-1],
            tuple(dict.fromkeys([*row["titles"], *(had.titles if had else ())]))[:3],
        )  # fmt: skip
    return sorted(old.values(), key=lambda each: -each.score)


def _wanted(generation: Path, schema: tantivy.Schema, query: str) -> tantivy.Query:
    words = lemmas(query)
    if not words:
        return tantivy.Query.all_query()
    parts = [
        (tantivy.Occur.Should, _any_of(schema, "text", words, _bridge(generation))),
        (tantivy.Occur.Should, tantivy.Query.boost_query(_any_of(schema, "names", words), 0.2)),
    ]
    codes = categories(generation, query, limit=5)
    for code, score in codes:
        for depth, branch in enumerate(reversed(prefixes(code)[1:])):
            weight = (score / codes[0][1]) ** 2 / (1 + depth)
            term = tantivy.Query.const_score_query(tantivy.Query.term_query(schema, "codes", branch), 3.0 * weight)
            parts.append((tantivy.Occur.Should, term))
    return tantivy.Query.boolean_query(parts)


def _any_of(schema: tantivy.Schema, field: str, words: Sequence[str], bridge: Bridge | None = None) -> tantivy.Query:
    """Documents with any of the words, or with one that stands for it in another language, which counts little more."""
    parts = []
    for word in dict.fromkeys(words):
        same = {other: TRANSLATED * weight for other, weight in bridge.across(word).items()} if bridge else {}
        terms = [
            tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, each), weight)
            for each, weight in {**same, word: 1.0}.items()
        ]
        parts.append((tantivy.Occur.Should, tantivy.Query.disjunction_max_query(terms, TIES)))
    return tantivy.Query.boolean_query(parts) if parts else tantivy.Query.empty_query()


def _with_evidence(generation: Path, scores: dict[str, float]) -> list[Hit]:
    with Pages(generation) as pages:
        found = pages.hits(scores)
    return [
        Hit(id, row["name"], row["country"], row["region"], score, row["awards"],
            tuple((currency, Decimal(amount)) for currency, amount in row["values"]), tuple(row["buyers"]),
            row["first"] or "", row["last"] or "", tuple(row["titles"]))
        for id, score in scores.items()
        if (row := found.get(id))
    ]  # fmt: skip
