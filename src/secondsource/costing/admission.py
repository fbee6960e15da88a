"""Which offers, packages and rules count at all, and why the others do not; not for choosing among them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from secondsource.arrays import Booleans, Integers
from secondsource.language import Message, _
from secondsource.problem.links import Links
from secondsource.problem.tables import Problem


@dataclass(frozen=True)
class Admission:
    """What may be used.

    Attributes
    ----------
    offers, packages, rules
        Rows of the tables that count.
    reasons
        Why each other offer or package is left out: {("offers" | "packages", row): reason}.
    warnings
        What expired and is therefore not used.
    """

    offers: Integers
    packages: Integers
    rules: Integers
    reasons: dict[tuple[str, int], Message]
    warnings: tuple[Message, ...]


def admit(problem: Problem, links: Links) -> Admission:
    """Return what may be used on the day `as_of`.

    A supplier that is excluded, below the item's `required_level`, or more likely to fail than the item's
    `max_failure_probability`, has neither awards nor backups nor packages of it. Expired offers and rules are out.
    """
    warnings: list[Message] = []
    reasons: dict[tuple[str, int], Message] = {}
    judge = _Judge(problem, links, warnings)
    offers, packages, rules = problem.offers, problem.packages, problem.rules
    as_of = problem.settings.as_of
    doubtful = _doubtful(problem, links)
    for row in range(len(offers)):
        until = offers.valid_until[row]
        if until is not None and until < as_of:
            reasons["offers", row] = _("the offer expired on {date}", date=until)
            warnings.append(_("offer {offer} expired on {date} and is left out", offer=offers.offer[row], date=until))
            continue
        if not doubtful[row]:
            continue
        why = judge.refuses(int(links.offer_supplier[row]), int(links.offer_item[row]))
        if why is not None:
            reasons["offers", row] = why
    for package, item in zip(links.package_item_package.tolist(), links.package_item_item.tolist(), strict=True):
        why = judge.refuses(int(links.package_supplier[package]), item)
        if why is not None:
            reasons["packages", package] = why
    expired = [row for row in range(len(rules)) if (end := rules.expires[row]) is not None and end < as_of]
    for row in expired:
        warnings.append(
            _("rule {rule} expired on {date} and is left out", rule=rules.rule[row], date=rules.expires[row])
        )
    return Admission(
        _left(len(offers), {row for table, row in reasons if table == "offers"}),
        _left(len(packages), {row for table, row in reasons if table == "packages"}),
        _left(len(rules), set(expired)),
        reasons,
        tuple(warnings),
    )


def _doubtful(problem: Problem, links: Links) -> Booleans:
    """Offers whose supplier may be refused: all that a glance in floats does not clear, to be judged exactly."""
    suppliers, items = problem.suppliers, problem.items
    supplier, item = links.offer_supplier, links.offer_item
    excluded = np.array(suppliers.excluded, dtype=np.bool_)
    assessed = np.isin(np.arange(len(suppliers)), links.level_supplier)
    low = suppliers.level.floats[supplier] <= items.required_level.floats[item]
    likely = suppliers.failure_probability.floats[supplier] >= items.max_failure_probability.floats[item]
    return np.asarray(excluded[supplier] | assessed[supplier] | low | likely)


def _left(count: int, out: set[int]) -> Integers:
    kept: Booleans = np.ones(count, dtype=np.bool_)
    kept[list(out)] = False
    return np.flatnonzero(kept)


class _Judge:
    """Decides whether a supplier is admitted to an item; remembers the answers."""

    def __init__(self, problem: Problem, links: Links, warnings: list[Message]) -> None:
        self.problem = problem
        self.answers: dict[tuple[int, int], Message | None] = {}
        self.levels: dict[int, list[tuple[str, Decimal]]] = {}
        levels, as_of = problem.levels, problem.settings.as_of
        for row, supplier in enumerate(links.level_supplier.tolist()):
            until = levels.valid_until[row]
            if until is not None and until < as_of:
                warnings.append(
                    _(
                        "the level of {supplier} for {category} expired on {date} and is not used",
                        supplier=levels.supplier[row],
                        category=levels.category[row],
                        date=until,
                    )
                )
            else:
                self.levels.setdefault(supplier, []).append((levels.category[row], levels.level[row] or Decimal(0)))

    def level(self, supplier: int, category: str) -> Decimal:
        """Level of the longest matching category, else the supplier's own."""
        found = [entry for entry in self.levels.get(supplier, ()) if category.startswith(entry[0])]
        if found:
            return max(found, key=lambda entry: len(entry[0]))[1]
        return self.problem.suppliers.level[supplier] or Decimal(0)

    def refuses(self, supplier: int, item: int) -> Message | None:
        """Why the supplier is not admitted to the item; None where it is."""
        if (supplier, item) not in self.answers:
            self.answers[supplier, item] = self._refuses(supplier, item)
        return self.answers[supplier, item]

    def _refuses(self, supplier: int, item: int) -> Message | None:
        suppliers, items = self.problem.suppliers, self.problem.items
        name = suppliers.supplier[supplier]
        if suppliers.excluded[supplier]:
            reason = suppliers.excluded_reason[supplier]
            if reason:
                return _("{supplier} is excluded: {reason}", supplier=name, reason=reason)
            return _("{supplier} is excluded", supplier=name)
        level, required = self.level(supplier, items.category[item]), items.required_level[item] or Decimal(0)
        if level < required:
            return _(
                "{supplier} has level {level}, below the {required} required",
                supplier=name,
                level=level,
                required=required,
            )
        most, probability = items.max_failure_probability[item], suppliers.failure_probability[supplier] or Decimal(0)
        if most is not None and probability > most:
            return _(
                "{supplier} fails with probability {probability}, above the {most} allowed",
                supplier=name,
                probability=probability,
                most=most,
            )
        return None
