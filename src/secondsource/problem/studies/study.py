"""What a kind of study asks for, and how a file becomes one; not for what a study means (see `advice`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from secondsource.language import _
from secondsource.problem.cells import default_of, plain
from secondsource.problem.columns import Column
from secondsource.problem.drafts import SETTINGS_TABLE, Draft, draft, named, settings_named
from secondsource.problem.read import tables_in
from secondsource.problem.references import check_keys, check_named
from secondsource.problem.rows import sheets_of
from secondsource.problem.sheets import Report, Sheet
from secondsource.problem.tables import Table

Settings = Mapping[str, Any]
Drafts = Mapping[str, Draft]


@dataclass(frozen=True)
class Form:
    """A kind of study: its tables, which of them it cannot do without, its settings, and what rows must agree on.

    Attributes
    ----------
    name
        Of the command that answers it, and of its template.
    agree
        Notes the faults that no single cell shows; takes the drafts, the settings and the report.
    """

    name: str
    tables: Mapping[str, type[Table]]
    required: tuple[str, ...]
    settings: Mapping[str, Column]
    agree: Callable[[Drafts, Settings, Report], None]

    @property
    def targets(self) -> tuple[str, ...]:
        """The tables that columns refer to."""
        refers = {spec.refers for kind in self.tables.values() for spec in kind.columns().values() if spec.refers}
        return tuple(name for name in self.tables if name in refers)


@dataclass(frozen=True)
class Study:
    """A study as it was read: its settings, all of them, and its tables by name.

    Attributes
    ----------
    given
        The settings that the input itself named, as in `Problem`.
    sha256
        Digest of all cells, the same whatever file they came from.
    """

    form: Form
    settings: Settings
    given: tuple[tuple[str, str, str, str], ...]
    tables: Mapping[str, Table]
    sha256: str

    def __getitem__(self, name: str) -> Any:
        """Return a table; `Any`, as each form knows the columns of its own."""
        return self.tables[name]

    @property
    def currency(self) -> str:
        """The currency of all amounts that name no other."""
        return str(self.settings["currency"])

    @property
    def as_of(self) -> date:
        """The day on which the study is made."""
        return cast("date", self.settings["as_of"])

    def sources(self) -> tuple[tuple[str, str, str], ...]:
        """Return the sources that the rows name, each once, with the table and first key it is first named for."""
        found: dict[str, tuple[str, str]] = {}
        for name, _value, source, _note in self.given:
            if source:
                found.setdefault(source, (SETTINGS_TABLE, name))
        for name, table in self.tables.items():
            keys = table.key_columns()
            for row, source in enumerate(table.source):
                if source:
                    found.setdefault(source, (name, " / ".join(plain(getattr(table, key)[row]) for key in keys)))
        return tuple((table, key, source) for source, (table, key) in found.items())


GENERAL: Mapping[str, Column] = {
    "title": Column("text", "what the study is about, in a few words", default=""),
    "currency": Column("currency", "currency of all amounts that name no other, ISO 4217", default="EUR"),
    "as_of": Column("date", "the day on which the study is made: decides what has expired (empty: today)"),
}
"""The settings that every study has."""


def read_study(path: str | Path, form: Form, *, today: date, encoding: str = "utf-8") -> Study:
    """Return the study in a workbook, a folder of TABLE.csv files or a JSON file, read as strictly as a problem is.

    Raises
    ------
    InvalidInput
        With every fault of the file and its place.
    """
    path, report = Path(path), Report()
    return check_study(tables_in(path, encoding, report), form, report, today=today, place=path.name)


def study_from_rows(tables: Mapping[str, Iterable[Mapping[str, object]]], form: Form, *, today: date) -> Study:
    """Return the study that rows of `{column: value}` hold, by table; raises `InvalidInput` with every fault."""
    report = Report()
    return check_study(sheets_of(tables, "", report), form, report, today=today)


def check_study(sheets: Iterable[Sheet], form: Form, report: Report, *, today: date, place: str = "") -> Study:
    """Return the study that the tables hold, every cell and reference checked; arguments as in `check.check`."""
    found = named(sheets, report, form.tables)
    for name in form.required:
        if name not in found:
            report.add(place, name, 0, "", "", _("the table is missing"))
    said, given, _complete = settings_named(found.get(SETTINGS_TABLE), form.settings, report)
    settings = {name: default_of(spec) for name, spec in form.settings.items()} | {"as_of": today} | said
    drafts = {name: draft(name, found.get(name), report, form.tables, form.required) for name in form.tables}
    for name in form.required:
        if name in found and found[name].complete and not drafts[name]:
            report.add(found[name].place, name, 0, "", "", _("the table has no row yet: fill in at least one"))
    check_keys(drafts, report)
    check_named(drafts, form.targets, report)
    if not report.faults:
        form.agree(drafts, settings, report)
    report.close()
    tables = {name: one.table() for name, one in drafts.items()}
    return Study(form, settings, given, tables, _digest(given, tables))


def _digest(given: Iterable[tuple[str, ...]], tables: Mapping[str, Table]) -> str:
    """Digest of the settings and of every row, in an order of its own."""
    text = repr(sorted(given))
    for name, table in tables.items():
        rows = sorted(repr([plain(value) for value in table.row(row).values()]) for row in range(len(table)))
        text += f"\n{name}\n" + "\n".join(rows)
    return sha256(text.encode()).hexdigest()
