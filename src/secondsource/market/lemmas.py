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


LANGUAGES = ("ru", "uk")


@cache
def _analyser(language: str) -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer(lang=language)


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=1 << 18)
def _basic(word: str, language: str) -> tuple[str, ...]:
    """The basic forms of a word: in both languages, where neither the letters nor the caller say which of the two."""
    if not any("\u0400" <= each <= "\u04ff" for each in word):
        return (str(_stemmer().stemWord(word)),)
    languages = (
        [language]
        if language
        else ["uk"]
        if set(word) & set("іїєґ")
        else ["ru"]
        if set(word) & set("ыэъё")
        else ["uk", "ru"]
    )
    return tuple(dict.fromkeys(str(_analyser(each).parse(word)[0].normal_form) for each in languages))


def lemmas(text: str, language: str = "") -> list[str]:
    """Return the basic forms of the words of a text, in its order.

    Parameters
    ----------
    language
        `uk` or `ru` where it is known what Cyrillic words are; else a word of both is given in both.

    >>> lemmas("послугами з будівництва") == lemmas("послуга будівництво")
    True
    """
    words = _WORD.findall(text.casefold().replace("’", "").replace("'", ""))
    return [
        form for word in words if word not in _STOP for form in _basic(word, language if language in LANGUAGES else "")
    ]
