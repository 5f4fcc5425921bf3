"""Values of an old type as values of a new one: through their JSON form, or through what a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError

from engines.expression import ValueType, fold
from engines.form.coerce import optional
from engines.form.field import FieldContext
from engines.form.model import AppModel, FieldModel
from engines.store import platform
from schemas.elements import LOCALES, Choice, FieldOptions, label_of

LOST = object()
# What bounds values without changing how they are kept: data that breaks a new bound is kept, and counted.
_BOUNDS = ("min", "max", "max_length", "min_length")
_NAMED = {"user": platform.user, "department": platform.department, "file": platform.file}


class Converter:
    """Converts the values of one field, many at a time; what does not convert becomes ``LOST``."""

    def __init__(self, old: FieldModel, new: FieldModel, before: AppModel, after: AppModel) -> None:
        self._old, self._new = old, new
        self._before, self._after = before, after
        self._zone = ZoneInfo(after.definition.time_zone)
        choices = new.columns[0].info.get("choices", {}) if new.columns else {}
        context = FieldContext(choices, after.definition.time_zone)
        self._adapter: TypeAdapter[Any] = TypeAdapter(
            optional(new.kind.annotation(_unbound(new.options), context))
        )
        same = _same_target(old, new, before, after)
        self._elsewhere = new.kind.target is not None and not same
        # Keys and ids mean nothing to a type that does not know them; what a person reads is carried over.
        keyed = old.kind.target is not None or _listed(old)
        self._read_only = keyed and not (same and _listed(old) == _listed(new))

    def many(self, conn: sa.Connection, values: Sequence[Any]) -> list[Any]:
        """Convert values, none of them blank."""
        labels = _Labels(self._zone, _titles(conn, self._before, self._old, values))
        if self._elsewhere:
            return self._by_title(conn, [self._texts(value, labels) for value in values])
        return [self._one(value, labels) for value in values]

    def _one(self, value: Any, labels: _Labels) -> Any:
        for made in self._forms(value, labels):
            try:
                return self._adapter.validate_python(made)
            except ValidationError:
                continue
        return LOST

    def _forms(self, value: Any, labels: _Labels) -> list[Any]:
        """Return what the new type may read, best first."""
        texts = self._texts(value, labels)
        read = [texts, ", ".join(texts)] if self._new.plural else [", ".join(texts)]
        if self._read_only:
            return read
        if self._new.kind.value_type is ValueType.text:
            return [*read, self._json(value)]
        return [self._json(value), *read]

    def _json(self, value: Any) -> Any:
        found = self._old.to_json(value)
        if isinstance(found, list) and not self._new.plural and len(found) == 1:
            return found[0]
        return found

    def _texts(self, value: Any, labels: _Labels) -> list[str]:
        to_text, options = self._old.kind.to_text, self._old.options
        if not self._old.plural:
            return [to_text(value, options, labels)]
        return [to_text((each,), options, labels) for each in value]

    def _by_title(self, conn: sa.Connection, texts: Sequence[Sequence[str]]) -> list[Any]:
        known = _ids(conn, self._after, self._new, {fold(text) for some in texts for text in some})
        found: list[Any] = []
        for some in texts:
            ids = tuple(dict.fromkeys(known.get(fold(text)) for text in some))
            if None in ids or (len(ids) > 1 and not self._new.plural):
                found.append(LOST)
            else:
                found.append(ids if self._new.plural else ids[0])
        return found


class _Labels:
    """Implements ``Labels`` for values that become text."""

    locale = LOCALES[0]

    def __init__(self, zone: ZoneInfo, titles: Mapping[int, str]) -> None:
        self._zone = zone
        self._titles = titles

    def choice(self, options: FieldOptions, key: str) -> str:
        listed: Iterable[Choice] = getattr(options, "options", ())
        return next((label_of(each.label, LOCALES[0], key) for each in listed if each.key == key), key)

    def record(self, field_key: str, record_id: int) -> str:
        return self._titles.get(record_id, str(record_id))

    def date_time(self, value: datetime) -> str:
        return value.astimezone(self._zone).replace(tzinfo=None).isoformat(" ", "seconds")


def _listed(field: FieldModel) -> bool:
    return hasattr(field.options, "options")


def _unbound(options: FieldOptions) -> FieldOptions:
    fields = type(options).model_fields
    free = {name: fields[name].get_default(call_default_factory=True) for name in _BOUNDS if name in fields}
    return options.model_copy(update=free)


def _same_target(old: FieldModel, new: FieldModel, before: AppModel, after: AppModel) -> bool:
    if old.kind.target != "form" or new.kind.target != "form":
        return old.kind.target == new.kind.target
    return before.form(str(old.target)).uid == after.form(str(new.target)).uid


def _titles(conn: sa.Connection, model: AppModel, field: FieldModel, values: Sequence[Any]) -> dict[int, str]:
    """Return the names of everything that the values of a field name."""
    if field.target is None:
        return {}
    ids = {each for value in values for each in (value if field.plural else (value,))}
    key, name = _key_and_name(model, field)
    if name is None:
        return {}
    rows = conn.execute(sa.select(key, name).where(key.in_(ids), name.is_not(None)))
    return {row[0]: str(row[1]) for row in rows}


def _ids(conn: sa.Connection, model: AppModel, field: FieldModel, folds: set[str]) -> dict[str, int | None]:
    """Return the ids of what bears a name; None where several do."""
    key, name = _key_and_name(model, field)
    if name is None or field.target == "file":
        return {}
    statement = sa.select(key, name).where(_folded(model, field, name).in_(folds))
    if field.kind.target == "form":
        statement = statement.where(model.form(str(field.target)).table.c["_trashed_at"].is_(None))
    found: dict[str, int | None] = {}
    for row in conn.execute(statement):
        text = fold(str(row[1]))
        found[text] = None if text in found else row[0]
    return found


def _key_and_name(model: AppModel, field: FieldModel) -> tuple[sa.Column[Any], sa.Column[Any] | None]:
    if field.target in _NAMED:
        table = _NAMED[str(field.target)]
        return table.c["id"], table.c["name"]
    form = model.form(str(field.target))
    return form.table.c["_id"], None if form.title is None else form.title.column


def _folded(model: AppModel, field: FieldModel, name: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Return what is compared with a fold: a companion where there is one, else the name itself."""
    if field.target == "user":
        return platform.user.c["name_fold"]
    title = None if field.target in _NAMED else model.form(str(field.target)).title
    return title.fold if title is not None and title.fold is not None else name
