"""Files: bytes kept by their SHA-256, and the rows that say whose they are and where they belong."""

from __future__ import annotations

import hashlib
import math
import mimetypes
import os
import re
import secrets
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path, PurePath
from typing import IO

import sqlalchemy as sa

from engines.ports import Clock, FileStore, Ids
from engines.store import platform
from engines.store.database import Database
from engines.store.encode import chunks
from schemas.errors import Invalid, Issue, LimitReached, NotFound

NAME_AT_MOST = 200
UNKNOWN = "application/octet-stream"
PDF = "application/pdf"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 18
_LOOKED_UP_AT_ONCE = 1_000
_FORGOTTEN_AT_ONCE = 1_000
_UNSAFE = re.compile(r'[<>:"|?*\\/]')
_SIGNATURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"%PDF-"), PDF),
)
_INLINE = frozenset(kind for _, kind in _SIGNATURES)
_file = platform.file


class DiskFiles:
    """Implements ``FileStore`` in a folder; equal contents are kept once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, stream: IO[bytes], limit: int) -> tuple[str, int]:
        """Keep a stream and return its digest and size. Raises LimitReached beyond ``limit`` bytes."""
        arriving = self._incoming / secrets.token_hex(16)
        try:
            with arriving.open("xb") as out:
                digest, size = _copy(stream, out, limit)
                out.flush()
                os.fsync(out.fileno())
            place = self._place(digest)
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            arriving.replace(place)
        finally:
            arriving.unlink(missing_ok=True)
        for folder in (place.parent, place.parent.parent, self._folder):
            _sync_folder(folder)
        return digest, size

    @contextmanager
    def open(self, digest: str) -> Iterator[IO[bytes]]:
        """Open kept bytes. Raises NotFound."""
        if not _DIGEST.fullmatch(digest):
            raise NotFound
        try:
            opened = self._place(digest).open("rb")
        except FileNotFoundError:
            raise NotFound from None
        with opened:
            yield opened

    def digests(self) -> Iterator[str]:
        """Iterate over all kept files, to be compared with the file rows."""
        for path in self._folder.glob("??/??/*"):
            if _DIGEST.fullmatch(path.name):
                yield path.name

    def sweep(self, needed: Callable[[Sequence[str]], Collection[str]], before: datetime) -> int:
        """Remove what was put before a moment, not since, and is none of the ``needed``; return how many."""
        for broken_off in self._incoming.iterdir():
            if _put_at(broken_off) < before.timestamp():
                broken_off.unlink(missing_ok=True)
        old = (each for each in self.digests() if _put_at(self._place(each)) < before.timestamp())
        gone = 0
        while some := list(islice(old, _LOOKED_UP_AT_ONCE)):
            unneeded = set(some) - set(needed(some))
            gone += sum(self._remove(each, before) for each in unneeded)
        return gone

    def _remove(self, digest: str, before: datetime) -> bool:
        """Take bytes out of their place, and put them back where somebody has put them anew just now."""
        aside = self._incoming / secrets.token_hex(16)
        try:
            self._place(digest).replace(aside)
        except FileNotFoundError:  # another process was quicker
            return False
        if _put_at(aside) >= before.timestamp():
            aside.replace(self._place(digest))
            return False
        aside.unlink()
        return True

    def _place(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest[2:4] / digest


@dataclass(frozen=True, slots=True)
class FileRow:
    """One uploaded file; ``record_id`` is None until a record holds it."""

    id: int
    digest: str
    name: str
    type: str
    size: int
    user_id: int | None
    created_at: datetime
    form_uid: int | None
    field_uid: int | None
    record_id: int | None


_COLUMNS = tuple(_file.c[each] for each in FileRow.__slots__)


@dataclass(frozen=True, slots=True)
class Place:
    """The one record and field that hold a file."""

    form_uid: int
    field_uid: int
    record_id: int


@dataclass(frozen=True, slots=True)
class Kept:
    """An upload whose bytes are kept and that no row names yet."""

    name: str
    type: str
    size: int
    digest: str


def keep(files: FileStore, stream: IO[bytes], name: str, limit: int) -> Kept:
    """Keep an upload, outside any transaction; its type comes from its bytes.

    Raises LimitReached beyond ``limit`` bytes, and Invalid for an empty file.
    """
    digest, size = files.put(stream, limit)
    if size == 0:
        raise Invalid([Issue("", "file.empty")])
    with files.open(digest) as kept:
        return Kept(clean_name(name), content_type(kept.read(32), name), size, digest)


def add_file(conn: sa.Connection, ids: Ids, clock: Clock, user_id: int, kept: Kept) -> int:
    """Add the row of kept bytes and return its id; the file is its uploader's until a record holds it."""
    file_id = ids.next()
    row = {"id": file_id, "user_id": user_id, "created_at": clock.now(), **asdict(kept)}
    conn.execute(sa.insert(_file).values(row))
    return file_id


