"""The commands: they parse, call the library, print, and say by their exit code how it went; not for deciding anything.

Exit codes: 0 a plan; 1 none exists (or `verify` refuses the plan); 2 the problem or the command line is invalid;
3 no plan found in the time given; 130 stopped by Ctrl-C; 141 nobody reads the output any more.
"""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` (those of the process by default) and return the exit code."""
    try:
        from secondsource.cli.run import run
    except KeyboardInterrupt:  # while the packages load
        return 130
    return run(arguments)
