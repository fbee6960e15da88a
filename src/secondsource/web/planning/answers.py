"""A plan that was found, with the problem it answers, ready to be shown; answers never change, so they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.reports.summary import Summary, summarise
from secondsource.web.planning import changes, tables
from secondsource.web.planning.models import Solve
from secondsource.web.planning.translate import problem_of, unpack_plan

KEPT = 24
"""Answers that a process keeps at hand."""


@dataclass(frozen=True)
class Answer:
    """A plan, what it answers, and its summary (None where no plan exists)."""

    plan: Plan
    problem: Problem
    summary: Summary | None


def answer(solve: Solve) -> Answer:
    """Return the answer of a solve that is done."""
    return _answer(solve.pk, solve.asked_at.isoformat())


@lru_cache(maxsize=KEPT)
def _answer(pk: int, asked_at: str) -> Answer:
    solve = Solve.objects.select_related("version").get(pk=pk)
    plan = unpack_plan(solve.plan, solve.texts)
    problem = problem_of(changes.apply(tables.read(solve.version), solve.changes), solve.asked_at.date())
    return Answer(plan, problem, None if plan.cost is None else summarise(plan, problem))


def parent(solve: Solve) -> Solve | None:
    """Return the newest plan of the same needs that lacks only the last change of this one."""
    if not solve.changes:
        return None
    others = Solve.objects.filter(project_id=solve.project_id, version_id=solve.version_id, cost_micro__isnull=False)
    for other in others.select_related("scenario").defer("plan", "texts").order_by("-pk")[:200]:
        if other.changes == solve.changes[:-1]:
            return other
    return None
