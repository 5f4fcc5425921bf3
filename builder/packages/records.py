"""Records in a package: without ids, each named within it, in an order in which references point back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
import sqlalchemy as sa

from engines.access import Access
from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.query import Query, Sort
from engines.store import files, reading
from engines.store.platform import department, user
from engines.store.store import Store

FORMAT = 1
_PAGE = 500
_WRITTEN = {Storage.column, Storage.links, Storage.rows}


@dataclass(slots=True)
class Taken:
    """What was taken out: JSON, and the digests of the files that it names."""

    data: bytes
    digests: frozenset[str]


def take_out(store: Store, conn: sa.Connection, app: AppModel, access: Access) -> Taken:
    """Return every record that is not in the trash, as its reader sees it."""
    taking = _Taking(store, conn, app, access)
    said = [
        {"form": form.key, "records": [taking.record(form, each) for each in taking.read(form)]}
        for form in ordered(app)
    ]
    told = {"records": FORMAT, "forms": [each for each in said if each["records"]]}
    data = orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return Taken(data, frozenset(taking.digests))


def written(form: FormModel) -> list[FieldModel]:
    """Return the fields whose values somebody gave; what the platform gives it gives again."""
    return [
        each for each in form.fields.values()
        if each.storage in _WRITTEN and each.computed is None and not each.kind.write_once
    ]  # fmt: skip


def ordered(app: AppModel) -> list[FormModel]:
    """Return the forms, those first that others refer to; in a circle, in their own order."""
    found: dict[str, FormModel] = {}
    under_way: set[str] = set()

    def add(form: FormModel) -> None:
        if form.key in found or form.key in under_way:
            return
        under_way.add(form.key)
        for target in _targets(form):
            add(app.form(target))
        found[form.key] = form

    for form in app.forms.values():
        if form.parent is None:
            add(form)
    return list(found.values())


def _targets(form: FormModel) -> Iterator[str]:
    for each in written(form):
        if each.rows is not None:
            yield from _targets(each.rows)
        elif each.kind.target == "form" and each.target:
            yield each.target


def _files_in(form: FormModel, record: Mapping[str, Any]) -> Iterator[int]:
    for each in written(form):
        value = record.get(each.key)
        if each.rows is not None:
            yield from (number for row in value or () for number in _files_in(each.rows, row))
        elif each.target == "file" and value is not None:
            yield from value if isinstance(value, tuple) else (value,)


@dataclass(slots=True)
class _Taking:
    store: Store
    conn: sa.Connection
    app: AppModel
    access: Access
    digests: set[str] = field(default_factory=set)
    _names: dict[str, dict[int, str]] = field(default_factory=dict)
    _files: dict[int, files.FileRow] = field(default_factory=dict)

    def read(self, form: FormModel) -> Iterator[Mapping[str, Any]]:
        """Yield the records in the order in which they were made, each with its name from then on."""
        keys = tuple(each.key for each in written(form))
        after: str | None = None
        while True:
            query = Query(form.key, keys, sort=(Sort("_id"),), limit=_PAGE, after=after)
            page = reading.read(self.store, self.conn, self.app, self.access, query)
            self._open_files(form, page.records)
            yield from page.records
            if (after := page.next) is None:
                return

    def _open_files(self, form: FormModel, records: Sequence[Mapping[str, Any]]) -> None:
        """Look up the files of a page of records at once."""
        numbers = {number for each in records for number in _files_in(form, each)}
        self._files = dict(files.get_files(self.conn, numbers)) if numbers else {}

    def record(self, form: FormModel, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return one record by its name within the package."""
        known = self._known(form.key)
        return {"_key": known[int(record["_id"])], **self._values(form, record)}

    def _values(self, form: FormModel, record: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for each in written(form):
            value = self._value(each, record.get(each.key))
            if value is not None and value != []:
                found[each.key] = value
        return found

    def _value(self, each: FieldModel, value: Any) -> Any:
        if value is None:
            return None
        if each.rows is not None:
            return [self._values(each.rows, row) for row in value]
        if each.target is None:
            return each.to_json(value)
        if isinstance(value, tuple):
            return [one for one in (self._named(each, number) for number in value) if one]
        return self._named(each, value)

    def _named(self, each: FieldModel, number: int) -> dict[str, str] | None:
        """Return what an id names; None for what does not come along."""
        if each.target == "file":
            row = self._files.get(number)
            if row is None:
                return None
            self.digests.add(row.digest)
            return {"_file": row.digest, "name": row.name}
        mark = {"user": "_user", "department": "_department"}.get(str(each.target), "_ref")
        name = self._known(str(each.target)).get(number)
        return {mark: name} if name else None

    def _known(self, target: str) -> dict[int, str]:
        """Return the names of everybody, of every department, or of the records of a form."""
        if target not in self._names:
            self._names[target] = dict(self._named_all(target))
        return self._names[target]

    def _named_all(self, target: str) -> Iterator[tuple[int, str]]:
        if target in {"user", "department"}:
            table, name = (user, user.c.login) if target == "user" else (department, department.c.name)
            yield from ((row[0], row[1]) for row in self.conn.execute(sa.select(table.c.id, name)))
            return
        form = self.app.form(target)
        alive = sa.select(form.table.c["_id"]).where(form.table.c["_trashed_at"].is_(None))
        for place, number in enumerate(self.conn.scalars(alive.order_by(form.table.c["_id"])), 1):
            yield number, f"{target}:{place}"
