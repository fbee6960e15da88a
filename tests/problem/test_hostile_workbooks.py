"""Two hundred hostile or broken workbooks: each ends in a message or a problem, in bounded memory and time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.problem import hostile

CHECKOUT = Path(__file__).parent.parent.parent
MOST_SECONDS, MOST_BYTES = 30.0, 3_000_000_000
"""For one file; the reader allows 5 million cells, which take most of it."""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What came of each file, read in a process of its own whose memory is limited and measured."""
    folder = tmp_path_factory.mktemp("hostile")
    files = hostile.write_all(folder)
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("hostile_reader.py"))],
        input="\n".join(map(str, files)),
        env=os.environ | {"PYTHONPATH": str(CHECKOUT / "src"), "LANGUAGE": "en"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["file"] for each in found] == [path.name for path in files]
    return found


@pytest.mark.slow
def test_there_are_two_hundred_and_none_of_them_breaks_the_reader(outcomes: list[dict[str, Any]]) -> None:
    assert len(outcomes) >= 200
    assert sum(bool(each["error"]) for each in outcomes) >= 120


@pytest.mark.slow
def test_memory_and_time_are_bounded(outcomes: list[dict[str, Any]]) -> None:
    assert [each["file"] for each in outcomes if each["seconds"] > MOST_SECONDS] == []
    assert [each["file"] for each in outcomes if each["bytes"] > MOST_BYTES] == []


@pytest.mark.slow
def test_every_refusal_is_a_clear_message(outcomes: list[dict[str, Any]]) -> None:
    for each in outcomes:
        if each["error"]:
            assert each["faults"] >= 1
            # A person's words: no class names, no traceback, and the file or a cell of it named.
            assert "Traceback" not in each["error"] and "Error:" not in each["error"], each
            assert "0x" not in each["error"].replace("'0x10'", ""), each
            assert each["file"] in each["error"] or "row" in each["error"] or "column" in each["error"], each
