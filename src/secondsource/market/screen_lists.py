"""Sanctions and debarment lists as entries: FollowTheMoney JSON lines, the EU's CSV files, one's own table; not for
deciding who is on them (`likeness`).

A list that holds a fault is refused whole, with every fault: one that was read in part would clear people silently.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from secondsource.errors import Fault, InvalidInput
from secondsource.language import Message, _
from secondsource.market.fetch import decoded
from secondsource.market.identifiers import canonical
from secondsource.problem.grids import WORKBOOKS
from secondsource.problem.workbook import read_cells

LARGEST = 4 << 30
# What FollowTheMoney calls whoever can be a supplier; `LegalEntity` is any of them.
NAMED = ("Person", "Company", "LegalEntity", "Organization", "PublicBody")
LISTED_TOPICS = ("sanction", "debarment", "export.control", "crime", "corp.disqual", "reg.action", "wanted")


@dataclass(frozen=True)
class Entry:
    """One person or organisation on a list.

    Attributes
    ----------
    id
        As the list has it; the same in every version of the list.
    names
        The chief name first, then others in any script.
    numbers
        `SCHEME-NUMBER` where the number passes its check (`identifiers.canonical`).
    born
        Years or dates of birth, or of foundation.
    """

    id: str
    kind: str
    names: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    born: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    reason: str = ""
    since: str = ""
    source: str = field(default="", compare=False)

    @property
    def digest(self) -> str:
        """What a verdict was given on: it changes when anything of the entry does but where it was read."""
        body = {name: value for name, value in asdict(self).items() if name != "source"}
        return hashlib.sha256(json.dumps(body, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def read_list(path: Path) -> list[Entry]:
    """Return the entries of a list, whichever of the known forms it has.

    Known are FollowTheMoney entities as JSON lines (`.json`, `.jsonl`, also `.gz`), as OpenSanctions publishes them;
    the EU's consolidated list of financial sanctions (CSV with `Entity_LogicalId`); consolidated annexes of an EU act
    (CSV with `celex` and `recordId`); and any table (CSV, Excel, ODS) with a column `name`.

    Raises
    ------
    InvalidInput
        With every fault; nothing of the list is used then.
    """
    if path.stat().st_size > LARGEST:
        raise InvalidInput([Fault(path.name, "", 0, "", "", _("is too large for a list; split it"))])
    faults: list[Fault] = []
    entries: Iterable[Entry]
    suffixes = [each.lower() for each in path.suffixes]
    if suffixes and (suffixes[-1] in (".json", ".jsonl", ".ndjson") or suffixes[-2:-1] in ([".json"], [".jsonl"])):
        entries = _follow_the_money(path, faults)
    else:
        headings, rows = _table(path)
        reader = next((reader for mark, reader in _TABLES if mark <= set(headings)), _own)
        entries = reader(path.name, headings, rows, faults)
    seen: dict[str, Entry] = {}
    for each in entries:
        if each.id in seen and seen[each.id] != each:
            faults.append(Fault(path.name, "", 0, "id", each.id, _("stands for two different entries")))
        seen[each.id] = each
    if not seen and not faults:
        expected = _("holds nobody: no person or organisation with a name was found")
        faults.append(Fault(path.name, "", 0, "", "", expected))
    if faults:
        raise InvalidInput(faults)
    return list(seen.values())


# ---- FollowTheMoney ------------------------------------------------------------------------------------------------


def _follow_the_money(path: Path, faults: list[Fault]) -> list[Entry]:
    """Whoever is listed, with what the `Sanction` entities of the file say of them."""
    found: list[dict[str, Any]] = []
    sanctions: dict[str, list[Mapping[str, Any]]] = {}
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rb") as file:
        for line, text in enumerate(file, 1):
            if not text.strip():
                continue
            row = _entity(path.name, line, text, faults)
            if row is None:
                continue
            if row["schema"] == "Sanction":
                for each in row["properties"].get("entity", ()):
                    sanctions.setdefault(each, []).append(row["properties"])
            elif row["schema"] in NAMED and row["properties"].get("name"):
                found.append(row)
    says_who = any("target" in row or row["properties"].get("topics") for row in found)
    return [
        _listed(row, sanctions.get(row["id"], ())) for row in found if not says_who or _is_listed(row, sanctions)
    ]  # fmt: skip


def _entity(place: str, line: int, text: bytes, faults: list[Fault]) -> dict[str, Any] | None:
    try:
        row = json.loads(text)
    except ValueError as error:
        faults.append(Fault(place, "", line, "", "", _("line {line} is no JSON: {why}", line=line, why=error)))
        return None
    properties = row.get("properties") if isinstance(row, dict) else None
    whole = isinstance(properties, dict) and all(isinstance(each, list) for each in properties.values())
    if not whole or not isinstance(row.get("id"), str) or not isinstance(row.get("schema"), str):
        expected = _("line {line} is no FollowTheMoney entity: it needs id, schema and properties of lists", line=line)
        faults.append(Fault(place, "", line, "", "", expected))
        return None
    return dict(row)


def _is_listed(row: Mapping[str, Any], sanctions: Mapping[str, object]) -> bool:
    topics = row["properties"].get("topics", ())
    listed = any(str(each).startswith(LISTED_TOPICS) for each in topics)
    return bool(row.get("target")) or listed or row["id"] in sanctions


def _listed(row: Mapping[str, Any], sanctions: Sequence[Mapping[str, Any]]) -> Entry:
    own = row["properties"]

    def every(*names: str) -> tuple[str, ...]:
        return _distinct(str(each) for name in names for each in own.get(name, ()))

    def stated(*names: str) -> tuple[str, ...]:
        return tuple(sorted({str(each) for one in sanctions for name in names for each in one.get(name, ())}))

    return Entry(
        row["id"], row["schema"], _distinct([str(row.get("caption") or ""), *every("name", "alias", "previousName",
                                                                                 "weakAlias", "abbreviation")]),
        _numbers({"RU-INN": every("innCode"), "RU-OGRN": every("ogrnCode"), "XI-LEI": every("leiCode"),
                  "": every("registrationNumber", "taxNumber", "idNumber", "vatCode")},
                 every("jurisdiction", "country")),
        tuple(each.upper() for each in every("country", "jurisdiction", "nationality", "citizenship")),
        every("birthDate", "incorporationDate"), every("topics"),
        _distinct([*stated("program"), *every("programId")]),
        " ".join(stated("reason"))[:2000] or "; ".join(every("notes", "summary"))[:2000],
        min(stated("startDate", "listingDate"), default=""), "; ".join(every("sourceUrl")),
    )  # fmt: skip


# ---- tables --------------------------------------------------------------------------------------------------------

Rows = Iterable[tuple[int, dict[str, str]]]


def _table(path: Path) -> tuple[list[str], Rows]:
    """The headings, and the rows by heading with their lines."""
    if path.suffix.lower() in WORKBOOKS:
        sheet = next(iter(read_cells(path).values()), [])
        rows: list[list[str]] = [["" if cell is None else str(cell) for cell in row] for row in sheet]
    else:
        text = decoded(path.read_bytes()).lstrip("\ufeff")
        mark = max(",;\t", key=text.partition("\n")[0].count)
        rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    if not rows:
        raise InvalidInput([Fault(path.name, "", 0, "", "", _("is empty"))])
    headings = [cell.strip() for cell in rows[0]]
    cells = (
        (line, dict(zip(headings, (x.strip() for x in row), strict=False))) for line, row in enumerate(rows[1:], 2)
    )
    return headings, [(line, row) for line, row in cells if any(row.values())]


def _annexes(place: str, headings: Sequence[str], rows: Rows, faults: list[Fault]) -> Iterator[Entry]:
    """The annexes of an EU act, one row an entry; other names are parted by `;`, other scripts stand in brackets."""
    for line, row in rows:
        names = _other_names([row["name"], row.get("alias", ""), row.get("previousName", ""), row.get("weakAlias", "")])
        if not names or not row["recordId"]:
            faults.append(_nameless(place, line))
            continue
        # innCode and ogrnCode are often written into one cell with other numbers: what is a number stands alone.
        inn, ogrn = _digits(row.get("innCode", "")), _digits(row.get("ogrnCode", ""))
        rest = _digits(row.get("taxNumber", "")) | _digits(row.get("registrationNumber", ""))
        country = row.get("nationality") or row.get("jurisdiction") or row.get("country", "")
        yield Entry(
            f"{row['celex']}-{row.get('annex', '')}-{row['recordId']}", row["schema"], names,
            _numbers({"RU-INN": sorted(inn | rest), "RU-OGRN": sorted(ogrn | rest),
                      "XI-LEI": sorted(_words(row.get("leiCode", "")))}, ()),
            _distinct(each.strip().upper() for each in country.split(";")),
            _distinct(each.strip() for each in (row.get("birthDate") or row.get("incorporationDate", "")).split(";")),
            ("sanction",), _distinct([row.get("programKey", ""), row.get("measure", "")]), row.get("reason", "")[:2000],
            _iso(row.get("startDate", "")), row["celex"],
        )  # fmt: skip


def _consolidated(place: str, headings: Sequence[str], rows: Rows, faults: list[Fault]) -> Iterator[Entry]:
    """The EU's consolidated list of financial sanctions: a row per name, birth, number or address of an entity."""
    groups: dict[str, list[dict[str, str]]] = {}
    for line, row in rows:
        if row.get("Entity_LogicalId"):
            groups.setdefault(row["Entity_LogicalId"], []).append(row)
        else:
            faults.append(Fault(place, "", line, "Entity_LogicalId", "", _("is empty, so the row belongs to nobody")))
    for id, group in groups.items():

        def every(*names: str, group: Sequence[dict[str, str]] = group) -> tuple[str, ...]:
            return _distinct(row.get(name, "") for name in names for row in group)

        parts = ("NameAlias_FirstName", "NameAlias_MiddleName", "NameAlias_LastName")
        names = _distinct(
            row.get("NameAlias_WholeName") or " ".join(filter(None, (row.get(part, "") for part in parts)))
            for row in group
        )
        if not names:
            faults.append(Fault(place, "", 0, "NameAlias_WholeName", id, _("has no name in any of its rows")))
            continue
        subject = " ".join(every("Entity_SubjectType", "Entity_SubjectType_ClassificationCode")).casefold()
        yield Entry(
            id, "Person" if subject.startswith("p") else "Organization", names,
            _numbers({"": every("Identification_Number")}, every("Identification_CountryIso2Code")),
            tuple(each.upper() for each in every("Citizenship_CountryIso2Code", "Address_CountryIso2Code")
                  if each != "00"),
            every("BirthDate_BirthDate", "BirthDate_Year"), ("sanction",), every("Entity_Regulation_Programme"),
            "; ".join(every("Entity_Remark", "NameAlias_Remark"))[:2000],
            min(every("Entity_DesignationDate", "Entity_Regulation_PublicationDate"), default=""),
            "; ".join(every("Entity_EU_ReferenceNumber")),
        )  # fmt: skip


