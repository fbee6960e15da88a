"""From the journal to a published register: tables, mentions, suppliers and index; not for reading it (`search`)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from secondsource.market import bridge, flags, fresh, increment, index, pages, stage
from secondsource.market.clusters import cluster, named
from secondsource.market.decisions import Decisions
from secondsource.market.journal import Journal
from secondsource.market.legal_forms import LegalForms
from secondsource.market.places import Places
from secondsource.market.scoring import REVIEW, Link, Mention, Shares, score, scored, weigh
from secondsource.market.shares import estimated, kept_shares

Engine = Literal["duckdb", "spark"]


@dataclass(frozen=True)
class Register:
    """What a generation holds: records, mentions, suppliers, and pairs that wait for a person."""

    records: int
    mentions: int
    suppliers: int
    waiting: int


def resolve(places: Places, *, threads: int = 2, engine: Engine = "duckdb", anew: bool = False) -> Register:
    """Publish a new generation of the register and return what it holds.

    Where a few records came to a register that is published, only what they touch is worked out (`increment`). Else
    all of it is made, though mentions that were compared are not compared again, unless the code or the lists changed.

    Parameters
    ----------
    engine
        What scores pairs: DuckDB, or Spark with the same settings.
    anew
        Make all of it in any case.
    """
    scoring = _engine(engine)
    now = increment.state(places)
    newest = fresh.begin(places)
    generation = places.fresh()
    try:
        earlier = None if anew or engine != "duckdb" else increment.base(places, now)
        if earlier is not None:
            increment.resolve(places, generation, *earlier, threads)
        else:
            _whole(places, generation, now, scoring, threads)
        increment.keep(generation, now)
        places.publish(generation)
        fresh.forget(places, newest)
    except BaseException:
        shutil.rmtree(generation, ignore_errors=True)
        raise
    mentions, suppliers = duckdb.execute(
        f"SELECT count(DISTINCT mention), count(DISTINCT supplier) FROM read_parquet('{generation}/mentions.parquet')"
    ).fetchone() or (0, 0)
    return Register(now.records, mentions, suppliers, _waiting(places))


def _engine(engine: Engine) -> Callable[..., list[Link]]:
    if engine == "duckdb":
        return score
    from secondsource.market import spark

    spark.require()
    return spark.score


def _whole(
    places: Places, generation: Path, now: increment.State, scoring: Callable[..., list[Link]], threads: int
) -> None:
    """Write all tables, pages and indexes of a generation."""
    releases = stage.tables(Journal(places.journal).records(), generation, threads)
    pq.write_table(releases, generation / stage.RELEASES)
    found = stage.mentions(generation)
    decisions = Decisions(places.decisions)
    mentions = sorted(set(found.values()), key=lambda each: each.key)
    links = _links(places, generation, decisions, mentions, now, threads, scoring)
    groups = cluster(mentions, links, decisions.standing())
    suppliers, former = named(groups, decisions.suppliers())
    decisions.give(suppliers, former)
    pq.write_table(stage.mention_rows(found, suppliers), generation / "mentions.parquet")
    pq.write_table(stage.link_rows(links), generation / "links.parquet")
    flags.write(generation)
    pages.write(generation, threads=threads)
    if (places.lists / bridge.FILE).is_file():
        shutil.copyfile(places.lists / bridge.FILE, generation / bridge.FILE)
    index.build(generation, places.lists, threads=threads)


def _links(
    places: Places, generation: Path, decisions: Decisions, mentions: Sequence[Mention], now: increment.State,
    threads: int, scoring: Callable[..., list[Link]],
) -> list[Link]:  # fmt: skip
    bare = LegalForms.imported(places.lists).bare(mentions)
    weights = decisions.weights()
    if not weights:
        decisions.freeze(weigh(each.name for each in bare).items())
        weights = decisions.weights()
    shares = _shares(decisions, bare, weights, threads)
    kept, older = increment.compared(places, now, {each.key for each in mentions})
    seen = stage.features(bare, weights)
    pq.write_table(seen, generation / "features.parquet")
    if scoring is not score:
        new, known = ([each for each in bare if (each.key in older) == had] for had in (False, True))
        return [*kept, *scoring(new, weights, known, shares=shares, threads=threads)]
    had = pc.is_in(seen["key"], pa.array(sorted(older), pa.string()))
    return [*kept, *scored(seen.filter(pc.invert(had)), seen.filter(had), shares=shares, threads=threads)]


def _shares(decisions: Decisions, mentions: Sequence[Mention], weights: Mapping[str, float], threads: int) -> Shares:
    """How often the levels hold in this market, estimated when its first mentions are resolved and frozen then."""
    kept = kept_shares(decisions.shares())
    if kept is None:
        found = estimated(mentions, weights, threads=threads)
        rows = [("name", place, m, u) for place, (m, u) in enumerate(found.name)]
        rows += [("place", place, m, u) for place, (m, u) in enumerate(found.place)]
        decisions.freeze_shares([*rows, ("prior", 0, found.prior, found.prior)])
        return kept_shares(decisions.shares()) or found
    return kept


_WAITING = f"""WITH m AS (SELECT DISTINCT ON (mention) * FROM read_parquet('{{0}}/mentions.parquet'))
    SELECT l.first, l.second, l.probability, l.reason, a.name AS first_name, b.name AS second_name,
        a.identifier AS first_identifier, b.identifier AS second_identifier,
        a.country AS first_country, b.country AS second_country
    FROM read_parquet('{{0}}/links.parquet') l
    JOIN m a ON a.mention = l.first JOIN m b ON b.mention = l.second
    WHERE l.probability >= {REVIEW} AND a.supplier <> b.supplier AND NOT EXISTS (
        FROM judged j WHERE j.a = l.first AND j.b = l.second)
      AND NOT (a.identifier <> '' AND b.identifier <> ''
               AND regexp_replace(a.identifier, '-[^-]*$', '') = regexp_replace(b.identifier, '-[^-]*$', ''))"""


def waiting(places: Places, limit: int | None = None) -> list[dict[str, object]]:
    """Return the pairs that wait for a person, the likeliest first: scored `REVIEW` or more, yet of two suppliers."""
    last = "" if limit is None else f" LIMIT {int(limit)}"
    with closing(_reviewed(places)) as connection:
        asked = _WAITING.format(places.published()) + f" ORDER BY l.probability DESC, l.first, l.second{last}"
        found = connection.execute(asked)
        names = [each[0] for each in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _waiting(places: Places) -> int:
    with closing(_reviewed(places)) as connection:
        row = connection.execute(f"SELECT count(*) FROM ({_WAITING.format(places.published())})").fetchone()
    return int(row[0]) if row else 0


def _reviewed(places: Places) -> duckdb.DuckDBPyConnection:
    """A connection that knows which pairs are judged."""
    connection = duckdb.connect(config={"threads": 2})
    pairs = sorted(Decisions(places.decisions).standing())
    judged = {"a": [first for first, _second in pairs], "b": [second for _first, second in pairs]}
    connection.register("judged", pa.table({name: pa.array(each, pa.string()) for name, each in judged.items()}))
    return connection
