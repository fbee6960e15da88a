"""The commands on what may go wrong: what they print, their files, their exit codes, what they refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

import secondsource
from secondsource.cli import main

CHECKOUT = Path(__file__).parent.parent.parent
PHONE, HISTORIES = str(CHECKOUT / "examples" / "phone"), str(CHECKOUT / "examples" / "histories")


def cases(folder: Path, **tables: object) -> str:
    """100 cases from A (10 % likely to fail), B stands by."""
    problem: dict[str, Any] = {
        "settings": [{"name": "as_of", "value": "2026-02-01"}],
        "items": [{"item": "case", "name": "<i>case</i>", "demand": 100, "shortage_cost": 40}],
        "suppliers": [{"supplier": "A", "failure_probability": 0.1, "recovery_share": 0.25}, {"supplier": "B"}],
        "offers": [
            {"offer": "a", "item": "case", "supplier": "A", "unit_price": 10},
            {"offer": "b", "item": "case", "supplier": "B", "unit_price": 12, "bring_up_days": 20, "backup_only": True},
        ],
        **tables,
    }
    path = folder / "problem.json"
    path.write_text(json.dumps(problem), "utf-8")
    return str(path)


@pytest.mark.parametrize("command", ["simulate", "exposure"])
def test_a_page_is_printed_and_written_in_four_forms(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = {"simulate": "simulation", "exposure": "exposure"}[command]
    more = ["--trials", "20000"] if command == "simulate" else []
    assert main([command, cases(tmp_path), *more, "--quiet", "--out", str(tmp_path / "out")]) == 0
    printed = capsys.readouterr()
    assert "case" in printed.out and name in printed.err
    html = (tmp_path / "out" / f"{name}.html").read_text("utf-8")
    assert "<i>case" not in html and "default-src 'none'" in html and "<svg" in html
    assert len(CalamineWorkbook.from_path(tmp_path / "out" / f"{name}.xlsx").sheet_names) >= 3
    assert PdfReader(tmp_path / "out" / f"{name}.pdf").pages
    assert json.loads((tmp_path / "out" / f"{name}.json").read_text("utf-8"))


def test_the_answer_is_json_alone_where_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["exposure", cases(tmp_path), "--json", "-q"]) == 0
    printed = capsys.readouterr()
    (group,) = json.loads(printed.out)["groups"]
    # Until B delivers, 20 of 365 days: 100 × 20 / 365 × 40
    assert group["impact"] == pytest.approx(100 * 20 / 365 * 40) and printed.err == ""


def test_without_a_plan_the_exit_code_is_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    impossible = cases(tmp_path, suppliers=[{"supplier": "A", "capacity": 1}, {"supplier": "B", "capacity": 1}])
    for command in ("simulate", "exposure"):
        assert main([command, impossible, "-q"]) == 1
    assert "no plan" in capsys.readouterr().err


def test_histories_are_scored_and_written_into_a_problem_that_plans(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "informed"
    words = ["reliability", HISTORIES, "--problem", PHONE, "--write", str(target), "--out", str(tmp_path / "out"), "-q"]
    assert main(words) == 0
    assert "Ranked by what is certain" in capsys.readouterr().out
    assert "<svg" in (tmp_path / "out" / "reliability.html").read_text("utf-8")
    found = secondsource.read(target)
    assert float(found.suppliers.failure_probability[found.suppliers.position["wintek"]] or 0) != 0.02
    answer = json.loads((tmp_path / "out" / "reliability.json").read_text("utf-8"))
    assert all(each["on_time"]["contracts"] for each in answer["suppliers"] if each["on_time"])


def test_every_fault_of_histories_and_risks_is_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "past"
    folder.mkdir()
    (folder / "contracts.csv").write_text("contract,supplier,start,ended\nc,A,2025-01-01,2024-01-01\nd,,x,\n", "utf-8")
    (folder / "deliverys.csv").write_text("delivery\n1\n", "utf-8")
    assert main(["reliability", str(folder), "--today", "2026-01-01"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("✗ 5 faults") and "deliverys" in said
    (tmp_path / "stocks.csv").write_text("item,quantity\ncasse,1\n", "utf-8")
    assert main(["exposure", cases(tmp_path), "--risks", str(tmp_path / "stocks.csv"), "-q"]) == 2
    assert "did you mean 'case'?" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["histories", "risks"])
def test_the_template_is_read_back_once_it_is_filled_in(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"{kind}.xlsx"
    assert main(["template", str(path), "--for", kind]) == 0
    names = CalamineWorkbook.from_path(path).sheet_names
    assert names[0] == "guide" and {"contracts", "common_causes"} & set(names)
    assert main(["template", str(path), "--for", kind]) == 2  # nobody's work is overwritten
    if kind == "risks":
        assert main(["exposure", cases(tmp_path), "--risks", str(path), "-q"]) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["simulate", "x", "--trials", "10"], "--trials: '10' is no whole number from 1000"),
        (["simulate", "x", "--seed", "-1"], "--seed: '-1' is no whole number from 0 up"),
        (["reliability", "x", "--half-life", "soon"], "--half-life: 'soon' is no number of months"),
        (["reliability", HISTORIES, "--write", "y"], "--write needs --problem"),
    ],
)
def test_options_are_refused_with_the_way_out(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_the_pages_speak_the_readers_language(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = {
        "ru": ("Кто мог бы нас остановить", "Что может потерять"),
        "uk": ("Хто міг би нас зупинити", "Що може втратити"),
    }
    assert main(["exposure", cases(tmp_path), "--language", language, "-q"]) == 0
    assert main(["simulate", cases(tmp_path), "--trials", "5000", "--language", language, "-q"]) == 0
    printed = capsys.readouterr().out
    assert all(each in printed for each in words[language])


def test_what_is_endless_is_null_in_json_which_has_no_word_for_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    at_once = [
        {"offer": "a", "item": "case", "supplier": "A", "unit_price": 10},
        {"offer": "b", "item": "case", "supplier": "B", "unit_price": 12, "backup_only": True},
    ]
    assert main(["exposure", cases(tmp_path, offers=at_once), "--json", "-q"]) == 0
    answer = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert [each["survive_days"] for each in answer["groups"] if each["group"] == "A"] == [None]


def test_an_empty_key_and_a_name_that_refers_to_it_are_both_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drivers = [{"driver": "", "moves": "price", "spread": 0.1}, {"driver": "won", "moves": "price", "spread": 0.1}]
    risks = {"drivers": drivers, "correlations": [{"first": "won", "second": "yen", "correlation": 0.4}]}
    (tmp_path / "risks.json").write_text(json.dumps(risks), "utf-8")
    assert main(["simulate", cases(tmp_path), "--risks", str(tmp_path / "risks.json"), "-q"]) == 2
    told = capsys.readouterr().err
    assert "is empty" in told and "is not in drivers" in told and "yen" in told


def test_more_complaints_than_anyone_counts_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    contract = {"contract": "C1", "supplier": "A", "start": "2025-01-01", "complaints": 10**29}
    (tmp_path / "h.json").write_text(json.dumps({"contracts": [contract]}), "utf-8")
    assert main(["reliability", str(tmp_path / "h.json"), "--today", "2026-01-01", "-q"]) == 2
    assert "complaints" in capsys.readouterr().err
