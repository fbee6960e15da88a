"""Run the command line as `python -m secondsource`."""

from __future__ import annotations

import sys

from secondsource.cli import main

sys.exit(main())