# Headings of one's own list, and of exports from other systems.
OWN_WORDS: Mapping[str, Sequence[str]] = {
    "id": ("id", "entry", "№"),
    "name": ("name", "full_name", "full name", "firm", "company", "название", "наименование", "имя", "назва", "ім'я"),
    "alias": ("alias", "aliases", "other names", "другие названия", "інші назви"),
    "number": ("number", "identifier", "registration number", "инн", "єдрпоу", "едрпоу"),
    "scheme": ("scheme", "схема"),
    "country": ("country", "nationality", "страна", "країна"),
    "born": ("born", "date_of_birth", "birth date", "birth_date", "дата рождения", "дата народження"),
    "kind": ("kind", "schema", "type", "вид"),
    "programme": ("programme", "program", "list", "программа", "програма"),
    "reason": ("reason", "why", "причина"),
    "since": ("since", "from", "date", "с", "з"),
}


def _own(place: str, headings: Sequence[str], rows: Rows, faults: list[Fault]) -> Iterator[Entry]:
    """A table with a column `name`; an entry without an `id` is told by its name and number."""
    plain = {heading: " ".join(heading.casefold().split()) for heading in headings}
    columns = {
        meaning: heading for meaning, words in OWN_WORDS.items()
        if (heading := next((each for each in headings if plain[each] in words), ""))
    }  # fmt: skip
    if "name" not in columns:
        expected = _(
            "no list of a known form: it needs a column `name`; it has {headings}", headings=", ".join(headings)
        )
        faults.append(Fault(place, "", 1, "name", "", expected))
        return
    for line, row in rows:
        cells = {meaning: row.get(heading, "") for meaning, heading in columns.items()}
        if not cells["name"]:
            faults.append(_nameless(place, line))
            continue
        number = cells.get("number", "")
        key = hashlib.sha256(f"{cells['name']}|{number}|{cells.get('born', '')}".encode()).hexdigest()[:12]
        yield Entry(
            cells.get("id") or key, cells.get("kind") or ("Person" if cells.get("born") else "LegalEntity"),
            _distinct([cells["name"], *(each.strip() for each in cells.get("alias", "").split(";"))]),
            _numbers({cells.get("scheme", ""): [number]}, [cells.get("country", "")]) if number else (),
            _distinct([cells.get("country", "").upper()]), _distinct([cells.get("born", "")]), ("own list",),
            _distinct([cells.get("programme", "")]), cells.get("reason", ""), cells.get("since", ""), place,
        )  # fmt: skip


