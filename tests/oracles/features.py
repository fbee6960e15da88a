"""What a problem exercises, and what of it matters in its best plan; the generator's own yardstick."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .book import ZERO, Book, exact, filled, limit, word, yes
from .evaluate import measured
from .plain import Outcome
from .recount import cost_parts, hires_in, people_in, rebate_from, saved_by, takeover_cost

Problem = dict[str, list[dict[str, Any]]]
CLOSE = Fraction(1, 10**6)


def features(problem: Problem) -> set[str]:
    """Return `table.column` for every column that is filled in somewhere, and `settings.name` for the settings.

    >>> sorted(features({"items": [{"item": "A", "demand": 5, "site": ""}]}))
    ['items.demand', 'items.item']
    """
    found = {
        f"{t}.{c}" for t, rows in problem.items() if t != "settings" for row in rows for c in row if filled(row, c)
    }
    return found | {f"settings.{row['name']}" for row in problem.get("settings", [])}


def bites(problem: Problem, outcome: Outcome) -> set[str]:
    """Return what matters in the best plan, in words."""
    book = Book(problem, outcome.plan())
    found: set[str] = set()
    for claims in (_awards, _prices, _needs, _packages, _suppliers, _people, _sources, _admission, _failures, _rules):
        found |= {claim for claim, is_true in claims(book) if is_true}
    parts = cost_parts(book)
    found |= {f"cost part {name}" for name, money in parts.items() if abs(money) > CLOSE}
    found |= {"failures: an exposure"} if outcome.exposures else set()
    if book.discount_rate and book.years > 1:
        found.add("cost: discounted over several years")
    return found


Claims = Iterable[tuple[str, bool]]


def _is_at(amount: Fraction, bound: Fraction | None) -> bool:
    return bound is not None and abs(amount - bound) <= CLOSE * max(abs(bound), CLOSE)


def _awards(book: Book) -> Claims:
    for offer, quantity in book.x.items():
        row = book.offers[offer]
        currency = word(row, "currency")
        yield "offer: in another currency", currency not in (None, book.base)
        yield "offer: minimum quantity binds", _is_at(quantity, exact(row, "min_quantity"))
        yield "offer: multiple", bool(exact(row, "multiple"))
        yield "offer: capacity binds", _is_at(quantity + book.r.get(offer, ZERO), limit(row, "capacity"))
        yield (
            "offer: capacity binds on a booking too",
            _is_at(quantity + book.r.get(offer, ZERO), limit(row, "capacity")) and offer in book.r,
        )
        yield "offer: capacity_use other than 1", exact(row, "capacity_use", 1) != 1
        yield "offer: valid until as_of itself", word(row, "valid_until") == book.today.isoformat()
        yield "offer: its own site", filled(row, "site") and filled(book.suppliers[book.supplier_of(offer)], "site")
        yield "offer: payment days at interest", bool(exact(row, "payment_days") * book.discount_rate)
        yield "award: a millionth of the need", _is_at(quantity, book.need(book.item_of(offer)) / 10**6)
        yield "award: own", book.own(book.supplier_of(offer))
        yield "award: bought", not book.own(book.supplier_of(offer))
        yield "flow: one offer to several sites", len([q for q in book.sent[offer].values() if q > CLOSE]) > 1
        for site in book.sent[offer]:
            lane = book.lanes.get((book.site_of(offer), site), {})
            yield "lane: days at interest", bool(exact(lane, "days") * book.discount_rate)
            yield "lane: within one site", bool(lane) and book.site_of(offer) == site


def _prices(book: Book) -> Claims:
    for offer, quantity in book.x.items():
        rows = [row for row in book.price_breaks if word(row, "offer") == offer]
        kind = word(book.offers[offer], "price_break_kind") or "all_units"
        starts = [exact(row, "from_quantity") for row in rows]
        prices = [exact(book.offers[offer], "unit_price")]
        prices += [exact(row, "unit_price") for row in sorted(rows, key=lambda row: exact(row, "from_quantity"))]
        reached = sum(quantity >= start for start in starts)
        rises = any(later > earlier for earlier, later in pairwise(prices))
        yield f"price break: {kind} reached", reached > 0
        yield f"price break: {kind}, second one reached", reached > 1
        yield f"price break: {kind} that rises", rises
        yield f"price break: {kind} that rises, reached", rises and reached > 0
        yield "price break: award exactly at one", any(_is_at(quantity, start) for start in starts)
        yield (
            "price break: award just below one",
            any(0 < start - quantity <= start * Fraction(2, 10**7) for start in starts),
        )


def _needs(book: Book) -> Claims:
    needy = {item for item in book.items if sum(book.need_at(item).values(), ZERO) > 0}
    parents = {parent for parent, _ in book.bom}
    yield "bom: a part is bought for a parent", bool(needy)
    yield "bom: a part of a part", any(p in needy and c in needy for p, c in book.bom)
    yield "bom: needed by two parents", any(sum(c == i and p in parents for p, c in book.bom) > 1 for i in needy)
    yield "bom: needed at several sites", any(len(book.need_at(item)) > 1 for item in needy)
    yield "bom: a part that is sold too", any(exact(book.items[item], "demand") > 0 for item in needy)
    yield "bom: a part that nobody needs in the plan", any(book.need(c) == 0 for _, c in book.bom)
    for parent in parents:
        kinds = {yes(book.offers[o], "turnkey", True) for o in book.x if book.item_of(o) == parent}
        yield "bom: a parent bought turnkey", True in kinds
        yield "bom: a parent bought both ways", len(kinds) == 2
    yield "item: nobody wants it", any(book.need(i) == 0 and i not in {c for _, c in book.bom} for i in book.items)


def _packages(book: Book) -> Claims:
    yield "package: taken", bool(book.taken)
    yield "package: several taken", len(book.taken) > 1
    groups = [word(row, "group") for row in book.packages.values()]
    for package in book.taken:
        group = word(book.packages[package], "group")
        yield "package: taken from a group of several", group is not None and groups.count(group) > 1
        yield "package: with several items", len(book.contents(package)) > 1
        uses = [row for (name, _), row in book.package_items.items() if name == package]
        yield "package: capacity_use other than 1", any(exact(row, "capacity_use", 1) != 1 for row in uses)
    for item, row in book.items.items():
        sent = sum((q for o, q in book.x.items() if book.item_of(o) == item), ZERO)
        got = sent + book.delivered(item)
        yield "package: something is thrown away", bool(book.taken) and got > book.need(item) * (1 + CLOSE)
        yield "package: awards beside one of the item", bool(sent and book.delivered(item) and exact(row, "demand"))


def _suppliers(book: Book) -> Claims:
    for supplier, row in book.suppliers.items():
        offers = [o for o in book.offers if book.supplier_of(o) == supplier]
        packages = [p for p in book.taken if book.seller(p) == supplier]
        use = {o: exact(book.offers[o], "capacity_use", 1) for o in offers}
        working = sum((use[o] * book.x.get(o, ZERO) for o in offers), ZERO)
        for package, item in book.package_items:
            if package in packages:
                content = book.package_items[package, item]
                working += exact(content, "quantity", 1) * exact(content, "capacity_use", 1)
        booked = sum((use[o] * book.r.get(o, ZERO) for o in offers), ZERO)
        yield "supplier: capacity binds", _is_at(working + booked, limit(row, "capacity"))
        yield (
            "supplier: capacity binds on bookings too",
            booked > 0 and _is_at(working + booked, limit(row, "capacity")),
        )
        yield "supplier: min_capacity binds", working > 0 and _is_at(working, limit(row, "min_capacity"))
        steps = [r for r in book.rebates if word(r, "supplier") == supplier]
        yield "rebate: earned", rebate_from(book, supplier) > 0
        yield "rebate: a second limit reached", rebate_from(book, supplier) > 0 and len(steps) > 1
        yield "rebate: not reached", bool(steps) and working > 0 and rebate_from(book, supplier) == 0
    for (item, supplier), row in book.incumbents.items():
        has = sum((q for o, q in book.x.items() if (book.item_of(o), book.supplier_of(o)) == (item, supplier)), ZERO)
        kept = has / exact(book.items[item], "demand")
        yield "incumbent: loses all", kept == 0
        yield "incumbent: loses a part", 0 < kept < exact(row, "share") * (1 - CLOSE)
        yield "incumbent: keeps its share", kept >= exact(row, "share") * (1 - CLOSE)


def _people(book: Book) -> Claims:
    for (supplier, role), row in book.roles.items():
        busy, hires = people_in(book, supplier, role), hires_in(book, supplier, role)
        yield "people: hired", hires > 0
        yield "people: in hand at work", busy > 0 and exact(row, "in_hand") > 0
        yield "people: max_hires binds", busy > 0 and _is_at(hires, limit(row, "max_hires"))
        yield "people: replaced", busy > 0 and exact(row, "attrition_rate") > 0


def _sources(book: Book) -> Claims:
    for item, row in book.items.items():
        awarded: dict[str, Fraction] = {}
        for offer, quantity in book.x.items():
            if book.item_of(offer) == item:
                seller = book.supplier_of(offer)
                awarded[seller] = awarded.get(seller, ZERO) + quantity
        sellers = {*awarded, *(book.seller(p) for p in book.taken if item in book.contents(p))}
        live = {book.supplier_of(o) for o in book.live_offers(item)}
        need = book.need(item)
        yield "sources: min_sources binds", need > 0 and 1 < len(sellers) == exact(row, "min_sources", 1)
        yield "sources: max_sources binds", need > 0 and len(live) > len(sellers) == limit(row, "max_sources")
        for quantity in awarded.values():
            yield "shares: min_share binds", _is_at(quantity, need * exact(row, "min_share"))
            has_limit = exact(row, "max_share", 1) < 1
            yield "shares: max_share binds", has_limit and _is_at(quantity, need * exact(row, "max_share", 1))
            varies = has_limit or exact(row, "min_share") > 0
            yield "shares: of a need that the plan decides", varies and bool(book.need_at(item))


def _admission(book: Book) -> Claims:
    for offer, row in book.offers.items():
        reason = book.refusal(book.item_of(offer), book.supplier_of(offer))
        yield f"admission: an offer whose supplier {reason}", reason is not None
        yield "admission: an expired offer", book.is_over(row, "valid_until")
    for package in book.packages:
        reasons = [book.refusal(item, book.seller(package)) for item in book.contents(package)]
        yield "admission: a package refused", any(reasons)
    for row in book.levels:
        yield "admission: an expired level", book.is_over(row, "valid_until")
        wants = [item for item in book.items.values() if exact(item, "required_level")]
        begins = [str(word(row, "category"))]
        fits = [w for w in wants if (word(w, "category") or "").startswith(tuple(begins))]
        yield "admission: a level by category on a required level", bool(fits)
    yield "admission: an expired rule", any(book.is_over(rule, "expires") for rule in book.rules.values())


def _failures(book: Book) -> Claims:
    for offer in book.r:
        row, item, seller = book.offers[offer], book.item_of(offer), book.supplier_of(offer)
        yield "backup: booked", True
        yield "backup: of a backup_only offer", yes(row, "backup_only", False)
        yield "backup: at its own price", filled(row, "backup_unit_price")
        yield "backup: for two failures", book.planned(item) == 2
        yield "backup: separate_backups", book.separate_backups
        yield "backup: cover below 1", book.cover < 1
        yield (
            "backup: slow, with a shortage cost",
            bool(exact(row, "bring_up_days") * exact(book.items[item], "shortage_cost")),
        )
        backed = {book.supplier_of(o) for o in book.x if book.item_of(o) == item}
        yield "backup: by a supplier that has an award too", seller in backed
        yield "backup: of an offer that is not turnkey", not yes(row, "turnkey", True)
        group = [s for s in book.suppliers if book.group(s) == book.group(seller)]
        yield "group: a booking in a shared group", len(group) > 1
    for offer in book.x:
        seller = book.supplier_of(offer)
        group = [s for s in book.suppliers if book.group(s) == book.group(seller)]
        yield "group: an award in a shared group", len(group) > 1
        yield "group: an award of a member that may not fail", len(group) > 1 and not book.may_fail(seller)
    yield from _expected_failures(book)


def _expected_failures(book: Book) -> Claims:
    for group in {book.group(s) for s in book.suppliers if book.may_fail(s)}:
        members = [book.suppliers[s] for s in book.suppliers if book.loses(s, group)]
        recovery = max(exact(row, "recovery_share", 1) for row in members)
        if recovery * max(exact(row, "failure_probability") for row in members) == 0:
            continue
        for item, row in book.items.items():
            lost = {site: quantity for site, quantity in book.lost(item, group).items() if quantity > CLOSE}
            if not lost:
                continue
            name = "failure: of an item with backups" if book.planned(item) else "failure: of an item without backups"
            yield name, True
            yield (
                "failure: without backups, at a shortage cost",
                not book.planned(item) and filled(row, "shortage_cost"),
            )
            packages = [p for p in book.taken if book.loses(book.seller(p), group)]
            yield "failure: a package is lost", any(item in book.contents(p) for p in packages)
            yield "failure: lost at several sites", len(lost) > 1
            if book.planned(item):
                takeover = takeover_cost(book, item, group, recovery)
                saved = book.cover * saved_by(book, item, group)
                yield "failure: the takeover costs more", takeover > saved
                yield "failure: the takeover costs less", takeover < saved
                ready = [o for o in book.r if book.item_of(o) == item and book.group(book.supplier_of(o)) != group]
                yield "failure: several backups may take over", len(ready) > 1


def _rules(book: Book) -> Claims:
    for rule in book.rules.values():
        if book.is_over(rule, "expires"):
            continue
        measure = str(word(rule, "measure"))
        amount, whole = measured(book, rule, measure)
        for side in ("low", "high"):
            bound = limit(rule, side)
            binds = amount > 0 and bound is not None and _is_at(amount, bound * whole)
            yield f"rule: {measure} {side} binds", binds
            for column in ("item", "category", "supplier", "country", "own"):
                yield f"rule: filter {column} on one that binds", binds and filled(rule, column)
            yield "rule: binds with a package in it", binds and bool(book.taken)
        yield "rule: forbids all of something", limit(rule, "high") is not None and amount == 0
