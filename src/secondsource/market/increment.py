"""A register with new records in it, made from the published one; not for the first, nor after code or lists changed.

Only what the new records touch is worked out: the processes that they are about, the new mentions, the firms that these
are linked with, the pages of the suppliers concerned. The outcome is that of a whole resolve (tests/market). A part of
a register that no record touched is copied, or linked where nothing writes to it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from secondsource.market import bridge, flags, index, labels, pages, stage
from secondsource.market.clusters import cluster, named
from secondsource.market.decisions import Decisions
from secondsource.market.flatten import TABLES
from secondsource.market.journal import Journal
from secondsource.market.legal_forms import LegalForms, digest
from secondsource.market.places import Places
from secondsource.market.scoring import BLOCKS, JOIN, PUBLISHED, Link, Mention, scored
from secondsource.market.shares import kept_shares

FILE = "resolved.json"
MOST = 0.2  # share of the records above which all is made anew
FEWEST = 2_000  # records that are always few


@dataclass(frozen=True)
class State:
    """What a generation was made of: records and judgements up to which, by which code, with which lists."""

    arrivals: int
    judgements: int
    records: int
    code: str
    lists: str
    forms: str


def state(places: Places) -> State:
    """Return the state in which a register that is made now will be."""
    journal = Journal(places.journal)
    judged = len(Decisions(places.decisions).history())
    records = sum(journal.counts().values())
    return State(journal.last_arrival(), judged, records, _code(), _lists(places.lists), digest(places.lists))


@cache
def _code() -> str:
    """A mark of the code that makes registers, so that a newer version makes them anew."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


def _lists(folder: Path) -> str:
    found = hashlib.sha256()
    for path in sorted(folder.glob("*")):
        found.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def keep(generation: Path, made: State) -> None:
    """Write the state that a generation was made in beside its tables."""
    (generation / FILE).write_text(json.dumps(asdict(made)), "utf-8")


def base(places: Places, now: State) -> tuple[Path, State] | None:
    """Return the published generation and its state where few records are to be added to it, else None."""
    current = places.current()
    if current is None or not (current / FILE).is_file():
        return None
    made = State(**json.loads((current / FILE).read_text("utf-8")))
    fits = (made.code, made.lists) == (now.code, now.lists) and made.arrivals <= now.arrivals
    few = now.arrivals - made.arrivals <= max(FEWEST, MOST * made.records)
    decisions = Decisions(places.decisions)
    frozen = bool(decisions.weights()) and kept_shares(decisions.shares()) is not None
    return (current, made) if fits and few and frozen and made.judgements <= now.judgements else None


def compared(places: Places, now: State, present: set[str]) -> tuple[list[Link], set[str]]:
    """Return the links that the published generation has among `present`, and which mentions it has compared.

    None are where other code or other legal forms compared them.
    """
    current = places.current()
    if current is None or not (current / FILE).is_file():
        return [], set()
    made = State(**json.loads((current / FILE).read_text("utf-8")))
    if (made.code, made.forms) != (now.code, now.forms):
        return [], set()
    older = set(pq.read_table(current / "mentions.parquet", columns=["mention"])["mention"].to_pylist())
    links = [Link(**row) for row in pq.read_table(current / "links.parquet").to_pylist()]
    return [each for each in links if each.first in present and each.second in present], older & present


def resolve(places: Places, generation: Path, earlier: Path, made: State, threads: int) -> None:
    """Write into `generation` what `earlier` becomes with the records and judgements that came since it was made."""
    decisions = Decisions(places.decisions)
    with closing(duckdb.connect(config={"threads": threads, "memory_limit": "4GB"})) as connection:
        connection.execute(f"SET temp_directory = '{generation / 'spill'}'; SET preserve_insertion_order = false")
        for name in (*TABLES, "mentions", "links", "features", "releases", "flags"):
            connection.execute(f"CREATE VIEW old_{name} AS FROM read_parquet('{earlier}/{name}.parquet')")
        _processes(connection, Journal(places.journal), generation, made.arrivals, threads)
        forms = LegalForms.imported(places.lists)
        _links(connection, generation, decisions, forms, threads)
        judged = [(each.first, each.second) for each in decisions.history()[made.judgements :]]
        _firms(connection, generation, decisions, judged)
        flags.write(generation)
        suppliers, kinds = _touched(connection, generation)
    pages.update(generation, earlier, suppliers, kinds, threads=threads)
    index.update(generation, earlier, suppliers, threads=threads)
    _labels(generation, earlier, places.lists)


