"""How likely two mentions are one firm: Splink on DuckDB, fed with our own features of names; not for deciding.

A name is its rare words, its words of known meaning (`meanings`), and the weight v of each, 0..1. Of a pair is seen

    shared(A, B) = Σ_{w in A and B} v_w      over the rare words, each by its consonants (`sounds`)

whether the rare words of one are all among the other's, and the same of the meanings. That does not see the order of
words, and sees added words apart from other ones. How often each level holds among pairs that are one firm (m) and
among others (u) was counted on half 0 of the published names (docs/market.md); half 1 was not looked at.
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

from secondsource.market.names import initials, sounds, words

JOIN, REVIEW = 0.9, 0.5  # from which mentions are joined, and from which a person is asked
COMMON_WEIGHT = 0.5  # the most that a word of known meaning weighs, whatever a small market has seen of it
RARE = 0.7  # weight from which one shared word is worth looking at a pair


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
    different = {frozenset(sounds(word) for word in words(name)) for name in names}
    counts = Counter(word for each in different for word in each)
    total = len(different)
    whole = math.log(max(total, 2))
    return {word: max(0.05, math.log(max(total, 2) / count) / whole) for word, count in counts.items()}


def _weight(word: str, weights: Mapping[str, float]) -> float:
    found = weights.get(word, 1.0)
    return min(found, COMMON_WEIGHT) if word.startswith("=") else found


MACROS = """
CREATE OR REPLACE MACRO shared(a, w, b) AS coalesce(list_sum(list_transform(list_zip(a, w),
    lambda x: CASE WHEN list_contains(b, x[1]) THEN x[2] ELSE 0 END)), 0);
CREATE OR REPLACE MACRO common(a, b) AS len(list_intersect(a, b));
CREATE OR REPLACE MACRO within(a, b) AS list_has_all(a, b) OR list_has_all(b, a);
CREATE OR REPLACE MACRO alike(a, b) AS list_sum(list_transform(a, lambda x: list_max(list_transform(b,
    lambda y: jaro_winkler_similarity(x, y))))) / len(a);
