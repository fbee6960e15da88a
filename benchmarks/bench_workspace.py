"""Server time of the workspace's pages with 2,000 items and 30,000 offers: p50, p95 and worst of each, in milliseconds.

Run with `make bench`. The pages are asked of the application itself, without a network, on SQLite in a file.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable

ITEMS, OFFERS, SUPPLIERS, TIMES = 2_000, 30_000, 300, 60


def main() -> None:
    """Fill a workspace, ask its pages, print the table."""
    folder = tempfile.mkdtemp(prefix="secondsource-bench-")
    os.environ |= {"SECONDSOURCE_DATA": folder, "DJANGO_SETTINGS_MODULE": "secondsource.web.settings"}
    os.environ.pop("DATABASE_URL", None)
    try:
        measure()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure() -> None:
    """Do it."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from secondsource.language import _
    from secondsource.web.people.models import Membership, Person, Team
    from secondsource.web.planning import tables
    from secondsource.web.planning.projects import begin

    call_command("migrate", verbosity=0)
    team = Team.objects.create(name="Bench")
    person = Person.objects.create_user("bench", password="x")
    Membership.objects.create(team=team, person=person, role="manager")
    project = begin(team, "Large", person)
    tables.replace_tables(project, problem(), person, _("x"), base=None)
    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    base = [1]

    def edit() -> int:
        cells = [[15_000 + base[0], "unit_price", str(base[0])]]
        text = json.dumps({"base": base[0], "cells": cells})
        base[0] += 1
        return int(client.post(f"/projects/{project.pk}/tables/offers/cells/?page=76", {"edit": text}).status_code)

    def get(address: str) -> Callable[[], int]:
        return lambda: int(client.get(f"/projects/{project.pk}/{address}").status_code)

    pages = {
        "projects": lambda: int(client.get("/").status_code),
        "project": get(""),
        "offers, page 1": get("tables/offers/"),
        "offers, page 100": get("tables/offers/?page=100"),
        "one cell of 30,000 offers": edit,
        "a row as a form": get("tables/offers/rows/12345/"),
        "versions": get("versions/"),
        "bill of materials": get("bom/"),
    }
    sys.stdout.write(f"{'page':<28}{'p50':>8}{'p95':>8}{'worst':>8}   ms, {TIMES} times\n")
    for name, ask in pages.items():
        ask()  # the first page loads templates
        took = []
        for _time in range(TIMES):
            began = time.perf_counter()
            if ask() != 200:
                raise SystemExit(f"{name}: refused")
            took.append((time.perf_counter() - began) * 1000)
        p95 = statistics.quantiles(took, n=20)[-1]
        sys.stdout.write(f"{name:<28}{statistics.median(took):>8.0f}{p95:>8.0f}{max(took):>8.0f}\n")
    began = time.perf_counter()
    get("faults/")()
    sys.stdout.write(f"{'check of a new version, once':<28}{(time.perf_counter() - began) * 1000:>8.0f}\n")


def problem() -> dict[str, list[dict[str, str]]]:
    """2,000 items in 40 assemblies, 30,000 offers of 300 suppliers: 15 each."""
    items = [{"item": f"i{n}", "name": f"Part {n}", "demand": "100" if n < 40 else "0"} for n in range(ITEMS)]
    return {
        "items": items,
        "bom": [{"parent": f"i{n % 40}", "child": f"i{n}", "quantity": "2"} for n in range(40, ITEMS)],
        "suppliers": [{"supplier": f"s{n}", "name": f"Supplier {n}"} for n in range(SUPPLIERS)],
        "offers": [
            {
                "offer": f"o{n}",
                "item": f"i{n % ITEMS}",
                "supplier": f"s{n % SUPPLIERS}",
                "unit_price": str(1 + n % 97),
                "turnkey": "true" if n % ITEMS >= 40 else "false",
            }  # assemblies take bought parts
            for n in range(OFFERS)
        ],
    }


if __name__ == "__main__":
    main()
