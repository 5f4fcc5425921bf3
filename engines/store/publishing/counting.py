"""Lines that need a look at values: what a stricter field would find wrong, what a new type cannot hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError

from engines.form.field import Storage
from engines.form.model import AppModel, FieldModel, FormModel, each_context
from engines.store.plan import Line
from engines.store.publishing.assign import Assignment, Fate, Place
from engines.store.publishing.checking import failing
from engines.store.publishing.copying import MOST_EXAMPLES, FormCopy, Losses, survey
from engines.store.publishing.physical import filled
from schemas.elements import FieldOptions

# Options that say nothing about which values are right, or have lines of their own.
_FREE = frozenset({*FieldOptions.model_fields, "options", "fields", "form", "decimals"})


def allowed(path: str, allow_loss: Collection[str]) -> bool:
    """Tell whether losing values at ``path`` was agreed to, there or further up."""
    parts = path.split(".")
    return any(".".join(parts[: at + 1]) in allow_loss for at in range(len(parts)))


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts in one database. ``before``: the published version; ``after``: the new one, by its names."""

    conn: sa.Connection
    before: AppModel
    after: AppModel
    assignment: Assignment
    allow_loss: Collection[str]
    now: datetime

    def lines(self, copies: Sequence[FormCopy]) -> Iterator[Line]:
        """Yield what publishing would find."""
        for copy in copies:
            for path, losses in survey(self.conn, copy).items():
                yield from self.loss(copy, path, losses)
        known = {each.uid: each for form in self.before.forms.values() for each in form.fields.values()}
        for form in self.after.forms.values():
            if self.assignment.places[form.path].fate is not Fate.new:
                for each in form.fields.values():
                    place = self.assignment.places[each.path]
                    yield from self._stricter(form, each, place, known.get(place.uid))
                yield from failing(self.conn, self.before, form, self.now)
        yield from self._unreadable(known)

    def loss(self, copy: FormCopy, path: str, losses: Losses) -> Iterator[Line]:
        """Yield what does not convert, and what would stand twice in a unique field."""
        task = next(each for each in copy.tasks if each.path == path)
        params = {"label": task.target.options.label}
        if losses.count:
            titles = self.titles(task.source, [record_id for record_id, _ in losses.examples])
            examples = [
                {"id": record_id, "title": titles.get(record_id, ""), "value": _shown(task.source, value)}
                for record_id, value in losses.examples
            ]
            blocking = not allowed(path, self.allow_loss)
            yield Line("field", path, "plan.field.loss", params, losses.count, examples, blocking)
        twice = [{"value": str(value), "count": count} for value, count in losses.twice.items() if count > 1]
        if twice:
            yield Line(
                "field", path, "plan.field.unique", params, len(twice), twice[:MOST_EXAMPLES], blocking=True
            )

    def titles(self, field: FieldModel, ids: Sequence[int]) -> Mapping[int, str]:
        """Return what records are called in the published version."""
        form = self.before.forms[field.path.rpartition(".")[0]]
        if form.title is None:
            return {}
        statement = sa.select(form.table.c["_id"], form.title.column).where(form.table.c["_id"].in_(ids))
        return {row[0]: "" if row[1] is None else str(row[1]) for row in self.conn.execute(statement)}

    def _stricter(
        self, form: FormModel, field: FieldModel, place: Place, old: FieldModel | None
    ) -> Iterator[Line]:
        if field.computed is not None:
            return
        said = old.options if old is not None else None
        params = {"label": field.options.label}
        newly = field.options.required and not (said and said.required)
        source = old if place.retyped else field
        if newly and (count := self._blank(form, source, new=place.fate is Fate.new)):
            yield Line("field", field.path, "plan.field.required", params, count)
        if place.fate is Fate.new or place.retyped or field.storage is not Storage.column:
            return
        there = old is not None and _suffix(field) in {each.info["suffix"] for each in old.columns}
        if field.options.unique and not (said and said.unique and there):
            yield from duplicates(self.conn, form, field) if there else self._shared(form, field)
        if said is not None and said != field.options and _bounds(said) != _bounds(field.options):
            yield from self._out_of_bounds(form, field)

    def _shared(self, form: FormModel, field: FieldModel) -> Iterator[Line]:
        """Yield what several living records would share by a key that does not stand there yet."""
        derive = field.derives[field.columns.index(field.identity)] or (lambda value: value)
        statement = sa.select(field.column).where(field.column.is_not(None))
        if "_trashed_at" in form.table.c:
            statement = statement.where(form.table.c["_trashed_at"].is_(None))
        values: dict[Any, list[Any]] = {}
        for value in self.conn.scalars(statement.order_by(form.table.c["_id"])):
            values.setdefault(derive(value), []).append(value)
        yield from _twice(field, [(some[0], len(some)) for some in values.values() if len(some) > 1])

    def _blank(self, form: FormModel, field: FieldModel | None, *, new: bool) -> int:
        """Count living records that have no value."""
        table = form.table
        statement = sa.select(sa.func.count()).select_from(table)
        if "_trashed_at" in table.c:
            statement = statement.where(table.c["_trashed_at"].is_(None))
        if not new and field is not None:
            if field.storage is Storage.column:
                cell = sa.column(field.column.name, field.column.type)
                statement = statement.where(cell.is_(None))
            elif field.link is not None:
                held = field.link.c["_record_id"] == table.c["_id"]
                statement = statement.where(~sa.exists().where(held, field.column.is_not(None)))
            elif field.rows is not None:
                owner = field.rows.table.c["_parent_id"]
                statement = statement.where(~sa.exists().where(owner == table.c["_id"]))
        return int(self.conn.execute(statement).scalar_one())

    def _out_of_bounds(self, form: FormModel, field: FieldModel) -> Iterator[Line]:
        adapter: TypeAdapter[Any] = TypeAdapter(
            field.kind.annotation(field.options, each_context(form, field))
        )
        column = field.column
        statement = (
            sa.select(column, sa.func.count()).where(column.is_not(None)).group_by(column).order_by(column)
        )
        if "_trashed_at" in form.table.c:
            statement = statement.where(form.table.c["_trashed_at"].is_(None))
        total, examples = 0, []
        for value, count in self.conn.execute(statement):
            if value is not None and not _fits(adapter, field.to_json(value)):
                total += count
                examples.append({"value": str(value), "count": count})
        if total:
            params = {"label": field.options.label}
            yield Line("field", field.path, "plan.field.limits", params, total, examples[:MOST_EXAMPLES])

    def _unreadable(self, known: Mapping[int, FieldModel]) -> Iterator[Line]:
        """Yield fields whose values the new type cannot even try to take over."""
        for path, place in self.assignment.places.items():
            source = known.get(place.uid)
            if not place.retyped or source is None or place.row is None or place.slot.computed:
                continue
            storages = {source.storage, place.slot.storage}
            if storages <= {Storage.column, Storage.links} or place.row.physical is None:
                continue
            if count := filled(self.conn, place.row):
                params = {"label": place.slot.element.label}
                blocking = not allowed(path, self.allow_loss)
                yield Line("field", path, "plan.field.loss", params, count, (), blocking)


