"""What a field will be in SQL, told from the definition alone: enough to know what can be pushed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa

from engines.expression import Context, ExpressionError, SqlColumn
from engines.form.columns import Scaled
from engines.form.computed import Broken, Fields, Resolved
from engines.form.field import FieldContext, Storage
from engines.form.moments import moment_column
from engines.form.system import SYSTEM_TYPES

ANY_MOMENT = Context(None, None, datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1))
# What a list can be sorted and filtered by: one cell a record.
SORTED = frozenset({Storage.column, Storage.system, Storage.through})


def sql_shape(fields: Fields, form: str, path: tuple[str, ...]) -> SqlColumn:
    """Return a column of the type of what stands at the end of a path (``SqlScope``).

    Raises ExpressionError where SQL does not reach it: over several records, or where the clock has a say.
    """
    found = _find(fields, form, path)
    if len(path) > 1:
        beyond = fields.beyond(form, path[0])
        if found is None or found.many or beyond is None:
            raise ExpressionError("expression.not_pushable", 1, name=".".join(path))
        return sql_shape(fields, beyond, path[1:])
    if found is None:
        return SqlColumn(sa.column(path[0], sa.BigInteger), SYSTEM_TYPES[path[0]])
    if found.storage is Storage.moment and found.computed is not None:
        return _moment(fields, form, path[0], found)
    if found.storage in {Storage.none, Storage.rows}:
        raise ExpressionError("expression.not_pushable", 1, name=path[0])
    kind = found.kind
    declared = kind.columns(found.options, FieldContext())
    type_ = declared[0].type if declared else sa.BigInteger()
    fold = sa.column("fold", sa.Text) if kind.folded(found.options) else None
    scale = type_.decimals if isinstance(type_, Scaled) else None
    many = (lambda _: sa.true()) if found.storage is Storage.links else None
    return SqlColumn(sa.column(path[0], type_), kind.value_type, fold, many, scale)


def sortable(fields: Fields, form: str, key: str) -> bool:
    """Tell whether a list can be sorted and grouped by a field."""
    try:
        found = fields.find(form, key)
        if found is None or not found.kind.sortable:
            return False
        if found.storage is Storage.moment:
            return sql_shape(fields, form, (key,)).contains is None
    except (ExpressionError, Broken):
        return False
    return found.storage in SORTED


@dataclass(frozen=True, slots=True)
class Shapes:
    """Implements ``SqlScope`` with what columns will be."""

    fields: Fields
    form: str

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        """Return a column of the right type. Raises ExpressionError where SQL does not reach it."""
        return sql_shape(self.fields, self.form, path)


def _moment(fields: Fields, form: str, key: str, found: Resolved) -> SqlColumn:
    assert found.computed is not None  # noqa: S101 - the caller looked
    try:
        return moment_column(found.computed.node, found.kind, found.options, Shapes(fields, form), ANY_MOMENT)
    except ExpressionError:
        raise ExpressionError("expression.not_pushable", 1, name=key) from None


def _find(fields: Fields, form: str, path: tuple[str, ...]) -> Resolved | None:
    try:
        return fields.find(form, path[0])
    except Broken:
        raise ExpressionError("expression.not_pushable", 1, name=path[0]) from None
