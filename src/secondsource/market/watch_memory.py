"""What is watched, what was known at the last look, and what was said and answered: `watch.sqlite`; not for judging it.

Answers of people are dated facts; nothing is overwritten. The file is to be backed up.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from secondsource.language import Message
from secondsource.market.needs import Need
from secondsource.market.places import Places

if TYPE_CHECKING:  # these need the extra `market`; the workspace reads its inbox without it
    from secondsource.market.watch import Finding, Seen

Fact = Literal["spoken", "snoozed", "dismissed", "done"]
SCHEMA = """
CREATE TABLE IF NOT EXISTS needs (need TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (need TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lasting (
  need TEXT NOT NULL, finding TEXT NOT NULL, found TEXT NOT NULL, PRIMARY KEY (need, finding)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inbox (
  need TEXT NOT NULL, action TEXT NOT NULL, body TEXT NOT NULL, looked TEXT NOT NULL,
  PRIMARY KEY (need, action)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (
  number INTEGER PRIMARY KEY AUTOINCREMENT, need TEXT NOT NULL, action TEXT NOT NULL,
  fact TEXT NOT NULL CHECK (fact IN ('spoken', 'snoozed', 'dismissed', 'done')), worth REAL NOT NULL,
  kinds TEXT NOT NULL, until TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL, why TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Told:
    """One fact about an alert: that it was spoken, or what somebody answered."""

    need: str
    action: str
    fact: Fact
    worth: float
    kinds: frozenset[str]
    until: date | None
    by: str
    at: str
    why: str


@dataclass(frozen=True)
class Card:
    """An alert as the inbox keeps it: texts in whichever language they are read, money, and whether it was spoken."""

    need: str
    action: str
    title: Message
    reasons: tuple[Message, ...]
    basis: tuple[Message, ...]
    suppliers: tuple[str, ...]
    kinds: tuple[str, ...]
    expected: float | None
    low: float | None
    high: float | None
    currency: str
    pressing: bool
    spoken: bool

    @property
    def id(self) -> str:
        """A short name of the alert; the same at every look."""
        return hashlib.sha256(f"{self.need}\x1f{self.action}".encode()).hexdigest()[:8]


class WatchMemory:
    """The memory of the watch of a market folder; that of an `owner`, such as a team, is apart from all others."""

    def __init__(self, places: Places, owner: str = "") -> None:
        places.folder.mkdir(parents=True, exist_ok=True)
        self.path = places.folder / (f"watch-{owner}.sqlite" if owner else "watch.sqlite")
        with closing(self._connect()) as connection, connection:
            connection.executescript(SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=30)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    def stand(self, needs: Iterable[Need]) -> None:
        """Keep needs as standing, each in place of the one of its name.

        Where its supplier, or the day that its price was agreed, is another, the need was bought anew: reasons that
        were found before count no more.
        """
        before = {each.need: each for each in self.needs()}
        with closing(self._connect()) as connection, connection:
            for each in needs:
                old = before.get(each.need)
                if old is not None and (old.priced_on, old.supplier) != (each.priced_on, each.supplier):
                    connection.execute("DELETE FROM lasting WHERE need = ?", (each.need,))
                body = json.dumps(asdict(each), default=str, ensure_ascii=False)
                connection.execute("INSERT OR REPLACE INTO needs VALUES (?,?)", (each.need, body))

    def withdraw(self, need: str) -> bool:
        """Stop watching a need, and return whether it was watched; what was said of it stays."""
        with closing(self._connect()) as connection, connection:
            connection.execute("DELETE FROM seen WHERE need = ?", (need,))
            connection.execute("DELETE FROM lasting WHERE need = ?", (need,))
            return connection.execute("DELETE FROM needs WHERE need = ?", (need,)).rowcount > 0

    def needs(self) -> list[Need]:
        """Return the standing needs."""
        with closing(self._connect()) as connection:
            rows = connection.execute("SELECT body FROM needs ORDER BY need").fetchall()
        return [_need(json.loads(row[0])) for row in rows]

    def seen(self, need: str) -> Seen:
        """Return what was known of a need at the last look."""
        with closing(self._connect()) as connection:
            row = connection.execute("SELECT body FROM seen WHERE need = ?", (need,)).fetchone()
        from secondsource.market.watch import Seen

        return _seen(json.loads(row[0])) if row else Seen()

    def lasting(self, need: str) -> list[Finding]:
        """Return findings of earlier looks that go on counting, oldest first."""
        with closing(self._connect()) as connection:
            rows = connection.execute(
                "SELECT finding FROM lasting WHERE need = ? ORDER BY found, finding", (need,)
            ).fetchall()
        return [_finding(json.loads(row[0])) for row in rows]

    def remember(self, need: str, seen: Seen, lasting: Sequence[Finding], now: datetime) -> None:
        """Keep what is known of a need now, and the findings that go on counting, in one transaction."""
        body = {
            "looked": str(seen.looked), "fitting": sorted(seen.fitting),
            "standings": [asdict(each) for each in seen.standings], "failure": dict(seen.failure),
        }  # fmt: skip
        with closing(self._connect()) as connection, connection:
            connection.execute("INSERT OR REPLACE INTO seen VALUES (?,?)", (need, json.dumps(body, ensure_ascii=False)))
            connection.executemany(
                "INSERT OR IGNORE INTO lasting VALUES (?,?,?)",
                [(need, json.dumps(asdict(each), ensure_ascii=False), now.isoformat()) for each in lasting],
            )

    def put(self, cards: Sequence[Card], now: datetime) -> None:
        """Keep the alerts of a look in place of those of the last one."""
        with closing(self._connect()) as connection, connection:
            connection.execute("DELETE FROM inbox")
            for each in cards:
                row = (each.need, each.action, json.dumps(asdict(each), ensure_ascii=False), now.isoformat())
                connection.execute("INSERT INTO inbox VALUES (?,?,?,?)", row)

    def inbox(self) -> list[Card]:
        """Return the alerts of the last look."""
        with closing(self._connect()) as connection:
            rows = connection.execute("SELECT body FROM inbox ORDER BY need, action").fetchall()
        return [_card(json.loads(row[0])) for row in rows]

    def tell(
        self,
        need: str,
        action: str,
        fact: Fact,
        now: datetime,
        *,
        worth: float = 0.0,
        kinds: Iterable[str] = (),
        until: date | None = None,
        by: str = "",
        why: str = "",
    ) -> None:
        """Add a fact about an alert."""
        row = (need, action, fact, worth, ",".join(sorted(kinds)), str(until or ""), by, now.isoformat(), why)
        with closing(self._connect()) as connection, connection:
            connection.execute(
                "INSERT INTO facts (need, action, fact, worth, kinds, until, by, at, why) VALUES (?,?,?,?,?,?,?,?,?)",
                row,
            )

    def told(self) -> list[Told]:
        """Return every fact, oldest first."""
        with closing(self._connect()) as connection:
            rows = connection.execute(
                "SELECT need, action, fact, worth, kinds, until, by, at, why FROM facts ORDER BY number"
            ).fetchall()
        return [
            Told(need, action, fact, worth, frozenset(kinds.split(",")) - {""},
                 date.fromisoformat(until) if until else None, by, at, why)
            for need, action, fact, worth, kinds, until, by, at, why in rows
        ]  # fmt: skip


def _need(row: dict[str, Any]) -> Need:
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in ("priced_on", "ends")}
    return Need(**{**row, **days, "backups": tuple(row["backups"])})


def _seen(row: dict[str, Any]) -> Seen:
    from secondsource.market.outlook import Standing
    from secondsource.market.watch import Seen

    standings = tuple(Standing(**{**each, "listed": tuple(each["listed"])}) for each in row["standings"])
    return Seen(date.fromisoformat(row["looked"]), frozenset(row["fitting"]), standings, row["failure"])


def _finding(row: dict[str, Any]) -> Finding:
    from secondsource.market.watch import Finding

    return Finding(row["kind"], row["need"], row["supplier"], _message(row["said"]), row["figures"])


def _card(row: dict[str, Any]) -> Card:
    texts = {name: tuple(_message(each) for each in row[name]) for name in ("reasons", "basis")}
    lists = {name: tuple(row[name]) for name in ("suppliers", "kinds")}
    return Card(**{**row, **texts, **lists, "title": _message(row["title"])})


def _message(row: dict[str, Any]) -> Message:
    """A text with its values, so that it is read in the reader's language even when it was found in another's."""
    values = tuple((name, _message(value) if isinstance(value, dict) else value) for name, value in row["values"])
    return Message(row["template"], values, row["plural"], row["count"])
