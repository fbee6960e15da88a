"""The files of a report in their folder; not for what stands in them."""

from __future__ import annotations

from pathlib import Path

from secondsource.problem.plan import Plan
from secondsource.problem.plan_json import to_json
from secondsource.problem.tables import Problem
from secondsource.reports.html import html
from secondsource.reports.pdf import pdf
from secondsource.reports.plan_workbook import write_workbook


def write_report(plan: Plan, problem: Problem, folder: Path, title: str = "") -> Path:
    """Write `report.html`, `plan.xlsx`, `plan.pdf` and `plan.json` into `folder`, which is made if need be.

    Returns the path of the report; all but the JSON are in the reader's language.

    Without a title, the report is named after the first item that is asked for.

    Raises
    ------
    OSError
        The folder or a file in it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    report = folder / "report.html"
    title = title or _name(problem)
    report.write_text(html(plan, problem, title), encoding="utf-8")
    write_workbook(plan, problem, folder / "plan.xlsx", title)
    (folder / "plan.pdf").write_bytes(pdf(plan, problem, title))
    (folder / "plan.json").write_text(to_json(plan), encoding="utf-8")
    return report


def _name(problem: Problem) -> str:
    items = problem.items
    asked = (name or item for name, item, demand in zip(items.name, items.item, items.demand, strict=True) if demand)
    return next(asked, problem.sha256[:12])
