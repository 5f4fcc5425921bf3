"""The columns behind fields and paths, before anybody's rights: of the record itself, or over relations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.util import ClauseAdapter

from engines.expression import Context, ExpressionError, Ref, SqlColumn
from engines.form.columns import Scaled
from engines.form.computed import Computed
from engines.form.field import Storage
from engines.form.model import AppModel, FieldModel, FormModel
from engines.form.moments import moment_column
from engines.form.system import SYSTEM_TYPES

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Plain:
    """The columns of a form as nobody's rights bound them (``SqlScope``)."""

    app: AppModel
    form: FormModel
    context: Context

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        """Return what stands at the end of a path. Raises ExpressionError where SQL does not reach it."""
        return path_column(self.app, self.form, path, self.context)


def path_column(app: AppModel, form: FormModel, path: tuple[str, ...], context: Context) -> SqlColumn:
    """Return what stands at the end of a path. Raises ExpressionError where SQL does not reach it."""
    key = path[0]
    found = form.fields.get(key)
    if found is None:
        if len(path) > 1 or key not in SYSTEM_TYPES or key not in form.table.c:
            raise ExpressionError("expression.unknown_field", 1, name=".".join(path))
        return SqlColumn(form.table.c[key], SYSTEM_TYPES[key])
    column = sql_column(app, form, found, context)
    if len(path) == 1:
        return column
    beyond = form.scope.fields.beyond(form.path, key)
    if beyond is None or found.plural or found.rows is not None:
        raise ExpressionError("expression.not_pushable", 1, name=".".join(path))
    target = app.forms[beyond]
    return over(column.value, target, path_column(app, target, path[1:], context), sa.true())


def sql_column(app: AppModel, form: FormModel, found: FieldModel, context: Context) -> SqlColumn:
    """Return the column of a field. Raises ExpressionError for one that has none."""
    kind, table = found.kind, form.table
    if found.storage is Storage.system:
        return SqlColumn(table.c[str(kind.system_column)], kind.value_type)
    if found.link is not None:
        return _link_column(form, found)
    if found.storage is Storage.through and found.computed is not None:
        node = found.computed.node
        assert isinstance(node, Ref)  # noqa: S101 - a look-up is a path
        return path_column(app, form, node.path, context)
    if found.storage is Storage.moment and found.computed is not None:
        return _moment(found, found.computed, Plain(app, form, context))
    if found.storage is not Storage.column:
        raise ExpressionError("expression.not_pushable", 1, name=found.key)
    scale = found.column.type.decimals if isinstance(found.column.type, Scaled) else None
    return SqlColumn(found.column, kind.value_type, found.fold, None, scale, found.sound)


def _moment(found: FieldModel, computed: Computed, columns: Plain) -> SqlColumn:
    try:
        return moment_column(computed.node, found.kind, found.options, columns, columns.context)
    except ExpressionError:
        raise ExpressionError("expression.not_pushable", 1, name=found.key) from None


def over(relation: sa.ColumnElement[Any], target: FormModel, column: SqlColumn, rows: Condition) -> SqlColumn:
    """Return a column of the record of ``target`` that ``relation`` names, blank unless it is in ``rows``."""
    there = target.table.alias()
    adapted: Callable[[Any], Any] = ClauseAdapter(there).traverse
    named = sa.and_(there.c["_id"] == relation, there.c["_trashed_at"].is_(None), adapted(rows))

    def fetched(element: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        chosen = sa.select(adapted(element)).select_from(there).where(named)
        return chosen.correlate_except(there).scalar_subquery()

    def contains(value: object) -> Condition:
        assert column.contains is not None  # noqa: S101 - given to to-many columns only
        held = sa.select(sa.literal(1)).select_from(there).where(named, adapted(column.contains(value)))
        return held.correlate_except(there).exists()

    return replace(
        column,
        value=fetched(column.value),
        fold=None if column.fold is None else fetched(column.fold),
        contains=None if column.contains is None else contains,
        order=None if column.order is None else fetched(column.order),
    )


def _link_column(form: FormModel, found: FieldModel) -> SqlColumn:
    link = found.link
    assert link is not None  # noqa: S101 - the caller looked
    owner = link.c["_record_id"] == form.table.c["_id"]
    compared = found.fold if found.fold is not None else found.column

    def contains(value: object) -> Condition:
        return sa.exists().where(owner, compared == value).correlate(form.table)

    some = sa.exists().where(owner, compared.is_not(None)).correlate(form.table)
    filled = sa.case((some, sa.literal(1)), else_=sa.null())
    return SqlColumn(filled, found.kind.value_type, None, contains)
