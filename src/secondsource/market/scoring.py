"""How likely two mentions are one firm: Splink on DuckDB, fed with our own features of names; not for deciding.

The features of a pair of names, with the words w of each and their weights v (rare words weigh more):

    covered(A, B) = Σ_{w in A} v_w · s(w, B) / Σ_{w in A} v_w
    s(w, B) = max_{b in B} JaroWinkler(w, b), or 0 where that is below 0.9

`covered` in both directions does not see the order of words; in one direction it does not see added words.
"""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa
from splink import Linker, SettingsCreator, block_on
from splink.internals.blocking_rule_library import CustomRule
from splink.internals.duckdb.database_api import DuckDBAPI

from secondsource.market.names import compact, skeleton, words

JOIN, REVIEW = 0.95, 0.5  # from which mentions are joined, and from which a person is asked
# Words that many firms carry; each weighs at most COMMON_WEIGHT whatever a small market has seen of it.
COMMON_WEIGHT = 0.3
_COMMON = (
    "group trade trading service services "
    "system systems technology technologies international construction engineering "
    "industrial industry development invest holding company plus euro global center centre center university school "
    "группа торговый дом сервис система системы технологии международный строительство строй инжиниринг промышленный "
    "завод предприятие центр компания холдинг институт научно производственное объединение имени федеральное бюро "
    "група торговий дім сервіс системи технології міжнародний будівництво буд центр компанія підприємство об'єднання "
    "plant factory institute research scientific production association bureau design enterprise republic state"
)


@dataclass(frozen=True)
class Mention:
    """One way in which records name a firm; mentions that agree in everything are one.

    Attributes
    ----------
    key
        Made of the other fields, so that it is the same in every run.
    identifier
        `SCHEME-NUMBER` where it passes its check, else "".
    """

    key: str
    name: str
    identifier: str = ""
    country: str = ""
    region: str = ""
    locality: str = ""


@dataclass(frozen=True)
class Link:
    """Two mentions, how likely they are one firm, and why."""

    first: str
    second: str
    probability: float
    reason: str


def weigh(names: Iterable[str]) -> dict[str, float]:
    """Return the weight of each word, 0..1: `ln(N / n_w) / ln N` for a word in n_w of N names, at least 0.05.

    Names of the same words count once, so that a firm's word does not look common because the firm is named often.

    >>> weigh(["Alfa Beta", "ALFA BETA Ltd", "Gamma Beta", "Delta"])["alfa"]
    1.0
    """
    different = {words(name) for name in names}
    counts = Counter(word for each in different for word in each)
    total = len(different)
    whole = math.log(max(total, 2))
    return {word: max(0.05, math.log(max(total, 2) / count) / whole) for word, count in counts.items()}


def _weight(word: str, weights: Mapping[str, float]) -> float:
    found = weights.get(word, 1.0)
    return min(found, COMMON_WEIGHT) if word in COMMON else found


COMMON = frozenset(skeleton(each.replace("'", "")) for each in _COMMON.split())

_MACROS = """
CREATE OR REPLACE MACRO covered(a, w, b) AS list_sum(list_transform(list_zip(a, w), lambda x: x[2] * list_max(
    list_transform(b, lambda y: CASE WHEN jaro_winkler_similarity(x[1], y) >= 0.9
        THEN jaro_winkler_similarity(x[1], y) ELSE 0 END)))) / list_sum(w);
"""
_BOTH = "least(covered(words_l, weights_l, words_r), covered(words_r, weights_r, words_l))"
_EITHER = "greatest(covered(words_l, weights_l, words_r), covered(words_r, weights_r, words_l))"

# Label, condition, m and u: shares of the level among pairs that are one firm, and among random pairs.
NAME_LEVELS: Sequence[tuple[str, str, float, float]] = (
    ("same rare words", "joined_l = joined_r AND list_sum(weights_l) >= 0.8", 0.40, 0.000002),
    ("same words, all common", "joined_l = joined_r", 0.02, 0.00002),
    ("same words, spelt differently", f"{_BOTH} >= 0.93 AND list_sum(weights_l) >= 0.8", 0.30, 0.000006),
    ("same letters, split differently", "jaro_winkler_similarity(joined_l, joined_r) >= 0.96", 0.05, 0.00001),
    ("words added", f"{_EITHER} >= 0.93 AND {_BOTH} >= 0.5", 0.12, 0.0001),
    ("most words shared", f"{_BOTH} >= 0.6", 0.05, 0.0005),
)
PLACE_LEVELS: Sequence[tuple[str, str, float, float]] = (
    ("same town", "town_l = town_r", 0.60, 0.02),
    ("same country", "country_l = country_r", 0.38, 0.43),
)
PRIOR = 0.0001  # that two random mentions are one firm; fixed, so that a score does not depend on what came before


