"""The fingerprint of a problem, the same whatever file it came from; not for comparing two problems in detail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from secondsource.problem.cells import plain
from secondsource.problem.tables import SETTINGS, Problem, Table


def digest(problem: Problem) -> str:
    """Return the SHA-256 of the canonical form of a problem, in hexadecimal.

    The canonical form is a JSON text: the settings that are not at their default, by name; then each table that has
    rows, in the order of FORMAT.md, as its columns that are not at their default throughout, the rows sorted by key;
    numbers in full without trailing zeros, "" for a default. `as_of` counts where the input names it, so that the
    same file has the same digest on every day.
    """
    # Lists all the way down: the order of everything is fixed here.
    found = hashlib.sha256()
    settings = sorted(row for row in _settings(problem) if len(row) > 1)
    found.update(_text(["settings", settings]))
    for name, table in problem.tables().items():
        if len(table):
            found.update(_text([name, _columns(table)]))
    return found.hexdigest()


def _text(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")).encode()


def _settings(problem: Problem) -> list[list[str]]:
    """The settings that say something, each as its name and what it says."""
    rows = []
    for name, value, source, note in problem.given:
        default = SETTINGS[name].default
        is_default = value in ("", "" if default is None else plain(default))
        parts: Mapping[str, str] = {"value": "" if is_default else value, "source": source, "note": note}
        rows.append([name, *(f"{part}={text}" for part, text in parts.items() if text)])
    return rows


def _columns(table: Table) -> list[tuple[str, list[str]]]:
    """The columns of a table that are not at their default throughout, the rows in the order of the key."""
    texts: dict[str, list[str]] = {}
    for name, spec in table.columns().items():
        values = getattr(table, name)
        distinct = set(values)
        if spec.key or distinct != {spec.default}:
            known = {value: plain(value) for value in distinct}
            known[spec.default] = ""
            texts[name] = list(map(known.__getitem__, values))
    keys = list(zip(*(texts[name] for name in table.key_columns()), strict=True))
    order = sorted(range(len(table)), key=keys.__getitem__)
    return [(name, [column[row] for row in order]) for name, column in texts.items()]
