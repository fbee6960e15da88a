"""The values that options take, checked with complaints in the reader's language; not for their help (see `usage`)."""

from __future__ import annotations

import codecs
import math
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

import secondsource
from secondsource.language import FOLDER, Message, _

MOST_THREADS = 1024
BESIDE = ("histories", "risks")
"""Tables beside a problem that have a workbook to fill in, as studies have."""


def languages() -> list[str]:
    """Return the languages that texts exist in."""
    return sorted({"en", *(folder.name for folder in FOLDER.iterdir() if (folder / "LC_MESSAGES").is_dir())})


def _refuse(why: Message) -> typer.BadParameter:
    return typer.BadParameter(str(why))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def gap(text: str) -> float:
    """Read a gap, 0..1."""
    value = _number(text)
    if not 0 <= value <= 1:
        raise _refuse(_("'{text}' is no share between 0 and 1", text=text))
    return value


def seconds(text: str) -> float:
    """Read a time above zero."""
    value = _number(text)
    if not 0 < value < math.inf:
        raise _refuse(_("'{text}' is no number of seconds above 0", text=text))
    return value


def threads(text: str | int) -> int:
    """Read a number of threads, at least 1 (the default comes as a number)."""
    value = _number(str(text))
    if value != value // 1 or not 1 <= value <= MOST_THREADS:
        raise _refuse(_("'{text}' is no whole number from 1 to {most}", text=text, most=MOST_THREADS))
    return int(value)


def port(text: str | int) -> int:
    """Read a port, 1..65535 (the default comes as a number)."""
    if not str(text).isdigit() or not 1 <= int(text) <= 65535:
        raise _refuse(_("'{text}' is no port from 1 to 65535", text=text))
    return int(text)


def example(name: str) -> Path | None:
    """Return the folder of an example: in the package, in the checkout around it, or where the command runs."""
    package = Path(secondsource.__file__).parent
    places = (package / "examples", package.parent.parent / "examples", Path("examples"))
    return next((place / name for place in places if any((place / name).glob("*.csv"))), None)


def encoding(text: str) -> str:
    """Read the name of a text encoding."""
    try:
        if codecs.lookup(text)._is_text_encoding:
            return text
    except (LookupError, ValueError):
        pass
    raise _refuse(_("'{text}' is no encoding; try utf-8, cp1251 or latin-1", text=text))


def day(text: str) -> date:
    """Read an ISO date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _refuse(_("'{text}' is no date such as 2010-06-28", text=text)) from None


def policy(text: str) -> str:
    """Read a policy of what suppliers are told."""
    if text in ("off", "bands"):
        return text
    raise _refuse(_("'{text}' is no policy: off or bands", text=text))


def study_kind(text: str) -> str:
    """Read the name of a kind of study."""
    from secondsource.problem.studies.forms import FORMS

    kinds = (*FORMS, *BESIDE)
    if text and text not in kinds:
        raise _refuse(_("'{text}' is no kind of study: {kinds}", text=text, kinds=", ".join(kinds)))
    return text


def language(text: str) -> str:
    """Read the code of a language that texts exist in."""
    if text and text not in languages():
        raise _refuse(_("'{text}' is no language of ours: {languages}", text=text, languages=", ".join(languages())))
    return text


ProblemPath = Annotated[Path, typer.Argument(metavar="PROBLEM")]
StudyPath = Annotated[Path, typer.Argument(metavar="STUDY")]
PlanPath = Annotated[Path, typer.Argument(metavar="PLAN")]
AsJson = Annotated[bool, typer.Option("--json")]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR")]
Gap = Annotated[float, typer.Option("--gap", metavar="SHARE", parser=gap)]
TimeLimit = Annotated[float | None, typer.Option("--time-limit", metavar="SECONDS", parser=seconds)]
Like = Annotated[Path | None, typer.Option("--like", metavar="PLAN")]
Threads = Annotated[int, typer.Option("--threads", metavar="N", parser=threads)]
Encoding = Annotated[str, typer.Option("--encoding", metavar="NAME", parser=encoding)]
Today = Annotated[date | None, typer.Option("--today", metavar="DATE", parser=day)]
Language = Annotated[str, typer.Option("--language", metavar="LANGUAGE", parser=language)]
Quiet = Annotated[bool, typer.Option("--quiet", "-q")]
Version = Annotated[bool, typer.Option("--version")]
