"""The jobs an installation runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engines.form import FormModel
from engines.store import upkeep
from engines.store.jobs import Job
from engines.store.words import REBUILD, rebuild
from engines.store.worker import Handler, JobContext
from engines.store.writing.index import reindex
from runtime.flowing import flow_jobs
from runtime.imports.asked import KIND
from schemas.errors import NotFound

if TYPE_CHECKING:
    from runtime.installation import Installation


def job_handlers(installation: Installation) -> Mapping[str, Handler]:
    """Return what is done for each kind of job."""

    def form_of(job: Job, conn: sa.Connection) -> FormModel | None:
        """Return the form a job is about; None where a publish removed it meanwhile."""
        try:
            app = installation.app(conn, str(job.payload["app"]), installation.current(conn))
        except NotFound:
            return None
        return app.forms.get(str(job.payload["form"]))

    def index_words(job: Job, context: JobContext) -> None:
        """Make the search words of a chunk of records; safe to repeat."""
        ids = job.payload["ids"]
        with context.db.write() as conn:
            form = form_of(job, conn)
            if form is not None and isinstance(ids, list):
                reindex(conn, form, [int(each) for each in ids])

    def rebuild_words(job: Job, context: JobContext) -> None:
        """Make the search words of a whole form; safe to repeat."""
        with context.db.read() as conn:
            form = form_of(job, conn)
        if form is not None:
            rebuild(context.db, form, context.progress)

    def import_sheet(job: Job, _: JobContext) -> None:
        """Import in a child process, which goes on where an earlier attempt was."""
        installation.imports.run(job)

    clean = upkeep.handler(installation.files, installation.jobs)
    own = {upkeep.KIND: clean, "search.index": index_words, REBUILD: rebuild_words, KIND: import_sheet}
    return {**own, **flow_jobs(installation)}
