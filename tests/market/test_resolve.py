"""One supplier per firm: numbers first, then names; what a person says holds; order does not matter."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondsource.market.clusters import cluster, named
from secondsource.market.decisions import Decisions, Judgement
from secondsource.market.identifiers import canonical
from secondsource.market.names import words
from secondsource.market.scoring import Link, Mention, score, weigh

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ТОВ «Київські будівельні системи»", "Kyivski Budivelni Systemy LLC"),
        ("Общество с ограниченной ответственностью «Газпром нефть»", "PJSC Gazprom Neft"),
        ("Завод имени Дегтярёва", "Zavod imeni Degtyareva"),
        ("Northgate Cleaning Ltd.", "CLEANING, NORTHGATE (LIMITED)"),
        ("OОО Ромашка", "ООО «Ромашка»"),  # the first О is a Latin one
        ("Coelho & Quintas, Lda", "COELHO E QUINTAS LDA"),
    ],
)
def test_spellings_of_one_name_have_the_same_words(one: str, other: str) -> None:
    first, second = set(words(one)), set(words(other))
    assert first - {"e"} == second - {"e"}


def test_different_firms_keep_different_words() -> None:
    assert words("ТОВ Світло") != words("ТОВ Тепло")
    assert words("ТОВ") == ("tov",)


def test_a_number_counts_only_when_it_passes_its_check() -> None:
    assert canonical("UA-EDR", "14360570") == "UA-EDR-14360570"
    assert canonical("UA-EDR", "14360571") == ""
    assert canonical("RU-INN", "7736050003") == "RU-INN-7736050003"
    assert canonical("GB-COH", "445790") == canonical("GB-COH", "00445790")
    assert canonical("", "14360570") == canonical("UA-EDR", "00000000") == ""


NAMES = [
    "Alfa Kabel TOV",
    "ТОВ Альфа Кабель",
    "Beta Montazh",
    "Бета Монтаж ПП",
    "Gamma Trade",
    "Hamma Treid",
    "Delta Invest",
]
MENTIONS = [Mention(f"{k:03d}", name, country="UA", locality="Lviv") for k, name in enumerate(NAMES)]


def test_names_across_scripts_are_linked_with_a_reason() -> None:
    links = score(MENTIONS, weigh(NAMES))
    found = {(each.first, each.second): each for each in links}
    odds = 0.0001 / 0.9999 * (0.40 / 0.000002) * (0.60 / 0.02)  # prior × same rare words × same town: docs/market.md
    assert found["000", "001"].probability == pytest.approx(odds / (1 + odds), abs=1e-6)
    assert round(odds, 2) == 600.06
    assert found["000", "001"].reason == "name: same rare words; place: same town"
    assert ("000", "002") not in found


def test_scores_do_not_depend_on_which_mentions_came_first() -> None:
    weights = weigh(NAMES)
    whole = {(each.first, each.second): round(each.probability, 9) for each in score(MENTIONS, weights)}
    for split in (1, 3, 5):
        early, late = MENTIONS[:split], MENTIONS[split:]
        parts = [*score(early, weights), *score(late, weights, early)]
        assert {(each.first, each.second): round(each.probability, 9) for each in parts} == whole


KEYS = [f"{k:02d}" for k in range(8)]
pairs = st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)).filter(lambda pair: pair[0] < pair[1])


@settings(max_examples=150)
@given(
    st.dictionaries(pairs, st.sampled_from([0.6, 0.95, 0.97, 0.99]), max_size=14),
    st.dictionaries(pairs, st.sampled_from(["same", "different"]), max_size=3),
    st.lists(st.sampled_from(["", "", "UA-EDR-1", "UA-EDR-2"]), min_size=8, max_size=8),
    st.randoms(),
)
def test_firms_do_not_depend_on_order_and_never_override_a_person(
    scored: dict[tuple[str, str], float], judged: dict[tuple[str, str], str], numbers: list[str], chance: object
) -> None:
    mentions = [Mention(key, key, number) for key, number in zip(KEYS, numbers, strict=True)]
    links = [Link(*pair, probability, "") for pair, probability in scored.items()]
    judgements = {pair: Judgement(*pair, verdict, "eve", "", "") for pair, verdict in judged.items()}  # type: ignore[arg-type]
    groups = cluster(mentions, links, judgements)
    shuffled, mixed = list(mentions), list(links)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert cluster(shuffled, mixed, judgements) == groups
    home = {key: group for group in groups for key in group}
    for (one, other), verdict in judged.items():
        if verdict == "different":
            assert home[one] is not home[other]
    if "same" not in judged.values():
        held = [{numbers[KEYS.index(key)] for key in group} - {""} for group in groups]
        assert all(len(each) <= 1 for each in held)


def test_two_numbers_of_one_register_are_two_firms_however_alike_their_names() -> None:
    two = [Mention("a", "Alfa", "UA-EDR-1"), Mention("b", "Alfa", "UA-EDR-2"), Mention("c", "Alfa")]
    links = [Link("a", "b", 0.999, ""), Link("a", "c", 0.99, ""), Link("b", "c", 0.98, "")]
    assert cluster(two, links, {}) == [frozenset("ac"), frozenset("b")]


def test_a_judgement_can_be_undone_and_its_history_stays(tmp_path: Path) -> None:
    decisions = Decisions(tmp_path / "decisions.sqlite")
    decisions.judge("b", "a", "different", "eve", NOW, "two sites")
    assert decisions.standing()["a", "b"].verdict == "different"
    decisions.judge("a", "b", "undone", "eve", NOW)
    assert decisions.standing() == {}
    assert [each.verdict for each in decisions.history()] == ["different", "undone"]


def test_an_id_stays_with_its_founding_mention_through_joining_and_splitting(tmp_path: Path) -> None:
    before, _ = named([frozenset("ab"), frozenset("c")], {})
    assert before == {"a": "Sa", "b": "Sa", "c": "Sc"}
    joined, former = named([frozenset("abcd")], before)
    assert set(joined.values()) == {"Sa"}
    assert former == {"Sc": "Sa"}
    decisions = Decisions(tmp_path / "decisions.sqlite")
    decisions.give(joined, former)
    assert decisions.now_called("Sc") == "Sa"
    split, _ = named([frozenset("ad"), frozenset("bc")], joined)
    assert split == {"a": "Sa", "d": "Sa", "b": "Sb", "c": "Sb"}
