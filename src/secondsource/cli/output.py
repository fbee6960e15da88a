"""The two streams of a command: data on stdout, messages on stderr; not for what is written to them."""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from typing import Any

from rich.console import Console


class Stream(Console):
    """A console whose reader may go away: `run` then ends quietly with its own exit code."""

    def on_broken_pipe(self) -> None:
        """Pass the closed pipe on instead of leaving with code 1."""
        raise BrokenPipeError


def data() -> Stream:
    """Return the console on stdout."""
    return Stream(highlight=False, markup=False, emoji=False)


def errors() -> Stream:
    """Return the console on stderr."""
    return Stream(stderr=True, highlight=False, markup=False, emoji=False)


def print_json(value: Any) -> None:
    """Print `value` as JSON on stdout and nothing else; money as numbers, messages as text."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=_plain) + "\n")


def _plain(value: object) -> float | str:
    return float(value) if isinstance(value, Decimal) else str(value)
