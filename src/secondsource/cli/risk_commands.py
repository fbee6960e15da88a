"""The commands on what may go wrong: reliability, simulation, exposure; not for the answers (`advice`)."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

import secondsource
from secondsource.cli import options, terms, workbook_commands
from secondsource.cli.answers import asked, show, show_of_plan, tell
from secondsource.cli.usage import Command
from secondsource.language import _
from secondsource.problem.plan import Plan
from secondsource.problem.risks import Risks
from secondsource.problem.tables import Problem
from secondsource.solver.highs import Limits

MOST_TRIALS = 100_000_000
DAYS_PER_MONTH = 365 / 12


def trials(text: str | int) -> int:
    """Read a number of trials (the default comes as a number)."""
    digits = str(text).replace("_", "")
    if not digits.isdigit() or not 1000 <= int(digits) <= MOST_TRIALS:
        raise typer.BadParameter(str(_("'{text}' is no whole number from 1000 to {most}", text=text, most=MOST_TRIALS)))
    return int(digits)


def seed(text: str | int) -> int:
    """Read a seed (the default comes as a number)."""
    if not str(text).isdigit() or int(text) >= 2**63:
        raise typer.BadParameter(str(_("'{text}' is no whole number from 0 up", text=text)))
    return int(text)


def half_life(text: str) -> str:
    """Read a half-life: auto, none, or a number of months above zero."""
    if text in ("auto", "none"):
        return text
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise typer.BadParameter(str(_("'{text}' is no number of months above 0, nor auto or none", text=text)))
    return text


def _days(months: str) -> float | None:
    """A half-life in days; None for what the histories choose."""
    if months == "auto":
        return None
    return math.inf if months == "none" else float(months) * DAYS_PER_MONTH


HistoriesPath = Annotated[Path, typer.Argument(metavar="HISTORIES")]
ForProblem = Annotated[Path | None, typer.Option("--problem", metavar="PROBLEM")]
Informed = Annotated[Path | None, typer.Option("--write", metavar="PATH")]
HalfLife = Annotated[str, typer.Option("--half-life", metavar="MONTHS|auto|none", parser=half_life)]
Years = Annotated[int, typer.Option("--years", metavar="N", parser=options.threads)]
RisksPath = Annotated[Path | None, typer.Option("--risks", metavar="PATH")]
Trials = Annotated[int, typer.Option("--trials", metavar="N", parser=trials)]
Seed = Annotated[int, typer.Option("--seed", metavar="N", parser=seed)]
WithoutPlans = Annotated[bool, typer.Option("--brief")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("reliability", cls=Command)(reliability)
    app.command("simulate", cls=Command)(simulate)
    app.command("exposure", cls=Command)(exposure)


def reliability(
    histories: HistoriesPath,
    for_problem: ForProblem = None,
    informed_path: Informed = None,
    months: HalfLife = "auto",
    years: Years = 1,
    as_json: options.AsJson = False,
    out: options.Out = None,
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    quiet: options.Quiet = False,
    language: options.Language = "",
) -> int:
    """Score suppliers by what they have done, and write a problem that plans with it."""
    from dataclasses import replace

    from secondsource.advice.reliability import informed
    from secondsource.advice.reliability import reliability as answered
    from secondsource.problem.histories import read_histories
    from secondsource.problem.write import write
    from secondsource.reports.reliability_page import reliability_page

    if informed_path is not None and for_problem is None:
        raise typer.BadParameter(str(_("--write needs --problem: the problem into which the figures go")))
    problem = None if for_problem is None else secondsource.read(for_problem, encoding=encoding, today=today)
    day = today or (problem.settings.as_of if problem is not None else datetime.now().astimezone().date())
    known = read_histories(histories, day, encoding)
    horizon = years if problem is None else problem.settings.horizon_years
    answer = asked(lambda _told: answered(known, horizon_years=horizon, half_life=_days(months)), quiet)
    written = None
    if problem is not None:
        changed, notes = informed(problem, answer)
        answer = replace(answer, warnings=(*answer.warnings, *notes))
        if informed_path is not None:
            write(changed, informed_path)
            written = informed_path
    show(answer, lambda title: reliability_page(answer, title, secondsource.__version__), histories, as_json, out)
    if written is not None:
        tell(_("Written: {file}", file=written.resolve()))
    return 0


def simulate(
    problem: options.ProblemPath,
    risk_tables: RisksPath = None,
    many: Trials = 1_000_000,
    with_seed: Seed = 1,
    without_plans: WithoutPlans = False,
    as_json: options.AsJson = False,
    out: options.Out = None,
    gap: options.Gap = 0.0,
    each: terms.EachLimit = terms.EACH,
    threads: options.Threads = 2,
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    mapping: workbook_commands.Map = "",
    quiet: options.Quiet = False,
    language: options.Language = "",
) -> int:
    """Simulate what the best plan may lose, and what each backup takes out of it."""
    from secondsource.advice.simulation import simulated
    from secondsource.optimise.replan import stand
    from secondsource.reports.simulation_page import simulation_page

    given = workbook_commands.read(problem, mapping, encoding, today)
    risks = _risks(risk_tables, given, encoding)
    limits = Limits(gap, each, threads)
    answer = asked(
        lambda told: simulated(
            stand(given, limits, version=secondsource.__version__),
            risks,
            limits,
            trials=many,
            seed=with_seed,
            workers=threads,
            backups=not without_plans,
            told=told,
        ),
        quiet,
    )
    return show_of_plan(answer, answer.plan, lambda title: simulation_page(answer, given, title), problem, as_json, out)


def exposure(
    problem: options.ProblemPath,
    risk_tables: RisksPath = None,
    without_plans: WithoutPlans = False,
    as_json: options.AsJson = False,
    out: options.Out = None,
    gap: options.Gap = 0.0,
    each: terms.EachLimit = terms.EACH,
    threads: options.Threads = 2,
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    mapping: workbook_commands.Map = "",
    quiet: options.Quiet = False,
    language: options.Language = "",
) -> int:
    """Say who could stop us, for how long, at what cost, and what a second source would be worth."""
    from secondsource.advice.exposure import exposures
    from secondsource.optimise.replan import stand
    from secondsource.reports.exposure_page import exposure_page

    given = workbook_commands.read(problem, mapping, encoding, today)
    risks = _risks(risk_tables, given, encoding)
    limits = Limits(gap, each, threads)
    answer = asked(
        lambda told: exposures(
            stand(given, limits, version=secondsource.__version__),
            limits,
            stocks=risks.stocks,
            sources=not without_plans,
            told=told,
        ),
        quiet,
    )
    return show_of_plan(answer, answer.plan, lambda title: exposure_page(answer, given, title), problem, as_json, out)


def exposure_report(plan: Plan, problem: Problem, out: Path, title: str) -> Path:
    """Write the exposure page of a problem into a folder and return its path; `plan` is the one already shown."""
    from secondsource.advice.exposure import exposures
    from secondsource.optimise.replan import stand
    from secondsource.reports.exposure_page import exposure_page
    from secondsource.reports.page_files import write_files

    limits = Limits(1e-6, terms.EACH, 2)
    answer = exposures(stand(problem, limits, version=plan.version), limits)
    return write_files(exposure_page(answer, problem, title), answer, out)


def _risks(path: Path | None, problem: Problem, encoding: str) -> Risks:
    from secondsource.problem.risks import read_risks

    return Risks() if path is None else read_risks(path, problem, encoding)
