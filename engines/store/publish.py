"""Publishing: expand first, invisibly; then one short transaction makes the new version the version."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from engines.form.model import AppModel, build
from engines.ports import Clock, Ids
from engines.store.catalogue import Row, delete_rows, insert_rows, load_rows, physical_names
from engines.store.database import Database
from engines.store.models import bump_epoch, load
from engines.store.plan import Line, Plan
from engines.store.platform import app, version
from engines.store.publishing.assign import Assigner, Assignment
from engines.store.publishing.diff import Differ, elements_by_path
from engines.store.publishing.elements import Slot, walk
from engines.store.publishing.lock import publish_lock
from engines.store.publishing.physical import expand, remove, tables_of
from engines.store.publishing.swap import building_rows, changes
from engines.store.upsert import upsert
from schemas import loader
from schemas.dumper import dump
from schemas.elements import App
from schemas.errors import Conflict, Invalid, NotFound
from schemas.grammar import Grammar


@dataclass(frozen=True, slots=True)
class Publication:
    """One definition on its way: what is published now, what shall be, and how the two hang together."""

    old: AppModel | None
    new: AppModel
    data: bytes
    slots: Sequence[Slot]
    rows: Sequence[Row]
    assignment: Assignment

    @property
    def unchanged(self) -> bool:
        """Tell whether these very bytes are published already."""
        return self.old is not None and dump(self.old.definition) == self.data


class Publisher:
    """The only way a definition becomes tables. ``progress`` hears the name of each phase as it begins."""

    def __init__(
        self,
        db: Database,
        grammar: Grammar,
        clock: Clock,
        ids: Ids,
        progress: Callable[[str], None] = lambda _: None,
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
            publication = self._prepare(conn, definition, restore)
            return self._plan(conn, publication, allow_loss)

    def apply(
        self,
        data: bytes,
        *,
        actor: int | None,
        restore: Collection[str] = (),
        allow_loss: Collection[str] = (),
    ) -> AppModel:
        """Publish and return the version; the same bytes again change nothing.

        Raises Invalid, and changes nothing, where the definition or a line of the plan stands in the way.
        """
        definition = self.read(data)
        with publish_lock(self._db):
            self._progress("plan")
            with self._db.read() as conn:
                publication = self._prepare(conn, definition, restore)
                if publication.unchanged and publication.old is not None:
                    return publication.old
                _refuse(self._plan(conn, publication, allow_loss).blocking, publication.slots)
            self._expand(publication)
            self._progress("swap")
            with self._db.write() as conn:
                number = self._swap(conn, publication, actor)
            self._progress("done")
        return build(definition, self._grammar.fields, publication.assignment.names, number)

    def read(self, data: bytes) -> App:
        """Load and verify a definition. Raises Invalid with every problem."""
        return loader.load(data, self._grammar)

    def _prepare(self, conn: sa.Connection, definition: App, restore: Collection[str]) -> Publication:
        try:
            old = load(conn, self._grammar, definition.key)
        except NotFound:
            old = None
        rows = load_rows(conn, definition.key)
        slots = list(walk(definition, self._grammar.fields))
        assigner = Assigner(definition.key, rows, physical_names(conn), self._ids, restore)
        assignment = assigner.assign(slots)
        new = build(definition, self._grammar.fields, assignment.names)
        return Publication(old, new, dump(definition), slots, rows, assignment)

    def _plan(self, conn: sa.Connection, publication: Publication, allow_loss: Collection[str]) -> Plan:
        if publication.unchanged:
            return Plan()
        old = publication.old.definition if publication.old else None
        before = elements_by_path(list(walk(old, self._grammar.fields))) if old else {}
        differ = Differ(conn, before, publication.assignment)
        return Plan(tuple(differ.lines(old, publication.new.definition)))

    def _expand(self, publication: Publication) -> None:
        """Make whatever the new version needs beside what the old one uses; resumable, seen by nobody."""
        self._progress("expand")
        with self._db.write() as conn:
            leftovers = publication.assignment.leftovers
            remove(conn, leftovers)
            delete_rows(conn, [row.uid for row in leftovers])
            key = publication.new.key
            insert_rows(conn, building_rows(key, publication.assignment, publication.rows))
            expand(conn, tables_of(publication.new))

    def _swap(self, conn: sa.Connection, publication: Publication, actor: int | None) -> int:
        """Make the new version the version. Raises Conflict when another was published meanwhile."""
        key, names = publication.new.key, publication.assignment.places
        current = conn.execute(sa.select(app.c.version).where(app.c.key == key).with_for_update()).scalar()
        if current != (publication.old.version if publication.old else None):
            raise Conflict("publish.moved_on")
        now = self._clock.now()
        changes(key, publication.assignment, publication.rows, now).write(conn)
        highest = sa.select(sa.func.max(version.c.number)).where(version.c.app == key)
        number = (conn.execute(highest).scalar() or 0) + 1
        conn.execute(
            sa.insert(version).values(
                app=key, number=number, definition=publication.data, published_at=now, published_by=actor,
                names={path: [place.uid, place.physical] for path, place in names.items()},
            )
        )  # fmt: skip
        statement = upsert(conn, app).values(key=key, version=number)
        conn.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"version": number}))
        bump_epoch(conn)
        return number


def _refuse(lines: Sequence[Line], slots: Sequence[Slot]) -> None:
    """Raise Invalid when any line stands in the way."""
    if lines:
        pointers = {slot.path: slot.pointer for slot in slots}
        raise Invalid([line.issue(pointers.get(line.path, "")) for line in lines], "plan.blocked")
