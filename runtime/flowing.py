"""Flows in an installation: their part in writes and publishes, and their jobs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engines.access import Access
from engines.flow.limits import fall_due
from engines.flow.publishing import PLACE, place_records
from engines.flow.waiting import DUE
from engines.query import Cause
from engines.store.jobs import Job
from engines.store.worker import Handler, JobContext
from schemas.errors import NotFound

if TYPE_CHECKING:
    from engines.form import AppModel
    from runtime.installation import Installation


def flow_jobs(installation: Installation) -> Mapping[str, Handler]:
    """Return what is done when time is over, and for records that were there before their pipeline."""

    def app_of(conn: sa.Connection, job: Job) -> AppModel | None:
        try:
            return installation.app(conn, str(job.payload["app"]), installation.current(conn))
        except NotFound:
            return None

    def remind(job: Job, context: JobContext) -> None:
        """Remind once; the transaction that does also says so."""
        with context.db.read() as conn:
            app = app_of(conn, job)
        if app is None:
            return
        with installation.store.unit(app, Access(None), Cause("flow", None)) as uow:
            uow.app = app_of(uow.conn, job) or uow.app
            instance, visit, number = (
                int(str(job.payload[name])) for name in ("instance", "visit", "number")
            )
            fall_due(installation.flows, uow, instance, visit, number)

    def place(job: Job, context: JobContext) -> None:
        """Place the records of a pipeline that was published first; safe to repeat."""
        with context.db.read() as conn:
            app = app_of(conn, job)
        if app is None:
            return
        with suppress(NotFound):  # a later publish took the pipeline away
            graph = installation.flows.graphs.of_key(app, str(job.payload["flow"]))
            place_records(context.db, installation.store, graph)

    return {DUE: remind, PLACE: place}
