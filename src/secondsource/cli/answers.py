"""How the commands that ask `advice` put their question and show the answer; not for any one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from rich.text import Text

from secondsource.cli.output import data, errors, print_json
from secondsource.cli.solving import beside
from secondsource.errors import Fault, InvalidInput
from secondsource.language import Message, _
from secondsource.problem.nearest import Names
from secondsource.problem.plan import Plan

T = TypeVar("T")
Told = Callable[[int, int], None]


def refuse_unknown(table: str, column: str, names: Sequence[str], known: Mapping[str, int]) -> None:
    """Refuse names that a table does not have, with the nearest that it has."""
    faults = []
    for name in names:
        if name not in known:
            near = Names(known).nearest(name)
            expected = _("is not in {table}; did you mean {near!r}?", table=table, near=near)
            faults.append(Fault("", table, 0, column, name, expected if near else _("is not in {table}", table=table)))
    if faults:
        raise InvalidInput(faults)


def asked(question: Callable[[Told], T], quiet: bool) -> T:
    """Return the answer to a question of many plans, with its progress on stderr where that is a terminal."""
    console = errors()
    if quiet or not console.is_terminal:
        return beside(lambda: question(lambda _done, _count: None))
    with console.status(str(_("Planning ..."))) as status:

        def told(done: int, count: int) -> None:
            status.update(str(_("Planning: {done} of {count} questions answered", done=done, count=count)))

        return beside(lambda: question(told))


def show_of_plan(
    answer: Any, plan: Plan, page: Callable[[str], Any], problem: Path, as_json: bool, out: Path | None
) -> int:
    """Show an answer about a plan as `show` does, or say that there is none; return the exit code."""
    if plan.cost is not None:
        return show(answer, page, problem, as_json, out)
    if as_json:
        from secondsource.reports.page_json import as_json as to_json

        print_json(to_json(answer))
    return without_plan(plan)


def show(answer: Any, page: Callable[[str], Any], source: Path, as_json: bool, out: Path | None) -> int:
    """Print an answer, write its files where `out` asks for them, and return 0; `page` takes the title."""
    from secondsource.reports.page_files import write_files
    from secondsource.reports.page_json import as_json as to_json

    made = page(source.resolve().stem)
    if as_json:
        print_json(to_json(answer))
    else:
        from secondsource.reports.page_terminal import page_of_advice

        console = data()
        console.print(page_of_advice(made, console.width))
    if out is not None:
        tell(_("Report: {file}", file=write_files(made, answer, out).resolve()))
    return 0


def without_plan(plan: Plan) -> int:
    """Say that there is no plan to ask about, and return the exit code."""
    errors().print(Text(str(_("There is no plan to ask about: see `secondsource plan`.")), style="bold red"))
    return 3 if plan.status == "no plan found in time" else 1


def tell(message: Message) -> None:
    """Say something beside the answer: where a file is."""
    errors().print(Text(str(message)), soft_wrap=True)
