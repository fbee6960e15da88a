"""The report as one HTML file: complete, safe, and alone."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import secondsource
from secondsource.language import use_language
from secondsource.problem.plan_json import from_json
from secondsource.reports.files import write_report
from secondsource.reports.html import html

from . import sample

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
EMPTY = {"meta", "br", "path", "line", "rect"}


class Page(HTMLParser):
    """The tags, attributes and text of a page; fails where tags do not match."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def report() -> str:
    return html(sample.plan(), sample.problem(), "phone & <co>")


@pytest.fixture(scope="module")
def page(report: str) -> Page:
    return Page(report)


def test_the_report_asks_nothing_of_the_net_and_runs_nothing(report: str, page: Page) -> None:
    assert {tag for tag, _attributes in page.tags} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "form",
        "base",
    } == set()
    for _tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "style", "srcset")]
        for name in ("href", "xlink:href"):
            target = attributes.get(name) or "#"
            assert target.startswith("#") or (_tag == "a" and target.startswith("https://example.org/"))
    assert "url(" not in report and "@import" not in report


def test_the_security_policy_admits_the_style_sheet_and_nothing_else(report: str) -> None:
    style = re.search(r"<style>(.*?)</style>", report, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'" in report


def test_what_users_wrote_is_text_and_never_markup(report: str, page: Page) -> None:
    assert "<script" not in report
    assert "Smith [bold]& Sons[/bold] <script>alert(1)</script>" in page.text
    assert "Case & <frame>" in page.text
    assert "phone & <co>" in page.text


def test_the_report_holds_every_section_with_its_figures(page: Page) -> None:
    for heading in (
        "What to make, what to buy, and from whom",
        "What could go wrong",
        "Who backs whom",
        "What it costs",
        "What each single failure would do",
        "Exposures",
        "People",
        "Warnings",
        "Assumptions",
        "Offers that the plan uses",
        "Sources of the inputs",
    ):
        assert heading in page.text
    for figure in ("48,726.75", "28,500.00", "25,000.00", "556.25", "4.2", "≈ estimate from coordinates"):
        assert figure in page.text


def test_every_figure_names_its_formula_and_inputs(page: Page) -> None:
    opening = [attributes for tag, attributes in page.tags if tag == "details"]
    assert sum(not attributes for attributes in opening) == 4 + 4  # four items, four failures
    assert sum("fold" in str(attributes) for attributes in opening) == 3  # assumptions, freight, sources
    assert "How 7,400.00 is made" in page.text  # 2,400 + 5,000 for the phones
    assert "home-phone (8.00 USD)" in page.text
    assert "units × offers.unit_price" in page.text and "units booked × offers.backup_fee" in page.text
    # 1,050 had it failed all the time, half of it lost: 525; 5 % likely: 26.25.
    assert "1,050.00 × 0.5 = 525.00" in page.text and "0.05 × 525.00 → 26.25" in page.text


def test_the_first_screen_counts_assumptions_and_estimates(report: str) -> None:
    first = report.partition("</header>")[0]
    assert "2 figures are marked as assumptions" in first and "1 freight cost is an estimate" in first


def test_cost_parts_stand_by_item_and_volume_by_country() -> None:
    problem = secondsource.read(EXAMPLES / "phone")
    page = Page(html(secondsource.plan(problem), problem, "phone"))
    for words in ("Cost parts by item", "Awards by country", "South Korea", "Network from components to customers"):
        assert words in page.text or any(words in (a.get("aria-label") or "") for _tag, a in page.tags)
    assert "Baseline and saving" in page.text and "phone-foxconn" in page.text


def test_every_picture_has_words_and_the_headings_go_down_by_one(page: Page) -> None:
    pictures = [attributes for tag, attributes in page.tags if tag == "div" and attributes.get("role") == "img"]
    assert len(pictures) == 6 and all(attributes.get("aria-label") for attributes in pictures)
    assert sum(tag == "svg" for tag, _attributes in page.tags) == 6
    levels = [int(tag[1]) for tag, _attributes in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1


def test_names_on_the_page_are_unique_and_links_within_it_lead_somewhere(page: Page) -> None:
    names = [attributes["id"] for _tag, attributes in page.tags if "id" in attributes]
    assert len(names) == len(set(names))
    targets = {(attributes.get("href") or "")[1:] for _tag, attributes in page.tags if _tag == "a"}
    assert {target for target in targets if not target.startswith("ttps:")} <= set(names)


def test_the_report_speaks_russian() -> None:
    with use_language("ru"):
        text = html(sample.plan(), sample.problem(), "phone")
    page = Page(text)
    assert ("html", {"lang": "ru"}) in page.tags
    assert "48\N{NO-BREAK SPACE}726,75" in page.text and "28 июня 2010" in page.text
    assert "Make or buy" not in page.text and "Производить или закупать" in page.text


def test_a_long_plan_is_shown_whole_up_to_five_hundred_rows() -> None:
    page = Page(html(*sample.large(510), "long"))
    assert "part-10" in page.text and "part-9\n" not in page.text
    assert "and 10 more" in page.text


def test_without_a_plan_the_report_says_why_and_what_would_help() -> None:
    page = Page(html(sample.no_plan(), sample.problem(), "phone"))
    assert "No plan exists" in page.text and "foxconn and home make 900 at most" in page.text
    assert "raise the capacity of foxconn by 100" in page.text and "50,000.00" in page.text


def test_the_files_are_written_where_asked_and_the_plan_reads_back(tmp_path: Path) -> None:
    report = write_report(sample.plan(), sample.problem(), tmp_path / "new" / "out", "phone")
    assert report == tmp_path / "new" / "out" / "report.html"
    assert "48,726.75" in report.read_text("utf-8")
    again = from_json((tmp_path / "new" / "out" / "plan.json").read_text("utf-8"))
    assert again.cost == sample.plan().cost and again.awards == sample.plan().awards


def test_a_report_without_title_is_named_after_what_is_asked_for(tmp_path: Path) -> None:
    report = write_report(sample.plan(), sample.problem(), tmp_path)
    assert "<h1>Smartphone</h1>" in report.read_text("utf-8")
