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
    environment = Environment(
        loader=PackageLoader("secondsource.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (Path(__file__).parent / "templates" / "report.css").read_text("utf-8")

    def reads(cell: Any, kind: Any) -> str:
        return shown(cell, kind, page.unit)

    environment.globals.update(
        _=_, plural=plural, day=day, reads=reads, is_marked=lambda cell: isinstance(cell, Marked), MOST_ROWS=MOST_ROWS
    )
    return environment.get_template("advice.html").render(
        language=current_language(),
        page=page,
        charts=[Markup(listing.chart) for listing in page.listings],  # noqa: S704  drawn by Vega
        style=Markup(style),  # noqa: S704  our own file
        style_digest=digest(style),
    )
