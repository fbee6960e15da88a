"""The commands by which the manager dictates the terms: what they print, their files, and their exit codes."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from secondsource.cli import main
from secondsource.language import use_language


def lamps(folder: Path, **tables: object) -> str:
    """100 lamps: Ada 10 (bold by her name), Bea 12, Cem 15; a rule leaves Ada 60; Bea holds them today."""
    problem: dict[str, Any] = {
        "settings": [{"name": "failures", "value": 0}, {"name": "as_of", "value": "2026-02-01"}],
        "items": [{"item": "lamp", "name": "=1+1 lamp", "demand": 100}],
        "suppliers": [{"supplier": "Ada", "name": "<b>Ada</b>"}, {"supplier": "Bea"}, {"supplier": "Cem"}],
        "offers": [
            {"offer": "a", "item": "lamp", "supplier": "Ada", "unit_price": 10},
            {"offer": "b", "item": "lamp", "supplier": "Bea", "unit_price": 12},
            {"offer": "c", "item": "lamp", "supplier": "Cem", "unit_price": 15},
        ],
        "rules": [
            {"rule": "few", "measure": "share", "supplier": "Ada", "high": 0.6, "owner": "Zoe", "expires": "2027-01-01"}
        ],
        "incumbents": [{"item": "lamp", "supplier": "Bea", "share": 1, "switch_cost": 10}],
        **tables,
    }
    path = folder / "problem.json"
    path.write_text(json.dumps(problem), "utf-8")
    (folder / "what-if.csv").write_text("scenario,change,rule,value\nfree,drop_rule,few,\nmore,demand,,2\n", "utf-8")
    return str(path)


def words(command: str, folder: Path) -> list[str]:
    return [command, lamps(folder), *([str(folder / "what-if.csv")] if command == "scenarios" else []), "--quiet"]


COMMANDS = ("dependence", "price-to-win", "rules", "scenarios", "frontier", "switch")
SHOWS = {
    "dependence": "Who could dictate terms",
    "price-to-win": "What every bid would have to cost",
    "rules": "What our rules cost us",
    "scenarios": "What if",
    "frontier": "What each step of safety costs",
    "switch": "What leaving today's awards is worth",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_page_is_printed_and_written_in_four_forms(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words(command, tmp_path), "--out", str(tmp_path / "out")]) == 0
    assert SHOWS[command] in capsys.readouterr().out
    html = (tmp_path / "out" / f"{command}.html").read_text("utf-8")
    assert "<b>Ada" not in html and "default-src 'none'" in html and 'src="' not in html and "href=" not in html
    book = CalamineWorkbook.from_path(tmp_path / "out" / f"{command}.xlsx")
    assert len(book.sheet_names) >= 2
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "out" / f"{command}.pdf").pages)
    assert SHOWS[command].split()[0] in text
    assert json.loads((tmp_path / "out" / f"{command}.json").read_text("utf-8"))


@pytest.mark.parametrize("command", COMMANDS)
def test_json_alone_is_printed_where_it_is_asked_for(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words(command, tmp_path), "--json"]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out) and printed.err == ""


@pytest.mark.parametrize("command", COMMANDS)
def test_there_is_no_answer_without_a_plan(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = words(command, tmp_path)
    lamps(tmp_path, rules=[{"rule": "few", "measure": "quantity", "high": 1}])
    assert main(asked) == 1
    assert "There is no plan to ask about" in capsys.readouterr().err


def test_figures_are_intervals_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # 60 × 10 + 40 × 12 and 10 × 0.6 for leaving Bea; without Ada 100 × 12 with Bea.
    assert main([*words("dependence", tmp_path), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out, parse_float=Decimal)
    (ada,) = [each for each in answer["suppliers"] if each["supplier"] == "Ada"]
    assert ada["for_good"]["low"] <= 1200 - 1086 <= ada["for_good"]["high"]
    assert ada["for_good"]["distinguishable"] is True and ada["for_good"]["no_plan"] is False


def test_an_interval_is_three_cells_of_a_workbook(tmp_path: Path) -> None:
    assert main([*words("rules", tmp_path), "--out", str(tmp_path)]) == 0
    rows = CalamineWorkbook.from_path(tmp_path / "rules.xlsx").get_sheet_by_index(1).to_python()
    head, few = rows[0], rows[1]
    at = head.index("Last, at least")
    assert head[at + 1] == "Last, at most"
    low, high = few[at], few[at + 1]
    assert isinstance(low, float) and isinstance(high, float) and low <= 1086 - 1010 <= high
    assert few[:2] == ["few", "Zoe"]


def test_a_name_that_is_unknown_is_refused_with_the_nearest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words("price-to-win", tmp_path), "--item", "lmap"]) == 2
    assert "did you mean 'lamp'" in capsys.readouterr().err.replace("\n", " ")
    assert main(["sheet", lamps(tmp_path), "Adda", "--quiet"]) == 2
    assert main([*words("scenarios", tmp_path), "--baseline", "fre"]) == 2


def test_a_sheet_is_off_unless_a_policy_is_named_and_recorded_once_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["sheet", lamps(tmp_path), "Bea", "--out", str(tmp_path), "--quiet"]
    assert main(call) == 0
    assert not (tmp_path / "sent.jsonl").exists()
    assert main([*call, "--policy", "bands", "--sent"]) == 0
    (record,) = (tmp_path / "sent.jsonl").read_text("utf-8").splitlines()
    assert json.loads(record)["said"] == ["in the plan as it stands"]
    assert main([*call, "--policy", "loud"]) == 2
    assert "off or bands" in capsys.readouterr().err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_page_can_be_read_in_russian(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with use_language("ru"):
        assert main([*words(command, tmp_path), "--language", "ru", "--out", str(tmp_path)]) == 0
    assert 'lang="ru"' in (tmp_path / f"{command}.html").read_text("utf-8")
