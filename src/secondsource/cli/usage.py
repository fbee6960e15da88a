"""Help and complaints about the command line, in the reader's language; not for what the commands do.

typer's own texts are English and only partly marked for translation, so the few that a user can meet are said here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer.core import TyperCommand, TyperGroup

from secondsource.cli.output import data, errors
from secondsource.language import Message, _
from secondsource.problem.nearest import Names
from secondsource.problem.studies.forms import FORMS

COMMANDS: Mapping[str, Message] = {
    "secondsource": _("What to make, what to buy from whom, and who stands by: one plan, with proof."),
    "plan": _("Find the best plan for a problem and show it."),
    "check": _("List every fault of a problem, or say that it has none."),
    "verify": _("Re-check a plan against its problem in exact arithmetic, without any solver."),
    "demo": _("Plan the telephone example, and write its report."),
    "template": _("Write an Excel workbook to fill in: a guide, and a sheet per table with notes and lists."),
    "dependence": _("Say who could dictate terms: what losing each supplier costs, and where one more source helps."),
    "rules": _("Say what each rule costs: alone, as the last of all, and its fair share of what all cost together."),
    "price-to-win": _("Say at which price each losing bid would win, and above which each winning one would lose."),
    "sheet": _("Write the sheet about its bids that a supplier may be shown; it says nothing of rivals."),
    "scenarios": _(
        "Plan named variations of a problem and compare them: totals, savings, exposure, what changes and why."
    ),
    "frontier": _("Draw cost against exposure: what each step of safety costs."),
    "switch": _("Say what leaving today's awards is worth net of switching, and which few changes bring most of it."),
    "makebuy": _(
        "Make or buy over time, for a study or one item of a problem: by how much, from which volume, how surely."
    ),
    "story": _("Tell a plan: where its money goes by country and maker, and when making it oneself would pay."),
    "reliability": _("Score suppliers by what they have done so far, each figure with its interval and its contracts."),
    "simulate": _("Simulate what the best plan may lose, and say which backups earn their fee."),
    "exposure": _("Say who could stop us, for how long, at what cost, and what a second source would be worth."),
    "landed": _("Landed cost of goods, part by part: incoterm, legs, duty, VAT, time in transit, stock, currency."),
    "labour": _("Labour across countries: net to gross, employer's cost, and what an hour of work done costs."),
    "qualify": _("Qualify suppliers: knock-outs, gaps, ranks, and for which weights the first stays first."),
    "quality": _("Quality and image in money: what a defect, a lost customer and a shortage cost."),
    "map": _("Propose how to read a file whose sheets and headings have names of their own."),
    "serve": _("Start the workspace: needs, plans and people in a browser, for a whole team."),
    "workspace": _("Keep a workspace: back it up, restore it, check its log, let people in."),
    "workspace backup": _("Write the whole workspace as it is at this moment into one file; it may go on running."),
    "workspace restore": _("Fill an empty workspace from a backup, all of it or nothing; SQLite or PostgreSQL alike."),
    "workspace log": _("Check the audit log: every entry is sealed by the one before it."),
    "workspace person": _("Let a person into a team, or give one who has lost the password another."),
    "doctor": _("Say what is in order on this machine and in its workspace, and what to do about the rest."),
    "market": _("Who is out there: public procurement records as one supplier register, to be searched and trusted."),
    "market ingest": _("Keep the records of a publisher or file, each once; go on where the last run stopped."),
    "market lists": _("Import a code list under its licence, or show which there are."),
    "market resolve": _("Make the register: one supplier per firm, searchable."),
    "market review": _("Show the pairs that wait for a person, or judge one."),
    "market search": _("Find who could do a job, in English, Russian or Ukrainian."),
    "market show": _("Show what the records say about a supplier, and beside it the red flags of its processes."),
    "market screen": _("Say who of the register may be on a sanctions or debarment list, and why; or judge an alert."),
    "market watch": _(
        "Look at every standing need anew, and say only what is worth an alert, with its value in money."
    ),
    "market alerts": _("Show the alerts that are open, or answer one: snooze it, dismiss it, or say that it is done."),
    "market unseen": _("Say how many firms that fit a need no source has told of yet, and whether to read another."),
    "market assistant": _(
        "Serve the market to an assistant program (Model Context Protocol): it reads, and may only propose."
    ),
    "market plan-capacity": _("Measure this machine, and say what 10 and 100 times the data would take."),
}

EPILOGUES: Mapping[str, Message] = {
    "plan": _("Exit codes: 0 a plan; 1 none exists; 2 the problem is invalid; 3 no plan found in the time given."),
    "check": _("Exit codes: 0 no fault; 2 at least one."),
    "template": _("A file that is there already is never overwritten."),
    "dependence": _(
        "Exit codes: 0 answered; 1 no plan exists; 2 the problem is invalid; 3 no plan found in the time given."
    ),
    "qualify": _("Exit codes: 0 answered; 1 every supplier is out; 2 the input is invalid."),
    "makebuy": _("Exit codes: 0 answered; 1 no option can take the whole work; 2 the input is invalid."),
    "map": _("Nothing is read by the proposal until you name it: check PROBLEM --map MAP.json, or plan."),
    "serve": _("Exit codes: 0 stopped by Ctrl-C; 2 not started. DATABASE_URL names a PostgreSQL database."),
    "workspace backup": _("Exit codes: 0 written; 1 the rehearsal failed; 2 not written. No file is overwritten."),
    "workspace restore": _("Exit codes: 0 restored; 1 refused, nothing was changed; 2 the file cannot be read."),
    "workspace log": _(
        "Exit codes: 0 whole; 1 broken. Who cuts off its end leaves a whole log: keep a seal elsewhere."
    ),
    "workspace person": _("ROLE is manager, buyer, approver, auditor or reader."),
    "doctor": _("Exit codes: 0 all is in order; 1 something is not."),
    "market ingest": _(
        "SOURCE is a file, or prozorro, prozorro-contracts, contracts-finder, find-a-tender, ted, sample."
    ),
    "market review": _("A judgement is a dated fact: it outlives every re-run, and --undo adds a fact that ends it."),
    "market screen": _(
        "FILE is FollowTheMoney JSON lines (OpenSanctions), a CSV of the EU, a table of your own with a column `name`, "
        "or sample. Exit codes: 0 nothing waits for a person; 1 an alert does; 2 a fault."
    ),
    "verify": _("Exit codes: 0 the plan holds; 1 it does not; 2 a file is invalid."),
}

PARAMETERS: Mapping[str, Message] = {
    "problem": _("Excel or ODS workbook, folder of CSV files, or JSON file"),
    "study": _("the study: workbook, folder of CSV files or JSON; some commands take a problem too"),
    "item": _("item of a problem; needed where it has several"),
    "study_kind": _(
        "the workbook of a study rather than of a problem: {kinds}", kinds=", ".join((*FORMS, "histories", "risks"))
    ),
    "as_tables": _("write what a plan can use of it as TABLE.csv files into this folder"),
    "seed": _("the samples that are drawn: the same number draws the same"),
    "as_problem": _("write what it says as tables of a problem into this folder"),
    "plan": _("the plan, as `plan --json` prints it"),
    "as_json": _("print only JSON"),
    "template_file": _("the workbook to write"),
    "source": _("fill the template with this problem"),
    "mapping": _("how to read a file with its own headings: a file of `map`, or `ask` to be shown and asked"),
    "map_out": _("file for the proposal, to be confirmed or edited"),
    "annotated": _("write a copy of the input with each fault marked in its cell"),
    "out": _("folder for the report: HTML, Excel, PDF and JSON"),
    "orders": _("orders of the rules to sample, where there are more than six of them"),
    "of_suppliers": _("only bids of this supplier; may be given several times"),
    "for_items": _("only bids for this item; may be given several times"),
    "one_supplier": _("the supplier that the sheet is for"),
    "policy": _(
        "what it says of where a bid stands: `off` nothing, `bands` roughly, where three suppliers bid at least"
    ),
    "sheet_out": _("folder for the sheet: Excel and PDF"),
    "sent": _("record in sent.jsonl what was said to whom, and when"),
    "scenario_file": _("the variations: CSV, Excel, ODS or JSON, the table `scenarios`"),
    "baseline": _("scenario that the others are compared with; by default the problem as it is"),
    "steps": _("points of each curve"),
    "histories": _("what suppliers have done: folder, workbook or JSON with the tables contracts, deliveries, firms"),
    "for_problem": _("the problem whose day and horizon count, and into which the figures go"),
    "informed_path": _("write that problem with the figures: a folder, or a file that ends in .xlsx or .json"),
    "months": _("months after which a record counts half; auto for what would have forecast best, none for never"),
    "years": _("years over which a failure is counted, where no problem is named"),
    "risk_tables": _(
        "what else may go wrong: folder, workbook or JSON with common_causes, drivers, correlations, stocks"
    ),
    "many": _("courses of events to simulate"),
    "with_seed": _("seed: the same one gives the same figures"),
    "without_plans": _("only for the plan as it is: no plan is made again without a backup, or with one more source"),
    "brief": _("only what each supplier's loss costs, not item by item, nor what one more source is worth"),
    "each": _("seconds that each plan of the answer may take; what is then not proved shows as a wider interval"),
    "gap": _("stop at a plan proved to be this close to the best one (0.01 is 1 %)"),
    "time_limit": _("stop after so many seconds with the best plan found"),
    "like": _("plan.json of a similar problem: a large event is then planned faster from there"),
    "threads": _("processors to use"),
    "encoding": _("encoding of CSV files that are not UTF-8, such as cp1251"),
    "today": _("the day to take for today, where the problem's settings name no `as_of`"),
    "host": _("address to listen at; 0.0.0.0 for the whole network (then set SECONDSOURCE_HOSTS)"),
    "port": _("port to listen at"),
    "data": _("folder of the database and files; by default ~/.local/share/secondsource"),
    "workers": _("searches that may run at once"),
    "empty": _("without demonstration data"),
    "backup_file": _("the backup"),
    "rehearse": _("restore it at once into a database that is thrown away, to see that it can be"),
    "seal": _("a seal that you kept: the log must still carry it"),
    "person_name": _("name to log in with"),
    "team": _("team; made where there is none of this name"),
    "role": _("what the person may do"),
    "market_folder": _("folder of the market"),
    "market_source": _("a publisher, or a file: OCDS as JSON, JSON lines or zipped; a supplier list as CSV or Excel"),
    "since": _("first day to read, for publishers that are asked by date"),
    "until": _("day up to which to read; by default today"),
    "base": _("address of a mirror to ask in place of the publisher"),
    "private": _("admit addresses that are not public, such as a mirror in your own network"),
    "columns": _("JSON file that says which heading of a supplier list means what: your confirmation"),
    "list_file": _('JSON file of codes and labels, such as {"45310000-3": "Electrical installation work"}'),
    "forms_file": _("CSV of legal forms: GLEIF's list, or the columns `name` and `abbreviation`"),
    "list_language": _("language of the labels, such as en"),
    "licence": _("licence under which the list may be used; kept with it"),
    "issued": _("day of the list's version; kept with it"),
    "pair": _("two mentions, as the review shows them"),
    "verdict": _("what you judge: same, different or undone"),
    "by": _("who judges"),
    "why": _("why; kept with the judgement"),
    "query": _("what is needed, in words"),
    "category": _("CPV code or its beginning"),
    "country": _("country as the records have it"),
    "region": _("region as the records have it"),
    "scale": _("size of the firm as the records have it: micro, sme, large"),
    "limit": _("most rows to show"),
    "as_suppliers": _("write the suppliers as a table of a problem into this folder"),
    "supplier": _("id of a supplier, as the search shows it"),
    "screen_list": _("list to import, in place of its last version"),
    "list_name": _("name to keep the list under; by default the file's"),
    "alert": _("id of an alert, as it is shown"),
    "screen_verdict": _("what you judge: cleared (somebody else), confirmed (the same), undone"),
    "needs_file": _("standing needs to watch: CSV, Excel or ODS, a row each, or sample; they stay watched"),
    "withdraw": _("a need to watch no more"),
    "threshold": _("money below which an alert is silent"),
    "answer": _("what became of the alert: snoozed, dismissed or done"),
    "snooze_days": _("for how many days it is snoozed"),
    "captured_by": _("compare sources, or the years in which firms were seen where there is one source"),
    "in_currency": _("show shares and prices in this currency too, each amount at the rate of its day"),
    "rates_file": _("own rates: a CSV with `currency`, `from` (a day) and `rate`, the page's currency for 1 of it"),
    "anew": _("make all of the register, not only what new records touch"),
    "engine": _("what scores pairs of names: duckdb, or spark, on this machine or a cluster"),
    "hour_price": _("price of an hour of such a machine, to show what a run would cost"),
    "take_proposed": _("watch a need that an assistant proposed"),
    "everything": _("also what was judged, or is not worth an alert"),
    "language": _("language of all texts; by default that of the environment"),
    "quiet": _("no progress"),
    "version": _("print the version"),
    "help": _("show this help"),
}


def language_asked(words: Sequence[str]) -> str:
    """Return the value of `--language` among the words of a command line, "" where there is none.

    Help and complaints must speak it too, so it is looked for before the line is parsed.

    >>> language_asked(["plan", "phone.xlsx", "--language=ru"])
    'ru'
    """
    for word, following in zip(words, [*words, ""][1:], strict=True):
        if word == "--language":
            return following
        if word.startswith("--language="):
            return word.partition("=")[2]
    return ""


class Command(TyperCommand):
    """A command that speaks the reader's language in its help and complaints."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help on stdout."""
        data().print(_help(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse words that are left over, in the reader's language."""
        ctx.allow_extra_args = True
        rest = _with_context(super().parse_args, ctx, args)
        if rest:
            raise typer.BadParameter(str(_("what is {words} for?", words=" ".join(rest))), ctx)
        return rest


class Commands(TyperGroup):
    """The program: its commands, and help for them."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help on stdout."""
        data().print(_help(ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Refuse an unknown command with the nearest known one."""
        if not args[0].startswith("-") and args[0] not in self.commands:
            raise typer.BadParameter(
                _unknown(_("there is no command {name}", name=args[0]), args[0], self.commands), ctx
            )
        return super().resolve_command(ctx, args)


def _with_context(parse: Callable[[Any, list[str]], list[str]], context: Any, words: list[str]) -> list[str]:
    """The words left over; typer forgets the command in some of its complaints."""
    try:
        return parse(context, words)
    except typer.TyperException as error:
        if getattr(error, "ctx", None) is None:
            setattr(error, "ctx", context)  # noqa: B010  not every TyperException has one
        raise


def complain(error: typer.TyperException) -> None:
    """Say on stderr what is wrong with the command line, and where help is."""
    context = getattr(error, "ctx", None)
    console = errors()
    console.print(Text(_complaint(error), style="bold red"))
    path = context.command_path if context is not None else "secondsource"
    console.print(Text(str(_("See: {command} --help", command=path))))


def _complaint(error: typer.TyperException) -> str:
    option, context = getattr(error, "option_name", ""), getattr(error, "ctx", None)
    parameter = getattr(error, "param", None)
    known = {name: each for each in context.command.get_params(context) for name in each.opts} if context else {}
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return _unknown(_("there is no option {option}", option=option), option, known)
    if kind == "MissingParameter" and parameter is not None:
        return str(_("{name} is missing: {meaning}", name=_name(parameter), meaning=PARAMETERS[parameter.name]))
    if kind == "BadOptionUsage":
        if option in known and known[option].is_flag:
            return str(_("{option} takes no value", option=option))
        return str(_("{option} needs a value", option=option))
    if isinstance(error, typer.BadParameter):
        return f"{_name(parameter)}: {error.message}" if parameter is not None else error.message
    return error.format_message()


def _unknown(complaint: Message, word: str, known: Collection[str]) -> str:
    """The complaint with the nearest known word."""
    nearest = Names(known).nearest(word)
    return str(
        _("{complaint}; did you mean {nearest}?", complaint=complaint, nearest=nearest) if nearest else complaint
    )


def _name(parameter: Any) -> str:
    """The parameter as it is written: --gap, or PROBLEM."""
    return str(parameter.metavar or parameter.name) if parameter.param_type_name == "argument" else parameter.opts[0]


def _help(context: Any) -> RenderableType:
    command = context.command
    subcommands = getattr(command, "commands", {})
    parameters = [each for each in command.get_params(context) if not getattr(each, "hidden", False)]
    arguments = [each for each in parameters if each.param_type_name == "argument"]
    options = [each for each in parameters if each.param_type_name == "option"]
    pieces = [context.command_path, str(_("[OPTIONS]")), *(_name(each) for each in arguments)]
    pieces += [str(_("COMMAND ..."))] if subcommands else []
    usage = Text.assemble((str(_("Usage:")), "bold"), " ", " ".join(pieces))
    name = _full_name(context.command_path)
    parts: list[RenderableType] = [usage, Padding(Text(str(COMMANDS[name])), (1, 0, 0, 2))]
    parts += _section(
        _("Commands"), [(each, str(COMMANDS[_full_name(f"{context.command_path} {each}")])) for each in subcommands]
    )
    parts += _section(_("Arguments"), [(_name(each), _meaning(each)) for each in arguments])
    parts += _section(_("Options"), [(_spelling(each), _meaning(each)) for each in options])
    if name in EPILOGUES:
        parts.append(Padding(Text(str(EPILOGUES[name])), (1, 0, 0, 2)))
    return Group(*parts)


def _full_name(path: str) -> str:
    """The name of a command as `COMMANDS` has it: without the program's, which stands for the program itself.

    >>> _full_name("secondsource market ingest"), _full_name("secondsource")
    ('market ingest', 'secondsource')
    """
    return path.removeprefix("secondsource ")


def _section(heading: Message, rows: Sequence[tuple[str, str]]) -> list[RenderableType]:
    if not rows:
        return []
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="cyan")
    for spelling, meaning in rows:
        grid.add_row(Text(f"  {spelling}"), Text(meaning))
    return [Text(f"\n{heading}", style="bold"), grid]


def _spelling(option: Any) -> str:
    names = ", ".join(sorted(option.opts, key=len))
    return names if option.is_flag else f"{names} {option.metavar}"


def _meaning(parameter: Any) -> str:
    text = str(PARAMETERS[parameter.name])
    default = parameter.default
    if isinstance(default, float):
        default = f"{default:f}".rstrip("0").rstrip(".")
    if parameter.param_type_name == "option" and not parameter.is_flag and default not in (None, "", []):
        return str(_("{text} (default: {default})", text=text, default=default))
    return text
