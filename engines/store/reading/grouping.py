"""What records are grouped by: a field, a bucket of its days, and the values that are listed one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engines.expression import ExpressionError, SqlColumn, ValueType
from engines.expression.operators import Family
from engines.form.columns import Choice
from engines.form.shapes import SORTED
from engines.query import Dimension, Others
from engines.store.reading.buckets import BUCKETS, bucketed
from engines.store.reading.levels import LEVELS, cut
from engines.store.reading.opening import Reading
from engines.store.reading.sorting import plain
from schemas.errors import Invalid, Issue

_DATED = {ValueType.date, ValueType.datetime}


@dataclass(frozen=True, slots=True)
class Group:
    """One dimension in SQL: its value, and where it is one of those that are not listed.

    ``open``: blank is none of those listed, so that NULL alone tells.
    """

    value: sa.ColumnElement[Any]
    rest: sa.ColumnElement[bool] | None = None
    open: bool = False

    def columns(self, index: int) -> list[sa.ColumnElement[Any]]:
        """Return the columns to select, named after the dimension's place."""
        named: list[sa.ColumnElement[Any]] = [self.value.label(f"_d{index}")]
        return named if self.rest is None else [*named, self.rest.label(f"_r{index}")]

    def names(self, index: int) -> list[sa.ColumnElement[Any]]:
        """Return the same by name: PostgreSQL takes what has parameters for another each time it stands."""
        named: list[sa.ColumnElement[Any]] = [sa.literal_column(f"_d{index}")]
        return named if self.rest is None else [*named, sa.literal_column(f"_r{index}")]

    def read(self, row: Any, index: int) -> Any:
        """Return what the group is called."""
        value = row[f"_d{index}"]
        rest = value is None if self.open else self.rest is not None and row[f"_r{index}"]
        return Others.others if rest else value


def group(reading: Reading, dimension: Dimension, *, wide: bool) -> Group:
    """Return a dimension in SQL. Raises Invalid for what cannot be grouped by."""
    if dimension.only is None:
        return Group(_value(reading, dimension, wide=wide))
    value = _value(reading, dimension, wide=True)  # a removed option is blank, and not one of the others
    given = [each for each in dimension.only if each is not None]
    listed: sa.ColumnElement[bool] = value.in_(given)
    if len(given) == len(dimension.only):
        return Group(sa.case((listed, value), else_=sa.null()), open=True)
    listed = sa.or_(plain(value).is_(None), sa.func.coalesce(listed, sa.false()))
    return Group(sa.case((listed, value), else_=sa.null()), sa.not_(listed))


def _value(reading: Reading, dimension: Dimension, *, wide: bool) -> sa.ColumnElement[Any]:
    if dimension.bucket is None:
        return groupable(reading, dimension.field, "group", wide=wide)
    field = reading.form.fields.get(dimension.field)
    if dimension.bucket in LEVELS and field is not None and field.kind.family is Family.region:
        return cut(groupable(reading, dimension.field, "group"), dimension.bucket)
    found = column(reading, dimension.field, "group")
    if found.type not in _DATED or dimension.bucket not in BUCKETS:
        params = {"name": f"{dimension.field}:{dimension.bucket}"[:60]}
        raise Invalid([Issue("group", "query.not_groupable", params)], "query.invalid")
    instant = found.type is ValueType.datetime
    cells = plain(found.value) if instant else found.value
    return bucketed(cells, dimension.bucket, reading.lens.context.zone, instant=instant)


def column(reading: Reading, key: str, parameter: str) -> SqlColumn:
    """Return a field's column. Raises Invalid for one that the reader may not use, as for an unknown one."""
    try:
        return reading.lens.column((key,))
    except ExpressionError as error:
        unknown = error.code == "expression.unknown_field"
        code = "query.unknown_field" if unknown else "query.not_groupable"
        raise Invalid([Issue(parameter, code, {"name": key})], "query.invalid") from None


def groupable(reading: Reading, key: str, parameter: str, *, wide: bool = True) -> sa.ColumnElement[Any]:
    """Return the column to group by; an option that was removed is blank."""
    found = column(reading, key, parameter).value
    field = reading.form.fields.get(key)
    if field is not None and field.storage not in SORTED and key not in reading.form.sortable:
        raise Invalid([Issue(parameter, "query.not_groupable", {"name": key})], "query.invalid")
    if wide and isinstance(found.type, Choice):
        return sa.case((plain(found).in_([*found.type.uids.by_uid]), found), else_=sa.null())
    return found
