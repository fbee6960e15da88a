"""What the reference takes from the program itself: options of commands and texts of errors; not for prose.

In a page, a line `{command plan}` becomes the command's synopsis, options and exit codes, a line
`{texts problem.cells}` the texts that a module shows, and a line `{study makebuy}` the tables of a kind of study.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import secondsource
from secondsource.cli.app import application
from secondsource.cli.usage import COMMANDS, EPILOGUES, PARAMETERS
from secondsource.language import use_language
from secondsource.problem.cells import describe, plain
from secondsource.problem.columns import Column
from secondsource.problem.histories import HISTORIES
from secondsource.problem.risks import RISKS
from secondsource.problem.studies.forms import FORMS

PACKAGE = Path(secondsource.__file__).parent
MARK = re.compile(r"^\{(command|side|texts|study) ([\w.-]+)\}$", re.MULTILINE)


def expand(page: str) -> str:
    """Return a page with its marks replaced."""
    with use_language("en"):
        return MARK.sub(lambda mark: "\n".join(_EXPANSIONS[mark[1]](mark[2])), page)


def commands() -> dict[str, Any]:
    """Return the commands by name."""
    return dict(application().commands)


def _command(name: str) -> Iterator[str]:
    subcommands = getattr(commands()[name], "commands", {})
    if subcommands:
        yield from (str(COMMANDS[name]), "")
        for each, command in subcommands.items():
            yield from (f"### {name} {each}", "", *_synopsis(f"{name} {each}", command), "")
    else:
        yield from _synopsis(name, commands()[name])


def _synopsis(name: str, command: Any) -> Iterator[str]:
    shown = [each for each in command.params if not getattr(each, "hidden", False)]
    arguments = [str(each.metavar or each.name) for each in shown if each.param_type_name == "argument"]
    yield from (
        "```text",
        " ".join(["secondsource", name, "[OPTIONS]", *arguments]),
        "```",
        "",
        str(COMMANDS[name]),
        "",
    )
    yield from ("| argument or option | meaning | default |", "|---|---|---|")
    for each in shown:
        argument = each.param_type_name == "argument"
        spelling = arguments[0] if argument else ", ".join(each.opts)
        if argument:
            spelling = str(each.metavar or each.name)
        elif not each.is_flag:
            spelling += f" {each.metavar}"
        default = "" if argument or each.is_flag or each.default in (None, "") else f"`{each.default}`"
        shown_spelling = spelling.replace("|", "\\|")  # a bar would end the cell
        yield f"| `{shown_spelling}` | {PARAMETERS[each.name]} | {default} |"
    if name in EPILOGUES:
        yield from ("", str(EPILOGUES[name]))


def texts(module: str) -> list[str]:
    """Return the texts that a module of the package shows, as they stand in it."""
    tree = ast.parse((PACKAGE / (module.replace(".", "/") + ".py")).read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    found = [
        each.value
        for call in sorted(calls, key=lambda node: node.lineno)
        if call.func.id in ("_", "plural")  # type: ignore[attr-defined]
        for each in call.args[: 2 if call.func.id == "plural" else 1]  # type: ignore[attr-defined]
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]
    return list(dict.fromkeys(found))


def _texts(module: str) -> Iterator[str]:
    for text in texts(module):
        yield f"- `` {text} ``"


def _study(name: str) -> Iterator[str]:
    form = FORMS[name]
    yield from ("### settings", "", "| name | type, default | meaning |", "|---|---|---|")
    yield from (f"| `{title}` | {_kind(spec)} | {spec.meaning} |" for title, spec in form.settings.items())
    for table, kind in form.tables.items():
        needed = " (needed)" if table in form.required else ""
        summary = str(kind.__doc__).splitlines()[0]
        yield from (
            "",
            f"### {table}{needed}",
            "",
            summary,
            "",
            "| column | type, default | meaning |",
            "|---|---|---|",
        )
        for title, spec in kind.columns().items():
            if title not in ("source", "note"):
                yield f"| `{title}`{'*' if spec.key else ''} | {_kind(spec)} | {spec.meaning} |"


def _side(name: str) -> Iterator[str]:
    for table, columns in {"histories": HISTORIES, "risks": RISKS}[name].items():
        yield from (f"### {table}", "", "| column | type, default | meaning |", "|---|---|---|")
        for title, spec in columns.items():
            if title not in ("source", "note"):
                yield f"| `{title}`{'*' if spec.key else ''} | {_kind(spec)} | {spec.meaning} |"
        yield ""


def _kind(spec: Column) -> str:
    what = str(describe(spec))
    if spec.required:
        return f"{what}, needed"
    return what if spec.default in (None, "") else f"{what}, `{plain(spec.default)}`"


_EXPANSIONS = {"command": _command, "side": _side, "texts": _texts, "study": _study}
