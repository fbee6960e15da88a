"""Which categories a need may mean: labels of codes as vectors of what they say in several languages; no suppliers.

A label has a row in its own language and in each that the bridge reaches. In the row of a language its words weigh

    v_w = min(1, Σ_q share of w for q) · idf(w)      over its own words q;   idf(w) = ln((R + 1) / (n_w + 0.5))

for R labels, n_w rows of which have w. So do its stems, the first letters of words in one spelling, which related words
share; and, once for all languages, groups of letters, which borrowed words share. A need is scored against the best row
of each code, each of the three cosines with its weight (`KINDS`), chosen on a tenth of the published codes:

    score = Σ_kind weight · cos(need, row)

References: Salton and Buckley (1988), doi:10.1016/0306-4573(88)90021-0; on translating documents rather than queries
Oard (1998), doi:10.1007/3-540-49478-2_42.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

import numpy as np

from secondsource.market.bridge import Told, start_of, told
from secondsource.market.lemmas import lemmas
from secondsource.market.names import skeleton

FOLDER = "labels.index"
KINDS = {"word": 1.0, "stem": 1.0, "letters": 0.6}
_WORD = re.compile(r"[^\W\d_]+")
_Terms = dict[str, float]


def _letters(text: str) -> _Terms:
    """Groups of three to five letters of each word in one spelling, its ends marked."""
    found: defaultdict[str, float] = defaultdict(float)
    for word in _WORD.findall(text.casefold().replace("’", "").replace("'", "")):
        spelt = f"^{skeleton(word)}$"
        for size in (3, 4, 5):
            for place in range(len(spelt) - size + 1):
                found[spelt[place : place + size]] += 1
    return {group: 1 + float(np.log(count)) for group, count in found.items()}


def _meant(units: Sequence[str], stands_for: Told) -> dict[str, _Terms]:
    """What words or stems stand for in each language that is told of them."""
    found: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for each in dict.fromkeys(units):
        for language, other, weight in stands_for.get(each, ()):
            found[language][other] += weight
    return {language: {term: min(1.0, weight) for term, weight in terms.items()} for language, terms in found.items()}


def _rows(text: str, language: str, stands_for: Mapping[str, Told]) -> Iterable[dict[str, _Terms]]:
    """The row of a label in its own language, then those in the others: terms of each kind."""
    words = lemmas(text, language)
    stems = [start_of(each) for each in words]
    yield {"word": dict.fromkeys(words, 1.0), "stem": dict.fromkeys(stems, 1.0)}
    meant = {"word": _meant(words, stands_for["word"]), "stem": _meant(stems, stands_for["stem"])}
    for other in sorted(meant["word"].keys() | meant["stem"].keys()):
        if other != language:
            yield {kind: meant[kind].get(other, {}) for kind in meant}


def build(generation: Path, labels: Iterable[tuple[str, str, str]]) -> None:
    """Write the index of labels: of each the code of eight digits, the text, and its language or "" if not known."""
    stands_for = {kind: told(generation, kind) for kind in ("word", "stem")}
    said, spelt = _Postings(("word", "stem")), _Postings(("letters",))
    codes: list[str] = []
    row_codes: list[int] = []
    row_labels: list[int] = []
    for code, group in groupby(sorted(set(labels)), key=lambda each: each[0]):
        codes.append(code)
        for _code, text, language in group:
            label = spelt.add({"letters": _letters(text)})
            for row in _rows(text, language, stands_for):
                said.add(row)
                row_codes.append(len(codes) - 1)
                row_labels.append(label)
    place = generation / FOLDER
    place.mkdir()
    said.write(place / "said", spelt.rows)
    spelt.write(place / "spelt", spelt.rows)
    np.savez(place / "rows.npz", codes=np.array(codes, dtype="U8"), code=np.array(row_codes, dtype=np.int32),
             label=np.array(row_labels, dtype=np.int32))  # fmt: skip


class Labels:
    """The index of labels of a generation, open for questions."""

    def __init__(self, generation: Path) -> None:
        place = generation / FOLDER
        rows = np.load(place / "rows.npz")
        self._codes, self._label = rows["codes"], rows["label"]
        self._first = np.flatnonzero(np.diff(rows["code"], prepend=-1))
        self._said, self._spelt = _Asked(place / "said"), _Asked(place / "spelt")

    def nearest(self, query: str, limit: int) -> list[tuple[str, float]]:
        """Return the codes whose labels are nearest to the query, with scores, best first."""
        if not len(self._codes):
            return []
        words = lemmas(query)
        scores = self._said.scores("word", dict.fromkeys(words, 1.0))
        scores += self._said.scores("stem", dict.fromkeys(map(start_of, words), 1.0))
        scores += self._spelt.scores("letters", _letters(query))[self._label]
        best = np.maximum.reduceat(scores, self._first)
        order = np.lexsort((self._codes, -best))[:limit] if len(best) <= limit else _largest(best, limit)
        return [(str(self._codes[each]), float(best[each])) for each in order if best[each] > 0]


def _largest(best: np.ndarray, limit: int) -> np.ndarray:
    """The places of the largest, falling; of equal ones the first."""
    bound = np.partition(best, -limit)[-limit]
    found = np.flatnonzero(best >= bound)
    return found[np.argsort(-best[found], kind="stable")][:limit]


def _key(kind: str, term: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{kind} {term}".encode(), digest_size=8).digest(), "little")


class _Postings:
    """Rows of terms while they are gathered: which rows a term is in, and how much it weighs there."""

    def __init__(self, kinds: Sequence[str]) -> None:
        self.rows = 0
        self._kinds = kinds
        self._keys: dict[tuple[str, str], int] = {}
        self._terms: list[int] = []
        self._in: list[int] = []
        self._weights: list[float] = []

    def add(self, row: Mapping[str, _Terms]) -> int:
        for kind, terms in row.items():
            for term, weight in terms.items():
                self._terms.append(self._keys.setdefault((kind, term), len(self._keys)))
                self._in.append(self.rows)
                self._weights.append(weight)
        self.rows += 1
        return self.rows - 1

    def write(self, place: Path, labels: int) -> None:
        """Weigh the terms and write them in the order of their keys."""
        place.mkdir()
        terms, rows = np.array(self._terms, dtype=np.int64), np.array(self._in, dtype=np.int32)
        weights = np.array(self._weights)
        kinds = np.array([self._kinds.index(kind) for kind, _term in self._keys], dtype=np.int64)
        times = np.bincount(terms, minlength=len(kinds))
        weights *= np.log((labels + 1) / (np.minimum(times, labels) + 0.5))[terms]
        place_of = rows * len(self._kinds) + kinds[terms]
        length = np.sqrt(np.bincount(place_of, weights**2, minlength=1))
        weights /= np.maximum(length, 1e-12)[place_of]
        keys = np.array([_key(*each) for each in self._keys], dtype=np.uint64)
        order = np.argsort(keys)
        rank = np.empty(len(keys), dtype=np.int64)
        rank[order] = np.arange(len(keys))
        sorted_by = np.argsort(rank[terms], kind="stable")
        np.save(place / "keys.npy", keys[order])
        np.save(place / "starts.npy", np.concatenate(([0], np.cumsum(times[order]))))
        np.save(place / "in.npy", rows[sorted_by])
        np.save(place / "weights.npy", weights[sorted_by].astype(np.float32))
        np.save(place / "counts.npy", np.array([self.rows, labels]))


class _Asked:
    """Rows of terms as they were written."""

    def __init__(self, place: Path) -> None:
        self._keys, self._starts, self._in, self._weights, counts = (
            np.load(place / f"{name}.npy", mmap_mode="r") for name in ("keys", "starts", "in", "weights", "counts")
        )
        self._rows, self._labels = int(counts[0]), int(counts[1])

    def scores(self, kind: str, terms: _Terms) -> np.ndarray:
        """Return the weighted cosine of each row with a need's terms of a kind, shape `(n_rows,)`."""
        found = np.zeros(self._rows, dtype=np.float32)
        parts, square = [], 0.0
        for term, weight in terms.items():
            key = np.uint64(_key(kind, term))
            place = int(np.searchsorted(self._keys, key))
            known = place < len(self._keys) and self._keys[place] == key
            start, end = (int(self._starts[place]), int(self._starts[place + 1])) if known else (0, 0)
            weight *= float(np.log((self._labels + 1) / (min(end - start, self._labels) + 0.5)))
            square += weight * weight
            parts.append((start, end, weight))
        for start, end, weight in parts:
            if start < end:
                found[self._in[start:end]] += self._weights[start:end] * (KINDS[kind] * weight / square**0.5)
        return found
