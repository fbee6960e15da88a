"""Between what the database keeps (rows, JSON) and what the library speaks (problems, plans, messages).

The worker writes in no language: messages are kept as templates with values, and become text when a page is shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from secondsource.errors import Fault
from secondsource.language import Message, Number
from secondsource.problem.cells import plain
from secondsource.problem.drafts import SETTINGS_TABLE
from secondsource.problem.plan import Plan, Relaxation
from secondsource.problem.plan_json import from_json, to_json
from secondsource.problem.read import from_rows
from secondsource.problem.tables import SETTINGS, TABLES, Problem

Rows = list[dict[str, str]]
Tables = Mapping[str, Rows]

TABLE_NAMES = (SETTINGS_TABLE, *TABLES)


def columns(table: str) -> tuple[str, ...]:
    """Return the columns of a table, `settings` among them, in the order of FORMAT.md."""
    return ("name", "value", "source", "note") if table == SETTINGS_TABLE else tuple(TABLES[table].columns())


def rows_of(problem: Problem) -> dict[str, Rows]:
    """Return the rows of every table that has some, as text: what `problem_of` reads back."""
    found: dict[str, Rows] = {}
    if problem.given:
        names = columns(SETTINGS_TABLE)
        found[SETTINGS_TABLE] = [
            {key: text for key, text in zip(names, row, strict=True) if text} for row in problem.given
        ]
    for name, table in problem.tables().items():
        kept = {column: (getattr(table, column), spec.default) for column, spec in table.columns().items()}
        rows = [
            {column: plain(values[row]) for column, (values, default) in kept.items() if values[row] != default}
            for row in range(len(table))
        ]
        if rows:
            found[name] = rows
    return found


def problem_of(tables: Tables, today: date) -> Problem:
    """Return the problem that stored rows hold.

    Raises
    ------
    InvalidInput
        With every fault, rows counted from 1.
    """
    return from_rows({name: rows for name, rows in tables.items() if rows}, today=today)


def pack(message: Message | str) -> Any:
    """Return a message as JSON that `unpack` makes a message of again.

    >>> from secondsource.language import _
    >>> str(unpack(pack(_("{item} has no offer", item="display"))))
    'display has no offer'
    """
    if isinstance(message, str):
        return message
    values = {name: _pack_value(value) for name, value in message.values}
    return {"t": message.template, "v": values, "p": message.plural, "n": message.count}


def _pack_value(value: object) -> Any:
    if isinstance(value, Number):
        return {"number": value.english}
    return pack(value) if isinstance(value, Message) else [str(value)]


def unpack(kept: Any) -> Message | str:
    """Return the message that `pack` kept."""
    if not isinstance(kept, Mapping):
        return str(kept)
    values = tuple((name, _unpack_value(value)) for name, value in kept["v"].items())
    return Message(kept["t"], values, kept["p"], kept["n"])


def _unpack_value(kept: Any) -> object:
    if isinstance(kept, Mapping) and "number" in kept:
        return Number(kept["number"])
    return kept[0] if isinstance(kept, list) else unpack(kept)


def pack_fault(fault: Fault) -> dict[str, Any]:
    """Return a fault as JSON."""
    found: dict[str, Any] = {part.name: getattr(fault, part.name) for part in fields(fault)}
    return found | {"expected": pack(fault.expected)}


def unpack_fault(kept: Mapping[str, Any]) -> Fault:
    """Return the fault that `pack_fault` kept."""
    return Fault(**{**kept, "expected": unpack(kept["expected"])})


def _texts(value: Any) -> list[Message]:
    """Every message in a plan, however deep."""
    if isinstance(value, Message):
        return [value]
    if isinstance(value, Mapping):
        return [text for part in value.values() for text in _texts(part)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [text for part in value for text in _texts(part)]
    if is_dataclass(value):
        return [text for part in fields(value) for text in _texts(getattr(value, part.name))]
    return []


def pack_plan(plan: Plan) -> dict[str, Any]:
    """Return a plan as what is stored of it: Plan JSON, its messages, and the limits of its ways out."""
    return {
        "plan": to_json(plan),
        "texts": {str(text): pack(text) for text in _texts(plan)},
        "ways": [[way.limit, way.key, None if way.by is None else plain(way.by)] for way in plan.ways_out],
    }


def unpack_plan(kept: str, texts: Mapping[str, Any]) -> Plan:
    """Return the plan that was stored, its messages speaking the reader's language when they are shown."""
    plan = from_json(kept)

    def message(text: Message | str) -> Message | str:
        return unpack(texts[str(text)]) if str(text) in texts else text

    limits = texts.get("ways", [])
    ways = []
    for place, way in enumerate(plan.ways_out):
        limit, key, by = limits[place] if place < len(limits) else ("", "", None)
        ways.append(Relaxation(message(way.change), way.cost, limit, key, None if by is None else Decimal(by)))
    return replace(
        plan,
        warnings=tuple(map(message, plan.warnings)),
        conflict=tuple(map(message, plan.conflict)),
        exposures=tuple(replace(each, why=message(each.why)) for each in plan.exposures),
        ways_out=tuple(ways),
    )


def question(tables: Tables, today: date, seconds: float | None) -> str:
    """Return one line of JSON: what the search is asked."""
    return json.dumps({"tables": tables, "today": today.isoformat(), "seconds": seconds}, ensure_ascii=True)


def settings_known() -> Mapping[str, Any]:
    """Return the settings that there are, by name."""
    return SETTINGS
