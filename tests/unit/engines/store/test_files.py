"""Files: kept once, whole or not at all, and shown in place only when that is harmless."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from engines.store.database import Database
from engines.store.files import (
    DiskFiles,
    Kept,
    Place,
    add_file,
    attach,
    clean_name,
    content_type,
    disposition,
    get_file,
    get_files,
    keep,
    may_attach,
)
from engines.store.ids import SnowIds
from schemas.errors import Invalid, LimitReached, NotFound
from tests.fixtures.clock import FakeClock

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
ADA, BOB = 11, 12


@pytest.fixture
def files(tmp_path: Path) -> DiskFiles:
    return DiskFiles(tmp_path / "files")


def listed(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "files").rglob("*") if path.is_file()]


@pytest.fixture
def upload(database: Database, clock: FakeClock) -> Callable[[int], int]:
    ids = SnowIds(0, clock)

    def add(user_id: int) -> int:
        with database.write() as conn:
            return add_file(conn, ids, clock, user_id, Kept("a.txt", "text/plain", 3, "0" * 64))

    return add


def test_bytes_come_back_by_their_digest(files: DiskFiles) -> None:
    digest, size = files.put(io.BytesIO(b"weft"), 100)

    assert (digest, size) == (hashlib.sha256(b"weft").hexdigest(), 4)
    with files.open(digest) as kept:
        assert kept.read() == b"weft"
    assert list(files.digests()) == [digest]


def test_equal_contents_are_kept_once(files: DiskFiles, tmp_path: Path) -> None:
    assert files.put(io.BytesIO(b"weft"), 4) == files.put(io.BytesIO(b"weft"), 4)

    assert len(listed(tmp_path)) == 1


def test_a_file_over_the_limit_leaves_nothing(files: DiskFiles, tmp_path: Path) -> None:
    with pytest.raises(LimitReached):
        files.put(io.BytesIO(b"x" * 1_000_001), 1_000_000)

    assert listed(tmp_path) == []


def test_an_upload_that_breaks_off_leaves_nothing(files: DiskFiles, tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(2)

    with pytest.raises(ConnectionResetError):
        files.put(Broken(b"weft"), 100)

    assert listed(tmp_path) == []


@pytest.mark.parametrize("digest", ["0" * 64, "", "../../etc/passwd", "0" * 63 + "/", "../" * 20 + "abcd"])
def test_what_is_not_kept_is_not_found(files: DiskFiles, digest: str) -> None:
    with pytest.raises(NotFound), files.open(digest):
        pytest.fail("opened")


def test_an_upload_is_described_by_its_bytes(files: DiskFiles) -> None:
    kept = keep(files, io.BytesIO(PNG), "../photo.exe", 100)

    assert (kept.name, kept.type, kept.size) == ("photo.exe", "image/png", len(PNG))


def test_an_empty_upload_is_refused(files: DiskFiles) -> None:
    with pytest.raises(Invalid):
        keep(files, io.BytesIO(b""), "a.txt", 100)


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        (PNG, "a.png", ("image/png", True)),
        (PNG, "a.html", ("image/png", True)),
        (b"\xff\xd8\xff\xe0", "a.jpg", ("image/jpeg", True)),
        (b"GIF89a", "a.gif", ("image/gif", True)),
        (b"RIFF\x01\x02\x03\x04WEBPVP8 ", "a.webp", ("image/webp", True)),
        (b"<script>alert(1)</script>", "a.png", ("application/octet-stream", False)),
        (b"<svg onload=alert(1)>", "a.svg", ("application/octet-stream", False)),
        (b"<html>", "a.html", ("application/octet-stream", False)),
        (b" \x89PNG\r\n\x1a\n", "a.png", ("application/octet-stream", False)),
        (b"%PDF-1.7", "a.pdf", ("application/pdf", True)),
        (b"<script>", "a.pdf", ("application/octet-stream", False)),
        (b" %PDF-1.7", "a.pdf", ("application/octet-stream", False)),
        (b"", "a", ("application/octet-stream", False)),
    ],
)
def test_only_harmless_pictures_are_shown_in_place(
    files: DiskFiles, head: bytes, name: str, expected: tuple[str, bool]
) -> None:
    kept = keep(files, io.BytesIO(head + b"\n" * 40), name, 1000)

    assert disposition(kept) == expected


def test_other_types_go_by_the_name() -> None:
    assert content_type(b"%PDF-1.7", "plan.PDF") == "application/pdf"
    assert content_type(b"\0", "plan") == "application/octet-stream"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("计划 2026.xlsx", "计划 2026.xlsx"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.txt", "a.txt"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie_ x.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('a"b<c>.txt', "a_b_c_.txt"),
        ("...", "file"),
        ("", "file"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        (".bashrc", "bashrc"),
    ],
)
def test_names_are_made_harmless(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def test_a_row_holds_what_is_known(
    database: Database, clock: FakeClock, upload: Callable[[int], int]
) -> None:
    file_id = upload(ADA)

    with database.read() as conn:
        row = get_file(conn, file_id)
        assert (row.id, row.name, row.user_id, row.created_at) == (file_id, "a.txt", ADA, clock.now())
        assert row.record_id is None
        assert list(get_files(conn, [file_id, 1])) == [file_id]
        with pytest.raises(NotFound):
            get_file(conn, 1)


def test_a_file_belongs_to_its_uploader_until_a_record_holds_it(
    database: Database, upload: Callable[[int], int]
) -> None:
    mine, held, foreign = upload(ADA), upload(ADA), upload(BOB)
    with database.write() as conn:
        assert attach(conn, ADA, [held], Place(1, 2, 3)) is True

    with database.read() as conn:
        assert may_attach(conn, ADA, [mine, held, foreign, 99]) == {mine}
        assert get_file(conn, held).record_id == 3


def test_a_file_is_given_to_one_record_only(database: Database, upload: Callable[[int], int]) -> None:
    file_id, foreign = upload(ADA), upload(BOB)

    with database.write() as conn:
        assert attach(conn, ADA, [file_id], Place(1, 2, 3)) is True
        assert attach(conn, ADA, [file_id], Place(1, 2, 4)) is False
        assert attach(conn, ADA, [foreign], Place(1, 2, 4)) is False
        assert get_file(conn, file_id).record_id == 3
