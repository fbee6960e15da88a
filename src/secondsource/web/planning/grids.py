"""A table as a grid: shown a page at a time, edited cell by cell, by paste, or as a form; not for its meaning."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from secondsource.language import Message, _, current_language, plural
from secondsource.problem.cells import Refused, converter, plain
from secondsource.problem.columns import Column
from secondsource.problem.tables import TABLES
from secondsource.reports import words
from secondsource.web.people.access import acting, may
from secondsource.web.planning import access, tables
from secondsource.web.planning.models import Project
from secondsource.web.planning.translate import TABLE_NAMES, Rows, columns

MOST_CELLS = 50_000
"""Cells of one paste."""


@dataclass(frozen=True)
class Cell:
    """One cell as it is shown: `why` says what is wrong with it, "" for nothing."""

    text: str
    why: str


@dataclass(frozen=True)
class Heading:
    """A column of a grid."""

    name: str
    column: Column

    @property
    def is_number(self) -> bool:
        """Whether it is set flush right."""
        return self.column.kind in ("number", "whole")


def decimal_mark() -> str:
    """Return the decimal mark that the reader's language writes, and types."""
    return "." if current_language() == "en" else ","


def specification(table: str) -> dict[str, Column]:
    """Return what each column of a table may hold."""
    if table in TABLES:
        return dict(TABLES[table].columns())
    texts = {
        "name": _("name of the setting"),
        "value": _("its value"),
        "source": _("where the figures of the row come from"),
        "note": _("a remark"),
    }
    return {name: Column("text", str(texts[name]), key=name == "name") for name in columns(table)}


def table(request: HttpRequest, project: int, table: str) -> HttpResponse:
    """Show a page of a table."""
    ours = access.project(request, project)
    return render(request, "table.html", {"project": ours, **_grid(request, ours, table)})


def _grid(request: HttpRequest, ours: Project, table: str) -> dict[str, Any]:
    """What a grid shows."""
    if table not in TABLE_NAMES:
        raise Http404
    asked = request.GET.get("page", "1")
    page = tables.page(ours.head, table, int(asked) - 1 if asked.isdigit() else 0)
    known = specification(table)
    everything = request.GET.get("all") == "1"
    used = {column for row in page.rows for column in row}
    shown = [
        Heading(name, column)
        for name, column in known.items()
        if everything or column.key or column.required or name in used
    ]
    return {
        "table": table,
        "names": words.TABLES,
        "headings": shown,
        "hidden": len(known) - len(shown),
        "everything": everything,
        "page": page,
        "rows": _cells(page.rows, shown, table),
        "may_edit": may(acting(request), "plan", ours.team),
        "base": ours.head.number if ours.head else 0,
        "mark": decimal_mark(),
        "unknown": sorted(used - known.keys()),
    }


def _cells(rows: Rows, shown: list[Heading], table: str) -> list[list[Cell]]:
    """The cells of rows, each held against its column."""
    mark = decimal_mark()
    readers = {heading.name: converter(heading.name, heading.column, ".") for heading in shown}
    found = []
    for row in rows:
        line = []
        for heading in shown:
            text, why = row.get(heading.name, ""), ""
            try:
                readers[heading.name](text)
            except Refused as refused:
                why = str(refused.expected)
            if heading.is_number and not why and mark == ",":
                text = text.replace(".", ",")
            line.append(Cell(text, why))
        found.append(line)
    return found


def typed(text: str, column: Column, name: str) -> str:
    """Return a cell as it is stored: a number that the reader's language spells, with a point; else as it was typed."""
    text = text.strip(" \t\r\n\xa0")
    if column.kind not in ("number", "whole") or decimal_mark() == "." or not text:
        return text
    try:
        value = converter(name, column, ",")(text)
    except Refused:
        return text
    return plain(value)


