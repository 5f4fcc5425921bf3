"""Texts of a definition about a record: ``{{ name }} 已 5 天未跟进``, compiled once and said per record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from engines.expression import (
    Call,
    Context,
    ErrorValue,
    Node,
    Ref,
    ValueType,
    check,
    compile_python,
    parse,
    references,
    resolve,
)
from engines.expression.values import kind_of
from engines.form import AppModel, FormModel
from engines.form.columns import iso
from engines.store.said import Said, Shown
from schemas.elements import LOCALES, LongText, Text, label_of
from schemas.tags import Tag, split

# Ids by themselves do not tell what they name; these functions do.
_NAMES = {"USER": "user", "MANAGER": "user", "HEAD": "user", "MEMBERS": "user", "DEPARTMENT": "department"}


@dataclass(frozen=True, slots=True)
class _Value:
    """One tag, compiled. ``field``: uid of the field it names and nothing else."""

    evaluate: Callable[[Mapping[str, Any], Context], Any]
    to_json: Callable[[Any], Any]
    type: str
    field: int | None
    reads: tuple[int, ...]
    paths: frozenset[tuple[str, ...]]

    def show(self, row: Mapping[str, Any], context: Context) -> Shown:
        value = self.evaluate(row, context)
        if isinstance(value, ErrorValue):
            return Shown(str(value), "text", None, self.reads)
        type_ = kind_of(value).value if self.type == ValueType.any else self.type
        return Shown(self.to_json(value), type_, self.field, self.reads)


@dataclass(frozen=True, slots=True)
class Wording:
    """A text with its values compiled."""

    texts: Mapping[str, tuple[str | int, ...]]
    values: tuple[_Value, ...]

    @classmethod
    def of(
        cls, app: AppModel, form: FormModel, text: Text | LongText, read: Callable[[str], Node] = parse
    ) -> Wording:
        """Compile a text, checked when the definition was published; ``read`` reads its formulas."""
        values: dict[str, int] = {}
        made: list[_Value] = []

        def place(tag: Tag) -> int:
            if tag.formula not in values:
                values[tag.formula] = len(made)
                made.append(_value(app, form, read(tag.formula)))
            return values[tag.formula]

        texts = {
            locale: tuple(
                place(part) if isinstance(part, Tag) else part for part in split(label_of(text, locale))
            )
            for locale in LOCALES
        }
        return cls(texts, tuple(made))

    @property
    def paths(self) -> frozenset[tuple[str, ...]]:
        """Return what must be read of a record to say it."""
        return frozenset(path for each in self.values for path in each.paths)

    def say(self, row: Mapping[str, Any], context: Context) -> Said:
        """Return the text about one record, its values as they are now."""
        return Said(self.texts, tuple(each.show(row, context) for each in self.values))


def uids_of(app: AppModel, form: FormModel, paths: Iterable[tuple[str, ...]]) -> tuple[int, ...]:
    """Return the uids of all fields on the way of paths: who may read these may read what they lead to."""
    found = form.scope.fields.sources(form.path, frozenset(paths))
    fields = (app.forms[path].fields.get(key) for path, key in found)
    return tuple(sorted({each.uid for each in fields if each is not None}))


def json_of(value: Any) -> Any:
    """Return a value of no particular field as JSON."""
    match value:
        case None | bool() | str():
            return value
        case Decimal():
            return format(value, "f")
        case datetime():
            return iso(value)
        case date() | time():
            return value.isoformat()
        case tuple() | list():
            return [json_of(each) for each in value]
    return str(value)


def _value(app: AppModel, form: FormModel, node: Node) -> _Value:
    node = resolve(node, form)
    paths = references(node)
    evaluate, reads = compile_python(node), uids_of(app, form, paths)
    field = form.fields.get(node.path[0]) if isinstance(node, Ref) and len(node.path) == 1 else None
    if field is not None:
        return _Value(evaluate, field.to_json, field.kind.value_type.value, field.uid, reads, paths)
    type_ = check(node, form).value
    if isinstance(node, Call):
        type_ = _NAMES.get(node.name, type_)
    elif isinstance(node, Ref) and node.path[-1] in {"_created_by", "_updated_by"}:
        type_ = "user"
    return _Value(evaluate, json_of, type_, None, reads, paths)
