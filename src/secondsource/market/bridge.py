"""A bridge between languages, learnt from labels of the same categories: which word stands for which; not for names.

Imported code lists say the same things in several languages. From the pairs of labels of a code the shares t(w | q),
that a word w of one language stands for q of another, are learnt by expectation and maximisation (IBM model 1; Brown et
al. 1993, *The mathematics of statistical machine translation*), in both directions; a pair weighs √(t(w|q) t(q|w)), and
the best of a word weighs 1. Words that sound alike count too, since trades borrow words.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import permutations
from pathlib import Path

import numpy as np

from secondsource.market.lemmas import lemmas
from secondsource.market.meanings import stem
from secondsource.market.names import skeleton, sounds

FILE = "bridge.sqlite"
ROUNDS = 5
FEWEST = 0.02  # share below which a translation is forgotten
STEM = 5  # letters
MOST = 6  # translations of a word that are kept, for each language
ALIKE = 0.86  # Jaro-Winkler similarity from which a borrowed word is taken for the same
BORROWED = 0.7  # weight of a borrowed word beside a translation
Told = Mapping[str, Sequence[tuple[str, str, float]]]  # (language, word or stem of it, weight) by word or stem


def learn(lists: Path, *, leave_out: Collection[str] = ()) -> None:
    """Write the bridge of the imported lists beside them; without two languages it has no translations.

    Parameters
    ----------
    leave_out
        Codes whose labels are not learnt from, for a measurement.
    """
    labels = {path.stem.partition("-")[2]: _codes(path) for path in sorted(lists.glob("cpv-*.json"))}
    words = {
        language: {code: sorted(set(lemmas(label, language))) for code, label in codes.items() if code not in leave_out}
        for language, codes in labels.items()
    }
    stems = {
        language: {code: sorted(set(map(start_of, found))) for code, found in labels.items()}
        for language, labels in words.items()
    }
    fresh = lists / f"{FILE}.new"
    fresh.unlink(missing_ok=True)
    with closing(sqlite3.connect(fresh)) as kept:
        kept.executescript(
            "CREATE TABLE stands_for (kind TEXT, word TEXT, other TEXT, language TEXT, weight REAL,"
            "PRIMARY KEY (kind, word, other, language)) WITHOUT ROWID;"
            "CREATE TABLE vocabulary (key TEXT, word TEXT, language TEXT, PRIMARY KEY (key, word, language))"
            "WITHOUT ROWID;"
        )
        for kind, units in (("word", words), ("stem", stems)):
            kept.executemany(
                "INSERT INTO stands_for VALUES (?,?,?,?,?) "
                "ON CONFLICT DO UPDATE SET weight = max(weight, excluded.weight)",
                ((kind, *each) for each in translations(units)),
            )
        every = {(word, language) for language in words for found in words[language].values() for word in found}
        rows = ((_key(word), word, language) for word, language in sorted(every))
        kept.executemany("INSERT INTO vocabulary VALUES (?,?,?)", rows)
        kept.commit()
    os.replace(fresh, lists / FILE)


def _codes(path: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(path.read_text("utf-8"))["codes"]
    return {code.partition("-")[0]: label for code, label in found.items()}


def translations(words: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[tuple[str, str, str, float]]:
    """Return (word, word of another language, that language, weight) for the words of labels by language and code."""
    shares: dict[tuple[str, str], dict[str, dict[str, float]]] = {}
    for one, other in permutations(words, 2):
        both = sorted(words[one].keys() & words[other].keys())
        shares[one, other] = _shares([(words[one][code], words[other][code]) for code in both])
    for (one, other), forth in shares.items():
        back = shares[other, one]
        for word, found in forth.items():
            best = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]
            weighed = [(each, (share * max(back.get(each, {}).get(word, 0), 0.01)) ** 0.5) for each, share in best]
            most = max((weight for _each, weight in weighed), default=1.0)
            yield from ((word, each, other, weight / most) for each, weight in weighed)


def _shares(pairs: Sequence[tuple[Sequence[str], Sequence[str]]]) -> dict[str, dict[str, float]]:
    """t(w | q): how often q of the first stands for w of the second; "" stands for words that nothing says."""
    sources, targets = {"": 0}, dict[str, int]()
    first, second, label = [], [], []
    for number, (said, answered) in enumerate(pairs):
        ours = [0, *(sources.setdefault(each, len(sources)) for each in said)]
        theirs = [targets.setdefault(each, len(targets)) for each in answered]
        first.append(np.repeat(ours, len(theirs)))
        second.append(np.tile(theirs, len(ours)))
        label.append(np.full(len(ours) * len(theirs), number))
    if not targets:
        return {}
    one, other, where = (np.concatenate(each).astype(np.int64) for each in (first, second, label))
    pair, in_pair = np.unique(one * len(targets) + other, return_inverse=True)
    _told, in_label = np.unique(where * len(targets) + other, return_inverse=True)
    source = pair // len(targets)
    share = np.ones(len(pair))
    for _turn in range(ROUNDS):
        expected = share[in_pair]
        expected /= np.maximum(np.bincount(in_label, expected), 1e-300)[in_label]
        counts = np.bincount(in_pair, expected)
        share = counts / np.maximum(np.bincount(source, counts), 1e-300)[source]
    names, others = list(sources), list(targets)
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for place in np.flatnonzero((share > FEWEST) & (source > 0)):
        found[names[source[place]]][others[pair[place] % len(targets)]] = float(share[place])
    return found


def start_of(word: str) -> str:
    """Return the first letters of a word in one spelling, which words that are made of one another share.

    >>> start_of("calibrate") == start_of("calibrating"), start_of("калібрування") == start_of("калібрувальний")
    (True, True)
    """
    return word if word.isdigit() else stem(skeleton(word))[:STEM]


def told(folder: Path, kind: str) -> Told:
    """Return all that the bridge of a folder tells of words (`word`) or of stems (`stem`), {} where there is none."""
    found: defaultdict[str, list[tuple[str, str, float]]] = defaultdict(list)
    if (folder / FILE).is_file():
        with closing(sqlite3.connect(f"file:{folder / FILE}?mode=ro&immutable=1", uri=True)) as kept:
            asked = "SELECT word, language, other, weight FROM stands_for WHERE kind=? ORDER BY word, language, other"
            for word, *rest in kept.execute(asked, (kind,)):
                found[word].append((rest[0], rest[1], rest[2]))
    return found


def _key(word: str) -> str:
    return sounds(stem(skeleton(word)))[:2]


class Bridge:
    """The bridge that a generation was made with, open for questions; without one, nothing stands for anything."""

    def __init__(self, generation: Path) -> None:
        self._kept: sqlite3.Connection | None = None
        if not (generation / FILE).is_file():
            return
        self._kept = sqlite3.connect(f"file:{generation / FILE}?mode=ro&immutable=1", uri=True, check_same_thread=False)

    def across(self, word: str) -> dict[str, float]:
        """Return the words of other languages that stand for one, each with its weight, 0..1."""
        if self._kept is None:
            return {}
        told = self._kept.execute(
            "SELECT other, weight FROM stands_for WHERE kind='word' AND word=? AND other<>word", (word,)
        ).fetchall()
        found: dict[str, float] = {}
        for other, weight in [*told, *_borrowed(self._kept, word, BORROWED if told else 1.0)]:
            found[other] = max(found.get(other, 0.0), weight)
        return found


def _borrowed(kept: sqlite3.Connection, word: str, weight: float) -> list[tuple[str, float]]:
    """Words of labels that sound like this one."""
    spelt = stem(skeleton(word))
    if len(spelt) < 4:
        return []
    found: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    for other, language in kept.execute("SELECT word, language FROM vocabulary WHERE key=?", (_key(word),)):
        share = similarity(spelt, stem(skeleton(other))) if other != word else 0.0
        if share >= ALIKE:
            found[language].append((-share, other))
    return [(other, weight * (-share - 0.5) * 1.6) for alike in found.values() for share, other in sorted(alike)[:3]]


def similarity(one: str, other: str) -> float:
    """Return the Jaro-Winkler similarity of two words (Winkler 1990), 0..1.

    >>> round(similarity("martha", "marhta"), 3), round(similarity("dixon", "dicksonx"), 3)
    (0.961, 0.813)
    """
    reach = max(max(len(one), len(other)) // 2 - 1, 0)
    taken = [False] * len(other)
    mine = []
    for place, letter in enumerate(one):
        for there in range(max(0, place - reach), min(len(other), place + reach + 1)):
            if not taken[there] and other[there] == letter:
                taken[there] = True
                mine.append(letter)
                break
    if not mine:
        return 0.0
    theirs = [letter for letter, used in zip(other, taken, strict=True) if used]
    turned = sum(a != b for a, b in zip(mine, theirs, strict=True)) / 2
    jaro = (len(mine) / len(one) + len(mine) / len(other) + (len(mine) - turned) / len(mine)) / 3
    start = 0
    for a, b in zip(one[:4], other[:4], strict=False):
        if a != b:
            break
        start += 1
    return jaro + start * 0.1 * (1 - jaro)
