"""How alike the names of suppliers and of a list's entries are; not for what follows from it (`screening`).

The words a, b of two names A, B are compared by edits (a letter left out, put in, changed, or two exchanged):

    s(a, b) = 1 − d(a, b) / max(|a|, |b|), or 0 below 0.7; words of three letters or fewer must be equal
    covered(A, B) = Σ_{a in A} |a| · max_{b in B} s(a, b) / Σ_{a in A} |a|
    likeness(A, B) = max( min(covered(A, B), covered(B, A)),        order of words does not matter
                          s(A joined, B joined),                    nor where a word is split
                          0.8 · max(covered(A, B), covered(B, A)) ) nor a middle name, where two long words are shared

A name is read twice: as it is written, and without legal forms, each in one Latin spelling (`names.skeleton`). Pairs
are looked at where one of the entry's two rarest words, or the whole name, is at most one or two edits away.

References: Damerau (1964), doi:10.1145/363958.363994; neighbours by deletions: Bocek, Hunt and Stiller (2007).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from secondsource.market.names import skeleton, words

# Fixed on one half of the published names and confirmed on the other: benchmarks/bench_screening.py, docs/methods.
THRESHOLD = 0.78
ADDED = 0.8


@dataclass(frozen=True)
class Likeness:
    """Two names by the keys they were given under, how alike they are, 0..1, and the words that are not the same."""

    query: str
    query_name: str
    entry: str
    entry_name: str
    score: float
    changed: tuple[tuple[str, str], ...]


_KEPT_MARKS = range(0x0900, 0x0E80)  # Indic and Thai vowels are marks, and part of the word


def letters(name: str) -> list[str]:
    """Return the words of a name as they are written, in one spelling, in their order.

    >>> letters("AKSYONOV, Sergey"), letters("Аксёнов Сергей"), letters("‘Abd al-Rahman")
    (['ahenov', 'serhi'], ['ahenov', 'serhi'], ['abd', 'al', 'rahman'])
    """
    found = []
    for letter in unicodedata.normalize("NFKC", name).casefold():
        if letter in "'’‘`ʼ\u0301":
            continue
        if "\u0400" <= letter <= "\u04ff" or "가" <= letter <= "힣":
            found.append(letter)
            continue
        for part in unicodedata.normalize("NFD", letter):
            kind = unicodedata.category(part)
            if kind[0] in "LN" or (kind[0] == "M" and ord(part) in _KEPT_MARKS):
                found.append(part)
            elif kind[0] != "M":
                found.append(" ")
    return [skeleton(each) or each for each in "".join(found).split()]


def _readings(name: str, person: bool) -> list[list[str]]:
    """A name as it is written and, unless it is known to be a person's, without legal forms."""
    written = letters(name)
    bare = [] if person else list(words(name))
    return [written] if not bare or sorted(bare) == sorted(set(written)) else [written, bare]


def _table(names: Iterable[tuple[str, str, bool]]) -> pa.Table:
    columns: dict[str, list[object]] = {"key": [], "name": [], "words": [], "joined": [], "sorted": []}
    for key, name, person in names:
        for found in _readings(name, person):
            if found:
                row = (key, name, found, "".join(found), "".join(sorted(found)))
                for column, value in zip(columns.values(), row, strict=True):
                    column.append(value)
    kinds = [pa.string(), pa.string(), pa.list_(pa.string()), pa.string(), pa.string()]
    return pa.table([pa.array(each, kind) for each, kind in zip(columns.values(), kinds, strict=True)], list(columns))


