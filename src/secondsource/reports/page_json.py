"""Advice as JSON for programs: names of fields as in the library, amounts as intervals; not for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from decimal import Decimal
from math import isfinite
from typing import Any

from secondsource.advice.interval import Interval
from secondsource.problem.plan import Plan

PLAN_FIELDS = ("status", "currency", "cost", "bound", "gap", "proof", "as_of", "problem_sha256", "version")


def as_json(value: Any) -> Any:
    """Return a value of `advice` as JSON data; of a plan only what it costs and how that is proved.

    What is endless is None: JSON has no word for it.

    >>> as_json(Interval(Decimal(1), Decimal("Infinity")))
    {'low': Decimal('1'), 'high': None, 'distinguishable': True, 'no_plan': False}
    """
    if isinstance(value, Interval):
        low, high = (limit if limit.is_finite() else None for limit in (value.low, value.high))
        distinguishable = value.is_distinguishable
        return {"low": low, "high": high, "distinguishable": distinguishable, "no_plan": value.is_endless}
    if isinstance(value, Plan):
        return {name: as_json(getattr(value, name)) for name in PLAN_FIELDS}
    if is_dataclass(value) and not isinstance(value, type):
        if hasattr(value, "template"):
            return str(value)
        return {each.name: as_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_json(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [as_json(each) for each in value]
    if isinstance(value, Decimal | float):
        return value if isfinite(value) else None
    return value
