"""Progress on stderr: sparse where there is no terminal."""

from __future__ import annotations

import io
from dataclasses import dataclass

from rich.console import Console

from secondsource.cli.progress import Progress


@dataclass
class Step:
    seconds: float
    bound: float | None = None
    best: float | None = None
    gap: float | None = None


def lines(*steps: Step, terminal: bool = False) -> list[str]:
    console = Console(file=io.StringIO(), force_terminal=terminal, width=80, highlight=False)
    with Progress(console) as progress:
        for step in steps:
            progress(step)
    text: str = console.file.getvalue()  # type: ignore[attr-defined]
    return text.splitlines()


def test_a_quick_solve_says_nothing() -> None:
    assert lines(Step(0.1), Step(1.9, 5.0, 6.0, 1 / 6)) == []


def test_lines_become_rarer_as_the_solve_goes_on() -> None:
    said = lines(*(Step(seconds / 2, 900.0, 1000.0, 0.1) for seconds in range(1, 121)))
    assert [line.split(":")[0] for line in said] == ["2 s", "4 s", "8 s", "16 s", "32 s"]
    assert said[0] == "2 s: best plan 1,000, none below 900, gap 10%"


def test_what_is_not_known_yet_is_not_said() -> None:
    assert lines(Step(3)) == ["3 s: looking for a plan"]
    assert lines(Step(3, bound=900.0)) == ["3 s: no plan yet, none below 900"]


def test_on_a_terminal_one_line_moves_and_leaves_nothing_behind() -> None:
    said = "\n".join(lines(Step(0.5, 900.0, 1000.0, 0.1), terminal=True))
    assert "\x1b[?25l" in said and said.endswith("\x1b[2K")
