"""What was written while a publish prepared itself: told by the ids of new records and by history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
import sqlalchemy as sa

from engines.form import AppModel, FormModel
from engines.form.columns import millis
from engines.query import ChangeSet, Op, Touched
from engines.store.ids import id_at
from engines.store.platform import history

# By so much may the clocks of two processes differ, and so long may a transaction last.
_MARGIN = timedelta(minutes=15)


def beginning(now: datetime) -> int:
    """Return an id that is surely smaller than any that is made from now on."""
    return id_at(millis(now - _MARGIN), 0)


@dataclass(slots=True)
class Journal:
    """Changes since an id, each told once. ``seen``: what was told already."""

    app: AppModel
    since: int
    seen: set[tuple[int, int, int]] = field(default_factory=set)

    def again(self) -> Journal:
        """Return one that tells the same, for a transaction that may have to be repeated."""
        return Journal(self.app, self.since, set(self.seen))

    def unseen(self, conn: sa.Connection) -> list[ChangeSet]:
        """Return the changes that were not told yet, one set a form; a new record counts as restored."""
        found: dict[str, list[Touched]] = defaultdict(list)
        for form in self.app.forms.values():
            if form.parent is None:
                found[form.path] += self._created(conn, form)
        for path, touched in self._changed(conn):
            found[path].append(touched)
        return [ChangeSet(self.app.key, path, touched) for path, touched in found.items() if touched]

    def _created(self, conn: sa.Connection, form: FormModel) -> Iterator[Touched]:
        table = form.table
        for record_id in conn.scalars(sa.select(table.c["_id"]).where(table.c["_id"] > self.since)):
            if self._new(form.uid, record_id, 1):
                yield Touched(record_id, Op.restore, {}, {})

    def _changed(self, conn: sa.Connection) -> Iterator[tuple[str, Touched]]:
        forms = {each.uid: each for each in self.app.forms.values()}
        columns = (history.c.form_uid, history.c.record_id, history.c.version, history.c.op, history.c.old)
        statement = sa.select(*columns).where(history.c.cause > self.since, history.c.form_uid.in_(forms))
        for form_uid, record_id, version, op, old in conn.execute(statement):
            if self._new(form_uid, record_id, version):
                form = forms[form_uid]
                yield form.path, Touched(record_id, Op(op), _named(form, orjson.loads(old)), {})

    def _new(self, form_uid: int, record_id: int, version: int) -> bool:
        known = (form_uid, record_id, version) in self.seen
        self.seen.add((form_uid, record_id, version))
        return not known


def _named(form: FormModel, old: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that changed, and of relations the records they named."""
    keys = {str(each.uid): each for each in form.fields.values()}
    found: dict[str, Any] = {}
    for uid, value in old.items():
        each = keys.get(uid)
        if each is not None:
            related = each.kind.target == "form" and value is not None
            found[each.key] = _ids(value) if related else None
    return found


def _ids(value: Any) -> Any:
    return tuple(map(int, value)) if isinstance(value, list) else int(value)
