"""A page of advice as a PDF on A4, set by Typst; not for the figures behind it, nor for the plan's PDF."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from secondsource.language import _, current_language, plural
from secondsource.reports.numbers import day
from secondsource.reports.pages import Listing, Marked, Page, shown
from secondsource.reports.pdf import fonts, for_print, short

TEMPLATE = Path(__file__).parent / "templates" / "advice.typ"
MOST_ROWS = 60
LONGEST = {"long": 480}
"""Letters of a cell that are shown, by its kind; of others 160."""
MOST_UPRIGHT = 6
"""Columns that an upright page holds."""


def page_pdf(page: Page) -> bytes:
    """Return the page as a PDF in the reader's language; across where a table is wide."""
    plan = page.plan
    made = _("Made by secondsource {version}; problem", version=plan.version)
    data = {
        "language": current_language(),
        "title": short(page.title, 60),
        "subtitle": str(page.subtitle),
        "kicker": str(_("as of {date}", date=day(plan.as_of))) if plan.as_of else "",
        "footer": f"{made} {plan.problem_sha256[:12]}" if plan.problem_sha256 else "",
        "tone": page.tone,
        "verdict": str(page.verdict),
        "wide": any(len(listing.columns) > MOST_UPRIGHT for listing in page.listings),
        "facts": [{"label": str(f.label), "figure": str(f.figure), "note": str(f.note)} for f in page.facts],
        "parts": [_part(listing, page) for listing in page.listings],
        "notes": [str(note) for note in page.notes],
    }
    return typst.compile(TEMPLATE, sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, font_paths=fonts())


def _part(listing: Listing, page: Page) -> dict[str, Any]:
    rest = len(listing.rows) - MOST_ROWS
    return {
        "heading": str(listing.heading),
        "lead": str(listing.lead),
        "none": str(listing.none),
        "unit": page.unit.name if listing.has_money else "",
        "chart": for_print(listing.chart) if listing.chart else "",
        "head": [str(column.heading) for column in listing.columns],
        "widths": [_width(listing, k) for k in range(len(listing.columns))],
        "numeric": [column.is_number for column in listing.columns],
        "rows": [
            [
                {
                    "text": short(shown(cell, column.kind, page.unit), LONGEST.get(column.kind, 160)),
                    "marked": isinstance(cell, Marked),
                }
                for cell, column in zip(row, listing.columns, strict=True)
            ]
            for row in listing.rows[:MOST_ROWS]
        ],
        "more": str(plural("and {count} more: see the workbook", "and {count} more: see the workbook", rest))
        if rest > 0
        else "",
    }


def _width(listing: Listing, place: int) -> int:
    """Share of the page that a column takes; 0 for as wide as its cells."""
    kind = listing.columns[place].kind
    return {"long": 3, "text": 2}.get(kind, 0)
