"""Stage history as the record history tells it: what a select field held before each change."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from engines.form import FieldModel, FormModel
from engines.form.columns import Choice
from engines.query import Op
from engines.store import platform


class _OldValue(FunctionElement[str]):
    """One value of the JSON that history keeps, as text."""

    type = sa.Text()
    inherit_cache = True
    name = "old_value"


@compiles(_OldValue, "sqlite")
def _in_sqlite(element: _OldValue, compiler: Any, **more: Any) -> str:
    old, key = (compiler.process(each, **more) for each in element.clauses)
    return f"""json_extract({old}, '$."' || {key} || '"')"""


@compiles(_OldValue)
def _elsewhere(element: _OldValue, compiler: Any, **more: Any) -> str:
    old, key = (compiler.process(each, **more) for each in element.clauses)
    return f"(CAST({old} AS json) ->> {key})"


class RecordedStages:
    """Implements ``StageHistory`` over the record history, which keeps old values under their former keys."""

    def visited(self, form: FormModel, field: FieldModel) -> sa.Select[tuple[int, int]]:
        """Select the options a field held before it changed."""
        history = platform.history.c
        stage = sa.case(_uids(field), value=_OldValue(history.old, sa.literal(str(field.uid), sa.Text())))
        return sa.select(history.record_id, stage.label("stage")).where(*_changes(form, field))

    def stays(self, form: FormModel, field: FieldModel) -> sa.Select[tuple[int, int, int, int]]:
        """Select the same with the time: a stay begins with the change before, or with the record."""
        history, cause = platform.history.c, platform.cause.c
        left = sa.type_coerce(cause.at, sa.BigInteger)
        before = sa.func.lag(left).over(partition_by=history.record_id, order_by=history.version)
        created = sa.type_coerce(form.table.c["_created_at"], sa.BigInteger)
        return (
            self.visited(form, field)
            .add_columns(sa.func.coalesce(before, created).label("entered_at"), left.label("left_at"))
            .join(platform.cause, cause.id == history.cause)
            .join(form.table, form.table.c["_id"] == history.record_id)
        )


def _changes(form: FormModel, field: FieldModel) -> tuple[sa.ColumnElement[bool], ...]:
    history = platform.history.c
    # A quote inside of a value is escaped, so only a key can look like this.
    return (
        history.form_uid == form.uid,
        history.op == Op.update.value,
        history.old.contains(f'"{field.uid}":', autoescape=True),
    )


def _uids(field: FieldModel) -> dict[str, int]:
    """Return the uids of the options by every key they ever had."""
    known = field.column.type.uids.by_key if isinstance(field.column.type, Choice) else {}
    options = getattr(field.options, "options", ())
    former = {old: known[each.key] for each in options for old in each.was if each.key in known}
    return {**former, **known}
