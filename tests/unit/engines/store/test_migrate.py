"""A migrated database equals the tables the code declares."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engines.store.database import Database
from engines.store.migrate import HEAD, config, migrate, revision
from engines.store.platform import metadata


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    db = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    yield db
    db.close()


def described(db: Database) -> dict[str, Any]:
    """Everything a database says of its platform tables."""
    with db.read() as conn:
        look = sa.inspect(conn)
        return {
            name: {
                "columns": [(c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(name)],
                "key": look.get_pk_constraint(name)["constrained_columns"],
                "indexes": sorted(
                    (str(i["name"]), tuple(i["column_names"]), i["unique"], where(i))
                    for i in look.get_indexes(name)
                ),
                "unique": sorted(tuple(u["column_names"]) for u in look.get_unique_constraints(name)),
                "rowid": without_rowid(conn, name),
            }
            for name in look.get_table_names()
            if name != "alembic_version"
        }


def where(index: Any) -> str:
    return " ".join(str(text) for text in index.get("dialect_options", {}).values())


def without_rowid(conn: sa.Connection, name: str) -> bool:
    if conn.dialect.name != "sqlite":
        return False
    text = conn.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).scalar_one()
    return str(text).rstrip().endswith("WITHOUT ROWID")


def test_migrations_equal_the_declared_tables_on_sqlite(empty: Database, tmp_path: Path):
    declared = Database(f"sqlite:///{tmp_path / 'declared.db'}")
    with declared.write() as conn:
        metadata.create_all(conn)

    migrate(empty)

    assert described(empty) == described(declared)
    declared.close()


def test_migrating_twice_changes_nothing(empty: Database):
    migrate(empty)
    before = described(empty)

    migrate(empty)

    assert described(empty) == before
    with empty.read() as conn:
        assert revision(conn) == HEAD


def test_head_is_the_last_step(empty: Database):
    from alembic.script import ScriptDirectory

    with empty.read() as conn:
        assert ScriptDirectory.from_config(config(conn)).get_current_head() == HEAD


def test_a_start_with_nothing_to_migrate_does_not_import_alembic(empty: Database):
    migrate(empty)
    code = (
        "import sys; from engines.store.database import Database; from engines.store.migrate import migrate;"
        f"migrate(Database({str(empty.url)!r})); sys.exit('alembic' in sys.modules)"
    )

    ran = subprocess.run([sys.executable, "-c", code], cwd=Path.cwd(), check=False)

    assert ran.returncode == 0
