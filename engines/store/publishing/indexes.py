"""Which indexes a version wants, derived from its fields and views; built before it is seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex

from engines.expression import Call, ExpressionError, Literal, Node, Ref, ValueType, parse
from engines.expression.tree import Binary
from engines.form.field import Storage
from engines.form.model import AppModel, FieldModel, FormModel
from engines.store.publishing.naming import index_name
from engines.store.publishing.present import indexes_of
from schemas.elements import View

MOST_COLUMNS = 3
# PostgreSQL refuses entries over 2,704 bytes; a fold has up to 255 characters of up to four.
MOST_TEXTS = 2
PREFIXES = ("ix_", "ux_")


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """One index. ``path``: the unique field it guards. ``whole``: it holds the trash as well."""

    table: sa.Table
    columns: tuple[sa.Column[Any], ...]
    path: str | None = None
    whole: bool = False

    @property
    def name(self) -> str:
        """Return its name, which says the same for ever."""
        listed = [str(each.name) for each in self.columns]
        return index_name(self.table.name, listed, unique=self.path is not None)

    def create(self, conn: sa.Connection) -> None:
        """Build it, unless it is there. Records in the trash are in hardly any index."""
        living = "_trashed_at" in self.table.c and not self.whole
        where = self.table.c["_trashed_at"].is_(None) if living else None
        postgres = conn.dialect.name == "postgresql"
        # Lists want blanks first, as SQLite has them anyway.
        terms = [
            each.asc().nulls_first() if postgres and each.nullable else each
            for each in self.columns
            if postgres or each.name != "_id"  # SQLite ends every entry with it
        ]
        index = sa.Index(
            self.name, *terms, unique=self.path is not None, sqlite_where=where, postgresql_where=where
        )
        conn.execute(CreateIndex(index, if_not_exists=True))


def unique_index(form: FormModel, field: FieldModel) -> Wanted:
    """Return the index that guards a unique field; the write path recognises a violation by its name."""
    return Wanted(form.table, (field.identity,), field.path)


def compared(field: FieldModel) -> sa.Column[Any]:
    """Return the column that comparisons of a field read."""
    return field.fold if field.fold is not None else field.column


def wanted(model: AppModel) -> dict[str, Wanted]:
    """Return every index of a version by name."""
    found = {each.name: each for form in model.forms.values() for each in _of_form(form)}
    return found | {each.name: each for form in model.forms.values() for each in _of_timeline(model, form)}


def _of_timeline(model: AppModel, form: FormModel) -> Iterator[Wanted]:
    """Yield what finds the latest of the records in the timeline of one, however many there are."""
    for each in form.definition.timeline:
        options: Any = form.fields[each.of].options
        target = model.forms.get(options.form)
        if target is None:
            continue
        via, at = target.fields[options.via], target.fields[each.at]
        if via.storage is Storage.column and at.storage is Storage.column:
            yield Wanted(target.table, (via.column, compared(at), target.table.c["_id"]))


def _of_form(form: FormModel) -> Iterator[Wanted]:
    table = form.table
    if form.parent:
        yield Wanted(table, (table.c["_parent_id"], table.c["_pos"]))
    people = {form.definition.owner, *form.definition.joined}
    for each in form.stored:
        if each.kind.target == "form" or each.key in people:
            yield Wanted(table, (each.column,))
        elif each.kind.name == "serial":  # every creation asks whether its number was given before
            yield Wanted(table, (compared(each),), whole=True)
    for each in form.unique:
        yield unique_index(form, each)
    for each in form.linked:
        if each.link is not None:
            yield Wanted(each.link, (compared(each), each.link.c["_record_id"]))
    for view in form.definition.views:
        if columns := _of_view(form, view):
            yield Wanted(table, (*columns, table.c["_id"]))


def _of_view(form: FormModel, view: View) -> tuple[sa.Column[Any], ...]:
    """Return what filter and sort of a view read, where a plain list of columns serves them; else nothing."""
    if len({each.descending for each in view.order}) > 1:
        return ()
    sort = [form.fields.get(each.field) for each in view.order]
    if any(each is None or each.kind.value_type is ValueType.option for each in sort):
        return ()
    ordered = [each for each in sort if each is not None]
    equated = [
        *_equated(form, view.filter),
        *(form.fields[each] for each in view.apart if each in form.fields),
    ]
    if any(each.storage is not Storage.column or not each.kind.sortable for each in (*equated, *ordered)):
        return ()
    listed = [
        *map(compared, equated),
        *(compared(each) if each.sound is None else each.sound for each in ordered),
    ]
    columns = tuple(dict.fromkeys(listed))
    texts = [each for each in columns if isinstance(each.type, sa.Text)]
    return columns if len(columns) <= MOST_COLUMNS and len(texts) <= MOST_TEXTS else ()


def _equated(form: FormModel, text: str | None) -> list[FieldModel]:
    """Return the fields that a filter compares with one value each."""
    if text is None:
        return []
    try:
        node = parse(text)
    except ExpressionError:
        return []
    parts: Sequence[Node] = node.args if isinstance(node, Call) and node.name == "AND" else (node,)
    keys = [
        each.left.path[0]
        for each in parts
        if isinstance(each, Binary)
        and each.op == "="
        and isinstance(each.left, Ref)
        and len(each.left.path) == 1
        if isinstance(each.right, Literal) and each.right.value is not None
    ]
    found = [form.fields[key] for key in keys if key in form.fields]
    return [each for each in found if each.storage is Storage.column]


def existing(conn: sa.Connection, tables: Collection[str]) -> set[str]:
    """Return the names of the indexes that publishing made on some tables."""
    return {name for name in indexes_of(conn, tables) if name.startswith(PREFIXES)}
