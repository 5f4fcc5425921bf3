"""What a field will be in SQL, told from the definition alone: enough to know what can be pushed."""

from __future__ import annotations

import sqlalchemy as sa

from engines.expression import ExpressionError, SqlColumn
from engines.form.columns import Scaled
from engines.form.computed import Broken, Fields, Resolved
from engines.form.field import FieldContext, Storage
from engines.form.system import SYSTEM_TYPES

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
    if found.storage in {Storage.none, Storage.rows, Storage.moment}:
        raise ExpressionError("expression.not_pushable", 1, name=path[0])
    kind = found.kind
    declared = kind.columns(found.options, FieldContext())
    type_ = declared[0].type if declared else sa.BigInteger()
    fold = sa.column("fold", sa.Text) if kind.folded(found.options) else None
    scale = type_.decimals if isinstance(type_, Scaled) else None
    many = (lambda _: sa.true()) if found.storage is Storage.links else None
    return SqlColumn(sa.column(path[0], type_), kind.value_type, fold, many, scale)


def _find(fields: Fields, form: str, path: tuple[str, ...]) -> Resolved | None:
    try:
        return fields.find(form, path[0])
    except Broken:
        raise ExpressionError("expression.not_pushable", 1, name=path[0]) from None
