"""The jobs an installation runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engines.access import Access
from engines.exchange import promise
from engines.exchange.options import Target
from engines.form import AppModel, FormModel
from engines.form.matching import matching
from engines.query import Cause
from engines.store import jobs, upkeep
from engines.store.database import Database
from engines.store.jobs import Job
from engines.store.matching import keys as matching_keys
from engines.store.matching import scanning
from engines.store.shelf import taken_keys
from engines.store.words import REBUILD, make, rebuild
from engines.store.worker import Handler, JobContext, Later
from engines.store.writing.index import INDEX
from runtime import reminding
from runtime.flowing import flow_jobs
from runtime.imports.asked import KIND
from runtime.scenarios import jobs as scenarios
from schemas.errors import NotFound

if TYPE_CHECKING:
    from runtime.installation import Installation

_PATIENCE = timedelta(hours=1)
_MOMENT = timedelta(seconds=20)
SLOW = frozenset({KIND, promise.KIND, scenarios.KIND, scanning.SCAN})  # they take as long as a sheet does


def job_handlers(installation: Installation) -> Mapping[str, Handler]:
    """Return what is done for each kind of job."""
    work, rules = _Work(installation), installation.rules
    found: dict[str, Handler] = {
        INDEX: work.index_words,
        REBUILD: work.rebuild_words,
        matching_keys.INDEX: work.index_keys,
        matching_keys.REBUILD: work.rebuild_keys,
        matching_keys.FORGET: work.forget_keys,
        scanning.SCAN: work.scan,
        KIND: work.import_sheet,
        promise.KIND: work.take_back,
        reminding.JOB: reminding.Reminders(installation).handle,
        scenarios.KIND: installation.plays.run,
        upkeep.KIND: upkeep.handler(
            installation.files, installation.jobs, {"runs": rules.forget, "duplicates": work.ask_scans}
        ),
        **rules.handlers,
        **flow_jobs(installation),
    }
    return {kind: work.patient(handler) for kind, handler in found.items()}


@dataclass(frozen=True, slots=True)
class _Work:
    installation: Installation

    def patient(self, handler: Handler) -> Handler:
        """Let work for an app wait for as long as the app is put away or cannot be opened."""

        def handle(job: Job, context: JobContext) -> None:
            key = job.payload.get("app")
            if key is not None:
                with context.db.read() as conn:
                    there = str(key) in self.installation.published(conn)
                    waits = not there and str(key) in taken_keys(conn)
                if waits:
                    raise Later(context.clock.now() + _PATIENCE)
            handler(job, context)

        return handle

    def index_words(self, job: Job, context: JobContext) -> None:
        """Make the search words of a chunk of records; safe to repeat."""
        told: Any = job.payload
        with context.db.read() as conn:
            place = self._place(job, conn)
        if place is not None:
            make(context.db, place[1], [int(each) for each in told["ids"]])

    def rebuild_words(self, job: Job, context: JobContext) -> None:
        """Make the search words of a whole form; safe to repeat."""
        with context.db.read() as conn:
            place = self._place(job, conn)
        if place is not None:
            rebuild(context.db, place[1], context.progress)

    def index_keys(self, job: Job, context: JobContext) -> None:
        """Make the keys by which a chunk of records is found again; safe to repeat."""
        told: Any = job.payload
        with context.db.read() as conn:
            place = self._place(job, conn)
        if place is not None:
            matching_keys.make(context.db, *place, [int(each) for each in told["ids"]])

    def rebuild_keys(self, job: Job, context: JobContext) -> None:
        """Make the keys of a whole form; safe to repeat."""
        with context.db.read() as conn:
            place = self._place(job, conn)
        if place is not None:
            matching_keys.rebuild(context.db, *place, context.progress)
            with context.db.write() as conn:
                scanning.ask(conn, self.installation.jobs, place[1])

    def forget_keys(self, job: Job, context: JobContext) -> None:
        """Remove the keys of what is compared no more; safe to repeat."""
        told: Any = job.payload
        matching_keys.forget_matchers(context.db, [int(each) for each in told["matchers"]])

    def ask_scans(self, db: Database, _: datetime) -> int:
        """Ask every day which records may be one; nothing is removed by that."""
        box = self.installation
        with db.write() as conn:
            for app in box.published(conn).values():
                for form in app.forms.values():
                    if matching(app, form).rules:
                        scanning.ask(conn, box.jobs, form)
        return 0

    def scan(self, job: Job, context: JobContext) -> None:
        """Find records of a form that may be one; waits for keys that are still being made."""
        with context.db.read() as conn:
            place = self._place(job, conn)
        now = context.clock.now()
        if place is not None and not scanning.scan(context.db, *place, now, context.progress):
            raise Later(now + _MOMENT)

    def import_sheet(self, job: Job, _: JobContext) -> None:
        """Import in a child process, which goes on where an earlier attempt was."""
        self.installation.imports.run(job)

    def take_back(self, job: Job, context: JobContext) -> None:
        """Remove what is left of an import of all or nothing that will not be completed."""
        told: Any = job.payload
        importing = told["importing"]
        with context.db.read() as conn:
            if importing is not None and jobs.unfinished(conn, int(importing)):
                raise Later(context.clock.now() + promise.PATIENCE)
            place = self._place(job, conn)
        if place is not None:
            actor = None if told["actor"] is None else int(told["actor"])
            cause = Cause("import", actor, note=told["note"])
            target = Target(self.installation.store, place[0], Access(None), place[1], cause)
            promise.keep(target, int(told["cause"]))

    def _place(self, job: Job, conn: sa.Connection) -> tuple[AppModel, FormModel] | None:
        """Return the form a job is about; None where a publish removed it meanwhile."""
        try:
            app = self.installation.app(conn, str(job.payload["app"]), self.installation.current(conn))
        except NotFound:
            return None
        form = app.forms.get(str(job.payload["form"]))
        return None if form is None else (app, form)
