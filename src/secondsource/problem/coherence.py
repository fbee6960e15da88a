"""What FORMAT.md asks of rows together: rates, BOM cycles, incumbents, rules; not what only makes a plan impossible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from secondsource.language import _
from secondsource.problem.drafts import Draft, SettingsDraft
from secondsource.problem.references import Drafts
from secondsource.problem.sheets import Report

SHOWN = 20
"""Items of a cycle that are named."""


def check_coherence(drafts: Drafts, settings: SettingsDraft, report: Report) -> None:
    """Note whatever rows contradict each other."""
    if settings.complete:
        _check_rates(drafts, settings.settings.currency, report)
        if settings.settings.cover < 1:
            _check_shortage_costs(drafts["items"], settings, report)
    _check_cycles(drafts["bom"], report)
    _check_incumbents(drafts, report)
    _check_rules(drafts["rules"], report)


def _check_rates(drafts: Drafts, base: str, report: Report) -> None:
    """A currency of an offer needs a rate; the rate of the base currency is 1."""
    rates, offers = drafts["rates"], drafts["offers"]
    for row, (currency, rate) in enumerate(zip(rates.values["currency"], rates.values["rate"], strict=True)):
        if currency == base and rate is not None and rate != 1:
            rates.fault(report, row, "rate", _("{currency} is the base currency: its rate is 1", currency=base))
    if not rates.complete or rates.refused.get("currency"):
        return
    known = {"", None, base, *rates.values["currency"]}
    for row, currency in enumerate(offers.values["currency"]):
        if currency not in known:
            offers.fault(report, row, "currency", _("has no exchange rate: expected a row of it in the table rates"))


def _check_shortage_costs(items: Draft, settings: SettingsDraft, report: Report) -> None:
    """With `cover` below 1, an item with backups needs a price for the part that nobody takes over."""
    refused = items.refused.get("backups", set()) | items.refused.get("shortage_cost", set())
    for row, (backups, cost) in enumerate(zip(items.values["backups"], items.values["shortage_cost"], strict=True)):
        failures = settings.settings.failures if backups is None else backups
        if failures and cost is None and row not in refused:
            expected = _(
                "is empty: with the setting cover below 1 ({cover}), an item with backups such as {item} needs it",
                cover=settings.settings.cover,
                item=items.values["item"][row],
            )
            items.fault(report, row, "shortage_cost", expected, "")


def _check_cycles(bom: Draft, report: Report) -> None:
    """No item goes into itself, however many levels down: each cycle is named once."""
    children: dict[str, list[tuple[str, int]]] = {}
    for row, (parent, child) in enumerate(zip(bom.values["parent"], bom.values["child"], strict=True)):
        if parent and child:
            children.setdefault(parent, []).append((child, row))
    for cycle, row in _cycles(children):
        bom.fault(report, row, "child", _("is made of itself: {cycle}", cycle=" → ".join(cycle)))


def _cycles(children: Mapping[str, Sequence[tuple[str, int]]]) -> list[tuple[list[str], int]]:
    """The cycle that each edge back to an item still open closes, with the row of that edge (depth first).

    Of a long cycle, the first items and the last one.
    """
    cycles: list[tuple[list[str], int]] = []
    closed: set[str] = set()
    for start in children:
        if start in closed:
            continue
        level = {start: 0}
        stack = [(start, iter(children[start]))]
        while stack:
            item, rest = stack[-1]
            step = next(rest, None)
            if step is None:
                stack.pop()
                closed.add(item)
                level.pop(item)
                continue
            child, row = step
            if child in level:
                first, count = level[child], len(stack)
                if count - first <= SHOWN:
                    names = [entry[0] for entry in stack[first:]]
                else:
                    names = [*(entry[0] for entry in stack[first : first + SHOWN]), "…", stack[-1][0]]
                cycles.append(([*names, child], row))
            elif child not in closed and child in children:
                level[child] = len(stack)
                stack.append((child, iter(children[child])))
    return cycles


def _check_incumbents(drafts: Drafts, report: Report) -> None:
    """Today's awards are of items that are no BOM child: only those have a demand that shares refer to."""
    incumbents, made_of = drafts["incumbents"], set(drafts["bom"].values["child"])
    for row, item in enumerate(incumbents.values["item"]):
        if item and item in made_of:
            expected = _("goes into another item (table bom): expected an item that is no BOM child")
            incumbents.fault(report, row, "item", expected)


def _check_rules(rules: Draft, report: Report) -> None:
    """A rule has a limit, and a share is a share."""
    refused = rules.refused.get("low", set()) | rules.refused.get("high", set())
    for row, measure in enumerate(rules.values["measure"]):
        limits: dict[str, Decimal | None] = {name: rules.values[name][row] for name in ("low", "high")}
        if all(limit is None for limit in limits.values()) and row not in refused:
            expected = _("the rule {rule} has no limit: expected low, high or both", rule=rules.values["rule"][row])
            rules.fault(report, row, "low, high", expected, "")
        for name, limit in limits.items():
            if measure == "share" and limit is not None and limit > 1:
                rules.fault(report, row, name, _("expected a share from 0 to 1: 0.25 for 25 %"))
