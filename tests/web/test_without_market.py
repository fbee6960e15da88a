"""The workspace runs where the extra `market` is not installed: in a container, and after a first `make serve`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

WITHOUT = """
import importlib.abc, sys
ABSENT = {"duckdb", "splink", "tantivy", "pyarrow", "cleanco", "pymorphy3", "snowballstemmer", "stdnum",
          "pandas", "mcp"}
class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name.split(".")[0] in ABSENT else find(name, package)

import django
django.setup()
from datetime import UTC, datetime
from django.core.management import call_command
from django.test import Client
from secondsource.web.jobs import scheduler
from secondsource.web.people.models import Membership, Person, Team
call_command("migrate", verbosity=0)
team = Team.objects.create(name="Ours")
maria = Person.objects.create_user("maria")
Membership.objects.create(team=team, person=maria, role="manager")
client = Client(headers={"host": "localhost"}, raise_request_exception=True)
client.force_login(maria, backend="allauth.account.auth_backends.AuthenticationBackend")
for address in ("/", "/suppliers/", "/market/", "/market/?q=bolts", "/alerts/", "/alerts/market.ics", "/contracts/",
                "/requests/", "/events/", "/team/", "/log/", "/calendar/", "/keys/"):
    print(address, client.get(address).status_code)
scheduler.tick(datetime.now(UTC))
print("ticked")
"""


def test_every_room_opens_without_the_packages_of_the_market(tmp_path: Path) -> None:
    environment = {**os.environ, "SECONDSOURCE_DATA": str(tmp_path), "DATABASE_URL": "", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([sys.executable, "-c", WITHOUT], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    *pages, last = done.stdout.splitlines()
    assert last == "ticked" and len(pages) == 13
    assert [page for page in pages if not page.endswith(" 200")] == []
