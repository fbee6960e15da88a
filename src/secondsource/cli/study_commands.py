"""The commands that answer a study: make or buy, landed cost, labour, qualification, quality; not for the answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

import secondsource
from secondsource.cli import options, workbook_commands
from secondsource.cli.answers import refuse_unknown, show, without_plan
from secondsource.cli.answers import tell as say
from secondsource.cli.solving import solve
from secondsource.cli.usage import Command
from secondsource.errors import Fault, InvalidInput
from secondsource.language import _
from secondsource.problem.plan import Plan
from secondsource.problem.read import from_rows, tables_in
from secondsource.problem.sheets import Report
from secondsource.problem.tables import REQUIRED, Problem

Item = Annotated[str, typer.Option("--item", metavar="NAME")]
Seed = Annotated[int, typer.Option("--seed", metavar="N")]
AsTables = Annotated[Path | None, typer.Option("--as-tables", metavar="DIR")]
AsProblem = Annotated[Path | None, typer.Option("--as-problem", metavar="DIR")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("makebuy", cls=Command)(makebuy)
    app.command("story", cls=Command)(story)
    app.command("landed", cls=Command)(landed)
    app.command("labour", cls=Command)(labour)
    app.command("qualify", cls=Command)(qualify)
    app.command("quality", cls=Command)(quality)


def makebuy(
    study: options.StudyPath,
    item: Item = "",
    seed: Seed = 0,
    as_json: options.AsJson = False,
    out: options.Out = None,
    as_problem: AsProblem = None,
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    language: options.Language = "",
) -> int:
    """Answer a make-or-buy study, or one item of a problem."""
    from secondsource.advice.makebuy import make_or_buy, make_or_buy_item
    from secondsource.advice.study_problem import problem_of_makebuy
    from secondsource.problem.studies.makebuy import FORM
    from secondsource.problem.studies.study import read_study
    from secondsource.reports.makebuy_page import makebuy_page

    if is_problem(study, encoding):
        given = secondsource.read(study, encoding=encoding, today=today)
        answer = make_or_buy_item(given, _one_item(item, given.items.position, study))
    else:
        if item:
            expected = _("a make-or-buy study has one piece of work: --item is for problems")
            raise InvalidInput([Fault(study.name, "", 0, "", item, expected)])
        answer = make_or_buy(read_study(study, FORM, today=day(today), encoding=encoding), seed=seed)
    if as_problem is not None:
        write_rows(problem_of_makebuy(answer), as_problem)
    version = secondsource.__version__
    code = 0 if answer.best else 1
    return show(answer, lambda title: makebuy_page(answer, title, version), study, as_json, out) or code


def story(
    problem: options.ProblemPath,
    as_json: options.AsJson = False,
    out: options.Out = None,
    gap: options.Gap = 1e-6,
    time_limit: options.TimeLimit = None,
    threads: options.Threads = 2,
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    mapping: workbook_commands.Map = "",
    quiet: options.Quiet = False,
    language: options.Language = "",
) -> int:
    """Tell a plan: where its money goes, and when making it oneself would pay."""
    from secondsource.advice.story import story as told
    from secondsource.reports.story_page import story_page

    given = workbook_commands.read(problem, mapping, encoding, today)
    found = solve(
        lambda progress: secondsource.plan(given, gap=gap, time_limit=time_limit, threads=threads, progress=progress),
        quiet,
    )
    if found.cost is None:
        return without_plan(found)
    answer = told(given, found)
    return show(answer, lambda title: story_page(answer, given, title), problem, as_json, out)


def tell(found: Plan, given: Problem, out: Path, title: str) -> None:
    """Write the story of a plan beside its report, and say where it is."""
    from secondsource.advice.story import story as told
    from secondsource.reports.page_files import write_files
    from secondsource.reports.story_page import story_page

    answer = told(given, found)
    written = write_files(story_page(answer, given, title), answer, out)
    say(_("Story: {file}", file=written.resolve()))


def landed(
    study: options.StudyPath,
    as_json: options.AsJson = False,
    out: options.Out = None,
    as_tables: AsTables = None,
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    language: options.Language = "",
) -> int:
    """Answer a landed-cost study."""
    from secondsource.advice.landed import landed_costs, lanes_of
    from secondsource.problem.studies.landed import FORM
    from secondsource.problem.studies.study import read_study
    from secondsource.reports.landed_page import landed_page

    answer = landed_costs(read_study(study, FORM, today=day(today), encoding=encoding))
    if as_tables is not None:
        write_tables(lanes_of(answer), as_tables)
    version = secondsource.__version__
    return show(answer, lambda title: landed_page(answer, title, version), study, as_json, out)


def labour(
    study: options.StudyPath,
    as_json: options.AsJson = False,
    out: options.Out = None,
    as_tables: AsTables = None,
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    language: options.Language = "",
) -> int:
    """Answer a labour study."""
    from secondsource.advice.labour import labour_costs, roles_of
    from secondsource.problem.studies.labour import FORM
    from secondsource.problem.studies.study import read_study
    from secondsource.reports.labour_page import labour_page

    answer = labour_costs(read_study(study, FORM, today=day(today), encoding=encoding))
    if as_tables is not None:
        write_tables(roles_of(answer), as_tables)
    version = secondsource.__version__
    return show(answer, lambda title: labour_page(answer, title, version), study, as_json, out)


def quality(
    study: options.StudyPath,
    as_json: options.AsJson = False,
    out: options.Out = None,
    as_tables: AsTables = None,
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    language: options.Language = "",
) -> int:
    """Answer a quality study."""
    from secondsource.advice.quality import items_of, quality_costs
    from secondsource.problem.studies.quality import FORM
    from secondsource.problem.studies.study import read_study
    from secondsource.reports.quality_page import quality_page

    answer = quality_costs(read_study(study, FORM, today=day(today), encoding=encoding))
    if as_tables is not None:
        write_tables(items_of(answer), as_tables)
    version = secondsource.__version__
    return show(answer, lambda title: quality_page(answer, title, version), study, as_json, out)


def qualify(
    study: options.StudyPath,
    seed: Seed = 0,
    as_json: options.AsJson = False,
    out: options.Out = None,
    as_tables: AsTables = None,
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    language: options.Language = "",
) -> int:
    """Answer a qualification study."""
    from secondsource.advice.qualify import levels_of
    from secondsource.advice.qualify import qualify as answered
    from secondsource.problem.studies.qualify import FORM
    from secondsource.problem.studies.study import read_study
    from secondsource.reports.qualify_page import qualify_page

    answer = answered(read_study(study, FORM, today=day(today), encoding=encoding), seed=seed)
    if as_tables is not None:
        if not answer.category:
            why = _("the setting category is empty: levels are for the items of a category")
            raise InvalidInput([Fault(study.name, "settings", 0, "category", "", why)])
        write_tables(levels_of(answer), as_tables)
    version = secondsource.__version__
    code = 0 if answer.ranks else 1
    return show(answer, lambda title: qualify_page(answer, title, version), study, as_json, out) or code


def _one_item(item: str, known: Mapping[str, int], study: Path) -> str:
    """The item that is asked about: the only one, where none is named."""
    if item:
        refuse_unknown("items", "item", [item], known)
        return item
    if len(known) == 1:
        return next(iter(known))
    expected = _("the problem has several items: name one with --item")
    raise InvalidInput([Fault(study.name, "items", 0, "", "", expected)])


def is_problem(path: Path, encoding: str) -> bool:
    """Return whether a file holds the tables of a problem rather than of a study; a broken one is no problem."""
    try:
        names = {sheet.table for sheet in tables_in(path, encoding, Report())}
    except InvalidInput:
        return False
    return set(REQUIRED) <= names


def day(today: date | None) -> date:
    """Return the day to take for today."""
    return today or datetime.now().astimezone().date()


def write_rows(rows: Mapping[str, list[dict[str, Any]]], folder: Path) -> None:
    """Write rows as a problem, checked like any other, and say where it is."""
    from secondsource.problem.write import write

    write(from_rows(rows, today=day(None)), folder)
    say(_("Written: {file}", file=folder.resolve()))


def write_tables(tables: Mapping[str, list[dict[str, Any]]], folder: Path) -> None:
    """Write rows as TABLE.csv files to be put into a problem, and say where they are."""
    from secondsource.problem.write import write_csv

    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        if rows:
            file = write_csv(folder, name, rows)
            say(_("Written: {file}", file=file.resolve()))