def _processes(
    connection: duckdb.DuckDBPyConnection, journal: Journal, generation: Path, after: int, threads: int
) -> None:
    """Write the tables anew: what new records say of a process, and older ones of the same, stands for it."""
    delta = generation / "delta"
    delta.mkdir()
    came = stage.tables(journal.arrived(after), delta, threads)
    connection.register("came", came)
    connection.execute("CREATE TABLE touched AS SELECT DISTINCT source, ocid FROM came")
    older = connection.execute("""SELECT source, id, version FROM old_releases SEMI JOIN touched USING (source, ocid)
        EXCEPT SELECT source, id, version FROM came ORDER BY ALL""").fetchall()
    if older:
        whole = (*journal.arrived(after), *journal.some(older))
        for path in delta.iterdir():
            path.unlink()
        stage.tables(whole, delta, threads)
    for name in TABLES:
        _copy(
            connection,
            generation,
            name,
            f"""SELECT o.* FROM old_{name} o ANTI JOIN touched USING (source, ocid)
            UNION ALL BY NAME FROM read_parquet('{delta}/{name}.parquet')""",
        )
    _copy(connection, generation, "releases", "FROM old_releases UNION FROM came")
    found = stage.mentions(delta)
    connection.register("said", stage.mention_rows(found, {}))
    shutil.rmtree(delta)
    connection.execute("""CREATE TABLE m AS SELECT o.* FROM old_mentions o ANTI JOIN touched USING (source, ocid)
        UNION ALL BY NAME FROM said""")
    connection.execute("""CREATE TABLE fresh AS SELECT DISTINCT ON (mention) * FROM said
        WHERE mention NOT IN (SELECT mention FROM old_mentions)""")
    connection.execute("""CREATE TABLE gone AS SELECT DISTINCT mention FROM old_mentions SEMI JOIN touched
        USING (source, ocid) WHERE mention NOT IN (SELECT mention FROM m)""")


def _copy(connection: duckdb.DuckDBPyConnection, generation: Path, name: str, query: str) -> None:
    connection.execute(f"COPY ({query}) TO '{generation}/{name}.parquet' (FORMAT parquet)")


def _links(
    connection: duckdb.DuckDBPyConnection, generation: Path, decisions: Decisions, forms: LegalForms, threads: int
) -> None:
    """Score the new mentions against those that share a block with one, and write the features and links."""
    columns = "mention, name, identifier, country, region, locality"
    new = [Mention(*row) for row in connection.execute(f"SELECT {columns} FROM fresh ORDER BY mention").fetchall()]
    bare = forms.bare(new)
    seen = stage.features(bare, decisions.weights())
    connection.register("seen", seen)
    connection.execute("""CREATE VIEW kept AS SELECT o.* FROM old_features o
        WHERE key NOT IN (SELECT mention FROM gone)""")
    same = " UNION ".join(
        "SELECT DISTINCT o.* FROM kept o SEMI JOIN seen n ON "
        + " AND ".join(f"o.{a} = n.{b}" for a, b in zip(one, other, strict=True))
        for one, other in BLOCKS
    )
    near = connection.sql(same).to_arrow_table() if seen.num_rows else seen
    links = (
        scored(seen, near, shares=kept_shares(decisions.shares()) or PUBLISHED, threads=threads)
        if seen.num_rows
        else []
    )
    _copy(connection, generation, "features", "FROM kept UNION ALL BY NAME FROM seen")
    connection.register("linked", stage.link_rows(links))
    _copy(
        connection,
        generation,
        "links",
        """SELECT o.* FROM old_links o WHERE first NOT IN (FROM gone)
        AND second NOT IN (FROM gone) UNION ALL BY NAME FROM linked""",
    )


