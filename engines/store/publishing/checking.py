"""Records that a form's new checks would refuse, were they edited now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engines.expression import Context, ExpressionError, parse
from engines.expression.deps import references
from engines.form.field import Storage
from engines.form.model import AppModel, CheckModel, FieldModel, FormModel
from engines.store.linked import load_plural
from engines.store.plan import Line
from schemas.elements import SYSTEM_KEYS

_CHUNK = 1000
_MOST_EXAMPLES = 20


def failing(conn: sa.Connection, before: AppModel, form: FormModel, now: datetime) -> Iterator[Line]:
    """Yield one line for each check that the published version does not make and that records fail."""
    old = next((each for each in before.forms.values() if each.uid == form.uid), None)
    if old is None:
        return
    made = {each.that for each in old.definition.checks}
    pairs = zip(form.definition.checks, form.checks, strict=True)
    # What lies over relations is read as it will be, which it is not yet.
    fresh = [(said.that, each) for said, each in pairs if said.that not in made and _own(form, each)]
    if not fresh:
        return
    found: list[list[int]] = [[] for _ in fresh]
    zone = ZoneInfo(before.definition.time_zone)
    context = Context(None, None, now, now.astimezone(zone).date(), zone)
    for record in _Records(conn, old, form).read([text for text, _ in fresh]):
        for ids, (_, check) in zip(found, fresh, strict=True):
            if not _holds(check, record, context):
                ids.append(record["_id"])
    for ids, (_, check) in zip(found, fresh, strict=True):
        if ids:
            params = {"label": form.definition.label, "message": check.message}
            yield Line("form", form.path, "plan.form.check", params, len(ids), _examples(conn, old, ids))


def _own(form: FormModel, check: CheckModel) -> bool:
    """Tell whether a check reads the record and its rows only."""
    fields = [(path, form.fields.get(path[0])) for path in check.paths]
    return all(len(path) == 1 or (field is not None and field.rows is not None) for path, field in fields)


def _holds(check: CheckModel, record: Mapping[str, Any], context: Context) -> bool:
    try:
        return check.holds(record, context) is not False
    except ExpressionError:
        return False


def _examples(conn: sa.Connection, form: FormModel, ids: Sequence[int]) -> list[dict[str, Any]]:
    if form.title is None:
        return [{"id": each, "title": "", "value": ""} for each in ids[:_MOST_EXAMPLES]]
    key, title = form.table.c["_id"], form.title.column
    rows = conn.execute(sa.select(key, title).where(key.in_(ids[:_MOST_EXAMPLES])).order_by(key))
    return [{"id": row[0], "title": row[1] or "", "value": ""} for row in rows]


@dataclass(frozen=True, slots=True)
class _Records:
    """The living records of a published form, as the new definition of it sees them."""

    conn: sa.Connection
    old: FormModel
    new: FormModel

    def read(self, texts: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Yield each with what the formulas read; a field without storage yet, or with new, is blank."""
        keys = {path[0] for text in texts for path in references(parse(text))}
        fields = [each for each in self.new.fields.values() if each.key in keys]
        there = [each for each in fields if self._stands(each)]
        blank = {each.key: () if each.plural else None for each in fields if each not in there}
        plural = [each for each in there if each.plural]
        statement, last = self._statement(keys, there), -1
        while rows := self._chunk(statement, last):
            last = rows[-1]["_id"]
            loaded = {each.key: load_plural(self.conn, each, [row["_id"] for row in rows]) for each in plural}
            for row in rows:
                yield blank | row | {key: some.get(row["_id"], ()) for key, some in loaded.items()}

    def _stands(self, field: FieldModel) -> bool:
        """Tell whether the field's values stand already where the new version will look for them."""
        if field.storage is Storage.system:
            return True
        same = next((each for each in self.old.fields.values() if each.uid == field.uid), None)
        if same is None or same.storage is not field.storage:
            return False
        if field.rows is not None:
            return same.rows is not None and {*field.rows.table.c.keys()} <= {*same.rows.table.c.keys()}
        return (same.column.table.name, same.column.name) == (field.column.table.name, field.column.name)

    def _statement(self, keys: set[str], there: Sequence[FieldModel]) -> sa.Select[Any]:
        table = self.new.table
        asked = sorted(keys & SYSTEM_KEYS - {"_id"})  # of the fields' columns only those that stand already
        columns: list[Any] = [table.c["_id"], *(table.c[each] for each in asked)]
        for each in there:
            if not each.plural:
                system = each.storage is Storage.system
                column = table.c[str(each.kind.system_column)] if system else each.column
                columns.append(column.label(each.key))
        return sa.select(*columns).where(table.c["_trashed_at"].is_(None)).order_by(table.c["_id"])

    def _chunk(self, statement: sa.Select[Any], last: int) -> list[dict[str, Any]]:
        some = statement.where(self.new.table.c["_id"] > last).limit(_CHUNK)
        return [dict(row) for row in self.conn.execute(some).mappings()]
