"""Jobs as whoever started them sees them: how far, how they ended, and a way to stop them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engines.exchange import promise
from engines.exchange.resuming import Done
from engines.store import jobs
from engines.store.jobs import JobView, State
from runtime.imports.asked import KIND
from runtime.imports.outcome import committed, report_json
from schemas.errors import NotFound

if TYPE_CHECKING:
    from runtime.installation import Installation
    from runtime.web.call import Call


def own(call: Call, job_id: int | None) -> JobView:
    """Return an import the caller started. Raises NotFound, also for that of somebody else."""
    if job_id is None or call.person is None:
        raise NotFound
    job = jobs.view(call.conn, job_id)
    if job.kind != KIND or job.payload.get("person") != str(call.person.id):
        raise NotFound
    return job


def progress_of(installation: Installation, job: JobView) -> dict[str, Any]:
    """Return ``rows``, ``total``, ``report`` and ``refusal`` of an import.

    What the child only said counts while it lives; an import that ended early has what it committed.
    """
    found: dict[str, Any] = {"rows": 0, "total": job.payload["rows"], "report": None, "refusal": None}
    found |= job.progress
    done = found.pop("done", None)
    found["rows"] = max(found["rows"], installation.imports.rows(job.id))
    if found["report"] is None and job.state in {State.cancelled, State.dead, State.done}:
        dry_run = bool(job.payload["dry_run"])
        report = committed(Done.from_json(done) if done else Done(), dry_run=dry_run)
        found["report"] = report_json(report, lambda code, _: code, dry_run=dry_run, errors=None)
    return found


def cancel(installation: Installation, job_id: int) -> None:
    """Stop an import; what an attempt that died has left of it is taken back now. Raises NotFound."""
    installation.imports.stop(job_id)
    now = installation.clock.now()
    with installation.db.write() as conn:
        jobs.cancel(conn, job_id, now)
        job = jobs.view(conn, job_id)
        done: Any = job.progress.get("done")
        if job.state is State.cancelled and done and done["cause"]:
            jobs.postpone(conn, promise.unique_key(int(done["cause"])), now)
