"""Two hundred hostile or broken workbooks, the same on every run; nothing here reads them."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

from tests.problem.files import SMALL, grid_of, pack_ods, write_ods, write_xlsx

Parts = dict[str, bytes]
SHEET, STRINGS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_HEAD = f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{_MAIN}">'

FORMULAS = (
    *('=HYPERLINK("http://example.org","x")', "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1+1"),
    *("-2+3+cmd|' /C calc'!A0", "=IMPORTXML(1)", "'=1", '"=1', "%0A=1", "=DDE(1)"),
)
NUMBERS = (
    *("1e308", "1e309", "-1e308", "1e-400", "NaN", "nan", "Infinity", "-inf", "1E+999999999", "0x10", "1_000", "--1"),
    *("1e30", "9" * 5000, "0." + "0" * 5000 + "1", "١٢", "½", "1,5", "#REF!", "−5"),
)


def write_all(folder: Path) -> list[Path]:
    """Write them into a folder and return their paths."""
    small = write_xlsx(SMALL, folder / "_small.xlsx")
    table = write_ods(SMALL, folder / "_small.ods")
    written = []
    for maker in (_cut, _flipped, _parts, _cells, _texts, _shapes, _bombs, _magic, _open_document):
        for number, (suffix, content) in enumerate(maker(small, table)):
            path = folder / f"{maker.__name__.strip('_')}-{number:02}{suffix}"
            path.write_bytes(content)
            written.append(path)
    small.unlink()
    table.unlink()
    return written


Made = Iterator[tuple[str, bytes]]


def _unpacked(path: Path) -> Parts:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def _packed(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return content.getvalue()


def _cut(small: Path, table: Path) -> Made:
    """Cut off at a random byte."""
    chance = random.Random(1)
    for path, count in ((small, 25), (table, 10)):
        content = path.read_bytes()
        for _each in range(count):
            yield path.suffix, content[: chance.randrange(len(content))]


def _flipped(small: Path, table: Path) -> Made:
    """A few bytes changed."""
    chance = random.Random(2)
    for path, count in ((small, 20), (table, 8)):
        for _each in range(count):
            content = bytearray(path.read_bytes())
            for _change in range(5):
                content[chance.randrange(len(content))] = chance.randrange(256)
            yield path.suffix, bytes(content)


def _parts(small: Path, _table: Path) -> Made:
    """A part cut off, missing, or not XML."""
    chance = random.Random(3)
    parts = _unpacked(small)
    for name in (SHEET, STRINGS, BOOK, "xl/_rels/workbook.xml.rels", "xl/styles.xml", "[Content_Types].xml"):
        yield ".xlsx", _packed({k: v for k, v in parts.items() if k != name})
        yield ".xlsx", _packed(parts | {name: parts[name][: chance.randrange(len(parts[name]))]})
        yield ".xlsx", _packed(parts | {name: b"\x00\xff" * 500})
        yield ".xlsx", _packed(parts | {name: b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + parts[name]})


def _cells(small: Path, _table: Path) -> Made:
    """Strange numbers: as texts, and as numbers of the file format."""
    parts = _unpacked(small)
    demand = b'<c r="B2"><v>1000</v></c>'
    assert demand in parts[SHEET]
    for number in NUMBERS:
        typed = f'<c r="B2"><v>{number}</v></c>'.encode()
        yield ".xlsx", _packed(parts | {SHEET: parts[SHEET].replace(demand, typed)})
    for number in NUMBERS[:8]:
        text = f'<c r="B2" t="inlineStr"><is><t>{number}</t></is></c>'.encode()
        yield ".xlsx", _packed(parts | {SHEET: parts[SHEET].replace(demand, text)})
    for index in ("-1", "99999999", "4294967296", "x", ""):
        lost = f'<c r="B2" t="s"><v>{index}</v></c>'.encode()
        yield ".xlsx", _packed(parts | {SHEET: parts[SHEET].replace(demand, lost)})


def _texts(small: Path, _table: Path) -> Made:
    """Texts that would be formulas elsewhere, as names; characters that no text has."""
    parts = _unpacked(small)
    for text in FORMULAS:
        content = io.BytesIO()
        with xlsxwriter.Workbook(content) as book:
            for name, rows in SMALL.items():
                sheet = book.add_worksheet(name)
                for number, row in enumerate(grid_of(rows)):
                    for column, cell in enumerate(row):
                        shown = text if cell == "phone" else cell
                        if isinstance(shown, str):
                            sheet.write_string(number, column, shown)
                        else:
                            sheet.write(number, column, shown)
        yield ".xlsx", content.getvalue()
    for strange in (
        b"&#0;",
        b"&#xD800;",
        b"\xed\xa0\x80",
        b"\x0b",
        b"&unknown;",
        "\u202e".encode(),
        b"_x0000_",
        b"]]>",
    ):
        yield ".xlsx", _packed(parts | {STRINGS: parts[STRINGS].replace(b"phone", strange)})


def _shapes(small: Path, _table: Path) -> Made:
    """Absurd extents, areas, names and links."""
    parts = _unpacked(small)
    sheet = parts[SHEET]

    def with_cells(text: str) -> tuple[str, bytes]:
        return ".xlsx", _packed(parts | {SHEET: f"{_HEAD}<sheetData>{text}</sheetData></worksheet>".encode()})

    def replaced(part: str, old: bytes, new: bytes) -> tuple[str, bytes]:
        assert old in parts[part]
        return ".xlsx", _packed(parts | {part: parts[part].replace(old, new)})

    yield replaced(SHEET, b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    yield with_cells('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>')
    yield with_cells('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    yield with_cells('<row r="999999999"><c r="A999999999"><v>1</v></c></row>')
    yield with_cells('<row r="-1"><c r="A-1"><v>1</v></c></row>')
    yield with_cells('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>')
    yield with_cells('<row r="0"><c r="A0"><v>1</v></c></row>')
    yield with_cells('<row r="1">' + "<c><v>1</v></c>" * 1_000_000 + "</row>")
    yield with_cells("<row><c><v>1</v></c></row>" * 300_000)
    yield with_cells('<row r="1"><c r="A1"' + "".join(f' a{n}="1"' for n in range(50_000)) + "><v>1</v></c></row>")
    yield with_cells("<x>" * 100_000 + "</x>" * 100_000)
    yield with_cells("<x>" * 100_000)
    yield with_cells('<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><f>' + "(" * 100_000 + "</f></c></row>")
    merged = b"".join(b'<mergeCell ref="A%d:XFD1048576"/>' % number for number in range(1, 2000))
    yield ".xlsx", _packed(parts | {SHEET: sheet.replace(b"</sheetData>", b"</sheetData><mergeCells>" + merged)})
    merged = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    yield ".xlsx", _packed(parts | {SHEET: sheet.replace(b"</sheetData>", b"</sheetData>" + merged)})
    yield (
        ".xlsx",
        _packed(parts | {SHEET: sheet.replace(b"</sheetData>", b"</sheetData>" + merged.replace(b"A1:", b"!"))}),
    )
    yield replaced(BOOK, b'name="bom"', b'name="items"')
    yield replaced(BOOK, b'name="bom"', b'name="' + b"x" * 100_000 + b'"')
    yield replaced(BOOK, b'name="bom"', b'name="../../etc/passwd"')
    yield replaced(BOOK, b'name="bom"', b'name="ITEMS"')
    yield replaced(BOOK, b"<sheets>", b'<sheets><sheet name="ghost" sheetId="99" r:id="rId999"/>')
    yield replaced("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"../../../../etc/passwd")
    yield replaced("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"http://example.org/sheet1.xml")
    yield replaced("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"worksheets/sheet2.xml")
    external = b'<externalLink><externalBook r:id="rId1"/></externalLink>'
    yield ".xlsx", _packed(parts | {"xl/externalLinks/externalLink1.xml": external, "xl/connections.xml": b"<x/>"})
    yield ".xlsm", _packed(parts | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"Shell" * 1000})
    yield ".xlsx", _packed(parts | {"xl/embeddings/inner.zip": _packed(parts), "xl/media/a.exe": b"MZ" * 999})
    yield ".xlsx", _packed({BOOK: parts[BOOK]})
    yield ".xlsx", _packed({})
    yield ".xlsx", _packed({"inner.xlsx": _packed(parts)})


def _bombs(small: Path, _table: Path) -> Made:
    """Small files that unpack to a lot, or say so."""
    parts = _unpacked(small)
    for part, size in ((SHEET, 60), (STRINGS, 60), ("xl/styles.xml", 60), ("xl/media/image1.png", 300)):
        yield ".xlsx", _packed(parts | {part: b" " * (size * 1_000_000)})
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">{laughs}]>'
    yield ".xlsx", _packed(parts | {STRINGS: f"{doctype}<sst><si><t>&l9;</t></si></sst>".encode()})
    yield ".xlsx", _packed(parts | {SHEET: f"{doctype}<worksheet>&l9;</worksheet>".encode()})
    outside = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    yield ".xlsx", _packed(parts | {STRINGS: f"{outside}<sst><si><t>&x;</t></si></sst>".encode()})
    huge = f'<sst xmlns="{_MAIN}"><si><t>{"x" * 30_000_000}</t></si></sst>'.encode()
    row = "".join(f'<c r="A{n}" t="s"><v>0</v></c>' for n in range(1, 2))
    many = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 5000))
    for cells in (f'<row r="1">{row}</row>', many):
        sheet = f"{_HEAD}<sheetData>{cells}</sheetData></worksheet>".encode()
        yield ".xlsx", _packed(parts | {STRINGS: huge, SHEET: sheet})
    strings = f'<sst xmlns="{_MAIN}">{"<si><t>x</t></si>" * 2_000_000}</sst>'.encode()
    yield ".xlsx", _packed(parts | {STRINGS: strings})
    content = bytearray(_packed(parts))
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = b"\xff\xff\xff\x7f"  # the size that the directory says
    yield ".xlsx", bytes(content)
    yield ".xlsx", _most_unpacked(parts)


def _most_unpacked(parts: Parts) -> bytes:
    """A worksheet of blanks, larger than what is unpacked at most."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        for name, part in parts.items():
            if name != SHEET:
                packed.writestr(name, part)
        with packed.open(SHEET, "w", force_zip64=True) as sheet:
            for _each in range(90):
                sheet.write(b" " * 10_000_000)
    return content.getvalue()


