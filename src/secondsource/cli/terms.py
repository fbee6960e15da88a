"""The commands by which the manager dictates the terms: they ask `advice` and show its page; not for the answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import secondsource
from secondsource.cli import options, workbook_commands
from secondsource.cli.answers import asked, refuse_unknown, show_of_plan, tell, without_plan
from secondsource.cli.usage import Command
from secondsource.language import _
from secondsource.problem.tables import Problem
from secondsource.solver.highs import Limits

if TYPE_CHECKING:
    from secondsource.advice.price_to_win import PricesToWin

Brief = Annotated[bool, typer.Option("--brief")]
Orders = Annotated[int, typer.Option("--orders", metavar="N", parser=options.threads)]
Of = Annotated[list[str], typer.Option("--supplier", metavar="NAME")]
For = Annotated[list[str], typer.Option("--item", metavar="NAME")]
OneSupplier = Annotated[str, typer.Argument(metavar="SUPPLIER")]
PolicyName = Annotated[str, typer.Option("--policy", metavar="off|bands", parser=options.policy)]
SheetOut = Annotated[Path, typer.Option("--out", metavar="DIR")]
Sent = Annotated[bool, typer.Option("--sent")]
ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIOS")]
Baseline = Annotated[str, typer.Option("--baseline", metavar="NAME")]
Steps = Annotated[int, typer.Option("--steps", metavar="N", parser=options.threads)]
EachLimit = Annotated[float, typer.Option("--each", metavar="SECONDS", parser=options.seconds)]

EACH = 60.0
"""Seconds that each plan of an answer may take, unless told."""


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("dependence", cls=Command)(dependence)
    app.command("rules", cls=Command)(rules)
    app.command("price-to-win", cls=Command)(price_to_win)
    app.command("sheet", cls=Command)(sheet)
    app.command("scenarios", cls=Command)(scenarios)
    app.command("frontier", cls=Command)(frontier)
    app.command("switch", cls=Command)(switch)


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
    return show_of_plan(answer, answer.plan, lambda title: dependence_page(answer, given, title), problem, as_json, out)


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
    return show_of_plan(answer, answer.plan, lambda title: rules_page(answer, title), problem, as_json, out)


def price_to_win(
    problem: options.ProblemPath,
    of_suppliers: Of = [],  # noqa: B006  typer copies it
    for_items: For = [],  # noqa: B006
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
    """Say at which price each losing bid would win, and above which each winning one would lose."""
    from secondsource.reports.price_page import price_page

    given = workbook_commands.read(problem, mapping, encoding, today)
    refuse_unknown("suppliers", "supplier", of_suppliers, given.suppliers.position)
    refuse_unknown("items", "item", for_items, given.items.position)
    answer = prices(given, of_suppliers, for_items, Limits(gap, each, threads), quiet)
    return show_of_plan(answer, answer.plan, lambda title: price_page(answer, given, title), problem, as_json, out)


def sheet(
    problem: options.ProblemPath,
    one_supplier: OneSupplier,
    policy: PolicyName = "off",
    sheet_out: SheetOut = Path("out"),
    sent: Sent = False,
    gap: options.Gap = 0.0,
    each: EachLimit = EACH,
    threads: options.Threads = 2,
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    mapping: workbook_commands.Map = "",
    quiet: options.Quiet = False,
    language: options.Language = "",
) -> int:
    """Write the sheet that a supplier may be shown, under a policy; record it if it is sent."""
    from secondsource.advice.negotiation import POLICIES, negotiation_sheet
    from secondsource.reports.price_page import write_sheet

    given = workbook_commands.read(problem, mapping, encoding, today)
    refuse_unknown("suppliers", "supplier", [one_supplier], given.suppliers.position)
    answer = prices(given, [one_supplier], [], Limits(gap, each, threads), quiet)
    if answer.plan.cost is None:
        return without_plan(answer.plan)
    chosen = next(each for each in POLICIES if each == policy)
    found = negotiation_sheet(answer, one_supplier, chosen)
    now = datetime.now().astimezone() if sent else None
    written = write_sheet(found, given, answer.plan, sheet_out, now)
    tell(_("Written: {file}", file=written.resolve()))
    return 0


def scenarios(
    problem: options.ProblemPath,
    scenario_file: ScenarioFile,
    baseline: Baseline = "",
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
    """Plan the scenarios of a file and show them beside each other."""
    from secondsource.advice.scenarios import AS_IT_IS, compare
    from secondsource.problem.scenarios import read_scenarios
    from secondsource.reports.scenarios_page import scenarios_page

    given = workbook_commands.read(problem, mapping, encoding, today)
    variations = read_scenarios(scenario_file, given, encoding)
    against = baseline or AS_IT_IS
    known = dict.fromkeys([AS_IT_IS, *(variation.scenario for variation in variations)], 0)
    refuse_unknown("scenarios", "scenario", [against], known)
    limits, version = Limits(gap, each, threads), secondsource.__version__
    answer = asked(lambda told: compare(given, variations, limits, baseline=against, version=version, told=told), quiet)
    return show_of_plan(answer, answer.plan, lambda title: scenarios_page(answer, given, title), problem, as_json, out)


def frontier(
    problem: options.ProblemPath,
    steps: Steps = 6,
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
    """Draw cost against exposure: what each step of safety costs."""
    from secondsource.advice.frontier import frontier as drawn
    from secondsource.reports.scenarios_page import frontier_page

    given = workbook_commands.read(problem, mapping, encoding, today)
    limits, version = Limits(gap, each, threads), secondsource.__version__
    expected = asked(lambda told: drawn(given, limits, "expected loss", steps=steps, version=version, told=told), quiet)
    worst = asked(lambda told: drawn(given, limits, "worst failure", steps=steps, version=version, told=told), quiet)
    both = (expected, worst)
    return show_of_plan(both, expected.plan, lambda title: frontier_page(both, title), problem, as_json, out)


def switch(
    problem: options.ProblemPath,
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
    """Say what leaving today's awards is worth, and which few changes bring most of it."""
    from secondsource.advice.switching import switching
    from secondsource.reports.switching_page import switching_page

    given = workbook_commands.read(problem, mapping, encoding, today)
    limits, version = Limits(gap, each, threads), secondsource.__version__
    answer = asked(lambda told: switching(given, limits, version=version, told=told), quiet)
    return show_of_plan(answer, answer.plan, lambda title: switching_page(answer, given, title), problem, as_json, out)


def prices(
    given: Problem, of_suppliers: Sequence[str], for_items: Sequence[str], limits: Limits, quiet: bool
) -> PricesToWin:
    """Return the prices to win of some suppliers' bids for some items, of all where none is named."""
    from secondsource.advice.price_to_win import prices_to_win

    version = secondsource.__version__
    return asked(
        lambda told: prices_to_win(given, limits, suppliers=of_suppliers, items=for_items, version=version, told=told),
        quiet,
    )
