"""What every test may rely on: English texts and searches that repeat; and the table of what proofs counted."""

from __future__ import annotations

import os
import platform
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

# Tests compare English texts; one that wants another language asks for it with use_language or its own environment.
for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", "FORCE_COLOR"):
    os.environ.pop(name, None)
os.environ["LANGUAGE"] = "en"

# A red test must be red again on the next run and on the next machine.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None, print_blob=True)
# `make test` looks where it looked before; `pytest --hypothesis-profile=search` looks elsewhere, and longer.
settings.register_profile("search", max_examples=1000, deadline=None, print_blob=True)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--table FILE`, which `make prove` uses."""
    parser.addoption("--table", type=Path, help="write what was counted to this Markdown file")


def pytest_configure(config: pytest.Config) -> None:
    """Count what runs where a table is asked for."""
    if config.getoption("--table") is not None:
        config.pluginmanager.register(_Table(config.getoption("--table")))


class _Table:
    """Counts cases and seconds by test, and writes them down at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.outcomes: dict[str, Counter[str]] = {}
        self.seconds: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        test = report.nodeid.partition("[")[0]
        if report.when == "call" or report.skipped or report.failed:
            self.outcomes.setdefault(test, Counter())[report.outcome] += 1
        self.seconds[test] += int(report.duration * 1000)

    def pytest_sessionfinish(self) -> None:
        when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        machine = f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores"
        rows = [
            f"| `{test}` | {n['passed']} | {n['failed']} | {n['skipped']} | {self.seconds[test] / 1000:.1f} |"
            for test, n in self.outcomes.items()
        ]
        head = ["| proof | cases held | failed | skipped | seconds |", "|---|--:|--:|--:|--:|"]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text("\n".join([f"# Proofs of {when}", "", machine, "", *head, *rows, ""]), encoding="utf-8")