def get_file(conn: sa.Connection, file_id: int) -> FileRow:
    """Return one row. Raises NotFound."""
    found = get_files(conn, [file_id])
    if file_id not in found:
        raise NotFound
    return found[file_id]


def get_files(conn: sa.Connection, file_ids: Collection[int]) -> Mapping[int, FileRow]:
    """Return the rows that exist, by id."""
    rows = conn.execute(sa.select(*_COLUMNS).where(_file.c.id.in_(file_ids)))
    return {row.id: FileRow(*row) for row in rows}


def claim(conn: sa.Connection, file_ids: Collection[int]) -> Mapping[int, FileRow]:
    """Return the rows that exist, by id; nobody else gives them away before this transaction ends."""
    found: dict[int, FileRow] = {}
    for some in chunks(sorted(file_ids)):
        rows = sa.select(*_COLUMNS).where(_file.c.id.in_(some)).order_by(_file.c.id)
        locked = rows.with_for_update() if conn.dialect.name == "postgresql" else rows
        found |= {row.id: FileRow(*row) for row in conn.execute(locked)}
    return found


def may_attach(conn: sa.Connection, user_id: int, file_ids: Collection[int]) -> frozenset[int]:
    """Return those of the files that the person may put into a record: own uploads no record holds yet."""
    return frozenset(conn.scalars(sa.select(_file.c.id).where(_loose(user_id, file_ids))))


def attach(conn: sa.Connection, user_id: int, file_ids: Collection[int], place: Place) -> bool:
    """Give files to a record, whose rights then are theirs; False when one was not the person's to give."""
    given = conn.execute(sa.update(_file).where(_loose(user_id, file_ids)).values(asdict(place))).rowcount
    return given == len(set(file_ids))


def loose(conn: sa.Connection, before: datetime) -> list[int]:
    """Return the ids of files that were sent before a moment and that no record holds, ascending."""
    unheld = _file.c.form_uid.is_(None) & _file.c.record_id.is_(None)
    return list(
        conn.scalars(sa.select(_file.c.id).where(unheld, _file.c.created_at < before).order_by(_file.c.id))
    )


def forget(db: Database, file_ids: Sequence[int]) -> int:
    """Delete the rows of files, unless a record came to hold them; return how many."""
    gone = 0
    for some in chunks(file_ids, _FORGOTTEN_AT_ONCE):
        with db.write() as conn:
            among = sa.delete(_file).where(_file.c.id.in_(some), _file.c.record_id.is_(None))
            gone += conn.execute(among).rowcount
    return gone


def sweep(db: Database, files: FileStore, before: datetime) -> int:
    """Remove bytes that no row names, put before a moment; return how many."""

    def named(digests: Sequence[str]) -> Collection[str]:
        with db.read() as conn:
            return conn.scalars(sa.select(_file.c.digest).where(_file.c.digest.in_(digests))).all()

    return files.sweep(named, before)


def missing(conn: sa.Connection, files: FileStore) -> list[str]:
    """Return the digests that rows name and that are not kept."""
    named = set(conn.scalars(sa.select(_file.c.digest).distinct()))
    return sorted(named - set(files.digests()))


def disposition(row: FileRow | Kept) -> tuple[str, bool]:
    """Return the content type to answer with, and whether a browser may show the file in its place.

    Only pictures that cannot hold a script are shown, and what begins as a PDF does, which browsers read in a
    viewer that is cut off from the page; everything else is a download without a type.
    """
    return (row.type, True) if row.type in _INLINE else (UNKNOWN, False)


def content_type(head: bytes, name: str) -> str:
    """Return the type of a file by its first 32 bytes; what is neither picture nor PDF goes by its name."""
    for signature, kind in _SIGNATURES:
        if signature.match(head):
            return kind
    guessed = mimetypes.guess_type(name)[0] or UNKNOWN
    return UNKNOWN if guessed in _INLINE else guessed


def clean_name(name: str) -> str:
    """Return a name without path, control and direction characters, at most 200 long, its ending kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(each for each in last if unicodedata.category(each) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    safe = _UNSAFE.sub("_", shown).strip(" .") or "file"
    path = PurePath(safe)
    ending = path.suffix[:20]
    return path.stem[: NAME_AT_MOST - len(ending)] + ending


def _loose(user_id: int, file_ids: Collection[int]) -> sa.ColumnElement[bool]:
    return sa.and_(_file.c.id.in_(file_ids), _file.c.user_id == user_id, _file.c.record_id.is_(None))


def _copy(stream: IO[bytes], out: IO[bytes], limit: int) -> tuple[str, int]:
    hashed, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise LimitReached("file.too_large", limit=limit)
        hashed.update(chunk)
        out.write(chunk)
    return hashed.hexdigest(), size


def _put_at(path: Path) -> float:
    """Return when bytes were put, in the file system's time; now where they have just gone."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf


def _sync_folder(folder: Path) -> None:
    """Make a rename outlast a power cut, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
