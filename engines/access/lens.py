"""The pass over every read: columns are reached through a lens, which knows what the reader may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.access.grants import FormAccess, Holder
from engines.access.scope import NONE, RowScope
from engines.expression import Context, ExpressionError, SqlColumn, ValueType, compile_sql, parse
from engines.form import FieldModel, FormModel, Storage
from engines.form.columns import Scaled
from engines.form.model import SYSTEM_TYPES

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

    def rows(self) -> Condition:
        """Return the condition that holds for the rows that may be seen."""
        return self.within(self.access.rows)

    def within(self, scope: RowScope) -> Condition:
        """Return the condition that holds for the rows of ``scope``."""
        if scope.everything:
            return sa.true()
        return sa.or_(sa.false(), *[self._reason(*each) for each in sorted(scope.reasons, key=str)])

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
        found = self._field(key)
        where = self.shown(key)
        return found.column if where is None else sa.case((where, found.column), else_=sa.null())

    def column(self, path: tuple[str, ...]) -> SqlColumn:
        """Return the column to filter, sort, group or sum by (``SqlScope``)."""
        key = path[0]
        if len(path) != 1:
            raise ExpressionError("expression.unknown_field", 1, name=".".join(path))
        if key in SYSTEM_TYPES and key in self.form.table.c:
            return SqlColumn(self.form.table.c[key], SYSTEM_TYPES[key])
        found = self._field(key)
        if not self.access.usable(key):
            raise ExpressionError("expression.unknown_field", 1, name=key)
        return self._sql_column(found, self._veiled)

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        """Return the type of what ``column`` gives (``FieldScope``), None for what must not be used."""
        if len(path) == 1 and path[0] in self.form.fields and not self.access.usable(path[0]):
            return None
        return self.form.type_of(path)

    def _field(self, key: str) -> FieldModel:
        found = self.form.fields.get(key)
        if found is None or not self.access.readable(key):
            raise ExpressionError("expression.unknown_field", 1, name=key)
        return found

    def _veiled(self, found: FieldModel, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        where = self.partial(found.key)
        return column if where is None else sa.case((where, column), else_=sa.null())

    def _sql_column(
        self, found: FieldModel, veil: Callable[[FieldModel, sa.ColumnElement[Any]], sa.ColumnElement[Any]]
    ) -> SqlColumn:
        kind, table = found.kind, self.form.table
        if kind.storage is Storage.system:
            return SqlColumn(veil(found, table.c[str(kind.system_column)]), kind.value_type)
        if found.link is not None:
            return self._link_column(found, veil)
        if kind.storage is not Storage.column:
            raise ExpressionError("expression.not_pushable", 1, name=found.key)
        fold = None if found.fold is None else veil(found, found.fold)
        scale = found.column.type.decimals if isinstance(found.column.type, Scaled) else None
        return SqlColumn(veil(found, found.column), kind.value_type, fold, None, scale)

    def _link_column(
        self, found: FieldModel, veil: Callable[[FieldModel, sa.ColumnElement[Any]], sa.ColumnElement[Any]]
    ) -> SqlColumn:
        link = found.link
        assert link is not None  # noqa: S101 - the caller looked
        owner = link.c["_record_id"] == self.form.table.c["_id"]
        compared = found.fold if found.fold is not None else found.column

        def contains(value: object) -> Condition:
            held = sa.exists().where(owner, compared == value).correlate(self.form.table)
            return veil(found, held)

        some = sa.exists().where(owner, compared.is_not(None)).correlate(self.form.table)
        filled = sa.case((some, sa.literal(1)), else_=sa.null())
        return SqlColumn(veil(found, filled), found.kind.value_type, None, contains)

    def _reason(self, scope: str, where: str | None) -> Condition:
        found = self._named(scope)
        if where is None:
            return found
        narrowed = compile_sql(parse(where), _Unveiled(self), self.context)
        return narrowed if scope == "all" else sa.and_(found, narrowed)

    def _named(self, scope: str) -> Condition:
        if scope == "all":
            return sa.true()
        holder = self.holder
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
        form = self.lens.form
        if path[0] in SYSTEM_TYPES and path[0] in form.table.c:
            return SqlColumn(form.table.c[path[0]], SYSTEM_TYPES[path[0]])
        if len(path) != 1 or path[0] not in form.fields:
            raise ExpressionError("expression.unknown_field", 1, name=".".join(path))
        return self.lens._sql_column(form.fields[path[0]], lambda _, column: column)  # noqa: SLF001 - the lens's other eye
