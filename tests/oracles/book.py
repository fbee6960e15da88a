"""A problem and a plan side by side in exact numbers, for `evaluate`; it shares nothing with the plain program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

Cells = Mapping[str, Any]
ZERO, ONE = Fraction(0), Fraction(1)


def filled(row: Cells, column: str) -> bool:
    return row.get(column) is not None and str(row[column]).strip() != ""


def word(row: Cells, column: str) -> str | None:
    return str(row[column]).strip() if filled(row, column) else None


def exact(row: Cells, column: str, default: Fraction | int = 0) -> Fraction:
    """The number as it is written, so that 0.1 is a tenth."""
    return Fraction(str(row[column]).strip()) if filled(row, column) else Fraction(default)


def limit(row: Cells, column: str) -> Fraction | None:
    return exact(row, column) if filled(row, column) else None


def yes(row: Cells, column: str, default: bool) -> bool:
    return str(row[column]).strip().lower() in {"true", "yes", "1", "1.0"} if filled(row, column) else default


class Book:
    """Rows by name, and what the plan says about them."""

    def __init__(self, problem: Mapping[str, Sequence[Cells]], plan: Mapping[str, Any]) -> None:
        def by(table: str, *keys: str) -> dict[Any, Cells]:
            rows = problem.get(table) or ()
            return {tuple(word(r, k) for k in keys) if len(keys) > 1 else word(r, keys[0]): r for r in rows}

        self.setting = by("settings", "name")
        self.items = by("items", "item")
        self.suppliers = by("suppliers", "supplier")
        self.offers = by("offers", "offer")
        self.sites = by("sites", "site")
        self.bom = by("bom", "parent", "child")
        self.lanes = by("lanes", "origin", "destination")
        self.roles = by("roles", "supplier", "role")
        self.staffing = by("staffing", "offer", "role")
        self.incumbents = by("incumbents", "item", "supplier")
        self.rules = by("rules", "rule")
        self.packages = by("packages", "package")
        self.package_items = by("package_items", "package", "item")
        self.price_breaks = list(problem.get("price_breaks") or ())
        self.rebates = list(problem.get("rebates") or ())
        self.levels = list(problem.get("levels") or ())
        self.rates = {word(row, "currency"): exact(row, "rate") for row in problem.get("rates") or ()}
        self._read_settings()
        self._read_plan(plan)

    def _read_settings(self) -> None:
        def row(name: str) -> Cells:
            return self.setting.get(name, {})

        as_of = word(row("as_of"), "value")
        self.today = date.fromisoformat(as_of[:10]) if as_of else datetime.now().astimezone().date()
        self.base = word(row("currency"), "value") or "EUR"
        self.years = exact(row("horizon_years"), "value", 1)
        self.discount_rate = exact(row("discount_rate"), "value")
        self.failures = exact(row("failures"), "value", 1)
        self.cover = exact(row("cover"), "value", 1)
        self.strict = yes(row("strict"), "value", False)
        self.separate_backups = yes(row("separate_backups"), "value", False)

    def _read_plan(self, plan: Mapping[str, Any]) -> None:
        self.unknown: list[str] = []
        self.x: dict[str, Fraction] = {}
        self.r: dict[str, Fraction] = {}
        self.sent: dict[str, dict[str | None, Fraction]] = {}
        for key, amounts in (("awards", self.x), ("backups", self.r)):
            for row in plan.get(key) or ():
                offer = word(row, "offer")
                if offer not in self.offers:
                    self.unknown.append(f"{key}: no offer {offer!r}")
                elif exact(row, "quantity") != 0:
                    amounts[str(offer)] = amounts.get(str(offer), ZERO) + exact(row, "quantity")
                    self._compare(key, row, self.offers[offer])
        for row in plan.get("flows") or ():
            offer = word(row, "offer")
            if offer not in self.offers:
                self.unknown.append(f"flows: no offer {offer!r}")
                continue
            ways, site = self.sent.setdefault(str(offer), {}), word(row, "destination")
            ways[site] = ways.get(site, ZERO) + exact(row, "quantity")
            if "origin" in row and word(row, "origin") != self.site_of(offer):
                self.unknown.append(f"flows: offer {offer} does not ship from {row['origin']!r}")
        self.taken: list[str] = []
        for row in plan.get("packages") or ():
            package = word(row, "package")
            if package not in self.packages or package in self.taken:
                self.unknown.append(f"packages: {package!r} is unknown, or there twice")
            else:
                self.taken.append(str(package))

    def _compare(self, key: str, row: Cells, offer: Cells) -> None:
        for column in ("item", "supplier"):
            if column in row and word(row, column) != word(offer, column):
                self.unknown.append(f"{key}: offer {word(row, 'offer')} has another {column} than {row[column]!r}")

    def item_of(self, offer: str | None) -> str:
        return str(word(self.offers[offer], "item"))

    def supplier_of(self, offer: str | None) -> str:
        return str(word(self.offers[offer], "supplier"))

    def site_of(self, offer: str | None) -> str | None:
        return word(self.offers[offer], "site") or word(self.suppliers[self.supplier_of(offer)], "site")

    def seller(self, package: str) -> str:
        return str(word(self.packages[package], "supplier"))

    def contents(self, package: str) -> dict[str, Fraction]:
        """What the package delivers."""
        return {item: exact(row, "quantity", 1) for (name, item), row in self.package_items.items() if name == package}

    def delivered(self, item: str) -> Fraction:
        return sum((self.contents(package).get(item, ZERO) for package in self.taken), ZERO)

    def group(self, supplier: str) -> str:
        return word(self.suppliers[supplier], "risk_group") or supplier

    def own(self, supplier: str) -> bool:
        return yes(self.suppliers[supplier], "own", False)

    def may_fail(self, supplier: str) -> bool:
        return yes(self.suppliers[supplier], "may_fail", not self.own(supplier))

    def is_over(self, row: Cells, column: str) -> bool:
        day = word(row, column)
        return day is not None and date.fromisoformat(day[:10]) < self.today

    def refusal(self, item: str, supplier: str) -> str | None:
        """Why the supplier may not have the item; None where it may."""
        row, wants = self.suppliers[supplier], self.items[item]
        if yes(row, "excluded", False):
            return "is excluded"
        if self.level(item, supplier) < exact(wants, "required_level"):
            return "is below the required level"
        most = limit(wants, "max_failure_probability")
        if most is not None and exact(row, "failure_probability") > most:
            return "is too likely to fail"
        return None

    def level(self, item: str, supplier: str) -> Fraction:
        category = word(self.items[item], "category") or ""
        near = [
            (len(word(row, "category") or ""), exact(row, "level"))
            for row in self.levels
            if word(row, "supplier") == supplier and category.startswith(word(row, "category") or "")
            if not self.is_over(row, "valid_until")
        ]
        return max(near)[1] if near else exact(self.suppliers[supplier], "level", 100)

    def live_offers(self, item: str) -> list[str]:
        """Offers of the item that have not expired, from suppliers that may have it."""
        return [
            name
            for name, row in self.offers.items()
            if word(row, "item") == item and not self.is_over(row, "valid_until")
            if self.refusal(item, self.supplier_of(name)) is None
        ]

    def live_packages(self, item: str) -> list[str]:
        """Packages with the item whose supplier may have all that is in them."""
        return [
            name
            for name in self.packages
            if item in self.contents(name)
            if all(self.refusal(other, self.seller(name)) is None for other in self.contents(name))
        ]

    def need_at(self, item: str) -> dict[str | None, Fraction]:
        """What awarded parents that are not turnkey need of the item, by site."""
        needs: dict[str | None, Fraction] = defaultdict(Fraction)
        for offer, quantity in self.x.items():
            link = self.bom.get((self.item_of(offer), item))
            if link is not None and not yes(self.offers[offer], "turnkey", True):
                needs[self.site_of(offer)] += exact(link, "quantity", 1) * quantity
        return needs

    def need(self, item: str) -> Fraction:
        return exact(self.items[item], "demand") + sum(self.need_at(item).values())

    def asked(self, item: str) -> int:
        """How many failures at once the item should survive."""
        return int(exact(self.items[item], "backups", self.failures))

    def planned(self, item: str) -> int:
        """As many of them as the groups of its offers allow."""
        groups = {self.group(self.supplier_of(offer)) for offer in self.live_offers(item)}
        return min(self.asked(item), max(len(groups) - 1, 0))

    def failing(self, item: str) -> list[str]:
        """Groups in which a supplier of the item may fail."""
        sellers = {self.supplier_of(offer) for offer in self.live_offers(item)}
        sellers |= {self.seller(package) for package in self.live_packages(item)}
        return sorted({self.group(seller) for seller in sellers if self.may_fail(seller)})

    def loses(self, supplier: str, group: str) -> bool:
        return self.may_fail(supplier) and self.group(supplier) == group

    def lost(self, item: str, group: str) -> dict[str | None, Fraction]:
        """What a failure of the group takes away, by the site to which it went."""
        lost: dict[str | None, Fraction] = defaultdict(Fraction)
        for offer in self.x:
            if self.item_of(offer) == item and self.loses(self.supplier_of(offer), group):
                for site, quantity in self.sent.get(offer, {}).items():
                    lost[site] += quantity
        for package in self.taken:
            if self.loses(self.seller(package), group) and item in self.contents(package):
                lost[word(self.items[item], "site")] += self.contents(package)[item]
        return lost

    def lost_quantity(self, item: str, group: str) -> Fraction:
        """The same without flows, from awards and packages."""
        awards = [q for offer, q in self.x.items() if self.item_of(offer) == item]
        sellers = [self.supplier_of(offer) for offer in self.x if self.item_of(offer) == item]
        lost = sum((q for q, seller in zip(awards, sellers, strict=True) if self.loses(seller, group)), ZERO)
        packages = [package for package in self.taken if self.loses(self.seller(package), group)]
        return lost + sum((self.contents(package).get(item, ZERO) for package in packages), ZERO)