_Reader = Callable[[str, Sequence[str], Rows, list[Fault]], Iterator[Entry]]
_TABLES: Sequence[tuple[set[str], _Reader]] = (
    ({"celex", "recordId", "name", "schema"}, _annexes),
    ({"Entity_LogicalId"}, _consolidated),
)


def _nameless(place: str, line: int) -> Fault:
    expected: Message = _("the entry has no name")
    return Fault(place, "", line, "name", "", expected)


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """The texts that say something, each once, in order."""
    return tuple(dict.fromkeys(" ".join(each.split()) for each in texts if each and each.strip()))


def _other_names(cells: Iterable[str]) -> tuple[str, ...]:
    """Names out of cells that hold several: parted by `;`, with another spelling in brackets.

    >>> _other_names(["Ivan PETROV", "Iwan PETROW (Иван ПЕТРОВ); Vanya"])
    ('Ivan PETROV', 'Iwan PETROW', 'Иван ПЕТРОВ', 'Vanya')
    """
    parts = [part for cell in cells for part in cell.split(";")]
    return _distinct(
        each for part in parts for each in (re.sub(r"\([^()]*\)", " ", part), *re.findall(r"\(([^()]*)\)", part))
    )


def _digits(cell: str) -> set[str]:
    return set(re.findall(r"\b\d{8,15}\b", cell))


