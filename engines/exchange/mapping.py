"""Which column of a sheet fills which field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engines.access import FormAccess
from engines.expression import fold
from engines.form import AppModel, FieldModel, FormModel, Storage
from schemas.elements import label_of
from schemas.errors import Invalid, Issue
from schemas.kinds import nearest, unknown_issue

_SKIPPED = re.compile(r"[\s_\-*:：]+")
ID = "_id"


@dataclass(frozen=True, slots=True)
class Column:
    """``place``: of the cell in a row. ``key``: field by which a linked record is found, ``_id`` for ids."""

    place: int
    header: str
    field: FieldModel
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """``unmapped``: headers that fill nothing. ``missing``: required fields that no column fills."""

    columns: tuple[Column, ...]
    unmapped: tuple[str, ...] = ()
    missing: tuple[FieldModel, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapper:
    """Maps headers to the fields of one form that the person may fill."""

    app: AppModel
    form: FormModel
    access: FormAccess

    def map(self, headers: Sequence[str], told: Mapping[str, str | None]) -> Plan:
        """Map by what was told (header -> ``field``, ``field.key`` or None), else by name.

        Raises Invalid for a told header or field that does not exist, and for a field that is told twice.
        """
        wanted = {normal(header): target for header, target in told.items()}
        self._check_told(headers, told)
        names = self._names()
        columns: dict[str, Column] = {}
        unmapped: list[str] = []
        for place, header in enumerate(headers):
            name = normal(header)
            target = wanted[name] if name in wanted else self._by_name(header, names)
            if target is None:
                if name not in wanted:
                    unmapped.append(header)
                continue
            column = self._column(place, header, target)
            if column.field.key not in columns:
                columns[column.field.key] = column
            elif name in wanted:
                raise _wrong(header, "import.field_twice", name=column.field.key)
            else:
                unmapped.append(header)
        missing = (each for each in self._required() if each.key not in columns)
        return Plan(tuple(columns.values()), tuple(unmapped), tuple(missing))

    def _fillable(self) -> Iterator[FieldModel]:
        for each in self.form.fields.values():
            stored = each.storage in {Storage.column, Storage.links}
            if stored and each.target != "file" and self.access.editable(each.key):
                yield each

    def _required(self) -> Iterator[FieldModel]:
        for each in self._fillable():
            if each.options.required and each.default is None and each.kind.name != "serial":
                yield each

    def _names(self) -> dict[str, str]:
        """Return normal name -> field key; better names win, a name of two equals is nobody's.

        A name of a field that may not be filled is nobody's either, also where another has a similar one.
        """
        found: dict[str, str | None] = {}
        rights = self.access
        seen = (
            each
            for each in self.form.fields.values()
            if rights.readable(each.key) or rights.editable(each.key)
        )
        fields = list(seen)
        for rank in range(4):
            level: dict[str, str | None] = {}
            for each in fields:
                for name in set(map(normal, _called(each, rank))) - {""}:
                    level[name] = each.key if level.get(name, each.key) == each.key else None
            found = level | found
        fillable = {each.key for each in self._fillable()}
        return {name: key for name, key in found.items() if key is not None and key in fillable}

    def _by_name(self, header: str, names: Mapping[str, str]) -> str | None:
        found = names.get(normal(header))
        if found is None and "." in header:
            head, _, key = header.partition(".")
            field = names.get(normal(head))
            target = None if field is None else self.form.fields[field]
            if target is not None and self._keys(target).get(key) is not None:
                return f"{field}.{key}"
        return found

    def _column(self, place: int, header: str, target: str) -> Column:
        known = {each.key: each for each in self._fillable()}
        key, _, inner = target.partition(".")
        if key not in known:
            raise Invalid([unknown_issue(header, "import.unknown_field", key, known)], "import.refused")
        field = known[key]
        keys = self._keys(field)
        if inner and inner not in keys:
            raise Invalid([unknown_issue(header, "import.unknown_key", target, keys)], "import.refused")
        return Column(place, header, field, inner or next(iter(keys), None))

    def _keys(self, field: FieldModel) -> dict[str, str]:
        """Return the fields by which a linked record may be found, the usual one first."""
        if field.kind.target != "form":
            return {}
        target = self.app.form(str(field.target))
        usual = [*([target.title] if target.title is not None else []), *target.unique]
        others = [each for each in target.stored if each.kind.sortable and each.kind.target is None]
        return {each.key: each.key for each in (*usual, *others)} | {ID: ID}

    def _check_told(self, headers: Sequence[str], told: Mapping[str, str | None]) -> None:
        known = {normal(each): each for each in headers}
        for header in told:
            if normal(header) not in known:
                close = nearest(header, known.values())
                raise Invalid(
                    [Issue(header, "import.unknown_header", {"name": header}, close)], "import.refused"
                )


def normal(header: str) -> str:
    """Return a header without case, width, blanks and marks."""
    return _SKIPPED.sub("", fold(header))


def _called(field: FieldModel, rank: int) -> tuple[str, ...]:
    options = field.options
    if rank == 0:
        return label_of(options.label, "zh-CN"), label_of(options.label, "en")
    if rank == 1:
        return (field.key,)
    if rank == 2:
        return options.was
    return label_of(options.placeholder, "zh-CN"), label_of(options.placeholder, "en")


def _wrong(header: str, code: str, **params: object) -> Invalid:
    return Invalid([Issue(header, code, params)], "import.refused")