def _magic(small: Path, table: Path) -> Made:
    """Files that are something else."""
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    encrypted = ole + b"\x00" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 2000
    for content in (
        b"",
        b"PK",
        b"PK\x03\x04" + b"\x00" * 100,
        ole,
        ole * 1000,
        encrypted,
        b"\x89PNG\r\n\x1a\n" + b"0" * 99,
    ):
        yield ".xlsx", content
    for text in (
        b"%PDF-1.7\n",
        b"<html><table><tr><td>item</td></tr></table></html>",
        b"item,demand\nphone,1\n",
        b"{}",
    ):
        yield ".xlsx", text
    yield ".ods", small.read_bytes()
    yield ".xlsx", table.read_bytes()
    yield ".xlsx", small.read_bytes()[:-22]
    yield ".xlsx", small.read_bytes() * 2
    damaged = bytearray(small.read_bytes())
    for start in (damaged.index(b"PK\x03\x04") + 6, damaged.index(b"PK\x01\x02") + 8):
        damaged[start] |= 1  # says that the part is encrypted
    yield ".xlsx", bytes(damaged)
    yield ".xlsx", _packed(_unpacked(small), zipfile.ZIP_LZMA)


def _open_document(_small: Path, table: Path) -> Made:
    """The same for ods."""
    parts = _unpacked(table)
    content = parts["content.xml"]
    for old, new in (
        (b'office:value="1000"', b'office:value="1e309"'),
        (b'office:value="1000"', b'office:value="NaN"'),
        (b'office:value="1000"', b'table:number-columns-repeated="16384" office:value="1"'),
        (b'office:value="1000"', b'table:number-columns-repeated="-5" office:value="1"'),
        (b'office:value="1000"', b'table:number-columns-repeated="99999999999999999999" office:value="1"'),
        (b'office:value="1000"', b'table:number-columns-spanned="99999" office:value="1"'),
        (b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1048576">'),
        (b'office:value-type="float"', b'office:value-type="banana"'),
        (b"<?xml", b'<!DOCTYPE x [<!ENTITY e "ha">]><?xml'),
        (b"phone", b"&#0;"),
    ):
        assert old in content
        yield ".ods", _packed(parts | {"content.xml": content.replace(old, new)})
    yield ".ods", _packed(parts | {"content.xml": b" " * 60_000_000})
    yield ".ods", _packed({name: part for name, part in parts.items() if name != "content.xml"})
    yield ".ods", _packed({name: part for name, part in parts.items() if name != "META-INF/manifest.xml"})
    full = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    rows = f'<table:table-row table:number-rows-repeated="1048576">{full}</table:table-row>'
    path = table.with_name("_packed.ods")
    yield ".ods", pack_ods(f'<table:table table:name="items">{rows}</table:table>', path).read_bytes()
    path.unlink()
