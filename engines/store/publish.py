"""Publishing: expand first, invisibly; then one short transaction makes the new version the version."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engines.form.model import AppModel, build
from engines.form.verify import load_verified
from engines.ports import Clock, Ids
from engines.store.database import Database
from engines.store.models import bump_epoch
from engines.store.plan import Plan
from engines.store.platform import app, version
from engines.store.publishing.copying import copy_chunk
from engines.store.publishing.ddl import DropIndex
from engines.store.publishing.expansion import Expansion, refuse_losses
from engines.store.publishing.indexes import existing, wanted
from engines.store.publishing.lock import publish_lock
from engines.store.publishing.patience import patiently
from engines.store.publishing.publication import Progress, Publication, prepare
from engines.store.publishing.swap import changes
from engines.store.publishing.views import create_views, drop_view
from engines.store.upsert import upsert
from schemas.elements import App
from schemas.errors import Conflict
from schemas.grammar import Grammar


class Publisher:
    """The only way a definition becomes tables. ``progress`` hears the name of each step as it begins."""

    def __init__(
        self,
        db: Database,
        grammar: Grammar,
        clock: Clock,
        ids: Ids,
        progress: Progress = lambda _: None,
    ) -> None:
        self._db = db
        self._grammar = grammar
        self._clock = clock
        self._ids = ids
        self._progress = progress

    def plan(self, data: bytes, *, restore: Collection[str] = (), allow_loss: Collection[str] = ()) -> Plan:
        """Say what publishing these bytes would change. Raises Invalid for a definition that is wrong."""
        definition = self.read(data)
        with self._db.read() as conn:
            return prepare(conn, self._grammar, self._ids, definition, restore, allow_loss).plan(conn)

    def apply(
        self,
        data: bytes,
        *,
        actor: int | None,
        restore: Collection[str] = (),
        allow_loss: Collection[str] = (),
    ) -> AppModel:
        """Publish and return the version; the same bytes again change nothing.

        ``restore``: paths of new elements that shall come out of the trash. ``allow_loss``: paths whose
        values need not all convert; what does not is blank, and the old values stay in the trash.
        Raises Invalid, and changes nothing, where the definition or a line of the plan stands in the way.
        """
        definition = self.read(data)
        with publish_lock(self._db):
            self._progress("plan")
            with self._db.read() as conn:
                publication = prepare(conn, self._grammar, self._ids, definition, restore, allow_loss)
                if publication.unchanged and publication.before is not None:
                    return publication.before
                publication.refuse(publication.plan(conn).lines)
            number = self._publish(publication, actor)
        return build(definition, self._grammar.fields, publication.assignment.names, number)

    def read(self, data: bytes) -> App:
        """Load and verify a definition. Raises Invalid with every problem."""
        return load_verified(data, self._grammar)

    def _publish(self, publication: Publication, actor: int | None) -> int:
        expansion = Expansion(self._db, publication, self._progress)
        try:
            expansion.run()
            self._progress("swap")
            number = patiently(self._db, lambda conn: self._swap(conn, publication, actor))
        except IntegrityError:
            expansion.withdraw()
            with self._db.read() as conn:
                publication.refuse(publication.plan(conn).lines)
            raise Conflict("publish.moved_on") from None
        except BaseException:
            expansion.withdraw()
            raise
        self._progress("done")
        return number

    def _swap(self, conn: sa.Connection, publication: Publication, actor: int | None) -> int:
        """Make the new version the version. Raises Conflict when another was published meanwhile."""
        key, assignment = publication.after.key, publication.assignment
        self._lock(conn, publication)
        self._copy_the_rest(conn, publication)
        self._translate(conn, publication)
        now = self._clock.now()
        changes(key, assignment, publication.rows, now).write(conn)
        self._drop_indexes(conn, publication)
        create_views(conn, publication.after)
        highest = sa.select(sa.func.max(version.c.number)).where(version.c.app == key)
        number = (conn.execute(highest).scalar() or 0) + 1
        names = {path: [place.uid, place.physical] for path, place in assignment.places.items()}
        row = {"app": key, "number": number, "definition": publication.data, "names": names}
        conn.execute(sa.insert(version).values(**row, published_at=now, published_by=actor))
        statement = upsert(conn, app).values(key=key, version=number)
        conn.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"version": number}))
        bump_epoch(conn)
        return number

    def _lock(self, conn: sa.Connection, publication: Publication) -> None:
        """Wait for writers of the old version; later ones find the new one."""
        statement = sa.select(app.c.version).where(app.c.key == publication.after.key).with_for_update()
        current = conn.execute(statement).scalar()
        if current != (publication.before.version if publication.before else None):
            raise Conflict("publish.moved_on")

    def _copy_the_rest(self, conn: sa.Connection, publication: Publication) -> None:
        """Copy the records that changed since their chunk was copied."""
        for copy in publication.copies:
            last: int | None = -1
            while last is not None:
                last, losses = copy_chunk(conn, copy, last)
                refuse_losses(conn, publication, copy, losses)

    def _translate(self, conn: sa.Connection, publication: Publication) -> None:
        """Give restored values the uids that their options bear now."""
        fields = {
            each.uid: each for form in publication.after.forms.values() for each in form.fields.values()
        }
        for uid, uids in publication.assignment.translations.items():
            column = fields[uid].column
            cell = sa.type_coerce(column, sa.BigInteger())
            table = column.table
            new = sa.case(uids, value=cell, else_=cell)
            conn.execute(
                sa.update(table)
                .where(cell.in_(list(uids)))
                .values({column.name: sa.type_coerce(new, column.type)})
            )

    def _drop_indexes(self, conn: sa.Connection, publication: Publication) -> None:
        """Drop the indexes and views that only the old version wanted."""
        dropped = [str(row.physical) for row in publication.assignment.dropped if row.owns_table]
        tables = {table.name for table in publication.after.metadata.tables.values()} | set(dropped)
        if publication.before:
            tables |= set(publication.before.metadata.tables)
        for name in existing(conn, tables) - wanted(publication.after).keys():
            conn.execute(DropIndex(name))
        for table in dropped:
            drop_view(conn, table)
