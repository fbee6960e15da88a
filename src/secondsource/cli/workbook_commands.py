"""The commands around workbooks: the template, and mappings of strange ones; not for what stands in them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

import secondsource
from secondsource.cli import options
from secondsource.cli.output import errors
from secondsource.cli.usage import Command
from secondsource.errors import Fault, InvalidInput
from secondsource.language import Message, _
from secondsource.problem.grids import read_grids
from secondsource.problem.mapping import Mapped, SheetMatch, read_mapped, read_mapping, would_help
from secondsource.problem.matching import propose
from secondsource.problem.tables import Problem

ASK = "ask"

TemplatePath = Annotated[Path, typer.Argument(metavar="FILE.xlsx")]
Source = Annotated[Path | None, typer.Option("--from", metavar="PROBLEM")]
Kind = Annotated[str, typer.Option("--for", metavar="STUDY-KIND", parser=options.study_kind)]
MapPath = Annotated[Path, typer.Option("--out", metavar="MAP.json")]
Map = Annotated[str, typer.Option("--map", metavar="MAP.json|ask")]
Annotate = Annotated[Path | None, typer.Option("--annotate", metavar="OUT.xlsx")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command("template", cls=Command)(template)
    app.command("map", cls=Command)(map_file)


def template(
    template_file: TemplatePath,
    source: Source = None,
    study_kind: Kind = "",
    mapping: Map = "",
    encoding: options.Encoding = "utf-8",
    today: options.Today = None,
    language: options.Language = "",
) -> int:
    """Write the workbook to fill in, with the rows of a problem in it if one is named."""
    from secondsource.reports.template import write_template

    _refuse_name(template_file)
    if study_kind in options.BESIDE:
        from secondsource.problem.histories import HISTORIES
        from secondsource.problem.risks import RISKS
        from secondsource.reports.side_template import write_side_template

        write_side_template(template_file, HISTORIES if study_kind == "histories" else RISKS)
        _say(_("Written: {file}. Open it: its first sheet says what to do.", file=template_file))
        return 0
    if study_kind:
        _study_template(template_file, study_kind, source, encoding, today)
        return 0
    given = read(source, mapping, encoding, today) if source is not None else None
    write_template(template_file, given)
    _say(_("Written: {file}. Open it: its first sheet says what to do.", file=template_file))
    return 0


def _study_template(path: Path, kind: str, source: Path | None, encoding: str, today: date | None) -> None:
    """Write the workbook of a kind of study, with the rows of a study in it if one is named."""
    from secondsource.problem.studies.forms import FORMS
    from secondsource.problem.studies.study import read_study
    from secondsource.reports.study_template import write_study_template

    form, day = FORMS[kind], today or datetime.now().astimezone().date()
    write_study_template(path, form, read_study(source, form, today=day, encoding=encoding) if source else None)
    _say(_("Written: {file}. Open it: its first sheet says what to do.", file=path))


def map_file(
    problem: options.ProblemPath,
    map_out: MapPath,
    encoding: options.Encoding = "utf-8",
    language: options.Language = "",
) -> int:
    """Show what the sheets and headings of a file most likely mean, and write it to be confirmed or edited."""
    found = propose(read_grids(problem, encoding=encoding))
    show(found)
    with map_out.open("x", encoding="utf-8") as file:
        file.write(found.to_json() + "\n")
    words = _(
        "Written: {file}. Read it through, mend what is wrong, then: secondsource check {problem} --map {file}",
        file=map_out,
        problem=problem,
    )
    _say(words)
    return 0


def _refuse_name(path: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        raise InvalidInput([Fault(path.name, "", 0, "", "", _("expected the name of an .xlsx file"))])
    if path.exists():
        raise InvalidInput([Fault(path.name, "", 0, "", "", _("is there already: choose another name or remove it"))])


def read(path: Path, mapping: str, encoding: str, today: date | None) -> Problem:
    """Return the problem in a file, as the mapping says if one is named.

    Raises
    ------
    InvalidInput
        With every fault, or because nobody confirmed the mapping.
    """
    if not mapping:
        return secondsource.read(path, encoding=encoding, today=today)
    day = today or datetime.now().astimezone().date()
    confirmed = read_mapping(Path(mapping)) if mapping != ASK else _ask(path, encoding)
    return read_mapped(path, confirmed, today=day, encoding=encoding)


def _ask(path: Path, encoding: str) -> Mapped:
    """The proposed mapping, once the user has confirmed it."""
    if not sys.stdin.isatty():
        expected = _("nobody is here to be asked: write a mapping with `secondsource map`, then name it after --map")
        raise InvalidInput([Fault(path.name, "", 0, "", "", expected)])
    found = propose(read_grids(path, encoding=encoding))
    show(found)
    console = errors()
    console.print(Text(str(_("Read the file so? yes / no:"))), end=" ")
    if sys.stdin.readline().strip().casefold() in _YES:
        return found
    expected = _("the mapping was not confirmed: write it with `secondsource map`, mend it, then name it after --map")
    raise InvalidInput([Fault(path.name, "", 0, "", "", expected)])


_YES = frozenset(("y", "yes", "д", "да", "т", "так"))


def show(mapping: Mapped) -> None:
    """Print a mapping as a table on stderr."""
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0), pad_edge=False)
    for heading in (_("Sheet"), _("Heading"), _("is read as"), _("because"), _("Look at")):
        table.add_column(str(heading), overflow="fold", no_wrap=heading == _("is read as"))
    for match in mapping.sheets:
        _add_sheet(table, match)
    errors().print(table)


def _add_sheet(table: Table, match: SheetMatch) -> None:
    first = match.table or "—"
    _add(table, match.sheet, "", first, match.how, match.remark, style="bold" if match.table else "dim")
    for each in match.columns:
        meant = each.column or "—"
        _add(table, "", each.title, meant, each.how if each.column else "", each.remark)
    for column, text in match.fill.items():
        remark = _("filled in: {text}", text=text)
        _add(table, "", "", column, "", remark)


def _add(
    table: Table, sheet: str, title: str, meant: str, how: Message | str, remark: Message | str, style: str = ""
) -> None:
    table.add_row(*(Text(str(cell), style=style) for cell in (sheet, title, meant, how, remark)))


def hint(problem: Path, found: Sequence[Fault]) -> None:
    """Say on stderr how a file with other names of sheets and headings can be read, if that is what is wrong."""
    if would_help(found):
        words = _(
            "If this file has its own names of sheets and headings: secondsource map {file} --out map.json",
            file=problem,
        )
        errors().print(Text(str(words)), soft_wrap=True)


def annotate(problem: Path, out: Path, found: Sequence[Fault], encoding: str) -> None:
    """Write a copy of the input with the faults marked, and say where it is.

    Raises
    ------
    InvalidInput
        The input cannot be read at all, so that there is nothing to mark.
    """
    from secondsource.reports.annotate import write_annotated

    _refuse_name(out)
    write_annotated(read_grids(problem, encoding=encoding), found, out)
    _say(_("Marked copy: {file}", file=out))


def _say(message: Message) -> None:
    errors().print(Text(str(message)), soft_wrap=True)
