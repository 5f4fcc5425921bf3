"""A backup from either kind of database goes into either, whole, and into nothing that holds data."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sa

from engines.form.model import AppModel
from engines.store import platform
from engines.store.backup import Manifest, back_up
from engines.store.database import Database
from engines.store.files import DiskFiles, add_file, keep, missing
from engines.store.ids import SnowIds
from engines.store.models import load
from engines.store.publish import Publisher
from engines.store.restore import restore
from schemas.errors import Conflict
from schemas.grammar import Grammar
from tests.fixtures.clock import FakeClock
from tests.fixtures.database import PARAMS
from tests.fixtures.publishing import app, contents, field, fill, form

KEY = b"k" * 32
SHOP = app(
    form(
        "order",
        field("title", unique=True),
        field("amount", "number", decimals=2),
        field("paid", "checkbox"),
        field("due", "date"),
        field("seen", "datetime"),
        field("words", "tags"),
        field("gone"),
        field("items", "subform", fields=[field("code"), field("count", "number")]),
    )
)
RECORDS = [
    {
        "title": "第一单 “A”",
        "amount": 1,
        "paid": True,
        "words": ("a", "b"),
        "items": [{"code": "x", "count": 2}],
    },
    {"title": "second\n line", "paid": False, "gone": "still in the trash"},
]


@dataclass(frozen=True)
class House:
    """An installation's database and folder."""

    db: Database
    folder: Path

    @property
    def files(self) -> DiskFiles:
        return DiskFiles(self.folder / "files")


@pytest.fixture
def full(database: Database, publisher: Publisher, ids: SnowIds, clock: FakeClock, tmp_path: Path) -> House:
    """An installation with records, a dropped field, a file and its key."""
    house = House(database, tmp_path / "full")
    model = publisher.apply(SHOP, actor=None)
    fill(database, model, "order", RECORDS)
    definition = json.loads(SHOP)
    definition["forms"][0]["fields"] = [
        each for each in definition["forms"][0]["fields"] if each["key"] != "gone"
    ]
    publisher.apply(json.dumps(definition).encode(), actor=None)
    kept = keep(house.files, io.BytesIO(b"hello"), "hello.txt", 100)
    with database.write() as conn:
        add_file(conn, ids, clock, 1, kept)
        conn.execute(sa.insert(platform.user).values(id=1, login="ann", name="Ann", admin=True, active=True))
    return house


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """A PostgreSQL database without a table."""
    name = f"weft_{uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name}".encode())
        yield sa.make_url(postgres_server).set(database=name).render_as_string(hide_password=False)
        conn.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(params=PARAMS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Somewhere to restore to, on each kind of database."""
    folder = tmp_path / "empty"
    folder.mkdir()
    url = f"sqlite:///{folder / 'weft.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("empty_postgres_url")
    db = Database(url)
    yield House(db, folder)
    db.close()


@pytest.fixture
def backup(tmp_path: Path, clock: FakeClock) -> Callable[[House, str], Manifest]:
    def write(house: House, name: str) -> Manifest:
        return back_up(house.db, house.files, KEY, clock, tmp_path / name, lambda _: None)

    return write


def put_back(house: House, grammar: Grammar, archive: Path) -> Manifest:
    return restore(house.db, house.files, house.folder / "key", grammar, archive, lambda _: None)


def model_of(db: Database, grammar: Grammar) -> AppModel:
    with db.read() as conn:
        return load(conn, grammar, "shop")


def test_what_is_restored_is_what_was_backed_up(
    full: House, empty: House, backup: Callable[[House, str], Manifest], grammar: Grammar, tmp_path: Path
) -> None:
    first = backup(full, "first.zip")

    put_back(empty, grammar, tmp_path / "first.zip")

    again = backup(empty, "second.zip")
    told = {each.name: (each.rows, each.sha256) for each in first.tables}
    assert {each.name: (each.rows, each.sha256) for each in again.tables} == told
    assert told["shop__order"][0] == len(RECORDS)
    assert again.files == first.files
    assert len(first.files) == 1
    assert (empty.folder / "key").read_bytes() == KEY
    old, new = (contents(each.db, model_of(each.db, grammar), "order") for each in (full, empty))
    assert new == old


def test_a_restored_installation_has_its_indexes_and_files(
    full: House,
    empty: House,
    backup: Callable[[House, str], Manifest],
    grammar: Grammar,
    clock: FakeClock,
    tmp_path: Path,
) -> None:
    backup(full, "first.zip")

    put_back(empty, grammar, tmp_path / "first.zip")

    with empty.db.read() as conn:
        assert Publisher(empty.db, grammar, clock, SnowIds(2, clock)).check(conn) == []
        assert missing(conn, empty.files) == []


def test_an_installation_that_is_not_empty_is_left_alone(
    full: House, backup: Callable[[House, str], Manifest], grammar: Grammar, tmp_path: Path
) -> None:
    first = backup(full, "first.zip")

    with pytest.raises(Conflict, match="not_empty"):
        put_back(full, grammar, tmp_path / "first.zip")

    assert [each.sha256 for each in backup(full, "again.zip").tables] == [
        each.sha256 for each in first.tables
    ]


@pytest.mark.parametrize(
    "member", ["manifest.json", "tables/weft_version.jsonl", "tables/shop__order.jsonl", "key"]
)
def test_a_damaged_archive_changes_nothing(
    full: House, backup: Callable[[House, str], Manifest], grammar: Grammar, tmp_path: Path, member: str
) -> None:
    backup(full, "first.zip")
    damaged = tmp_path / "damaged.zip"
    with zipfile.ZipFile(tmp_path / "first.zip") as old, zipfile.ZipFile(damaged, "w") as new:
        for each in old.namelist():
            data = old.read(each)
            if each != member:
                new.writestr(each, data)
            elif each.startswith("tables/"):
                new.writestr(each, data.replace(b"1", b"2", 1))
    target = House(Database(f"sqlite:///{tmp_path / 'target.db'}"), tmp_path / "target")

    with pytest.raises(Conflict, match="damaged"):
        put_back(target, grammar, damaged)

    with target.db.read() as conn:
        assert sa.inspect(conn).get_table_names() == []
    target.db.close()


def test_a_file_that_is_lost_is_named_and_the_rest_is_kept(
    full: House, backup: Callable[[House, str], Manifest]
) -> None:
    (lost,) = (full.folder / "files").glob("??/??/*")
    lost.unlink()

    manifest = backup(full, "first.zip")

    assert manifest.missing == [lost.name]
    assert manifest.rows > len(RECORDS)


def test_an_existing_file_is_not_overwritten(
    full: House, backup: Callable[[House, str], Manifest], tmp_path: Path
) -> None:
    (tmp_path / "first.zip").write_text("precious")

    with pytest.raises(Conflict, match="exists"):
        backup(full, "first.zip")

    assert (tmp_path / "first.zip").read_text() == "precious"


def test_an_archive_is_for_its_owner_only(
    full: House, backup: Callable[[House, str], Manifest], tmp_path: Path
) -> None:
    backup(full, "first.zip")

    assert (tmp_path / "first.zip").stat().st_mode & 0o077 == 0
