"""Files made to eat the machine are refused before they do."""

from __future__ import annotations

import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from secondsource.errors import Fault, InvalidInput
from secondsource.problem import sheet_xml, sheets
from secondsource.problem.read import from_rows, read
from tests.problem.files import SMALL, change_part, pack_ods, write_csv, write_json, write_ods, write_xlsx

TODAY = date(2026, 1, 15)
FIRST_SHEET = "xl/worksheets/sheet1.xml"


def only_fault(path: Path) -> Fault:
    """The fault that a file is refused with, for less than 50 MB of memory."""
    tracemalloc.start()
    try:
        with pytest.raises(InvalidInput) as caught:
            read(path, today=TODAY)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
    (fault,) = caught.value.faults
    return fault


@pytest.mark.parametrize(
    "cells",
    [
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        b'<x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
        b'<row r="1048576"><c r="&#88;FD1048576"><v>1</v></c></row>',
        b'<row r="99999999"><c/><c/><c/><c/><c><v>1</v></c></row>',
    ],
    ids=["as Excel writes it", "other quotation marks", "a prefix", "an entity", "no reference"],
)
def test_a_cell_in_the_last_corner_of_a_sheet_is_refused(cells: bytes, tmp_path: Path) -> None:
    path = write_xlsx(SMALL, tmp_path / "problem.xlsx")

    def change(xml: bytes) -> bytes:
        return xml.replace(b"</sheetData>", cells + b"</sheetData>").replace(b"<worksheet ", b'<worksheet xmlns:x="x" ')

    fault = only_fault(change_part(path, FIRST_SHEET, change))
    assert fault.table == "items"
    assert "more than 10000000 cells" in str(fault)


@pytest.mark.parametrize(
    "rows",
    [
        '<table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p>'
        "</table:table-cell></table:table-row>",
        '<table:table-row table:number-rows-repeated="1048575"/>'
        '<table:table-row><table:table-cell table:number-columns-repeated="16383"/>'
        "<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>",
        '<table:table-row table:number-rows-repeated="99999999999"/>',
    ],
    ids=["repeated cells", "a far corner", "a count beyond all bounds"],
)
def test_repetitions_in_ods_are_counted_before_they_are_unrolled(rows: str, tmp_path: Path) -> None:
    fault = only_fault(pack_ods(f'<table:table table:name="items">{rows}</table:table>', tmp_path / "problem.ods"))
    assert fault.table == "content.xml"
    assert "cells" in str(fault) or "damaged" in str(fault)


def test_the_empty_rest_of_a_sheet_counts_for_nothing(tmp_path: Path) -> None:
    # write_ods ends each sheet and row as LibreOffice does, with all 16,384 columns and 1,048,576 rows.
    assert len(read(write_ods(SMALL, tmp_path / "problem.ods"), today=TODAY).items) == 2


def test_formatted_empty_cells_far_away_count_for_nothing(tmp_path: Path) -> None:
    path = write_xlsx(SMALL, tmp_path / "problem.xlsx")
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    change_part(path, FIRST_SHEET, lambda xml: xml.replace(b"</sheetData>", far))
    assert len(read(path, today=TODAY).items) == 2


