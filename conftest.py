"""The workspace needs a folder and a database before any of its modules is imported: tests get their own."""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import tempfile

HAS_DJANGO = importlib.util.find_spec("django") is not None and importlib.util.find_spec("allauth") is not None
collect_ignore_glob = [] if HAS_DJANGO else ["src/secondsource/web/*", "tests/web/*"]

if HAS_DJANGO:
    folder = tempfile.mkdtemp(prefix="secondsource-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["SECONDSOURCE_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "secondsource.web.settings"

    import django

    django.setup()
