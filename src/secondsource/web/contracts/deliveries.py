"""Deliveries as a workbook, out and in, and for programs; not for the form on a contract's page."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import Any

import xlsxwriter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from secondsource.errors import Fault, InvalidInput
from secondsource.language import Message, _
from secondsource.problem.cells import plain
from secondsource.web.api import keys
from secondsource.web.contracts import entering
from secondsource.web.contracts.models import Contract, Delivery
from secondsource.web.people import access as people
from secondsource.web.people.access import acting
from secondsource.web.people.models import Team
from secondsource.web.planning.workbooks import EXCEL, attachment

KINDS = (".xlsx", ".xlsm", ".ods")


def rows(team: Team) -> list[list[Any]]:
    """Return every delivery of the team's contracts, as the workbook and programs have them."""
    found = Delivery.objects.filter(contract__team=team).order_by("contract_id", "due", "pk")
    return [
        [
            each.contract_id,
            each.reference,
            each.due,
            each.arrived,
            each.ordered,
            each.delivered,
            each.defective,
            each.note,
        ]
        for each in found
    ]


def sheet(request: HttpRequest) -> HttpResponse:
    """Return the workbook to fill in: the contracts, and the deliveries that are entered already."""
    team = people.team(request)
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet(entering.SHEET)
        page.freeze_panes(1, 0)
        page.set_column(0, len(entering.COLUMNS), 14)
        for place, (name, column) in enumerate(entering.COLUMNS.items()):
            page.write_string(0, place, name, bold)
            page.write_comment(0, place, str(Message(column.meaning)))
        for line, row in enumerate((row for row in rows(team) if row[1]), start=1):
            for place, value in enumerate(row):
                if place in (2, 3) and value is not None:
                    page.write_datetime(line, place, value, day)
                elif isinstance(value, str):
                    page.write_string(line, place, value)
                elif value is not None:
                    page.write_number(line, place, value)
        known = book.add_worksheet("_contracts")
        for place, text in enumerate((_("number"), _("item"), _("supplier"), _("ends"))):
            known.write_string(0, place, str(text), bold)
        running = Contract.objects.filter(team=team, state="running").select_related("supplier").order_by("pk")
        for line, each in enumerate(running, start=1):
            known.write_number(line, 0, each.pk)
            known.write_string(line, 1, each.item_name)
            known.write_string(line, 2, str(each.supplier))
            known.write_datetime(line, 3, each.ends, day)
        known.set_column(1, 2, 30)
    return attachment(content.getvalue(), EXCEL, "deliveries.xlsx")


def upload(request: HttpRequest) -> HttpResponse:
    """Enter the deliveries of a workbook, or show everything that is wrong with it."""
    team = people.team(request)
    file = request.FILES.get("file")
    suffix = Path(file.name or "").suffix.lower() if file is not None else ""
    if file is None or suffix not in KINDS or (file.size or 0) > settings.LARGEST_UPLOAD:
        messages.error(request, str(_("Choose a workbook (.xlsx or .ods) of 32 MB at most.")))
        return redirect("contracts")
    name = Path(file.name or "").name[:100]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"deliveries{suffix}"
        with path.open("wb") as writing:
            for chunk in file.chunks():
                writing.write(chunk)
        try:
            new, changed = entering.enter(team, entering.rows_of(path, name), acting(request), name)
        except InvalidInput as error:
            content = {"name": name, "faults": error.faults[:500], "count": len(error.faults)}
            return render(request, "delivery_faults.html", content, status=422)
    text = _("{file}: {new} deliveries entered, {changed} changed.", file=name, new=new, changed=changed)
    messages.success(request, str(text))
    return redirect("contracts")


def api_contracts(request: HttpRequest) -> JsonResponse:
    """Return the running contracts."""
    team = people.team(request)
    keys.require(request, "deliveries")
    running = Contract.objects.filter(team=team, state="running").select_related("supplier").order_by("pk")
    found = [
        {
            "contract": each.pk,
            "item": each.item,
            "supplier": each.supplier.key,
            "quantity": plain(each.quantity),
            "unit_price": plain(each.unit_price),
            "currency": each.currency,
            "starts": each.starts.isoformat(),
            "ends": each.ends.isoformat(),
        }
        for each in running
    ]
    return JsonResponse({"contracts": found})


def api_deliveries(request: HttpRequest) -> JsonResponse:
    """Return the deliveries, or enter those sent as `{"deliveries": [{...}, ...]}`: all of them or none."""
    team = people.team(request)
    keys.require(request, "deliveries")
    if request.method in ("GET", "HEAD"):
        named = [dict(zip(entering.COLUMNS, map(_json, row), strict=True)) for row in rows(team)]
        return JsonResponse({"deliveries": named})
    try:
        sent = json.loads(request.body, parse_float=str)["deliveries"]
        given = [(number, {str(k): _cell(v) for k, v in row.items()}) for number, row in enumerate(sent, start=1)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return JsonResponse({"faults": [{"expected": '{"deliveries": [{"contract": 1, ...}, ...]}'}]}, status=400)
    try:
        new, changed = entering.enter(team, given, acting(request), "API")
    except InvalidInput as error:
        return JsonResponse({"faults": [_fault(fault) for fault in error.faults]}, status=422)
    return JsonResponse({"entered": new, "changed": changed})


def _json(value: Any) -> Any:
    if value is None or isinstance(value, (str, int)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else plain(value)


def _cell(value: Any) -> Any:
    """A value of JSON as a cell; numbers as they were written, so that none is rounded."""
    if value is None or isinstance(value, (str, bool)):
        return value
    return json.dumps(value) if isinstance(value, (list, dict)) else value


def _fault(fault: Fault) -> dict[str, Any]:
    return {"row": fault.row, "column": fault.column, "value": fault.value, "expected": str(fault.expected)}
