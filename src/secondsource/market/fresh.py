"""Records that came after the last resolve, searchable at once; not for who is who, which the next resolve says.

`fresh/N` is a small index beside the generations. A resolve begins the next number before it reads the journal, and
removes the older ones when it has published, so that no record is out of sight at any time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import tantivy

from secondsource.market import index
from secondsource.market.decisions import Decisions
from secondsource.market.formats import NoRelease, release_of
from secondsource.market.journal import Page, Record
from secondsource.market.mentions import ROLES, mention
from secondsource.market.places import Places

MOST = 20_000  # records that one run makes searchable at once; more wait for the next resolve
Row = dict[str, Any]


def schema() -> tantivy.Schema:
    """Return the fields of a document: a supplier in one record."""
    builder = index.supplier_fields()
    builder.add_text_field("record", tokenizer_name="raw")
    builder.add_text_field("hit", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


@dataclass(frozen=True)
class _Folder:
    """The numbered indexes of a market."""

    place: Path

    def numbers(self) -> list[int]:
        return sorted(int(each.name) for each in self.place.glob("*") if each.name.isdigit())

    def newest(self) -> Path:
        place = self.place / str(max(self.numbers(), default=1))
        place.mkdir(parents=True, exist_ok=True)
        return place


def begin(places: Places) -> int:
    """Let records that come from now on go into a new index, and return its number."""
    folder = _Folder(places.folder / "fresh")
    number = max(folder.numbers(), default=0) + 1
    (folder.place / str(number)).mkdir(parents=True)
    return number


def forget(places: Places, before: int) -> None:
    """Remove the indexes of records that a published generation has."""
    folder = _Folder(places.folder / "fresh")
    for number in folder.numbers():
        if number < before:
            shutil.rmtree(folder.place / str(number), ignore_errors=True)


def keeper(places: Places, source: str) -> Callable[[Page], None]:
    """Return what makes the records of each page of a run searchable; nothing happens before the first resolve."""
    left = MOST
    suppliers = Decisions(places.decisions)

    def add(page: Page) -> None:
        nonlocal left
        if places.current() is None or left <= 0 or not page.records:
            return
        records = page.records[:left]
        left -= len(records)
        _add(_Folder(places.folder / "fresh").newest(), source, records, suppliers)

    return add


def _add(place: Path, source: str, records: Sequence[Record], decisions: Decisions) -> None:
    known = schema()
    writer = tantivy.Index(known, path=str(place)).writer(15_000_000, 1)
    for record in records:
        id = f"{source}/{record.id}/{record.version}"
        writer.delete_documents_by_term("record", id)
        try:
            release = release_of(record)
        except NoRelease:
            continue
        for supplier, row, fields in _of_release(release, decisions):
            document = index.document(supplier, **fields)
            document.add_text("record", id)
            document.add_text("hit", json.dumps(row, ensure_ascii=False))
            writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def _of_release(release: Mapping[str, Any], decisions: Decisions) -> Iterator[tuple[str, Row, dict[str, Any]]]:
    """Each supplier of a release, what speaks for it, and what is indexed of it."""
    tender = release.get("tender") or {}
    items = [each for each in tender.get("items") or [] if isinstance(each, dict)]
    kinds = [each.get("classification") or {} for each in items]
    texts = [tender.get("title"), *(each.get("description") for each in (*items, *kinds))]
    for party in release.get("parties") or []:
        if not isinstance(party, dict) or not party.get("name") or not set(party.get("roles") or []) & set(ROLES):
            continue
        address, number = party.get("address") or {}, party.get("identifier") or {}
        found = mention(
            str(party["name"]), number.get("scheme"), str(number.get("id") or ""),
            address.get("countryName"), address.get("region"), address.get("locality"),
        )  # fmt: skip
        won = [
            each for each in release.get("awards") or []
            if (each.get("status") or "active") == "active"
            and any(one.get("id") == party.get("id") for one in each.get("suppliers") or [])
        ]  # fmt: skip
        row = {
            "name": found.name, "country": found.country, "region": found.region, "awards": len(won),
            "values": [[(each.get("value") or {}).get("currency") or "", str((each.get("value") or {}).get("amount"))]
                       for each in won],
            "buyers": [name for name in [(release.get("buyer") or {}).get("name")] if name and won],
            "days": sorted(str(each.get("date") or release.get("date") or "")[:10] for each in won),
            "titles": [title for title in [tender.get("title")] if title and won],
        }  # fmt: skip
        fields = {
            "names": [found.name], "countries": [found.country], "regions": [found.region],
            "scales": [(party.get("details") or {}).get("scale")], "texts": texts,
            "codes": [str(each.get("id") or "") for each in kinds],
        }  # fmt: skip
        yield decisions.supplier_of(found.key) or f"S{found.key}", row, fields


def search(folder: Path, query: Callable[[tantivy.Schema], tantivy.Query], limit: int) -> dict[str, tuple[float, Row]]:
    """Return the suppliers of a market's fresh records that a query finds, with scores and what speaks for them."""
    found: dict[str, tuple[float, Row]] = {}
    here = _Folder(folder / "fresh")
    for number in here.numbers():
        place = here.place / str(number)
        if not (place / "meta.json").is_file():
            continue
        searcher = tantivy.Index(schema(), path=str(place)).searcher()
        for score, address in searcher.search(query(schema()), limit).hits:
            document = searcher.doc(address)
            supplier, row = str(document["supplier"][0]), json.loads(document["hit"][0])
            if supplier in found:
                best, had = found[supplier]
                found[supplier] = (max(best, float(score)), _together(had, row))
            else:
                found[supplier] = (float(score), row)
    return found


def _together(one: Row, other: Row) -> Row:
    return {**one, **{name: one[name] + other[name] for name in ("awards", "values", "buyers", "days", "titles")}}


def sums(values: Sequence[Sequence[str]]) -> tuple[tuple[str, Decimal], ...]:
    """Return amounts added up by currency.

    >>> sums([["EUR", "1.5"], ["EUR", "2"], ["UAH", "None"]])
    (('EUR', Decimal('3.5')),)
    """
    found: dict[str, Decimal] = {}
    for currency, amount in values:
        try:
            found[currency] = found.get(currency, Decimal()) + Decimal(amount)
        except InvalidOperation:
            continue
    return tuple(sorted(found.items()))
