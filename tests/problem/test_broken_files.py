"""Ten kinds of broken file for each reader: each names the place, and none comes out as anything but InvalidInput."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import xlsxwriter

from secondsource.errors import Fault, InvalidInput
from secondsource.problem.read import read
from tests.problem.files import (
    SMALL,
    Tables,
    change_part,
    pack_ods,
    write_csv,
    write_json,
    write_ods,
    write_xlsx,
)

TODAY = date(2026, 1, 15)


def faults_of(path: Path, **options: Any) -> list[Fault]:
    with pytest.raises(InvalidInput) as caught:
        read(path, today=TODAY, **options)
    return list(caught.value.faults)


class Case(NamedTuple):
    """A broken file, and the fault that it must have: table, row, column, value, and words of what was expected."""

    make: Callable[[Path], Path]
    table: str
    row: int
    column: str
    value: str
    words: str


def with_cell(table: str, row: int, column: str, value: Any) -> Tables:
    """The small problem with one cell changed; the first row is 1."""
    rows = [dict(each) for each in SMALL[table]]
    rows[row - 1][column] = value
    return {**SMALL, table: rows}


def without(table: str, column: str) -> Tables:
    return {**SMALL, table: [{k: v for k, v in row.items() if k != column} for row in SMALL[table]]}


CYCLE: Tables = {
    **SMALL,
    "bom": [{"parent": "phone", "child": "display"}, {"parent": "display", "child": "phone"}],
}
WRONG_TYPE = with_cell("offers", 2, "unit_price", "cheap")
EMPTY_KEY = with_cell("suppliers", 2, "supplier", None)
UNKNOWN_COLUMN = with_cell("offers", 1, "unit_prise", 3)


def cut(path: Path, keep: float = 0.6) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    return path


def text(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# --- xlsx ------------------------------------------------------------------------------------------------------------

OFFERS_XML = "xl/worksheets/sheet4.xml"


def xlsx(tables: Tables, also: Callable[[xlsxwriter.Workbook], None] | None = None) -> Callable[[Path], Path]:
    return lambda folder: write_xlsx(tables, folder / "problem.xlsx", also)


def xlsx_changed(old: bytes, new: bytes, part: str = OFFERS_XML) -> Callable[[Path], Path]:
    return lambda folder: change_part(
        write_xlsx(SMALL, folder / "problem.xlsx"), part, lambda xml: xml.replace(old, new, 1)
    )


PRICE = b'<c r="D2"><v>7.5</v></c>'
XLSX = {
    "truncated": Case(
        lambda folder: cut(xlsx(SMALL)(folder)), "", 0, "", "", "is no .xlsx or .ods workbook, or is cut off"
    ),
    "truncated inside": Case(
        lambda folder: change_part(xlsx(SMALL)(folder), OFFERS_XML, lambda xml: xml[: len(xml) // 2]),
        *("offers", 0, "", "", "is damaged XML"),
    ),
    "wrong type": Case(xlsx(WRONG_TYPE), "offers", 3, "unit_price", "cheap", "expected a number, 0 or more"),
    "missing key": Case(
        xlsx(without("suppliers", "supplier")), "suppliers", 0, "supplier", "", "the column is missing"
    ),
    "empty key": Case(xlsx(EMPTY_KEY), "suppliers", 3, "supplier", "", "is empty"),
    "cycle": Case(xlsx(CYCLE), "bom", 3, "child", "phone", "is made of itself: phone → display → phone"),
    "NaN": Case(xlsx(with_cell("items", 1, "demand", "NaN")), "items", 2, "demand", "NaN", "not a number"),
    "empty": Case(lambda folder: text(folder / "problem.xlsx", b""), "", 0, "", "", "is no .xlsx or .ods workbook"),
    "empty sheet": Case(
        xlsx({**SMALL, "offers": []}), "offers", 0, "", "", "the first row is empty: it must name the columns"
    ),
    "wrong encoding": Case(
        xlsx_changed(b"<t>Foxconn</t>", "<t>Fóxconn</t>".encode("latin-1"), "xl/sharedStrings.xml"),
        *("", 0, "", "", "a part of it is no UTF-8 text"),
    ),
    "wrong encoding declared": Case(
        xlsx_changed(b'encoding="UTF-8"', b'encoding="latin-1"'), "offers", 0, "", "", "in the encoding latin-1"
    ),
    "formula without a stored value": Case(
        xlsx_changed(PRICE, b'<c r="D2"><f>2*C2</f><v></v></c>'),
        *("offers", 2, "unit_price", "=2*C2", "a formula without a stored value"),
    ),
    "error of the spreadsheet": Case(
        xlsx_changed(PRICE, b'<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'),
        *("offers", 2, "unit_price", "#DIV/0!", "an error of the spreadsheet"),
    ),
    "error of an optional column": Case(
        lambda folder: change_part(
            write_xlsx(SMALL, folder / "problem.xlsx"),
            "xl/worksheets/sheet1.xml",
            lambda xml: xml.replace(b'<c r="B2"><v>1000</v></c>', b'<c r="B2" t="e"><v>#N/A</v></c>'),
        ),
        *("items", 2, "demand", "#N/A", "an error of the spreadsheet"),
    ),
    "merged cells": Case(
        xlsx(SMALL, lambda workbook: workbook.get_worksheet_by_name("offers").merge_range("C2:C3", "Foxconn")),
        *("offers", 2, "C2:C3", "", "merged cells"),
    ),
    "unknown column": Case(xlsx(UNKNOWN_COLUMN), "offers", 0, "unit_prise", "", "did you mean 'unit_price'?"),
    "unknown table": Case(xlsx({**SMALL, "offer": []}), "offer", 0, "", "", "is no table; did you mean 'offers'?"),
    "a column twice": Case(
        xlsx(SMALL, lambda workbook: workbook.get_worksheet_by_name("offers").write_row(0, 4, ["unit_price"])),
        *("offers", 0, "unit_price", "", "the column is there twice"),
    ),
    "a value beyond the header": Case(
        xlsx(SMALL, lambda workbook: workbook.get_worksheet_by_name("items").write(1, 27, "stray")),
        *("items", 2, "AB", "stray", "the header names no column here"),
    ),
    "a header below the first row": Case(
        lambda folder: change_part(
            write_xlsx(SMALL, folder / "problem.xlsx"),
            "xl/worksheets/sheet1.xml",
            lambda xml: re.sub(rb'(r="[A-Z]?)(\d)"', lambda found: b'%s%d"' % (found[1], int(found[2]) + 1), xml),
        ),
        *("items", 0, "", "", "the first row is empty: it must name the columns"),
    ),
    "a password": Case(
        lambda folder: text(folder / "problem.xlsx", b"\xd0\xcf\x11\xe0" + bytes(600)), "", 0, "", "", "has a password"
    ),
    "another kind of archive": Case(
        lambda folder: change_name(xlsx(SMALL)(folder), "xl/workbook.xml", "xl/workbook.bin"),
        *("", 0, "", "", "is no .xlsx or .ods workbook"),
    ),
}


def change_name(path: Path, old: str, new: str) -> Path:
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(new if name == old else name, content)
    return path


# --- ods -------------------------------------------------------------------------------------------------------------


def ods(tables: Tables) -> Callable[[Path], Path]:
    return lambda folder: write_ods(tables, folder / "problem.ods")


def ods_changed(old: str, new: str) -> Callable[[Path], Path]:
    return lambda folder: change_part(
        write_ods(SMALL, folder / "problem.ods"),
        "content.xml",
        lambda xml: xml.replace(old.encode(), new.encode("latin-1"), 1),
    )


ODS_PRICE = '<table:table-cell  office:value-type="float" office:value="7.5"><text:p>7.50</text:p></table:table-cell>'
ODS_NAME = '<table:table-cell  office:value-type="string"><text:p>Foxconn</text:p>'
ODS = {
    "truncated": Case(
        lambda folder: cut(ods(SMALL)(folder)), "", 0, "", "", "is no .xlsx or .ods workbook, or is cut off"
    ),
    "truncated inside": Case(
        lambda folder: change_part(ods(SMALL)(folder), "content.xml", lambda xml: xml[: len(xml) // 2]),
        *("content.xml", 0, "", "", "is damaged XML"),
    ),
    "wrong type": Case(ods(WRONG_TYPE), "offers", 3, "unit_price", "cheap", "expected a number, 0 or more"),
    "missing key": Case(ods(without("suppliers", "supplier")), "suppliers", 0, "supplier", "", "the column is missing"),
    "empty key": Case(ods(EMPTY_KEY), "suppliers", 3, "supplier", "", "is empty"),
    "cycle": Case(ods(CYCLE), "bom", 3, "child", "phone", "is made of itself: phone → display → phone"),
    "NaN": Case(
        ods_changed('office:value="7.5"', 'office:value="NaN"'), "offers", 2, "unit_price", "nan", "not a number"
    ),
    "empty": Case(lambda folder: text(folder / "problem.ods", b""), "", 0, "", "", "is no .xlsx or .ods workbook"),
    "no sheets": Case(lambda folder: pack_ods("", folder / "problem.ods"), "offers", 0, "", "", "the table is missing"),
    "wrong encoding": Case(ods_changed("Foxconn", "Fóxconn"), "content.xml", 0, "", "", "is damaged XML"),
    "formula without a stored value": Case(
        ods_changed(ODS_PRICE, '<table:table-cell table:formula="of:=2*[.C2]"/>'),
        *("offers", 2, "unit_price", "=2*[.C2]", "a formula without a stored value"),
    ),
    "error of the spreadsheet": Case(
        ods_changed(
            ODS_PRICE,
            '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
            'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>',
        ),
        *("offers", 2, "unit_price", "#DIV/0!", "an error of the spreadsheet"),
    ),
    "merged cells": Case(
        ods_changed(ODS_NAME, ODS_NAME.replace("cell ", 'cell table:number-rows-spanned="2"')),
        *("suppliers", 2, "A2:A3", "", "merged cells"),
    ),
    "unknown column": Case(ods(UNKNOWN_COLUMN), "offers", 0, "unit_prise", "", "did you mean 'unit_price'?"),
    "unknown table": Case(ods({**SMALL, "Items": []}), "Items", 0, "", "", "is no table; did you mean 'items'?"),
}

# --- a folder of CSV files -------------------------------------------------------------------------------------------


def folder_of(tables: Tables) -> Callable[[Path], Path]:
    return lambda folder: write_csv(tables, folder / "problem")


def csv_file(name: str, content: str | bytes) -> Callable[[Path], Path]:
    """The small problem with one file replaced."""

    def make(folder: Path) -> Path:
        text(write_csv(SMALL, folder / "problem") / name, content)
        return folder / "problem"

    return make


OFFERS_CSV = "offer,item,supplier,unit_price\nassembly,phone,Foxconn,7.5\npanel,display,LG,28.5\n"
CSV = {
    "truncated": Case(
        csv_file("offers.csv", OFFERS_CSV[:-8]), "offers", 3, "", "", "4 cells, as in the header; it has 3"
    ),
    "truncated inside a quotation": Case(
        csv_file("offers.csv", OFFERS_CSV.replace("LG", '"LG')), "offers", 3, "", "", "a quotation mark is not closed"
    ),
    "wrong type": Case(folder_of(WRONG_TYPE), "offers", 3, "unit_price", "cheap", "expected a number, 0 or more"),
    "missing key": Case(
        folder_of(without("suppliers", "supplier")), "suppliers", 0, "supplier", "", "the column is missing"
    ),
    "empty key": Case(folder_of(EMPTY_KEY), "suppliers", 3, "supplier", "", "is empty"),
    "cycle": Case(folder_of(CYCLE), "bom", 3, "child", "phone", "is made of itself: phone → display → phone"),
    "NaN": Case(folder_of(with_cell("items", 1, "demand", "nan")), "items", 2, "demand", "nan", "not a number"),
    "infinity": Case(folder_of(with_cell("items", 1, "demand", "-inf")), "items", 2, "demand", "-inf", "not a number"),
    "empty": Case(csv_file("bom.csv", b""), "bom", 0, "", "", "is empty: its first row must name the columns"),
    "no files": Case(lambda folder: folder, "", 0, "", "", "holds no TABLE.csv file"),
    "wrong encoding": Case(
        csv_file("suppliers.csv", "supplier\nLG\nFóxconn\n".encode("latin-1")),
        *("suppliers", 3, "", "", "is not utf-8 text"),
    ),
    "UTF-16": Case(csv_file("offers.csv", OFFERS_CSV.encode("utf-16")), "offers", 1, "", "", "is not utf-8 text"),
    "zero bytes": Case(csv_file("offers.csv", OFFERS_CSV.encode("utf-16-le")), "offers", 1, "", "", "a zero byte"),
    "error of the spreadsheet": Case(
        csv_file("offers.csv", OFFERS_CSV.replace("28.5", "#REF!")),
        *("offers", 3, "unit_price", "#REF!", "an error of the spreadsheet"),
    ),
    "formula as text": Case(
        csv_file("offers.csv", OFFERS_CSV.replace("28.5", "=2*14.25")),
        *("offers", 3, "unit_price", "=2*14.25", "expected a number, 0 or more"),
    ),
    "merged cells, of which only the first is exported": Case(
        csv_file("offers.csv", OFFERS_CSV.replace("display,LG", "display,")), "offers", 3, "supplier", "", "is empty"
    ),
    "unknown column": Case(folder_of(UNKNOWN_COLUMN), "offers", 0, "unit_prise", "", "did you mean 'unit_price'?"),
    "unknown table": Case(
        csv_file("supplier.csv", "supplier\n"), "supplier", 0, "", "", "is no table; did you mean 'suppliers'?"
    ),
    "a row that is too long": Case(
        csv_file("offers.csv", OFFERS_CSV.replace("28.5", "28.5,more")),
        *("offers", 3, "E", "more", "the header names no column here"),
    ),
    "a value under an empty header": Case(
        csv_file("bom.csv", "parent,child,\nphone,display,2\n"), "bom", 2, "C", "2", "the header names no column here"
    ),
    "an empty first row": Case(
        csv_file("bom.csv", ",\nphone,display\n"), "bom", 0, "", "", "the first row is empty: it must name the columns"
    ),
    "commas and semicolons in one header": Case(
        csv_file("bom.csv", "parent;child,quantity\n"),
        "bom",
        1,
        "",
        "parent;child,quantity",
        "separates by both , and ;",
    ),
    "commas and semicolons in one folder": Case(
        csv_file("offers.csv", OFFERS_CSV.replace(",", ";").replace(".", ",")),
        *("offers", 0, "", "", "separates by ;, but bom.csv by ,"),
    ),
    "tabs": Case(
        csv_file("offers.csv", OFFERS_CSV.replace(",", "\t")),
        "offers",
        1,
        "",
        "offer\titem\tsupplier\tunit_price",
        "separates by tabs",
    ),
    "a decimal comma among commas": Case(
        csv_file("offers.csv", OFFERS_CSV.replace("28.5", '"28,5"')),
        *("offers", 3, "unit_price", "28,5", "such as 1234.5: a decimal point"),
    ),
    "a decimal point among semicolons": Case(
        lambda folder: write_csv(SMALL, folder / "problem", separator=";"),
        *("offers", 2, "unit_price", "7.5", "such as 1234,5: a decimal comma"),
    ),
}

# --- JSON ------------------------------------------------------------------------------------------------------------


def json_of(tables: Tables) -> Callable[[Path], Path]:
    return lambda folder: write_json(tables, folder / "problem.json")


def json_changed(old: str, new: str | bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = write_json(SMALL, folder / "problem.json")
        content = path.read_bytes()
        changed = content.replace(old.encode(), new if isinstance(new, bytes) else new.encode(), 1)
        assert changed != content
        return text(path, changed)

    return make


JSON = {
    "truncated": Case(lambda folder: cut(json_of(SMALL)(folder)), "", 1, "", "", "is not JSON, or is cut off (line 1"),
    "wrong type": Case(json_of(WRONG_TYPE), "offers", 2, "unit_price", "cheap", "expected a number, 0 or more"),
    "a list for a number": Case(
        json_changed("7.5", "[7.5]"), "offers", 1, "unit_price", "[Decimal('7.5')]", "expected"
    ),
    "a truth value for a number": Case(
        json_changed("7.5", "true"), "offers", 1, "unit_price", "True", "expected a number"
    ),
    "a truth value for a key": Case(
        json_changed('"Foxconn"', "true"), "suppliers", 1, "supplier", "True", "a text is expected"
    ),
    "a table that is no list": Case(json_changed('"items": [', '"items": {"rows": ['), "", 1, "", "", "is not JSON"),
    "a table that is an object": Case(
        lambda folder: text(folder / "problem.json", '{"items": {"item": "phone"}}'),
        *("items", 0, "", "", "expected a list of rows"),
    ),
    "a row that is no object": Case(json_changed('{"parent"', '7, {"parent"'), "bom", 1, "", "7", "expected a row"),
    "no object": Case(
        lambda folder: text(folder / "problem.json", "[]"), "", 0, "", "", "expected an object of tables"
    ),
    "missing key": Case(
        json_of(without("suppliers", "supplier")), "suppliers", 0, "supplier", "", "the column is missing"
    ),
    "missing key in one row": Case(json_changed('"supplier": "LG", ', ""), "suppliers", 2, "supplier", "", "is empty"),
    "empty row": Case(json_changed('{"parent"', '{}, {"parent"'), "bom", 1, "parent", "", "is empty"),
    "cycle": Case(json_of(CYCLE), "bom", 2, "child", "phone", "is made of itself: phone → display → phone"),
    "NaN": Case(json_changed("7.5", "NaN"), "offers", 1, "unit_price", "nan", "not a number"),
    "infinity": Case(json_changed("7.5", "-Infinity"), "offers", 1, "unit_price", "-inf", "not a number"),
    "a number beyond all bounds": Case(
        json_changed("7.5", "1e99999999999999999999"), "offers", 1, "unit_price", "inf", "not a number"
    ),
    "a number too large to mean": Case(json_changed("7.5", "1e400"), "offers", 1, "unit_price", "1E+400", "too large"),
    "empty": Case(lambda folder: text(folder / "problem.json", b" \n"), "", 0, "", "", "is empty"),
    "wrong encoding": Case(json_changed("Foxconn", "Fóxconn".encode("latin-1")), "", 1, "", "", "is not utf-8 text"),
    "error of the spreadsheet": Case(
        json_changed("7.5", '"#VALUE!"'), "offers", 1, "unit_price", "#VALUE!", "an error of the spreadsheet"
    ),
    "formula as text": Case(
        json_changed("7.5", '"=2*3.75"'), "offers", 1, "unit_price", "=2*3.75", "expected a number"
    ),
    "a key twice in a row, as merged rows are": Case(
        json_changed('"item": "phone", "demand"', '"item": "phone", "item": "phone", "demand"'),
        *("items", 1, "item", "", "the column is there twice"),
    ),
    "a table twice": Case(json_changed('"bom"', '"items"'), "items", 0, "", "", "the table is there twice"),
    "unknown column": Case(json_of(UNKNOWN_COLUMN), "offers", 0, "unit_prise", "", "did you mean 'unit_price'?"),
    "unknown table": Case(json_changed('"bom"', '"Bom"'), "Bom", 0, "", "", "is no table; did you mean 'bom'?"),
    "nested without end": Case(
        lambda folder: text(folder / "problem.json", '{"items": ' + "[" * 100_000),
        "",
        0,
        "",
        "",
        "is nested too deeply",
    ),
    "half a character": Case(
        json_changed("Foxconn", "\\ud83d"), "suppliers", 1, "supplier", "\ud83d", "control character"
    ),
}

CASES = [
    pytest.param(case, id=f"{reader}: {kind}")
    for reader, cases in (("xlsx", XLSX), ("ods", ODS), ("csv", CSV), ("json", JSON))
    for kind, case in cases.items()
]


@pytest.mark.parametrize("case", CASES)
def test_a_broken_file_names_the_place(case: Case, tmp_path: Path) -> None:
    faults = faults_of(case.make(tmp_path))
    place = (case.table, case.row, case.column, case.value)
    found = [fault for fault in faults if (fault.table, fault.row, fault.column, fault.value) == place]
    assert any(case.words in str(fault.expected) for fault in found), (
        f"expected {place}: {case.words}; got\n" + "\n".join(map(repr, faults))
    )
    assert all(fault.place for fault in faults), "a fault does not name its file"
    assert all(str(fault) for fault in faults)


@pytest.mark.parametrize("cases", [XLSX, ODS, CSV, JSON], ids=["xlsx", "ods", "csv", "json"])
def test_the_ten_kinds_are_there_for_each_reader(cases: dict[str, Case]) -> None:
    kinds = ("truncated", "wrong type", "missing key", "cycle", "NaN", "empty", "wrong encoding", "unknown column")
    assert set(kinds) <= set(cases)
    assert any("formula" in kind for kind in cases)
    assert any("merged" in kind for kind in cases)


ANYTHING = {"xlsx": write_xlsx, "ods": write_ods, "json": write_json}


@pytest.mark.parametrize("suffix", ANYTHING)
def test_a_file_cut_off_anywhere_is_refused_and_nothing_else_happens(suffix: str, tmp_path: Path) -> None:
    path = ANYTHING[suffix](SMALL, tmp_path / f"problem.{suffix}")
    content = path.read_bytes()
    for length in range(0, len(content) - 1, max(1, len(content) // 60)):
        path.write_bytes(content[:length])
        assert all(fault.place == path.name for fault in faults_of(path))


def cut_to(content: bytes, share: int) -> bytes:
    """The first tenths of it."""
    return content[: len(content) * share // 10]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", OFFERS_XML])
def test_a_part_of_a_workbook_cut_off_anywhere_is_refused(part: str, tmp_path: Path) -> None:
    for share in range(10):
        path = write_xlsx(SMALL, tmp_path / "problem.xlsx")
        change_part(path, part, partial(cut_to, share=share))
        assert faults_of(path)


def test_all_faults_of_a_file_come_in_one_report(tmp_path: Path) -> None:
    faults = faults_of(
        write_csv(
            {
                "items": [{"item": "phone", "demand": -1, "site": "Praha"}, {"item": "phone", "demand": "many"}],
                "sites": [{"site": "Prague", "country": "CS", "latitude": 91}],
                "suppliers": [{"supplier": "Foxconn"}],
                "offers": [
                    {"offer": "a", "item": "fone", "supplier": "Foxcon", "unit_price": "5 EUR", "currency": "EURO"}
                ],
            },
            tmp_path / "problem",
        )
    )
    assert [str(fault) for fault in faults] == [
        "items.csv, items row 2, column demand: '-1': expected a number, 0 or more",
        "items.csv, items row 3, column demand: 'many': expected a number, 0 or more",
        "sites.csv, sites row 2, column country: 'CS': expected a country code of ISO 3166 such as DE",
        "sites.csv, sites row 2, column latitude: '91': expected a number from -90 to 90",
        "offers.csv, offers row 2, column currency: 'EURO': expected a currency code of ISO 4217 such as EUR; "
        "did you mean 'EUR'?",
        "offers.csv, offers row 2, column unit_price: '5 EUR': expected a number, 0 or more, such as 1234.5: "
        "a decimal point, no thousands separators, no units",
        "items.csv, items row 3, column item: 'phone': is there twice: first in row 2",
        "items.csv, items row 2, column site: 'Praha': is not in sites",
        "offers.csv, offers row 2, column item: 'fone': is not in items; did you mean 'phone'?",
        "offers.csv, offers row 2, column supplier: 'Foxcon': is not in suppliers; did you mean 'Foxconn'?",
    ]


def test_another_encoding_is_read_where_it_is_named(tmp_path: Path) -> None:
    tables = {**SMALL, "sites": [{"site": "Žilina", "country": "SK"}]}
    path = write_csv(tables, tmp_path / "problem", encoding="cp1250")
    assert faults_of(path)[0].table == "sites"
    assert read(path, today=TODAY, encoding="cp1250").sites.site == ("Žilina",)
    (fault, *_rest) = faults_of(path, encoding="cp12500")
    assert str(fault) == "bom.csv, bom: 'cp12500': there is no encoding of this name"


def test_rows_are_numbered_as_the_user_sees_them(tmp_path: Path) -> None:
    first = '\n\noffer,item,supplier,unit_price,note\n,,,,\nassembly,phone,Foxconn,7.5,"two\nlines"\n'
    offers = first + "\npanel,display,LG,-1,\n"
    (fault,) = faults_of(csv_file("offers.csv", offers)(tmp_path))
    assert (fault.row, fault.value) == (8, "-1")

    def leave_a_row_empty(workbook: xlsxwriter.Workbook) -> None:
        workbook.get_worksheet_by_name("bom").write_row(4, 0, ["phone", "speaker"])

    (fault,) = faults_of(write_xlsx(SMALL, tmp_path / "problem.xlsx", leave_a_row_empty))
    assert (fault.table, fault.row, fault.value) == ("bom", 5, "speaker")


def test_the_guide_and_sheets_with_a_mark_are_left_unread_and_hidden_ones_are_not(tmp_path: Path) -> None:
    def also(workbook: xlsxwriter.Workbook) -> None:
        for name in ("guide", "_work", "# old"):
            workbook.add_worksheet(name).merge_range("A1:B2", "anything at all")
        workbook.add_chartsheet("chart")
        hidden = workbook.add_worksheet("sites")
        hidden.hide()
        hidden.write_row(0, 0, ["site", "country"])
        hidden.write_row(1, 0, ["Prague", "CZ"])
        workbook.add_worksheet("rules")  # empty: a form not filled in

    problem = read(write_xlsx(SMALL, tmp_path / "problem.xlsx", also), today=TODAY)
    assert problem.sites.site == ("Prague",)
    assert len(problem.rules) == 0


def test_a_formula_with_a_stored_value_is_that_value(tmp_path: Path) -> None:
    def also(workbook: xlsxwriter.Workbook) -> None:
        offers = workbook.get_worksheet_by_name("offers")
        offers.write_formula("D2", "=3*2.5", None, 7.25)
        offers.write_formula("C2", '="Fox"&"conn"', None, "Foxconn")
        offers.write_row("E1", ["note"])

    path = write_xlsx(SMALL, tmp_path / "problem.xlsx", also)
    # An empty text is what such a formula gives: a stored value too.
    change_part(
        path,
        OFFERS_XML,
        lambda xml: xml.replace(
            b'</v></c></row><row r="3"', b'</v></c><c r="E2" t="str"><f>""</f><v></v></c></row><row r="3"'
        ),
    )
    assert read(path, today=TODAY).offers.row(0) | {"unit_price": 0} == read(
        write_xlsx(SMALL, tmp_path / "plain.xlsx"), today=TODAY
    ).offers.row(0) | {"unit_price": 0}
    assert float(read(path, today=TODAY).offers.unit_price.floats[0]) == 7.25


def test_dates_percentages_and_numbers_as_text_of_a_workbook_are_understood(tmp_path: Path) -> None:
    def also(workbook: xlsxwriter.Workbook) -> None:
        offers = workbook.get_worksheet_by_name("offers")
        offers.write_row("E1", ["defect_rate", "valid_until", "lead_days", "turnkey"])
        offers.write_number("E2", 0.04, workbook.add_format({"num_format": "0%"}))
        offers.write_datetime("F2", date(2027, 5, 1), workbook.add_format({"num_format": "dd.mm.yyyy"}))
        offers.write_string("F3", "2027-05-02")
        offers.write_string("G2", " 35 ")
        offers.write_number("H2", 0)
        offers.write_string("H3", "Yes")

    offers = read(write_xlsx(SMALL, tmp_path / "problem.xlsx", also), today=TODAY).offers
    assert str(offers.defect_rate[0]) == "0.04"
    assert offers.valid_until == (date(2027, 5, 1), date(2027, 5, 2))
    assert offers.lead_days.floats.tolist() == [35, 0]
    assert offers.turnkey == (False, True)


def test_a_file_that_is_not_there_or_not_of_a_known_kind_is_refused(tmp_path: Path) -> None:
    assert "there is no such file" in str(faults_of(tmp_path / "nothing")[0])
    assert "cannot be read" in str(faults_of(tmp_path / "nothing.xlsx")[0])
    assert "name the folder" in str(faults_of(text(tmp_path / "items.csv", "item\n"))[0])
    assert "expected .xlsx, .ods, .json" in str(faults_of(text(tmp_path / "items.txt", "item\n"))[0])
