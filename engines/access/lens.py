"""The pass over every read: columns are reached through a lens, which knows what the reader may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from engines.access.grants import FormAccess, Holder
from engines.access.scope import NONE, RowScope
from engines.access.shared import EDIT, READ, shared_rows
from engines.access.system import system_scope, told_by_origin
from engines.expression import Context, ExpressionError, Node, SqlColumn, ValueType, compile_sql, parse
from engines.form import AppModel, FieldModel, FormModel, Storage
from engines.form.reaching import over, path_column, sql_column
from engines.form.system import SYSTEM_TYPES

# The people's table belongs to the store above; scopes only need these two columns of it.
_user = sa.table("weft_user", sa.column("id", sa.BigInteger), sa.column("department_id", sa.BigInteger))
Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Lens:
    """One form as one reader sees it.

    Every statement that touches records takes its columns from here: a hidden field raises as an unknown one
    does, a field that is readable on some rows only is blank on the others, and ``rows`` bounds what exists.
    """

    form: FormModel
    access: FormAccess
    holder: Holder | None
    context: Context
    app: AppModel
    others: Callable[[FormModel], Lens]

    def rows(self) -> Condition:
        """Return the condition that holds for the rows that may be seen."""
        return self.within(self.access.rows)

    def designed(self, node: Node) -> Condition:
        """Return a condition of the designer's, which may name fields that are hidden from the reader."""
        return compile_sql(node, _Unveiled(self), self.context)

    def within(self, scope: RowScope) -> Condition:
        """Return the condition that holds for the rows of ``scope``."""
        if scope.everything:
            return sa.true()
        reasons = (sa.and_(*[self._part(*part) for part in each]) for each in scope.ordered)
        return sa.or_(sa.false(), *reasons)

    def partial(self, key: str) -> Condition | None:
        """Return where the field may be read, or None when that is wherever its row may be seen."""
        scope = self.access.read[key]
        return None if scope.covers(self.access.rows) else self.within(scope)

    def shown(self, key: str) -> Condition | None:
        """Return where the field is shown, in full or in outline, or None: wherever its row may be seen."""
        scope = self.access.read[key] | self.access.outline.get(key, NONE)
        return None if scope.covers(self.access.rows) else self.within(scope)

    def selected(self, key: str) -> sa.ColumnElement[Any]:
        """Return the column to show: blank where it is not shown. Masking is the reader's last step."""
        found, where = self._field(key), self.shown(key)
        column = sql_column(self.app, self.form, found, self.context).value
        return column if where is None else sa.case((where, column), else_=sa.null())

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        """Return the column to filter, sort, group or sum by (``SqlScope``)."""
        key = path[0]
        if len(path) != 1:
            return self._beyond(path)
        if key in SYSTEM_TYPES and key in self.form.table.c:
            shown = self.system(key)
            if shown is None:
                raise ExpressionError("expression.unknown_field", 1, name=key)
            return SqlColumn(shown, SYSTEM_TYPES[key])
        found = self._field(key)
        if not self.access.usable(key):
            raise ExpressionError("expression.unknown_field", 1, name=key)
        return self._sql_column(found)

    def system(self, key: str) -> sa.ColumnElement[Any] | None:
        """Return a system column, blank where it may not be read; None where that is everywhere."""
        column, scope = self.form.table.c[key], system_scope(self.form, self.access, key)
        if scope.empty:
            return None
        where = None if scope.covers(self.access.rows) else self.within(scope)
        origin = told_by_origin(self.form, self.access, key)
        if origin is not None:
            changed = sa.or_(self.form.table.c["_version"] > 1, self.within(origin))
            where = changed if where is None else sa.and_(where, changed)
        return column if where is None else sa.case((where, column), else_=sa.null())

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        """Return the type of what ``column`` gives (``FieldScope``), None for what must not be used."""
        if path[0] in self.form.fields and not self.access.usable(path[0]):
            return None
        if path[0] in SYSTEM_TYPES and system_scope(self.form, self.access, path[0]).empty:
            return None
        if len(path) == 1:
            return self.form.type_of(path)
        target = self._target(path[0])
        return None if target is None or target.type_of(path[1:]) is None else self.form.type_of(path)

    def _target(self, key: str) -> Lens | None:
        """Return the form behind a relation as the same reader sees it."""
        path = self.form.scope.fields.beyond(self.form.path, key)
        return None if path is None else self.others(self.app.forms[path])

    def _beyond(self, path: tuple[str, ...]) -> SqlColumn:
        """Return what a related record holds, blank where that record or its field may not be seen."""
        relation, target = self._field(path[0]), self._target(path[0])
        if target is None or not self.access.usable(path[0]):
            raise ExpressionError("expression.unknown_field", 1, name=".".join(path))
        if relation.storage is not Storage.column or target.form.parent is not None:
            raise ExpressionError("expression.not_pushable", 1, name=".".join(path))
        return over(self.column(path[:1]).value, target.form, target.column(path[1:]), target.rows())

    def _field(self, key: str) -> FieldModel:
        found = self.form.fields.get(key)
        if found is None or not self.access.readable(key):
            raise ExpressionError("expression.unknown_field", 1, name=key)
        return found

    def _sql_column(self, found: FieldModel) -> SqlColumn:
        """Return a field's column, blank where the field may not be read."""
        plain, where = sql_column(self.app, self.form, found, self.context), self.partial(found.key)
        if where is None:
            return plain

        def veiled(column: Any) -> Any:
            return None if column is None else sa.case((where, column), else_=sa.null())

        contains = plain.contains
        return replace(
            plain,
            value=veiled(plain.value),
            fold=veiled(plain.fold),
            contains=None if contains is None else lambda value: veiled(contains(value)),
            order=veiled(plain.order),
        )

    def _part(self, scope: str, where: str | None) -> Condition:
        if where is None:
            return self._named(scope)
        return compile_sql(parse(where), _Unveiled(self), self.context)

    def _named(self, scope: str) -> Condition:
        holder = self.holder
        if holder is not None and scope in {READ, EDIT}:
            return shared_rows(self.form, holder.id, self.context.now, edit=scope == EDIT)
        if holder is None or (self.form.owner is None and scope != "joined"):
            return sa.false()
        if scope == "joined":
            return self._joined(holder.id)
        assert self.form.owner is not None  # noqa: S101 - joined is the only scope without one
        owner = _Unveiled(self).column((self.form.owner.key,)).value
        if scope == "own" or holder.department_id is None:
            return owner == holder.id  # nobody's department holds only oneself
        departments = holder.departments_below if scope == "department_below" else (holder.department_id,)
        people = sa.select(_user.c.id).where(_user.c.department_id.in_(departments))
        return sa.or_(owner == holder.id, owner.in_(people))

    def _joined(self, user_id: int) -> Condition:
        found: list[Condition] = [sa.false()]
        for key in (*self.form.definition.joined, *([self.form.owner.key] if self.form.owner else [])):
            column = _Unveiled(self).column((key,))
            found.append(column.value == user_id if column.contains is None else column.contains(user_id))
        return sa.or_(*found)


@dataclass(frozen=True, slots=True)
class _Unveiled:
    """The columns a scope is decided by: the designer's condition, from which nothing is hidden."""

    lens: Lens

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        return path_column(self.lens.app, self.lens.form, path, self.lens.context)
