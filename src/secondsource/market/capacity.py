"""What ten and a hundred times the data would take, from what this machine does now; not for doing it.

The steps of a resolve are timed on mentions of this market at three sizes, and each is taken to grow as

    t(n) = t(n₀) (n / n₀)^k,    k fitted by least squares on logarithms, from 1 to 2

Where the market is smaller than the sizes, made-up mentions make it up, three spellings of each made-up firm.
"""

from __future__ import annotations

import math
import os
import random
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from secondsource.market.clusters import cluster
from secondsource.market.names import words
from secondsource.market.places import Places
from secondsource.market.scoring import Mention, score, weigh

SIZES = (5_000, 10_000, 20_000)
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
SPARK_FROM = 10_000_000  # mentions; below, one machine does it (docs/decisions/0008)


@dataclass(frozen=True)
class Measured:
    """What one size took: seconds to score pairs and to make firms, bytes of memory at the most."""

    mentions: int
    scoring: float
    firms: float
    memory: int


@dataclass(frozen=True)
class Step:
    """What a size would take, the present one included.

    Attributes
    ----------
    seconds, memory, disk
        On a machine like this one; `fits` where its memory is enough.
    spark
        Whether the pairs should be scored on a cluster.
    price
        Of the seconds at the price of an hour that was given.
    """

    times: int
    mentions: int
    seconds: float
    memory: float
    disk: float
    fits: bool
    spark: bool
    price: float


@dataclass(frozen=True)
class Capacity:
    """The measurements, how time and memory grow (exponents), and what each multiple would take."""

    mentions: int
    made_up: bool
    measured: tuple[Measured, ...]
    growth: float
    steps: tuple[Step, ...]


def capacity(places: Places, hour_price: float = 0.0, *, threads: int = 2, sizes: Sequence[int] = SIZES) -> Capacity:
    """Measure, and return what this market and 10 and 100 times as much would take."""
    generation = places.published()
    rows = duckdb.execute(
        f"""SELECT DISTINCT ON (mention) mention, name, identifier, country, region, locality
        FROM read_parquet('{generation}/mentions.parquet') ORDER BY mention"""
    ).fetchall()
    own = [Mention(*row) for row in rows]
    taken = _many(own, max(sizes))
    _measure(taken[:500], threads)  # the first time loads what the others find loaded
    measured = tuple(_measure(taken[:size], threads) for size in sizes)
    disk = sum(each.stat().st_size for each in generation.rglob("*") if each.is_file()) / max(len(own), 1)
    growth = min(2.0, max(1.0, _slope([(each.mentions, each.scoring + each.firms) for each in measured])))
    last = measured[-1]
    memory_each = max((last.memory - measured[0].memory) / (last.mentions - measured[0].mentions), 1.0)
    here = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    steps = []
    for times in (1, 10, 100):
        size = len(own) * times
        seconds = (last.scoring + last.firms) * (size / last.mentions) ** growth
        memory = last.memory + memory_each * max(0, size - last.mentions)
        spark = size >= SPARK_FROM or memory > here / 2
        steps.append(Step(times, size, seconds, memory, disk * size, memory <= here / 2, spark,
                          seconds / 3600 * hour_price))  # fmt: skip
    return Capacity(len(own), len(own) < max(sizes), measured, growth, tuple(steps))


def _many(own: Sequence[Mention], size: int) -> list[Mention]:
    """The market's mentions, and made-up ones until there are enough: three spellings of each made-up firm."""
    found = list(own[:size])
    chance = random.Random(size)  # noqa: S311  nothing secret
    firm = 0
    while len(found) < size:
        firm += 1
        first, second = ("".join(chance.choices(_SYLLABLES, k=4)) for _word in range(2))
        place = f"town {chance.randrange(2000)}"
        for name in (f"{first} {second} Ltd", f"{second.title()} {first.title()}", f"{first} {second[:-1]} LLC"):
            found.append(Mention(f"made-up-{len(found)}", name, "", "XX", "", place))
    return found[:size]


def _measure(mentions: Sequence[Mention], threads: int) -> Measured:
    for each in mentions:
        words(each.name)  # reading names is part of ingest; what is timed is scoring
    weights = weigh(each.name for each in mentions)
    begun = time.perf_counter()
    links = score(mentions, weights, threads=threads)
    scored = time.perf_counter()
    cluster(mentions, links, {})
    done = time.perf_counter()
    return Measured(
        len(mentions), scored - begun, done - scored, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    )


def _slope(points: Sequence[tuple[int, float]]) -> float:
    """The exponent of growth through the points, by least squares on logarithms.

    >>> round(_slope([(1000, 1.0), (2000, 2.0), (4000, 4.0)]), 6)
    1.0
    """
    x = [math.log(size) for size, _seconds in points]
    y = [math.log(max(seconds, 1e-9)) for _size, seconds in points]
    middle, height = sum(x) / len(x), sum(y) / len(y)
    return sum((a - middle) * (b - height) for a, b in zip(x, y, strict=True)) / sum((a - middle) ** 2 for a in x)
