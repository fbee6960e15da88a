"""The files of a report in their folder; not for what stands in them."""

from __future__ import annotations

from pathlib import Path

from secondsource.problem.plan import Plan
from secondsource.problem.plan_json import to_json
from secondsource.problem.tables import Problem
from secondsource.reports.html import html


def write_report(plan: Plan, problem: Problem, folder: Path, title: str = "") -> Path:
    """Write `report.html` and `plan.json` into `folder`, which is made if need be, and return the path of the report.

    Raises
    ------
    OSError
        The folder or a file in it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    report = folder / "report.html"
    report.write_text(html(plan, problem, title or plan.problem_sha256[:12]), encoding="utf-8")
    (folder / "plan.json").write_text(to_json(plan), encoding="utf-8")
    return report
