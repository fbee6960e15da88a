"""The files of a page of advice in their folder; not for what stands in them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from secondsource.reports.page_html import page_html
from secondsource.reports.page_json import as_json
from secondsource.reports.page_pdf import page_pdf
from secondsource.reports.page_workbook import write_page
from secondsource.reports.pages import Page


def write_files(page: Page, answer: Any, folder: Path) -> Path:
    """Write `NAME.html`, `NAME.xlsx`, `NAME.pdf` and `NAME.json` into `folder`, and return the path of the first.

    Raises
    ------
    OSError
        The folder or a file in it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    report = folder / f"{page.name}.html"
    report.write_text(page_html(page), encoding="utf-8")
    write_page(page, folder / f"{page.name}.xlsx")
    (folder / f"{page.name}.pdf").write_bytes(page_pdf(page))
    text = json.dumps(as_json(answer), ensure_ascii=False, indent=1, default=_plain)
    (folder / f"{page.name}.json").write_text(text + "\n", encoding="utf-8")
    return report


def _plain(value: object) -> float | str:
    return float(value) if isinstance(value, Decimal) else str(value)
