"""The platform's own tables, brought to the state this code expects."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engines.store import (  # noqa: F401 - declare their tables
    comments,
    flows,
    presence,
    public_choices,
    publics,
    rules,
    shares,
)
from engines.store.database import Database
from engines.store.matching import tables  # noqa: F401 - the same

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "public2"  # stated, so that a start that has nothing to migrate need not import Alembic
STEPS = Path(__file__).resolve().parents[2] / "migrations"
_LOCK = 0x77656674  # "weft": one migration at a time among processes that start together
_revision = sa.table("alembic_version", sa.column("version_num"))


def migrate(db: Database) -> None:
    """Bring the platform's tables to ``HEAD``; nothing to do costs one query."""
    with db.read() as conn:
        if revision(conn) == HEAD:
            return
    with db.write() as conn:
        if not db.sqlite:
            conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        upgrade(conn, HEAD)


def known(step: str) -> bool:
    """Tell whether a step is one of ours; one that is not was written by a later version."""
    return any(each.stem.partition("_")[0] == step for each in STEPS.glob("versions/[!_]*.py"))


def revision(conn: sa.Connection) -> str | None:
    """Return the last step that was run, None for a database nothing was run on."""
    if not sa.inspect(conn).has_table(_revision.name):
        return None
    found: str | None = conn.execute(sa.select(_revision.c.version_num)).scalar()
    return found


def config(conn: sa.Connection) -> Config:
    """Return Alembic's configuration for one connection."""
    from alembic.config import Config

    found = Config(attributes={"connection": conn})
    found.set_main_option("script_location", str(STEPS).replace("%", "%%"))
    return found


def upgrade(conn: sa.Connection, to: str) -> None:
    """Run the steps up to one; the caller commits."""
    if revision(conn) != to:
        from alembic import command

        command.upgrade(config(conn), to)
