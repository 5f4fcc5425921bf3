"""Everything a new version needs beside the old one: invisible until the swap, resumable after a death."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from engines.store.catalogue import delete_rows, insert_rows
from engines.store.database import Database
from engines.store.plan import Line
from engines.store.publishing.copying import COPIED, FormCopy, Losses, copy_chunk, forget_copies
from engines.store.publishing.counting import duplicates
from engines.store.publishing.ddl import AddColumn, DropIndex
from engines.store.publishing.deriving import Fill
from engines.store.publishing.indexes import Wanted, existing, wanted
from engines.store.publishing.journal import Journal, beginning
from engines.store.publishing.marks import begin, note, noted
from engines.store.publishing.patience import patiently
from engines.store.publishing.physical import expand, remove, tables_of
from engines.store.publishing.present import columns_of
from engines.store.publishing.publication import Progress, Publication
from engines.store.publishing.rows import building_rows

T = TypeVar("T")
_ROUNDS = 5
_FEW = 200  # changes that the swap makes up for without anybody noticing
# PostgreSQL looks for deadlocks after a second.
_SHORTER_THAN_A_DEADLOCK = "300ms"
_OFTEN = 100


class Expansion:
    """Prepares one publication, phase by phase."""

    def __init__(self, db: Database, publication: Publication, progress: Progress) -> None:
        self._db = db
        self._publication = publication
        self._progress = progress
        self._guards: list[str] = []
        self.journal: Journal | None = None

    def run(self) -> None:
        """Do it all. Raises Invalid where values stand in the way that came after the plan."""
        self._progress("expand")
        self._briefly(self._storage)
        for copy in self._publication.copies:
            self._copy(copy)
        self._fill()
        self._index()

    def withdraw(self) -> None:
        """Take back what the published version would feel."""
        for name in self._guards:
            patiently(self._db, partial(_drop_index, name=name))

    def _storage(self, conn: sa.Connection) -> None:
        publication = self._publication
        begin(conn, publication.after.key)
        leftovers = publication.assignment.leftovers
        remove(conn, leftovers)
        if leftovers and publication.before is not None:  # what was copied and computed went with them
            forget_copies(conn, publication.before.metadata.tables.keys())
            note(conn, publication.after.key, {})
        delete_rows(conn, [row.uid for row in leftovers])
        insert_rows(conn, building_rows(publication.after.key, publication.assignment, publication.rows))
        expand(conn, tables_of(publication.after))
        for copy in publication.copies:
            if COPIED not in columns_of(conn, {copy.work.name})[copy.work.name]:
                conn.execute(AddColumn(copy.work, copy.work.c[COPIED]))

    def _copy(self, copy: FormCopy) -> None:
        last: int | None = -1
        while last is not None:
            self._progress("copy")
            last, losses = patiently(self._db, partial(copy_chunk, copy=copy, last=last))
            self._refuse(copy, losses)

    def _refuse(self, copy: FormCopy, losses: dict[str, Losses]) -> None:
        if any(each.count for each in losses.values()):
            with self._db.read() as conn:
                refuse_losses(conn, self._publication, copy, losses)

    def _fill(self) -> None:
        """Compute what is new, and then what was written meanwhile, until that is little."""
        fills = self._publication.fills
        if not fills:
            return
        self.journal = self._briefly(self._begin_journal)
        for fill in (each for each in fills if not each.late):
            last: int | None = -1
            while last is not None:
                self._progress("compute")
                last = self._briefly(partial(self._fill_chunk, fill=fill))
        for _ in range(_ROUNDS):
            self._progress("make-up")
            self.journal, count = self._briefly(self._make_up)
            if count < _FEW:
                return

    def _begin_journal(self, conn: sa.Connection) -> Journal:
        """Note since when changes must be made up for; a repeated publish keeps what was noted first."""
        after = self._publication.after
        notes = noted(conn, after.key)
        notes.setdefault("since", beginning(self._publication.now))
        note(conn, after.key, notes)
        return Journal(after, notes["since"])

    def _fill_chunk(self, conn: sa.Connection, fill: Fill) -> int | None:
        """Fill the next records; a repeated publish goes on where it died."""
        key = self._publication.after.key
        notes = noted(conn, key)
        filled = notes.setdefault("filled", {})
        last: int | None = filled.get(fill.key, -1)
        if last is not None:
            filled[fill.key] = last = self._publication.filling.chunk(conn, fill, last)
            note(conn, key, notes)
        return last

    def _make_up(self, conn: sa.Connection) -> tuple[Journal, int]:
        if self.journal is None:
            raise TypeError("nothing was begun")
        journal = self.journal.again()
        return journal, self._publication.filling.make_up(conn, journal)

    def _briefly(self, work: Callable[[sa.Connection], T]) -> T:
        """Do ``work`` so that of two who wait for each other it is never the other who is given up."""
        return patiently(self._db, work, patience=_SHORTER_THAN_A_DEADLOCK, attempts=_OFTEN)

    def _index(self) -> None:
        self._progress("index")
        after, before = self._publication.after, self._publication.before
        with self._db.read() as conn:
            there = existing(conn, [table.name for table in tables_of(after)])
        missing = [each for name, each in wanted(after).items() if name not in there]
        for each in missing:
            if each.path is None:
                patiently(self._db, each.create)
        # Last, because from then on the published version feels them.
        for each in missing:
            if each.path is not None:
                self._progress("guard")
                self._guard(each)
        felt = wanted(before) if before else {}
        self._guards = [each.name for each in missing if each.path is not None and each.name not in felt]

    def _guard(self, unique: Wanted) -> None:
        try:
            patiently(self._db, unique.create)
        except IntegrityError:
            self.withdraw()
            with self._db.read() as conn:
                self._publication.refuse(twice(conn, self._publication, unique))
            raise
        self._guards.append(unique.name)


def _drop_index(conn: sa.Connection, name: str) -> None:
    conn.execute(DropIndex(name))


def refuse_losses(
    conn: sa.Connection, publication: Publication, copy: FormCopy, losses: dict[str, Losses]
) -> None:
    """Raise Invalid when values do not convert and nobody allowed it."""
    counter = publication.counter(conn)
    if counter is not None:
        publication.refuse([line for path, each in losses.items() for line in counter.loss(copy, path, each)])


def twice(conn: sa.Connection, publication: Publication, unique: Wanted) -> list[Line]:
    """Return the line that names the values which a unique field holds more than once."""
    form_path, _, key = str(unique.path).rpartition(".")
    form = publication.after.forms[form_path]
    return list(duplicates(conn, form, form.fields[key]))
