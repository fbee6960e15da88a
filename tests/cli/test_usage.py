"""Help and complaints about the command line."""

from __future__ import annotations

import pytest

from secondsource import __version__
from secondsource.cli import main
from secondsource.cli.app import application
from secondsource.cli.usage import COMMANDS, PARAMETERS, language_asked


def complaint(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What is said on stderr about a command line that is refused."""
    assert main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plam"], "there is no command plam; did you mean plan?"),
        (["plan"], "PROBLEM is missing"),
        (["verify", "phone"], "PLAN is missing"),
        (["plan", "x", "--gapp", "1"], "there is no option --gapp; did you mean --gap?"),
        (["plan", "x", "--gap"], "--gap needs a value"),
        (["plan", "x", "--json=1"], "--json takes no value"),
        (["plan", "x", "y"], "what is y for?"),
        (["plan", "x", "--gap", "7"], "--gap: '7' is no share between 0 and 1"),
        (["plan", "x", "--gap", "nan"], "--gap: 'nan' is no share"),
        (["plan", "x", "--time-limit", "0"], "--time-limit: '0' is no number of seconds above 0"),
        (["plan", "x", "--time-limit", "inf"], "--time-limit: 'inf'"),
        (["plan", "x", "--threads", "0"], "--threads: '0' is no whole number from 1"),
        (["plan", "x", "--threads", "1.5"], "--threads: '1.5'"),
        (["plan", "x", "--encoding", "base64"], "--encoding: 'base64' is no encoding"),
        (["plan", "x", "--encoding", "klingon"], "--encoding: 'klingon' is no encoding"),
        (["check", "x", "--today", "31.12.2026"], "--today: '31.12.2026' is no date"),
        (["check", "x", "--language", "xx"], "--language: 'xx' is no language of ours: en, "),
    ],
)
def test_a_wrong_word_is_named_with_the_way_out(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = complaint(capsys, *words)
    assert said in text.replace("\n", " ")
    assert "--help" in text


def test_complaints_and_help_speak_the_language_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert "нет параметра --gapp" in complaint(capsys, "plan", "x", "--gapp", "1", "--language", "ru")
    assert main(["plan", "--help", "--language=ru"]) == 0
    assert "Коды завершения" in capsys.readouterr().out


def test_no_words_at_all_show_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    bare = capsys.readouterr().out
    assert main(["--language", "en"]) == 0
    assert capsys.readouterr().out.strip() == bare.strip()
    assert all(command in bare for command in ("plan", "check", "verify", "demo"))


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"secondsource {__version__}\n"


@pytest.mark.parametrize("name", ["plan", "check", "verify", "demo"])
def test_every_option_is_explained_and_no_explanation_is_left_over(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([name, "--help"]) == 0
    text = capsys.readouterr().out
    for parameter in application().commands[name].params:
        assert (parameter.metavar or parameter.opts[0]) in text
    every = dict(application().commands)
    for group, command in application().commands.items():
        every |= {f"{group} {each}": inner for each, inner in getattr(command, "commands", {}).items()}
    used = {each.name for command in every.values() for each in command.params}
    assert set(PARAMETERS) == used | {"version", "help"}
    assert set(COMMANDS) == set(every) | {"secondsource"}


def test_the_language_is_found_before_the_line_is_parsed() -> None:
    assert language_asked(["plan", "--gapp", "--language", "ru"]) == "ru"
    assert language_asked(["plan", "--language"]) == ""
    assert language_asked(["plan", "phone"]) == ""
