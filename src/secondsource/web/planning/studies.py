"""What losing each supplier of a plan costs, as it is kept and shown; not for how it is found (`advice.dependence`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import secondsource
from secondsource.advice.dependence import Dependence, Told, dependences
from secondsource.advice.interval import Interval
from secondsource.language import Message
from secondsource.problem.tables import Problem
from secondsource.solver.highs import Limits
from secondsource.web.planning.translate import pack, unpack


def pack_dependences(problem: Problem, seconds: float, told: Told) -> dict[str, Any]:
    """Return what losing each supplier of the best plan costs, as JSON; `seconds` is the time of each plan."""
    found = dependences(problem, Limits(1e-6, seconds, 2), per_item=False, version=secondsource.__version__, told=told)
    return {"suppliers": [_packed(each) for each in found.suppliers], "seconds": round(found.seconds, 1)}


def _packed(each: Dependence) -> dict[str, Any]:
    return {
        "supplier": each.supplier,
        "own": each.own,
        "spend": str(each.spend),
        "for_good": _ends(each.for_good),
        "unprotected": None if each.unprotected is None else _ends(each.unprotected),
        "tomorrow": None if each.tomorrow is None else str(each.tomorrow),
        "probability": str(each.probability),
        "missing": [[item, str(quantity)] for item, quantity in each.missing],
        "less_protected": list(each.less_protected),
        "conflict": [pack(text) for text in each.conflict],
        "way_out": None if each.way_out is None else pack(each.way_out.change),
    }


def _ends(interval: Interval) -> list[str]:
    return [str(interval.low), str(interval.high)]


@dataclass(frozen=True)
class Line:
    """What losing one supplier costs, as a page shows it; amounts in the plan's currency.

    Attributes
    ----------
    for_good
        Cost of the best plan without it minus the plan's; endless where there is none.
    unprotected
        The same if what it delivers or backs then needs no backups; only where there is no plan otherwise.
    tomorrow
        What one failure costs with what is booked; None where the plan is not asked to survive it.
    """

    supplier: str
    name: str
    own: bool
    spend: Decimal
    for_good: Interval
    unprotected: Interval | None
    tomorrow: Decimal | None
    missing: tuple[tuple[str, Decimal], ...]
    less_protected: tuple[str, ...]
    conflict: tuple[Message | str, ...]
    way_out: Message | str | None


def unpack_dependences(kept: Mapping[str, Any], names: Mapping[str, str], items: Mapping[str, str]) -> list[Line]:
    """Return the lines of a kept answer, suppliers and items by their names, the costliest loss first."""

    def interval(ends: list[str] | None) -> Interval | None:
        return None if ends is None else Interval(Decimal(ends[0]), Decimal(ends[1]))

    return [
        Line(
            each["supplier"],
            names.get(each["supplier"]) or each["supplier"],
            each["own"],
            Decimal(each["spend"]),
            Interval(*map(Decimal, each["for_good"])),
            interval(each["unprotected"]),
            None if each["tomorrow"] is None else Decimal(each["tomorrow"]),
            tuple((items.get(item) or item, Decimal(quantity)) for item, quantity in each["missing"]),
            tuple(items.get(item) or item for item in each["less_protected"]),
            tuple(unpack(text) for text in each["conflict"]),
            None if each["way_out"] is None else unpack(each["way_out"]),
        )
        for each in kept["suppliers"]
    ]
