"""What the sheets and headings of a strange workbook most likely mean: a proposal to be confirmed; not for using it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches
from functools import cache, lru_cache

from secondsource.language import Message, _, listed
from secondsource.problem.codes import CURRENCIES
from secondsource.problem.columns import Column
from secondsource.problem.drafts import SETTINGS_TABLE
from secondsource.problem.grids import Grid
from secondsource.problem.mapping import COMMA, PERCENT, ColumnMatch, Mapped, SheetMatch, titles
from secondsource.problem.sheets import Cell
from secondsource.problem.synonyms import COLUMN_WORDS, TABLE_WORDS
from secondsource.problem.tables import TABLES

SAME = _("same name")
ALIKE = _("same name but for capitals, blanks and units")
SYNONYM = _("another word for it")
NEAR = _("similar name: please check")
BY_COLUMNS = _("by its columns: please check")

HEADING_ROWS = 20
"""Rows at the top of a sheet among which the headings are looked for."""
CUTOFF = 0.82
"""How alike (0..1, difflib's ratio) a name must be to count as similar."""
LONGEST_NAME = 80

_UNIT = re.compile(r"[(\[{]([^)\]}]*)[)\]}]")
_KEYS = {"offers": "offer", "rules": "rule"}
"""Tables whose rows can be named by their number, as nothing else need refer to them."""
_WEEKS = dict.fromkeys(
    "weeks, week, wk, wks, нед, неделя, недели, недель, тиж, тижні, тижнів, wochen, woche, kw, semaines, semanas, "
    "tygodnie, tygodni".split(", "),
    "7",
)
_MONTHS = dict.fromkeys(
    "months, month, мес, месяц, месяца, месяцев, міс, місяць, місяці, місяців, monate, monat, "
    "mois, meses, miesiące, miesięcy".split(", "),
    "30",
)
_DAYS = _WEEKS | _MONTHS
_SCALES: Mapping[str, Mapping[str, str]] = {
    "weight_kg": dict.fromkeys(
        "g, gram, grams, gr, г, гр, грамм, грам, gramm, grammes, gramos, gramy".split(", "), "0.001"
    )
    | dict.fromkeys("t, т, тонн, tonnes, tonnen, tons".split(", "), "1000")
    | dict.fromkeys("lb, lbs, pounds".split(", "), "0.45359237"),
    "lead_days": _DAYS,
    "days": _DAYS,
    "bring_up_days": _DAYS,
    "payment_days": _DAYS,
}
_NEEDED: Mapping[str, tuple[str, ...]] = {"items": ("demand",)}
"""Columns that may be empty, and without which a table is hardly worth reading."""
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "₴": "UAH", "₽": "RUB", "¥": "JPY"}


@dataclass(frozen=True)
class _Word:
    """A heading taken apart: without what is most often written otherwise, and its units."""

    plain: str
    bare: str
    units: tuple[str, ...]


def propose(grids: Sequence[Grid]) -> Mapped:
    """Return what each sheet and heading most likely means; what is not recognised is left out, and says so."""
    found: list[SheetMatch] = []
    taken: dict[str, str] = {}
    by_name = [(grid, *_table_named(grid.name)) for grid in grids]
    # A sheet that is called as a table comes before one that only looks like it.
    for grid, table, how in sorted(by_name, key=lambda each: _RANK.index(each[2]) if each[1] else len(_RANK)):
        if not table:
            table, how = _table_by_columns(grid, set(taken))
        if not table:
            found.append(SheetMatch(grid.name, "", remark=_("no table of ours: left out")))
        elif table in taken:
            remark = _("{table} is already the sheet {sheet}: left out", table=table, sheet=taken[table])
            found.append(SheetMatch(grid.name, "", remark=remark))
        else:
            taken[table] = grid.name
            found.append(_match_sheet(grid, table, how))
    order = {grid.name: number for number, grid in enumerate(grids)}
    return Mapped(tuple(sorted(found, key=lambda match: order[match.sheet])))


_RANK: Sequence[Message] = (SAME, ALIKE, SYNONYM, NEAR)


