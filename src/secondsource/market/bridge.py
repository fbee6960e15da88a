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

from secondsource.market.lemmas import lemmas
from secondsource.market.meanings import stem
from secondsource.market.names import skeleton, sounds

FILE = "bridge.sqlite"
ROUNDS = 5
FEWEST = 0.02  # share below which a translation is forgotten
MOST = 6  # translations of a word that are kept, for each language
ALIKE = 0.86  # Jaro-Winkler similarity from which a borrowed word is taken for the same
BORROWED = 0.7  # weight of a borrowed word beside a translation
_Told = dict[str, dict[str, float]]


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
    fresh = lists / f"{FILE}.new"
    fresh.unlink(missing_ok=True)
    with closing(sqlite3.connect(fresh)) as kept:
        kept.executescript(
            "CREATE TABLE stands_for (word TEXT, other TEXT, weight REAL, PRIMARY KEY (word, other)) WITHOUT ROWID;"
            "CREATE TABLE vocabulary (key TEXT, word TEXT, language TEXT, PRIMARY KEY (key, word, language))"
            "WITHOUT ROWID;"
        )
        kept.executemany(
            "INSERT INTO stands_for VALUES (?,?,?) ON CONFLICT DO UPDATE SET weight = max(weight, excluded.weight)",
            translations(words),
        )
        every = {(word, language) for language in words for found in words[language].values() for word in found}
        rows = ((_key(word), word, language) for word, language in sorted(every))
        kept.executemany("INSERT INTO vocabulary VALUES (?,?,?)", rows)
        kept.commit()
    os.replace(fresh, lists / FILE)


def _codes(path: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(path.read_text("utf-8"))["codes"]
    return {code.partition("-")[0]: label for code, label in found.items()}


def translations(words: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[tuple[str, str, float]]:
    """Return (word, word of another language, weight) for the words of labels by language and code."""
    shares: dict[tuple[str, str], _Told] = {}
    for one, other in permutations(words, 2):
        both = sorted(words[one].keys() & words[other].keys())
        shares[one, other] = _shares([(words[one][code], words[other][code]) for code in both])
    for (one, other), forth in shares.items():
        back = shares[other, one]
        for word, found in forth.items():
            best = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]
            weighed = [(each, (share * max(back.get(each, {}).get(word, 0), 0.01)) ** 0.5) for each, share in best]
            most = max((weight for _each, weight in weighed), default=1.0)
            yield from ((word, each, weight / most) for each, weight in weighed if each != word)


def _shares(pairs: Sequence[tuple[Sequence[str], Sequence[str]]]) -> _Told:
    """t(w | q): how often q of the first stands for w of the second; "" stands for words that nothing says."""
    shares: _Told = {}
    for turn in range(ROUNDS):
        counts: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        for first, second in pairs:
            sources = [*first, ""]
            for word in second:
                told = [1.0 if not turn else shares.get(each, {}).get(word, 1e-9) for each in sources]
                whole = sum(told)
                for each, part in zip(sources, told, strict=True):
                    if part > 1e-3 * whole:
                        counts[each][word] += part / whole
        shares = {}
        for each, found in counts.items():
            whole = sum(found.values())
            shares[each] = {word: part / whole for word, part in found.items() if part > FEWEST * whole}
    shares.pop("", None)
    return shares


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
        told = self._kept.execute("SELECT other, weight FROM stands_for WHERE word=?", (word,)).fetchall()
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
