"""Texts are marked where the extractor of translations sees them."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "secondsource"


def marked_in_f_strings(code: str) -> list[int]:
    """Lines of `_(...)` and `plural(...)` inside f-strings: until Python 3.12, no extractor looks there."""
    return [
        call.lineno
        for text in ast.walk(ast.parse(code))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("_", "plural")
    ]


def test_a_text_inside_an_f_string_is_found() -> None:
    assert marked_in_f_strings("""a = f"{_('no one translates me')}" """) == [1]


def test_no_text_is_marked_inside_an_f_string() -> None:
    files = sorted(SOURCE.rglob("*.py"))
    assert len(files) > 20
    found = [
        f"{file.relative_to(SOURCE)}:{line}" for file in files for line in marked_in_f_strings(file.read_text("utf-8"))
    ]
    assert found == []
