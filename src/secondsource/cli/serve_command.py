"""The command that starts the workspace; not for what the workspace does, which only `web` knows."""

from __future__ import annotations

import importlib.util
import os
import socket
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from secondsource.cli import options
from secondsource.cli.output import errors
from secondsource.cli.usage import Command
from secondsource.language import Message, _

NEEDED = ("django", "uvicorn", "allauth", "axes", "rules", "whitenoise", "django_htmx")

Host = Annotated[str, typer.Option("--host", metavar="ADDRESS")]
Port = Annotated[int, typer.Option("--port", metavar="PORT", parser=options.port)]
Data = Annotated[Path | None, typer.Option("--data", metavar="DIR")]
Workers = Annotated[int, typer.Option("--workers", metavar="N", parser=options.threads)]
Empty = Annotated[bool, typer.Option("--empty")]


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    data: Data = None,
    workers: Workers = 1,
    empty: Empty = False,
    language: options.Language = "",
) -> int:
    """Start the workspace and keep it going until Ctrl-C."""
    if is_missing():
        return 2
    if _is_taken(host, port):
        _say(_("Port {port} is taken: choose another with --port.", port=port))
        return 2
    return _serve(host, port, data, workers, None if empty else options.example("phone"))


def missing() -> list[str]:
    """Return the packages of the workspace that are not installed."""
    return [name for name in NEEDED if importlib.util.find_spec(name) is None]


def is_missing() -> bool:
    """Return whether the workspace is not installed, and say so where it is not."""
    absent = missing()
    if absent:
        _say(_("The workspace is an extra, which is not installed here ({packages} missing).", packages=", ".join(absent)))  # fmt: skip  # noqa: E501
        _say(_("Install it: pip install 'secondsource[web]', or in a checkout: make serve"))
    return bool(absent)


def _serve(host: str, port: int, data: Path | None, workers: int, example: Path | None) -> int:
    from secondsource.web import supervise

    environment = supervise.environment_with(data)
    if host not in ("127.0.0.1", "localhost"):
        environment["SECONDSOURCE_HOSTS"] = ",".join(filter(None, [os.environ.get("SECONDSOURCE_HOSTS", ""), host]))
    address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/"  # noqa: S104  compared, not bound

    def ready() -> None:
        _say(_("The workspace is at {address}", address=address), "bold green")
        if logins:
            _say(_("Log in as (name, password, role):"))
            for line in logins:
                errors().print(Text(f"  {line}"))
        _say(_("Ctrl-C stops it."))

    try:
        logins = supervise.prepare(environment, None if example is None else example.parent)
        kept = supervise.children(host, port, workers)
        supervise.run(kept, environment, address, ready, lambda name: _say(_("{name} ended", name=name)))
    except supervise.NotStarted as error:
        _say(_("The workspace could not be started: {why}", why=error), "bold red")
        return 2
    _say(_("Stopped."))
    return 0


def _is_taken(host: str, port: int) -> bool:
    """Whether someone listens there already."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


def _say(message: Message, style: str = "") -> None:
    errors().print(Text(str(message), style=style), soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("serve", cls=Command)(serve)
