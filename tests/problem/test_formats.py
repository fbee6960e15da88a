"""Every table and column, read from every format and written to every one."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondsource.errors import InvalidInput
from secondsource.problem.cells import plain
from secondsource.problem.columns import Column
from secondsource.problem.read import from_rows, read
from secondsource.problem.tables import SETTINGS, TABLES, Problem
from secondsource.problem.write import write
from tests.problem.everything import EVERYTHING
from tests.problem.files import SMALL, Tables, write_csv, write_json, write_ods, write_xlsx

TODAY = date(2026, 1, 15)


def semicolons(tables: Tables, path: Path) -> Path:
    return write_csv(tables, path, separator=";", decimal_mark=",")


def with_mark(tables: Tables, path: Path) -> Path:
    return write_csv(tables, path, encoding="utf-8-sig")


FORMATS: dict[str, Callable[[Tables, Path], Path]] = {
    "problem.xlsx": write_xlsx,
    "problem.ods": write_ods,
    "problem.json": write_json,
    "commas": write_csv,
    "semicolons": semicolons,
    "with byte order mark": with_mark,
}


def test_the_example_names_every_column_and_setting_and_none_at_its_default() -> None:
    assert list(EVERYTHING) == ["settings", *TABLES]
    assert {row["name"] for row in EVERYTHING["settings"]} == set(SETTINGS)
    for name, table in TABLES.items():
        named = {column for row in EVERYTHING[name] for column in row}
        assert named == set(table.columns()), name
        for column, spec in table.columns().items():
            said = {row.get(column) for row in EVERYTHING[name]}
            assert said - {None, spec.default}, f"{name}.{column} only says what an empty cell does"


@pytest.mark.parametrize("name", FORMATS)
def test_each_table_and_column_is_read_from_each_format(name: str, tmp_path: Path) -> None:
    problem = read(FORMATS[name](EVERYTHING, tmp_path / name), today=TODAY)
    for table, rows in EVERYTHING.items():
        if table == "settings":
            for row in rows:
                assert getattr(problem.settings, row["name"]) == row["value"], row["name"]
            continue
        columns = TABLES[table].columns()
        found = getattr(problem, table)
        assert len(found) == len(rows)
        for number, row in enumerate(rows):
            for column, spec in columns.items():
                value = row.get(column, spec.default)
                got = getattr(found, column)[number]
                assert got == value, f"{table}.{column}"
                if spec.kind in ("number", "whole") and value is not None:
                    assert isinstance(got, Decimal), f"{table}.{column} is not exact"


def test_all_formats_give_the_same_problem_and_digest(tmp_path: Path) -> None:
    problems = [read(make(EVERYTHING, tmp_path / name), today=TODAY) for name, make in FORMATS.items()]
    problems.append(from_rows(EVERYTHING, today=TODAY))
    assert all(problem == problems[0] for problem in problems)
    assert {problem.sha256 for problem in problems} == {problems[0].sha256}


def test_the_order_of_rows_columns_and_tables_does_not_change_the_digest() -> None:
    shuffle = random.Random(7).sample
    mixed = {
        name: [dict(shuffle(list(row.items()), len(row))) for row in shuffle(list(rows), len(rows))]
        for name, rows in shuffle(list(EVERYTHING.items()), len(EVERYTHING))
    }
    assert from_rows(mixed, today=TODAY).sha256 == from_rows(EVERYTHING, today=TODAY).sha256


def test_a_default_that_is_written_out_does_not_change_the_digest() -> None:
    full = {**SMALL, "settings": [{"name": "failures", "value": 1}], "rates": []}
    full["offers"] = [{**row, "multiple": None, "capacity_use": "1.0", "turnkey": "TRUE"} for row in SMALL["offers"]]
    assert from_rows(full, today=TODAY).sha256 == from_rows(SMALL, today=TODAY).sha256


OPTIONAL = [
    (table, name)
    for table, kind in TABLES.items()
    for name, spec in kind.columns().items()
    if spec.kind == "number" or not spec.required
]


@pytest.mark.parametrize(("table", "column"), OPTIONAL)
def test_each_column_counts_in_the_digest(table: str, column: str) -> None:
    spec = TABLES[table].columns()[column]
    rows = [dict(row) for row in EVERYTHING[table]]
    row = next(row for row in rows if row.get(column, spec.default) != spec.default)
    if spec.kind == "number":
        row[column] /= Decimal(2)
    else:
        del row[column]
    changed = from_rows({**EVERYTHING, table: rows}, today=TODAY)
    assert changed.sha256 != from_rows(EVERYTHING, today=TODAY).sha256


def test_the_day_counts_in_the_digest_only_where_the_input_names_it() -> None:
    assert from_rows(SMALL, today=TODAY).sha256 == from_rows(SMALL, today=date(2027, 1, 1)).sha256
    named = {**SMALL, "settings": [{"name": "as_of", "value": "2026-01-15"}]}
    assert from_rows(named, today=TODAY).sha256 != from_rows(SMALL, today=TODAY).sha256
    assert from_rows(SMALL, today=TODAY).settings.as_of == TODAY


@pytest.mark.parametrize("name", ["written.xlsx", "written.json", "written"])
def test_what_is_written_reads_back_as_an_equal_problem(name: str, tmp_path: Path) -> None:
    problem = from_rows(EVERYTHING, today=TODAY)
    assert write(problem, tmp_path / name) == ()
    back = read(tmp_path / name, today=TODAY)
    assert back == problem
    assert back.sha256 == problem.sha256


def test_columns_at_their_default_throughout_are_not_written(tmp_path: Path) -> None:
    write(from_rows({**SMALL, "rates": []}, today=TODAY), tmp_path / "out")
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        *("bom.csv", "items.csv", "offers.csv", "suppliers.csv")
    ]
    assert (tmp_path / "out" / "items.csv").read_text("utf-8") == "item,demand\nphone,1000\ndisplay,0\n"
    assert (tmp_path / "out" / "bom.csv").read_text("utf-8") == "parent,child\nphone,display\n"


def test_json_keeps_all_digits_and_a_workbook_says_where_it_does_not(tmp_path: Path) -> None:
    exact = Decimal("0.12345678901234567890123")
    offers = [{**row, "unit_price": exact} for row in SMALL["offers"][:1]]
    problem = from_rows({**SMALL, "offers": offers}, today=TODAY)
    assert write(problem, tmp_path / "p.json") == ()
    assert read(tmp_path / "p.json", today=TODAY).offers.unit_price[0] == exact
    (lost,) = write(problem, tmp_path / "p.xlsx")
    assert (lost.table, lost.row, lost.column, lost.value) == ("offers", 2, "unit_price", str(exact))
    assert read(tmp_path / "p.xlsx", today=TODAY).offers.unit_price[0] == Decimal("0.1234567890123457")


def test_a_folder_with_tables_that_the_problem_lacks_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "rules.csv").write_text("rule,measure\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"rules\.csv.*choose another folder"):
        write(from_rows(SMALL, today=TODAY), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["rules.csv"]


@pytest.mark.parametrize("name", ["problem.ods", "problem.txt", "no/such/folder/problem.xlsx"])
def test_what_cannot_be_written_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be written"):
        write(from_rows(SMALL, today=TODAY), tmp_path / name)


# Round trips of random problems. Texts are what a file can hold and what is no blank; numbers have up to 15 digits.
TEXTS = st.text(
    st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cn"]) | st.sampled_from("\n\t;,\"'="),
    min_size=1,
    max_size=12,
).filter(lambda text: text.strip() != "" and not text.startswith("#"))
NAMES = TEXTS.map(lambda text: " ".join(text.split())).filter(bool)
KEYS = NAMES.map(lambda text: text.replace(";", ","))


@st.composite
def numbers(draw: st.DrawFn, spec: Column) -> Decimal:
    if spec.kind == "whole":
        return Decimal(draw(st.integers(spec.low or 0, spec.high or 10**9)))
    low = spec.low if spec.low is not None else 0
    if spec.high is not None:
        number = draw(st.decimals(low, spec.high, places=4))
    else:
        number = draw(st.decimals(low, 10**8, places=draw(st.integers(0, 6))))
    return number if spec.above is None or number > spec.above else Decimal("0.001")


@st.composite
def rows_of(draw: st.DrawFn, table: str, keys: dict[str, list[str]]) -> dict[str, Any]:
    """One row of a table with some of its columns; what it refers to is in `keys`."""
    row: dict[str, Any] = {}
    for name, spec in TABLES[table].columns().items():
        if not (spec.key or spec.required) and draw(st.booleans()):
            continue
        if spec.refers:
            row[name] = draw(st.sampled_from(keys[spec.refers]))
        elif spec.kind in ("number", "whole"):
            row[name] = draw(numbers(spec))
        elif spec.kind == "text":
            row[name] = draw(NAMES if spec.key or name in ("category", "group", "risk_group") else TEXTS)
        else:
            kinds: dict[str, st.SearchStrategy[Any]] = {
                "boolean": st.booleans(),
                "date": st.dates(date(1900, 3, 1), date(9999, 12, 31)),
                "choice": st.sampled_from(spec.choices or [""]),
                "currency": st.just("EUR"),
                "country": st.sampled_from(["DE", "CN", "UA"]),
            }
            row[name] = draw(kinds[spec.kind])
    return row


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    keys = {name: draw(st.lists(KEYS, min_size=1, max_size=3, unique=True)) for name in ("items", "suppliers", "sites")}
    tables: dict[str, list[dict[str, Any]]] = {}
    for table, names in keys.items():
        (key,) = TABLES[table].key_columns()
        tables[table] = [{**draw(rows_of(table, keys)), key: name} for name in names]
    for table, key in (("offers", "offer"), ("packages", "package")):
        keys[table] = draw(st.lists(KEYS, min_size=1, max_size=3, unique=True))
        tables[table] = [{**draw(rows_of(table, keys)), key: name} for name in keys[table]]
    for table in ("levels", "price_breaks", "package_items", "rebates", "lanes", "incumbents", "roles"):
        rows = draw(st.lists(rows_of(table, keys), max_size=3))
        by_key = {tuple(row[name] for name in TABLES[table].key_columns()): row for row in rows}
        tables[table] = list(by_key.values())
    return from_rows(tables, today=TODAY)


@settings(max_examples=50)
@given(problems())
def test_any_problem_survives_every_format(tmp_path_factory: pytest.TempPathFactory, problem: Problem) -> None:
    folder = tmp_path_factory.mktemp("trip")
    for name in ("p.xlsx", "p.json", "p"):
        assert write(problem, folder / name) == ()
        back = read(folder / name, today=TODAY)
        assert back == problem, name
        assert back.sha256 == problem.sha256, name


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**29))
def test_a_number_in_json_or_text_is_read_exactly(number: Decimal) -> None:
    found = from_rows(
        {**SMALL, "items": [{"item": name, "demand": plain(number)} for name in ("phone", "display")]}, today=TODAY
    )
    assert found.items.demand[0] == number


@given(st.floats(0, 1e15))
def test_a_float_stands_for_the_shortest_number_that_reads_so(number: float) -> None:
    found = from_rows(
        {**SMALL, "items": [{"item": name, "demand": number} for name in ("phone", "display")]}, today=TODAY
    )
    assert found.items.demand[0] == Decimal(repr(number))
    assert float(found.items.demand.floats[0]) == number
