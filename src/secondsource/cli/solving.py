"""A solve that Ctrl-C stops at once; not for what is solved."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from typing import TypeVar

from secondsource.cli.output import errors
from secondsource.cli.progress import Progress, Step

T = TypeVar("T")
THREAD = "solve"


def solve(work: Callable[[Callable[[Step], None] | None], T], quiet: bool) -> T:
    """Return what `work` returns, which is given what to call with its progress.

    It runs in a thread of its own: the solver looks for signals rarely, and turns an exception in its callback into a
    failure of its own.
    """
    if quiet:
        return beside(lambda: work(None))
    with Progress(errors()) as progress:
        return beside(lambda: work(progress))


def beside(work: Callable[[], T]) -> T:
    """Return what `work` returns, or raise what it raises, in a thread that speaks the same language."""
    outcome: Future[T] = Future()
    context = copy_context()

    def run() -> None:
        try:
            outcome.set_result(context.run(work))
        except BaseException as error:
            outcome.set_exception(error)

    threading.Thread(target=run, name=THREAD, daemon=True).start()
    return outcome.result()


def leave_if_solving(code: int) -> None:
    """End the process if a solve still runs: nothing else stops it, and Python's own way out would pull it down."""
    if any(thread.name == THREAD for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
