"""Workbooks out and in: what is downloaded, and what an upload would change before it is taken over."""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

import secondsource
from secondsource.errors import Fault, InvalidInput
from secondsource.language import _
from secondsource.reports import words
from secondsource.web.audit import log
from secondsource.web.people.access import acting
from secondsource.web.planning import access, checking, tables
from secondsource.web.planning.models import Project, Upload
from secondsource.web.planning.translate import (
    TABLE_NAMES,
    Rows,
    columns,
    pack_fault,
    problem_of,
    rows_of,
    unpack_fault,
)

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = (".xlsx", ".xlsm", ".ods", ".json")
MOST_CHANGES = 40
"""Changed rows of a table that a preview shows."""


def workbook(request: HttpRequest, project: int) -> HttpResponse:
    """Return the needs as a workbook to fill in, guide and lists included; with faults, plainly, cell by cell."""
    ours = access.project(request, project)
    found = tables.read(ours.head)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "needs.xlsx"
        try:
            from secondsource.reports.template import write_template

            write_template(path, problem_of(found, datetime.now(UTC).date()) if found else None)
            content = path.read_bytes()
        except InvalidInput:
            content = _plain_workbook(found)
    return attachment(content, EXCEL, f"{ours.name}.xlsx")


def attachment(content: bytes, kind: str, name: str) -> HttpResponse:
    """Return bytes as a file to keep."""
    from django.utils.http import content_disposition_header

    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def _plain_workbook(found: dict[str, Rows]) -> bytes:
    """The tables as they stand, faulty cells too; text stays text and never becomes a formula."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        for table, rows in found.items():
            sheet = book.add_worksheet(table)
            sheet.freeze_panes(1, 0)
            known = [*columns(table), *sorted({name for row in rows for name in row} - set(columns(table)))]
            used = [name for name in known if any(row.get(name) for row in rows)]
            for place, name in enumerate(used):
                sheet.write_string(0, place, name, bold)
                for line, row in enumerate(rows, start=1):
                    if text := row.get(name, ""):
                        _write(sheet, line, place, text)
    return content.getvalue()


def _write(sheet: Any, line: int, place: int, text: str) -> None:
    try:
        sheet.write_number(line, place, float(text)) if len(text) < 16 else sheet.write_string(line, place, text)
    except (ValueError, TypeError):
        sheet.write_string(line, place, text)


def upload(request: HttpRequest, project: int) -> HttpResponse:
    """Read a workbook and show what it would change, or everything that is wrong with it; nothing is changed yet."""
    ours = access.project(request, project)
    file = request.FILES.get("file")
    if file is None or not file.name:
        messages.error(request, str(_("Choose a workbook (.xlsx, .ods) or a .json file.")))
        return redirect("project", ours.pk)
    suffix = Path(file.name).suffix.lower()
    if suffix not in KINDS or (file.size or 0) > settings.LARGEST_UPLOAD:
        messages.error(request, str(_("Choose a workbook (.xlsx, .ods) or a .json file, of 32 MB at most.")))
        return redirect("project", ours.pk)
    made = Upload(project=ours, made_by=acting(request), name=Path(file.name).name[:200])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{suffix}"
        with path.open("wb") as writing:
            for chunk in file.chunks():
                writing.write(chunk)
        try:
            made.tables = rows_of(secondsource.read(path, today=datetime.now(UTC).date()))
        except InvalidInput as error:
            made.faults = [pack_fault(fault) for fault in error.faults[: checking.MOST_FAULTS]]
    Upload.objects.filter(project=ours, made_by=acting(request)).delete()  # one at a time
    made.save()
    return redirect("upload_preview", made.pk)


@dataclass(frozen=True)
class Difference:
    """How a table would change: rows added, removed and changed, the changed ones cell by cell, at most so many."""

    table: str
    before: int
    after: int
    added: int
    removed: int
    changed: int
    examples: tuple[tuple[str, str, str, str], ...]


def difference(table: str, before: Rows, after: Rows) -> Difference | None:
    """Return how a table changes, rows known by their key; None where it does not."""
    if before == after:
        return None
    keys = _keys(table)
    old = {tuple(row.get(key, "") for key in keys): row for row in before}
    new = {tuple(row.get(key, "") for key in keys): row for row in after}
    examples: list[tuple[str, str, str, str]] = []
    changed = 0
    for key, row in new.items():
        if key in old and old[key] != row:
            changed += 1
            for column in sorted(old[key].keys() | row.keys()):
                if old[key].get(column, "") != row.get(column, "") and len(examples) < MOST_CHANGES:
                    examples.append((" · ".join(key), column, old[key].get(column, ""), row.get(column, "")))
    added, removed = len(new.keys() - old.keys()), len(old.keys() - new.keys())
    return Difference(table, len(before), len(after), added, removed, changed, tuple(examples))


def _keys(table: str) -> tuple[str, ...]:
    from secondsource.problem.tables import TABLES

    return TABLES[table].key_columns() if table in TABLES else ("name",)


def differences(ours: Project, given: dict[str, Rows]) -> list[Difference]:
    """Return how each table would change."""
    current = tables.read(ours.head)
    found = (difference(table, current.get(table, []), given.get(table, [])) for table in TABLE_NAMES)
    return [each for each in found if each is not None]


def upload_preview(request: HttpRequest, upload: int) -> HttpResponse:
    """Show what an upload would change, or its faults."""
    given = access.upload(request, upload)
    content = {
        "project": given.project,
        "upload": given,
        "faults": [unpack_fault(fault) for fault in given.faults],
        "differences": [] if given.tables is None else differences(given.project, given.tables),
        "names": words.TABLES,
    }
    return render(request, "upload.html", content)


def upload_take(request: HttpRequest, upload: int) -> HttpResponse:
    """Take an upload over as the next version, or throw it away."""
    given = access.upload(request, upload)
    ours = given.project
    if "discard" in request.POST or given.tables is None:
        given.delete()
        return redirect("project", ours.pk)
    everything: dict[str, Rows] = {table: given.tables.get(table, []) for table in TABLE_NAMES}
    what = _("taken over from {file}", file=given.name)
    try:
        tables.replace_tables(ours, everything, acting(request), what, base=ours.head)
    except tables.Stale:
        messages.error(request, str(_("Someone else has just changed the needs: look at the differences again.")))
        return redirect("upload_preview", given.pk)
    log.record("needs.import", f"{ours.name}: {given.name}", team=ours.team, person=acting(request))
    given.delete()
    messages.success(request, str(_("{file} is taken over. Undo brings back what was there.", file=given.name)))
    return redirect("project", ours.pk)


def faults_by_place(faults: list[Fault]) -> dict[str, list[Fault]]:
    """Return faults by the sheet that they stand in."""
    found: dict[str, list[Fault]] = {}
    for fault in faults:
        found.setdefault(fault.table or fault.place, []).append(fault)
    return found
