"""Records as they were after a cause, worked back from what stands there now and what history kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.query import Query
from engines.store import reading
from engines.store.platform import history
from engines.store.store import Store
from schemas.errors import NotFound

_WRITTEN = {Storage.column, Storage.links, Storage.rows}
Json = dict[str, Any]


@dataclass(slots=True)
class Past:
    """Reads records as JSON, each of them once."""

    store: Store
    conn: sa.Connection
    app: AppModel
    _now: dict[tuple[str, int], Json | None] = field(default_factory=dict)
    _steps: dict[tuple[str, int], list[tuple[int, Json]]] = field(default_factory=dict)

    def value(self, form: FormModel, record: int, key: str, causes: Collection[int], since: int) -> Any:
        """Return what stood in a field after these causes; without any, before the moment ``since``."""
        last = max(causes, default=since)
        for cause, old in self._history(form, record):
            if cause > last and key in old:
                return old[key]
        now = self.now(form, record)
        return None if now is None else now.get(key)

    def now(self, form: FormModel, record: int) -> Json | None:
        """Return a record as it stands, in the trash too; None where it is gone."""
        if (form.key, record) not in self._now:
            self._now[form.key, record] = self._read(form, record)
        return self._now[form.key, record]

    def changed(self, form: FormModel, record: int, causes: Collection[int]) -> list[str]:
        """Return the fields that changed in these causes, by whomever."""
        return [key for cause, old in self._history(form, record) if cause in causes for key in old]

    def _history(self, form: FormModel, record: int) -> list[tuple[int, Json]]:
        """Return cause and old values of each step, the oldest first."""
        at = (form.key, record)
        if at not in self._steps:
            wanted = sa.select(history.c.cause, history.c.old).where(
                history.c.form_uid == form.uid, history.c.record_id == record
            )
            names = {str(each.uid): key for key, each in form.fields.items()}
            self._steps[at] = [
                (row.cause, {names[u]: v for u, v in orjson.loads(row.old).items() if u in names})
                for row in self.conn.execute(wanted.order_by(history.c.version))
            ]
        return self._steps[at]

    def _read(self, form: FormModel, record: int) -> Json | None:
        for trash in (False, True):
            try:
                query = Query(form.key, trash=trash)
                page = reading.get(self.store, self.conn, self.app, Access(None), query, record)
            except NotFound:
                continue
            found = page.records[0]
            return {key: each.to_json(found[key]) for key, each in form.fields.items() if key in found}
        return None


def given_by_people(each: FieldModel) -> bool:
    """Tell whether a scenario can say a field: what people fill in, but for files."""
    written = each.storage in _WRITTEN and each.computed is None and not each.kind.write_once
    return written and each.target != "file"
