"""Keys follow every write: those of equal values at once, those of likeness of many records by a job."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from engines.form import AppModel, FormModel
from engines.form.matching import Matcher, matching
from engines.ports import JobQueue
from engines.query import Draft
from engines.store import jobs
from engines.store.database import Database, insert_cells
from engines.store.encode import chunks
from engines.store.matching import tables
from engines.store.writing.batch import Batch
from engines.store.writing.index import INLINE

INDEX = "matching.index"
REBUILD = "matching.rebuild"
FORGET = "matching.forget"
_CHUNK = 500
_COLUMNS = ("matcher", "key", "record_id")
Follow = Callable[[sa.Connection, AppModel | None, AppModel], None]
_key = tables.key


def index_keys(batch: Batch, creates: Sequence[Draft], updates: Sequence[Draft]) -> None:
    """Bring the keys of what was written up to date."""
    rows: list[tuple[int, str, int]] = []
    for each in matching(batch.uow.app, batch.form).matchers:
        changed = [draft for draft in updates if not each.keys_read.isdisjoint(draft.changed)]
        drafts = [*creates, *changed]
        if each.fuzzy is not None and len(drafts) > INLINE:
            _later(batch, [draft.id for draft in drafts])
            continue
        forget(batch.uow.conn, [draft.id for draft in changed], [each.uid])
        rows += [row for one in drafts for row in _rows(each, one.id, one.value)]
    insert_cells(batch.uow.conn, _key, _COLUMNS, rows)


def keys_restored(batch: Batch, ids: Sequence[int]) -> None:
    """Make the keys of records that came back from the trash."""
    matchers = matching(batch.uow.app, batch.form).matchers
    if not matchers or not ids:
        return
    at_once = [each for each in matchers if each.fuzzy is None or len(ids) <= INLINE]
    remake(batch.uow.conn, batch.form, at_once, ids)
    if len(at_once) < len(matchers):
        _later(batch, ids)


def keys_gone(batch: Batch, ids: Sequence[int]) -> None:
    """Forget the keys of records that leave."""
    if matchers := matching(batch.uow.app, batch.form).matchers:
        forget(batch.uow.conn, ids, [each.uid for each in matchers])


def _later(batch: Batch, ids: Sequence[int]) -> None:
    for some in chunks(ids, 1000):
        payload = {"app": batch.uow.app.key, "form": batch.form.path, "ids": [str(each) for each in some]}
        batch.store.queue.enqueue(batch.uow.conn, INDEX, payload)


def forget(conn: sa.Connection, ids: Sequence[int], matchers: Sequence[int]) -> None:
    """Delete keys of records."""
    for some in chunks(ids):
        conn.execute(sa.delete(_key).where(_key.c.record_id.in_(some), _key.c.matcher.in_(matchers)))


def remake(conn: sa.Connection, form: FormModel, matchers: Sequence[Matcher], ids: Sequence[int]) -> None:
    """Make keys of records anew, from what is stored now; safe to repeat."""
    if not matchers or not ids:
        return
    # Whoever saves one of them waits, and makes its keys after these.
    number = form.table.c["_id"]
    for some in chunks(ids):
        conn.execute(sa.select(number).where(number.in_(some)).order_by(number).with_for_update())
    forget(conn, ids, [each.uid for each in matchers])
    stored = list(stored_values(conn, form, matchers, ids))
    rows = [
        row for each in matchers for record_id, values in stored for row in _rows(each, record_id, values.get)
    ]
    insert_cells(conn, _key, _COLUMNS, rows)


def stored_values(
    conn: sa.Connection, form: FormModel, matchers: Iterable[Matcher], ids: Sequence[int]
) -> Iterable[tuple[int, dict[str, Any]]]:
    """Yield what the matchers compare of living records."""
    keys = sorted({key for each in matchers for key in each.keys_read})
    table = form.table
    columns = [form.fields[key].column.label(key) for key in keys]
    for some in chunks(ids):
        wanted = sa.select(table.c["_id"], *columns).where(
            table.c["_id"].in_(some), table.c["_trashed_at"].is_(None)
        )
        for row in conn.execute(wanted).mappings():
            yield row["_id"], dict(row)


def _rows(matcher: Matcher, record_id: int, value: Callable[[str], Any]) -> list[tuple[int, str, int]]:
    core = matcher.core(value)
    return [] if core is None else [(matcher.uid, each, record_id) for each in matcher.keys(core)]


def follow_publish(queue: JobQueue) -> Follow:
    """Return what a publisher does in its last transaction: ask for the keys of what is newly compared."""

    def follow(conn: sa.Connection, before: AppModel | None, after: AppModel) -> None:
        known = (
            set()
            if before is None
            else {uid for form in before.forms.values() for uid in _uids(before, form)}
        )
        old = {} if before is None else {form.uid: form for form in before.forms.values()}
        for form in after.forms.values():
            uids = _uids(after, form)
            # A form that is new has no records yet.
            if uids - known and form.uid in old:
                queue.enqueue(
                    conn,
                    REBUILD,
                    {"app": after.key, "form": form.path},
                    unique=f"{REBUILD}:{form.uid}:{sorted(uids)}",
                )
        gone = known - {uid for form in after.forms.values() for uid in _uids(after, form)}
        if gone:
            queue.enqueue(conn, FORGET, {"matchers": [str(each) for each in sorted(gone)]})

    return follow


def _uids(app: AppModel, form: FormModel) -> set[int]:
    return {each.uid for each in matching(app, form).matchers}


def being_made(conn: sa.Connection, form: FormModel) -> bool:
    """Tell whether duplicates may be missed, because a job has not come to some records yet."""
    return jobs.under_way(conn, INDEX, REBUILD, app=form.app, form=form.path)


def make(db: Database, app: AppModel, form: FormModel, ids: Sequence[int]) -> None:
    """Make the keys of likeness of some records, a short transaction a chunk; safe to repeat."""
    fuzzy = [each for each in matching(app, form).matchers if each.fuzzy is not None]
    for some in chunks(ids, _CHUNK):
        with db.write() as conn:
            remake(conn, form, fuzzy, some)


def rebuild(db: Database, app: AppModel, form: FormModel, progress: Callable[..., None]) -> None:
    """Make every key of a form, a short transaction a chunk; safe to repeat."""
    matchers, number, last, done = matching(app, form).matchers, form.table.c["_id"], 0, 0
    while True:
        with db.write() as conn:
            ids = list(conn.scalars(sa.select(number).where(number > last).order_by(number).limit(_CHUNK)))
            remake(conn, form, matchers, ids)
        if not ids:
            return
        last, done = ids[-1], done + len(ids)
        progress(done=done)


def forget_matchers(db: Database, matchers: Sequence[int]) -> None:
    """Delete the keys of what is compared no more, a short transaction a chunk; safe to repeat."""
    mine = _key.c.matcher.in_(matchers)
    while True:
        with db.write() as conn:
            ids = conn.scalars(sa.select(_key.c.record_id).where(mine).limit(_CHUNK)).all()
            forget(conn, sorted(set(ids)), matchers)
        if not ids:
            return
