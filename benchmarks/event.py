"""Random sourcing events for benchmarks: uneven suppliers, price breaks anywhere, capacities, few winners."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np


def write_event(folder: Path, *, items: int, suppliers: int, winners: int, seed: int = 1) -> Path:
    """Write an event as a folder of CSV tables and return the folder.

    Lognormal item values; some fifteen offers an item from suppliers of uneven breadth; none to three price breaks an
    offer at any quantity, one in five incremental; a least quantity for one in five; fixed costs of 1-6 % of the spend
    per winner; capacities of about twice the spend; two sources at least, at most 60-85 % for one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(seed)
    breadth = draw.permutation(1 / np.arange(1, suppliers + 1) ** 0.8)
    breadth /= breadth.sum()
    price, demand = draw.lognormal(2, 1, items), np.ceil(draw.lognormal(4, 1, items))
    spend = float(price @ demand)
    level, most = draw.uniform(0.9, 1.1, suppliers), draw.uniform(0.6, 0.85, items)
    fixed = spend / winners * draw.uniform(0.01, 0.06, suppliers) * (0.5 + breadth * suppliers / 2)
    capacity = spend * (1.2 * breadth * draw.uniform(0.8, 2, suppliers) + 0.3 / suppliers)
    offers: list[tuple[Any, ...]] = []
    breaks: list[tuple[Any, ...]] = []
    for i in range(items):
        for s in draw.choice(suppliers, min(suppliers, int(draw.integers(10, 21))), replace=False, p=breadth):
            unit, name = price[i] * level[s] * draw.uniform(0.85, 1.2), f"i{i}-s{s}"
            kind = "incremental" if draw.random() < 0.2 else "all_units"
            least = f"{draw.uniform(0.02, 0.15) * demand[i]:.3f}" if draw.random() < 0.2 else ""
            offers.append((name, f"i{i}", f"s{s}", f"{unit:.4f}", f"{price[i]:.4f}", kind, least))
            for share in np.sort(draw.uniform(0.1, 0.8, draw.integers(0, 4))):
                unit *= draw.uniform(0.93, 0.99)
                breaks.append((name, f"{share * demand[i]:.4f}", f"{unit:.4f}"))
    _write(folder, "settings", "name value", [("currency", "EUR"), ("failures", 0), ("as_of", "2026-01-01")])
    needs = ((f"i{i}", f"{demand[i]:.0f}", 2, f"{most[i]:.3f}") for i in range(items))
    _write(folder, "items", "item demand min_sources max_share", needs)
    firms = ((f"s{s}", f"{fixed[s]:.2f}", f"{capacity[s]:.2f}") for s in range(suppliers))
    _write(folder, "suppliers", "supplier fixed_cost capacity", firms)
    _write(folder, "offers", "offer item supplier unit_price capacity_use price_break_kind min_quantity", offers)
    _write(folder, "price_breaks", "offer from_quantity unit_price", breaks)
    _write(folder, "rules", "rule measure high", [("winners", "suppliers", winners)])
    return folder


def write_bom_event(
    folder: Path, *, items: int, suppliers: int, winners: int, turnkey: float = 0.0, seed: int = 1
) -> Path:
    """Write a two-level event and return the folder: a fifth of the items are assemblies of one to four of the others.

    Parts are bought as in `write_event`, except that only assemblies need them. Each assembly has three to six
    assemblers, and a share `turnkey` of the assemblies two to four offers that include the parts (make or buy).
    """
    write_event(folder, items=items, suppliers=suppliers, winners=winners, seed=seed)
    draw = np.random.default_rng(seed + 1000)
    tables = {name: _read(folder, name) for name in ("items", "offers", "price_breaks")}
    dearest: dict[str, float] = {}
    for row in tables["offers"]:
        dearest[row["item"]] = max(dearest.get(row["item"], 0.0), float(row["unit_price"]))
    assemblies = max(1, items // 5)
    parts = [f"i{i}" for i in range(assemblies, items)]
    bom: dict[str, list[tuple[str, int]]] = {f"i{a}": [] for a in range(assemblies)}
    for k, part in enumerate(parts):  # every part has an assembly, every assembly one to four
        bom[f"i{k % assemblies}"].append((part, int(draw.integers(1, 4))))
    need = {row["item"]: float(row["demand"]) for row in tables["items"]}
    before = sum(need[item] * price for item, price in dearest.items())
    after = 0.0
    for parent, children in bom.items():
        for child, quantity in children:
            _scale(tables, child, need[parent] * quantity / need[child])
            after += 1.2 * need[parent] * quantity * dearest[child]  # the work on it takes capacity too
    firms = _read(folder, "suppliers")
    for row in firms:
        for name in ("fixed_cost", "capacity"):
            row[name] = f"{float(row[name]) * after / before:.2f}"
    _write(folder, "suppliers", "supplier fixed_cost capacity", [tuple(row.values()) for row in firms])
    own = [row for row in tables["offers"] if row["item"] not in bom]
    breaks = [row for row in tables["price_breaks"] if row["offer"].split("-")[0] not in bom]
    for parent, children in bom.items():
        value = sum(quantity * dearest[child] for child, quantity in children)
        both = draw.random() < turnkey
        for kind, count in (("make", draw.integers(3, 7)), ("buy", draw.integers(2, 5) if both else 0)):
            for s in draw.choice(suppliers, int(count), replace=False):
                price = value * (draw.uniform(0.1, 0.2) if kind == "make" else draw.uniform(0.85, 1.05))
                row = {"offer": f"{parent}-{kind}-s{s}", "item": parent, "supplier": f"s{s}"}
                row |= {"unit_price": f"{price:.4f}", "capacity_use": f"{price:.4f}", "price_break_kind": "all_units"}
                own.append(row | {"min_quantity": "", "turnkey": "false" if kind == "make" else "true"})
    for row in tables["items"]:
        if row["item"] not in bom:
            row["demand"] = "0"
    rows = [[row.get(name, "") for name in (*OFFERS.split(), "turnkey")] for row in own]
    _write(folder, "offers", f"{OFFERS} turnkey", [tuple(row) for row in rows])
    _write(folder, "price_breaks", "offer from_quantity unit_price", [tuple(row.values()) for row in breaks])
    _write(folder, "items", "item demand min_sources max_share", [tuple(row.values()) for row in tables["items"]])
    links = ((parent, child, quantity) for parent, children in bom.items() for child, quantity in children)
    _write(folder, "bom", "parent child quantity", links)
    return folder


def _scale(tables: dict[str, list[dict[str, str]]], item: str, share: float) -> None:
    """Move the quantities of an item's offers to another need, so that breaks stay where they were in shares."""
    for row in tables["offers"]:
        if row["item"] == item and row["min_quantity"]:
            row["min_quantity"] = f"{float(row['min_quantity']) * share:.3f}"
    for row in tables["price_breaks"]:
        if row["offer"].startswith(f"{item}-"):
            row["from_quantity"] = f"{float(row['from_quantity']) * share:.4f}"


def _read(folder: Path, table: str) -> list[dict[str, str]]:
    with open(folder / f"{table}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


OFFERS = "offer item supplier unit_price capacity_use price_break_kind min_quantity"


def _write(folder: Path, table: str, header: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with open(folder / f"{table}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header.split())
        writer.writerows(rows)
