"""Legal forms that a user imports, taken off names before they are compared; not for those that cleanco knows.

A file is that of GLEIF's Entity Legal Forms (ISO 20275), or any CSV with the columns `name` and `abbreviation`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

from secondsource.errors import Fault, InvalidInput
from secondsource.language import _
from secondsource.market.codelists import CodeList
from secondsource.market.fetch import decoded
from secondsource.market.names import plain
from secondsource.market.scoring import Mention

FILE = "legal-forms.json"
NAMES = ("Entity Legal Form name Local name", "Entity Legal Form name Transliterated name (per ISO 01-140-10)", "name")
SHORT = ("Abbreviations Local language", "Abbreviations transliterated", "abbreviation")
STATUS = "ELF Status ACTV/INAC"


def import_legal_forms(folder: Path, file: Path, licence: str, issued: date, today: date) -> CodeList:
    """Import legal forms and return what is on record; forms that are no longer in use count too, as names carry them.

    Raises
    ------
    InvalidInput
        The file has none of the columns that are known, or no form.
    """
    rows = list(csv.DictReader(io.StringIO(decoded(file.read_bytes()), newline="")))
    headings = set(rows[0]) if rows else set()
    if not headings & {*NAMES, *SHORT}:
        expected = _("expected the columns of GLEIF's list of legal forms, or `name` and `abbreviation`")
        raise InvalidInput([Fault(file.name, "", 1, "", ", ".join(sorted(filter(None, headings))), expected)])
    names = {plain(row.get(column) or "") for row in rows for column in NAMES}
    short = {plain(each) for row in rows for column in SHORT for each in (row.get(column) or "").split(";")}
    # One word alone, such as "foundation", tells firms apart; an abbreviation of one letter is an initial.
    forms = sorted({each for each in names if " " in each} | {each for each in short if len(each) > 1})
    if not forms:
        raise InvalidInput([Fault(file.name, "", 0, "", "", _("has no legal form"))])
    found = CodeList("legal-forms", "", licence, issued.isoformat(), today.isoformat(), file.name, len(forms))
    folder.mkdir(parents=True, exist_ok=True)
    content = json.dumps({"record": asdict(found), "forms": forms}, ensure_ascii=False, indent=0)
    (folder / FILE).write_text(content, "utf-8")
    return found


class LegalForms:
    """Forms that were imported, ready to be taken off names."""

    def __init__(self, forms: Iterable[str]) -> None:
        self._by_first: defaultdict[str, list[list[str]]] = defaultdict(list)
        for form in sorted(forms):
            words = form.split()
            self._by_first[words[0]].append(words)
        for each in self._by_first.values():
            each.sort(key=len, reverse=True)

    @classmethod
    def imported(cls, lists: Path) -> LegalForms:
        """Return those of a market; none were imported where there is no file."""
        path = lists / FILE
        return cls(json.loads(path.read_text("utf-8"))["forms"] if path.is_file() else ())

    def without(self, name: str) -> str:
        """Return a name without its legal forms, or as it is where nothing else would be left.

        >>> LegalForms(["sp z oo", "spolka akcyjna"]).without("Alfa Sp. z o.o.")
        'alfa'
        """
        if not self._by_first:
            return name
        words = plain(name).split()
        left: list[str] = []
        place = 0
        while place < len(words):
            forms = self._by_first.get(words[place], ())
            long = next((len(form) for form in forms if words[place : place + len(form)] == form), 0)
            if not long:
                left.append(words[place])
            place += long or 1
        return " ".join(left) or name

    def bare(self, mentions: Iterable[Mention]) -> list[Mention]:
        """Return mentions without the forms in their names."""
        return [replace(each, name=self.without(each.name)) for each in mentions]


def digest(lists: Path) -> str:
    """Return what tells one import of legal forms from another, "" where there is none."""
    path = lists / FILE
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
