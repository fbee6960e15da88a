"""What publishers sent, kept as it came, exactly once; not for what it means.

One SQLite file. A page of records and the position after it are one transaction, so a process that is killed at any
instant loses nothing that it said was kept and reads at most one page again.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS records (
  source TEXT NOT NULL, id TEXT NOT NULL, version TEXT NOT NULL, format TEXT NOT NULL,
  sha256 BLOB NOT NULL, received TEXT NOT NULL, body BLOB NOT NULL,
  CONSTRAINT a_version_of_a_record_is_kept_once PRIMARY KEY (source, id, version)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS arrivals (
  number INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, id TEXT NOT NULL, version TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS positions (source TEXT PRIMARY KEY, position TEXT NOT NULL, saved TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS quarantine (
  source TEXT NOT NULL, place TEXT NOT NULL, sha256 BLOB NOT NULL, reason TEXT NOT NULL, received TEXT NOT NULL,
  body BLOB NOT NULL, CONSTRAINT a_fault_is_kept_once PRIMARY KEY (source, place, sha256)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Record:
    """One version of one record as its publisher sent it; `format` names what can read it (`formats`)."""

    id: str
    version: str
    format: str
    body: bytes


@dataclass(frozen=True)
class Unreadable:
    """What could not be read, where it was, and why; kept beside the records."""

    place: str
    reason: str
    body: bytes


@dataclass(frozen=True)
class Page:
    """What came in one go, and the position from which to go on once it is kept ("" where there is none)."""

    records: tuple[Record, ...]
    unreadable: tuple[Unreadable, ...] = ()
    position: str = ""


@dataclass(frozen=True)
class Kept:
    """How many records were new, how many were there already, and how many were put in quarantine."""

    new: int = 0
    known: int = 0
    quarantined: int = 0

    def __add__(self, other: Kept) -> Kept:
        return Kept(self.new + other.new, self.known + other.known, self.quarantined + other.quarantined)


class Journal:
    """The records of a market folder, append-only.

    Appending is idempotent on (source, id, version): a version that is there already is not kept again. The same
    version with another body is a changed duplicate; the first stays, the other goes into quarantine.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        with closing(self._connect()) as connection:
            connection.executescript(SCHEMA)
            if connection.execute("SELECT NOT EXISTS (SELECT 1 FROM arrivals)").fetchone() == (1,):
                # A journal of before arrivals were numbered.
                connection.execute("INSERT INTO arrivals (source, id, version) SELECT source, id, version FROM records")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def append(self, source: str, page: Page, now: datetime) -> Kept:
        """Keep a page and its position in one transaction, and return how many records were new."""
        new = known = 0
        unreadable = list(page.unreadable)
        with self._transaction() as connection:
            for record in page.records:
                digest = hashlib.sha256(record.body).digest()
                row = (source, record.id, record.version, record.format, digest, now.isoformat())
                done = connection.execute(
                    "INSERT INTO records VALUES (?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
                    (*row, zlib.compress(record.body, 1)),
                )
                if done.rowcount:
                    new += 1
                    connection.execute("INSERT INTO arrivals (source, id, version) VALUES (?,?,?)", row[:3])
                    continue
                known += 1
                (kept,) = connection.execute(
                    "SELECT sha256 FROM records WHERE source=? AND id=? AND version=?", row[:3]
                ).fetchone()
                if kept != digest:
                    place = f"{record.id} {record.version}"
                    unreadable.append(
                        Unreadable(
                            place, "changed duplicate: the same id and version came with another body", record.body
                        )
                    )
            for each in unreadable:
                connection.execute(
                    "INSERT INTO quarantine VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING",
                    (
                        source,
                        each.place,
                        hashlib.sha256(each.body).digest(),
                        each.reason,
                        now.isoformat(),
                        zlib.compress(each.body, 1),
                    ),
                )
            if page.position:
                connection.execute(
                    "INSERT OR REPLACE INTO positions VALUES (?,?,?)",
                    (source, page.position, now.isoformat()),
                )
        return Kept(new, known, len(unreadable))

    def position(self, source: str) -> str:
        """Return the position saved last, "" where the source was never read."""
        with closing(self._connect()) as connection:
            row = connection.execute("SELECT position FROM positions WHERE source=?", (source,)).fetchone()
        return row[0] if row else ""

    def has(self, source: str, id: str, version: str) -> bool:
        """Return whether this version of a record is kept."""
        with closing(self._connect()) as connection:
            found = connection.execute(
                "SELECT 1 FROM records WHERE source=? AND id=? AND version=?", (source, id, version)
            )
            return found.fetchone() is not None

    def unknown(self, source: str, records: Iterable[Record]) -> tuple[Record, ...]:
        """Return the records of which this version is not kept yet."""
        asked = "SELECT 1 FROM records WHERE source=? AND id=? AND version=?"
        with closing(self._connect()) as connection:
            return tuple(
                each
                for each in records
                if connection.execute(asked, (source, each.id, each.version)).fetchone() is None
            )

    def records(self) -> Iterator[tuple[str, Record]]:
        """Return every record with its source, in a fixed order."""
        with closing(self._connect()) as connection:
            rows: Iterable[tuple[str, str, str, str, bytes]] = connection.execute(
                "SELECT source, id, version, format, body FROM records ORDER BY source, id, version"
            )
            for source, id, version, format, body in rows:
                yield source, Record(id, version, format, zlib.decompress(body))

    def last_arrival(self) -> int:
        """Return the number of the record that came last, 0 where none came."""
        with closing(self._connect()) as connection:
            return int(connection.execute("SELECT coalesce(max(number), 0) FROM arrivals").fetchone()[0])

    def arrived(self, after: int) -> Iterator[tuple[str, Record]]:
        """Return the records that came after a number, with their sources, as they came."""
        with closing(self._connect()) as connection:
            rows: Iterable[tuple[str, str, str, str, bytes]] = connection.execute(
                "SELECT source, id, version, format, body FROM arrivals JOIN records USING (source, id, version) "
                "WHERE number > ? ORDER BY number",
                (after,),
            )
            for source, id, version, format, body in rows:
                yield source, Record(id, version, format, zlib.decompress(body))

    def some(self, keys: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, Record]]:
        """Return the records of these sources, ids and versions."""
        asked = "SELECT format, body FROM records WHERE source=? AND id=? AND version=?"
        with closing(self._connect()) as connection:
            for source, id, version in keys:
                found = connection.execute(asked, (source, id, version)).fetchone()
                if found is not None:
                    yield source, Record(id, version, found[0], zlib.decompress(found[1]))

    def quarantined(self) -> list[tuple[str, Unreadable]]:
        """Return everything in quarantine with its source."""
        with closing(self._connect()) as connection:
            rows = connection.execute(
                "SELECT source, place, reason, body FROM quarantine ORDER BY source, place"
            ).fetchall()
        return [(source, Unreadable(place, reason, zlib.decompress(body))) for source, place, reason, body in rows]

    def counts(self) -> dict[str, int]:
        """Return how many records each source has."""
        with closing(self._connect()) as connection:
            return dict(
                connection.execute("SELECT source, count(*) FROM records GROUP BY source ORDER BY source").fetchall()
            )
