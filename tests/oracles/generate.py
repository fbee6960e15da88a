"""Random small problems that together use every column of the format, to hold the optimiser against the plain program.

Run as a program (`python -m tests.oracles.generate 300` in the checkout) it counts how many problems have a plan, and
in how many plans each feature bites.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from random import Random
from typing import Any

from .evaluate import evaluate
from .features import bites, features
from .linear import Undecided
from .plain import solve

__all__ = ["features", "random_problem"]

Problem = dict[str, list[dict[str, Any]]]
COUNTRIES = ("DE", "PL", "CN", "US", "IN", "MX")
CATEGORIES = ("30.1", "30.12", "30.2", "72.2", "72.22")
PAST, FUTURE, AS_OF = "2024-03-31", "2033-12-31", "2026-02-01"


def random_problem(seed: int) -> Problem:
    """Return a small valid problem, the same one for the same seed. Most have a plan, not all."""
    return _Maker(Random(seed)).problem()


class _Maker:
    """Makes one problem table by table; later tables look at earlier ones."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.tables: Problem = {}
        self.failures = random.choices([0, 1, 2], [17, 60, 23])[0]
        self.cover = 1.0 if self.chance(0.7) else random.choice([0.5, 0.75, 0.9])
        self.has_as_of = self.chance(0.85)
        self.years = random.choice([1, 1, 2, 3, 4])
        self.item_names: list[str] = []
        self.children: dict[str, dict[str, float]] = {}
        self.demand: dict[str, float] = {}
        self.need: dict[str, float] = {}
        self.price: dict[str, float] = {}

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def around(self, low: float, high: float, digits: int = 2) -> float:
        return round(self.random.uniform(low, high), digits)

    def maybe(self, probability: float, low: float, high: float, digits: int = 2) -> float | None:
        return self.around(low, high, digits) if self.chance(probability) else None

    def problem(self) -> Problem:
        self._settings()
        self._sites_and_lanes()
        self._items_and_bom()
        self._suppliers()
        self._offers()
        for table, probability in (
            (self._people, 0.4),
            (self._price_breaks, 0.55),
            (self._packages, 0.5),
            (self._rebates, 0.45),
            (self._incumbents, 0.4),
            (self._rules, 0.55),
            (self._levels, 0.45),
        ):
            if self.chance(probability):
                table()
        for rows in self.tables.values():
            self.random.shuffle(rows)
        return {table: [self._written(row) for row in rows] for table, rows in self.tables.items() if rows}

    def _written(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row as people and programs write it: cells empty or left out, numbers and truths in several ways."""
        written: dict[str, Any] = {}
        for column, value in row.items():
            if value is None:
                if self.chance(0.5):
                    written[column] = self.random.choice([None, ""])
            elif isinstance(value, bool):
                names = ("true", "TRUE", "yes", 1, True) if value else ("false", "No", 0, False)
                written[column] = self.random.choice(names)
            elif isinstance(value, int | float):
                whole = int(value) if value == int(value) else value
                written[column] = self.random.choice([whole, float(value), str(whole)])
            else:
                written[column] = value
        if self.chance(0.15):
            written[self.random.choice(["note", "source"])] = "assumption: made by chance"
        return written

    def _settings(self) -> None:
        self.currency = self.random.choice(["EUR", "USD", "CHF"])
        values = {
            "currency": self.currency if self.currency != "EUR" or self.chance(0.5) else None,
            "as_of": AS_OF if self.has_as_of else None,
            "horizon_years": self.years if self.years > 1 or self.chance(0.5) else None,
            "discount_rate": self.maybe(0.6, 0.02, 0.12),
            "failures": self.failures if self.failures != 1 or self.chance(0.5) else None,
            "strict": True if self.chance(0.12) else None,
            "separate_backups": True if self.chance(0.25) else None,
            "cover": self.cover if self.cover < 1 else None,
        }
        self.tables["settings"] = [
            {"name": name, "value": value} for name, value in values.items() if value is not None
        ]
        rates = {"EUR": 1.1, "USD": 0.9, "CHF": 1.2, "CNY": 0.125}
        self.foreign = [currency for currency in rates if currency != self.currency]
        self.tables["rates"] = [{"currency": c, "rate": rates[c]} for c in self.foreign] if self.chance(0.5) else []

    def _sites_and_lanes(self) -> None:
        self.sites = [f"site{k}" for k in range(1, self.random.randint(2, 4) + 1)]
        self.tables["sites"] = [
            {"site": site, "name": f"Plant at {site}" if self.chance(0.3) else None, "country": country}
            for site in self.sites
            for country in [self.random.choice(COUNTRIES) if self.chance(0.9) else None]
        ]
        density = self.random.choice([0.3, 0.8, 1.0])
        self.tables["lanes"] = [
            {
                "origin": origin,
                "destination": destination,
                "cost_per_unit": self.maybe(0.7, 0.1, 3),
                "cost_per_kg": self.maybe(0.5, 0.05, 0.6),
                "duty_rate": self.maybe(0.4, 0.01, 0.15),
                "days": self.maybe(0.6, 1, 45, 0),
            }
            for origin in self.sites
            for destination in self.sites
            if self.chance(density if origin != destination else 0.15)
        ]

    def _items_and_bom(self) -> None:
        count = self.random.choices([2, 3, 4, 5, 6], [30, 30, 20, 12, 8])[0]
        self.item_names = [f"item{k}" for k in range(1, count + 1)]
        levels = self.random.choices([1, 2, 3], [35, 35, 30])[0] if count > 2 else self.random.choice([1, 2])
        self.children = {name: {} for name in self.item_names}
        top, first, *rest = self.item_names
        if levels > 1:
            self.children[top][first] = self.random.choice([1, 1, 2, 3, 0.5])
        if levels == 3:
            self.children[first][rest[0]] = self.random.choice([1, 2, 0.25])
        for name in rest[1 if levels == 3 else 0 :]:
            if levels > 1 and self.chance(0.5):
                self.children[top][name] = self.random.choice([1, 2, 4])
        if levels == 3 and self.chance(0.3):
            self.children[top][rest[0]] = 1
        child_names = {child for children in self.children.values() for child in children}
        for name in self.item_names:
            is_needed = self.chance(0.3) if name in child_names else self.chance(0.93)
            self.demand[name] = self.random.choice([self.around(20, 600, 0), self.around(5, 90, 1)]) if is_needed else 0
        for name in reversed(self.item_names):
            parts = sum(quantity * self.price[child] for child, quantity in self.children[name].items())
            self.price[name] = round(self.random.uniform(4, 60) + parts, 2)
        for name in self.item_names:
            parents = [(parent, kids[name]) for parent, kids in self.children.items() if name in kids]
            self.need[name] = self.demand[name] + sum(self.need[parent] * quantity for parent, quantity in parents)
        self.tables["items"] = [self._item(name) for name in self.item_names]
        self.tables["bom"] = [
            {"parent": parent, "child": child, "quantity": quantity if quantity != 1 or self.chance(0.5) else None}
            for parent, children in self.children.items()
            for child, quantity in children.items()
        ]

    def _item(self, name: str) -> dict[str, Any]:
        # The more items, the fewer demands on each: one that cannot be met leaves the whole problem without a plan.
        rarity = min(1.0, 2.5 / len(self.item_names))
        backups = self.random.choice([0, 1, 2]) if self.chance(0.25) else None
        min_sources = 2 if self.chance(0.15 * rarity) else None
        max_sources = self.random.choice([1, 2, 2, 3]) if self.chance(0.25) else None
        needs_shortage_cost = self.cover < 1 and (self.failures if backups is None else backups) > 0
        return {
            "item": name,
            "name": f"The {name}" if self.chance(0.3) else None,
            "kind": self.random.choice(["part", "assembly", "service", None]),
            "unit": self.random.choice(["pcs", "hour", None]),
            "category": self.random.choice(CATEGORIES) if self.chance(0.7) else None,
            "demand": self.demand[name] or None,
            "site": self.random.choice(self.sites) if self.chance(0.94) else None,
            "weight_kg": self.maybe(0.6, 0.1, 8),
            "min_sources": min_sources,
            "max_sources": max(max_sources, min_sources or 1) if max_sources else None,
            "min_share": self.maybe(0.2 * rarity, 0.1, 0.35),
            "max_share": self.maybe(0.13 * rarity, 0.6, 0.9),
            "backups": backups,
            "required_level": self.maybe(0.35 * rarity, 25, 50, 0),
            "max_failure_probability": self.maybe(0.12 * rarity, 0.1, 0.24),
            "defect_cost": self.maybe(0.4, 5, 80),
            "shortage_cost": self.around(2, 60) if needs_shortage_cost or self.chance(0.5) else None,
        }

    def _suppliers(self) -> None:
        least = 2 if self.chance(0.2) else min(6, self.failures + 2)
        self.supplier_names = [f"S{k}" for k in range(1, self.random.randint(least, 6) + 1)]
        shared = self.random.sample(self.supplier_names, 2) if self.chance(0.35) else []
        self.own = {name: self.chance(0.55 if name == "S1" else 0.06) for name in self.supplier_names}
        self.home = {
            name: self.random.choice(self.sites) if self.chance(0.95) else None for name in self.supplier_names
        }
        self.tables["suppliers"] = []
        for name in self.supplier_names:
            is_excluded = self.chance(0.04)
            row = {
                "supplier": name,
                "name": f"Firm {name}" if self.chance(0.3) else None,
                "own": self.own[name] if self.own[name] or self.chance(0.3) else None,
                "site": self.home[name],
                "fixed_cost": self.maybe(0.4, 50, 900, 0),
                "level": self.maybe(0.4, 35, 100, 0),
                "failure_probability": self.maybe(0.8, 0.01, 0.25, 3),
                "may_fail": self.chance(0.5) if self.chance(0.2) else None,
                "recovery_share": self.maybe(0.5, 0.1, 1) if self.chance(0.95) else 0.0,
                "risk_group": "shared" if name in shared else None,
                "excluded": True if is_excluded else None,
                "excluded_reason": "on a sanction list" if is_excluded else None,
            }
            self.tables["suppliers"].append(row)

    def _offers(self) -> None:
        """Two offers or more for most items, within fourteen; then capacities of suppliers that fit what they offer."""
        self.tables["offers"] = []
        offered = dict.fromkeys(self.supplier_names, 0.0)
        wishes = []
        for name in self.item_names:
            most = min(len(self.supplier_names), 5)
            count = min(most, self.random.choice([1, 2, 3, 4]) + (self.failures > 1) if self.chance(0.3) else most)
            suppliers = self.random.sample(self.supplier_names, count)
            if self.chance(0.15):
                suppliers.append(suppliers[0])
            wishes.append([(name, supplier) for supplier in suppliers])
        while sum(map(len, wishes)) > 14:
            max(wishes, key=len).pop()
        while sum(map(len, wishes)) < 3:
            wishes[0].append((self.item_names[0], self.random.choice(self.supplier_names)))
        for item, supplier in (pair for pairs in wishes for pair in pairs):
            row = self._offer(f"offer{len(self.tables['offers']) + 1}", item, supplier)
            offered[supplier] += (row["capacity_use"] or 1) * self.need[item]
            self.tables["offers"].append(row)
        for row in self.tables["suppliers"]:
            has_limit = self.chance(0.4)
            row["capacity"] = round(offered[row["supplier"]] * self.around(0.6, 2)) if has_limit else None
            row["min_capacity"] = (
                round(offered[row["supplier"]] * self.around(0.02, 0.25)) if self.chance(0.2) else None
            )

    def _offer(self, name: str, item: str, supplier: str) -> dict[str, Any]:
        need = self.need[item] or 50.0
        has_parts = bool(self.children[item])
        is_turnkey = not (has_parts and self.chance(0.6))
        parts = sum(quantity * self.price[child] for child, quantity in self.children[item].items())
        price = round((self.price[item] - (0 if is_turnkey else 0.95 * parts)) * self.around(0.75, 1.35), 2)
        valid_until = self.random.choice([PAST, FUTURE, FUTURE, FUTURE, AS_OF if self.has_as_of else FUTURE])
        return {
            "offer": name,
            "item": item,
            "supplier": supplier,
            "site": self.random.choice(self.sites) if self.chance(0.2) else None,
            "currency": self.random.choice([*self.foreign, self.currency]) if self.tables["rates"] else None,
            "unit_price": price,
            "fixed_cost": self.maybe(0.35, 20, 600, 0),
            "capacity": round(need * self.around(0.7, 2.3)) if self.chance(0.3) else None,
            "min_quantity": round(need * self.around(0.05, 0.5)) if self.chance(0.25) else None,
            "multiple": self.random.choice([2, 2.5, 5, 10, 12]) if self.chance(0.12) else None,
            "capacity_use": self.maybe(0.25, 0.3, 2.5),
            "turnkey": is_turnkey if not is_turnkey or self.chance(0.3) else None,
            "defect_rate": self.maybe(0.4, 0.001, 0.06, 3),
            "lead_days": self.maybe(0.4, 1, 60, 0),
            "payment_days": self.maybe(0.4, 10, 90, 0),
            "backup_fee": self.maybe(0.7, 0.02, 0.15 * self.price[item]),
            "backup_unit_price": self.maybe(0.4, price * 0.9, price * 1.6),
            "bring_up_days": self.maybe(0.5, 3, 200, 0),
            "backup_only": True if self.chance(0.06) else None,
            "valid_until": valid_until if self.chance(0.15) else None,
        }

    def _price_breaks(self) -> None:
        self.tables["price_breaks"] = []
        for offer in self.tables["offers"]:
            if not self.chance(0.5):
                continue
            is_incremental = self.chance(0.5)
            offer["price_break_kind"] = "incremental" if is_incremental else self.random.choice(["all_units", None])
            price, start = offer["unit_price"], 0
            for _ in range(self.random.choice([1, 1, 2, 3])):
                start += max(1, round((self.need[offer["item"]] or 50) * self.around(0.15, 0.6)))
                price = round(price * (self.around(1.02, 1.3) if self.chance(0.2) else self.around(0.7, 0.97)), 2)
                row = {"offer": offer["offer"], "from_quantity": start, "unit_price": price}
                self.tables["price_breaks"].append(row)

    def _packages(self) -> None:
        self.tables["packages"], self.tables["package_items"] = [], []
        in_demand = [name for name in self.item_names if self.demand[name]] or self.item_names
        for k in range(self.random.randint(1, 3)):
            items = self.random.sample(in_demand, min(len(in_demand), self.random.choice([1, 2, 2, 3])))
            if self.chance(0.05):
                items = list({*items, self.random.choice(self.item_names)})
            package, value = f"package{k + 1}", 0.0
            for item in sorted(items):
                quantity = max(1, round((self.demand[item] or 20) * self.random.choice([0.3, 0.5, 1, 1, 1.1])))
                value += quantity * self.price[item]
                use = self.maybe(0.3, 0.3, 2)
                row = {"package": package, "item": item, "quantity": quantity, "capacity_use": use}
                self.tables["package_items"].append(row)
            self.tables["packages"].append(
                {
                    "package": package,
                    "supplier": self.random.choice(self.supplier_names),
                    "price": round(value * self.around(0.6, 1.05), 2),
                    "group": self.random.choice(["one of these", None]),
                }
            )

    def _rebates(self) -> None:
        self.tables["rebates"] = []
        worth = sum(self.need[name] * self.price[name] for name in self.item_names)
        for supplier in self.random.sample(self.supplier_names, self.random.randint(1, 2)):
            rates = sorted(self.around(0.01, 0.2) for _ in range(self.random.choice([1, 2])))
            start = 0 if self.chance(0.1) else round(worth * self.around(0.05, 0.4), -1)
            for k, rate in enumerate(dict.fromkeys(rates)):
                row = {"supplier": supplier, "from_spend": round(start * (1 + k) + 100 * k), "rate": rate}
                self.tables["rebates"].append(row)

    def _people(self) -> None:
        """Teams whose offers are then priced by their hours more than by the unit."""
        self.tables["roles"], self.tables["staffing"] = [], []
        teams = [name for name in self.supplier_names if self.own[name]]
        teams += self.random.sample(self.supplier_names, 1)
        for supplier in dict.fromkeys(teams):
            roles = self.random.sample(["engineer", "tester", "lead"], self.random.choice([1, 2]))
            busiest = dict.fromkeys(roles, 0.0)
            for offer in self.tables["offers"]:
                if offer["supplier"] != supplier or not self.chance(0.8):
                    continue
                offer["unit_price"] = round(offer["unit_price"] * 0.3, 2)
                for role in roles:
                    hours = self.around(0.05, 0.02 * self.price[offer["item"]] + 0.2)
                    self.tables["staffing"].append({"offer": offer["offer"], "role": role, "hours": hours})
                    busiest[role] = max(busiest[role], hours * self.need[offer["item"]] / 1800 / self.years)
            for role in roles:
                limit = self.maybe(0.3, busiest[role] * 0.4, busiest[role] * 1.1 + 0.01, 3)
                self.tables["roles"].append(
                    {
                        "supplier": supplier,
                        "role": role,
                        "hourly_wage": self.around(8, 35),
                        "burden_rate": self.maybe(0.6, 0.1, 0.6),
                        "hours_per_year": self.maybe(0.4, 1400, 1900, 0),
                        "in_hand": self.maybe(0.5, 0, busiest[role] + 0.05, 3),
                        "max_hires": limit,
                        "hire_cost": self.maybe(0.8, 500, 9000, 0),
                        "ramp_months": self.maybe(0.6, 1, 8, 0),
                        "attrition_rate": self.maybe(0.6, 0.05, 0.4),
                    }
                )

    def _incumbents(self) -> None:
        self.tables["incumbents"] = []
        child_names = {child for children in self.children.values() for child in children}
        for item in self.item_names:
            if item not in child_names and self.demand[item] and self.chance(0.7):
                suppliers = self.random.sample(self.supplier_names, self.random.choice([1, 2]))
                shares = [0.6, 0.4] if len(suppliers) == 2 else [self.random.choice([0.5, 1.0])]
                self.tables["incumbents"] += [
                    {"item": item, "supplier": supplier, "share": share, "switch_cost": self.around(50, 2500, 0)}
                    for supplier, share in zip(suppliers, shares, strict=True)
                ]

    def _rules(self) -> None:
        self.tables["rules"] = []
        countries = [row["country"] for row in self.tables["sites"] if row["country"]]
        for k in range(self.random.choice([1, 1, 2, 3])):
            measure = self.random.choice(["share", "share", "quantity", "spend", "suppliers"])
            item = self.random.choice([offer["item"] for offer in self.tables["offers"]])
            sellers = sorted({offer["supplier"] for offer in self.tables["offers"] if offer["item"] == item})
            chosen = self.random.sample(sellers, min(self.random.choice([1, 1, 2]), max(1, len(sellers) - 1)))
            row = {
                "rule": f"rule{k + 1}",
                "measure": measure,
                "item": item if self.chance(0.7) else None,
                "category": self.random.choice(["30", "30.1", "72", "30.2; 72.22"]) if self.chance(0.25) else None,
                "supplier": "; ".join(chosen) if self.chance(0.9) else None,
                "country": "; ".join(sorted(set(countries[:2]))) if countries and self.chance(0.3) else None,
                "own": self.random.choice(["true", "no", "true;false"]) if self.chance(0.2) else None,
                "owner": "the board" if self.chance(0.3) else None,
                "reason": "because they say so" if self.chance(0.3) else None,
                "expires": self.random.choice([PAST, FUTURE, FUTURE, FUTURE]) if self.chance(0.4) else None,
                **self._limits(measure, item, len(chosen)),
            }
            self.tables["rules"].append(row)

    def _limits(self, measure: str, item: str, count: int) -> dict[str, float | None]:
        """Mostly upper limits: lower ones leave many problems without a plan."""
        size = self.need[item] or 50.0
        limits = {
            "share": (self.around(0.05, 0.3), self.around(0.4, 0.9)),
            "quantity": (round(size * 0.15), round(size * self.around(0.4, 1.1))),
            "spend": (round(size * self.price[item] * 0.1), round(size * self.price[item] * self.around(0.3, 1.1))),
            "suppliers": (self.random.choice([1, count]), self.random.choice([1, 2])),
        }
        low, high = limits[measure]
        kinds = self.random.choice(["low", "low", "high", "high", "high", "both" if low <= high else "high"])
        return {"low": low if kinds != "high" else None, "high": high if kinds != "low" else None}

    def _levels(self) -> None:
        self.tables["levels"] = []
        keys = [(s, c) for s in self.supplier_names for c in ("3", "30", "30.1", "30.12", "72", "72.2")]
        for supplier, category in sorted(self.random.sample(keys, self.random.randint(2, 8))):
            row = {
                "supplier": supplier,
                "category": category,
                "level": self.around(25, 100, 0),
                "evidence": "audit" if self.chance(0.4) else None,
                "valid_until": self.random.choice([PAST, FUTURE]) if self.chance(0.4) else None,
            }
            self.tables["levels"].append(row)


def main(count: int) -> None:
    """Print how many of the problems have a plan, how long they take, and in how many plans each feature bites."""
    has_plan, present, biting, slowest, broken = 0, Counter[str](), Counter[str](), 0.0, 0
    for seed in range(count):
        problem = random_problem(seed)
        start = time.perf_counter()
        try:
            outcome = solve(problem)
        except Undecided as reason:
            print(f"seed {seed}: undecided: {reason}")
            continue
        slowest = max(slowest, time.perf_counter() - start)
        if outcome.status != "optimal":
            continue
        has_plan += 1
        verdict = evaluate(problem, outcome.plan())
        broken += bool(verdict.broken)
        present.update(features(problem))
        biting.update(bites(problem, outcome))
    print(f"{has_plan} of {count} have a plan; {broken} plans broken; the slowest took {slowest:.1f} s")
    print("\ncolumns and settings filled in, by number of problems with a plan:")
    print("  " + ", ".join(f"{name} {number}" for name, number in sorted(present.items())))
    print("\nwhat bites, by number of plans:")
    for name, number in sorted(biting.items(), key=lambda pair: -pair[1]):
        print(f"  {number:4d}  {name}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
