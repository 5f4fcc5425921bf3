"""What a reader would find at the end of paths from some records: one query a form and hop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel, FormModel
from engines.query import Query
from engines.store.encode import chunks
from engines.store.reading.path import MAX_LIMIT, read
from engines.store.store import Store
from schemas.errors import NotFound

Path = tuple[str, ...]
Found = dict[int, dict[Path, Any]]


class Brought:
    """Reads for one person; what must not be seen is missing, as if it were not there."""

    def __init__(self, store: Store, conn: sa.Connection, app: AppModel, access: Access) -> None:
        self._store, self._conn, self._app, self._access = store, conn, app, access

    def of(self, form: FormModel, ids: Iterable[int], paths: Iterable[Path]) -> Found:
        """Return record id -> path -> value, for the records and fields that may be read in full."""
        heads: dict[str, set[Path]] = {}
        for path in paths:
            if self._clear(form, path[0]):
                heads.setdefault(path[0], set()).add(path[1:])
        records = self._records(form, ids, tuple(heads))
        found: Found = {record_id: {} for record_id in records}
        for key, rests in heads.items():
            for record_id, record in records.items():
                found[record_id] |= {(key,): record[key]} if () in rests else {}
            self._further(form, key, {rest for rest in rests if rest}, records, found)
        return found

    def _clear(self, form: FormModel, key: str) -> bool:
        rights = self._access.form(self._app, form)
        return key in form.fields and rights.usable(key) and key not in rights.outline

    def _records(
        self, form: FormModel, ids: Iterable[int], keys: tuple[str, ...]
    ) -> dict[int, Mapping[str, Any]]:
        found: dict[int, Mapping[str, Any]] = {}
        for some in chunks(ids, MAX_LIMIT):
            query = Query(form.path, keys, ids=tuple(some), limit=MAX_LIMIT)
            try:
                page = read(self._store, self._conn, self._app, self._access, query)
            except NotFound:
                return {}
            found |= {int(str(record["_id"])): record for record in page.records}
        return found

    def _further(
        self,
        form: FormModel,
        key: str,
        rests: set[Path],
        records: Mapping[int, Mapping[str, Any]],
        found: Found,
    ) -> None:
        """Follow a relation to one record."""
        target = form.fields[key].target
        if not rests or target is None or form.fields[key].plural:
            return
        there = self.of(self._app.form(target), {each[key] for each in records.values() if each[key]}, rests)
        for record_id, record in records.items():
            beyond = dict.fromkeys(rests) if record[key] is None else there.get(record[key], {})
            found[record_id] |= {(key, *rest): value for rest, value in beyond.items()}
