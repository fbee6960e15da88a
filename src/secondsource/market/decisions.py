"""What people decided, and the ids that firms have been given; apart from what can be computed anew.

A judgement is a dated fact. Undoing adds a fact; nothing is overwritten, and no re-run changes any of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

Verdict = Literal["same", "different", "undone"]
SCHEMA = """
CREATE TABLE IF NOT EXISTS judgements (
  number INTEGER PRIMARY KEY AUTOINCREMENT, first TEXT NOT NULL, second TEXT NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different', 'undone')), judged_by TEXT NOT NULL,
  judged TEXT NOT NULL, reason TEXT NOT NULL,
  CONSTRAINT a_pair_is_written_one_way CHECK (first < second));
CREATE TABLE IF NOT EXISTS suppliers (mention TEXT PRIMARY KEY, supplier TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS former (supplier TEXT PRIMARY KEY, now TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS weights (word TEXT PRIMARY KEY, weight REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS shares (
  comparison TEXT NOT NULL, level INTEGER NOT NULL, m REAL NOT NULL, u REAL NOT NULL,
  PRIMARY KEY (comparison, level)) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Judgement:
    """That two mentions are one firm or are not, who said so, when and why."""

    first: str
    second: str
    verdict: Verdict
    judged_by: str
    judged: str
    reason: str


class Decisions:
    """The decisions of a market folder."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        with closing(self._connect()) as connection, connection:
            connection.executescript(SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=30)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    def judge(self, one: str, other: str, verdict: Verdict, by: str, now: datetime, reason: str = "") -> None:
        """Add the fact that somebody judged two mentions."""
        first, second = sorted((one, other))
        with closing(self._connect()) as connection, connection:
            connection.execute(
                "INSERT INTO judgements (first, second, verdict, judged_by, judged, reason) VALUES (?,?,?,?,?,?)",
                (first, second, verdict, by, now.isoformat(), reason),
            )

    def history(self) -> list[Judgement]:
        """Return every judgement ever made, oldest first."""
        with closing(self._connect()) as connection:
            rows = connection.execute(
                "SELECT first, second, verdict, judged_by, judged, reason FROM judgements ORDER BY number"
            ).fetchall()
        return [Judgement(*row) for row in rows]

    def standing(self) -> dict[tuple[str, str], Judgement]:
        """Return the judgements that hold: the last on each pair, unless it was undone."""
        last = {(each.first, each.second): each for each in self.history()}
        return {pair: each for pair, each in last.items() if each.verdict != "undone"}

    def suppliers(self) -> dict[str, str]:
        """Return the supplier that each mention was given."""
        with closing(self._connect()) as connection:
            return dict(connection.execute("SELECT mention, supplier FROM suppliers").fetchall())

    def suppliers_of(self, mentions: Iterable[str]) -> dict[str, str]:
        """Return the supplier that each of these mentions was given."""
        asked = "SELECT supplier FROM suppliers WHERE mention=?"
        with closing(self._connect()) as connection:
            rows = ((each, connection.execute(asked, (each,)).fetchone()) for each in mentions)
            return {mention: found[0] for mention, found in rows if found}

    def supplier_of(self, mention: str) -> str:
        """Return the supplier that a mention was given, "" where it was given none."""
        with closing(self._connect()) as connection:
            row = connection.execute("SELECT supplier FROM suppliers WHERE mention=?", (mention,)).fetchone()
        return row[0] if row else ""

    def give(self, suppliers: Mapping[str, str], former: Mapping[str, str]) -> None:
        """Keep the supplier of each mention, and which ids became part of another."""
        with closing(self._connect()) as connection, connection:
            connection.executemany("INSERT OR REPLACE INTO suppliers VALUES (?,?)", suppliers.items())
            now = ((each,) for each in set(suppliers.values()))
            connection.executemany("DELETE FROM former WHERE supplier=?", now)
            connection.executemany("INSERT OR REPLACE INTO former VALUES (?,?)", former.items())

    def now_called(self, supplier: str) -> str:
        """Return the id under which a supplier is known now, following those that were joined."""
        with closing(self._connect()) as connection:
            for _step in range(1000):
                row = connection.execute("SELECT now FROM former WHERE supplier=?", (supplier,)).fetchone()
                if row is None:
                    return supplier
                supplier = row[0]
        return supplier

    def weights(self) -> dict[str, float]:
        """Return the weight of each word that was frozen when the first mentions were resolved, {} before."""
        with closing(self._connect()) as connection:
            return dict(connection.execute("SELECT word, weight FROM weights").fetchall())

    def freeze(self, weights: Iterable[tuple[str, float]]) -> None:
        """Keep the weights of words, once."""
        with closing(self._connect()) as connection, connection:
            connection.executemany("INSERT OR IGNORE INTO weights VALUES (?,?)", weights)

    def shares(self) -> list[tuple[str, int, float, float]]:
        """Return the shares (comparison, level, m, u) that were frozen with the weights, [] before."""
        with closing(self._connect()) as connection:
            found = connection.execute("SELECT comparison, level, m, u FROM shares ORDER BY comparison, level")
            return found.fetchall()

    def freeze_shares(self, shares: Iterable[tuple[str, int, float, float]]) -> None:
        """Keep the shares, once."""
        with closing(self._connect()) as connection, connection:
            connection.executemany("INSERT OR IGNORE INTO shares VALUES (?,?,?,?)", shares)
