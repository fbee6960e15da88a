"""OCDS files of every wrapping: packages, lists, JSON lines, gzip, zip; not for what a release means."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO

from secondsource.errors import Fault, InvalidInput
from secondsource.language import _
from secondsource.market.fetch import decoded
from secondsource.market.journal import Page, Record, Unreadable

LARGEST_JSON = 1 << 30  # bytes of one JSON document, which is read whole; JSON lines have no such limit
LARGEST_LINE = 64 << 20
LARGEST_ARCHIVE = 64 << 30  # bytes that an archive may unfold to
ROWS = 500


def pages(path: Path) -> Iterator[Page]:
    """Return the releases of a file, at most `ROWS` a page.

    Raises
    ------
    InvalidInput
        The file is larger than is read at once, or an archive unfolds to more than is allowed.
    """
    records: list[Record] = []
    unreadable: list[Unreadable] = []
    for place, document in _documents(path):
        found, faults = document if isinstance(document, tuple) else releases_of(document, place)
        records += found
        unreadable += faults
        while len(records) >= ROWS or len(unreadable) >= ROWS:
            yield Page(tuple(records[:ROWS]), tuple(unreadable))
            records, unreadable = records[ROWS:], []
    yield Page(tuple(records), tuple(unreadable))


def releases_of(document: Any, place: str) -> tuple[tuple[Record, ...], tuple[Unreadable, ...]]:
    """Return the releases in a package, record package, list of either, or bare release.

    A record gives its releases where they are embedded, else its compiled release.
    """
    records, unreadable = [], []
    for index, each in enumerate(_unwrapped(document)):
        where = f"{place}#{index}"
        body = json.dumps(each, ensure_ascii=False).encode("utf-8", errors="replace")
        if not isinstance(each, dict):
            unreadable.append(Unreadable(where, "no release: an object was expected", body))
        elif not isinstance(each.get("ocid"), str) or not each["ocid"]:
            unreadable.append(Unreadable(where, "no release: it has no ocid", body))
        else:
            id = str(each.get("id") or "")
            version = str(each.get("date") or "")
            records.append(Record(f"{each['ocid']}/{id}", version, "ocds", body))
    return tuple(records), tuple(unreadable)


def _unwrapped(document: Any) -> Iterator[Any]:
    if isinstance(document, list):
        for each in document:
            yield from _unwrapped(each)
    elif isinstance(document, dict) and isinstance(document.get("releases"), list):
        yield from document["releases"]
    elif isinstance(document, dict) and isinstance(document.get("records"), list):
        for record in document["records"]:
            inner = record.get("releases") if isinstance(record, dict) else None
            whole = [each for each in inner or [] if isinstance(each, dict) and "ocid" in each]
            compiled = record.get("compiledRelease") if isinstance(record, dict) else record
            yield from whole or (compiled,)
    else:
        yield document


def _documents(path: Path) -> Iterator[tuple[str, Any]]:
    """The JSON documents of a file, each with its place; a cut-off one comes as what is wrong with it."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            total = sum(each.file_size for each in archive.infolist())
            if total > LARGEST_ARCHIVE:
                raise _too_large(path.name, total, LARGEST_ARCHIVE)
            for each in archive.infolist():
                if not each.is_dir():
                    with archive.open(each) as file:
                        yield from _json(file, f"{path.name}/{each.filename}")
    elif path.suffix == ".gz":
        with gzip.open(path) as zipped:
            yield from _json(zipped, path.name)
    else:
        with path.open("rb") as plain:
            yield from _json(plain, path.name)


def _json(file: BinaryIO | IO[bytes] | gzip.GzipFile, place: str) -> Iterator[tuple[str, Any]]:
    """One document, or one a line where the name says so or the first line is a document of its own."""
    reader: Any = file
    name = place.removesuffix(".gz")
    if not name.endswith((".jsonl", ".ndjson")):
        body = reader.read(LARGEST_JSON + 1)
        if len(body) > LARGEST_JSON:
            raise _too_large(place, len(body), LARGEST_JSON)
        first = body[: body.find(b"\n")] if b"\n" in body else b""
        if not (first.strip().endswith(b"}") and first.strip().startswith(b"{")):
            yield place, _read(body, place)
            return
        reader = io.BytesIO(body)
    line, size = 0, 0
    while body := reader.readline(LARGEST_LINE):
        line, size = line + 1, size + len(body)
        if size > LARGEST_ARCHIVE:
            raise _too_large(place, size, LARGEST_ARCHIVE)
        if body.strip():
            yield f"{place}:{line}", _read(body, f"{place}:{line}")


def _read(body: bytes, place: str) -> Any:
    try:
        return json.loads(decoded(body))
    except (ValueError, RecursionError) as error:
        return (), (Unreadable(place, f"no JSON: {error}", body),)


def _too_large(place: str, size: int, most: int) -> InvalidInput:
    expected = _("is larger than the {most} bytes that are read; split it, or give it as JSON lines", most=most)
    return InvalidInput([Fault(place, "", 0, "", str(size), expected)])