def cells(request: HttpRequest, project: int, table: str) -> HttpResponse:
    """Set cells: `{"base": version number, "cells": [[row, column, text], ...]}`; answer with the page of the grid."""
    ours = access.project(request, project)
    known = specification(table) if table in TABLE_NAMES else {}
    try:
        asked = json.loads(request.POST.get("edit", ""))
        given = [(int(row), str(column), str(text)) for row, column, text in asked["cells"]]
        base = int(asked["base"])
    except (ValueError, TypeError, KeyError):
        return HttpResponse(status=400)
    if (
        not known
        or not 0 < len(given) <= MOST_CELLS
        or any(column not in known or not 0 <= row < 10**7 for row, column, _text in given)
    ):
        return HttpResponse(status=400)
    stored = [(row, column, typed(text, known[column], column)) for row, column, text in given]
    count = len(stored)
    what: Message = plural("{count} cell of {table}", "{count} cells of {table}", count, table=words.TABLES[table])
    if count == 1:
        row, column, text = stored[0]
        what = _(
            "{table}, row {row}, {column}: {text}", table=words.TABLES[table], row=row + 1, column=column, text=text
        )
    if base != (ours.head.number if ours.head else 0):
        return _stale(request, ours, table)
    try:
        tables.edit_cells(ours, table, stored, acting(request), what, base=ours.head)
    except tables.Stale:
        return _stale(request, ours, table)
    return render(request, "parts/grid.html", {"project": ours, **_grid(request, ours, table)})


def _stale(request: HttpRequest, ours: Project, table: str) -> HttpResponse:
    """The table as it is now, with the news that someone else changed it."""
    ours.refresh_from_db()
    content = {"project": ours, **_grid(request, ours, table), "stale": True}
    return render(request, "parts/grid.html", content, status=409)


def rows_remove(request: HttpRequest, project: int, table: str) -> HttpResponse:
    """Remove rows (`row`, numbers from 0)."""
    ours = access.project(request, project)
    if table not in TABLE_NAMES:
        raise Http404
    gone = sorted({int(text) for text in request.POST.getlist("row") if text.isdigit()})
    if not gone or ours.head is None or request.POST.get("base") != str(ours.head.number):
        return _stale(request, ours, table)
    what = plural(
        "{count} row of {table} removed", "{count} rows of {table} removed", len(gone), table=words.TABLES[table]
    )
    try:
        tables.remove_rows(ours, table, gone, acting(request), what, base=ours.head)
    except tables.Stale:
        return _stale(request, ours, table)
    if request.htmx:
        return render(request, "parts/grid.html", {"project": ours, **_grid(request, ours, table)})
    return redirect("table", ours.pk, table)


def row(request: HttpRequest, project: int, table: str, number: int) -> HttpResponse:
    """Show one row as a form, and store it: what a telephone is for; the row after the last is a new one."""
    ours = access.project(request, project)
    if table not in TABLE_NAMES:
        raise Http404
    values = tables.row(ours.head, table, number)
    if values is None:
        raise Http404
    known = specification(table)
    if request.method == "POST":
        given = {name: typed(request.POST.get(name, ""), column, name) for name, column in known.items()}
        changed = [(number, name, text) for name, text in given.items() if text != values.get(name, "")]
        if changed:
            what = _("{table}, row {row}", table=words.TABLES[table], row=number + 1)
            try:
                tables.edit_cells(ours, table, changed, acting(request), what, base=ours.head)
            except tables.Stale:
                messages.error(request, str(_("Someone else has just changed this table: look, and try again.")))
                return redirect("row", ours.pk, table, number)
            messages.success(request, str(_("Saved.")))
        return redirect("table", ours.pk, table)
    headings = [Heading(name, column) for name, column in known.items()]
    content = {
        "project": ours,
        "table": table,
        "names": words.TABLES,
        "number": number,
        "is_new": number == tables.counts(ours.head)[table],
        "cells": list(zip(headings, _cells([values], headings, table)[0], strict=True)) if values else
        [(heading, Cell("", "")) for heading in headings],
        "may_edit": may(acting(request), "plan", ours.team),
    }  # fmt: skip
    return render(request, "row.html", content)


def as_json(value: object) -> JsonResponse:
    """Return a value as a JSON answer."""
    return JsonResponse(value, safe=False)