_MACROS = """
CREATE MACRO near(a, b) AS CASE WHEN a = b THEN 1.0 WHEN least(length(a), length(b)) < 4 THEN 0
    ELSE 1 - damerau_levenshtein(a, b) / greatest(length(a), length(b))::DOUBLE END;
CREATE MACRO close(a, b) AS CASE WHEN near(a, b) >= 0.7 THEN near(a, b) ELSE 0 END;
CREATE MACRO covered(a, b) AS list_sum(list_transform(a, lambda x: length(x) * list_max(
    list_transform(b, lambda y: close(x, y))))) / list_sum(list_transform(a, lambda x: length(x)));
CREATE MACRO without_one(w, least) AS list_append(list_transform(CASE WHEN length(w) >= least
    THEN range(1, length(w) + 1) ELSE [] END, lambda i: w[:i - 1] || w[i + 1:]), w);
CREATE MACRO long_words(a) AS len(list_filter(a, lambda x: length(x) >= 4));
"""
_CANDIDATES = """
CREATE TABLE near_words AS SELECT DISTINCT q.w AS a, e.w AS b FROM
    (SELECT w, unnest(without_one(w, 4)) AS v FROM (SELECT DISTINCT unnest(words) AS w FROM q)) q JOIN
    (SELECT w, unnest(without_one(w, 4)) AS v FROM (SELECT DISTINCT unnest(words) AS w FROM e)) e USING (v);
CREATE TABLE often AS SELECT w, count(*) AS times FROM (SELECT unnest(words) AS w FROM e) GROUP BY w;
CREATE TABLE rare AS SELECT n, w FROM (SELECT n, unnest(words) AS w FROM e) JOIN often USING (w)
    QUALIFY row_number() OVER (PARTITION BY n ORDER BY times, length(w) DESC, w) <= 2;
CREATE TABLE candidates AS
    SELECT s.n AS qn, rare.n AS en FROM rare JOIN near_words ON near_words.b = rare.w
        JOIN (SELECT n, unnest(words) AS w FROM q) s ON s.w = near_words.a
    UNION
    SELECT a.n, b.n FROM (SELECT n, unnest(without_one(joined, 4)) AS v FROM q) a
        JOIN (SELECT n, unnest(without_one(joined, 4)) AS v FROM e) b USING (v);
"""
_SCORED = f"""
WITH compared AS (SELECT q.key AS query, q.name AS query_name, q.words AS qw, e.key AS entry, e.name AS entry_name,
        e.words AS ew, covered(q.words, e.words) AS forth, covered(e.words, q.words) AS back,
        greatest(near(q.joined, e.joined), near(q.sorted, e.sorted)) AS whole
    FROM candidates JOIN q ON q.n = qn JOIN e ON e.n = en)
SELECT query, query_name, qw, entry, entry_name, ew, greatest(whole, least(forth, back),
        CASE WHEN least(long_words(qw), long_words(ew)) >= 2 THEN {ADDED} * greatest(forth, back) ELSE 0 END) AS score
FROM compared WHERE score >= $threshold
QUALIFY row_number() OVER (PARTITION BY query, entry ORDER BY score DESC, query_name, entry_name) = 1
ORDER BY score DESC, query, entry
"""


def likenesses(
    queries: Sequence[tuple[str, str, bool]],
    entries: Sequence[tuple[str, str, bool]],
    *,
    threshold: float = THRESHOLD,
    threads: int = 2,
) -> list[Likeness]:
    """Return the pairs of a query and an entry of likeness `threshold` or more, each once with its likest names.

    Parameters
    ----------
    queries, entries
        A key, a name, and whether it is known to be a person's, so that nothing in it is a legal form; a key may have
        several names.

    Notes
    -----
    A pair's likeness does not depend on which other queries there are.
    """
    if not queries or not entries:
        return []
    connection = duckdb.connect(config={"threads": threads, "memory_limit": "4GB"})
    try:
        connection.execute(_MACROS)
        for name, given in (("q", queries), ("e", entries)):
            connection.register("given", _table(given))
            connection.execute(f"CREATE TABLE {name} AS SELECT row_number() OVER () AS n, * FROM given")
            connection.unregister("given")
        connection.execute(_CANDIDATES)
        rows = connection.execute(_SCORED, {"threshold": threshold}).fetchall()
    finally:
        connection.close()
    return [
        Likeness(query, query_name, entry, entry_name, score, _changed((query_name, ours), (entry_name, theirs)))
        for query, query_name, ours, entry, entry_name, theirs, score in rows
    ]


def _changed(ours: tuple[str, Sequence[str]], theirs: tuple[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """The words, as written, that the other name does not have, paired in order; "" where there is no counterpart."""
    left = [_written(ours[0]).get(each, each) for each in ours[1] if each not in theirs[1]]
    right = [_written(theirs[0]).get(each, each) for each in theirs[1] if each not in ours[1]]
    size = max(len(left), len(right))
    return tuple(zip([*left, *[""] * (size - len(left))], [*right, *[""] * (size - len(right))], strict=True))


def _written(name: str) -> dict[str, str]:
    """The words of a name by how they are compared."""
    parts = [each.strip("«»\"“”(),.;'") for each in re.split(r"[\s/-]+", name)]
    return {found: part for part in parts for found in letters(part)}
