"""One run of the command line: its language, and an exit code in place of every exception; not for the commands."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping, Sequence

import typer
from rich.text import Text

from secondsource.cli import faults, usage
from secondsource.cli.app import application
from secondsource.cli.output import errors, print_json
from secondsource.cli.solving import leave_if_solving
from secondsource.errors import InvalidInput, SecondsourceError
from secondsource.language import Message, _, use_language

REFUSED: Mapping[type[OSError], Message] = {
    FileNotFoundError: _("there is no such file or folder"),
    PermissionError: _("access is not allowed"),
    FileExistsError: _("is a file, not a folder"),
    NotADirectoryError: _("is a file, not a folder"),
    IsADirectoryError: _("is a folder, not a file"),
}

INVALID, NOT_IN_TIME, STOPPED, UNREAD = 2, 3, 130, 141


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` and return the exit code; only a defect of ours leaves a traceback."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a console that lacks a letter shows "?" instead of failing
            stream.reconfigure(errors="replace")
    with use_language(usage.language_asked(words)):
        try:
            code = _invoke(words)
            sys.stdout.flush()
            return code
        except BrokenPipeError:
            # Python flushes stdout once more as it ends: give it somewhere to go.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return UNREAD
        except KeyboardInterrupt:
            _say(_("Stopped."))
            leave_if_solving(STOPPED)
            return STOPPED


def _invoke(words: Sequence[str]) -> int:
    """Run the command and return its exit code, or that of what went wrong."""
    command = application()
    try:
        with command.make_context("secondsource", list(words) or ["--help"]) as context:
            code = command.invoke(context)
    except typer.Exit as leaving:
        return leaving.exit_code
    except typer.TyperException as error:
        usage.complain(error)
    except InvalidInput as error:
        if "--json" in words:
            print_json({"errors": faults.as_json(error.faults)})
        else:
            faults.show(error.faults, errors())
    except SecondsourceError as error:
        _say(_("The solver stopped without a plan: {why}", why=error))
        return NOT_IN_TIME
    except BrokenPipeError:
        raise
    except OSError as error:
        why = next((text for kind, text in REFUSED.items() if isinstance(error, kind)), error.strerror or error)
        _say(_("{file}: {why}", file=error.filename, why=why) if error.filename else _("Cannot write: {why}", why=why))
    else:
        return int(code or 0)
    return INVALID


def _say(message: Message) -> None:
    errors().print(Text(str(message), style="bold red"), soft_wrap=True)
