"""What a list may be sorted by, as plain cells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from engines.access import Lens
from engines.expression import ExpressionError, ValueType
from engines.form.columns import Choice
from engines.query import Sort
from engines.store.reading.cursor import Key
from schemas.errors import Invalid, Issue


def sort_keys(lens: Lens, sort: Sequence[Sort]) -> list[Key]:
    """Return the keys of a list: what was asked for, and last the id, newest first unless told otherwise."""
    keys: list[Key] = []
    for each in sort:
        if each.field in {"_id", "_created_at"}:
            _cells(lens, each.field)  # refuses what the reader does not know of
            # Ids are ordered by time, so the order of creation needs no further key and no index.
            keys.append(Key(lens.form.table.c["_id"], each.descending, nullable=False))
            return keys
        keys.append(Key(_cells(lens, each.field), each.descending))
    last = sort[-1].descending if sort else True
    return [*keys, Key(lens.form.table.c["_id"], last, nullable=False)]


def _cells(lens: Lens, key: str) -> sa.ColumnElement[Any]:
    try:
        found = lens.column((key,))
    except ExpressionError as error:
        unknown = error.code == "expression.unknown_field"
        code = "query.unknown_field" if unknown else "query.not_sortable"
        raise Invalid([Issue("sort", code, {"name": key})], "query.invalid") from None
    field = lens.form.fields.get(key)
    if field is not None and key not in lens.form.sortable:
        raise Invalid([Issue("sort", "query.not_sortable", {"name": key})], "query.invalid")
    if found.type is ValueType.option and field is not None and isinstance(field.column.type, Choice):
        order = {uid: place for place, uid in enumerate(field.column.type.uids.by_key.values())}
        return sa.case(order, value=plain(found.value), else_=sa.null()) if order else plain(found.value)
    if found.order is not None:
        return plain(found.order)
    return plain(found.fold if found.fold is not None else found.value)


def plain(column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return the column as the cells it stores: scaled integers, milliseconds, uids, texts, ISO dates."""
    kind = column.type
    if isinstance(kind, sa.types.TypeDecorator):
        return sa.type_coerce(column, kind.impl_instance)
    if isinstance(kind, sa.Date):
        return sa.type_coerce(column, IsoDate())
    return column


class IsoDate(sa.types.TypeDecorator[str]):
    """A date that travels as ISO text, for cursors."""

    impl = sa.Date
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        """Read ISO text."""
        return None if value is None else date.fromisoformat(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> str | None:
        """Write ISO text."""
        return None if value is None else value.isoformat()
