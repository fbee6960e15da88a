"""The commands that answer studies: what they print, write and refuse, and with which exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import secondsource
from secondsource.cli import main

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
COMMANDS = {
    "makebuy": "make-or-buy",
    "landed": "landed-cost",
    "labour": "labour",
    "qualify": "qualification",
    "quality": "quality",
}


@pytest.mark.parametrize(("command", "folder"), COMMANDS.items())
@pytest.mark.parametrize("language", ["en", "ru", "uk"])
def test_a_study_is_answered_in_every_language_and_written_in_four_formats(
    command: str, folder: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(EXAMPLES / folder), "--out", str(tmp_path), "--language", language]) == 0
    assert capsys.readouterr().out.strip()
    assert {path.suffix for path in tmp_path.glob(f"{command}.*")} == {".html", ".xlsx", ".pdf", ".json"}
    assert f'<html lang="{language}">' in (tmp_path / f"{command}.html").read_text("utf-8")


@pytest.mark.parametrize(("command", "folder"), COMMANDS.items())
def test_json_is_one_object(command: str, folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, str(EXAMPLES / folder), "--json"]) == 0
    assert isinstance(json.loads(capsys.readouterr().out), dict)


@pytest.mark.parametrize(("command", "folder"), COMMANDS.items())
def test_the_template_of_a_kind_is_written_filled_and_answered(command: str, folder: str, tmp_path: Path) -> None:
    workbook = tmp_path / "study.xlsx"
    words = ["template", str(workbook), "--for", command, "--from", str(EXAMPLES / folder)]
    assert main(words) == 0
    assert main(words) == 2  # nobody's work is overwritten
    assert main([command, str(workbook)]) == 0


def test_an_unknown_kind_of_study_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["template", str(tmp_path / "x.xlsx"), "--for", "makebye"]) == 2
    assert "'makebye' is no kind of study: makebuy, landed, labour, qualify, quality" in capsys.readouterr().err


def test_a_problem_of_several_items_asks_which(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["makebuy", str(EXAMPLES / "phone")]) == 2
    assert "name one with --item" in capsys.readouterr().err
    assert main(["makebuy", str(EXAMPLES / "phone"), "--item", "phones"]) == 2
    assert "did you mean 'phone'?" in capsys.readouterr().err
    assert main(["makebuy", str(EXAMPLES / "phone"), "--item", "design", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["best"]


def test_a_study_becomes_a_problem_whose_plan_costs_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "problem"
    assert main(["makebuy", str(EXAMPLES / "make-or-buy"), "--as-problem", str(folder), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    plan = secondsource.plan(secondsource.read(folder))
    assert abs(float(plan.cost or 0) - answer["options"][0]["present_value"]) < 0.005