@pytest.mark.parametrize("write", [write_xlsx, write_ods])
def test_what_unpacks_to_too_much_is_refused(
    write: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(SMALL, tmp_path / ("problem.xlsx" if write is write_xlsx else "problem.ods"))
    monkeypatch.setattr(sheets, "MAX_UNPACKED", 2000)
    assert "unpacks to more than 2000 bytes" in str(only_fault(path))


def test_a_size_that_the_archive_states_wrongly_does_not_help(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_xlsx(SMALL, tmp_path / "problem.xlsx")
    change_part(
        path, FIRST_SHEET, lambda xml: xml.replace(b"</worksheet>", b"<!--" + b" " * 5_000_000 + b"--></worksheet>")
    )
    with zipfile.ZipFile(path) as packed:
        size = packed.getinfo(FIRST_SHEET).file_size
    content = path.read_bytes()
    assert content.count(size.to_bytes(4, "little")) == 2
    path.write_bytes(content.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    monkeypatch.setattr(sheets, "MAX_UNPACKED", 100_000)
    assert "cut off or damaged" in str(only_fault(path))


def test_a_text_that_many_cells_share_counts_for_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{"item": f"item {number}", "note": "long " * 200} for number in range(200)]
    path = write_xlsx({**SMALL, "items": [*SMALL["items"], *rows]}, tmp_path / "problem.xlsx")
    monkeypatch.setattr(sheets, "MAX_TEXT", 250_000)
    assert len(read(path, today=TODAY).items) == 202  # 200,000 characters
    monkeypatch.setattr(sheets, "MAX_TEXT", 150_000)
    fault = only_fault(path)
    assert (fault.table, str(fault.expected)) == ("items", "has more than 150000 characters of text")


@pytest.mark.parametrize("part", [FIRST_SHEET, "xl/workbook.xml"])
def test_a_document_type_is_refused_so_that_no_entity_expands(part: str, tmp_path: Path) -> None:
    path = write_xlsx(SMALL, tmp_path / "problem.xlsx")
    laughs = b'<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><'
    change_part(path, part, lambda xml: xml.replace(b"?>\n<", b"?>\n" + laughs, 1))
    assert "declares a document type" in str(only_fault(path))


@pytest.mark.parametrize("kind", ["xlsx", "ods", "json", "csv"])
def test_too_many_cells_are_refused_in_every_format(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writers: dict[str, Callable[..., Path]] = {
        "xlsx": write_xlsx,
        "ods": write_ods,
        "json": write_json,
        "csv": write_csv,
    }
    path = writers[kind](SMALL, tmp_path / f"problem.{kind}")
    monkeypatch.setattr(sheets, "MAX_CELLS", 15)
    with pytest.raises(InvalidInput, match=r"more than 15 (cells|values)"):
        read(path, today=TODAY)


@pytest.mark.parametrize("kind", ["xlsx", "json", "csv"])
def test_too_large_a_file_is_refused(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writers: dict[str, Callable[..., Path]] = {"xlsx": write_xlsx, "json": write_json, "csv": write_csv}
    path = writers[kind](SMALL, tmp_path / f"problem.{kind}")
    monkeypatch.setattr(sheets, "MAX_BYTES", 100)
    with pytest.raises(InvalidInput, match="is larger than 100 bytes"):
        read(path, today=TODAY)


def test_more_faults_than_can_be_listed_end_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MAX_FAULTS", 50)
    with pytest.raises(InvalidInput) as caught:
        from_rows({**SMALL, "items": [{"item": f"item {n}", "demand": -1} for n in range(1000)]}, today=TODAY)
    assert len(caught.value.faults) == 51
    assert "the rest is left out" in str(caught.value.faults[-1])


def test_rows_that_each_have_a_column_of_their_own_are_refused() -> None:
    rows = [{"item": f"item {n}", f"column {n}": 1} for n in range(5000)]
    with pytest.raises(InvalidInput, match="has 5001 columns"):
        from_rows({**SMALL, "items": rows}, today=TODAY)


def test_a_thousand_wrong_names_among_ten_thousand_take_seconds_at_most() -> None:
    items = [{"item": f"assembly of part {n}"} for n in range(10_000)]
    offers = [{**SMALL["offers"][0], "offer": f"{n}", "item": f"part {n} assembled"} for n in range(1000)]
    with pytest.raises(InvalidInput) as caught:
        from_rows({**SMALL, "items": items, "bom": [], "offers": offers}, today=TODAY)
    assert len(caught.value.faults) == 1000


def test_a_long_cycle_is_named_by_its_first_items() -> None:
    items = [{"item": f"p{n}"} for n in range(3000)]
    bom = [{"parent": f"p{n}", "child": f"p{(n + 1) % 3000}"} for n in range(3000)]
    with pytest.raises(InvalidInput) as caught:
        from_rows({"items": items, "bom": bom, "suppliers": [], "offers": []}, today=TODAY)
    (fault,) = caught.value.faults
    assert (fault.row, fault.value) == (3000, "p0")
    assert str(fault.expected).startswith("is made of itself: p0 → p1 → p2 → ")
    assert str(fault.expected).endswith(" → p19 → … → p2999 → p0")


# The quick look at a worksheet must find what the thorough one does.
PLAIN = b'<row r="1" spans="1:2"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>1</v></c><c r="C1" s="1"/></row>'


@pytest.mark.parametrize(
    "cells",
    [
        PLAIN + b'<row r="2"><c r="BA2"><v>1</v></c></row>',
        PLAIN + b'<row r="100000"><c r="A100000"><v>1</v></c></row>',
        PLAIN + b'<row r="2"><c r="A0"><v>1</v></c></row>',
        PLAIN + b'<row r="2"><c><v>1</v></c></row>',
        PLAIN + b'<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>',
        PLAIN + b'<row r="2"><c r="A2"><f>1</f><v>1</v></c></row>',
        PLAIN + b'<row r="2"><c r="A2"><v>1</c></row>',
        PLAIN + b'<!-- <c r="A2"><v>1</v></c> -->',
        PLAIN + b'<row r="2"><c  r="A2"><v>1</v></c></row>',
        PLAIN + b'<row r="2"><c r="A2" t="inlineStr"><is><t>\xff</t></is></c></row>',
    ],
)
def test_only_a_plain_sheet_is_passed_over_quickly(cells: bytes) -> None:
    assert sheet_xml.is_plain(PLAIN, longest=10)
    assert not sheet_xml.is_plain(cells, longest=10)
    assert not sheet_xml.is_plain(PLAIN, longest=sheets.MAX_TEXT)
