"""Grids, versions, scenarios and the little arithmetic around plans."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from secondsource.errors import InvalidInput
from secondsource.language import _, use_language
from secondsource.web.people.models import Person
from secondsource.web.planning import changes, tables
from secondsource.web.planning.grids import specification, typed
from secondsource.web.planning.models import Project, Version
from secondsource.web.planning.projects import tree
from secondsource.web.planning.translate import pack, unpack
from secondsource.web.planning.workbooks import difference
from tests.web.conftest import World

pytestmark = pytest.mark.django_db


def set_cells(world: World, who: str, base: int, *cells: list[object], language: str = "en") -> int:
    """The status of an edit of the table of items."""
    client = world.client(who)
    client.cookies["language"] = language
    edit = json.dumps({"base": base, "cells": cells})
    return int(client.post(f"/projects/{world.project.pk}/tables/items/cells/", {"edit": edit}).status_code)


def items(world: World) -> list[dict[str, str]]:
    world.project.refresh_from_db()
    return tables.read_table(world.project.head, "items")


def test_a_cell_is_set_and_undone_and_set_again(world: World) -> None:
    before = items(world)
    assert set_cells(world, "alice", 1, [0, "demand", "77"]) == 200
    after = items(world)
    assert (after[0]["demand"], after[1:]) == ("77", before[1:])
    client = world.client("alice")
    client.post(f"/projects/{world.project.pk}/undo/")
    assert items(world) == before
    client.post(f"/projects/{world.project.pk}/redo/")
    assert items(world) == after


def test_a_paste_changes_rows_and_adds_those_beyond_the_last(world: World) -> None:
    count = len(items(world))
    assert set_cells(world, "alice", 1, [count, "item", "a"], [count, "demand", "1"], [count + 1, "item", "b"]) == 200
    assert items(world)[count:] == [{"item": "a", "demand": "1"}, {"item": "b"}]


def test_who_edits_an_old_state_is_told_and_changes_nothing(world: World) -> None:
    assert set_cells(world, "alice", 1, [0, "demand", "77"]) == 200
    assert set_cells(world, "maria", 1, [0, "demand", "78"]) == 409
    assert items(world)[0]["demand"] == "77"


def test_two_writers_of_the_next_version_make_one(world: World) -> None:
    alice: Person = world.people["alice"]
    base = world.project.head
    tables.edit_cells(world.project, "items", [(0, "demand", "1")], alice, _("x"), base=base)
    with pytest.raises(tables.Stale):
        tables.edit_cells(world.project, "items", [(0, "demand", "2")], alice, _("x"), base=base)
    assert Version.objects.count() == 2


@pytest.mark.parametrize("edit", ["", "{}", '{"base": 1, "cells": [[0, "demnd", "1"]]}', '{"base": 1, "cells": []}',
                                  '{"base": 1, "cells": [[-1, "item", "1"]]}'])  # fmt: skip
def test_an_edit_that_cannot_be_read_is_refused(world: World, edit: str) -> None:
    address = f"/projects/{world.project.pk}/tables/items/cells/"
    assert world.client("alice").post(address, {"edit": edit}).status_code == 400
    assert Version.objects.count() == 1


def test_a_wrong_cell_is_kept_as_typed_and_says_what_is_expected(world: World) -> None:
    assert set_cells(world, "alice", 1, [0, "demand", "many"]) == 200
    page = world.client("alice").get(f"/projects/{world.project.pk}/tables/items/").content.decode()
    assert 'aria-invalid="true">many' in page and "expected a number, 0 or more" in page
    faults = world.client("alice").get(f"/projects/{world.project.pk}/faults/").content.decode()
    assert "1 fault" in faults


def test_a_russian_reader_types_and_reads_a_decimal_comma(world: World) -> None:
    assert set_cells(world, "alice", 1, [0, "demand", "12,5"], language="ru") == 200
    assert items(world)[0]["demand"] == "12.5"
    client = world.client("alice")
    client.cookies["language"] = "ru"
    assert ">12,5</td>" in client.get(f"/projects/{world.project.pk}/tables/items/").content.decode()
    with use_language("ru"):
        assert typed("1.5", specification("items")["demand"], "demand") == "1.5"  # kept, and marked as wrong


def test_large_tables_are_paged_and_an_edit_writes_one_block(world: World) -> None:
    rows = [{"offer": f"o{number}", "unit_price": "1"} for number in range(1000)]
    tables.replace_tables(world.project, {"offers": rows}, None, _("x"), base=world.project.head)
    before = world.project.head
    assert before is not None
    tables.edit_cells(world.project, "offers", [(450, "unit_price", "2")], world.people["alice"], _("x"), base=before)
    after = world.project.head
    assert after is not None
    pairs = zip(before.tables["offers"], after.tables["offers"], strict=True)
    assert [old != new for old, new in pairs] == [False, False, True, False, False]
    page = tables.page(after, "offers", 2)
    assert (page.first, page.total, page.rows[50]["unit_price"]) == (400, 1000, "2")
    tables.remove_rows(world.project, "offers", [0, 450, 999], world.people["alice"], _("x"), base=after)
    kept = [row["offer"] for row in tables.read_table(world.project.head, "offers")]
    assert kept == [f"o{number}" for number in range(1000) if number not in (0, 450, 999)]


@pytest.mark.parametrize("name", ["project", "table", "versions"])
def test_the_queries_of_a_page_do_not_grow_with_the_data(world: World, name: str) -> None:
    address = {"project": "", "table": "tables/offers/", "versions": "versions/"}[name]
    client = world.client("alice")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(f"/projects/{world.project.pk}/{address}").status_code == 200
        return len(found)

    few = queries()
    rows = [{"offer": f"o{number}", "item": "bracket", "supplier": "s", "unit_price": "1"} for number in range(3000)]
    tables.replace_tables(world.project, {"offers": rows}, None, _("x"), base=world.project.head)
    project: Project = world.project
    for number in range(5):
        project.scenarios.create(name=f"s{number}", changes=[])
    assert queries() == few


def test_the_tree_multiplies_quantities_down_and_cuts_a_cycle() -> None:
    bom = [{"parent": "phone", "child": "board"}, {"parent": "board", "child": "chip", "quantity": "3"},
           {"parent": "chip", "child": "board"}]  # fmt: skip
    (phone,) = tree([{"item": "phone", "demand": "10"}, {"item": "board"}, {"item": "chip"}], bom)
    (board,) = phone.children
    (chip,) = board.children
    assert [board.total, chip.quantity, chip.total] == [10, 3, 30]
    assert chip.children[0].children == ()


TABLES = {
    "items": [{"item": "bolt", "demand": "100", "max_sources": "1"}],
    "suppliers": [{"supplier": "acme", "capacity": "60"}, {"supplier": "bolts"}],
    "rules": [{"rule": "one", "measure": "share"}],
}


def test_changes_leave_the_needs_as_they_are() -> None:
    after = changes.apply(TABLES, [{"kind": "without", "supplier": "acme"}, {"kind": "demand", "factor": "1.5"}])
    assert after["suppliers"][0]["excluded"] == "true"
    assert after["items"][0]["demand"] == "150"
    assert TABLES["suppliers"][0] == {"supplier": "acme", "capacity": "60"}


def test_a_setting_is_set_or_added_and_a_rule_dropped() -> None:
    first, second = ({"kind": "setting", "name": "failures", "value": value} for value in "02")
    assert changes.apply(TABLES, [first, second])["settings"] == [{"name": "failures", "value": "2"}]
    assert changes.apply(TABLES, [{"kind": "drop", "rule": "one"}])["rules"] == []


@pytest.mark.parametrize(
    ("limit", "key", "by", "table", "cell"),
    [
        ("supplier_capacity", "acme", "40", "suppliers", ("capacity", Decimal("100.00004"))),
        ("need", "bolt", "40", "items", ("demand", Decimal("59.99996"))),
        ("max_sources", "bolt", "0.4", "items", ("max_sources", Decimal(2))),
        ("survive", "bolt", "7", "items", ("backups", Decimal(0))),
    ],
)
def test_a_way_out_loosens_its_limit(limit: str, key: str, by: str, table: str, cell: tuple[str, Decimal]) -> None:
    way = changes.way_out(limit, key, Decimal(by), [])
    assert way is not None
    column, value = cell
    assert Decimal(changes.apply(TABLES, [way])[table][0][column]) == value


def test_a_change_that_finds_nothing_to_change_says_so() -> None:
    with pytest.raises(InvalidInput, match="without nobody"):
        changes.apply(TABLES, [{"kind": "without", "supplier": "nobody"}])


def test_a_file_is_compared_row_by_row_by_key() -> None:
    before = [{"item": "a", "demand": "1"}, {"item": "b"}]
    found = difference("items", before, [{"item": "a", "demand": "2"}, {"item": "c"}])
    assert found is not None
    assert (found.added, found.removed, found.changed) == (1, 1, 1)
    assert found.examples == (("a", "demand", "1", "2"),)
    assert difference("items", before, list(before)) is None


def test_a_message_is_kept_in_no_language() -> None:
    kept = json.loads(json.dumps(pack(_("{item} has no offer", item=_("the table is missing")))))
    assert str(unpack(kept)) == "the table is missing has no offer"
