"""A package: a ZIP archive of a definition, perhaps with records and files. Hostile until it is proven."""

from __future__ import annotations

import hashlib
import re
import stat
import struct
import zipfile
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from io import BytesIO
from shutil import copyfileobj
from typing import IO
from zlib import error as ZlibError  # noqa: N812 - an exception, called as one

from schemas.errors import Invalid, Issue
from schemas.loader import MAX_BYTES

MAX_PACKAGE = 200_000_000  # bytes, as it is sent and unpacked
DEFINITION, DATA = "app.json", "data.json"
_FILE = re.compile(r"files/([0-9a-f]{64})")
_MAX_DATA, _MAX_FILE = 50_000_000, 50_000_000
_MAX_ENTRIES, _MAX_RATIO = 5_000, 200
_DIRECTORY = _MAX_ENTRIES * 400  # bytes of the list of entries
_CHUNK = 1 << 18
_LAST = struct.Struct("<4s4H2LH")  # the end of an archive: how many entries, and how long their list is
_EPOCH = (1980, 1, 1, 0, 0, 0)
_KINDS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, slots=True)
class Content:
    """What is in a package. ``files``: the digests of those that come along."""

    definition: bytes
    data: bytes | None
    files: frozenset[str]


def is_package(head: bytes) -> bool:
    """Tell whether bytes begin as an archive does."""
    return head[:2] == b"PK"


def write(
    target: IO[bytes],
    definition: bytes,
    data: bytes | None,
    digests: Collection[str],
    opener: Callable[[str], AbstractContextManager[IO[bytes]]],
) -> None:
    """Write a package: for the same contents the same bytes, on every machine. Files open one by one."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(_entry(DEFINITION), definition)
        if data is not None:
            archive.writestr(_entry(DATA), data)
        for digest in sorted(digests):
            with opener(digest) as source, archive.open(_entry(f"files/{digest}"), "w") as out:
                copyfileobj(source, out, _CHUNK)


def _entry(name: str) -> zipfile.ZipInfo:
    found = zipfile.ZipInfo(name, _EPOCH)
    found.create_system, found.external_attr = 3, (stat.S_IFREG | 0o644) << 16
    return found


class Package:
    """An open package, every entry of which may be there."""

    def __init__(self, archive: zipfile.ZipFile, content: Content) -> None:
        self.content = content
        self._archive = archive

    @contextmanager
    def file(self, digest: str) -> Iterator[IO[bytes]]:
        """Open a file of the package, checked while it is read. Raises Invalid."""
        yield BytesIO(_unpacked(self._archive, self._archive.getinfo(f"files/{digest}"), digest))


@contextmanager
def opened(source: IO[bytes]) -> Iterator[Package]:
    """Open a package. Raises Invalid for an archive that holds anything but what belongs in one."""
    _measure(source)
    with _broken(""):
        archive = zipfile.ZipFile(source)
    with archive:
        with _broken(""):  # not around what is done with the package
            content = _content(archive)
        yield Package(archive, content)


def _content(archive: zipfile.ZipFile) -> Content:
    entries = {each.filename: each for each in _checked(archive) if not each.is_dir()}
    if DEFINITION not in entries:
        raise _refused("package.no_definition", DEFINITION)
    data = entries.get(DATA)
    return Content(
        _unpacked(archive, entries[DEFINITION]),
        None if data is None else _unpacked(archive, data),
        frozenset(found[1] for name in entries if (found := _FILE.fullmatch(name))),
    )


def definition_in(data: bytes) -> bytes:
    """Return the definition that bytes are, or that is in the package that they are. Raises Invalid."""
    if not is_package(data):
        return data
    with opened(BytesIO(data)) as package:
        return package.content.definition


def _measure(source: IO[bytes]) -> None:
    """Refuse a list of entries that is longer than anything here, before it is read."""
    size = source.seek(0, 2)
    if size > MAX_PACKAGE:
        raise _refused("package.too_big", "", limit=MAX_PACKAGE)
    source.seek(max(0, size - 65_577))
    tail = source.read()
    at = tail.rfind(b"PK\x05\x06")
    source.seek(0)
    if at < 0 or len(tail) < at + _LAST.size:
        raise _refused("package.broken", "")
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):  # larger numbers, told elsewhere
        raise _refused("package.broken", "")
    _, _, _, _, count, length, _, _ = _LAST.unpack_from(tail, at)
    if count > _MAX_ENTRIES or length > _DIRECTORY:
        raise _refused("package.too_many", "", limit=_MAX_ENTRIES)


def _checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the entries: none but those that belong here, each once, of which the whole is not too large."""
    entries = archive.infolist()
    if len(entries) > _MAX_ENTRIES:
        raise _refused("package.too_many", "", limit=_MAX_ENTRIES)
    seen: set[str] = set()
    for each in entries:
        name = each.orig_filename
        if name in seen:
            raise _refused("package.twice", name)
        seen.add(name)
        _belongs(each, name)
    if sum(each.file_size for each in entries) > MAX_PACKAGE:
        raise _refused("package.too_big", "", limit=MAX_PACKAGE)
    return entries


def _belongs(each: zipfile.ZipInfo, name: str) -> None:
    kind = stat.S_IFMT(each.external_attr >> 16)
    if name == "files/" and kind in {0, stat.S_IFDIR} and not each.file_size:
        return
    if name not in {DEFINITION, DATA} and not _FILE.fullmatch(name):
        raise _refused("package.foreign", name)
    if kind not in {0, stat.S_IFREG}:
        raise _refused("package.link", name)
    if each.flag_bits & 1 or each.compress_type not in _KINDS:
        raise _refused("package.locked", name)
    if each.file_size > _limit(name):
        raise _refused("package.too_big", name, limit=_limit(name))
    if each.file_size > _MAX_RATIO * max(each.compress_size, 100):
        raise _refused("package.bomb", name)


def _limit(name: str) -> int:
    return {DEFINITION: MAX_BYTES, DATA: _MAX_DATA}.get(name, _MAX_FILE)


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, digest: str = "") -> bytes:
    """Return the bytes of an entry, never more of them than it said, and only those of its name."""
    parts: list[bytes] = []
    size, name = 0, info.filename
    with _broken(name), archive.open(info) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > min(info.file_size, _limit(name)):
                raise _refused("package.bomb", name)
            parts.append(chunk)
    found = b"".join(parts)
    if digest and hashlib.sha256(found).hexdigest() != digest:
        raise _refused("package.other_file", name)
    return found


@contextmanager
def _broken(name: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ZlibError, OSError) as error:
        raise _refused("package.broken", name) from error
    except (ValueError, struct.error, OverflowError, UnicodeError) as error:
        raise _refused("package.broken", name) from error


def _refused(code: str, name: str, **params: object) -> Invalid:
    shown = name.encode("ascii", "backslashreplace").decode()[:120]
    return Invalid([Issue(shown, code, {"name": shown, **params})], "package.refused")
