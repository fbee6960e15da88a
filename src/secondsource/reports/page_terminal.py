"""A page of advice on a terminal; not for files."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from secondsource.language import plural
from secondsource.reports.pages import Column, Listing, Marked, Page, Tone, shown
from secondsource.reports.terminal import WIDE

MOST_ROWS = 15
LONG = 24
"""Letters from which on a text stands below the table."""
GUTTER = 2
MARKS: dict[Tone, tuple[str, str]] = {
    "good": ("✓", "bold green"),
    "warn": ("~", "bold yellow"),
    "bad": ("✗", "bold red"),
}


def page_of_advice(page: Page, width: int = 80) -> RenderableType:
    """Return a page `width` characters wide."""
    mark, style = MARKS[page.tone]
    parts: list[RenderableType] = [
        Text(f"{page.title}: {page.subtitle}", style="bold"),
        Text(fill(f"{mark} {page.verdict}", width), style=style),
    ]
    parts += [Text(fill(f"{each.label}: {each.figure}{_note(str(each.note))}", width)) for each in page.facts]
    parts += [_listing(each, page, width) for each in page.listings]
    parts += [Text(fill(f"• {note}", width), style="dim") for note in page.notes]
    return Group(*parts)


def _note(words: str) -> str:
    return f" ({words})" if words else ""


def _listing(listing: Listing, page: Page, width: int) -> RenderableType:
    heading = Text.assemble((str(listing.heading), "bold"), (f"  {page.unit.name}" if listing.has_money else "", "dim"))
    if not listing.rows:
        return Padding(Group(heading, Text(str(listing.none), style="dim")), (1, 0, 0, 0))
    every = tuple(range(len(listing.columns)))
    places = listing.brief if listing.brief and width < WIDE else every
    texts = [[shown(row[k], listing.columns[k].kind, page.unit) for k in every] for row in listing.rows[:MOST_ROWS]]
    # Long texts would make a column of a few letters: they stand below, each after the name of its row.
    below = [k for k in places if listing.columns[k].kind == "long" and k and any(len(t[k]) > LONG for t in texts)]
    places = tuple(k for k in places if k not in below)
    columns = [listing.columns[k] for k in places]
    widths = _widths(columns, [[text[k] for k in places] for text in texts], width)
    table = Table(box=None, header_style="dim", padding=(0, GUTTER, 0, 0), pad_edge=False)
    for column, wide in zip(columns, widths, strict=True):
        table.add_column(
            str(column.heading), justify="right" if column.is_number else "left", overflow="fold", width=wide
        )
    for row, text in zip(listing.rows, texts, strict=False):
        marked = [isinstance(row[k], Marked) for k in places]
        table.add_row(*(Text(text[k], "bold red" if red else "") for k, red in zip(places, marked, strict=True)))
    notes = [
        Text(fill(f"{text[0]}: {text[k]}", width, subsequent_indent="  "), style="dim")
        for text in texts
        for k in below
        if text[k]
    ]
    rest = len(listing.rows) - MOST_ROWS
    more = [Text(str(plural("and {count} more", "and {count} more", rest)), style="dim")] if rest > 0 else []
    return Padding(Group(heading, table, *notes, *more), (1, 0, 0, 0))


def _widths(columns: Sequence[Column], texts: Sequence[Sequence[str]], width: int) -> list[int | None]:
    """Characters of each column, so that no word and no figure is parted; None for all where that is too wide."""
    least, whole = [], []
    for k, column in enumerate(columns):
        cells = [text[k] for text in texts]
        head = max(map(len, str(column.heading).split(" ")), default=1)
        longest = max(map(len, cells), default=1)
        words = longest if column.is_number else max((len(w) for cell in cells for w in cell.split(" ")), default=1)
        least.append(max(head, words, 1))
        whole.append(max(longest, len(str(column.heading)), least[-1]))
    left = width - GUTTER * (len(columns) - 1) - sum(least)
    if left < 0:
        return [None] * len(columns)
    found: list[int | None] = [None] * len(columns)
    # The column that needs least is served first, so that what it leaves goes to the wider ones.
    order = sorted(range(len(columns)), key=lambda k: whole[k] - least[k])
    for served, k in enumerate(order):
        more = min(whole[k] - least[k], left // (len(columns) - served))
        found[k] = least[k] + more
        left -= more
    return found
