"""The jobs an installation runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engines.store.jobs import Job
from engines.store.worker import Handler, JobContext
from engines.store.writing.index import reindex
from schemas.errors import NotFound

if TYPE_CHECKING:
    from runtime.installation import Installation


def job_handlers(installation: Installation) -> Mapping[str, Handler]:
    """Return what is done for each kind of job."""

    def index_words(job: Job, context: JobContext) -> None:
        """Make the search words of a chunk of records; safe to repeat."""
        payload = job.payload
        with context.db.write() as conn:
            try:
                app = installation.app(conn, str(payload["app"]), installation.current(conn))
            except NotFound:
                return
            form = app.forms.get(str(payload["form"]))
            ids = payload["ids"]
            if form is not None and isinstance(ids, list):
                reindex(conn, form, [int(each) for each in ids])

    return {"search.index": index_words}