def _split(words: str) -> list[str]:
    return [word.strip() for word in words.split(",")]


def _word(text: str) -> _Word:
    units = tuple(unit.strip() for unit in _UNIT.findall(text))
    bare = _UNIT.sub(" ", text)
    if "," in bare:  # "price, EUR"
        bare, _comma, rest = bare.partition(",")
        units += (rest.strip(),)
    if "%" in bare:
        bare, units = bare.replace("%", " "), (*units, "%")
    for sign in _SIGNS:
        if sign in bare:
            bare, units = bare.replace(sign, " "), (*units, sign)
    words = bare.split()
    if len(words) > 1 and words[-1] in CURRENCIES:
        bare, units = " ".join(words[:-1]), (*units, words[-1])
    return _Word(_plain(text), _plain(bare), tuple(unit for unit in units if unit))


def _plain(text: str) -> str:
    """The letters and digits of a name, in lower case."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


@cache
def _names(table: str) -> Mapping[str, tuple[str, Message]]:
    """Every plain word for a column of the table, with the column and how it was recognised."""
    columns = _specs(table)
    words = {_plain(word): (name, SYNONYM) for name in columns for word in _split(COLUMN_WORDS.get(name, ""))}
    return {word: meant for word, meant in words.items() if word} | {_plain(name): (name, ALIKE) for name in columns}


@cache
def _specs(table: str) -> Mapping[str, Column]:
    if table == SETTINGS_TABLE:
        text = TABLES["items"].columns()["note"]
        return {"name": replace(text, required=True), "value": text, "source": text, "note": text}
    return TABLES[table].columns()


@lru_cache(maxsize=100_000)
def _column_named(title: str, table: str) -> tuple[str, Message]:
    """The column that a heading most likely means, and how it was recognised; "" for none."""
    if title in _specs(table):
        return title, SAME
    word = _word(title[:LONGEST_NAME])
    names = _names(table)
    for plain in (word.plain, word.bare):
        if plain in names:
            return names[plain]
    has_name = len(word.bare) > 3 and not word.bare.isdigit()
    near = get_close_matches(word.bare, names, n=1, cutoff=CUTOFF) if has_name else []
    return (names[near[0]][0], NEAR) if near else ("", NEAR)


@cache
def _table_words() -> Mapping[str, tuple[str, Message]]:
    words = {_plain(word): (name, SYNONYM) for name, text in TABLE_WORDS.items() for word in _split(text)}
    return words | {_plain(name): (name, ALIKE) for name in TABLE_WORDS}


def _table_named(name: str) -> tuple[str, Message]:
    if name in TABLE_WORDS:
        return name, SAME
    word = _word(name[:LONGEST_NAME])
    words = _table_words()
    for plain in (word.plain, word.bare):
        if plain in words:
            return words[plain]
    near = get_close_matches(word.bare, words, n=1, cutoff=CUTOFF) if len(word.bare) > 3 else []
    return (words[near[0]][0], NEAR) if near else ("", NEAR)


def _table_by_columns(grid: Grid, taken: set[str]) -> tuple[str, Message]:
    """The one table that has the most columns by these headings, all its needed ones among them."""
    scores: dict[str, int] = {}
    for table in TABLES:
        if table in taken:
            continue
        row = _heading_row(grid, table)
        columns = {match.column for match in _match_columns(grid, row, table)}
        needed = {n for n, spec in _specs(table).items() if spec.required and n != _KEYS.get(table)}
        if needed <= columns:
            scores[table] = len(columns - {""})
    best = [table for table, score in scores.items() if score == max(scores.values()) and score > 1]
    return (best[0] if len(best) == 1 else ""), BY_COLUMNS


def _heading_row(grid: Grid, table: str) -> int:
    """Index of the row at the top that names the most columns of a table; the first one that does."""
    counts = []
    for row in grid.rows[:HEADING_ROWS]:
        found = (_column_named(cell.strip(), table)[0] for cell in row if isinstance(cell, str) and cell.strip())
        counts.append(len(set(found) - {""}))
    return counts.index(max(counts)) if counts else 0


def _match_sheet(grid: Grid, table: str, how: Message) -> SheetMatch:
    row = _heading_row(grid, table)
    columns = _match_columns(grid, row, table)
    fill = dict(_fills(columns, table))
    specs = _specs(table)
    there = {match.column for match in columns} | set(fill)
    needed = _NEEDED.get(table, ())
    missing = [name for name, spec in specs.items() if (spec.required or name in needed) and name not in there]
    remark: Message | str = ""
    if missing:
        remark = _("no heading found for {columns}: please say which it is", columns=", ".join(missing))
    line = grid.lines[row] if grid.rows else 1
    return SheetMatch(grid.name, table, how, line, tuple(columns), fill, remark)


def _match_columns(grid: Grid, row: int, table: str) -> list[ColumnMatch]:
    """What each heading means; where several mean the same column, the surest one has it."""
    found = []
    for index, title in titles(grid, row).items():
        column, how = _column_named(title, table)
        found.append((index, title, column, how))
    surest: dict[str, int] = {}
    for index, _title, column, _how in sorted(found, key=lambda each: _RANK.index(each[3])):
        surest.setdefault(column, index)
    by_index = {index: title for index, title, _column, _how in found}
    matches = []
    for index, title, column, how in found:
        if not column:
            matches.append(ColumnMatch(title, "", remark=_("no column of ours: left out")))
        elif surest[column] != index:
            remark = _("{column} is already {heading}: left out", column=column, heading=by_index[surest[column]])
            matches.append(ColumnMatch(title, "", remark=remark))
        else:
            cells = [line[index] for line in grid.rows[row + 1 :] if index < len(line)]
            match = _with_units(ColumnMatch(title, column, how), table, cells)
            matches.append(_with_comma(match, table, cells) if grid.decimal_mark == "." else match)
    return matches


def _with_units(match: ColumnMatch, table: str, cells: Sequence[Cell]) -> ColumnMatch:
    """The match with what the unit in its heading asks for."""
    spec = _specs(table)[match.column]
    units = _word(match.title).units if match.how != SAME else ()
    if not units or spec.kind not in ("number", "whole"):
        return match
    unit = units[0]
    if unit == "%" and (spec.high == 1 or match.column.endswith("rate")):
        if any(map(_is_above_one, cells)):
            return replace(match, times=PERCENT, remark=_("percent: divided by 100"))
        return replace(match, remark=_("percent, but no number is above 1: read as shares; please check"))
    scale = _SCALES.get(match.column, {}).get(unit.casefold().strip(". "))
    if scale:
        return replace(match, times=Decimal(scale), remark=_("in {unit}: times {scale}", unit=unit, scale=scale))
    return replace(match, remark=_("unit in the heading: {unit}; the numbers are taken as they are", unit=unit))


def _with_comma(match: ColumnMatch, table: str, cells: Sequence[Cell]) -> ColumnMatch:
    """The match with the decimal comma that numbers written as text have in it."""
    if _specs(table)[match.column].kind not in ("number", "whole"):
        return match
    texts = (cell.strip("% \u00a0") for cell in cells if isinstance(cell, str))
    example = next((text for text in texts if COMMA.fullmatch(text)), "")
    if not example:
        return match
    remark = _("numbers as text with a decimal comma, such as {example}: please check", example=example)
    return replace(match, decimal=",", remark=listed([match.remark, remark] if match.remark else [remark]))


def _is_above_one(cell: Cell) -> bool:
    if isinstance(cell, str) and cell.rstrip().endswith("%"):
        return True
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool) and cell > 1


def _fills(columns: Sequence[ColumnMatch], table: str) -> Iterator[tuple[str, str]]:
    """What no heading gives but can be filled in: the key of offers and rules; a currency that a heading names."""
    there = {match.column for match in columns}
    key = _KEYS.get(table, "")
    if key and key not in there:
        yield key, key + "-{row}"
    if "currency" in _specs(table) and "currency" not in there and table == "offers":
        named = {_SIGNS.get(unit, unit) for match in columns if match.column for unit in _word(match.title).units}
        named &= CURRENCIES
        if len(named) == 1:
            yield "currency", named.pop()
