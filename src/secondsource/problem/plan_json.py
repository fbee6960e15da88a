"""The plan as JSON text (FORMAT.md, "Plan JSON") and back; not for what makes a plan right."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any, TypeVar, get_args

from secondsource.language import Message, _
from secondsource.problem.cells import Refused, exact, plain
from secondsource.problem.plan import (
    Award,
    Booking,
    Branch,
    Certificate,
    Exposure,
    Failure,
    Flow,
    Hire,
    PackageTaken,
    Plan,
    Proof,
    Relaxation,
    Status,
)
from secondsource.problem.rows import parse_json
from secondsource.problem.sheets import Report

_ORDER = (
    *("status", "currency", "cost", "bound", "gap", "proof", "seconds", "breakdown", "awards", "packages", "backups"),
    *("hires", "flows", "exposures", "warnings", "conflict", "as_of", "problem_sha256", "version", "settings"),
    *("needs", "failures", "ways_out", "assumptions", "estimates", "solver_cost", "certificate"),
)
"""The keys in the order of FORMAT.md, then those that are not in it."""

_HIDDEN: dict[type, set[str]] = {Flow: {"estimated"}, Relaxation: {"limit", "key", "by"}}
"""What is not written, as FORMAT.md has no place for it: `estimates` counts it, or `change` says it."""

_Part = TypeVar("_Part")


def to_json(plan: Plan) -> str:
    """Return the plan as JSON text: numbers with all their digits, texts in the language spoken now."""
    lines = []
    for key in _ORDER:
        value = getattr(plan, key)
        if isinstance(value, tuple) and value:
            rows = ",\n".join(f"    {_encode(entry)}" for entry in value)
            lines.append(f'  "{key}": [\n{rows}\n  ]')
        else:
            lines.append(f'  "{key}": {_encode(value)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _encode(value: object) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "null"
    if isinstance(value, bool | Decimal):
        return plain(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str | Message):
        return json.dumps(str(value), ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_encode(str(key))}: {_encode(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_encode, value)) + "]"
    hidden: set[str] = next((names for kind, names in _HIDDEN.items() if isinstance(value, kind)), set())
    parts: Any = value
    return _encode({part.name: getattr(value, part.name) for part in fields(parts) if part.name not in hidden})


def from_json(text: str, *, place: str = "") -> Plan:
    """Return the plan that a JSON text holds, ours or another hand's: keys that are not known are passed over.

    `status`, `currency`, `cost` and the lists of awards, packages, backups, hires and flows must be there, with all
    keys of FORMAT.md; `offer` in flows may be left out, and so may the rest.

    Raises
    ------
    InvalidInput
        With every fault: what is no JSON, missing, or of the wrong type; `place` is the file to name.
    """
    report = Report()
    found = parse_json(text, place)
    if not isinstance(found, Mapping):
        report.add(place, "", 0, "", "", _("expected a plan, {shape}", shape='{"status": ..., "awards": [...], ...}'))
        report.close()
    top = _Entry(found, place, "", 0, report)
    status = top.word("status", get_args(Status))
    plan = Plan(
        status=status,
        currency=top.text("currency"),
        cost=top.number("cost") if status in ("optimal", "feasible") else top.number_or_none("cost"),
        bound=top.number_or_none("bound"),
        gap=top.number_or_none("gap"),
        proof=top.word("proof", get_args(Proof), "solver"),
        seconds=float(top.number("seconds", Decimal(0))),
        breakdown=top.numbers("breakdown"),
        awards=top.parts("awards", _award),
        packages=top.parts("packages", _package),
        backups=top.parts("backups", _booking),
        hires=top.parts("hires", _hire),
        flows=top.parts("flows", _flow),
        exposures=top.parts("exposures", _exposure, optional=True),
        warnings=top.texts("warnings", optional=True),
        conflict=top.texts("conflict", optional=True),
        ways_out=top.parts("ways_out", _relaxation, optional=True),
        needs=top.numbers("needs"),
        failures=top.parts("failures", _failure, optional=True),
        assumptions=int(top.number("assumptions", Decimal(0))),
        estimates=int(top.number("estimates", Decimal(0))),
        as_of=top.text("as_of", ""),
        problem_sha256=top.text("problem_sha256", ""),
        version=top.text("version", ""),
        settings=top.settings("settings"),
        solver_cost=None if (cost := top.number_or_none("solver_cost")) is None else float(cost),
        certificate=None if top.values.get("certificate") is None else _certificate(top.inner("certificate")),
    )
    report.close()
    return plan


@dataclass(frozen=True)
class _Entry:
    """A JSON object whose values are asked for one by one; what is missing or of the wrong type becomes a fault."""

    values: Mapping[str, Any]
    place: str
    table: str
    row: int
    report: Report

    def fault(self, key: str, expected: Message) -> None:
        value = self.values.get(key, "")
        shown = value if isinstance(value, str | Decimal) else json.dumps(value, default=str)
        self.report.add(self.place, self.table, self.row, key, "" if value == "" else shown, expected)

    def text(self, key: str, default: str | None = None) -> str:
        value = self.values.get(key, default)
        if not isinstance(value, str):
            self.fault(key, _("expected a text") if key in self.values else _("is missing: expected a text"))
            return ""
        return value

    def word(self, key: str, words: tuple[str, ...], default: str | None = None) -> Any:
        value = self.values.get(key, default)
        if value not in words:
            self.fault(key, _("expected one of {choices}", choices=", ".join(words)))
        return value

    def flag(self, key: str) -> bool:
        value = self.values.get(key)
        if not isinstance(value, bool):
            self.fault(key, _("expected {what}", what=_("true or false")))
        return value is True

    def number(self, key: str, default: Decimal | None = None) -> Decimal:
        value = self.values.get(key, default)
        if not isinstance(value, Decimal | float):
            self.fault(key, _("expected a number") if key in self.values else _("is missing: expected a number"))
            return Decimal(0)
        try:
            return exact(value)
        except Refused as refused:
            self.fault(key, refused.expected)
            return Decimal(0)

    def number_or_none(self, key: str) -> Decimal | None:
        return None if self.values.get(key) is None else self.number(key)

    def numbers(self, key: str) -> Mapping[str, Decimal]:
        inner = self.inner(key)
        return {name: inner.number(name) for name in inner.values}

    def settings(self, key: str) -> Mapping[str, str]:
        inner = self.inner(key)
        scalars = str | Decimal | bool | None
        for name, value in inner.values.items():
            if not isinstance(value, scalars):
                inner.fault(name, _("expected a text, a number, or true or false"))
        return {name: value if isinstance(value, str) else plain(value) for name, value in inner.values.items()}

    def texts(self, key: str, *, optional: bool = False) -> tuple[str, ...]:
        value = self._list(key, optional)
        if not all(isinstance(text, str) for text in value):
            self.fault(key, _("expected a list of texts"))
            return ()
        return tuple(value)

    def parts(self, key: str, read: Callable[[_Entry], _Part], *, optional: bool = False) -> tuple[_Part, ...]:
        parts = []
        for row, value in enumerate(self._list(key, optional), start=1):
            if isinstance(value, Mapping):
                parts.append(read(_Entry(value, self.place, key, row, self.report)))
            else:
                self.report.add(self.place, key, row, "", value, _("expected an object"))
        return tuple(parts)

    def _list(self, key: str, optional: bool) -> list[Any]:
        value = self.values.get(key, [] if optional else None)
        if not isinstance(value, list):
            self.fault(key, _("expected a list") if key in self.values else _("is missing: expected a list"))
            return []
        return value

    def inner(self, key: str) -> _Entry:
        value = self.values.get(key, {})
        if not isinstance(value, Mapping):
            self.fault(key, _("expected an object"))
            value = {}
        return _Entry(value, self.place, f"{self.table} {key}".strip(), self.row, self.report)


def _certificate(entry: _Entry) -> Certificate:
    capacity, engagement = (_floats(entry.numbers(name)) for name in ("capacity", "engagement"))
    needs = entry.parts("needs", _prices, optional=True)
    return Certificate(capacity, engagement, needs, entry.parts("tree", _branch, optional=True))


def _prices(entry: _Entry) -> Mapping[str, float]:
    return {name: float(entry.number(name)) for name in entry.values}


def _floats(prices: Mapping[str, Decimal]) -> Mapping[str, float]:
    return {name: float(price) for name, price in prices.items()}


def _branch(entry: _Entry) -> Branch:
    places = (int(entry.number(name)) for name in ("engaged", "excluded", "prices"))
    return Branch(entry.text("supplier"), *places)


def _award(entry: _Entry) -> Award:
    return Award(
        item=entry.text("item"),
        offer=entry.text("offer"),
        supplier=entry.text("supplier"),
        own=entry.flag("own"),
        quantity=entry.number("quantity"),
        share=entry.number("share"),
        unit_cost=entry.number("unit_cost"),
        cost=entry.number("cost"),
    )


def _package(entry: _Entry) -> PackageTaken:
    return PackageTaken(entry.text("package"), entry.text("supplier"), entry.number("price"))


def _booking(entry: _Entry) -> Booking:
    return Booking(
        item=entry.text("item"),
        offer=entry.text("offer"),
        supplier=entry.text("supplier"),
        quantity=entry.number("quantity"),
        covers=entry.texts("covers"),
    )


def _hire(entry: _Entry) -> Hire:
    return Hire(
        supplier=entry.text("supplier"),
        role=entry.text("role"),
        people=entry.number("people"),
        hires=entry.number("hires"),
        replacements=entry.number("replacements"),
    )


def _flow(entry: _Entry) -> Flow:
    return Flow(
        item=entry.text("item"),
        offer=entry.text("offer", ""),
        origin=entry.text("origin"),
        destination=entry.text("destination"),
        quantity=entry.number("quantity"),
        cost=entry.number("cost"),
    )


def _exposure(entry: _Entry) -> Exposure:
    return Exposure(entry.text("item"), entry.text("supplier"), entry.number("quantity"), entry.text("why"))


def _relaxation(entry: _Entry) -> Relaxation:
    return Relaxation(entry.text("change"), entry.number_or_none("cost"))


def _failure(entry: _Entry) -> Failure:
    return Failure(
        group=entry.text("group"),
        suppliers=entry.texts("suppliers"),
        probability=entry.number("probability"),
        recovery_share=entry.number("recovery_share"),
        lost=entry.numbers("lost"),
        covered=entry.numbers("covered"),
        extra_cost=entry.number("extra_cost"),
        expected_cost=entry.number("expected_cost"),
        unpriced=entry.texts("unpriced", optional=True),
    )
