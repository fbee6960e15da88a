"""What a list says in two languages teaches which word stands for which; searches cross by it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from secondsource.market import register
from secondsource.market.bridge import Bridge, learn, translations
from secondsource.market.codelists import import_cpv
from secondsource.market.ingest import keep
from secondsource.market.journal import Journal, Page, Record
from secondsource.market.places import Places
from secondsource.market.search import categories, search

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ENGLISH = {"03111000": "Red apples", "03112000": "Red pears", "03113000": "Green apples", "03114000": "Green pears",
           "03115000": "Kauchuk"}  # fmt: skip
UKRAINIAN = {"03111000": "Червоні яблука", "03112000": "Червоні груші", "03113000": "Зелені яблука",
             "03114000": "Зелені груші"}  # fmt: skip


def test_words_that_go_together_in_both_languages_stand_for_each_other() -> None:
    """Of four labels each word is in two, and only its own translation is in the same two."""
    words = {"en": {"1": ["red", "apple"], "2": ["red", "pear"], "3": ["green", "apple"], "4": ["green", "pear"]},
             "uk": {"1": ["ч", "я"], "2": ["ч", "г"], "3": ["з", "я"], "4": ["з", "г"]}}  # fmt: skip
    best = {word: other for word, other, _language, weight in translations(words) if weight == 1.0}
    assert best == {"red": "ч", "green": "з", "apple": "я", "pear": "г",
                    "ч": "red", "з": "green", "я": "apple", "г": "pear"}  # fmt: skip


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    folder = tmp_path / "market" / "lists"
    for language, codes in (("en", ENGLISH), ("uk", UKRAINIAN)):
        file = tmp_path / f"{language}.json"
        file.write_text(json.dumps(codes, ensure_ascii=False), "utf-8")
        import_cpv(folder, file, language, "made up", date(2026, 1, 1), date(2026, 1, 2))
    return folder


def test_a_borrowed_word_is_known_by_its_sound(lists: Path) -> None:
    found = Bridge(lists).across("каучук")
    assert found["kauchuk"] > 0.5
    assert Bridge(lists).across("молоко") == {}


def test_left_out_labels_teach_nothing(lists: Path) -> None:
    learn(lists, leave_out=set(ENGLISH))
    assert Bridge(lists).across("яблуко") == {}


def test_a_need_finds_work_that_is_described_in_another_language_only(lists: Path) -> None:
    places = Places(lists.parent)
    releases: list[dict[str, Any]] = [
        {"ocid": f"o{number}", "id": "1", "date": "2026-01-01",
         "parties": [{"id": "F", "name": name, "roles": ["supplier"]}],
         "tender": {"title": title}, "awards": [{"id": "1", "suppliers": [{"id": "F"}]}]}
        for number, (name, title) in enumerate([("Alfa", "Supply of green pears"), ("Beta", "Supply of red apples")])
    ]  # fmt: skip
    records = tuple(Record(each["ocid"], "1", "ocds", json.dumps(each).encode()) for each in releases)
    keep(Journal(places.journal), "s", [Page(records)], lambda: NOW)
    register.resolve(places)
    assert search(places.published(), "зелені груші")[0].name == "Alfa"
    assert search(places.published(), "червоних яблук")[0].name == "Beta"
    assert categories(places.published(), "green pears")[0][0] == "03114000"
