"""The search words of a whole form, made anew by a job when a publish changes which fields are searched."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from engines.form import AppModel, FormModel
from engines.ports import JobQueue
from engines.store.database import Database
from engines.store.writing.index import reindex

REBUILD = "search.rebuild"
_CHUNK = 500
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


def all_of(*followers: Follow) -> Follow:
    """Return what does everything that each of some would."""

    def follow(conn: sa.Connection, before: AppModel | None, after: AppModel) -> None:
        for each in followers:
            each(conn, before, after)

    return follow


def _searched(form: FormModel) -> frozenset[int]:
    return frozenset(each.uid for each in form.searchable)


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
