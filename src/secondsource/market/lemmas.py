"""Words of English, Russian and Ukrainian in their basic form, so that inflected ones meet; not for names of firms."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import pymorphy3
import snowballstemmer

_WORD = re.compile(r"[^\W_]+")
_STOP = frozenset(
    "and of the for with in on to by or other a an "
    "и в на с для по из от или прочие та і з у на для до або інші за".split()
)


@cache
def _analyser(language: str) -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer(lang=language)


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=1 << 18)
def _basic(word: str) -> tuple[str, ...]:
    """The basic forms of a word: in both languages, where the letters do not say which of the two it is."""
    if not any("\u0400" <= each <= "\u04ff" for each in word):
        return (str(_stemmer().stemWord(word)),)
    languages = ["uk"] if set(word) & set("іїєґ") else ["ru"] if set(word) & set("ыэъё") else ["uk", "ru"]
    return tuple(dict.fromkeys(str(_analyser(each).parse(word)[0].normal_form) for each in languages))


def lemmas(text: str) -> list[str]:
    """Return the basic forms of the words of a text, in its order.

    >>> lemmas("послугами з будівництва") == lemmas("послуга будівництво")
    True
    """
    words = _WORD.findall(text.casefold().replace("’", "").replace("'", ""))
    return [form for word in words if word not in _STOP for form in _basic(word)]
