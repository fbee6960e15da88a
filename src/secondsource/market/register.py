"""From the journal to a published register: tables, mentions, suppliers and index; not for reading it (`search`)."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from secondsource.market import bridge, flags, fresh, index, legal_forms, pages
from secondsource.market.clusters import cluster, named
from secondsource.market.decisions import Decisions
from secondsource.market.flatten import flatten
from secondsource.market.formats import release_of
from secondsource.market.journal import Journal
from secondsource.market.legal_forms import LegalForms
from secondsource.market.mentions import ROLES, mention
from secondsource.market.places import Places
from secondsource.market.scoring import PUBLISHED, REVIEW, Link, Mention, Shares, score, weigh
from secondsource.market.shares import estimated

Engine = Literal["duckdb", "spark"]


@dataclass(frozen=True)
class Register:
    """What a generation holds: records, mentions, suppliers, and pairs that wait for a person."""

    records: int
    mentions: int
    suppliers: int
    waiting: int


def resolve(places: Places, *, threads: int = 2, engine: Engine = "duckdb") -> Register:
    """Publish a new generation of the register and return what it holds.

    Mentions that the current generation has already are not scored again among themselves. `engine` says what scores
    pairs: DuckDB, or Spark with the same settings.
    """
    scoring = _engine(engine)
    newest = fresh.begin(places)
    generation = places.fresh()
    try:
        records = _write_tables(Journal(places.journal), generation, threads)
        found = _mentions(generation)
        decisions = Decisions(places.decisions)
        mentions = sorted(set(found.values()), key=lambda each: each.key)
        links = _links(places, decisions, mentions, threads, scoring)
        judgements = decisions.standing()
        groups = cluster(mentions, links, judgements)
        suppliers, former = named(groups, decisions.suppliers())
        decisions.give(suppliers, former)
        _write_register(generation, found, suppliers, links)
        (generation / "forms.digest").write_text(legal_forms.digest(places.lists))
        flags.write(generation)
        pages.write(generation, threads=threads)
        if (places.lists / bridge.FILE).is_file():
            shutil.copyfile(places.lists / bridge.FILE, generation / bridge.FILE)
        index.build(generation, places.lists, threads=threads)
        places.publish(generation)
        fresh.forget(places, newest)
    except BaseException:
        shutil.rmtree(generation, ignore_errors=True)
        raise
    return Register(records, len(mentions), len(groups), len(waiting(places)))


def _engine(engine: Engine) -> Callable[..., list[Link]]:
    if engine == "duckdb":
        return score
    from secondsource.market import spark

    spark.require()
    return spark.score


def _write_tables(journal: Journal, generation: Path, threads: int) -> int:
    staged = generation / "releases.jsonl.gz"
    count = 0
    with gzip.open(staged, "wt", encoding="utf-8", compresslevel=1) as file:
        for source, record in journal.records():
            file.write(json.dumps({**release_of(record), "source": source}, ensure_ascii=False) + "\n")
            count += 1
    flatten([staged], generation, threads=threads)
    staged.unlink()
    return count


def _mentions(generation: Path) -> dict[tuple[str, str, str], Mention]:
    """The mention behind each party of each process that supplies, bids or is listed."""
    rows = duckdb.execute(
        f"""SELECT source, ocid, party, name, scheme, identifier, country, region, locality
        FROM read_parquet('{generation}/parties.parquet') WHERE list_has_any(roles, $roles)""",
        {"roles": list(ROLES)},
    ).fetchall()
    return {(source, ocid, party): mention(*rest) for source, ocid, party, *rest in rows}


def _links(
    places: Places, decisions: Decisions, mentions: Sequence[Mention], threads: int, scoring: Callable[..., list[Link]]
) -> list[Link]:
    forms = LegalForms.imported(places.lists)
    bare = [replace(each, name=forms.without(each.name)) for each in mentions]
    weights = decisions.weights()
    if not weights:
        decisions.freeze(weigh(each.name for each in bare).items())
        weights = decisions.weights()
    shares = _shares(decisions, bare, weights, threads)
    current = places.current()
    if current is None or _forms_of(current) != legal_forms.digest(places.lists):
        return scoring(bare, weights, shares=shares, threads=threads)
    older = set(pq.read_table(current / "mentions.parquet", columns=["mention"])["mention"].to_pylist())
    present = {each.key for each in mentions}
    kept = [Link(**row) for row in pq.read_table(current / "links.parquet").to_pylist()]
    kept = [each for each in kept if each.first in present and each.second in present]
    unseen = [each for each in bare if each.key not in older]
    known = [each for each in bare if each.key in older]
    return [*kept, *scoring(unseen, weights, known, shares=shares, threads=threads)]


def _forms_of(generation: Path) -> str:
    """The import of legal forms that a generation's links were scored with."""
    path = generation / "forms.digest"
    return path.read_text() if path.is_file() else ""


