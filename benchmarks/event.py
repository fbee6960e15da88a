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


def _write(folder: Path, table: str, header: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with open(folder / f"{table}.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header.split())
        writer.writerows(rows)
