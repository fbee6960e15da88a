"""The log is only ever added to, and a change afterwards shows."""

from __future__ import annotations

import pytest

from secondsource.web.audit import log
from secondsource.web.audit.models import Entry
from tests.web.conftest import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(world: World) -> list[Entry]:
    """Two entries from the world, and three more."""
    for number in range(3):
        log.record("needs.edit", f"edit {number}", team=world.team, person=world.people["alice"], cells=number)
    return list(Entry.objects.order_by("number"))


def test_a_whole_log_has_no_finding(entries: list[Entry]) -> None:
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert list(log.broken()) == []
    assert log.last_seal() == (len(entries), entries[-1].seal)


@pytest.mark.parametrize(
    "change", [{"about": "other"}, {"deed": "plan.approve"}, {"details": {"cells": 9}}, {"person": None}]
)
def test_a_changed_entry_is_found(entries: list[Entry], change: dict[str, object]) -> None:
    Entry.objects.filter(pk=entries[2].pk).update(**change)
    assert [finding.number for finding in log.broken()] == [3]


def test_a_removed_entry_is_found_with_its_number(entries: list[Entry]) -> None:
    Entry.objects.filter(pk=entries[2].pk).delete()
    assert next(log.broken()).number == 3


def test_an_entry_resealed_by_hand_breaks_the_next_one(entries: list[Entry]) -> None:
    forged = entries[2]
    forged.about = "forged"
    Entry.objects.filter(pk=forged.pk).update(about="forged", seal=log.seal(entries[1].seal, forged))
    assert [finding.number for finding in log.broken()] == [4]


def test_entries_are_neither_saved_again_nor_removed(entries: list[Entry]) -> None:
    with pytest.raises(TypeError):
        entries[0].save()
    with pytest.raises(TypeError):
        entries[0].delete()
