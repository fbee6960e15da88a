"""The commands themselves: call the library, print what it returns, return the exit code; not for how a page looks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
from rich.text import Text

import secondsource
from secondsource.cli import (
    faults,
    market_commands,
    options,
    risk_commands,
    serve_command,
    study_commands,
    terms,
    watch_commands,
    workbook_commands,
    workspace_commands,
)
from secondsource.cli.output import data, errors, print_json
from secondsource.cli.solving import solve
from secondsource.cli.usage import Command, Commands
from secondsource.errors import InvalidInput
from secondsource.language import Message, _, plural
from secondsource.problem import sheets
from secondsource.problem.plan import Plan, Status
from secondsource.problem.tables import Problem

CODES: dict[Status, int] = {
    "optimal": 0,
    "feasible": 0,
    "infeasible": 1,
    "unbounded": 1,
    "no plan found in time": 3,
}

app = typer.Typer(
    name="secondsource",
    cls=Commands,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def application() -> Any:
    """Return the command that the words of a command line are given to."""
    return typer.main.get_command(app)


@app.callback(invoke_without_command=True)
def start(context: typer.Context, version: options.Version = False, language: options.Language = "") -> None:
    """Print the version, or the help where no command is named; `language` was read before (`usage`)."""
    if version:
        data().print(f"secondsource {secondsource.__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        context.get_help()
        raise typer.Exit


@app.command(cls=Command)
def plan(
    problem: options.ProblemPath,
    as_json: options.AsJson = False,
    out: options.Out = None,
    gap: options.Gap = 1e-6,
    time_limit: options.TimeLimit = None,
    threads: options.Threads = 2,
    like: options.Like = None,
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    mapping: workbook_commands.Map = "",
    quiet: options.Quiet = False,
    language: options.Language = "",
) -> int:
    """Find the best plan and print it; write its report where `out` asks for one."""
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)  # refused now rather than after the solve
    try:
        given = workbook_commands.read(problem, mapping, encoding, today)
    except InvalidInput as error:
        if as_json:
            raise
        faults.show(error.faults, errors())
        workbook_commands.hint(problem, error.faults)
        return 2
    found = _solve(given, gap, time_limit, threads, quiet, None if like is None else _read_plan(like))
    if as_json:
        from secondsource.problem.plan_json import to_json

        data().file.write(to_json(found).rstrip("\n") + "\n")
    else:
        _print_page(found, given)
    if out is not None:
        _write(found, given, out, problem)
    return CODES[found.status]


@app.command(cls=Command)
def check(
    problem: options.ProblemPath,
    as_json: options.AsJson = False,
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    mapping: workbook_commands.Map = "",
    annotated: workbook_commands.Annotate = None,
    language: options.Language = "",
) -> int:
    """Print every fault of a problem, or what it holds."""
    try:
        given = workbook_commands.read(problem, mapping, encoding, today)
    except InvalidInput as error:
        if as_json:
            print_json({"valid": False, "errors": faults.as_json(error.faults)})
        else:
            faults.show(error.faults, data())
            workbook_commands.hint(problem, error.faults)
        if annotated is not None:
            workbook_commands.annotate(problem, annotated, error.faults, encoding)
        return 2
    rows = {name: len(table) for name, table in given.tables().items() if len(table)}
    if as_json:
        print_json({"valid": True, "errors": [], "rows": rows, "problem_sha256": given.sha256})
    else:
        _say(_("✓ No fault."), "green")
        data().print(*(Text(f"{count:>7,}  {name}") for name, count in rows.items()), sep="\n")
    return 0


@app.command(cls=Command)
def verify(
    problem: options.ProblemPath,
    plan: options.PlanPath,
    as_json: options.AsJson = False,
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    language: options.Language = "",
) -> int:
    """Print what does not hold in a plan, or its exact cost."""
    given = secondsource.read(problem, encoding=encoding, today=today)
    claimed = _read_plan(plan)
    verdict = secondsource.verify(given, claimed)
    if as_json:
        print_json(
            {
                "valid": not verdict.faults,
                "faults": verdict.faults,
                "cost": verdict.cost,
                "breakdown": dict(verdict.breakdown),
                "proof": verdict.proof,
            }
        )
    elif verdict.faults:
        count = len(verdict.faults)
        _say(plural("✗ {count} thing does not hold:", "✗ {count} things do not hold:", count), "bold red")
        for fault in verdict.faults:
            _say(f"• {fault}")
    else:
        _say(_("✓ The plan holds: every quantity, rule and backup, and its cost to the cent."), "green")
    return 1 if verdict.faults else 0


@app.command(cls=Command)
def demo(out: options.Out = Path("out"), quiet: options.Quiet = False, language: options.Language = "") -> int:
    """Plan examples/phone, write its report, and tell its story."""
    folder = options.example("phone")
    if folder is None:
        errors().print(Text(str(_("The examples are not here: run demo in a checkout of secondsource."))))
        return 2
    out = out or Path("out")
    out.mkdir(parents=True, exist_ok=True)
    given = secondsource.read(folder)
    found = _solve(given, 1e-6, None, 2, quiet)
    _print_page(found, given)
    _write(found, given, out, folder)
    if found.cost is not None:
        study_commands.tell(found, given, out, folder.name)
    written = risk_commands.exposure_report(found, given, out, folder.name)
    errors().print(Text(str(_("Who could stop it: {file}", file=written.resolve()))), soft_wrap=True)
    return CODES[found.status]


workbook_commands.register(app)
terms.register(app)
risk_commands.register(app)
study_commands.register(app)
serve_command.register(app)
workspace_commands.register(app)
market_commands.register(app)
watch_commands.register()


def _read_plan(path: Path) -> Plan:
    """The plan of a JSON file."""
    from secondsource.problem.plan_json import from_json

    return from_json(sheets.text_of(sheets.content(path), path.name, "utf-8"), place=path.name)


def _solve(
    problem: Problem, gap: float, time_limit: float | None, threads: int, quiet: bool, like: Plan | None = None
) -> Plan:
    return solve(
        lambda progress: secondsource.plan(
            problem, gap=gap, time_limit=time_limit, threads=threads, progress=progress, like=like
        ),
        quiet,
    )


def _print_page(found: Plan, problem: Problem) -> None:
    from secondsource.reports.terminal import page

    console = data()
    console.print(page(found, problem, console.width))


def _write(found: Plan, problem: Problem, folder: Path, path: Path) -> None:
    """Write the report, and say on stderr where it is."""
    from secondsource.reports.files import write_report

    report = write_report(found, problem, folder, title=path.resolve().stem)
    errors().print(Text(str(_("Report: {file}", file=report.resolve()))), soft_wrap=True)


def _say(line: str | Message, style: str = "") -> None:
    data().print(Text(str(line), style=style))
