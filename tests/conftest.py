"""What every test may rely on: English texts and searches that repeat."""

from __future__ import annotations

import os

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
