"""Who could do this? Suppliers by words of three languages, category, place and size; not for judging them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from pathlib import Path

import tantivy

from secondsource.market import fresh
from secondsource.market.bridge import Bridge
from secondsource.market.index import digits, prefixes, suppliers_schema
from secondsource.market.labels import Labels
from secondsource.market.lemmas import lemmas
from secondsource.market.pages import Pages
from secondsource.market.sizes import size_of

TRANSLATED = 0.9  # weight of a word that stands for one of the query in another language
Rarity = Callable[[str, str], float]  # field, word
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
    country, region
        As the records have them, in any case.
    scale
        A size (`sizes.SIZES`); `sme` finds micro, small and medium firms too.
    """
    narrow = digits(category).rstrip("0") if digits(category) else category
    filters = (("codes", narrow), ("country", country), ("region", region), ("scale", size_of(scale) or scale))
    need = _need(generation, query)
    searcher = _opened(generation)

    def asked(schema: tantivy.Schema, rarity: Rarity | None = None) -> tantivy.Query:
        parts = [(tantivy.Occur.Must, _wanted(need, schema, rarity))]
        for field, value in filters:
            if value:
                term = tantivy.Query.term_query(schema, field, value.casefold())
                parts.append((tantivy.Occur.Must, tantivy.Query.const_score_query(term, 0.0)))
        return tantivy.Query.boolean_query(parts)

    hits = searcher.search(asked(suppliers_schema()), limit).hits
    scores = {str(searcher.doc(address)["supplier"][0]): float(score) for score, address in hits}
    found = _with_evidence(generation, scores)
    newer = fresh.search(generation.parent.parent, lambda schema: asked(schema, partial(_rarity, searcher)), limit)
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


@dataclass(frozen=True)
class _Need:
    """The words of a query, each with what stands for it and how much that counts, and the categories it may mean."""

    words: Mapping[str, Mapping[str, float]]
    codes: Sequence[tuple[str, float]]


def _need(generation: Path, query: str) -> _Need:
    words = {}
    for word in lemmas(query):
        across = _bridge(generation).across(word)
        words[word] = {**{other: TRANSLATED * weight for other, weight in across.items()}, word: 1.0}
    codes = categories(generation, query, limit=5) if words else []
    return _Need(words, [(code, (score / codes[0][1]) ** 2) for code, score in codes])


def _rarity(searcher: tantivy.Searcher, field: str, word: str) -> float:
    """How much a word weighs that stands once in a document of usual length (Robertson's idf, as tantivy has it)."""
    times, count = searcher.doc_freq(field, word), searcher.num_docs
    return math.log(1 + (max(count, times) - times + 0.5) / (times + 0.5))


def _wanted(need: _Need, schema: tantivy.Schema, rarity: Rarity | None) -> tantivy.Query:
    if not need.words:
        return tantivy.Query.all_query()
    itself = {word: {word: 1.0} for word in need.words}
    parts = [
        (tantivy.Occur.Should, _any_of(schema, "text", need.words, rarity)),
        (tantivy.Occur.Should, tantivy.Query.boost_query(_any_of(schema, "names", itself, rarity), 0.2)),
    ]
    for code, weight in need.codes:
        for depth, branch in enumerate(reversed(prefixes(code)[1:])):
            term = tantivy.Query.term_query(schema, "codes", branch)
            parts.append((tantivy.Occur.Should, tantivy.Query.const_score_query(term, 3.0 * weight / (1 + depth))))
    return tantivy.Query.boolean_query(parts)


def _any_of(
    schema: tantivy.Schema, field: str, words: Mapping[str, Mapping[str, float]], rarity: Rarity | None
) -> tantivy.Query:
    """Documents with any of the words, or with one that stands for it in another language, which counts little more.

    `rarity` says what a word weighs where the documents are too few to tell.
    """
    parts = []
    for same in words.values():
        terms = []
        for each, weight in same.items():
            term = tantivy.Query.term_query(schema, field, each)
            if rarity is None:
                terms.append(tantivy.Query.boost_query(term, weight))
            else:
                terms.append(tantivy.Query.const_score_query(term, weight * rarity(field, each)))
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
