"""A page of advice as one HTML file that asks nothing of the net and needs no script; not for the plan's report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from secondsource.language import _, current_language, plural
from secondsource.reports.html import MOST_ROWS, digest
from secondsource.reports.numbers import day
from secondsource.reports.pages import Marked, Page, shown


def page_html(page: Page) -> str:
    """Return the page as the text of an HTML file in the reader's language."""
    style = (Path(__file__).parent / "templates" / "report.css").read_text("utf-8")
    return _render("advice.html", page, style=Markup(style), style_digest=digest(style))  # noqa: S704  our own file


def page_body(page: Page) -> str:
    """Return what stands in the file's body, for a page that has a frame and a style of its own."""
    return _render("advice_body.html", page)


def _render(template: str, page: Page, **frame: object) -> str:
    environment = Environment(
        loader=PackageLoader("secondsource.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def reads(cell: Any, kind: Any) -> str:
        return shown(cell, kind, page.unit)

    environment.globals.update(
        _=_, plural=plural, day=day, reads=reads, is_marked=lambda cell: isinstance(cell, Marked), MOST_ROWS=MOST_ROWS
    )
    return environment.get_template(template).render(
        language=current_language(),
        page=page,
        charts=[Markup(listing.chart) for listing in page.listings],  # noqa: S704  drawn by Vega
        **frame,
    )
