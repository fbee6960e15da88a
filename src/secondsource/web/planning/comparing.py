"""Plans side by side, their charts and their files; not for the page of one plan."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from secondsource.language import current_language
from secondsource.problem.plan import PARTS
from secondsource.problem.plan_json import to_json
from secondsource.reports import charts, numbers
from secondsource.web.planning import access, answers
from secondsource.web.planning.flow_map import flow_map
from secondsource.web.planning.models import Solve
from secondsource.web.planning.projects import AS_IT_IS
from secondsource.web.planning.workbooks import EXCEL, attachment

MOST_COMPARED = 5
MOST_ROWS = 150
"""Items of a comparison that are shown, those that differ first; it says how many more there are."""
FILES = {"report": "text/html", "workbook": EXCEL, "pdf": "application/pdf", "json": "application/json"}
CHARTS = ("parts", "items", "suppliers", "failures", "map")


@dataclass(frozen=True)
class Line:
    """A line of a comparison: one text per plan, the best of them by place (None where none is)."""

    name: str
    cells: tuple[str, ...]
    best: int | None
    is_number: bool = True


def compare(request: HttpRequest, project: int) -> HttpResponse:
    """Show two to five plans side by side: those asked for, or the newest of each scenario."""
    ours = access.project(request, project)
    known = Solve.objects.filter(project=ours, cost_micro__isnull=False).select_related("scenario", "version")
    known = known.defer("plan", "texts")
    wanted = [int(text) for text in request.GET.getlist("plan") if text.isdigit()]
    if wanted:
        found = {solve.pk: solve for solve in known.filter(pk__in=wanted)}
        shown = [found[pk] for pk in dict.fromkeys(wanted) if pk in found][:MOST_COMPARED]
    else:
        newest: dict[int, Solve] = {}
        for solve in known.order_by("-pk"):
            newest.setdefault(solve.scenario_id, solve)
        shown = sorted(newest.values(), key=lambda solve: solve.scenario_id)[:MOST_COMPARED]
    given = [answers.answer(solve) for solve in shown]
    unit = numbers.unit_of(max((solve.cost or Decimal(0) for solve in shown), default=Decimal(0)), _currency(shown))
    content = {
        "project": ours,
        "MOST_ROWS": MOST_ROWS,
        "shown": shown,
        "unit": unit,
        "parts": _parts(given, unit),
        "items": _items(given),
        "answers": given,
        "AS_IT_IS": AS_IT_IS,
        "mixed": len({solve.currency for solve in shown}) > 1,
    }
    return render(request, "compare.html", content)


def _currency(shown: list[Solve]) -> str:
    return shown[0].currency if shown else ""


def _parts(given: list[answers.Answer], unit: numbers.Unit) -> list[tuple[str, list[Decimal]]]:
    """The cost parts that any of the plans has."""
    amounts = {part: [each.plan.breakdown.get(part, Decimal(0)) for each in given] for part in PARTS}
    return [(part, row) for part, row in amounts.items() if any(row)]


def _items(given: list[answers.Answer]) -> list[tuple[str, list[str], bool]]:
    """Who makes each item under each plan, and whether that differs."""
    sources: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for place, each in enumerate(given):
        for decision in each.summary.items if each.summary else ():
            row = sources.setdefault(decision.item, [""] * len(given))
            names[decision.item] = decision.name
            row[place] = ", ".join(
                source.name if source.share == 1 else f"{source.name} {numbers.percent(source.share, 0)}"
                for source in decision.sources
            )
    rows = [(names[item], row, len(set(row)) > 1) for item, row in sources.items()]
    return sorted(rows, key=lambda row: not row[2])


def chart(request: HttpRequest, solve: int, chart: str) -> HttpResponse:
    """Return a chart of a plan as an SVG element (loaded when it comes into view)."""
    given = access.solve(request, solve)
    if chart not in CHARTS or not given.has_plan:
        raise Http404
    return HttpResponse(_drawn(given, chart), content_type="text/html; charset=utf-8")


def _drawn(given: Solve, chart: str) -> str:
    return _chart(given.pk, given.asked_at.isoformat(), chart, current_language())


@lru_cache(maxsize=200)
def _chart(pk: int, asked_at: str, chart: str, language: str) -> str:
    given = Solve.objects.select_related("version").get(pk=pk)
    found = answers.answer(given)
    if found.summary is None or found.plan.cost is None:
        return ""
    unit = numbers.unit_of(found.plan.cost, found.plan.currency)
    if chart == "map":
        return flow_map(found.plan, found.problem)
    if chart == "parts":
        return as_picture(charts.cost_parts(found.summary, found.plan.cost, unit))
    drawn = {"items": charts.items, "suppliers": charts.suppliers, "failures": charts.failures}[chart]
    return as_picture(drawn(found.summary, unit))


def as_picture(svg: str) -> str:
    """Return a chart as one picture for readers of screens: its figures stand in the table beside it.

    >>> as_picture('<svg class="marks"><g role="graphics-symbol" aria-label="bar"/></svg>')
    '<svg aria-hidden="true" class="marks"><g/></svg>'
    """
    return re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg).replace("<svg", '<svg aria-hidden="true"', 1)


def file(request: HttpRequest, solve: int, kind: str) -> HttpResponse:
    """Return a plan as a report, workbook, PDF or JSON file."""
    given = access.solve(request, solve)
    if kind not in FILES or not given.has_plan:
        raise Http404
    found = answers.answer(given)
    title = given.project.name
    name = f"{title} - {given.scenario.name}"
    if kind == "json":
        return attachment(to_json(found.plan).encode(), FILES[kind], f"{name}.json")
    if kind == "report":
        from secondsource.reports.html import html

        return attachment(html(found.plan, found.problem, title).encode(), FILES[kind], f"{name}.html")
    if kind == "pdf":
        from secondsource.reports.pdf import pdf

        return attachment(pdf(found.plan, found.problem, title), FILES[kind], f"{name}.pdf")
    from secondsource.reports.plan_workbook import write_workbook

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.xlsx"
        write_workbook(found.plan, found.problem, path, title)
        return attachment(path.read_bytes(), FILES[kind], f"{name}.xlsx")
