"""Screening on published names: the threshold fixed on one half, recall and alerts on the other; and its speed."""

from __future__ import annotations

import csv
import hashlib
import time
from pathlib import Path

from secondsource.market.likeness import THRESHOLD, Likeness, likenesses
from secondsource.market.screen_lists import read_list

DATA = Path(__file__).parent.parent.parent / "shared" / "data" / "market"
NAMES = DATA / "opensanctions_yente"
GRID = [k / 100 for k in range(60, 98, 2)]
Named = tuple[str, str, bool]


def main() -> None:
    """Print both tables."""
    if not DATA.is_dir():
        print("the published names are not beside this checkout: nothing was measured")
        return
    treated, listed = _names("positives_un_treated.csv"), _names("positives_un_untreated.csv")
    us, world = _names("negatives_us.csv"), _names("candgen_negatives_global.csv")
    un = [(f"u{k}", name, True) for k, name in enumerate(listed)]
    congress = _names("positives_us_congress_untreated.csv")
    wide = [*un, *((f"c{k}", name, True) for k, name in enumerate(congress))]
    wide += [(each.id, name, each.kind == "Person")
             for each in read_list(DATA / "sanctions_eu_elf" / "32014R0269.csv") for name in each.names]  # fmt: skip
    groups = (("t", treated), ("n", us), ("g", world))
    queries = [(f"{kind}{k}", name, False) for kind, names in groups for k, name in enumerate(names)]
    for title, entries in (("the UN names alone", un), ("UN, EU 32014R0269 and US Congress together", wide)):
        begun = time.perf_counter()
        found = likenesses(queries, entries, threshold=GRID[0])
        seconds = time.perf_counter() - begun
        print(f"\n{title}: {len(entries):,} names of a list, {len(queries):,} names screened in {seconds:.1f} s")
        _show(queries, found)


def _names(file: str) -> list[str]:
    with (NAMES / file).open(encoding="utf-8", newline="") as rows:
        return [row["full_name"] for row in csv.DictReader(rows)]


def _half(name: str) -> int:
    return hashlib.sha256(name.encode()).digest()[0] % 2


def _show(queries: list[Named], found: list[Likeness]) -> None:
    own: dict[str, float] = {}
    best: dict[str, float] = {}
    for each in found:
        best[each.query] = max(best.get(each.query, 0), each.score)
        if each.query[0] == "t" and each.entry == "u" + each.query[1:]:
            own[each.query] = each.score
    groups = {(kind, side): [key for key, name, _person in queries if key[0] == kind and _half(name) == side]
              for kind in "tng" for side in (0, 1)}  # fmt: skip
    print("| threshold | half 0: recall | alerts on US | half 1: recall | alerts on US | alerts on the world |")
    print("|--:|--:|--:|--:|--:|--:|")
    for threshold in GRID:
        share = {
            group: sum((own if group[0] == "t" else best).get(key, 0) >= threshold for key in keys) / len(keys)
            for group, keys in groups.items()
        }
        mark = " (in use)" if threshold == THRESHOLD else ""
        print(f"| {threshold:.2f}{mark} | {share['t', 0]:.4f} | {share['n', 0]:.4%} | {share['t', 1]:.4f} "
              f"| {share['n', 1]:.4%} | {share['g', 1]:.4%} |")  # fmt: skip


if __name__ == "__main__":
    main()
