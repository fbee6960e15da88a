"""Keeping a workspace: backup, restore, the check of its log, people, `doctor`; not for what people do in it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from secondsource.cli import options, serve_command
from secondsource.cli.output import data, errors, print_json
from secondsource.cli.usage import Command, Commands
from secondsource.language import Message, _

workspace = typer.Typer(cls=Commands, add_completion=False, rich_markup_mode=None)

BackupFile = Annotated[Path, typer.Argument(metavar="FILE.zip")]
Rehearse = Annotated[bool, typer.Option("--rehearse")]
Seal = Annotated[str, typer.Option("--seal", metavar="NUMBER:SEAL")]
PersonName = Annotated[str, typer.Argument(metavar="NAME")]
TeamName = Annotated[str, typer.Option("--team", metavar="TEAM")]
Role = Annotated[str, typer.Option("--role", metavar="ROLE")]


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for name, function in (("backup", backup), ("restore", restore), ("log", check_log), ("person", person)):
        workspace.command(name, cls=Command)(function)
    app.add_typer(workspace, name="workspace")
    app.command("doctor", cls=Command)(doctor)


def _ready(folder: Path | None) -> bool:
    """Whether Django could be set up for the workspace in this folder; says what is missing."""
    if serve_command.is_missing():
        return False
    from secondsource.web import supervise

    supervise.set_up(folder)
    return True


def backup(
    backup_file: BackupFile,
    data: serve_command.Data = None,
    rehearse: Rehearse = False,
    language: options.Language = "",
) -> int:
    """Write the whole workspace into one file."""
    if not _ready(data):
        return 2
    from secondsource.web import backup as backups

    kept = backups.save(backup_file)
    _say(_("{file}: {rows} rows, {entries} entries of the log, the last seal {seal}", file=backup_file, rows=kept.rows,
           entries=kept.entries, seal=kept.seal))  # fmt: skip
    return _rehearse(backup_file) if rehearse else 0


def _rehearse(backup_file: Path) -> int:
    """Restore a backup into a database that is thrown away: a backup that nobody tried is none."""
    with tempfile.TemporaryDirectory(prefix="secondsource-rehearsal-") as folder:
        command = [sys.executable, "-m", "secondsource", "workspace", "restore", str(backup_file), "--data", folder]
        environment = {**os.environ, "DATABASE_URL": ""}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        _complain(_("The rehearsal failed: {why}", why=done.stderr.strip()))
        return 1
    _say(_("Rehearsed: it was restored into a database of its own, and holds."))
    return 0


def restore(backup_file: BackupFile, data: serve_command.Data = None, language: options.Language = "") -> int:
    """Fill an empty workspace from a backup."""
    if not _ready(data):
        return 2
    from secondsource.web import backup as backups

    try:
        kept = backups.restore(backup_file)
    except backups.NotRestored as error:
        _complain(_("{file} was not restored: {why}", file=backup_file, why=error.why))
        return 1
    _say(_("{rows} rows of {when} are back; the log of {entries} entries holds.", rows=kept.rows, when=kept.made_at,
           entries=kept.entries))  # fmt: skip
    return 0


def check_log(
    data: serve_command.Data = None, seal: Seal = "", as_json: options.AsJson = False, language: options.Language = ""
) -> int:
    """Check the chain of seals of the audit log."""
    number, _colon, kept = seal.partition(":")
    if seal and (not number.isdigit() or len(kept) != 64):
        raise typer.BadParameter(str(_("a seal is written 17:0123…, number and 64 letters and digits")))
    if not _ready(data):
        return 2
    from secondsource.web.audit import log
    from secondsource.web.audit.models import Entry

    found = list(log.broken())
    if seal and not Entry.objects.filter(number=int(number), seal=kept).exists():
        found.append(log.Finding(int(number), _("does not carry the seal that you kept: the log was cut or rewritten")))
    count, last = log.last_seal()
    if as_json:
        broken = [{"entry": each.number, "what": str(each.what)} for each in found]
        print_json({"whole": not found, "entries": count, "seal": last, "broken": broken})
    elif found:
        for each in found[:50]:
            _complain(_("entry {number} {what}", number=each.number, what=each.what))
    else:
        _say(
            _("✓ {count} entries, unbroken. Keep the last seal elsewhere: {seal}", count=count, seal=f"{count}:{last}")
        )
    return 1 if found else 0


def person(
    person_name: PersonName,
    data: serve_command.Data = None,
    team: TeamName = "",
    role: Role = "manager",
    language: options.Language = "",
) -> int:
    """Add a person to a team, or give one a new password and role."""
    if not _ready(data):
        return 2
    from secondsource.web.people import accounts

    try:
        password = accounts.admit(person_name, team, role)
    except accounts.NotAdmitted as error:
        _complain(error.why)
        return 2
    _say(_("{name} can log in with the password {password} (shown this once).", name=person_name, password=password))
    return 0


MARKS: Mapping[str, tuple[str, str]] = {"good": ("✓", "green"), "remark": ("·", "yellow"), "bad": ("✗", "bold red")}


def doctor(data: serve_command.Data = None, as_json: options.AsJson = False, language: options.Language = "") -> int:
    """Say what is in order on this machine and in its workspace, and what to do about the rest."""
    from secondsource.web import checkup

    findings = list(checkup.machine())
    if not serve_command.missing() and _ready(data):
        findings += checkup.workspace()
    if as_json:
        print_json([{name: value if value is None else str(value) for name, value in vars(each).items()} for each in findings])  # fmt: skip  # noqa: E501
    else:
        for each in findings:
            mark, style = MARKS[each.verdict]
            way = f"  → {each.way_out}" if each.way_out is not None else ""
            _say(f"{mark} {each.what}: {each.how}{way}", style)
    return 1 if any(each.verdict == "bad" for each in findings) else 0


def _say(line: str | Message, style: str = "") -> None:
    data().print(Text(str(line), style=style), soft_wrap=True)


def _complain(line: Message) -> None:
    errors().print(Text(str(line), style="bold red"), soft_wrap=True)
