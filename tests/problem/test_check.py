"""What FORMAT.md asks of a problem, fault by fault; and what it leaves to the planner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from secondsource.errors import Fault, InvalidInput
from secondsource.language import use_language
from secondsource.problem.codes import COUNTRIES, CURRENCIES
from secondsource.problem.read import from_rows
from secondsource.problem.tables import REQUIRED, TABLES
from tests.problem.everything import EVERYTHING
from tests.problem.files import SMALL, Tables

TODAY = date(2026, 1, 15)


def faults_of(tables: Mapping[str, Any], **options: Any) -> list[Fault]:
    """The faults of a problem; none where it is right."""
    try:
        from_rows(tables, today=TODAY, **options)
    except InvalidInput as error:
        return list(error.faults)
    return []


def changed(table: str, column: str, value: Any, tables: Tables = EVERYTHING) -> Tables:
    """The problem with one cell of the first row of a table changed."""
    (row, *rest) = tables[table]
    return {**tables, table: [{**row, column: value}, *rest]}


def with_rows(**more: Sequence[Mapping[str, Any]]) -> Tables:
    """The small problem with these tables."""
    return {**SMALL, **more}


def only(tables: Mapping[str, Any]) -> tuple[str, int, str, str, str]:
    (fault,) = faults_of(tables)
    return fault.table, fault.row, fault.column, fault.value, str(fault.expected)


def settings(**values: Any) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in values.items()]


# --- tables and columns ----------------------------------------------------------------------------------------------


def test_the_examples_are_right() -> None:
    assert faults_of(EVERYTHING) == []
    assert faults_of(SMALL) == []


@pytest.mark.parametrize("table", REQUIRED)
def test_a_required_table_that_is_missing_is_the_only_fault(table: str) -> None:
    # What refers to it is not reported: it is not known what it holds.
    tables = {name: rows for name, rows in EVERYTHING.items() if name != table}
    assert only(tables) == (table, 0, "", "", "the table is missing")


REQUIRED_COLUMNS = [
    *[("items", "item"), ("bom", "parent"), ("bom", "child"), ("sites", "site"), ("suppliers", "supplier")],
    *[("levels", "supplier"), ("levels", "category"), ("levels", "level"), ("offers", "offer"), ("offers", "item")],
    *[("offers", "supplier"), ("offers", "unit_price"), ("price_breaks", "offer"), ("price_breaks", "from_quantity")],
    *[("price_breaks", "unit_price"), ("packages", "package"), ("packages", "supplier"), ("packages", "price")],
    *[
        ("package_items", "package"),
        ("package_items", "item"),
    ],
    *[("rebates", "supplier"), ("rebates", "from_spend"), ("rebates", "rate"), ("lanes", "origin")],
    *[("lanes", "destination"), ("rates", "currency"), ("rates", "rate"), ("incumbents", "item")],
    *[("incumbents", "supplier"), ("incumbents", "share"), ("rules", "rule"), ("rules", "measure")],
    *[
        ("roles", "supplier"),
        ("roles", "role"),
        ("roles", "hourly_wage"),
        ("staffing", "offer"),
        ("staffing", "role"),
        ("staffing", "hours"),
    ],
]


@pytest.mark.parametrize(("table", "column"), REQUIRED_COLUMNS)
def test_a_required_cell_may_not_be_empty_nor_its_column_missing(table: str, column: str) -> None:
    for empty in ("", None, "  "):
        found = [(f.table, f.row, f.column, str(f.expected)[:8]) for f in faults_of(changed(table, column, empty))]
        assert (table, 1, column, "is empty") in found
    rows = [{name: cell for name, cell in row.items() if name != column} for row in EVERYTHING[table]]
    assert (table, 0, column, "the column is missing") in [
        (f.table, f.row, f.column, str(f.expected)) for f in faults_of({**EVERYTHING, table: rows})
    ]


def test_every_other_column_may_be_left_out() -> None:
    for table, kind in TABLES.items():
        for column in kind.columns():
            if (table, column) in REQUIRED_COLUMNS or (table, column) == ("items", "shortage_cost"):
                continue
            rows = [{name: cell for name, cell in row.items() if name != column} for row in EVERYTHING[table]]
            assert faults_of({**EVERYTHING, table: rows}) == [], f"{table}.{column}"


@pytest.mark.parametrize(
    ("name", "near"),
    [("Offers", "offers"), ("price-breaks", "price_breaks"), ("supplier", "suppliers"), ("zzz", "")],
)
def test_an_unknown_table_is_told_the_nearest_name(name: str, near: str) -> None:
    expected = f"is no table; did you mean '{near}'?" if near else "is no table"
    assert only({**SMALL, name: []}) == (name, 0, "", "", expected)


@pytest.mark.parametrize(
    ("name", "near"), [("Demand", "demand"), ("max share", "max_share"), ("wieght_kg", "weight_kg")]
)
def test_an_unknown_column_is_told_the_nearest_name(name: str, near: str) -> None:
    tables = changed("items", name, 1, SMALL)
    assert only(tables) == ("items", 0, name, "", f"is no column; did you mean '{near}'?")


def test_tables_that_all_are_empty_hold_no_problem_but_one_with_rows_does() -> None:
    assert {fault.table for fault in faults_of({"items": [], "suppliers": [], "offers": []})} == set(REQUIRED)
    assert faults_of({"items": [{"item": "phone", "demand": 3}], "suppliers": [], "offers": []}) == []


# --- numbers ---------------------------------------------------------------------------------------------------------

NUMBERS = [
    (table, name)
    for table, kind in TABLES.items()
    for name, spec in kind.columns().items()
    if spec.kind in ("number", "whole")
]
SHARES = [
    *[("items", "min_share"), ("items", "max_share"), ("items", "max_failure_probability")],
    *[("suppliers", "failure_probability"), ("suppliers", "recovery_share"), ("offers", "defect_rate")],
    *[("rebates", "rate"), ("incumbents", "share")],
]
LEVELS = [("items", "required_level"), ("suppliers", "level"), ("levels", "level")]
ABOVE_ZERO = [
    *[
        ("bom", "quantity"),
        ("rates", "rate"),
        ("incumbents", "share"),
        ("offers", "multiple"),
        ("roles", "hours_per_year"),
    ],
]
WHOLE = [("items", "min_sources"), ("items", "max_sources"), ("items", "backups")]


@pytest.mark.parametrize(("table", "column"), NUMBERS)
def test_no_number_but_a_degree_is_negative(table: str, column: str) -> None:
    found = faults_of(changed(table, column, Decimal("-0.000001") if (table, column) not in WHOLE else -1))
    if column in ("latitude", "longitude"):
        assert found == []
    else:
        (fault,) = [fault for fault in found if fault.column == column]
        assert (fault.table, fault.row) == (table, 1)


@pytest.mark.parametrize(("table", "column"), NUMBERS)
@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "-inf", float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), "1e31", 10**40]
)
def test_no_number_is_infinite_or_none_at_all(table: str, column: str, value: Any) -> None:
    assert (table, 1, column) in [(f.table, f.row, f.column) for f in faults_of(changed(table, column, value))]


@pytest.mark.parametrize(("table", "column"), SHARES)
def test_probabilities_and_shares_are_from_0_to_1(table: str, column: str) -> None:
    assert faults_of(changed(table, column, 1)) == []
    (fault,) = faults_of(changed(table, column, "1.0000001"))
    assert (fault.table, fault.row, fault.column) == (table, 1, column)


@pytest.mark.parametrize(("table", "column"), LEVELS)
def test_levels_are_from_0_to_100(table: str, column: str) -> None:
    assert [faults_of(changed(table, column, level)) for level in (0, 100)] == [[], []]
    assert only(changed(table, column, 101))[2:] == (column, "101", "expected a number from 0 to 100")


@pytest.mark.parametrize(("table", "column"), ABOVE_ZERO)
def test_some_numbers_are_above_zero(table: str, column: str) -> None:
    assert "above 0" in only(changed(table, column, 0))[4]


@pytest.mark.parametrize(("table", "column"), WHOLE)
def test_counts_are_whole(table: str, column: str) -> None:
    assert faults_of(changed(table, column, "1.0")) == []
    assert "whole number" in only(changed(table, column, 1.5))[4]


@pytest.mark.parametrize(("degrees", "limit"), [("latitude", 90), ("longitude", 180)])
def test_degrees_are_on_the_globe(degrees: str, limit: int) -> None:
    assert faults_of(changed("sites", degrees, -limit)) == []
    assert only(changed("sites", degrees, -limit - 1))[4] == f"expected a number from {-limit} to {limit}"


@pytest.mark.parametrize("backups", [0, 1, 2, None])
def test_backups_are_0_1_or_2(backups: int | None) -> None:
    assert faults_of(changed("items", "backups", backups)) == []
    assert only(changed("items", "backups", 3))[4] == "expected a whole number from 0 to 2"


@pytest.mark.parametrize("rate", ["0", "1.45"])
def test_a_duty_may_be_above_the_value(rate: str) -> None:
    assert faults_of(changed("lanes", "duty_rate", rate)) == []


@pytest.mark.parametrize(
    ("written", "read"),
    [
        *[
            ("1234.5", "1234.5"),
            ("+7", "7"),
            ("1e3", "1000"),
            ("1.5E-3", "0.0015"),
            (" 12 ", "12"),
            (".5", "0.5"),
            ("5.", "5"),
        ],
        *[
            (0.1, "0.1"),
            (1e-7, "1e-7"),
            (3, "3"),
            (12345.0, "12345"),
            (Decimal("0.10"), "0.1"),
            (np.float64(0.25), "0.25"),
        ],
        *[
            (np.int64(7), "7"),
            ("0.30000000000000000000000001", "0.30000000000000000000000001"),
            ("-0", "0"),
            (-0.0, "0"),
        ],
    ],
)
def test_numbers_are_read_exactly(written: Any, read: str) -> None:
    problem = from_rows(changed("items", "demand", written, SMALL), today=TODAY)
    assert problem.items.demand[0] == Decimal(read)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        *[
            ("1,000", "no thousands separators"),
            ("1.000.000", "no thousands separators"),
            ("1 000", "no thousands separators"),
        ],
        *[("1,5", "a decimal point"), ("12 EUR", "no units"), ("€12", "no units"), ("12%", "without a percent sign")],
        *[("1e", "expected a number"), ("--1", "expected a number"), ("many", "expected a number, 0 or more")],
        *[
            ("１２", "expected a number"),
            ("1_000", "no thousands separators"),
            ("0x10", "no units"),
            (True, "expected a number"),
        ],
        *[
            (date(2026, 1, 1), "expected a number"),
            (datetime(2026, 1, 1), "expected a number"),  # noqa: DTZ001
            (time(1), "expected a number"),
        ],
    ],
)
def test_what_is_no_plain_number_is_refused(written: Any, words: str) -> None:
    table, row, column, value, expected = only(changed("items", "demand", written, SMALL))
    assert (table, row, column, value) == ("items", 1, "demand", str(written))
    assert words in expected


def test_a_decimal_comma_is_read_where_it_is_the_mark() -> None:
    problem = from_rows(changed("items", "demand", "1234,5", SMALL), today=TODAY, decimal_mark=",")
    assert problem.items.demand[0] == Decimal("1234.5")
    (fault,) = faults_of(changed("items", "demand", "1234.5", SMALL), decimal_mark=",")
    assert "a decimal comma" in str(fault.expected)


# --- truth, dates, words, texts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        *[("true", True), ("TRUE", True), ("Yes", True), ("1", True), (1, True), (1.0, True), (True, True)],
        *[("false", False), ("False", False), ("NO", False), ("0", False), (0, False), (False, False), (" no ", False)],
    ],
)
def test_truth_values_are_read_in_any_case(written: Any, read: bool) -> None:
    problem = from_rows(changed("suppliers", "own", written, SMALL), today=TODAY)
    assert problem.suppliers.own[0] is read


@pytest.mark.parametrize("written", ["maybe", "y", "on", 2, 0.5, "да", date(2026, 1, 1)])
def test_other_words_are_no_truth_values(written: Any) -> None:
    assert only(changed("suppliers", "own", written, SMALL))[4] == "expected true or false"


def test_truth_values_and_numbers_in_one_column_are_kept_apart() -> None:
    rows: list[dict[str, Any]] = [
        {"item": "a", "demand": 1},
        {"item": "b", "demand": True},
        {"item": "c", "demand": 1.0},
    ]
    assert only(with_rows(items=[*rows, *SMALL["items"]]))[:4] == ("items", 2, "demand", "True")
    flags: list[dict[str, Any]] = [
        {"supplier": "a", "own": 1},
        {"supplier": "b", "own": True},
        {"supplier": "c", "own": ""},
    ]
    problem = from_rows(with_rows(suppliers=[*flags, *SMALL["suppliers"]]), today=TODAY)
    assert problem.suppliers.own[:3] == (True, True, False)


@pytest.mark.parametrize("written", ["2027-02-28", " 2027-02-28", date(2027, 2, 28), datetime(2027, 2, 28)])  # noqa: DTZ001
def test_dates_are_read(written: Any) -> None:
    assert from_rows(changed("offers", "valid_until", written, SMALL), today=TODAY).offers.valid_until[0] == date(
        2027, 2, 28
    )


@pytest.mark.parametrize(
    "written",
    [
        *["2027-02-29", "28.02.2027", "02/28/2027", "20270228", "2027-W08-7", "2027-2-8", "soon", 46000, True],
        *[datetime(2027, 2, 28, 13, 5), time(13, 5), "2027-02-28T00:00:00"],  # noqa: DTZ001
    ],
)
def test_what_is_no_day_is_refused(written: Any) -> None:
    assert "a date such as 2026-12-31" in only(changed("offers", "valid_until", written, SMALL))[4]


@pytest.mark.parametrize(
    ("table", "column", "right"), [("offers", "price_break_kind", "incremental"), ("rules", "measure", "spend")]
)
def test_words_are_among_those_allowed(table: str, column: str, right: str) -> None:
    assert faults_of(changed(table, column, right)) == []
    assert f"did you mean '{right}'?" in only(changed(table, column, right.upper()))[4]
    assert only(changed(table, column, "anything"))[4].startswith("expected one of ")


def test_codes_are_those_of_the_standards() -> None:
    assert len(COUNTRIES) == 250
    assert faults_of(changed("sites", "country", "GB")) == []
    assert "did you mean 'DE'?" in only(changed("sites", "country", "de"))[4]
    assert "ISO 3166" in only(changed("sites", "country", "UK"))[4]
    assert {"EUR", "USD", "CNY", "UAH", "RUB", "BGN"} <= CURRENCIES
    assert only(with_rows(settings=settings(currency="US$")))[:4] == ("settings", 1, "value", "US$")


@pytest.mark.parametrize("written", [1001, 1001.0, "1001", Decimal(1001)])
def test_a_number_as_a_key_stands_for_its_digits(written: Any) -> None:
    items = [{"item": written}, *SMALL["items"]]
    offers = [{"offer": 7, "item": "1001", "supplier": "LG", "unit_price": 1}]
    problem = from_rows(with_rows(items=items, offers=offers), today=TODAY)
    assert (problem.items.item[0], problem.offers.offer) == ("1001", ("7",))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        *[(" phone", "expected 'phone'"), ("phone ", "expected 'phone'"), ("phone\u00a0", "expected 'phone'")],
        *[
            ("pho\nne", "a line break"),
            ("pho\tne", "a tab"),
            ("pho\x07ne", "a control character"),
            ("\ud800", "a control character"),
        ],
        *[(True, "a text is expected"), (date(2026, 3, 1), "format the cell as text"), (1.0e15, "lost digits")],
        *[
            ("p" * 32_768, "32767 at most"),
            ("#N/A", "an error of the spreadsheet"),
            ("Err:502", "an error of the spreadsheet"),
        ],
        *[({"a": 1}, "expected text"), (float("nan"), "lost digits")],
    ],
)
def test_a_key_is_a_text_on_one_line_without_blanks_around_it(written: Any, words: str) -> None:
    found = [
        fault for fault in faults_of(with_rows(items=[{"item": written}, *SMALL["items"]])) if fault.column == "item"
    ]
    assert words in str(found[0].expected)
    assert len(found[0].value) <= 100


def test_a_remark_may_hold_lines_blanks_and_what_looks_like_something_else() -> None:
    for text in (" two\n\tlines ", "=1+1", "'", "007", "TRUE", "2026-01-01", "_x0041_", "<&>", "鸿海", "#1"):
        problem = from_rows(changed("items", "note", text, SMALL), today=TODAY)
        assert problem.items.note[0] == text
    assert from_rows(changed("items", "note", "a\r\nb\rc", SMALL), today=TODAY).items.note[0] == "a\nb\nc"


# --- keys and references ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", TABLES)
def test_a_key_is_there_once(table: str) -> None:
    (row, *rest) = EVERYTHING[table]
    (fault,) = [f for f in faults_of({**EVERYTHING, table: [row, *rest, row]}) if "twice" in str(f.expected)]
    assert (fault.table, fault.row) == (table, len(rest) + 2)
    assert fault.column == ", ".join(TABLES[table].key_columns())
    assert str(fault.expected) == "is there twice: first in row 1"


def test_the_same_quantity_written_otherwise_is_the_same_key() -> None:
    rows = [{"offer": "panel", "from_quantity": quantity, "unit_price": 1} for quantity in ("100", "1e2")]
    assert only(with_rows(price_breaks=rows))[3] == "panel / 100"


REFERENCES = [
    *[("items", "site"), ("bom", "parent"), ("bom", "child"), ("suppliers", "site"), ("levels", "supplier")],
    *[
        ("offers", "item"),
        ("offers", "supplier"),
        ("offers", "site"),
        ("price_breaks", "offer"),
        ("packages", "supplier"),
    ],
    *[("package_items", "package"), ("package_items", "item"), ("rebates", "supplier"), ("lanes", "origin")],
    *[("lanes", "destination"), ("incumbents", "item"), ("incumbents", "supplier"), ("roles", "supplier")],
    *[("staffing", "offer"), ("rules", "item"), ("rules", "supplier")],
]


@pytest.mark.parametrize(("table", "column"), REFERENCES)
def test_a_name_that_is_nowhere_is_a_fault(table: str, column: str) -> None:
    found = faults_of(changed(table, column, "nobody"))
    (fault,) = [fault for fault in found if fault.column == column]
    assert (fault.table, fault.row, fault.value) == (table, 1, "nobody")
    assert "is not in " in str(fault.expected)


def test_a_name_in_a_table_that_is_not_there_says_so() -> None:
    assert only(changed("items", "site", "Prague", SMALL)) == (
        *("items", 1, "site", "Prague"),
        "is not in sites: the table is missing or empty",
    )


def test_a_key_that_is_refused_does_not_make_what_refers_to_it_a_fault() -> None:
    assert only(changed("items", "item", " phone", SMALL))[:3] == ("items", 1, "item")


def test_keys_are_case_sensitive() -> None:
    assert only(changed("offers", "supplier", "foxconn", SMALL))[4] == "is not in suppliers; did you mean 'Foxconn'?"


def test_a_role_belongs_to_the_supplier_of_the_offer() -> None:
    assert only(changed("staffing", "role", "Engineer"))[3:] == (
        "Engineer",
        "is no role of home; did you mean 'engineer'?",
    )
    assert only(changed("staffing", "offer", "assembly"))[3:] == (
        "engineer",
        "is no role of Foxconn, the supplier of the offer",
    )


def test_the_filters_of_a_rule_are_lists() -> None:
    rule = {"rule": "r", "measure": "quantity", "high": 5}
    values = {"item": " phone ; display;", "supplier": "LG", "country": "DE; CN", "category": "32 ;", "own": "Yes"}
    problem = from_rows(with_rows(rules=[{**rule, **values}]), today=TODAY)
    assert (
        problem.rules.row(0).items()
        >= {
            **{"item": "phone;display", "supplier": "LG", "country": "DE;CN", "category": "32", "own": "true"},
        }.items()
    )
    assert from_rows(with_rows(rules=[{**rule, "own": "true;false"}]), today=TODAY).rules.own == ("",)
    assert from_rows(with_rows(rules=[{**rule, "own": False}]), today=TODAY).rules.own == ("false",)
    assert only(with_rows(rules=[{**rule, "item": "phone;fone"}]))[2:] == (
        *("item", "fone"),
        "is not in items; did you mean 'phone'?",
    )
    assert only(with_rows(rules=[{**rule, "country": "DE;cn"}]))[2:4] == ("country", "cn")
    assert only(with_rows(rules=[{**rule, "own": "ours"}]))[2:] == ("own", "ours", "expected true or false")


# --- rows together ---------------------------------------------------------------------------------------------------


def bom(*edges: str) -> list[dict[str, Any]]:
    return [{"parent": edge[0], "child": edge[1]} for edge in edges]


@pytest.mark.parametrize(
    ("edges", "cycles"),
    [
        (["AB", "BC", "AC", "CD", "BD"], []),
        (["AA"], ["A → A"]),
        (["AB", "BC", "CA"], ["A → B → C → A"]),
        (["AB", "BA", "CD", "DC"], ["A → B → A", "C → D → C"]),
        (["AB", "BC", "CB", "CA"], ["B → C → B", "A → B → C → A"]),
        (["DB", "AB", "BC", "CB"], ["B → C → B"]),
    ],
)
def test_a_bill_of_materials_has_no_cycles(edges: list[str], cycles: list[str]) -> None:
    items = [{"item": name} for name in "ABCD"]
    found = faults_of({"items": items, "bom": bom(*edges), "suppliers": [], "offers": []})
    assert [str(fault.expected) for fault in found] == [f"is made of itself: {cycle}" for cycle in cycles]
    assert all((fault.table, fault.column) == ("bom", "child") for fault in found)


def test_the_row_that_closes_a_cycle_is_named() -> None:
    found = only({"items": [{"item": name} for name in "AB"], "bom": bom("AB", "BA"), "suppliers": [], "offers": []})
    assert found == ("bom", 2, "child", "A", "is made of itself: A → B → A")


def test_a_currency_needs_a_rate_unless_it_is_the_base() -> None:
    tables = changed("offers", "currency", "USD", SMALL)
    assert only(tables)[:4] == ("offers", 1, "currency", "USD")
    assert "has no exchange rate" in only(tables)[4]
    assert faults_of({**tables, "rates": [{"currency": "USD", "rate": "0.9"}]}) == []
    assert faults_of({**tables, "settings": settings(currency="USD")}) == []
    assert faults_of(changed("offers", "currency", "EUR", SMALL)) == []


def test_the_rate_of_the_base_currency_is_1() -> None:
    assert faults_of(with_rows(rates=[{"currency": "EUR", "rate": 1}])) == []
    assert only(with_rows(rates=[{"currency": "EUR", "rate": "1.1"}]))[:4] == ("rates", 1, "rate", "1.1")


def test_a_cover_below_1_needs_a_shortage_cost_on_every_item_with_backups() -> None:
    items: list[dict[str, Any]] = [
        {"item": "phone"},
        {"item": "display", "shortage_cost": 0},
        {"item": "case", "backups": 0},
    ]
    tables = with_rows(items=items, settings=settings(cover="0.9"))
    assert only(tables)[:4] == ("items", 1, "shortage_cost", "")
    assert faults_of({**tables, "settings": settings(cover=1)}) == []
    assert faults_of({**tables, "settings": settings(cover="0.9", failures=0)}) == []
    assert (
        only(
            {
                **tables,
                "items": [*items[1:], {"item": "phone", "backups": 2}],
                "settings": settings(cover=0, failures=0),
            }
        )[1]
        == 3
    )


def test_an_incumbent_is_of_an_item_that_is_no_bom_child() -> None:
    incumbent = {"supplier": "LG", "share": 1}
    assert faults_of(with_rows(incumbents=[{**incumbent, "item": "phone"}])) == []
    found = only(with_rows(incumbents=[{**incumbent, "item": "display"}]))
    assert found[:4] == ("incumbents", 1, "item", "display")
    assert "no BOM child" in found[4]


def test_a_rule_has_a_limit_and_a_limited_share_is_a_share() -> None:
    assert only(with_rows(rules=[{"rule": "r", "measure": "spend"}]))[:3] == ("rules", 1, "low, high")
    for limit in ("low", "high"):
        assert faults_of(with_rows(rules=[{"rule": "r", "measure": "spend", limit: 60}])) == []
        found = only(with_rows(rules=[{"rule": "r", "measure": "share", limit: 60}]))
        assert found == ("rules", 1, limit, "60", "expected a share from 0 to 1: 0.25 for 25 %")


def test_what_only_makes_a_plan_impossible_is_left_to_the_planner() -> None:
    problem = with_rows(
        items=[
            {"item": "phone", "demand": 9, "min_sources": 3, "max_sources": 2, "min_share": 1, "max_share": 0},
            {"item": "display"},
        ],
        suppliers=[{"supplier": "Foxconn", "capacity": 1, "min_capacity": 2, "excluded": True}, {"supplier": "LG"}],
        offers=[
            {"offer": "a", "item": "phone", "supplier": "Foxconn", "unit_price": 1, "capacity": 1, "min_quantity": 2}
        ],
        rules=[{"rule": "r", "measure": "share", "low": 1, "high": 0}],
        incumbents=[{"item": "phone", "supplier": supplier, "share": 1} for supplier in ("Foxconn", "LG")],
    )
    assert faults_of(problem) == []


# --- settings --------------------------------------------------------------------------------------------------------


def test_settings_have_defaults_and_the_day_is_given() -> None:
    found = from_rows(SMALL, today=TODAY).settings
    assert (found.currency, found.as_of, found.horizon_years) == ("EUR", TODAY, 1)
    assert (found.failures, found.strict, found.separate_backups) == (1, False, False)
    assert (found.discount_rate, found.cover) == (Decimal(0), Decimal(1))
    blank = from_rows(with_rows(settings=settings(currency="", as_of=None, failures=" ", cover="")), today=TODAY)
    assert blank.settings == found


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        *[
            ("currency", "EURO", "did you mean 'EUR'?"),
            ("as_of", "1.1.2026", "a date such as"),
            ("horizon_years", 0, "1 or more"),
        ],
        *[("horizon_years", "1.5", "whole number"), ("discount_rate", -1, "0 or more"), ("failures", 3, "from 0 to 2")],
        *[
            ("strict", "perhaps", "true or false"),
            ("separate_backups", 7, "true or false"),
            ("cover", "1.1", "from 0 to 1"),
        ],
        *[("discount_rate", "8%", "without a percent sign"), ("cover", float("nan"), "not a number")],
    ],
)
def test_a_setting_is_held_to_its_kind(name: str, value: Any, words: str) -> None:
    table, row, column, _shown, expected = only(with_rows(settings=settings(**{name: value})))
    assert (table, row, column) == ("settings", 1, "value")
    assert words in expected


def test_an_unknown_or_doubled_setting_is_a_fault() -> None:
    assert only(with_rows(settings=settings(Failures=1)))[1:] == (
        *(1, "name", "Failures"),
        "is no setting; did you mean 'failures'?",
    )
    assert only(with_rows(settings=settings(cover=1) * 2))[1:] == (2, "name", "cover", "the setting is there twice")
    assert only(with_rows(settings=[{"name": "", "value": 1}]))[1:3] == (1, "name")
    assert only(with_rows(settings=[{"name": "cover"}]))[2:] == ("value", "", "the column is missing")
    assert only(with_rows(settings=[{"value": 1}]))[2:] == ("name", "", "the column is missing")


def test_faults_are_told_in_the_readers_language() -> None:
    (fault,) = faults_of(changed("items", "demand", -1, SMALL))
    with use_language("ru"):
        russian = str(fault)
    assert russian != str(fault)
    assert "demand" in russian