"""
_SHARED = "shared(rare_l, weights_l, rare_r)"
_MEANT = "within(meant_l, meant_r)"
_IN_COMMON = "(common(rare_l, rare_r) + common(meant_l, meant_r))"
_LONGER = "greatest(len(rare_l) + len(meant_l), len(rare_r) + len(meant_r))"
_BOTH_RARE = "len(rare_l) > 0 AND len(rare_r) > 0"

# Label, condition, m and u: shares of the level among pairs that are one firm, and among random pairs.
NAME_LEVELS: Sequence[tuple[str, str, float, float]] = (
    ("same words, several rare", "joined_l = joined_r AND total_l >= 1.3", 0.225, 2e-06),
    ("same words", "joined_l = joined_r AND total_l >= 0.8", 0.132, 0.0000178),
    # None of half 0 was wrong; yet a larger market has many firms of one common word, so a person is asked.
    ("same words, all common", "joined_l = joined_r", 0.012, 0.00003),
    ("first letters of the other's words", "initials_l = short_r AND len(short_r) >= 4 "
     "OR initials_r = short_l AND len(short_l) >= 4", 0.0183, 7e-06),
    ("same rare words", f"len(rare_l) > 0 AND rare_l = rare_r AND {_SHARED} >= {RARE} AND {_MEANT}", 0.0752, 0.0000166),
    ("three first letters", "initials_l = short_r OR initials_r = short_l", 0.0096, 0.0000047),
    ("several rare words added", f"{_BOTH_RARE} AND within(rare_l, rare_r) AND {_SHARED} >= 1.2", 0.0096, 0.0000036),
    ("spelt differently", "meant_l = meant_r AND least(len(text_l), len(text_r)) >= 6 AND "
     "jaro_winkler_similarity(text_l, text_r) >= 0.7 AND (jaro_winkler_similarity(text_l, text_r) >= 0.93 "
     "OR least(alike(rare_l, rare_r), alike(rare_r, rare_l)) >= 0.9)", 0.0207, 0.0000297),
    ("several rare words shared", f"{_BOTH_RARE} AND {_SHARED} >= 1.2", 0.0073, 0.00001),
    ("common words added", f"len(rare_l) = 0 AND len(rare_r) = 0 AND {_MEANT}", 0.0082, 0.000013),
    ("most words", f"{_BOTH_RARE} AND {_SHARED} >= {RARE} AND {_IN_COMMON} >= 3 AND {_IN_COMMON} >= 0.6 * {_LONGER}",
     0.0135, 0.000001),
    ("words added", f"{_BOTH_RARE} AND within(rare_l, rare_r) AND {_SHARED} >= {RARE} AND ({_MEANT} OR "
     "list_has_any(meant_l, meant_r))", 0.0747, 0.000163),
    ("a rare word shared", f"{_BOTH_RARE} AND {_SHARED} >= {RARE}", 0.0125, 0.000204),
)  # fmt: skip
PLACE_LEVELS: Sequence[tuple[str, str, float, float]] = (
    ("same town", "town_l = town_r", 0.60, 0.02),
    ("same country", "country_l = country_r", 0.38, 0.43),
)


# Columns of one mention and of another; a pair is looked at where they are equal.
BLOCKS: Sequence[tuple[tuple[str, ...], tuple[str, ...]]] = (
    (("joined",), ("joined",)), (("rarest",), ("rarest",)), (("rarest",), ("second",)), (("second",), ("rarest",)),
    (("short",), ("initials",)), (("initials",), ("short",)), (("ends",), ("ends",)),
    (("start", "town"), ("start", "town")),
)  # fmt: skip


@dataclass(frozen=True)
class Shares:
    """How often each level holds: (m, u) in the order of the levels, and how often two random mentions are one firm."""

    name: tuple[tuple[float, float], ...] = tuple(level[2:] for level in NAME_LEVELS)
    place: tuple[tuple[float, float], ...] = tuple(level[2:] for level in PLACE_LEVELS)
    prior: float = 0.0025


PUBLISHED = Shares()  # of half 0; `shares.estimated` puts those of a market in their place


def settings(shares: Shares = PUBLISHED) -> SettingsCreator:
    """Return the settings of Splink, for DuckDB and for Spark."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="key",
        probability_two_random_records_match=shares.prior,
        comparisons=[
            _comparison("name", "joined_l IS NULL OR joined_r IS NULL", NAME_LEVELS, shares.name),
            _comparison("place", "country_l IS NULL OR country_r IS NULL", PLACE_LEVELS, shares.place),
        ],
        blocking_rules_to_generate_predictions=[
            block_on(*one) if one == other else CustomRule(f"l.{one[0]} = r.{other[0]}") for one, other in BLOCKS
        ],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )


def _comparison(
    name: str, null: str, levels: Sequence[tuple[str, str, float, float]], shares: Sequence[tuple[float, float]]
) -> dict[str, Any]:
    rest_m, rest_u = 1 - sum(m for m, _u in shares), 1 - sum(u for _m, u in shares)
    return {
        "output_column_name": name,
        "comparison_levels": [
            {"sql_condition": null, "label_for_charts": "unknown", "is_null_level": True},
            *(
                {"sql_condition": condition, "label_for_charts": label, "m_probability": m, "u_probability": u}
                for (label, condition, _m, _u), (m, u) in zip(levels, shares, strict=True)
            ),
            {
                "sql_condition": "ELSE",
                "label_for_charts": "different",
                "m_probability": rest_m,
                "u_probability": rest_u,
            },
        ],
    }


