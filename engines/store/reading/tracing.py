"""Why somebody may or may not see a field of a record: the conditions of the read path, asked one by one."""

from __future__ import annotations

import sqlalchemy as sa

from engines.access import Access
from engines.access.trace import Asking, Trace
from engines.form import AppModel, FormModel
from engines.store.store import Store
from schemas.errors import NotFound


def trace(
    store: Store, conn: sa.Connection, app: AppModel, access: Access, field: tuple[FormModel, str],
    record_id: int | None = None,
) -> Trace:  # fmt: skip
    """Return how it is decided about a field of a record. Raises NotFound where there is no such record.

    Whoever asks must be allowed to know: the answer tells whether the record meets the conditions of grants.
    """
    form, key = field
    if key not in form.fields:
        raise NotFound
    asking = Asking(access, store.lens(app, access, form), key)
    if record_id is None:
        return asking.trace()
    columns = [where.label(name) for name, where in asking.conditions().items()]
    table = form.table
    wanted = sa.select(table.c["_id"], *columns).where(
        table.c["_id"] == record_id, table.c["_trashed_at"].is_(None)
    )
    row = conn.execute(wanted).mappings().first()
    if row is None:
        raise NotFound
    return asking.trace({name: bool(row[name]) for name in asking.conditions()})
