"""Records of the journal as the tables of a generation, and the mentions in them; not for which firm they are."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from secondsource.market import scoring
from secondsource.market.flatten import flatten
from secondsource.market.formats import NoRelease, release_of
from secondsource.market.journal import Record
from secondsource.market.mentions import ROLES, mention
from secondsource.market.names import words
from secondsource.market.scoring import Link, Mention

RELEASES = "releases.parquet"  # which record is about which process
Place = tuple[str, str, str]  # source, process (`ocid`) and party
_COLUMNS = ("source", "ocid", "party", "mention", "supplier", "name", "identifier", "country", "region", "locality")


def tables(records: Iterable[tuple[str, Record]], folder: Path, threads: int) -> pa.Table:
    """Write the tables of records into a folder, and return of each record the source, id, version and `ocid`."""
    staged = folder / "releases.jsonl.gz"
    rows: dict[str, list[str]] = {name: [] for name in ("source", "id", "version", "ocid")}
    with gzip.open(staged, "wt", encoding="utf-8", compresslevel=1) as file:
        for source, record in records:
            try:
                release = {**release_of(record), "source": source}
            except NoRelease:  # of a version that took it
                continue
            file.write(json.dumps(release, ensure_ascii=False) + "\n")
            for column, value in zip(
                rows.values(), (source, record.id, record.version, str(release.get("ocid"))), strict=True
            ):
                column.append(value)
    flatten([staged], folder, threads=threads)
    staged.unlink()
    return pa.table({name: pa.array(column, pa.string()) for name, column in rows.items()})


def mentions(folder: Path) -> dict[Place, Mention]:
    """Return the mention behind each party of each process that supplies, bids or is listed."""
    rows = duckdb.execute(
        f"""SELECT source, ocid, party, name, scheme, identifier, country, region, locality
        FROM read_parquet('{folder}/parties.parquet') WHERE list_has_any(roles, $roles)""",
        {"roles": list(ROLES)},
    ).fetchall()
    return {(source, ocid, party): mention(*rest) for source, ocid, party, *rest in rows}


def mention_rows(found: dict[Place, Mention], suppliers: dict[str, str]) -> pa.Table:
    """Return the table of mentions, in the order of their places."""
    rows = [
        (*place, each.key, suppliers.get(each.key), each.name, each.identifier, each.country, each.region,
         each.locality)
        for place, each in sorted(found.items())
    ]  # fmt: skip
    columns = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(_COLUMNS, columns, strict=True)})


def features(bare: Sequence[Mention], weights: Mapping[str, float]) -> pa.Table:
    """Return what is compared of mentions whose names have a word left."""
    return scoring.features([each for each in bare if words(each.name)], weights)


def link_rows(links: Sequence[Link]) -> pa.Table:
    """Return the table of links."""
    kinds = {"first": pa.string(), "second": pa.string(), "probability": pa.float64(), "reason": pa.string()}
    return pa.table({name: pa.array([getattr(each, name) for each in links], kind) for name, kind in kinds.items()})
