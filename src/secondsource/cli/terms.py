"""The commands by which the manager dictates the terms: they ask `advice` and show its page; not for the answers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.text import Text

import secondsource
from secondsource.cli import options, workbook_commands
from secondsource.cli.output import data, errors, print_json
from secondsource.cli.solving import beside
from secondsource.cli.usage import Command
from secondsource.language import _
from secondsource.problem.plan import Plan
from secondsource.solver.highs import Limits

T = TypeVar("T")
Told = Callable[[int, int], None]

Brief = Annotated[bool, typer.Option("--brief")]
Orders = Annotated[int, typer.Option("--orders", metavar="N", parser=options.threads)]
EachLimit = Annotated[float, typer.Option("--each", metavar="SECONDS", parser=options.seconds)]

EACH = 60.0
"""Seconds that each plan of an answer may take, unless told."""


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("dependence", cls=Command)(dependence)
    app.command("rules", cls=Command)(rules)


def dependence(
    problem: options.ProblemPath,
    brief: Brief = False,
    as_json: options.AsJson = False,
    out: options.Out = None,
    gap: options.Gap = 0.0,
    each: EachLimit = EACH,
    threads: options.Threads = 2,
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    mapping: workbook_commands.Map = "",
    quiet: options.Quiet = False,
    language: options.Language = "",
) -> int:
    """Say what losing each supplier costs, and where one more source would help."""
    from secondsource.advice.dependence import dependences
    from secondsource.reports.dependence_page import dependence_page

    given = workbook_commands.read(problem, mapping, encoding, today)
    limits = Limits(gap, each, threads)
    answer = asked(
        lambda told: dependences(given, limits, per_item=not brief, version=secondsource.__version__, told=told), quiet
    )
    return show(answer, answer.plan, lambda title: dependence_page(answer, given, title), problem, as_json, out)


def rules(
    problem: options.ProblemPath,
    orders: Orders = 12,
    as_json: options.AsJson = False,
    out: options.Out = None,
    gap: options.Gap = 0.0,
    each: EachLimit = EACH,
    threads: options.Threads = 2,
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    mapping: workbook_commands.Map = "",
    quiet: options.Quiet = False,
    language: options.Language = "",
) -> int:
    """Say what each rule costs: alone, as the last of all, and its fair share."""
    from secondsource.advice.rule_prices import rule_prices
    from secondsource.reports.rules_page import rules_page

    given = workbook_commands.read(problem, mapping, encoding, today)
    limits = Limits(gap, each, threads)
    answer = asked(
        lambda told: rule_prices(given, limits, orders=orders, version=secondsource.__version__, told=told), quiet
    )
    return show(answer, answer.plan, lambda title: rules_page(answer, title), problem, as_json, out)


def asked(question: Callable[[Told], T], quiet: bool) -> T:
    """Return the answer to a question of many plans, with its progress on stderr where that is a terminal."""
    console = errors()
    if quiet or not console.is_terminal:
        return beside(lambda: question(lambda _done, _count: None))
    with console.status(str(_("Planning ..."))) as status:

        def told(done: int, count: int) -> None:
            status.update(str(_("Planning: {done} of {count} questions answered", done=done, count=count)))

        return beside(lambda: question(told))


def show(answer: Any, plan: Plan, page: Callable[[str], Any], problem: Path, as_json: bool, out: Path | None) -> int:
    """Print an answer, write its files where `out` asks for them, and return the exit code."""
    from secondsource.reports.page_files import write_files
    from secondsource.reports.page_json import as_json as to_json

    if as_json:
        print_json(to_json(answer))
    if plan.cost is None:
        if not as_json:
            errors().print(Text(str(_("There is no plan to ask about: see `secondsource plan`.")), style="bold red"))
        return 3 if plan.status == "no plan found in time" else 1
    made = page(problem.resolve().stem)
    if not as_json:
        from secondsource.reports.page_terminal import page_of_advice

        console = data()
        console.print(page_of_advice(made, console.width))
    if out is not None:
        report = write_files(made, answer, out)
        errors().print(Text(str(_("Report: {file}", file=report.resolve()))), soft_wrap=True)
    return 0
