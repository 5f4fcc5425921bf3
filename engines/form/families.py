"""How a field is compared in the rows of a condition."""

from __future__ import annotations

from collections.abc import Mapping

from engines.expression import ValueType, regions
from engines.expression.operators import Family, Operator, operators
from engines.form.field import Storage
from engines.form.model import FieldModel

_T = ValueType
_STRETCHES = ("day", "week", "month", "quarter", "year")
_IN_SQL = frozenset({Storage.column, Storage.links, Storage.system})
_BY_TYPE = {
    each: Family(each.value)
    for each in (_T.text, _T.number, _T.date, _T.datetime, _T.time, _T.bool, _T.option, _T.options)
}
_BY_TARGET = {
    ("user", _T.id): Family.person,
    ("user", _T.ids): Family.people,
    ("department", _T.id): Family.department,
    ("department", _T.ids): Family.departments,
}


def family_of(field: FieldModel) -> Family | None:
    """Return the family of a field, None where no row can compare it."""
    kind = field.kind.value_type
    if field.target == "file":
        return Family.file
    if field.kind.family is not None:
        return field.kind.family
    if kind in {_T.id, _T.ids}:
        several = kind is _T.ids
        return _BY_TARGET.get((str(field.target), kind), Family.records if several else Family.record)
    return _BY_TYPE.get(kind)


def buckets_of(kind: ValueType | None, family: Family | None) -> tuple[str, ...]:
    """Return by what the values of a field may be put in groups: stretches of days, levels of regions."""
    if kind in {ValueType.date, ValueType.datetime}:
        return _STRETCHES
    return regions.LEVELS if family is Family.region else ()


def operators_of(field: FieldModel, *, in_sql: bool) -> Mapping[str, Operator]:
    """Return what can be said of a field; ``in_sql``: by the database, which holds no fold of a long text."""
    family = family_of(field)
    if family is None or (in_sql and field.storage not in _IN_SQL):
        return {}
    found = operators(family)
    if in_sql and family is Family.text and field.fold is None:
        return {key: each for key, each in found.items() if each.group == "blank"}
    return found
