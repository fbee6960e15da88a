"""How often each level of a comparison holds in a market, counted where registration numbers say who is who.

Mentions that carry a number of the same register are one firm or are not, without looking at names. Of their pairs,
a_k are one firm and stand at level k, b_k are not one and stand at it; A and B are all pairs of either kind. The counts
of the published half (`scoring.PUBLISHED`, as if `OLDER` pairs of one firm had been counted there) are added, so that a
small market leans on them and a large one on itself:

    m_k = (a_k + OLDER m0_k) / (A + OLDER)        u_k = (b_k + B0 u0_k) / (B + B0)
    prior = (A + OLDER) / (A + OLDER + B + B0)     B0 = OLDER (1 - prior0) / prior0
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence

import duckdb
from splink import Linker
from splink.internals.duckdb.database_api import DuckDBAPI

from secondsource.market.names import words
from secondsource.market.scoring import MACROS, PUBLISHED, Mention, Shares, features, settings

OLDER = 300.0  # pairs of one firm that the published shares count for
LARGEST = 50_000  # mentions that are looked at; their keys are hashes, so the smallest keys are a random sample


def estimated(mentions: Sequence[Mention], weights: Mapping[str, float], *, threads: int = 2) -> Shares:
    """Return the shares of a market, near the published ones where few of its mentions carry a number."""
    numbered = [each for each in sorted(mentions, key=lambda each: each.key) if each.identifier and words(each.name)]
    registers = Counter(each.identifier.rpartition("-")[0] for each in numbered)
    if not registers:
        return PUBLISHED
    register = max(sorted(registers), key=lambda each: registers[each])
    looked_at = [each for each in numbered if each.identifier.rpartition("-")[0] == register][:LARGEST]
    if len(looked_at) < 2:
        return PUBLISHED
    firm = {each.key: each.identifier for each in looked_at}
    one = _pairs(firm.values())
    others = len(looked_at) * (len(looked_at) - 1) / 2 - one
    older = OLDER * (1 - PUBLISHED.prior) / PUBLISHED.prior
    name = _name_levels(looked_at, firm, weights, threads)
    place = _place_levels(looked_at)
    total = one + OLDER + others + older

    def smoothed(
        counts: Sequence[tuple[float, float]], published: Sequence[tuple[float, float]]
    ) -> tuple[tuple[float, float], ...]:
        return tuple(
            ((a + OLDER * m) / (one + OLDER), (b + older * u) / (others + older))
            for (a, b), (m, u) in zip(counts, published, strict=True)
        )

    return Shares(smoothed(name, PUBLISHED.name), smoothed(place, PUBLISHED.place), (one + OLDER) / total)


def _pairs(groups: Iterable[Hashable]) -> float:
    return sum(count * (count - 1) / 2 for count in Counter(groups).values())


def _name_levels(
    mentions: Sequence[Mention], firm: Mapping[str, str], weights: Mapping[str, float], threads: int
) -> list[tuple[float, float]]:
    """Pairs of one firm and of two, by level of the name in the order of the levels."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = duckdb.connect(config={"threads": threads, "memory_limit": "6GB"})
    try:
        connection.execute(MACROS)
        database = DuckDBAPI(connection=connection)
        table = database.register(features(mentions, weights), table_name="mentions")
        linker = Linker(table, settings(), log_level=logging.ERROR, validate_settings=False)
        found = linker.inference.predict().physical_name
        counts: defaultdict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for one, other, gamma in connection.execute(f"SELECT key_l, key_r, gamma_name FROM {found}").fetchall():
            counts[gamma][firm[one] != firm[other]] += 1
    finally:
        connection.close()
    levels = len(PUBLISHED.name)  # Splink counts from the last level, "different", up
    return [(counts[levels - place][0], counts[levels - place][1]) for place in range(levels)]


def _place_levels(mentions: Sequence[Mention]) -> list[tuple[float, float]]:
    """Pairs of one firm and of two, in one town and in one country only; unknown places count at neither."""
    towns = [(each.country, each.locality, each.identifier) for each in mentions if each.country and each.locality]
    countries = [(each.country, each.identifier) for each in mentions if each.country]
    same_town, same_country = _pairs(towns), _pairs(countries)
    any_town, any_country = _pairs(each[:2] for each in towns), _pairs(each[0] for each in countries)
    return [
        (same_town, any_town - same_town),
        (same_country - same_town, any_country - any_town - same_country + same_town),
    ]


def kept_shares(rows: Sequence[tuple[str, int, float, float]]) -> Shares | None:
    """Return the shares that were frozen as (comparison, level, m, u), None where not all of today's levels were."""
    if len(rows) != len(PUBLISHED.name) + len(PUBLISHED.place) + 1:
        return None
    by_name = {name: tuple((m, u) for each, _level, m, u in rows if each == name) for name in ("name", "place")}
    return Shares(by_name["name"], by_name["place"], next(m for each, _level, m, _u in rows if each == "prior"))
