"""Strange workbooks: what their sheets and headings mean is proposed, shown and confirmed, never guessed in silence."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from secondsource.errors import InvalidInput
from secondsource.problem.grids import read_grids
from secondsource.problem.mapping import Mapped, read_mapped, read_mapping
from secondsource.problem.matching import propose
from secondsource.problem.read import read

from .files import write_xlsx

TODAY = date(2026, 1, 1)
STRANGE: dict[str, list[list[object]]] = {
    "Parts list": [
        ["Request of May, second draft", "", "", "", ""],
        ["  Part No. ", "Description", "Annual demand (pcs)", "Weight (g)", "Our buyer"],
        ["disp", "Display", 100, 250, "Ann"],
        ["", "", "", "", ""],
    ],
    "Vendors": [["Vendor", "Company name"], ["LG ", "LG Display"], ["AUO", "AU Optronics"]],
    "Quotes": [
        ["Price, EUR", "Vendor ID", "SKU", "MOQ", "Scrap rate %", "Lead time (weeks)"],
        [12.5, "LG", "disp", 10, 2, 3],
        [13, " AUO", "disp", 0, 1.5, 1],
    ],
    "Notes": [["call them in June"]],
}


def strange(folder: Path) -> Path:
    """A workbook as a buyer has it: moved and added columns, blanks, units, and a title above the headings."""
    rows = {name: [list(map(_cell, row)) for row in table] for name, table in STRANGE.items()}
    path = folder / "rfq.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, table in rows.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(table):
                sheet.write_row(number, 0, row)
    return path


def _cell(value: object) -> object:
    return None if value == "" else value


def columns(found: Mapped, sheet: str) -> dict[str, str]:
    (match,) = [match for match in found.sheets if match.sheet == sheet]
    return {each.title: each.column for each in match.columns}


def test_without_a_mapping_a_strange_workbook_is_refused_and_nothing_is_guessed(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(strange(tmp_path), today=TODAY)
    assert "Parts list" in str(refused.value) and "Quotes" in str(refused.value)


def test_sheets_and_headings_are_recognised_moved_added_with_blanks_and_units(tmp_path: Path) -> None:
    found = propose(read_grids(strange(tmp_path)))
    assert {match.sheet: match.table for match in found.sheets} == {
        "Parts list": "items", "Vendors": "suppliers", "Quotes": "offers", "Notes": "",
    }  # fmt: skip
    assert columns(found, "Parts list") == {
        "Part No.": "item", "Description": "name", "Annual demand (pcs)": "demand", "Weight (g)": "weight_kg",
        "Our buyer": "",
    }  # fmt: skip
    assert columns(found, "Quotes") == {
        "Price, EUR": "unit_price", "Vendor ID": "supplier", "SKU": "item", "MOQ": "min_quantity",
        "Scrap rate %": "defect_rate", "Lead time (weeks)": "lead_days",
    }  # fmt: skip
    parts, _vendors, quotes, notes = found.sheets
    assert parts.heading_row == 2
    assert {each.title: each.times for each in (*parts.columns, *quotes.columns) if each.times != 1} == {
        "Weight (g)": Decimal("0.001"), "Scrap rate %": Decimal("0.01"), "Lead time (weeks)": 7,
    }  # fmt: skip
    # What is scaled, left out or filled in is said, so that it can be looked at.
    assert all(each.remark for each in (*parts.columns, *quotes.columns) if each.times != 1 or not each.column)
    assert notes.remark
    assert quotes.fill == {"offer": "offer-{row}", "currency": "EUR"}


def test_a_confirmed_mapping_reads_the_workbook(tmp_path: Path) -> None:
    path = strange(tmp_path)
    confirmed = tmp_path / "map.json"
    confirmed.write_text(propose(read_grids(path)).to_json(), encoding="utf-8")
    problem = read_mapped(path, read_mapping(confirmed), today=TODAY)
    assert problem.items.item == ("disp",)
    assert list(problem.items.weight_kg) == [Decimal("0.25")]
    assert problem.suppliers.supplier == ("LG", "AUO")
    assert problem.offers.offer == ("offer-2", "offer-3")
    assert list(problem.offers.defect_rate) == [Decimal("0.02"), Decimal("0.015")]
    assert list(problem.offers.lead_days) == [21, 7]
    assert problem.offers.currency == ("EUR", "EUR")


def test_a_mapping_that_forgets_a_sheet_or_a_heading_is_refused(tmp_path: Path) -> None:
    path = strange(tmp_path)
    body = json.loads(propose(read_grids(path)).to_json())
    del body["sheets"]["Notes"]
    del body["sheets"]["Quotes"]["columns"]["MOQ"]
    confirmed = tmp_path / "map.json"
    confirmed.write_text(json.dumps(body), encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        read_mapped(path, read_mapping(confirmed), today=TODAY)
    places = {(fault.table, fault.column) for fault in refused.value.faults}
    assert places == {("Notes", ""), ("Quotes", "MOQ")}


def test_faults_of_a_mapped_file_speak_of_its_own_sheets_and_headings(tmp_path: Path) -> None:
    rows = {"items": [{"item": "disp"}], "suppliers": [{"supplier": "LG"}]}
    path = write_xlsx(
        {**rows, "offers": [{"offer": "a", "item": "dips", "supplier": "LG", "unit_price": 1}]}, tmp_path / "p.xlsx"
    )
    found = propose(read_grids(path))
    body = json.loads(found.to_json())
    assert body["sheets"]["offers"]["columns"]["item"] == "item"
    with pytest.raises(InvalidInput) as refused:
        read_mapped(path, found, today=TODAY)
    (fault,) = refused.value.faults
    assert (fault.table, fault.row, fault.column, fault.value) == ("offers", 2, "item", "dips")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{}", "is no mapping"),
        ('{"mapping": 1, "sheets": {"A": {"table": "itms", "columns": {}}}}', "did you mean 'items'"),
        ('{"mapping": 1, "sheets": {"A": {"table": "items", "columns": {"x": "dmand"}}}}', "did you mean 'demand'"),
        ('{"mapping": 1, "sheets": {"A": {"table": "items", "columns": {"x": "item", "y": "item"}}}}', "twice"),
        ('{"mapping": 1, "sheets": {"A": {"table": "items", "columns": {"x": {"column": "demand", "times": 0}}}}}',
         "expected null"),
    ],
)  # fmt: skip
def test_a_mapping_with_mistakes_is_refused_with_the_way_out(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "map.json").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=says):
        read_mapping(tmp_path / "map.json")


ABROAD: dict[str, dict[str, list[list[object]]]] = {
    "ru": {
        "Потребности": [
            ["План закупок 2026"],
            ["№ п/п", "Артикул", "Наименование", "Ед. изм.", "Кол-во, шт", "Вес, г"],
            [1, "BR-1", "Кронштейн", "шт", 1000, 250],
        ],
        "Контрагенты": [["Поставщик ", "Название", "Вероятность срыва, %"], ["sev", "Север-Металл", 5]],
        "Коммерческие предложения": [
            ["Поставщик", "Артикул", "Цена за шт., EUR", "Срок поставки, нед", "Мин. партия"],
            ["sev", "BR-1", 8.5, 4, 100],
        ],
    },
    "uk": {
        "Потреби": [["Артикул", "Назва", "К-ть", "Вага, г"], ["BR-1", "Кронштейн", 1000, 250]],
        "Постачальники": [["Постачальник", "Ймовірність зриву, %"], ["sev", 5]],
        "Комерційні пропозиції": [
            ["Постачальник", "Артикул", "Ціна за од. (EUR)", "Строк поставки (тиж)", "Мін. партія"],
            ["sev", "BR-1", 8.5, 4, 100],
        ],
    },
    "de": {
        "Artikel": [["Artikelnummer", "Bezeichnung", "Bedarf (Stück)", "Gewicht (g)"], ["BR-1", "Halter", 1000, 250]],
        "Lieferanten": [["Lieferant", "Ausfallrisiko %"], ["sev", 5]],
        "Angebote": [
            ["Lieferant", "Artikelnummer", "Stückpreis (EUR)", "Lieferzeit (Wochen)", "Mindestmenge"],
            ["sev", "BR-1", 8.5, 4, 100],
        ],
    },
    "pl": {
        "Zapotrzebowanie": [["Indeks", "Nazwa", "Ilość", "Waga (g)"], ["BR-1", "Uchwyt", 1000, 250]],
        "Dostawcy": [["Dostawca", "Ryzyko %"], ["sev", 5]],
        "Oferty": [
            ["Dostawca", "Indeks", "Cena jednostkowa (EUR)", "Termin dostawy (tygodnie)", "Minimalna ilość"],
            ["sev", "BR-1", 8.5, 4, 100],
        ],
    },
}


@pytest.mark.parametrize("language", sorted(ABROAD))
def test_workbooks_of_other_languages_are_proposed_with_their_units(language: str, tmp_path: Path) -> None:
    path = tmp_path / "rfq.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, table in ABROAD[language].items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(table):
                sheet.write_row(number, 0, row)
    problem = read_mapped(path, propose(read_grids(path)), today=TODAY)
    items, offers = problem.items, problem.offers
    assert (items.item[0], items.demand[0], items.weight_kg[0]) == ("BR-1", Decimal(1000), Decimal("0.25"))
    assert problem.suppliers.failure_probability[0] == Decimal("0.05")
    assert (offers.unit_price[0], offers.lead_days[0], offers.min_quantity[0]) == (
        Decimal("8.5"),
        Decimal(28),
        Decimal(100),
    )
    assert offers.currency == ("EUR",)


def test_items_without_a_demand_are_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "rfq.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Parts").write_row(0, 0, ["Part no", "How many we would like"])
    (parts,) = propose(read_grids(path)).sheets
    assert str(parts.remark) == "no heading found for demand: please say which it is"


def test_numbers_that_are_texts_with_a_decimal_comma_or_a_percent_sign_are_proposed_and_read(tmp_path: Path) -> None:
    path = tmp_path / "1c.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("items").write_row("A1", ["item", "demand"])
        book.get_worksheet_by_name("items").write_row("A2", ["bolt", "1 200,5"])
        book.add_worksheet("suppliers").write_row("A1", ["supplier", "Риск, %"])
        book.get_worksheet_by_name("suppliers").write_row("A2", ["smith", "5%"])
        book.add_worksheet("offers").write_row("A1", ["Поставщик", "Артикул", "Цена"])
        book.get_worksheet_by_name("offers").write_row("A2", ["smith", "bolt", "8,50"])
    proposal = propose(read_grids(path))
    (demand,) = [each for sheet in proposal.sheets for each in sheet.columns if each.title == "demand"]
    assert str(demand.remark) == "numbers as text with a decimal comma, such as 1 200,5: please check"
    (tmp_path / "map.json").write_text(proposal.to_json(), "utf-8")
    problem = read_mapped(path, read_mapping(tmp_path / "map.json"), today=TODAY)
    assert problem.items.demand[0] == Decimal("1200.5") and problem.offers.unit_price[0] == Decimal("8.5")
    assert problem.suppliers.failure_probability[0] == Decimal("0.05")
