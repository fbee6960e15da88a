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
from datetime import UTC, datetime
from typing import Any

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
    from secondsource.web.server import collect_seldom

    collect_seldom()
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
    plans = solved(project, person)
    pages |= {
        "a plan": lambda: int(client.get(f"/plans/{plans[0]}/").status_code),
        "a chart of it": lambda: int(client.get(f"/plans/{plans[0]}/charts/items/").status_code),
        "three scenarios side by side": get("compare/"),
        "contracts": lambda: int(client.get("/contracts/").status_code),
        "suppliers": lambda: int(client.get("/suppliers/").status_code),
    }
    sys.stdout.write(f"{'page':<30}{'p50':>8}{'p95':>8}{'worst':>8}{'first':>8}   ms, {TIMES} times\n")
    for name, ask in pages.items():
        began = time.perf_counter()
        ask()  # loads templates; the first page of a plan reads its whole problem
        first = (time.perf_counter() - began) * 1000
        took = []
        for _time in range(TIMES):
            began = time.perf_counter()
            if ask() != 200:
                raise SystemExit(f"{name}: refused")
            took.append((time.perf_counter() - began) * 1000)
        p95 = statistics.quantiles(took, n=20)[-1]
        sys.stdout.write(f"{name:<30}{statistics.median(took):>8.0f}{p95:>8.0f}{max(took):>8.0f}{first:>8.0f}\n")
    began = time.perf_counter()
    get("faults/")()
    sys.stdout.write(f"{'check of a new version, once':<30}{(time.perf_counter() - began) * 1000:>8.0f}\n")
    from secondsource.web import backup, store

    began = time.perf_counter()
    kept = backup.save(store.folder() / "bench.zip")
    size = (store.folder() / "bench.zip").stat().st_size / 1e6
    took_ms = (time.perf_counter() - began) * 1000
    sys.stdout.write(f"{'a backup of it all, once':<30}{took_ms:>8.0f}   {kept.rows} rows, {size:.1f} MB\n")


def solved(project: Any, person: Any) -> list[int]:
    """The numbers of the plans of three scenarios, searched as a worker does it; enters suppliers and contracts."""
    from datetime import date

    from secondsource.web.contracts import concluding
    from secondsource.web.jobs import lease
    from secondsource.web.planning import answering
    from secondsource.web.planning.models import Solve
    from secondsource.web.planning.projects import queue
    from secondsource.web.suppliers import translate

    translate.from_project(project)
    for name, supplier in (("without s0", "s0"), ("without s1", "s1")):
        project.scenarios.create(name=name, changes=[{"kind": "without", "supplier": supplier}], made_by=person)
    found = []
    for scenario in project.scenarios.order_by("pk"):
        asked = queue(project, scenario, person)
        job = lease.claim(datetime.now(UTC))
        if job is None:
            raise SystemExit("no job")
        began = time.perf_counter()
        answering.answer(job)
        solve = Solve.objects.get(pk=asked.pk)
        sys.stdout.write(f"{scenario.name}: {solve.status}, {time.perf_counter() - began:.1f} s\n")
        found.append(solve.pk)
    terms = concluding.Terms(date(2027, 1, 1), date(2027, 12, 31), 30, 60, 90)
    made = concluding.conclude(Solve.objects.get(pk=found[0]), terms, person)
    sys.stdout.write(f"{len(made)} contracts\n")
    return found


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
