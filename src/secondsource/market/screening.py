"""Suppliers against sanctions and debarment lists: who may be on one, why, and what people said; not for matching.

A verdict is a dated fact on a supplier, an entry and the state in which the entry was (its digest). It stands until it
is undone or the entry changes; then the alert is raised anew and shows the earlier verdict and what changed.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import duckdb

from secondsource.errors import Fault, InvalidInput
from secondsource.language import Message, _
from secondsource.market.decisions import Decisions
from secondsource.market.likeness import THRESHOLD, likenesses
from secondsource.market.places import Places
from secondsource.market.screen_lists import Entry, read_list

Verdict = Literal["cleared", "confirmed", "undone"]
Status = Literal["new", "changed", "cleared", "confirmed"]
SCHEMA = """
CREATE TABLE IF NOT EXISTS lists (
  name TEXT PRIMARY KEY, file TEXT NOT NULL, sha256 TEXT NOT NULL, licence TEXT NOT NULL, imported TEXT NOT NULL,
  entries INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entries (
  list TEXT NOT NULL, id TEXT NOT NULL, digest TEXT NOT NULL, body TEXT NOT NULL, first_seen TEXT NOT NULL,
  changed TEXT NOT NULL, gone TEXT NOT NULL DEFAULT '', PRIMARY KEY (list, id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS former_entries (
  list TEXT NOT NULL, id TEXT NOT NULL, digest TEXT NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (list, id, digest)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS verdicts (
  number INTEGER PRIMARY KEY AUTOINCREMENT, supplier TEXT NOT NULL, list TEXT NOT NULL, entry TEXT NOT NULL,
  digest TEXT NOT NULL, by_number INTEGER NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('cleared', 'confirmed', 'undone')), judged_by TEXT NOT NULL,
  judged TEXT NOT NULL, reason TEXT NOT NULL);
"""


@dataclass(frozen=True)
class KeptList:
    """A list as it was imported last, and what that import changed."""

    name: str
    entries: int
    new: int
    changed: int
    gone: int


@dataclass(frozen=True)
class Judged:
    """What somebody said of an alert, when and why; `digest` is the state of the entry that it was said of."""

    verdict: Verdict
    judged_by: str
    judged: str
    reason: str
    digest: str
    by_number: bool


@dataclass(frozen=True)
class Alert:
    """A supplier that may be an entry of a list.

    Attributes
    ----------
    score
        Likeness of the names, 0..1 (`likeness`); 1 where a registration number is the same (`number`).
    status
        `new`; `changed`: judged, but of another state of the entry, or by name where a number agrees now; else the
        verdict that stands.
    differences
        What is new in the entry since it was judged: field, from, to.
    """

    id: str
    supplier: str
    name: str
    on_list: str
    entry: Entry
    entry_name: str
    score: float
    number: str
    changed_words: tuple[tuple[str, str], ...]
    countries: tuple[str, ...]
    status: Status
    judged: Judged | None
    differences: tuple[tuple[str, str, str], ...]

    def why(self) -> list[Message]:
        """Return in words why the alert is raised, and what else there is to decide by."""
        said: list[Message] = []
        if self.number:
            said.append(_("The registration number {number} is the same.", number=self.number))
        else:
            like = f"{self.score:.0%}"
            said.append(_("The name is {like} like “{name}”.", like=like, name=self.entry_name))
        for ours, theirs in self.changed_words:
            if ours and theirs:
                said.append(_("“{ours}” stands where the list has “{theirs}”.", ours=ours, theirs=theirs))
            elif ours:
                said.append(_("“{ours}” is not in the list's name.", ours=ours))
            else:
                said.append(_("The list's name has “{theirs}” besides.", theirs=theirs))
        ours_two, theirs_two = _codes(self.countries), _codes(self.entry.countries)
        if ours_two and theirs_two:
            values = {"ours": ", ".join(sorted(ours_two)), "theirs": ", ".join(sorted(theirs_two))}
            if ours_two & theirs_two:
                said.append(_("The country agrees: {country}.", country=", ".join(sorted(ours_two & theirs_two))))
            else:
                said.append(_("The country differs: {ours} here, {theirs} on the list.", **values))
        return said


def _codes(countries: Iterable[str]) -> set[str]:
    return {each.upper() for each in countries if len(each) == 2}


class Screening:
    """The lists and verdicts of a market folder (`screening.sqlite`): what people said of it is to be backed up."""

    def __init__(self, places: Places) -> None:
        places.folder.mkdir(parents=True, exist_ok=True)
        self.places = places
        self.path = places.folder / "screening.sqlite"
        with closing(self._connect()) as connection, connection:
            connection.executescript(SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=30)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    def keep(self, path: Path, now: datetime, *, name: str = "", licence: str = "") -> KeptList:
        """Read a list, keep it in place of its last version, and return what changed.

        Parameters
        ----------
        name
            Under which the list is kept; its file's name by default.

        Raises
        ------
        InvalidInput
            The list holds a fault; the last version then stays.
        """
        name = name or path.name.partition(".")[0]
        return self.keep_entries(name, read_list(path), now, file=path.name,
                                 sha256=hashlib.sha256(path.read_bytes()).hexdigest(), licence=licence)  # fmt: skip

    def keep_entries(
        self, name: str, entries: Sequence[Entry], now: datetime, *, file: str = "", sha256: str = "", licence: str = ""
    ) -> KeptList:
        """Keep entries as the present version of a list, and return what changed."""
        day = now.isoformat()
        with closing(self._connect()) as connection, connection:
            rows = connection.execute("SELECT id, digest, gone FROM entries WHERE list = ?", (name,)).fetchall()
            before = {id: digest for id, digest, gone in rows if not gone}
            fresh = {each.id: each for each in entries}
            new = [each for each in entries if each.id not in before]
            changed = [each for each in entries if each.id in before and before[each.id] != each.digest]
            gone = sorted(before.keys() - fresh.keys())
            for each in (*new, *changed):
                connection.execute(
                    "INSERT OR IGNORE INTO former_entries SELECT list, id, digest, body FROM entries "
                    "WHERE list = ? AND id = ?", (name, each.id))  # fmt: skip
                connection.execute(
                    """INSERT INTO entries VALUES (?,?,?,?,?,?,'') ON CONFLICT (list, id) DO UPDATE SET
                    digest = excluded.digest, body = excluded.body, changed = excluded.changed, gone = ''""",
                    (name, each.id, each.digest, json.dumps(asdict(each), ensure_ascii=False), day, day),
                )
            connection.executemany(
                "UPDATE entries SET gone = ? WHERE list = ? AND id = ?", [(day, name, id) for id in gone]
            )
            connection.execute(
                "INSERT OR REPLACE INTO lists VALUES (?,?,?,?,?,?)", (name, file, sha256, licence, day, len(fresh))
            )
        return KeptList(name, len(fresh), len(new), len(changed), len(gone))

    def lists(self) -> list[dict[str, str]]:
        """Return the lists that are kept, with their files, licences and days of import."""
        names = ("name", "file", "sha256", "licence", "imported", "entries")
        with closing(self._connect()) as connection:
            rows = connection.execute(f"SELECT {', '.join(names)} FROM lists ORDER BY name").fetchall()
        return [dict(zip(names, row, strict=True)) for row in rows]

    def entries(self) -> list[tuple[str, Entry]]:
        """Return every entry that stands on a list now, with the list."""
        with closing(self._connect()) as connection:
            rows = connection.execute("SELECT list, body FROM entries WHERE gone = '' ORDER BY list, id").fetchall()
        return [(name, _entry(body)) for name, body in rows]

    def judge(self, alert: Alert, verdict: Verdict, by: str, now: datetime, reason: str = "") -> None:
        """Add the fact that somebody cleared or confirmed an alert, or took that back."""
        with closing(self._connect()) as connection, connection:
            connection.execute(
                "INSERT INTO verdicts (supplier, list, entry, digest, by_number, verdict, judged_by, judged, reason) "
                "VALUES (?,?,?,?,?,?,?,?,?)",
                (alert.supplier, alert.on_list, alert.entry.id, alert.entry.digest, int(bool(alert.number)),
                 verdict, by, now.isoformat(), reason),
            )  # fmt: skip

    def verdicts(self) -> dict[tuple[str, str, str], list[Judged]]:
        """Return every verdict ever given, oldest first, by supplier (under its present id), list and entry."""
        with closing(self._connect()) as connection:
            rows = connection.execute(
                "SELECT supplier, list, entry, verdict, judged_by, judged, reason, digest, by_number "
                "FROM verdicts ORDER BY number"
            ).fetchall()
        decisions = Decisions(self.places.decisions)
        now_called = {supplier: decisions.now_called(supplier) for supplier in {row[0] for row in rows}}
        found: dict[tuple[str, str, str], list[Judged]] = {}
        for supplier, name, entry, verdict, by, judged, reason, digest, by_number in rows:
            said = Judged(verdict, by, judged, reason, digest, bool(by_number))
            found.setdefault((now_called[supplier], name, entry), []).append(said)
        return found

    def alerts(self, *, threshold: float = THRESHOLD, threads: int = 2) -> list[Alert]:
        """Return who of the register may be on a list, those that wait for a person first, the likeliest first.

        Raises
        ------
        InvalidInput
            Nothing was resolved yet.
        """
        suppliers = duckdb.execute(
            f"""SELECT DISTINCT supplier, name, identifier, country FROM
            read_parquet('{self.places.published()}/mentions.parquet') ORDER BY ALL"""
        ).fetchall()
        named = [(supplier, name, number, country) for supplier, name, number, country in suppliers]
        return self.alerts_of(named, threshold=threshold, threads=threads)

    def alerts_of(
        self, suppliers: Sequence[tuple[str, str, str, str]], *, threshold: float = THRESHOLD, threads: int = 2
    ) -> list[Alert]:
        """Return the alerts of suppliers given as (id, name, `SCHEME-NUMBER` or "", country)."""
        entries = {(name, entry.id): entry for name, entry in self.entries()}
        by_pair = _by_number(suppliers, entries)
        keys = {f"{name}\x1f{id}": (name, id) for name, id in entries}
        names = [(key, name, entries[place].kind == "Person")
                 for key, place in keys.items() for name in entries[place].names]  # fmt: skip
        queries = list(dict.fromkeys((supplier, name, False) for supplier, name, _number, _country in suppliers))
        for like in likenesses(queries, names, threshold=threshold, threads=threads):
            pair = (like.query, *keys[like.entry])
            by_pair.setdefault(pair, (like.query_name, like.entry_name, like.score, "", like.changed))
        countries: dict[str, set[str]] = {}
        for supplier, _name, _number, country in suppliers:
            countries.setdefault(supplier, set()).update({country} - {""})
        verdicts = self.verdicts()
        found = [
            self._alert(pair, said, entries[pair[1:]], tuple(sorted(countries[pair[0]])), verdicts.get(pair, []))
            for pair, said in by_pair.items()
        ]
        order = {"changed": 0, "new": 1, "confirmed": 2, "cleared": 3}
        return sorted(found, key=lambda each: (order[each.status], -each.score, each.id))

    def _alert(
        self,
        pair: tuple[str, str, str],
        said: tuple[str, str, float, str, tuple[tuple[str, str], ...]],
        entry: Entry,
        countries: tuple[str, ...],
        judged: Sequence[Judged],
    ) -> Alert:
        supplier, name, _id = pair
        ours, theirs, score, number, words = said
        last = judged[-1] if judged and judged[-1].verdict != "undone" else None
        status: Status = "new"
        differences: tuple[tuple[str, str, str], ...] = ()
        if last is not None:
            holds = last.digest == entry.digest and (last.by_number or not number)
            status = ("confirmed" if last.verdict == "confirmed" else "cleared") if holds else "changed"
            if last.digest != entry.digest:
                differences = self._differences(name, entry, last.digest)
        key = hashlib.sha256("\x1f".join(pair).encode()).hexdigest()[:10]
        return Alert(
            key, supplier, ours, name, entry, theirs, score, number, words, countries, status, last, differences
        )

    def _differences(self, name: str, entry: Entry, digest: str) -> tuple[tuple[str, str, str], ...]:
        with closing(self._connect()) as connection:
            row = connection.execute(
                "SELECT body FROM former_entries WHERE list = ? AND id = ? AND digest = ?", (name, entry.id, digest)
            ).fetchone()
        if row is None:
            return ()
        before = _entry(row[0])
        return tuple(
            (each.name, _plain(getattr(before, each.name)), _plain(getattr(entry, each.name)))
            for each in fields(Entry)
            if each.name != "source" and getattr(before, each.name) != getattr(entry, each.name)
        )


def _by_number(
    suppliers: Sequence[tuple[str, str, str, str]], entries: dict[tuple[str, str], Entry]
) -> dict[tuple[str, str, str], tuple[str, str, float, str, tuple[tuple[str, str], ...]]]:
    """Pairs whose registration number is the same, whatever their names."""
    numbered: dict[str, list[tuple[str, str]]] = {}
    for place, entry in entries.items():
        for number in entry.numbers:
            numbered.setdefault(number, []).append(place)
    return {
        (supplier, *place): (name, entries[place].names[0], 1.0, number, ())
        for supplier, name, number, _country in suppliers
        if number
        for place in numbered.get(number, ())
    }


def _plain(value: object) -> str:
    return "; ".join(value) if isinstance(value, tuple) else str(value)


def _entry(body: str) -> Entry:
    row = json.loads(body)
    whole: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return Entry(**whole)


def find(alerts: Sequence[Alert], id: str) -> Alert:
    """Return the alert of an id.

    Raises
    ------
    InvalidInput
        There is none.
    """
    found = next((each for each in alerts if each.id == id), None)
    if found is None:
        expected = _("is no alert of this market; `secondsource market screen` shows them")
        raise InvalidInput([Fault("", "", 0, "--alert", id, expected)])
    return found
