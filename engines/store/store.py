"""What the rooms of the store share: database, time, ids and the engines that follow every write."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.access import Access, Lens
from engines.expression import Context
from engines.expression.values import milliseconds
from engines.form import AppModel, FormModel
from engines.ports import Clock, Ids, JobQueue, StageHistory, WriteHook
from engines.query import Cause, Uow
from engines.store.database import Database
from engines.store.stages import RecordedStages
from engines.store.versions import stay


def _nobody_hears(_: Collection[int]) -> None:
    """Say it to nobody."""


@dataclass(frozen=True, slots=True)
class Store:
    """One installation's store. ``secret`` signs cursors; ``tell`` says whom something new waits for."""

    db: Database
    clock: Clock
    ids: Ids
    queue: JobQueue
    secret: bytes
    hooks: Sequence[WriteHook] = field(default_factory=tuple)
    stages: StageHistory = field(default_factory=RecordedStages)
    tell: Callable[[Collection[int]], None] = _nobody_hears

    @contextmanager
    def unit(self, app: AppModel, access: Access, cause: Cause) -> Iterator[Uow]:
        """Open a unit of work and commit it at the end; what asked to follow the commit runs after it."""
        with self.db.write() as conn:
            stay(conn)
            uow = self.uow(conn, app, access, cause)
            yield uow
        for follow in uow.after_commit:
            follow()

    def uow(self, conn: sa.Connection, app: AppModel, access: Access, cause: Cause) -> Uow:
        """Return a unit of work on a transaction that somebody else commits."""
        return Uow(conn, app, access, self.clock, self.ids, cause)

    def context(self, app: AppModel, access: Access) -> Context:
        """Return the moment and person an expression runs for; the moment as exact as it can be stored."""
        now = milliseconds(self.clock.now())
        zone = ZoneInfo(app.definition.time_zone)
        holder = access.holder
        department = None if holder is None else holder.department_id
        return Context(access.user_id or None, department, now, now.astimezone(zone).date(), zone)

    def lens(self, app: AppModel, access: Access, form: FormModel) -> Lens:
        """Return a form as one reader sees it."""
        context = self.context(app, access)

        def seen(other: FormModel) -> Lens:
            return Lens(other, access.form(app, other), access.holder, context, app, seen)

        return seen(form)