def _words(cell: str) -> set[str]:
    return set(re.findall(r"\b[0-9A-Z]{20}\b", cell))


def _numbers(by_scheme: Mapping[str, Iterable[str]], countries: Iterable[str]) -> tuple[str, ...]:
    """The numbers that pass a check: under the scheme that is named, else under every one that they can be of."""
    places = [each.upper() for each in countries if len(each) == 2]
    found: set[str] = set()
    for scheme, numbers in by_scheme.items():
        tried = [scheme] if scheme else ["RU-INN", "UA-EDR", *(f"{each}-VAT" for each in places)]
        for number in numbers:
            whole = re.fullmatch(r"[A-Z]{0,4}[ -]?\d[\d ./-]{6,}|[A-Z0-9]{20}", number.strip())
            found |= {each for name in tried if whole and (each := canonical(name, number))}
    inns = {each.rpartition("-")[2] for each in found if each.startswith("RU-INN-")}
    return tuple(sorted(each for each in found if _plausible(each, inns)))


def _plausible(number: str, inns: set[str]) -> bool:
    """A Russian tax number counts once, and an OGRN has 13 or 15 digits."""
    register, _sign, digits = number.rpartition("-")
    return digits not in inns if register == "RU-VAT" else len(digits) in (13, 15) if register == "RU-OGRN" else True


def _iso(day: str) -> str:
    """`17.3.2014` as `2014-03-17`; anything else as it is."""
    parts = day.split(".")
    if len(parts) != 3 or not all(each.isdigit() for each in parts):
        return day
    return f"{int(parts[2]):04d}-{int(parts[1]):02d}-{int(parts[0]):02d}"
