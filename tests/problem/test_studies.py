"""Studies are read as strictly as problems: every fault at once, with its place, and the nearest name."""

from __future__ import annotations

import csv
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from secondsource.errors import InvalidInput
from secondsource.problem.cells import plain
from secondsource.problem.studies.forms import FORMS
from secondsource.problem.studies.study import Form, Study, read_study, study_from_rows
from secondsource.reports.study_template import ASKS, write_study_template

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
FOLDERS = {
    "makebuy": "make-or-buy",
    "landed": "landed-cost",
    "labour": "labour",
    "qualify": "qualification",
    "quality": "quality",
}
TODAY = date(2026, 1, 1)


def example(form: Form) -> Study:
    return read_study(EXAMPLES / FOLDERS[form.name], form, today=TODAY)


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_every_kind_has_an_example_in_which_each_row_says_where_it_comes_from(form: Form) -> None:
    study = example(form)
    for table in study.tables.values():
        assert all(table.source), table.NAME
    assert all(source for _name, _value, source, _note in study.given)
    assert form.name in ASKS


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_an_example_is_the_same_from_a_folder_from_json_and_through_the_template(form: Form, tmp_path: Path) -> None:
    study = example(form)
    tables: dict[str, list[dict[str, object]]] = {
        name: [
            {column: plain(value) for column, value in table.row(row).items() if value is not None}
            for row in range(len(table))
        ]
        for name, table in study.tables.items()
        if len(table)
    }
    tables["settings"] = [
        {"name": name, "value": value, "source": source, "note": note} for name, value, source, note in study.given
    ]
    (tmp_path / "study.json").write_text(json.dumps(tables), encoding="utf-8")
    assert read_study(tmp_path / "study.json", form, today=TODAY).tables == study.tables
    write_study_template(tmp_path / "study.xlsx", form, study)
    again = read_study(tmp_path / "study.xlsx", form, today=TODAY)
    assert again.tables == study.tables
    assert again.settings == study.settings


@pytest.mark.parametrize("form", FORMS.values(), ids=lambda form: form.name)
def test_an_empty_template_says_that_the_needed_tables_have_no_row(form: Form, tmp_path: Path) -> None:
    write_study_template(tmp_path / "empty.xlsx", form)
    with pytest.raises(InvalidInput) as caught:
        read_study(tmp_path / "empty.xlsx", form, today=TODAY)
    assert {fault.table for fault in caught.value.faults} == set(form.required)


def test_all_faults_of_a_study_come_at_once_with_their_places(tmp_path: Path) -> None:
    rows = {
        "options.csv": [["option", "kind", "unit_price"], ["make", "mak", "-1"]],
        "demand.csv": [["year", "quantity"], ["1", "many"]],
        "costs.csv": [["option", "cost", "kind", "basis", "amount"], ["made", "rent", "overhead", "per_year", "5"]],
        "peple.csv": [["option"], ["make"]],
    }
    for name, lines in rows.items():
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(lines)
    with pytest.raises(InvalidInput) as caught:
        read_study(tmp_path, FORMS["makebuy"], today=TODAY)
    said = {(fault.table, fault.row, fault.column): str(fault.expected) for fault in caught.value.faults}
    assert said["options", 2, "kind"] == "expected one of make, buy; did you mean 'make'?"
    assert said["options", 2, "unit_price"] == "expected a number, 0 or more"
    assert said["demand", 2, "quantity"] == "expected a number, 0 or more"
    assert said["costs", 2, "option"] == "is not in options; did you mean 'make'?"
    assert said["peple", 0, ""] == "is no table; did you mean 'people'?"


def test_a_learning_rate_without_its_kind_is_refused() -> None:
    with pytest.raises(InvalidInput, match="cumulative_average, unit; the two differ widely"):
        study_from_rows(
            {
                "options": [{"option": "make", "kind": "make"}],
                "demand": [{"year": 1, "quantity": 5}],
                "people": [
                    {"option": "make", "role": "x", "hours_per_unit": 1, "hourly_wage": 1, "learning_rate": 0.9}
                ],
            },
            FORMS["makebuy"],
            today=TODAY,
        )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"figure": "unit_prise"}, "did you mean 'unit_price'?"),
        ({"option": "by"}, "did you mean 'buy'?"),
        ({"low": 9}, "must be above low, 9"),
        ({"low": 0, "high": 4}, "must lie between low and high"),
        ({"low": 0, "distribution": "lognormal"}, "a lognormal figure is above zero"),
        ({"table": "costs", "which": "rent", "figure": "amount"}, "is not in costs"),
    ],
)
def test_an_uncertain_figure_that_is_not_there_or_makes_no_sense_is_refused(
    change: dict[str, object], words: str
) -> None:
    row: dict[str, object] = {"table": "options", "option": "buy", "figure": "unit_price", "low": 4, "high": 8}
    tables: dict[str, list[dict[str, object]]] = {
        "options": [{"option": "buy", "kind": "buy", "unit_price": 5}],
        "demand": [{"year": 1, "quantity": 5}],
    }
    study_from_rows({**tables, "uncertain": [row]}, FORMS["makebuy"], today=TODAY)
    with pytest.raises(InvalidInput) as caught:
        study_from_rows({**tables, "uncertain": [row | change]}, FORMS["makebuy"], today=TODAY)
    assert any(words in str(fault.expected) for fault in caught.value.faults), str(caught.value)


def test_the_digest_does_not_depend_on_the_order_of_rows() -> None:
    rows = [{"year": 1, "quantity": 5}, {"year": 2, "quantity": 6}]
    years = [{"name": "horizon_years", "value": 2}]
    options = [{"option": "buy", "kind": "buy", "unit_price": Decimal("5.0")}]
    one, other = (
        study_from_rows({"settings": years, "options": options, "demand": demand}, FORMS["makebuy"], today=TODAY)
        for demand in (rows, rows[::-1])
    )
    assert one.sha256 == other.sha256
