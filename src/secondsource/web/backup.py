"""The whole workspace as one file, and back, into SQLite or PostgreSQL alike; not for single projects.

A backup is a zip: one line of JSON a row for every kind of row, and a manifest with their number and SHA-256, the
schema and the seal of the audit log. Sessions are left out (people log in again), and so is the secret that signs them.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

import secondsource
from secondsource.errors import SecondsourceError
from secondsource.language import Message, _
from secondsource.web.audit import log

FORMAT = 1
MANIFEST = "manifest.json"
LEFT_OUT = ("contenttypes.contenttype", "auth.permission", "sessions.session")
"""Made anew by every database, or worthless elsewhere."""
LARGEST = 64 * 1024**3
"""Bytes of a backup once unpacked."""


class NotRestored(SecondsourceError):
    """The backup cannot be taken back; says why. Nothing was changed."""

    def __init__(self, why: Message) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True)
class Kept:
    """What a backup holds: rows in all, entries of the audit log, and the seal of the last of them."""

    rows: int
    entries: int
    seal: str
    made_at: str


def models() -> list[Any]:
    """Return every kind of row that a backup holds."""
    return [model for model in apps.get_models() if model._meta.label_lower not in LEFT_OUT]


def save(path: Path) -> Kept:
    """Write the workspace as it is at one moment into a new file that only its owner can read.

    Raises
    ------
    FileExistsError
        There is a file of this name.
    """
    if path.exists():
        raise FileExistsError(17, os.strerror(17), str(path))
    part = path.with_name(f".{path.name}.part")
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, _one_moment():
                kept = _write(archive)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    return kept


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees the database as it was at its beginning."""
    is_first = not connection.in_atomic_block  # within a transaction it is too late to say how it sees
    with transaction.atomic():
        if is_first and connection.vendor == "postgresql":  # SQLite's transactions do so by themselves
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _write(archive: zipfile.ZipFile) -> Kept:
    parts: dict[str, dict[str, Any]] = {}
    for model in models():
        name, digest, rows = f"rows/{model._meta.label_lower}.jsonl", hashlib.sha256(), 0
        with archive.open(name, "w", force_zip64=True) as raw:
            for line in _lines(model):
                raw.write(line)
                digest.update(line)
                rows += 1
        parts[name] = {"rows": rows, "sha256": digest.hexdigest()}
    entries, seal = log.last_seal()
    rows = sum(part["rows"] for part in parts.values())
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = {
        "format": FORMAT,
        "made_at": made_at,
        "version": secondsource.__version__,
        "database": connection.vendor,
        "schema": sorted(map(list, _applied())),
        "log": {"entries": entries, "seal": seal},
        "parts": parts,
    }
    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return Kept(rows, entries, seal, made_at)


def _lines(model: Any) -> Iterator[bytes]:
    for row in model._default_manager.order_by("pk").iterator(chunk_size=500):
        # Django's own JSON cuts times to thousandths of a second, and no seal of the log would hold.
        (values,) = serializers.serialize("python", [row])
        yield (json.dumps(values, default=_text) + "\n").encode()


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, (datetime, date)) else str(value)


def _applied() -> list[tuple[str, str]]:
    return list(MigrationRecorder(connection).applied_migrations())


def look(path: Path) -> Kept:
    """Return what a backup holds, every part of it held against the manifest.

    Raises
    ------
    NotRestored
        It is damaged, or no backup of ours.
    """
    with _opened(path) as (_archive, manifest):
        return _kept(manifest)


def _kept(manifest: Mapping[str, Any]) -> Kept:
    rows = sum(part["rows"] for part in manifest["parts"].values())
    return Kept(rows, manifest["log"]["entries"], manifest["log"]["seal"], manifest["made_at"])


@contextmanager
def _opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    """A backup whose parts are all there and whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive)
            if sum(each.file_size for each in archive.infolist()) > LARGEST:
                raise NotRestored(_("it is larger than a backup can be"))
            for name, part in manifest["parts"].items():
                if _digest(archive, name) != part["sha256"]:
                    raise NotRestored(_("it is damaged: {part} is not as it was written", part=name))
            yield archive, manifest
    except (zipfile.BadZipFile, EOFError) as error:
        raise NotRestored(_("it is no backup, or a damaged one")) from error


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(archive.read(MANIFEST))
        known = found["format"], found["schema"], found["log"]["seal"], found["log"]["entries"], found["made_at"]
        is_ours = known[0] == FORMAT and all(name.startswith("rows/") for name in found["parts"])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise NotRestored(_("it is no backup of a workspace")) from error
    if not is_ours:
        raise NotRestored(_("it was written by another version whose backups are not known here"))
    return found


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    try:
        with archive.open(name) as raw:
            while block := raw.read(1 << 20):
                digest.update(block)
    except (KeyError, zipfile.BadZipFile):
        return ""
    return digest.hexdigest()


def restore(path: Path) -> Kept:
    """Fill an empty database from a backup, all of it or nothing, and check what came of it.

    Raises
    ------
    NotRestored
        The backup is damaged or newer than this program, the database is not empty, or what is in the backup does not
        hold together.
    """
    with _opened(path) as (archive, manifest):
        call_command("migrate", interactive=False, verbosity=0)
        unknown = sorted({(app, name) for app, name in manifest["schema"]} - set(_applied()))
        if unknown:
            raise NotRestored(_("it comes from a newer version of secondsource: update this one first"))
        filled = next((model for model in models() if model._default_manager.exists()), None)
        if filled is not None:
            raise NotRestored(_("the database is not empty: restore into a new one (--data, or DATABASE_URL)"))
        with transaction.atomic():
            for model in models():
                _load(archive, manifest, model)
            connection.check_constraints()
            _check(manifest)
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), models()):
                cursor.execute(statement)
        return _kept(manifest)


def _load(archive: zipfile.ZipFile, manifest: Mapping[str, Any], model: Any) -> None:
    name = f"rows/{model._meta.label_lower}.jsonl"
    if name not in manifest["parts"]:  # a kind of row that did not exist yet
        return
    with archive.open(name) as raw:
        for line in io.TextIOWrapper(raw, "utf-8"):
            for each in serializers.deserialize("python", [json.loads(line)], ignorenonexistent=True):
                each.object.save_base(raw=True, force_insert=True)


def _check(manifest: Mapping[str, Any]) -> None:
    """What was loaded is what the manifest says, and the log holds."""
    for name, part in manifest["parts"].items():
        label = name.removeprefix("rows/").removesuffix(".jsonl")
        count = apps.get_model(label)._default_manager.count()
        if count != part["rows"]:
            raise NotRestored(_("{part}: {count} rows in place of {rows}", part=label, count=count, rows=part["rows"]))
    if log.last_seal() != (manifest["log"]["entries"], manifest["log"]["seal"]) or next(log.broken(), None) is not None:
        raise NotRestored(_("the audit log in it does not hold"))