def duplicates(conn: sa.Connection, form: FormModel, field: FieldModel) -> Iterator[Line]:
    """Yield the values that several living records share, as one blocking line."""
    column = field.identity
    times = sa.func.count()
    shown = column if column is field.column else sa.func.min(field.column)
    # As the index sees it: an option that was removed still stands there.
    cell = sa.type_coerce(column, sa.types.NullType())
    statement = sa.select(shown, times).where(cell.is_not(None)).group_by(column)
    if "_trashed_at" in form.table.c:
        statement = statement.where(form.table.c["_trashed_at"].is_(None))
    rows = conn.execute(statement.having(times > 1).order_by(times.desc(), column)).all()
    yield from _twice(field, [(row[0], row[1]) for row in rows])


def _twice(field: FieldModel, found: Sequence[tuple[Any, int]]) -> Iterator[Line]:
    if found:
        examples = [{"value": str(value), "count": count} for value, count in found[:MOST_EXAMPLES]]
        params = {"label": field.options.label}
        yield Line("field", field.path, "plan.field.unique", params, len(found), examples, blocking=True)


def _suffix(field: FieldModel) -> str:
    return str(field.identity.info["suffix"])


def _bounds(options: FieldOptions) -> Mapping[str, Any]:
    return {name: value for name, value in options if name not in _FREE}


def _fits(adapter: TypeAdapter[Any], value: Any) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def _shown(field: FieldModel, value: Any) -> str:
    found = field.to_json(value)
    return ", ".join(map(str, found)) if isinstance(found, list) else str(found)
