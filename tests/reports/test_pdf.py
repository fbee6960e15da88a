"""The plan as a PDF: four pages whatever the plan, in letters that can be read back."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

import secondsource
from secondsource.language import use_language
from secondsource.problem.plan import Plan
from secondsource.problem.tables import Problem
from secondsource.reports.pdf import COLOURS, pdf, short

from . import sample

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
A4 = (595, 842)


@pytest.fixture(scope="module", params=["phone", "it-team", "first-steps", "300 awards"])
def solved(request: pytest.FixtureRequest) -> tuple[Plan, Problem]:
    if request.param == "300 awards":
        return sample.large(300)
    problem = secondsource.read(EXAMPLES / request.param, today=date(2026, 11, 24))
    return secondsource.plan(problem), problem


def pages(content: bytes) -> list[str]:
    """The text of each page, on one line."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_a_plan_takes_four_pages_of_a4(solved: tuple[Plan, Problem], language: str) -> None:
    with use_language(language):
        content = pdf(*solved, "A plan")
    reader = PdfReader(io.BytesIO(content))
    assert [(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages] == [A4] * 4
    assert all(f"{number} / 4" in text for number, text in enumerate(pages(content), 1))


def test_the_first_page_says_what_it_costs_how_sure_that_is_and_on_how_many_assumptions_it_rests() -> None:
    first = pages(pdf(sample.plan(), sample.problem(), "Phone"))[0]
    assert "48,726.75 USD" in first
    assert "The best plan" in first
    assert "2 / 1" in first
    assert "2 figures are marked as assumptions" in first
    assert "What could go wrong" in first


def test_a_long_table_is_cut_to_what_fits_and_says_how_much_is_left() -> None:
    plan, problem = sample.large(300)
    first, second, *_others = pages(pdf(plan, problem, "Many"))
    for text, column in ((first, "part-299"), (second, "part-299")):
        assert column in text
        found = re.search(r"and (\d+) more: see the workbook", text)
        assert found is not None
        shown = len(set(re.findall(r"part-\d+", text.split("What to make")[-1])))
        assert int(found[1]) + shown == 300


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_cyrillic_letters_come_out_as_letters(language: str) -> None:
    plan, problem = sample.plan(), sample.problem()
    names = ("Телефон їжак ґанок є", *problem.items.name[1:])
    problem = replace(problem, items=replace(problem.items, name=names))
    with use_language(language):
        text = " ".join(pages(pdf(plan, problem, "Телефон")))
    assert "Телефон їжак ґанок є" in text
    if language == "ru":
        assert "Закупка" in text


def test_charts_are_drawn_in_the_letters_of_the_page() -> None:
    content = pdf(sample.plan(), sample.problem(), "Phone")
    fonts = set()
    for page in PdfReader(io.BytesIO(content)).pages:
        resources = page["/Resources"].get_object()
        assert isinstance(resources, DictionaryObject)
        named = resources["/Font"].get_object()
        assert isinstance(named, DictionaryObject)
        fonts |= {str(font.get_object()["/BaseFont"]) for font in named.values()}
    assert fonts
    assert all("LibertinusSerif" in font for font in fonts)


def test_what_users_wrote_is_never_code() -> None:
    evil = '#panic("x") $x$ *a* _b_ `c` @ref <label> \\ [z] #read("/etc/passwd") "quoted" {{ }} //'
    plan, problem = sample.plan(), sample.problem()
    items = replace(problem.items, name=tuple(evil for _name in problem.items.name))
    plan = replace(plan, warnings=(evil,))
    last = pages(pdf(plan, replace(problem, items=items), evil))[3]
    assert '#panic("x") $x$ *a* _b_ `c` @ref <label>' in last


def test_words_without_end_do_not_break_the_pages() -> None:
    plan, problem = sample.plan(), sample.problem()
    items = replace(problem.items, name=tuple("W" * 5000 for _name in problem.items.name))
    plan = replace(plan, warnings=("x" * 100_000,) * 200, cost=Decimal("1e60"))
    assert len(pages(pdf(plan, replace(problem, items=items), "T" * 9000))) == 4


def test_without_a_plan_one_page_says_why() -> None:
    (page,) = pages(pdf(sample.no_plan(), sample.problem(), "Phone"))
    assert "No plan exists" in page
    assert "foxconn and home make 900 at most" in page
    assert "raise the capacity of foxconn by 100" in page


def test_every_colour_of_the_charts_has_one_on_paper() -> None:
    source = (Path(secondsource.__file__).parent / "reports" / "charts.py").read_text("utf-8")
    names = set(re.findall(r'var\(--([\w-]+)\)"', source)) | {"ink", "muted", "buy", "make", "total", "risk", "less"}
    assert names <= COLOURS.keys()


def test_a_text_is_cut_to_its_room() -> None:
    assert short("one  two\nthree", 20) == "one two three"
    assert short("one two three", 8) == "one two…"
