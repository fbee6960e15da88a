"""Supplier lists in CSV and Excel, read by columns that somebody confirmed; not for guessing without asking."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from secondsource.errors import Fault, InvalidInput
from secondsource.language import _
from secondsource.market.fetch import decoded
from secondsource.market.journal import Page, Record, Unreadable
from secondsource.problem.grids import WORKBOOKS
from secondsource.problem.workbook import read_cells

LARGEST = 256 << 20
ROWS = 1000

# What a heading most likely means; the user confirms it.
WORDS: Mapping[str, Sequence[str]] = {
    "name": ("name", "company", "supplier", "supplier name", "company name", "facility", "название", "наименование",
             "поставщик", "назва", "найменування", "постачальник"),
    "country": ("country", "country code", "страна", "країна"),
    "identifier": ("id", "identifier", "registration number", "company number",
                   "edrpou", "єдрпоу", "едрпоу", "инн", "vat"),
    "scheme": ("scheme", "identifier scheme", "схема"),
    "region": ("region", "state", "область", "регион", "регіон"),
    "locality": ("city", "town", "locality", "город", "місто"),
    "street": ("address", "street", "адрес", "адреса"),
    "size": ("size", "company size", "employees", "number of employees", "headcount", "размер", "численность",
             "количество сотрудников", "розмір", "чисельність", "кількість працівників"),
    "category": ("category", "cpv", "sector", "категория", "категорія"),
    "description": ("description", "activity", "products", "описание", "опис"),
}  # fmt: skip


def propose(path: Path) -> dict[str, str]:
    """Return the headings of a list by what each most likely means, in the file's order."""
    headings, _rows = _table(path)
    found: dict[str, str] = {}
    for heading in headings:
        plain = " ".join(heading.replace("_", " ").casefold().split())
        for meaning, words in WORDS.items():
            if plain in words and meaning not in found:
                found[meaning] = heading
                break
    return found


def pages(path: Path, columns: Mapping[str, str]) -> Iterator[Page]:
    """Return the suppliers of a list as releases that hold one party and no contract.

    Parameters
    ----------
    columns
        Heading by meaning (`WORDS`); `name` is needed.

    Raises
    ------
    InvalidInput
        A meaning is unknown, a heading is not in the file, or `name` is missing.
    """
    headings, rows = _table(path)
    _check(path, columns, headings)
    places = {meaning: headings.index(heading) for meaning, heading in columns.items()}
    records: list[Record] = []
    unreadable: list[Unreadable] = []
    for line, row in rows:
        cells = {meaning: row[place].strip() if place < len(row) else "" for meaning, place in places.items()}
        body = json.dumps(cells, ensure_ascii=False, sort_keys=True).encode()
        if not cells["name"]:
            unreadable.append(Unreadable(f"{path.name}:{line}", "the name is empty", body))
            continue
        key = hashlib.sha256(body).hexdigest()[:16]
        release = json.dumps(_release(f"list-{path.stem}-{key}", cells), ensure_ascii=False).encode()
        records.append(Record(f"{path.name}/{key}", "", "ocds", release))
        if len(records) >= ROWS:
            yield Page(tuple(records), tuple(unreadable))
            records, unreadable = [], []
    yield Page(tuple(records), tuple(unreadable))


def _release(ocid: str, cells: Mapping[str, str]) -> dict[str, object]:
    key = cells.get("identifier") or cells["name"]
    category, description = cells.get("category", ""), cells.get("description", "")
    item = {"id": "1", "description": description or category, "classification": {"scheme": "", "id": category}}
    return {
        "ocid": ocid,
        "id": "1",
        "parties": [
            {
                "id": key,
                "name": cells["name"],
                "identifier": {"scheme": cells.get("scheme", ""), "id": cells.get("identifier", "")},
                "address": {
                    "countryName": cells.get("country", ""), "region": cells.get("region", ""),
                    "locality": cells.get("locality", ""), "streetAddress": cells.get("street", ""),
                },
                "details": {"scale": cells.get("size") or None},
                "roles": ["listed"],
            }
        ],
        "tender": {"items": [item] if item["description"] else []},
    }  # fmt: skip


def _check(path: Path, columns: Mapping[str, str], headings: Sequence[str]) -> None:
    faults = []
    known = ", ".join(WORDS)
    if "name" not in columns:
        faults.append(Fault(path.name, "", 0, "name", "", _("no column is confirmed to hold the names")))
    for meaning, heading in columns.items():
        if meaning not in WORDS:
            faults.append(
                Fault(path.name, "", 0, meaning, "", _("is no meaning of a column; known are {known}", known=known))
            )
        elif heading not in headings:
            expected = _("is no heading of the file; it has {headings}", headings=", ".join(headings))
            faults.append(Fault(path.name, "", 0, meaning, heading, expected))
    if faults:
        raise InvalidInput(faults)


def _table(path: Path) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The headings, and the rows with their lines."""
    if path.suffix.lower() in WORKBOOKS:
        sheet = next(iter(read_cells(path).values()), [])
        rows: list[list[str]] = [["" if cell is None else str(cell) for cell in row] for row in sheet]
    else:
        if path.stat().st_size > LARGEST:
            raise InvalidInput([Fault(path.name, "", 0, "", "", _("is too large for a list; split it"))])
        text = decoded(path.read_bytes())
        first = text.partition("\n")[0]
        mark = max(",;\t", key=first.count)
        rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    if not rows:
        raise InvalidInput([Fault(path.name, "", 0, "", "", _("is empty"))])
    headings = [cell.strip() for cell in rows[0]]
    return headings, ((line, row) for line, row in enumerate(rows[1:], 2) if any(cell.strip() for cell in row))