def _settings() -> SettingsCreator:
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="key",
        probability_two_random_records_match=PRIOR,
        comparisons=[
            _comparison("name", "joined_l IS NULL OR joined_r IS NULL", NAME_LEVELS),
            _comparison("place", "country_l IS NULL OR country_r IS NULL", PLACE_LEVELS),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("joined"),
            block_on("rarest"),
            block_on("rarest_start"),
            CustomRule("l.rarest = r.second"),
            CustomRule("l.second = r.rarest"),
            block_on("second", "start"),
        ],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )


def _comparison(name: str, null: str, levels: Sequence[tuple[str, str, float, float]]) -> dict[str, Any]:
    rest_m, rest_u = 1 - sum(level[2] for level in levels), 1 - sum(level[3] for level in levels)
    return {
        "output_column_name": name,
        "comparison_levels": [
            {"sql_condition": null, "label_for_charts": "unknown", "is_null_level": True},
            *(
                {"sql_condition": condition, "label_for_charts": label, "m_probability": m, "u_probability": u}
                for label, condition, m, u in levels
            ),
            {
                "sql_condition": "ELSE",
                "label_for_charts": "different",
                "m_probability": rest_m,
                "u_probability": rest_u,
            },
        ],
    }


def _features(mentions: Sequence[Mention], weights: Mapping[str, float]) -> pa.Table:
    columns: dict[str, list[Any]] = {name: [] for name in (
        "key", "words", "weights", "joined", "rarest", "rarest_start", "second", "start", "country", "town",
    )}  # fmt: skip
    for mention in mentions:
        found = words(mention.name)
        heavy = sorted(found, key=lambda word: (-_weight(word, weights), -len(word), word))
        row = (
            mention.key, list(found), [_weight(word, weights) for word in found], compact(found),
            heavy[0] if heavy else None,
            _start(heavy), heavy[1] if len(heavy) > 1 else None,
            found[0][:3] if found else None, mention.country or None,
            "".join(words(mention.locality)) or None,
        )  # fmt: skip
        for column, value in zip(columns.values(), row, strict=True):
            column.append(value)
    return pa.table(columns)


def _start(heavy: Sequence[str]) -> str | None:
    """The beginnings of the two rarest words, so that pairs spelt differently are looked at and blocks stay small."""
    return "|".join(word[:5] for word in heavy[:2]) if heavy and len(heavy[0]) >= 5 else None


def score(
    mentions: Sequence[Mention], weights: Mapping[str, float], known: Sequence[Mention] = (), *, threads: int = 2
) -> list[Link]:
    """Return the links of probability `REVIEW` or more among `mentions`, and between them and those `known`.

    A link depends on its two mentions and the weights alone: neither on other mentions nor on their order.
    """
    usable = [each for each in mentions if words(each.name)]
    if not usable or len(usable) + len(known) < 2:
        return []
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect(config={"threads": threads, "memory_limit": "6GB"})
    try:
        connection.execute(_MACROS)
        database = DuckDBAPI(connection=connection)
        fresh = database.register(_features(usable, weights), table_name="mentions")
        linker = Linker(fresh, _settings(), log_level=logging.ERROR, validate_settings=False)
        links = _links(connection, linker.inference.predict(threshold_match_probability=REVIEW).physical_name)
        if known:
            older = database.register(_features(known, weights), table_name="known")
            between = linker.inference.predict_between(fresh, older, threshold_match_probability=REVIEW)
            links += _links(connection, between.physical_name)
        return sorted(links, key=lambda link: (link.first, link.second))
    finally:
        connection.close()


def _links(connection: duckdb.DuckDBPyConnection, table: str) -> list[Link]:
    rows = connection.execute(
        f"SELECT least(key_l, key_r), greatest(key_l, key_r), match_probability, gamma_name, gamma_place FROM {table}"
    ).fetchall()
    return [Link(first, second, probability, _reason(name, place)) for first, second, probability, name, place in rows]


def _reason(name: int, place: int) -> str:
    """The levels that Splink found, which count from the last one up."""
    found = []
    for level, levels in ((name, NAME_LEVELS), (place, PLACE_LEVELS)):
        found.append("unknown" if level < 0 else "different" if level == 0 else levels[len(levels) - level][0])
    return f"name: {found[0]}; place: {found[1]}"
