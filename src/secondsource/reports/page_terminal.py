"""A page of advice on a terminal; not for files."""

from __future__ import annotations

from textwrap import fill

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from secondsource.language import plural
from secondsource.reports.pages import Listing, Marked, Page, Tone, shown
from secondsource.reports.terminal import WIDE

MOST_ROWS = 15
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
    places = listing.brief if listing.brief and width < WIDE else tuple(range(len(listing.columns)))
    table = Table(box=None, header_style="dim", padding=(0, 2, 0, 0), pad_edge=False)
    for place in places:
        column = listing.columns[place]
        table.add_column(str(column.heading), justify="right" if column.is_number else "left", overflow="fold")
    for row in listing.rows[:MOST_ROWS]:
        cells = [(row[place], listing.columns[place].kind) for place in places]
        table.add_row(*(
            Text(shown(cell, kind, page.unit), style="bold red" if isinstance(cell, Marked) else "")
            for cell, kind in cells
        ))  # fmt: skip
    rest = len(listing.rows) - MOST_ROWS
    more = [Text(str(plural("and {count} more", "and {count} more", rest)), style="dim")] if rest > 0 else []
    return Padding(Group(heading, table, *more), (1, 0, 0, 0))
