"""Publishing: expand first, invisibly; then one short transaction makes the new version the version."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engines.form.building import build
from engines.form.model import AppModel
from engines.form.verify import load_verified
from engines.ports import Clock, Ids
from engines.store.catalogue import delete_rows, load_rows
from engines.store.database import Database
from engines.store.models import load
from engines.store.plan import Line, Plan
from engines.store.platform import app
from engines.store.publishing.checkup import check_app
from engines.store.publishing.copying import forget_copies
from engines.store.publishing.ddl import DropIndex
from engines.store.publishing.expansion import Expansion
from engines.store.publishing.indexes import existing, wanted
from engines.store.publishing.journal import Journal
from engines.store.publishing.lock import publish_lock
from engines.store.publishing.marks import end, unfinished
from engines.store.publishing.patience import patiently
from engines.store.publishing.physical import remove
from engines.store.publishing.publication import Progress, Publication, prepare
from engines.store.publishing.swap import swap
from engines.store.publishing.views import drop_view
from engines.store.shelf import is_away
from engines.store.words import Follow
from schemas.elements import App
from schemas.errors import Conflict, NotFound
from schemas.grammar import Grammar

# What engines say to a publish: the versions before and after, and the paths at which a loss is allowed.
Look = Callable[[sa.Connection, AppModel | None, AppModel, Collection[str]], Iterable[Line]]

Also = Callable[[sa.Connection], None]


def all_said(*looks: Look) -> Look:
    """Return a look that yields the lines of several."""

    def look(
        conn: sa.Connection, before: AppModel | None, after: AppModel, allow_loss: Collection[str]
    ) -> Iterator[Line]:
        for each in looks:
            yield from each(conn, before, after, allow_loss)

    return look


class Publisher:
    """The only way a definition becomes tables.

    ``progress`` hears the name of each step; ``follow`` does what a publish leads to, in its transaction.
    ``look``: lines of the plan that only other engines know of.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - what makes a version, and what takes part in it
        self,
        db: Database,
        grammar: Grammar,
        clock: Clock,
        ids: Ids,
        progress: Progress = lambda _: None,
        follow: Follow = lambda *_: None,
        look: Look = lambda *_: (),
    ) -> None:
        self._db = db
        self._grammar = grammar
        self._clock = clock
        self._ids = ids
        self._progress = progress
        self._follow = follow
        self._look = look

    def plan(self, data: bytes, *, restore: Collection[str] = (), allow_loss: Collection[str] = ()) -> Plan:
        """Say what publishing these bytes would change. Raises Invalid for a definition that is wrong."""
        definition = self.read(data)
        with self._db.read() as conn:
            publication = self._prepare(conn, definition, restore, allow_loss)
            return Plan(tuple(self._lines(conn, publication)))

    def apply(
        self,
        data: bytes,
        *,
        actor: int | None,
        restore: Collection[str] = (),
        allow_loss: Collection[str] = (),
        also: Also = lambda _: None,
    ) -> AppModel:
        """Publish and return the version; the same bytes again change nothing.

        ``restore``: paths of new elements that shall come out of the trash. ``allow_loss``: paths whose
        values need not all convert; what does not is blank, and the old values stay in the trash.
        ``also``: what happens in the same transaction, or not at all.
        Raises Invalid, and changes nothing, where the definition or a line of the plan stands in the way;
        Conflict where the app is put away.
        """
        definition = self.read(data)
        with publish_lock(self._db):
            self._progress("plan")
            with self._db.read() as conn:
                if is_away(conn, definition.key):
                    raise Conflict("publish.archived", app=definition.key)
                publication = self._prepare(conn, definition, restore, allow_loss)
                unchanged = publication.before if publication.unchanged else None
                if unchanged is None:
                    publication.refuse(list(self._lines(conn, publication)))
            if unchanged is not None:
                with self._db.write() as conn:
                    also(conn)
                return unchanged
            number = self._publish(publication, actor, also)
        return build(definition, self._grammar.fields, publication.assignment.names, number)

    def _lines(self, conn: sa.Connection, publication: Publication) -> Iterator[Line]:
        yield from publication.plan(conn).lines
        yield from self._looked(conn, publication)

    def _looked(self, conn: sa.Connection, publication: Publication) -> Iterable[Line]:
        if publication.unchanged:
            return ()
        return self._look(conn, publication.before, publication.after, publication.allow_loss)

    def _prepare(
        self, conn: sa.Connection, definition: App, restore: Collection[str], allow_loss: Collection[str]
    ) -> Publication:
        return prepare(conn, self._grammar, (self._ids, self._clock), definition, restore, allow_loss)

    def read(self, data: bytes) -> App:
        """Load and verify a definition. Raises Invalid with every problem."""
        return load_verified(data, self._grammar)

    def check(self, conn: sa.Connection) -> list[Line]:
        """Compare tables, columns, indexes, uniqueness and links of every app with what they should be."""
        keys = conn.execute(sa.select(app.c.key).order_by(app.c.key)).scalars().all()
        found = [check_app(conn, load(conn, self._grammar, key), load_rows(conn, key)) for key in keys]
        return [line for lines in found for line in lines]

    def recover(self) -> None:
        """Undo what a publish that died had prepared; nothing to undo costs one query. Raises Busy.

        An app that cannot be opened, for a plug-in of it is gone, waits until it can.
        """
        with self._db.read() as conn:
            if not unfinished(conn):
                return
        with publish_lock(self._db), self._db.write() as conn:
            for key in unfinished(conn):
                try:
                    before = self._before(conn, key)
                except Conflict:
                    continue
                left = [row for row in load_rows(conn, key) if row.building]
                remove(conn, left)
                delete_rows(conn, [row.uid for row in left])
                if before is not None:
                    _as_before(conn, before)
                end(conn, key)

    def _before(self, conn: sa.Connection, key: str) -> AppModel | None:
        """Return the version that stands; None where the first publish died. Raises Conflict."""
        try:
            return load(conn, self._grammar, key)
        except NotFound:
            return None

    def purge(self, app_key: str, path: str) -> int:
        """Really drop what lies in the trash at ``path``, data and all, and return how many elements went.

        Raises NotFound.
        """
        with publish_lock(self._db), self._db.write() as conn:
            rows = [row for row in load_rows(conn, app_key) if row.trashed_at is not None or row.spare]
            gone = {row.uid for row in rows if row.path == path and not row.spare}
            while more := {row.uid for row in rows if {row.parent, row.detail.get("for")} & gone} - gone:
                gone |= more
            if not gone:
                raise NotFound
            doomed = [row for row in rows if row.uid in gone]
            for row in doomed:
                if row.owns_table:
                    drop_view(conn, str(row.physical))
            remove(conn, doomed)
            delete_rows(conn, sorted(gone))
        return len(gone)

    def _swap(
        self,
        conn: sa.Connection,
        publication: Publication,
        journal: Journal | None,
        actor: int | None,
        also: Also,
    ) -> int:
        number = swap(conn, publication, journal, self._clock.now(), actor)
        self._follow(conn, publication.before, publication.after)
        also(conn)
        publication.refuse(list(self._looked(conn, publication)))  # again: nobody can begin anything now
        return number

    def _publish(self, publication: Publication, actor: int | None, also: Also) -> int:
        expansion = Expansion(self._db, publication, self._progress)
        try:
            expansion.run()
            self._progress("swap")
            journal = expansion.journal
            work = partial(self._swap, publication=publication, journal=journal, actor=actor, also=also)
            number = patiently(self._db, work)
        except IntegrityError as error:
            expansion.withdraw()
            with self._db.read() as conn:
                publication.refuse(publication.plan(conn).lines)
            raise Conflict("publish.moved_on") from error
        except BaseException:
            expansion.withdraw()
            raise
        self._progress("done")
        return number


def _as_before(conn: sa.Connection, model: AppModel) -> None:
    tables = model.metadata.tables.keys()
    forget_copies(conn, tables)
    for name in existing(conn, tables) - wanted(model).keys():
        conn.execute(DropIndex(name))
