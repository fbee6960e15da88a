"""The known name that a mistyped one most likely means ("did you mean ...?"); not for deciding what it means."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from functools import cached_property

COMPARISONS = 100_000
"""Names compared at most for one list of names, so that a file of wrong names costs a second or two, not an hour."""

LONGEST = 200
"""Characters of a name that is compared at most: comparing takes the product of both lengths."""


class Names:
    """A list of known names that finds the nearest one.

    >>> Names(["Foxconn", "Flex"]).nearest("Foxcon")
    'Foxconn'
    >>> Names(["Foxconn", "Flex"]).nearest("Siemens")
    ''
    """

    def __init__(self, names: Collection[str]) -> None:
        self.names = names
        self.budget = COMPARISONS
        self.answers: dict[str, str] = {}

    @cached_property
    def plain(self) -> dict[str, str]:
        """The names by what they are without what is most often mistyped; the first of several."""
        return {_plain(name): name for name in reversed(sorted(self.names)) if len(name) <= LONGEST}

    def nearest(self, word: str) -> str:
        """Return the known name nearest to `word`, "" where none is near (or the budget is spent)."""
        if word not in self.answers:
            self.answers[word] = self.plain.get(_plain(word)) or self._closest(word)
        return self.answers[word]

    def _closest(self, word: str) -> str:
        if self.budget < len(self.plain) or len(word) > LONGEST:
            return ""
        self.budget -= len(self.plain)
        for found in get_close_matches(_plain(word), self.plain, n=1, cutoff=0.6):
            return self.plain[found]
        return ""


def _plain(name: str) -> str:
    """The name without what is most often mistyped: case, blanks, dashes and underscores."""
    return "".join(name.split()).casefold().replace("_", "").replace("-", "")
