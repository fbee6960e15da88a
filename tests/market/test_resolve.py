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
from secondsource.market.scoring import JOIN, PUBLISHED, REVIEW, Link, Mention, score, weigh
from secondsource.market.shares import estimated

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
        ("Луганский экономический союз", "Luhansk Economic Union"),
        ("Завод имени Трофимова", "Plant named after Trofimov"),
        ("ООО Компания Техприемка", "LLC Techpriemka"),
        ("Системная интеграция", "System Integration"),
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
    odds = 0.0025 / 0.9975 * (0.225 / 0.000002) * (0.60 / 0.02)  # prior × same words × same town: docs/market.md
    assert found["000", "001"].probability == pytest.approx(odds / (1 + odds), abs=1e-6)
    assert round(odds, 1) == 8458.6
    assert found["000", "001"].reason == "name: same words, several rare; place: same town"
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


def test_names_meet_across_scripts_translation_and_spelling() -> None:
    names = [
        "Общество с ограниченной ответственностью «Ульяновский станкостроительный завод»",
        "Ulyanovsk Machine Tool Plant LLC",
        "OOO Ulyanovskiy Stankostroitelnyy Zavod",
        "АО «Сарапульский радиозавод»",
        "JSC Sarapul Radio Plant",
        "ТОВ «Торговий дім Зоря Півдня»",
        "Trading House Zoria Pivdnia TOV",
        "АТ «Харківський підшипник»",
        "JSC Kharkiv Pidshypnyk",
        "Northgate Cleaning Ltd",
        "Southgate Heating Ltd",
    ]
    rest = [f"{letter}{letter}en{place} Ort" for place, letter in enumerate("bcdfgklmnprstvz" * 6)]  # words are rare
    mentions = [Mention(f"{place:02d}", name) for place, name in enumerate(names)]
    names += rest
    joined = [each for each in score(mentions, weigh(names)) if each.probability >= JOIN]
    assert {(each.first, each.second) for each in joined} >= {("00", "01"), ("00", "02"), ("01", "02")}
    assert {frozenset(each) for each in cluster(mentions, joined, {})} == {
        frozenset({"00", "01", "02"}), frozenset({"03", "04"}), frozenset({"05", "06"}), frozenset({"07", "08"}),
        frozenset({"09"}), frozenset({"10"}),
    }  # fmt: skip


def test_first_letters_bring_an_abbreviation_to_a_person() -> None:
    names = ["АО «Национальная Медиа Группа Сибири»", "АО «НМГС»", "Delta", "Gamma"]
    links = score([Mention(str(place), name) for place, name in enumerate(names)], weigh(names))
    assert [(each.first, each.second) for each in links] == [("0", "1")]
    assert REVIEW <= links[0].probability < JOIN
    assert links[0].reason.startswith("name: first letters of the other's words")


def test_a_market_whose_numbers_show_many_firms_of_one_name_no_longer_joins_it_by_name() -> None:
    """60 firms called Promin, each with a number of its own; then two mentions of Promin without a number."""
    firms = [Mention(f"a{place:02d}", "ТОВ «Промінь»", f"XX-REG-{place}") for place in range(60)]
    others = [Mention(f"b{place:02d}", f"Firma {place}{place}", f"XX-REG-9{place}") for place in range(30)]
    weights = weigh(each.name for each in (*firms, *others))
    shares = estimated([*firms, *others], weights)
    two = [Mention("x", "ТОВ Промінь"), Mention("y", "Promin LLC")]
    assert score(two, weights)[0].probability > JOIN
    assert score(two, weights, shares=shares) == []
    pairs = 90 * 89 / 2  # none of one firm; 60 · 59 / 2 at the level "same words"
    older = 300 * 0.9975 / 0.0025
    assert shares.name[1][1] == pytest.approx((60 * 59 / 2 + older * 0.0000178) / (pairs + older))
    assert estimated(two, weights) == PUBLISHED  # nothing to count


def test_shares_of_places_are_counted_by_hand() -> None:
    """Two mentions of one firm in Lviv, one of another there, one in Kyiv: 1 pair of one firm, 5 of two."""
    four = [
        Mention("a", "Alfa", "XX-REG-1", "UA", "", "Lviv"), Mention("b", "Alfa", "XX-REG-1", "UA", "", "Lviv"),
        Mention("c", "Beta", "XX-REG-2", "UA", "", "Lviv"), Mention("d", "Gamma", "XX-REG-3", "UA", "", "Kyiv"),
    ]  # fmt: skip
    found = estimated(four, weigh(["Alfa", "Beta", "Gamma"]))
    older = 300 * 0.9975 / 0.0025
    assert found.place[0] == pytest.approx(((1 + 300 * 0.60) / 301, (2 + older * 0.02) / (5 + older)))
    assert found.place[1] == pytest.approx((300 * 0.38 / 301, (3 + older * 0.43) / (5 + older)))