def _shares(decisions: Decisions, mentions: Sequence[Mention], weights: Mapping[str, float], threads: int) -> Shares:
    """How often the levels hold in this market, estimated when its first mentions are resolved and frozen then."""
    kept = decisions.shares()
    if len(kept) != len(PUBLISHED.name) + len(PUBLISHED.place) + 1:
        found = estimated(mentions, weights, threads=threads)
        rows = [("name", place, m, u) for place, (m, u) in enumerate(found.name)]
        rows += [("place", place, m, u) for place, (m, u) in enumerate(found.place)]
        decisions.freeze_shares([*rows, ("prior", 0, found.prior, found.prior)])
        kept = decisions.shares()
    by_name = {name: tuple((m, u) for each, _level, m, u in kept if each == name) for name in ("name", "place")}
    return Shares(by_name["name"], by_name["place"], next(m for each, _level, m, _u in kept if each == "prior"))


def _write_register(
    generation: Path, found: dict[tuple[str, str, str], Mention], suppliers: dict[str, str], links: Sequence[Link]
) -> None:
    columns = ("source", "ocid", "party", "mention", "supplier", "name", "identifier", "country", "region", "locality")
    rows = [
        (*place, each.key, suppliers[each.key], each.name, each.identifier, each.country, each.region, each.locality)
        for place, each in sorted(found.items())
    ]
    text = pa.schema([(name, pa.string()) for name in columns])
    pq.write_table(pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows], text),
                   generation / "mentions.parquet")  # fmt: skip
    kinds = {"first": pa.string(), "second": pa.string(), "probability": pa.float64(), "reason": pa.string()}
    kind = pa.schema(list(kinds.items()))
    pq.write_table(pa.Table.from_pylist([vars(each) for each in links], kind), generation / "links.parquet")


def waiting(places: Places) -> list[dict[str, object]]:
    """Return the pairs that wait for a person, the likeliest first: scored `REVIEW` or more, yet of two suppliers."""
    generation = places.published()
    rows = duckdb.execute(
        f"""WITH m AS (SELECT DISTINCT ON (mention) * FROM read_parquet('{generation}/mentions.parquet'))
        SELECT l.first, l.second, l.probability, l.reason, a.name, b.name, a.identifier, b.identifier,
            a.country, b.country
        FROM read_parquet('{generation}/links.parquet') l
        JOIN m a ON a.mention = l.first JOIN m b ON b.mention = l.second
        WHERE l.probability >= {REVIEW} AND a.supplier <> b.supplier
          AND NOT (a.identifier <> '' AND b.identifier <> ''
                   AND regexp_replace(a.identifier, '-[^-]*$', '') = regexp_replace(b.identifier, '-[^-]*$', ''))
        ORDER BY l.probability DESC, l.first, l.second"""
    ).fetchall()
    judged = Decisions(places.decisions).standing()
    names = ("first", "second", "probability", "reason", "first_name", "second_name", "first_identifier",
             "second_identifier", "first_country", "second_country")  # fmt: skip
    return [dict(zip(names, row, strict=True)) for row in rows if (row[0], row[1]) not in judged]
