"""Code lists that a user imports, with the licence and date that they come with; none is bundled."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from secondsource.errors import Fault, InvalidInput
from secondsource.language import _
from secondsource.market import bridge
from secondsource.market.index import digits


@dataclass(frozen=True)
class CodeList:
    """What is on record about an imported list; `codes` is how many it has."""

    name: str
    language: str
    licence: str
    issued: str
    imported: str
    file: str
    codes: int


def import_cpv(folder: Path, file: Path, language: str, licence: str, issued: date, today: date) -> CodeList:
    """Import labels of CPV codes (or of a national list that shares its codes) and return what is on record.

    Raises
    ------
    InvalidInput
        The file is no JSON object of codes and labels, or a code has not eight digits.
    """
    try:
        codes = json.loads(file.read_text("utf-8-sig"))
    except ValueError as error:
        raise InvalidInput([Fault(file.name, "", 0, "", "", _("is no JSON: {why}", why=error))]) from error
    if not isinstance(codes, dict) or not codes:
        raise InvalidInput([Fault(file.name, "", 0, "", "", _("expected an object of codes and labels"))])
    faults = [
        Fault(file.name, "", 0, "", str(code), _("expected a code of eight digits with a label"))
        for code, label in codes.items()
        if not digits(code) or not isinstance(label, str) or not label.strip()
    ]
    if faults:
        raise InvalidInput(faults)
    found = CodeList("cpv", language, licence, issued.isoformat(), today.isoformat(), file.name, len(codes))
    folder.mkdir(parents=True, exist_ok=True)
    content = json.dumps({"record": asdict(found), "codes": codes}, ensure_ascii=False, indent=0)
    (folder / f"cpv-{language}.json").write_text(content, "utf-8")
    bridge.learn(folder)
    return found


def imported(folder: Path) -> list[CodeList]:
    """Return the lists on record."""
    return [CodeList(**json.loads(path.read_text("utf-8"))["record"]) for path in sorted(folder.glob("*.json"))]
