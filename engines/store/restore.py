"""An archive of ``backup`` into an empty installation, all of it or nothing."""

from __future__ import annotations

import base64
import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from engines.form.columns import Text
from engines.ports import FileStore
from engines.store import platform
from engines.store.backup import FORMAT, Manifest, TableEntry
from engines.store.database import Database, insert_cells
from engines.store.migrate import HEAD, known, upgrade
from engines.store.models import load
from engines.store.publishing.ddl import DropTable
from engines.store.publishing.indexes import wanted
from engines.store.publishing.views import create_views
from schemas.errors import Conflict
from schemas.grammar import Grammar

_ROWS = 2_000
_TYPES: dict[str, Any] = {
    "boolean": sa.Boolean(), "bigint": sa.BigInteger(), "integer": sa.Integer(), "json": sa.JSON(),
    "bytes": sa.LargeBinary(), "date": sa.Date(), "text": Text,
}  # fmt: skip
_LOAD: dict[str, Callable[[Any], Any]] = {"bytes": base64.b64decode}


def restore(
    db: Database, files: FileStore, key: Path, grammar: Grammar, source: Path, progress: Callable[[str], None]
) -> Manifest:
    """Fill an empty installation. Raises Conflict where it is not empty, or the archive is not whole."""
    with _opened(source) as archive:
        manifest = _manifest(archive)
        secret = _read(archive, "key")
        for entry in manifest.tables:
            progress(entry.name)
            _verify(archive, entry)
        with db.read() as conn:
            _check_empty(conn)
        for digest in manifest.files:
            _restore_file(files, archive, digest)
        with db.write() as conn:
            _check_empty(conn)
            _restore_tables(conn, archive, manifest, progress)
            _rebuild(conn, grammar)
    _write_key(key, secret)
    return manifest


def _opened(source: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except zipfile.BadZipFile:
        raise Conflict("backup.damaged", name=source.name) from None


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except (KeyError, zipfile.BadZipFile, zlib.error):
        raise Conflict("backup.damaged", name=name) from None


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        told = orjson.loads(_read(archive, "manifest.json"))
        found = Manifest(**told | {"tables": [TableEntry(**each) for each in told["tables"]]})
    except (KeyError, TypeError, ValueError):
        raise Conflict("backup.damaged", name="manifest.json") from None
    if found.weft_backup != FORMAT or not known(found.revision):
        raise Conflict("backup.newer")
    return found


def _check_empty(conn: sa.Connection) -> None:
    """Raise Conflict where an app was published, or a person added."""
    there = set(sa.inspect(conn).get_table_names())
    kept = (platform.app, platform.element, platform.user, platform.department)
    if any(each.name in there and conn.execute(sa.select(each).limit(1)).first() for each in kept):
        raise Conflict("backup.not_empty")


def _restore_tables(
    conn: sa.Connection, archive: zipfile.ZipFile, manifest: Manifest, progress: Callable[[str], None]
) -> None:
    # From nothing to where the archive was written, and from there to what this code expects.
    platform.metadata.drop_all(conn)
    conn.execute(DropTable("alembic_version"))
    upgrade(conn, manifest.revision)
    there = set(sa.inspect(conn).get_table_names())
    for entry in manifest.tables:
        progress(entry.name)
        table = _table(entry)
        if entry.name in there:
            conn.execute(sa.delete(table))
        else:
            table.create(conn)
        _restore_rows(conn, archive, entry, table)
    upgrade(conn, HEAD)


def _table(entry: TableEntry) -> sa.Table:
    columns = (
        sa.Column(name, _TYPES[kind], primary_key=name in entry.key, autoincrement=False)
        for name, kind in entry.columns
    )
    return sa.Table(entry.name, sa.MetaData(), *columns)


def _verify(archive: zipfile.ZipFile, entry: TableEntry) -> None:
    """Raise Conflict where a table's lines are not those that were written."""
    count, digest = 0, hashlib.sha256()
    try:
        for lines in _lines(archive, entry):
            count += len(lines)
            digest.update(b"".join(lines))
    except (KeyError, zipfile.BadZipFile, zlib.error):
        raise Conflict("backup.damaged", name=entry.name) from None
    if (count, digest.hexdigest()) != (entry.rows, entry.sha256):
        raise Conflict("backup.damaged", name=entry.name)


def _restore_rows(conn: sa.Connection, archive: zipfile.ZipFile, entry: TableEntry, table: sa.Table) -> None:
    names = [name for name, _ in entry.columns]
    loads = [_LOAD.get(kind) for _, kind in entry.columns]
    for lines in _lines(archive, entry):
        insert_cells(conn, table, names, [_cells(line, loads) for line in lines])


def _lines(archive: zipfile.ZipFile, entry: TableEntry) -> Iterator[list[bytes]]:
    with archive.open(f"tables/{entry.name}.jsonl") as stream:
        while lines := list(islice(stream, _ROWS)):
            yield lines


def _cells(line: bytes, loads: list[Callable[[Any], Any] | None]) -> tuple[Any, ...]:
    pairs = zip(orjson.loads(line), loads, strict=True)
    return tuple(cell if cell is None or load is None else load(cell) for cell, load in pairs)


def _rebuild(conn: sa.Connection, grammar: Grammar) -> None:
    """Make what the definitions ask for beside the tables: indexes and read-only views."""
    for key in conn.scalars(sa.select(platform.app.c.key).where(platform.app.c.version.is_not(None))).all():
        model = load(conn, grammar, key)
        for each in wanted(model).values():
            each.create(conn)
        create_views(conn, None, model)


def _restore_file(files: FileStore, archive: zipfile.ZipFile, digest: str) -> None:
    try:
        info = archive.getinfo(f"files/{digest}")
        with archive.open(info) as stream:
            kept, _ = files.put(stream, info.file_size)
    except (KeyError, zipfile.BadZipFile, zlib.error):
        raise Conflict("backup.damaged", name=digest) from None
    if kept != digest:
        raise Conflict("backup.damaged", name=digest)


def _write_key(key: Path, secret: bytes) -> None:
    fresh = key.with_name(f"{key.name}.new")
    handle = os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
    fresh.replace(key)
