"""The dependency board: each contract with who backs it, how fresh that is, and what losing the supplier costs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet

from secondsource.language import Message, _
from secondsource.web.contracts.models import PLANS, Backup, Contract
from secondsource.web.planning import answers
from secondsource.web.planning.models import Solve

MOST_ROWS = 100
"""Contracts on one page of the board."""
CONFIRMED_WITHIN = timedelta(days=365)
"""How long a backup's word counts."""


@dataclass(frozen=True)
class Row:
    """A contract on the board.

    Attributes
    ----------
    backups
        Each with why it can no longer be relied on as it stands.
    covered
        Booked backup quantity over the contract's quantity, 0..1 (more counts as 1).
    failure_cost
        Of one failure of the supplier under the plan it was concluded from, in the plan's currency; None where the
        plan says nothing about it.
    without
        The best plan without the supplier, where someone asked for it, and `dependence`, what it costs more.
    """

    contract: Contract
    backups: list[tuple[Backup, list[Message]]]
    covered: Decimal
    failure_cost: Decimal | None
    without: Solve | None
    dependence: Decimal | None


def board(contracts: QuerySet[Contract], today: date, first: int = 0, most: int = MOST_ROWS) -> list[Row]:
    """Return the running and failed contracts: failed ones first, then those that are covered least.

    Of all of them, only the `most` from number `first` on are read in full.
    """
    shown = _order(contracts.exclude(state="ended"))[first : first + most]
    found = (
        Contract.objects.filter(pk__in=shown)
        .select_related("supplier", "solve", "takeover")
        .defer(*PLANS, "terms")
        .prefetch_related("backups__supplier__levels", "backups__supplier__certificates")
    )
    by_key = {contract.pk: contract for contract in found}
    asked = _asked(by_key.values())
    return [_row(by_key[pk], today, asked) for pk in shown]


def _order(contracts: QuerySet[Contract]) -> list[int]:
    """The keys of contracts as the board lists them."""
    booked: dict[int, int] = defaultdict(int)
    backups = Backup.objects.filter(contract__in=contracts, supplier__is_excluded=False)
    for contract, quantity in backups.values_list("contract_id", "quantity_micro"):
        booked[contract] += quantity
    rows = contracts.order_by("pk").values_list("pk", "state", "quantity_micro", "unit_price_micro")
    ordered = sorted(
        (state != "failed", Fraction(min(booked[pk], quantity), quantity), -quantity * price, pk)
        for pk, state, quantity, price in rows
    )
    return [pk for _failed, _covered, _value, pk in ordered]


def _asked(contracts: Iterable[Contract]) -> list[Solve]:
    """Every search of the needs that the contracts come from, the newest first, in one query."""
    versions = {contract.solve.version_id for contract in contracts if contract.solve is not None}
    return (
        list(Solve.objects.filter(version__in=versions).defer("plan", "texts", "faults").order_by("-pk"))
        if versions
        else []
    )


def _row(contract: Contract, today: date, asked: Iterable[Solve]) -> Row:
    backups = list(contract.backups.all())
    booked = sum((backup.quantity_micro for backup in backups if not backup.supplier.is_excluded), 0)
    covered = Decimal(min(booked, contract.quantity_micro)) / contract.quantity_micro
    checked = [(backup, staleness(backup, today)) for backup in backups]
    without = plan_without(contract, asked)
    dependence = None
    if without is not None and contract.solve is not None and contract.solve.cost is not None and without.cost:
        dependence = without.cost - contract.solve.cost
    return Row(contract, checked, covered, _failure_cost(contract), without, dependence)


def staleness(backup: Backup, today: date) -> list[Message]:
    """Return why a backup can no longer be relied on as it stands; nothing where it can."""
    found = []
    supplier = backup.supplier
    if supplier.is_excluded:
        found.append(_("is excluded"))
    if backup.confirmed_on is None:
        found.append(_("never confirmed"))
    elif backup.confirmed_on < today - CONFIRMED_WITHIN:
        found.append(_("confirmed more than a year ago"))
    expired = [level.category for level in supplier.levels.all() if not level.is_valid(today)]
    expired += [certificate.what for certificate in supplier.certificates.all() if not certificate.is_valid(today)]
    if expired:
        found.append(_("evidence has run out: {what}", what=", ".join(expired)))
    return found


def _failure_cost(contract: Contract) -> Decimal | None:
    """What one failure of the supplier costs under its plan."""
    if contract.solve is None or not contract.solve.has_plan:
        return None
    for failure in answers.answer(contract.solve).plan.failures:
        if contract.supplier.key in failure.suppliers:
            return failure.extra_cost * failure.recovery_share
    return None


def plan_without(contract: Contract, asked: Iterable[Solve] | None = None) -> Solve | None:
    """Return the newest search for the plan that the contract comes from, without its supplier, if there is one.

    `asked` are the searches to look among, the newest first, where they are at hand.
    """
    solve = contract.solve
    if solve is None:
        return None
    wanted = [*solve.changes, {"kind": "without", "supplier": contract.supplier.key}]
    among = _asked([contract]) if asked is None else asked
    return next((each for each in among if each.version_id == solve.version_id and each.changes == wanted), None)