def features(mentions: Sequence[Mention], weights: Mapping[str, float]) -> pa.Table:
    """Return the columns that the levels and blocks look at, a row per mention."""
    names = list(dict.fromkeys(each.name for each in mentions))
    seen = {name: _of_name(name, weights) for name in names}
    rows = [seen[each.name] for each in mentions]
    columns: dict[str, Any] = {"key": pa.array([each.key for each in mentions], pa.string())}
    for place, (name, kind) in enumerate(_COLUMNS.items()):
        columns[name] = pa.array([row[place] for row in rows], kind)
    columns["country"] = pa.array([each.country or None for each in mentions], pa.string())
    towns = {each.locality for each in mentions}
    written = {town: "".join(words(town)) or None for town in towns}
    columns["town"] = pa.array([written[each.locality] for each in mentions], pa.string())
    return pa.table(columns)


_TEXT, _TEXTS, _NUMBER, _NUMBERS = pa.string(), pa.list_(pa.string()), pa.float64(), pa.list_(pa.float64())
_COLUMNS = {
    "rare": _TEXTS, "weights": _NUMBERS, "meant": _TEXTS, "joined": _TEXT, "text": _TEXT, "total": _NUMBER,
    "initials": _TEXT, "short": _TEXT, "rarest": _TEXT, "second": _TEXT, "start": _TEXT, "ends": _TEXT,
}  # fmt: skip


def _of_name(name: str, weights: Mapping[str, float]) -> tuple[Any, ...]:
    """The columns of a name, in the order of `_COLUMNS`.

    Blocks are made of the rarest words: of one alone where it is rare enough for a level, else of two together; of the
    first and last letters, for other spellings; and of the initials.
    """
    found = words(name)
    rare = sorted({sounds(each) for each in found if not each.startswith("=")})
    meant = [each for each in found if each.startswith("=")]
    heavy = sorted(((_weight(each, weights), each) for each in rare), reverse=True)
    alone = [each for weight, each in heavy if weight >= RARE][:2]
    if not alone and len(heavy) > 1:
        alone = ["|".join(each for _weight, each in heavy[:2])]
    text = "".join(each for each in found if not each.startswith("="))
    letters, short = initials(name)
    return (
        rare, [_weight(each, weights) for each in rare], meant, "".join([*meant, *rare]), text,
        sum(_weight(each, weights) for each in (*rare, *meant)), letters or None, short or None,
        alone[0] if alone else None, alone[1] if len(alone) > 1 else None,
        text[:4] if len(text) >= 6 else None, _ends(text),
    )  # fmt: skip


def _ends(text: str) -> str | None:
    """The first and last letters, enough of them that few names share both."""
    return text[:5] + text[-4:] if len(text) >= 8 else text[:4] + text[-2:] if len(text) >= 6 else None


def score(
    mentions: Sequence[Mention],
    weights: Mapping[str, float],
    known: Sequence[Mention] = (),
    *,
    shares: Shares = PUBLISHED,
    threads: int = 2,
) -> list[Link]:
    """Return the links of probability `REVIEW` or more among `mentions`, and between them and those `known`.

    A link depends on its two mentions and the weights alone: neither on other mentions nor on their order.
    """
    usable = [each for each in mentions if words(each.name)]
    if not usable or len(usable) + len(known) < 2:
        return []
    older = features(known, weights) if known else None
    return scored(features(usable, weights), older, shares=shares, threads=threads)


def scored(mentions: pa.Table, known: pa.Table | None, *, shares: Shares = PUBLISHED, threads: int = 2) -> list[Link]:
    """Return the links of mentions by their features, as `score` does."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect(config={"threads": threads, "memory_limit": "6GB"})
    try:
        connection.execute(MACROS)
        database = DuckDBAPI(connection=connection)
        fresh = database.register(mentions, table_name="mentions")
        linker = Linker(fresh, settings(shares), log_level=logging.ERROR, validate_settings=False)
        links = _links(connection, linker.inference.predict(threshold_match_probability=REVIEW).physical_name)
        if known is not None and known.num_rows:
            older = database.register(known, table_name="known")
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
