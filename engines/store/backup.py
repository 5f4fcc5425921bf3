"""A whole installation in one file: every row as portable JSON lines, every file, the key, and their digests.

The archive is a zip: ``manifest.json``, ``tables/<name>.jsonl`` (a JSON list of raw cells for each row, bytes
as base64), ``files/<digest>``, ``key``. It comes from either kind of database and goes into either.
"""

from __future__ import annotations

import base64
import hashlib
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa

from engines.form.columns import iso
from engines.ports import Clock, FileStore
from engines.store import platform
from engines.store.catalogue import load_rows
from engines.store.database import Database
from engines.store.migrate import revision
from schemas.errors import Conflict, NotFound

FORMAT = 1
# What belongs to running processes and open browsers: a restored installation begins without.
PASSING = frozenset({"weft_lease", "weft_session", "weft_attempt"})
_ROWS = 2_000
_CHUNK = 1 << 18
_KINDS: tuple[tuple[type[Any], str], ...] = (
    (sa.Boolean, "boolean"), (sa.BigInteger, "bigint"), (sa.Integer, "integer"), (sa.JSON, "json"),
    (sa.LargeBinary, "bytes"), (sa.Date, "date"), (sa.String, "text"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table: its columns with their kinds, its primary key, its rows and the digest of their lines."""

    name: str
    columns: list[tuple[str, str]]
    key: list[str]
    rows: int = 0
    sha256: str = ""


@dataclass(slots=True)
class Manifest:
    """What an archive holds. ``missing``: digests of files that were named by a row and were not there."""

    made_at: str
    revision: str
    weft_backup: int = FORMAT
    tables: list[TableEntry] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Return the number of rows in all tables."""
        return sum(each.rows for each in self.tables)


def back_up(
    db: Database, files: FileStore, key: bytes, clock: Clock, target: Path, progress: Callable[[str], None]
) -> Manifest:
    """Write the archive while people go on working; it shows one moment. Raises Conflict where it exists."""
    if target.exists():
        raise Conflict("backup.exists", file=str(target))
    partial = target.with_name(f"{target.name}.part")
    handle = os.open(partial, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)  # it holds the key and all data
    try:
        with os.fdopen(handle, "wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            manifest = _write(db, files, archive, clock, progress)
            archive.writestr("key", key)
            archive.writestr("manifest.json", orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2))
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _write(
    db: Database, files: FileStore, archive: zipfile.ZipFile, clock: Clock, progress: Callable[[str], None]
) -> Manifest:
    with _moment(db) as conn:
        manifest = Manifest(iso(clock.now()), revision(conn) or "")
        for name in table_names(conn):
            progress(name)
            manifest.tables.append(_write_table(conn, archive, describe(conn, name)))
        digests = sorted(conn.scalars(sa.select(platform.file.c.digest).distinct()))
    for digest in digests:
        kept = _write_file(files, archive, digest)
        (manifest.files if kept else manifest.missing).append(digest)
    return manifest


@contextmanager
def _moment(db: Database) -> Iterator[sa.Connection]:
    """Open a snapshot that later commits do not change, on PostgreSQL too."""
    if db.sqlite:
        with db.read() as conn:
            yield conn
        return
    with db.reader.connect().execution_options(isolation_level="REPEATABLE READ") as conn:
        yield conn


def table_names(conn: sa.Connection) -> list[str]:
    """Return every table that holds something to keep: the platform's and those of elements, trashed too."""
    own = sorted(set(platform.metadata.tables) - PASSING)
    catalogued = sorted({str(row.physical) for row in load_rows(conn) if row.owns_table})
    there = set(sa.inspect(conn).get_table_names())
    return [name for name in (*own, *catalogued) if name in there]


def describe(conn: sa.Connection, name: str) -> TableEntry:
    """Return a table's columns as they stand in the database, also those of fields that were dropped."""
    look = sa.inspect(conn)
    columns = [(str(each["name"]), _kind(each["type"])) for each in look.get_columns(name)]
    return TableEntry(name, columns, list(look.get_pk_constraint(name)["constrained_columns"]))


def _kind(found: Any) -> str:
    return next(kind for type_, kind in _KINDS if isinstance(found, type_))


def _write_table(conn: sa.Connection, archive: zipfile.ZipFile, entry: TableEntry) -> TableEntry:
    count, digest = 0, hashlib.sha256()
    with archive.open(f"tables/{entry.name}.jsonl", "w", force_zip64=True) as out:
        for lines in _lines(conn, entry):
            count += len(lines)
            data = b"".join(lines)
            digest.update(data)
            out.write(data)
    return TableEntry(entry.name, entry.columns, entry.key, count, digest.hexdigest())


def _lines(conn: sa.Connection, entry: TableEntry) -> Iterator[list[bytes]]:
    """Yield the rows in the order of their key, some at a time, as lines."""
    # Cells as the driver has them; documents as the text they were written as.
    cells = [
        sa.cast(sa.column(name), sa.Text).label(name) if kind == "json" else sa.column(name)
        for name, kind in entry.columns
    ]
    statement = (
        sa.select(*cells).select_from(sa.table(entry.name)).order_by(*(sa.column(each) for each in entry.key))
    )
    dumps = [_DUMP.get(kind) for _, kind in entry.columns]
    for some in conn.execution_options(yield_per=_ROWS).execute(statement).partitions():
        yield [
            orjson.dumps(
                [
                    cell if cell is None or dump is None else dump(cell)
                    for cell, dump in zip(row, dumps, strict=True)
                ],
                option=orjson.OPT_APPEND_NEWLINE,
            )
            for row in some
        ]


_DUMP: dict[str, Callable[[Any], Any]] = {
    "boolean": bool,
    "bytes": lambda cell: base64.b64encode(bytes(cell)).decode(),
    "date": lambda cell: cell.isoformat() if isinstance(cell, date) else cell,
}


def _write_file(files: FileStore, archive: zipfile.ZipFile, digest: str) -> bool:
    try:
        with files.open(digest) as source, archive.open(f"files/{digest}", "w", force_zip64=True) as out:
            while chunk := source.read(_CHUNK):
                out.write(chunk)
    except NotFound:
        return False
    return True
