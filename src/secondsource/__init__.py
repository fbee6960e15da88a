"""secondsource plans what to make, what to buy from whom, and who stands by, as one problem, with proof.

>>> import secondsource
>>> problem = secondsource.read("phone.xlsx")  # doctest: +SKIP
>>> plan = secondsource.plan(problem)  # doctest: +SKIP
>>> plan.report("out/")  # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from secondsource.errors import InvalidInput, SecondsourceError, SolverFailed
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem

if TYPE_CHECKING:
    from secondsource.optimise.planning import Verdict
    from secondsource.solver.highs import Progress

__version__ = "0.1.0"
__all__ = ["InvalidInput", "PlanOf", "SecondsourceError", "SolverFailed", "plan", "read", "verify"]


@dataclass(frozen=True, kw_only=True)
class PlanOf(Plan):
    """A plan together with the problem that it answers, so that it can be reported."""

    problem: Problem

    def report(self, folder: str | Path, title: str = "") -> Path:
        """Write the plan's report and JSON into `folder` and return the path of the report.

        Raises
        ------
        OSError
            Where the folder cannot be written.
        """
        from secondsource.reports.files import write_report

        return write_report(self, self.problem, Path(folder), title)


def read(path: str | Path, *, encoding: str = "utf-8", today: date | None = None) -> Problem:
    """Return the problem in a workbook, folder of CSV files or JSON file.

    Parameters
    ----------
    encoding
        Of CSV files that are not UTF-8.
    today
        The day that counts where the problem names no `as_of`; None for the machine's date.

    Raises
    ------
    InvalidInput
        With every fault of the input.
    """
    from secondsource.problem.read import read as read_problem

    return read_problem(Path(path), today=today or datetime.now().astimezone().date(), encoding=encoding)


def plan(
    problem: Problem,
    *,
    gap: float = 1e-6,
    time_limit: float | None = None,
    threads: int = 2,
    progress: Callable[[Progress], bool | None] | None = None,
    like: Plan | None = None,
) -> PlanOf:
    """Return the best plan of a problem, with a proved bound, or why there is none (see `optimise.planning.plan`)."""
    from secondsource.optimise.planning import plan as best_plan

    best = best_plan(
        problem, gap=gap, time_limit=time_limit, threads=threads, progress=progress, version=__version__, like=like
    )
    return PlanOf(**{each.name: getattr(best, each.name) for each in fields(Plan)}, problem=problem)


def verify(problem: Problem, plan: Plan) -> Verdict:
    """Return what an exact re-check of a plan says, without any solver (see `optimise.planning.verify`)."""
    from secondsource.optimise.planning import verify as verified

    return verified(problem, plan)
