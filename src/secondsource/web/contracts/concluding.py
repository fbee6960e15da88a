"""Making contracts of a plan's awards, and planning the takeover when one fails; not for pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from secondsource.language import _
from secondsource.web.audit import log
from secondsource.web.contracts.models import Backup, Contract
from secondsource.web.people.models import Person
from secondsource.web.planning import answers
from secondsource.web.planning.models import Scenario, Solve, micro
from secondsource.web.planning.projects import queue
from secondsource.web.suppliers import translate
from secondsource.web.suppliers.models import Approval, Supplier, standing


@dataclass(frozen=True)
class Terms:
    """What all contracts of a plan begin with; each can be changed afterwards."""

    starts: date
    ends: date
    notice_days: int
    retender_days: int
    switch_days: int


def not_approved(solve: Solve, today: date) -> list[tuple[str, str, str]]:
    """Return supplier, item and standing of each bought award whose supplier is not approved for the item's category.

    Nothing for a team that keeps no approvals.
    """
    team = solve.project.team
    if not Approval.objects.filter(supplier__team=team).exists():
        return []
    known = {each.key: each for each in Supplier.objects.filter(team=team).prefetch_related("approvals")}
    found = answers.answer(solve)
    items, missing = found.problem.items, []
    for award in found.plan.awards:
        category = items.row(items.position[award.item])["category"] or ""
        supplier = known.get(award.supplier)
        state = standing(supplier, category, today) if supplier is not None else ""
        if not award.own and state not in ("approved", "conditional"):
            missing.append((str(supplier or award.supplier), award.item, state))
    return missing


@transaction.atomic
def conclude(solve: Solve, terms: Terms, person: Person, override: str = "") -> list[Contract]:
    """Return a contract for every award of a plan that is not the own firm's, with its backups.

    `override` says why, where suppliers are not approved (`not_approved`). The unit price is the offer's, in the
    offer's currency; how price breaks and rebates change it stands in the plan.
    """
    found = answers.answer(solve)
    project = solve.project
    translate.from_project(project)
    register = {each.key: each for each in Supplier.objects.filter(team=project.team)}
    problem, made = found.problem, []
    for award in found.plan.awards:
        if award.own or award.supplier not in register:
            continue
        offer = problem.offers.row(problem.offers.position[award.offer])
        item = problem.items.row(problem.items.position[award.item])
        contract = Contract.objects.create(
            team=project.team,
            supplier=register[award.supplier],
            solve=solve,
            item=award.item,
            item_name=item["name"] or award.item,
            unit=item["unit"],
            quantity_micro=micro(award.quantity),
            unit_price_micro=micro(offer["unit_price"]),
            currency=offer["currency"] or found.plan.currency,
            starts=terms.starts,
            ends=terms.ends,
            notice_days=terms.notice_days,
            retender_days=terms.retender_days,
            switch_days=terms.switch_days,
            owner=person,
        )
        made.append(contract)
        for booking in found.plan.backups:
            if booking.item == award.item and award.supplier in booking.covers and booking.supplier in register:
                days = problem.offers.row(problem.offers.position[booking.offer])["bring_up_days"] or Decimal(0)
                Backup.objects.create(
                    contract=contract,
                    supplier=register[booking.supplier],
                    quantity_micro=micro(booking.quantity),
                    bring_up_days=min(int(days), 9999),
                )
    log.record(
        "contract.new", f"{project.name}: {solve.scenario.name}", team=project.team, person=person,
        contracts=[contract.pk for contract in made], override=override,
    )  # fmt: skip
    return made


@transaction.atomic
def fail(contract: Contract, today: date, person: Person) -> Contract:
    """Note that a contract's supplier failed: its running contracts end, and their plans are searched without it.

    The search takes the needs as they are now, and asks for one failure less to be survived: of those that the plan was
    to survive, one has happened. A second search asks for as many as before: what it takes to stand by again.
    """
    running = Contract.objects.filter(team=contract.team, supplier=contract.supplier, state="running")
    for solve in Solve.objects.filter(contracts__in=running).distinct():
        left = max(0, answers.answer(solve).problem.settings.failures - 1)
        changes = [
            *solve.changes,
            {"kind": "without", "supplier": contract.supplier.key},
            {"kind": "setting", "name": "failures", "value": str(left)},
        ]
        title = str(_("Takeover: {supplier} failed on {day}", supplier=contract.supplier, day=today.isoformat()))
        scenario, _is_new = Scenario.objects.get_or_create(
            project=solve.project, name=title[:120], defaults={"changes": changes, "made_by": person}
        )
        running.filter(solve=solve).update(takeover=queue(solve.project, scenario, person))
        rebuilt = str(_("Backups again after {supplier} failed on {day}", supplier=contract.supplier, day=today.isoformat()))  # fmt: skip  # noqa: E501
        without = [*solve.changes, {"kind": "without", "supplier": contract.supplier.key}]
        again, _is_new = Scenario.objects.get_or_create(
            project=solve.project, name=rebuilt[:120], defaults={"changes": without, "made_by": person}
        )
        queue(solve.project, again, person)
    running.update(state="failed", failed_on=today)
    log.record("contract.fail", contract.supplier, team=contract.team, person=person, contract=contract.pk)
    contract.refresh_from_db()
    return contract
