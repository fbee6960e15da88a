"""Texts for people, in their language; not for texts that only programs read (keys, JSON names)."""

from __future__ import annotations

import gettext as _gettext
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DOMAIN = "secondsource"
FOLDER = Path(__file__).parent / "locale"

_chosen: ContextVar[str] = ContextVar("language", default="")


@contextmanager
def use_language(code: str) -> Iterator[None]:
    """Speak `code` ("en", "ru", "uk") within the block; an empty code means the environment's choice."""
    token = _chosen.set(code)
    try:
        yield
    finally:
        _chosen.reset(token)


def current_language() -> str:
    """Return the code of the language in which texts come out now ("en" where there is no translation)."""
    code = _translations(_chosen.get()).info().get("language", "")
    return code.split("_")[0] or "en"


@cache
def _translations(code: str) -> _gettext.NullTranslations:
    languages = [code] if code else _wished()
    return _gettext.translation(DOMAIN, localedir=str(FOLDER), languages=languages, fallback=True)


def _wished() -> list[str]:
    """Languages that the environment asks for, up to English, which is what the texts are written in."""
    names = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    wished = next((value for name in names if (value := os.environ.get(name))), "").split(":")
    english = next((place for place, each in enumerate(wished) if each.lower().startswith("en")), len(wished))
    return [each for each in wished[:english] if each] or ["en"]


@dataclass(frozen=True)
class Message:
    """A text with its values that is translated when it is shown, so a saved plan can be read in any language."""

    template: str
    values: tuple[tuple[str, object], ...] = ()
    plural: str = ""
    count: int = 0

    def __str__(self) -> str:
        translations = _translations(_chosen.get())
        if self.plural:
            text = translations.ngettext(self.template, self.plural, self.count)
        else:
            text = translations.gettext(self.template) if self.template else ""
        return text.format(**{name: str(value) for name, value in self.values}) if self.values else text


@dataclass(frozen=True)
class Number:
    """A number in a text, written the way the reader's language writes it when it is shown.

    Attributes
    ----------
    english
        As English writes it: thousands grouped by commas, decimals after a point.
    """

    english: str

    def __str__(self) -> str:
        return self.english if current_language() == "en" else self.english.translate(_MARKS)


_MARKS = str.maketrans({",": "\N{NO-BREAK SPACE}", ".": ","})


def _(template: str, **values: object) -> Message:
    """Return the text of `template` in the reader's language, with `{name}` replaced by `values`.

    >>> str(_("{item} has no offer", item="display"))
    'display has no offer'
    """
    return Message(template, tuple(values.items()))


def listed(texts: Sequence[Message | str]) -> Message | str:
    """Return texts one after the other, with semicolons, still to be translated.

    >>> str(listed([_("{item} has no offer", item="display"), "c is {d}"]))
    'display has no offer; c is {d}'
    """
    if not texts:
        return ""
    return Message(
        "; ".join(f"{{t{k}}}" for k in range(len(texts))), tuple((f"t{k}", text) for k, text in enumerate(texts))
    )


def plural(one: str, many: str, count: int, **values: object) -> Message:
    """Return `one` or `many` as `count` and the reader's language ask; `{count}` is filled in.

    >>> str(plural("{count} offer", "{count} offers", 2))
    '2 offers'
    """
    return Message(one, (("count", count), *values.items()), many, count)