def _firms(
    connection: duckdb.DuckDBPyConnection,
    generation: Path,
    decisions: Decisions,
    judged: Sequence[tuple[str, str]],
) -> None:
    """Bring together anew the mentions that are linked, over any number of others, with one that is new or judged."""
    standing = decisions.standing()
    pairs = {"first": [first for first, _second in standing], "second": [second for _first, second in standing]}
    connection.register("judgements", pa.table({name: pa.array(each, pa.string()) for name, each in pairs.items()}))
    connection.execute(f"""CREATE TABLE known AS SELECT DISTINCT ON (mention) * FROM m;
        CREATE TABLE edges AS SELECT first AS a, second AS b FROM old_links WHERE probability >= {JOIN}
            UNION ALL SELECT first, second FROM linked WHERE probability >= {JOIN}
            UNION ALL SELECT first, second FROM judgements
            UNION ALL SELECT mention, min(mention) OVER (PARTITION BY identifier) FROM (
                SELECT mention, identifier FROM known UNION SELECT mention, identifier FROM old_mentions
                    SEMI JOIN gone USING (mention)) WHERE identifier <> '';
        CREATE TABLE reached AS SELECT mention FROM fresh UNION SELECT mention FROM gone""")
    if judged:
        connection.register("asked", pa.table({"mention": pa.array([key for pair in judged for key in pair])}))
        connection.execute("INSERT INTO reached SELECT DISTINCT mention FROM asked ANTI JOIN reached USING (mention)")
    connection.execute("CREATE TABLE edge AS FROM reached")
    while connection.execute("SELECT count(*) FROM edge").fetchone() != (0,):
        connection.execute("""CREATE OR REPLACE TABLE edge AS SELECT DISTINCT mention FROM (
                SELECT b AS mention FROM edges JOIN edge ON a = mention
                UNION SELECT a FROM edges JOIN edge ON b = mention) ANTI JOIN reached USING (mention);
            INSERT INTO reached FROM edge""")
    columns = "mention, name, identifier, country, region, locality"
    rows = connection.execute(f"SELECT {columns} FROM known SEMI JOIN reached USING (mention) ORDER BY mention")
    mentions = [Mention(*row) for row in rows.fetchall()]
    found = connection.execute(f"""SELECT first, second, probability, reason
        FROM read_parquet('{generation}/links.parquet') WHERE first IN (FROM reached)""").fetchall()
    groups = cluster(mentions, [Link(*row) for row in found], standing)
    suppliers, former = named(groups, decisions.suppliers_of(each.key for each in mentions))
    decisions.give(suppliers, former)
    given = {"mention": list(suppliers), "supplier": list(suppliers.values())}
    connection.register("given", pa.table({name: pa.array(each, pa.string()) for name, each in given.items()}))
    had = "SELECT DISTINCT mention, supplier FROM old_mentions SEMI JOIN said USING (mention)"
    coalesced = "coalesce(given.supplier, m.supplier, had.supplier) AS supplier"
    _copy(
        connection,
        generation,
        "mentions",
        f"""SELECT m.* REPLACE ({coalesced}) FROM m
        LEFT JOIN given USING (mention) LEFT JOIN ({had}) had USING (mention) ORDER BY source, ocid, party""",
    )


def _touched(connection: duckdb.DuckDBPyConnection, generation: Path) -> tuple[pa.Table, pa.Table]:
    """The suppliers whose pages may differ, and the kinds of offers that changed.

    Contracts and awards of a process meet over its number, whoever published them.
    """
    for name in ("mentions", "flags", "items"):
        connection.execute(f"CREATE VIEW new_{name} AS FROM read_parquet('{generation}/{name}.parquet')")
    suppliers = connection.sql("""WITH named AS (FROM old_mentions UNION ALL BY NAME FROM new_mentions),
        raised AS ((FROM old_flags EXCEPT FROM new_flags) UNION (FROM new_flags EXCEPT FROM old_flags))
        SELECT supplier FROM named SEMI JOIN touched USING (ocid)
        UNION SELECT unnest([o.supplier, n.supplier]) FROM old_mentions o JOIN given n USING (mention)
            WHERE o.supplier <> n.supplier
        UNION SELECT supplier FROM named JOIN raised USING (source, ocid)
        UNION SELECT supplier FROM named JOIN (SELECT party FROM raised WHERE ocid = '') USING (party)""")
    found = suppliers.to_arrow_table()
    kinds = connection.sql("""SELECT DISTINCT code, unit, currency FROM
        (FROM old_items UNION ALL BY NAME FROM new_items) SEMI JOIN touched USING (source, ocid)
        WHERE code IS NOT NULL AND unit IS NOT NULL AND currency IS NOT NULL AND unit_price > 0""")
    return found, kinds.to_arrow_table()


def _labels(generation: Path, earlier: Path, lists: Path) -> None:
    """Take over the index of labels where the records have the same ones, else make it anew."""
    if (earlier / bridge.FILE).is_file():
        os.link(earlier / bridge.FILE, generation / bridge.FILE)
    said = "SELECT DISTINCT code, label FROM read_parquet('{}/items.parquet') WHERE label <> '' AND code <> ''"
    one, other = said.format(earlier), said.format(generation)
    differ = f"SELECT count(*) FROM (({one} EXCEPT {other}) UNION ALL ({other} EXCEPT {one}))"
    if duckdb.execute(differ).fetchone() == (0,):
        shutil.copytree(earlier / labels.FOLDER, generation / labels.FOLDER, copy_function=os.link)
    else:
        index.build_labels(generation, lists)
