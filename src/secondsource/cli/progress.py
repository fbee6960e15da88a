"""How far a solve has come, on stderr: one moving line on a terminal, a few plain lines elsewhere; not for results."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.status import Status

from secondsource.language import Message, _
from secondsource.reports.numbers import number, percent

FIRST_LINE_SECONDS = 2.0
"""A solve that ends sooner says nothing where there is no terminal; each further line takes twice as long to come."""


class Step(Protocol):
    """What the solver knows at a moment; None for what it does not know yet."""

    @property
    def seconds(self) -> float:
        """Since the start."""

    @property
    def bound(self) -> float | None:
        """No plan costs less."""

    @property
    def best(self) -> float | None:
        """Cost of the best plan found."""

    @property
    def gap(self) -> float | None:
        """`(best - bound) / best`."""


class Progress:
    """Shows the steps of a solve that it is called with, while it is entered."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.status: Status | None = None
        self.next_line = FIRST_LINE_SECONDS

    def __enter__(self) -> Self:
        if self.console.is_terminal:
            self.status = self.console.status(str(_("Planning ...")))
            self.status.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.status is not None:
            self.status.stop()

    def __call__(self, step: Step) -> None:
        """Show the step, unless a line was printed only recently."""
        if self.status is not None:
            self.status.update(str(describe(step)))
        elif step.seconds >= self.next_line:
            self.next_line = 2 * step.seconds
            self.console.print(str(describe(step)), soft_wrap=True)


def describe(step: Step) -> Message:
    """Return the step in words: seconds, best plan, bound and gap, as far as they are known.

    >>> from types import SimpleNamespace
    >>> str(describe(SimpleNamespace(seconds=3.21, bound=900.0, best=1000.0, gap=0.1)))
    '3 s: best plan 1,000, none below 900, gap 10%'
    """
    seconds = number(step.seconds, 0)
    bound = None if step.bound is None else number(step.bound, 0)
    if step.best is None or step.gap is None:
        if bound is None:
            return _("{seconds} s: looking for a plan", seconds=seconds)
        return _("{seconds} s: no plan yet, none below {bound}", seconds=seconds, bound=bound)
    return _(
        "{seconds} s: best plan {best}, none below {bound}, gap {gap}",
        seconds=seconds,
        best=number(step.best, 0),
        bound=bound or "–",
        gap=percent(step.gap, 2),
    )
