"""The commands from the outside: what they print, where, and their exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest

from secondsource.cli import main

CHECKOUT = Path(__file__).parent.parent.parent
STEPS = str(CHECKOUT / "examples" / "first-steps")
PROGRAM = [sys.executable, "-c", "import sys; from secondsource.cli import main; sys.exit(main())"]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(CHECKOUT / "src"), "LANGUAGE": "en"}


def write(folder: Path, **tables: object) -> str:
    path = folder / "problem.json"
    path.write_text(json.dumps(tables), "utf-8")
    return str(path)


def bolts(folder: Path, capacity: int = 100) -> str:
    """Ten bolts, from one supplier at 2 each: 20 together."""
    return write(
        folder,
        items=[{"item": "bolt", "demand": 10, "backups": 0}],
        suppliers=[{"supplier": "smith", "capacity": capacity}],
        offers=[{"offer": "o", "item": "bolt", "supplier": "smith", "unit_price": 2}],
    )


def hard(folder: Path) -> str:
    """A problem that takes minutes: 100 items of 25 suppliers with fixed costs, capacities and backups."""

    def offer(n: int, k: int) -> dict[str, object]:
        prices = {"unit_price": 10 + (n * k * 31) % 17, "fixed_cost": (n * 13 + k * 101) % 400, "backup_fee": 0.2}
        return {
            "offer": f"{n}-{k}",
            "item": f"i{n}",
            "supplier": f"s{(n * 7 + k * 3) % 25}",
            "min_quantity": 20,
            **prices,
        }

    items = [{"item": f"i{n}", "demand": 50 + 7 * n % 90, "shortage_cost": 100} for n in range(100)]
    suppliers = [{"supplier": f"s{n}", "fixed_cost": 900 + 613 * n % 2000, "capacity": 2500} for n in range(25)]
    offers = [offer(n, k) for n in range(100) for k in range(8)]
    return write(folder, items=items, suppliers=suppliers, offers=offers)


def puzzle(folder: Path) -> str:
    """A problem to which no plan is found by luck: forty lots, some of which must add up to the demand exactly."""
    lots = [100_003 + 7919 * n * n % 899_981 for n in range(1, 41)]
    suppliers = [{"supplier": f"s{n}"} for n in range(40)]
    offers = [
        {"offer": f"o{n}", "item": "bolt", "supplier": f"s{n}", "unit_price": 1, "multiple": lot, "capacity": lot}
        for n, lot in enumerate(lots)
    ]
    items = [{"item": "bolt", "demand": sum(lots[::2]), "backups": 0}]
    return write(folder, items=items, suppliers=suppliers, offers=offers)


def test_a_plan_is_printed_on_stdout_and_the_code_is_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", bolts(tmp_path)]) == 0
    printed = capsys.readouterr()
    assert "20.00 EUR" in printed.out and "smith" in printed.out
    assert printed.err == ""


def test_json_alone_is_printed_where_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", bolts(tmp_path), "--json"]) == 0
    printed = capsys.readouterr()
    plan = json.loads(printed.out, parse_float=Decimal)
    assert (plan["status"], plan["cost"], plan["awards"][0]["quantity"]) == ("optimal", 20, 10)


def test_a_problem_without_plan_is_told_why_and_the_code_is_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", bolts(tmp_path, capacity=8)]) == 1
    text = capsys.readouterr().out
    assert "No plan exists" in text and "bolt is needed: 10" in text and "smith has a capacity of 8" in text
    assert "raise the capacity of smith by 2" in text
    assert main(["plan", bolts(tmp_path, capacity=8), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["status"] == "infeasible"


def test_every_fault_of_a_problem_is_listed_and_the_code_is_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = write(
        tmp_path,
        items=[{"item": "bolt", "demand": -1, "colour": "red"}],
        suppliers=[{"supplier": "smith"}],
        offers=[{"offer": "o", "item": "bolt", "supplier": "smyth", "unit_price": 2}],
    )
    assert main(["plan", wrong]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    for word in ("demand", "-1", "colour", "smyth", "smith"):
        assert word in printed.err
    assert main(["check", wrong]) == 2
    assert "smyth" in capsys.readouterr().out
    for command in ("check", "plan"):
        assert main([command, wrong, "--json"]) == 2
        errors = json.loads(capsys.readouterr().out)["errors"]
        cells = [(error["table"], error["row"], error["column"], error["value"]) for error in errors]
        assert [cell for cell in cells if cell[1]] == [
            ("items", 1, "demand", "-1"),
            ("offers", 1, "supplier", "smyth"),
        ]


def test_check_finds_no_fault_in_a_good_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", STEPS]) == 0
    assert "No fault" in capsys.readouterr().out
    assert main(["check", STEPS, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["valid"] is True and found["rows"]["items"] == 2


def test_without_time_there_is_no_plan_and_the_code_is_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", puzzle(tmp_path), "--time-limit", "0.001"]) == 3
    assert "No plan found in the time given" in capsys.readouterr().out


def test_a_plan_may_start_from_that_of_a_similar_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["plan", bolts(tmp_path), "--json"])
    before = tmp_path / "before.json"
    before.write_text(capsys.readouterr().out, "utf-8")
    assert main(["plan", bolts(tmp_path, capacity=50), "--like", str(before)]) == 0
    assert "20.00 EUR" in capsys.readouterr().out


def test_the_report_is_written_where_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "deep" / "out"
    assert main(["plan", bolts(tmp_path), "--out", str(folder), "--language", "ru"]) == 0
    assert f"Отчёт: {folder / 'report.html'}" in capsys.readouterr().err
    assert '<html lang="ru">' in (folder / "report.html").read_text("utf-8")
    assert json.loads((folder / "plan.json").read_text("utf-8"))["cost"] == 20


def test_a_plan_is_verified_and_a_forged_one_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    problem, file = bolts(tmp_path), tmp_path / "plan.json"
    main(["plan", problem, "--json"])
    text = capsys.readouterr().out
    file.write_text(text, "utf-8")
    assert main(["verify", problem, str(file)]) == 0
    assert "The plan holds" in capsys.readouterr().out
    forged = json.loads(text)
    forged["cost"] = 19
    file.write_text(json.dumps(forged), "utf-8")
    assert main(["verify", problem, str(file)]) == 1
    assert "does not hold" in capsys.readouterr().out.replace("do not", "does not")
    assert main(["verify", problem, str(file), "--json"]) == 1
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["valid"] is False and verdict["faults"] and verdict["cost"] == 20


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b'{"status": 1}', b"[" * 100_000])
def test_a_broken_plan_file_is_refused_without_a_traceback(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(content)
    assert main(["verify", bolts(tmp_path), str(file)]) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and "plan.json" in printed.err


def test_what_is_not_there_or_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["check", str(tmp_path / "none")], ["plan", str(tmp_path / "none.xlsx")]):
        assert main(words) == 2
        printed = capsys.readouterr()
        assert "none" in printed.out + printed.err
    assert main(["verify", bolts(tmp_path), str(tmp_path / "none.json")]) == 2
    assert "none.json" in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["plan", bolts(tmp_path), "--out", str(tmp_path / "file")]) == 2
    assert "is a file, not a folder" in capsys.readouterr().err


def test_the_demo_plans_the_telephone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["demo"]) == 0
    printed = capsys.readouterr()
    assert "Make or buy" in printed.out and "Exposures" in printed.out
    assert str(tmp_path / "out" / "report.html") in printed.err
    assert "Baseband chips" in (tmp_path / "out" / "exposure.html").read_text("utf-8")
    plan = json.loads((tmp_path / "out" / "plan.json").read_text("utf-8"))
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    # Every assumption that is counted on screen is listed in the report.
    assert f"{plan['assumptions']} figures are marked as assumptions" in printed.out
    listed = report[report.index("<summary>Assumptions (") : report.index("<h3>Offers that the plan uses</h3>")]
    assert listed.count('<tr><th scope="row">') == plan["assumptions"] > 20


def test_the_environment_chooses_the_language() -> None:
    done = subprocess.run(
        [*PROGRAM, "plan", STEPS], env=ENVIRONMENT | {"LANGUAGE": "ru"}, capture_output=True, check=True
    )
    assert "Кто кого подстраховывает" in done.stdout.decode("utf-8")


def test_a_terminal_without_our_letters_shows_the_page_all_the_same() -> None:
    environment = ENVIRONMENT | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*PROGRAM, "plan", STEPS], env=environment, capture_output=True, check=True)
    assert b"The best plan" in done.stdout and done.stderr == b""


def test_a_reader_that_goes_away_leaves_no_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [*PROGRAM, "plan", STEPS, "--json"], env=ENVIRONMENT, stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def worked(pid: int) -> float:
    """Seconds of processor time that a process has had so far."""
    words = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("quiet", [[], ["--quiet"]])
def test_ctrl_c_stops_a_solve_at_once(quiet: list[str], tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*PROGRAM, "plan", hard(tmp_path), *quiet],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell starts what runs in the background deaf to Ctrl-C, and its children with it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        # A busy machine takes its time to import: what counts is how long the process itself has worked.
        while worked(process.pid) < 3:
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        _printed, said = process.communicate(timeout=60)
        assert process.returncode == 130
        assert time.monotonic() - began < 3
    finally:
        process.kill()
    assert b"Stopped." in said and b"Traceback" not in said
