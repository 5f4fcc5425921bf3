"""The search words of a whole form, made anew by a job when a publish changes which fields are searched."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from engines.form import AppModel, FormModel
from engines.ports import JobQueue
from engines.store import jobs
from engines.store.database import Database
from engines.store.encode import chunks
from engines.store.writing.index import INDEX, reindex

REBUILD = "search.rebuild"
_CHUNK = 200  # a tenth of a second at most
Follow = Callable[[sa.Connection, AppModel | None, AppModel], None]


def follow_publish(queue: JobQueue) -> Follow:
    """Return what a publisher does in its last transaction: ask for the words of forms that need new ones."""

    def follow(conn: sa.Connection, before: AppModel | None, after: AppModel) -> None:
        # By uid, so that a renamed form or field changes nothing.
        known = {each.uid: each for each in before.forms.values()} if before is not None else {}
        for form in after.forms.values():
            if form.uid in known and _searched(known[form.uid]) != _searched(form):
                payload = {"app": after.key, "form": form.path}
                queue.enqueue(
                    conn, REBUILD, payload, unique=f"{REBUILD}:{form.uid}:{sorted(_searched(form))}"
                )

    return follow


def _searched(form: FormModel) -> frozenset[tuple[int, str]]:
    """Return what is searched, and where it stands: a changed formula is kept in another column."""
    return frozenset((each.uid, each.column.name) for each in form.searchable)


def being_made(conn: sa.Connection, form: FormModel) -> bool:
    """Tell whether search may miss some records of a form, because a job has not come to them yet."""
    return jobs.under_way(conn, INDEX, REBUILD, app=form.app, form=form.path)


def make(db: Database, form: FormModel, ids: Sequence[int]) -> None:
    """Make the words of some records, a short transaction a chunk; safe to repeat."""
    for some in chunks(ids, _CHUNK):
        with db.write() as conn:
            reindex(conn, form, some)


def rebuild(db: Database, form: FormModel, progress: Callable[..., None]) -> None:
    """Make the words of every record, a short transaction a chunk; safe to repeat."""
    key, last, done = form.table.c["_id"], 0, 0
    while True:
        with db.write() as conn:
            ids = list(conn.scalars(sa.select(key).where(key > last).order_by(key).limit(_CHUNK)))
            reindex(conn, form, ids)
        if not ids:
            return
        last, done = ids[-1], done + len(ids)
        progress(done=done)
