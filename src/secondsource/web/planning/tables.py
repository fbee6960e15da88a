"""The tables of a project as versions of blocks: reading them, and writing the next version; not for their meaning.

A table is a list of blocks of rows. An edit writes the blocks that it touches and a new version that names them beside
the old ones, so that every version stays readable and an edit of one cell among 30,000 rows is small.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from secondsource.language import Message
from secondsource.web.audit import log
from secondsource.web.people.models import Person
from secondsource.web.planning.models import Block, Project, Version
from secondsource.web.planning.translate import TABLE_NAMES, Rows, pack

BLOCK_ROWS = 200
"""Rows of a block, and of a page of a grid; a block that grows to twice as many is split."""


class Stale(Exception):
    """Someone else has changed the table meanwhile."""


@dataclass(frozen=True)
class Page:
    """A block of a table as a page of its grid: `first` is the number of its first row, from 0; `rows` its rows."""

    number: int
    pages: int
    first: int
    total: int
    rows: Rows


def read(version: Version | None) -> dict[str, Rows]:
    """Return every table of a version."""
    if version is None:
        return {}
    wanted = [block for pieces in version.tables.values() for block, _count in pieces]
    found = dict(Block.objects.filter(pk__in=wanted).values_list("pk", "rows")) if wanted else {}
    return {
        table: [row for block, _count in version.tables[table] for row in found[block]]
        for table in TABLE_NAMES
        if version.tables.get(table)
    }


def read_table(version: Version | None, table: str) -> Rows:
    """Return one table of a version."""
    pieces = [] if version is None else version.tables.get(table, [])
    found = dict(Block.objects.filter(pk__in=[block for block, _count in pieces]).values_list("pk", "rows"))
    return [row for block, _count in pieces for row in found[block]]


def page(version: Version | None, table: str, number: int) -> Page:
    """Return one page of a table, the last where there are fewer."""
    pieces = [] if version is None else version.tables.get(table, [])
    total = sum(count for _block, count in pieces)
    if not pieces:
        return Page(0, 1, 0, 0, [])
    number = min(max(number, 0), len(pieces) - 1)
    first = sum(count for _block, count in pieces[:number])
    rows = Block.objects.filter(pk=pieces[number][0]).values_list("rows", flat=True).get()
    return Page(number, len(pieces), first, total, rows)


def row(version: Version | None, table: str, number: int) -> dict[str, str] | None:
    """Return one row of a table, numbers from 0; empty for the one after the last, None beyond."""
    first = 0
    for block, count in [] if version is None else version.tables.get(table, []):
        if number < first + count:
            rows: Rows = Block.objects.filter(pk=block).values_list("rows", flat=True).get()
            return rows[number - first]
        first += count
    return {} if number == first else None


def counts(version: Version | None) -> dict[str, int]:
    """Return how many rows each table has."""
    kept: Mapping[str, Any] = {} if version is None else version.tables
    return {table: sum(count for _block, count in kept.get(table, [])) for table in TABLE_NAMES}


@transaction.atomic
def replace_tables(
    project: Project, given: Mapping[str, Rows], person: Person | None, what: Message, *, base: Version | None
) -> Version:
    """Return a new version in which the tables given stand as given, the others as in `base`.

    Raises
    ------
    Stale
        `base` is not the project's newest state any more.
    """
    kept = dict(base.tables) if base is not None else {}
    for table, rows in given.items():
        kept[table] = _blocks(project, rows)
    return _next(project, kept, person, what, base)


@transaction.atomic
def edit_cells(
    project: Project,
    table: str,
    cells: Iterable[tuple[int, str, str]],
    person: Person,
    what: Message,
    *,
    base: Version | None,
) -> Version:
    """Return a new version with cells `(row, column, text)` set; rows after the last are added, empty text clears.

    Raises
    ------
    Stale
        As in `replace_tables`.
    """
    pieces: list[list[int]] = [list(piece) for piece in (base.tables.get(table, []) if base is not None else [])]
    total = sum(count for _block, count in pieces)
    by_block: dict[int, list[tuple[int, str, str]]] = {}
    added: dict[int, dict[str, str]] = {}
    starts = [sum(count for _block, count in pieces[:place]) for place in range(len(pieces))]
    for row, column, text in cells:
        if row >= total:
            added.setdefault(row, {})[column] = text
        else:
            place = next(place for place in reversed(range(len(pieces))) if starts[place] <= row)
            by_block.setdefault(place, []).append((row - starts[place], column, text))
    blocks = Block.objects.in_bulk([pieces[place][0] for place in by_block])
    for place, changed in by_block.items():
        rows = [dict(row) for row in blocks[pieces[place][0]].rows]
        for row, column, text in changed:
            rows[row] = {**rows[row], column: text} if text else {k: v for k, v in rows[row].items() if k != column}
        pieces[place] = [Block.objects.create(project=project, rows=rows).pk, len(rows)]
    new = [{column: text for column, text in added[row].items() if text} for row in sorted(added)]
    _append(project, pieces, new)
    kept = dict(base.tables) if base is not None else {}
    return _next(project, {**kept, table: pieces}, person, what, base)


@transaction.atomic
def remove_rows(
    project: Project, table: str, gone: Sequence[int], person: Person, what: Message, *, base: Version
) -> Version:
    """Return a new version without some rows of a table; raises `Stale` as `replace_tables`."""
    pieces: list[list[int]] = []
    first, missing = 0, set(gone)
    for block, count in base.tables.get(table, []):
        inside = {row - first for row in missing if first <= row < first + count}
        if inside:
            rows = [row for place, row in enumerate(Block.objects.get(pk=block).rows) if place not in inside]
            if rows:
                pieces.append([Block.objects.create(project=project, rows=rows).pk, len(rows)])
        else:
            pieces.append([block, count])
        first += count
    return _next(project, {**base.tables, table: pieces}, person, what, base)


@transaction.atomic
def go_to(project: Project, version: Version, person: Person) -> None:
    """Make an earlier (or undone) version the one that people see; nothing is lost by it."""
    Project.objects.filter(pk=project.pk).update(head=version)
    log.record("needs.back", f"{project.name} {version.number}", team=project.team, person=person, version=version.pk)


def _blocks(project: Project, rows: Rows) -> list[list[int]]:
    pieces = [rows[start : start + BLOCK_ROWS] for start in range(0, len(rows), BLOCK_ROWS)]
    made = Block.objects.bulk_create([Block(project=project, rows=piece) for piece in pieces])
    return [[block.pk, len(piece)] for block, piece in zip(made, pieces, strict=True)]


def _append(project: Project, pieces: list[list[int]], rows: Rows) -> None:
    """Add rows to the last block while it has room, the rest in blocks of their own."""
    if not rows:
        return
    if pieces and pieces[-1][1] + len(rows) <= 2 * BLOCK_ROWS:
        last = Block.objects.get(pk=pieces[-1][0])
        rows = [*last.rows, *rows]
        pieces.pop()
        if len(rows) < 2 * BLOCK_ROWS:
            pieces.append([Block.objects.create(project=project, rows=rows).pk, len(rows)])
            return
    pieces += _blocks(project, rows)


def _next(
    project: Project, kept: Mapping[str, Any], person: Person | None, what: Message, base: Version | None
) -> Version:
    """The version after `base`, made the head; the row of the project is what two writers wait for."""
    current = Project.objects.select_for_update().get(pk=project.pk)
    if current.head_id != (None if base is None else base.pk):
        raise Stale
    last = Version.objects.filter(project=project).order_by("-number").values_list("number", flat=True).first() or 0
    version = Version.objects.create(
        project=project, number=last + 1, parent=base, made_by=person, what=pack(what), tables=dict(kept)
    )
    Project.objects.filter(pk=project.pk).update(head=version)
    project.head = version
    log.record("needs.edit", f"{project.name} {version.number}", team=project.team, person=person, version=version.pk)
    return version
