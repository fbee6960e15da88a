"""The pages on the market's methods: every worked figure is what its working gives, and every page is listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_methods import close, evaluated, worked

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = sorted((DOCS / "market").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_worked_figure_is_what_its_working_gives(page: Path) -> None:
    for row in worked(page.read_text("utf-8")):
        assert close(row.value, evaluated(row.working)), f"{row.working} = {evaluated(row.working)}, not {row.value}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_is_listed_and_has_limits(page: Path) -> None:
    assert f"market/{page.stem}" in (DOCS / "market.md").read_text("utf-8").splitlines()
    assert "## Limits" in page.read_text("utf-8")
