"""Histories as arrays of what was decided and when: one row per delivery, contract or spell of work; not for rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from secondsource.arrays import Booleans, Floats, Integers
from secondsource.problem.histories import Contract, Histories
from secondsource.problem.side_tables import days_between

NOT_DECIDED = -1


@dataclass(frozen=True, eq=False)
class Records:
    """What is known on one day. Ages are in days before that day; times in days.

    Attributes
    ----------
    suppliers, peers
        Names; the group of peers of each supplier, `(suppliers,)`.
    contract_names
        Of all contracts; `contract_supplier` `(contracts,)`.
    handed_names, handed_supplier, handed_contract, handed_age, handed_late, handed_delay, handed_came, handed_year
        Deliveries whose being on time is decided: those that came, and those that should have; `handed_delay` is in
        days, counted to that day where nothing came (`handed_came` false).
    units_supplier, units_contract, units_age, units, units_defective
        Deliveries that came, and what was wrong with them.
    ended_supplier, ended_contract, ended_age, ended_badly
        Contracts that have ended. Running ones are in no count of kept or broken ones.
    lasted, lasted_supplier, lasted_broke
        Days that each contract has run, and whether it was then terminated.
    years_supplier, years_contract, years_age, years, years_failed, years_complaints
        Years of work, by contract; running ones count up to that day.
    recovery, recovery_over, recovery_supplier
        Days from a termination until somebody delivered again, or until that day.
    waiting
        Deliveries not yet due, and contracts that run, by supplier: nothing is said of them, `(suppliers,)`.
    """

    as_of: date
    suppliers: tuple[str, ...]
    peers: tuple[str, ...]
    contract_names: tuple[str, ...]
    contract_supplier: Integers
    handed_names: tuple[str, ...]
    handed_supplier: Integers
    handed_contract: Integers
    handed_age: Floats
    handed_late: Booleans
    handed_delay: Floats
    handed_came: Booleans
    handed_year: Integers
    units_supplier: Integers
    units_contract: Integers
    units_age: Floats
    units: Floats
    units_defective: Floats
    ended_supplier: Integers
    ended_contract: Integers
    ended_age: Floats
    ended_badly: Booleans
    lasted: Floats
    lasted_supplier: Integers
    lasted_broke: Booleans
    years_supplier: Integers
    years_contract: Integers
    years_age: Floats
    years: Floats
    years_failed: Floats
    years_complaints: Floats
    recovery: Floats
    recovery_over: Booleans
    recovery_supplier: Integers
    waiting: Integers


def records(histories: Histories, as_of: date | None = None) -> Records:
    """Return what was known on a day (by default that of the histories): nothing that happened later is in it."""
    day = as_of or histories.as_of
    contracts = [each for each in histories.contracts.values() if each.start <= day]
    names = tuple(sorted({each.supplier for each in contracts}))
    supplier = {name: number for number, name in enumerate(names)}
    place = {each.contract: number for number, each in enumerate(contracts)}
    waiting = np.zeros(len(names), dtype=np.int64)
    handed, units, ended, lasted, years, recovery = ([] for _list in range(6))
    with_deliveries = {each.contract for each in histories.deliveries}

    handed_names: list[str] = []

    def hand(name: str, contract: str, due: date, came: date | None) -> None:
        """Note whether something came on time, once that is decided."""
        who, on = supplier[histories.contracts[contract].supplier], place[contract]
        if came is not None and came <= day:
            delay = days_between(due, came)
            handed.append((who, on, days_between(came, day), delay > 0, max(delay, 0), True, due.year))
        elif due < day:
            handed.append((who, on, 0, True, days_between(due, day), False, due.year))
        else:
            waiting[who] += 1
            return
        handed_names.append(name)

    for delivery in histories.deliveries:
        if delivery.contract not in place:
            continue
        contract = histories.contracts[delivery.contract]
        broken = contract.ended if contract.outcome == "terminated" else None
        if delivery.delivered is None and broken is not None and broken <= min(day, delivery.due):
            continue  # it was never to come
        hand(delivery.delivery, delivery.contract, delivery.due, delivery.delivered)
        if delivery.delivered is not None and delivery.delivered <= day:
            age = days_between(delivery.delivered, day)
            row = (supplier[contract.supplier], place[contract.contract], age)
            units.append((*row, float(delivery.quantity), float(delivery.defective)))
    for each in contracts:
        who, on = supplier[each.supplier], place[each.contract]
        over = each.ended is not None and each.ended <= day
        broke = over and each.outcome == "terminated"
        if each.contract not in with_deliveries and each.due is not None and not broke:
            hand(f"contract {each.contract}", each.contract, each.due, each.ended if over else None)
        last = each.ended if over and each.ended is not None else day
        if over:
            ended.append((who, on, days_between(each.ended, day), broke))
        else:
            waiting[who] += 1
        lasted.append((days_between(each.start, last), who, broke))
        years.append((who, on, days_between(last, day), days_between(each.start, last) / 365.0, broke, each.complaints))
        if broke and each.ended is not None:
            back = each.resumed is not None and each.resumed <= day
            until = each.resumed if back and each.resumed is not None else day
            recovery.append((days_between(each.ended, until), back, who))
    h, u, e, la, y, r = (list(zip(*rows, strict=True)) for rows in (handed, units, ended, lasted, years, recovery))
    columns: list[Any] = [
        day, names, _peers(contracts, names), tuple(place), _whole([supplier[each.supplier] for each in contracts]),
        tuple(handed_names), *_columns(h, "iifbfbi"), *_columns(u, "iifff"), *_columns(e, "iifb"), *_columns(la, "fib"),
        *_columns(y, "iiffff"), *_columns(r, "fbi"), waiting,
    ]  # fmt: skip
    return Records(*columns)


def _columns(columns: list[tuple[object, ...]], kinds: str) -> list[Any]:
    """Columns as arrays: i whole numbers, f floats, b truth values."""
    types = {"i": np.int64, "f": np.float64, "b": np.bool_}
    return [np.array(columns[place] if columns else [], dtype=types[kind]) for place, kind in enumerate(kinds)]


def _whole(values: list[int]) -> Integers:
    return np.array(values, dtype=np.int64)


def _peers(contracts: list[Contract], names: tuple[str, ...]) -> tuple[str, ...]:
    """The group of peers of each supplier: category and value band of most of its contracts."""
    votes: dict[str, dict[str, int]] = {name: {} for name in names}
    for each in contracts:
        label = peer_group(each)
        votes[each.supplier][label] = votes[each.supplier].get(label, 0) + 1
    return tuple(min(votes[name], key=lambda label: (-votes[name][label], label)) for name in names)


def peer_group(contract: Contract) -> str:
    """Return the group of contracts that are like this one: the first two signs of its category, and its power of ten.

    >>> from decimal import Decimal
    >>> day = date(2026, 1, 1)
    >>> peer_group(Contract("c", "s", "45310000", Decimal(250000), day, None, None, "running", None, 0))
    '45 · 100,000'
    """
    band = "" if not contract.value else f"{10 ** (len(str(int(contract.value))) - 1):,}"
    return " · ".join(part for part in (contract.category[:2], band) if part)
