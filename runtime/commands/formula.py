"""Formulas from standard input, one JSON object a line, through any back end."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import IO, Any

from engines.expression import (
    Context,
    ErrorValue,
    ExpressionError,
    Node,
    ValueType,
    check,
    compile_python,
    parse,
    resolve,
)
from engines.expression.scope import ITEM
from engines.expression.values import kind_of, milliseconds
from engines.store.clock import SystemClock

Record = dict[str, Any]
Run = Callable[[Node, Record, "Fields", Context], Any]


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one line. Implements ``FieldScope``."""

    types: Mapping[str, ValueType]

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        return self.types.get(".".join(path))


def evaluate(engine: str, source: IO[bytes], sink: IO[str]) -> None:
    """Answer every line with a line: a type and a value, or an error and its place."""
    now = milliseconds(SystemClock().now())
    context = Context(None, None, now, now.date(), UTC)
    run, close = _engine(engine)
    try:
        for line in source:
            if line.strip():
                sink.write(json.dumps(answer(line, run, context), ensure_ascii=False) + "\n")
    finally:
        close()
    sink.flush()


def _engine(name: str) -> tuple[Run, Callable[[], None]]:
    if name == "python":
        return (lambda node, record, _, context: compile_python(node)(record, context)), lambda: None
    if name == "javascript":
        from runtime.commands.formula_script import Script

        return Script().run, lambda: None
    from runtime.commands.formula_sql import Database

    database = Database(name)
    return database.run, database.close


def answer(line: bytes, run: Run, context: Context) -> dict[str, Any]:
    """Return the answer to one line."""
    try:
        asked = json.loads(line, parse_float=Decimal)
        formula, given = asked["formula"], asked.get("record") or {}
        types = {key: ValueType(each) for key, each in (asked.get("types") or {}).items()}
        record = {key: _value(each, types.get(key)) for key, each in given.items()}
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation):
        return {"error": {"code": "formula.line", "at": 0}}
    fields = Fields({key: _kind(each) for key, each in record.items()} | types)
    try:
        node = resolve(parse(str(formula)), fields)
        kind = check(node, fields)
        found = run(node, record, fields, context)
    except ExpressionError as error:
        return {"error": {"code": error.code, "at": error.at}}
    if isinstance(found, ErrorValue):
        return {"error": {"code": found.code, "at": node.at}}
    return _shown(found, kind)


def _kind(value: Any) -> ValueType:
    if not isinstance(value, tuple):
        return ValueType.any if value is None else kind_of(value)
    kinds = {kind_of(item) for item in value}
    return next((several for several, item in reversed(ITEM.items()) if kinds == {item}), ValueType.list)


def _value(raw: Any, kind: ValueType | None) -> Any:
    """Return a JSON value as the language knows it."""
    if raw is None or raw == "":
        return None
    if isinstance(raw, list):
        item = None if kind is None else ITEM.get(kind)
        return tuple(_value(each, item) for each in raw)
    read: Mapping[ValueType | None, Callable[[Any], Any]] = {
        ValueType.number: lambda each: Decimal(str(each)),
        ValueType.date: date.fromisoformat,
        ValueType.datetime: lambda each: _aware(datetime.fromisoformat(each)),
        ValueType.time: time.fromisoformat,
        ValueType.id: int,
        ValueType.bool: lambda each: each is True or str(each).lower() == "true",
    }
    if kind in read:
        return read[kind](raw)
    return Decimal(raw) if isinstance(raw, int | Decimal) and not isinstance(raw, bool) else raw


def _aware(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _shown(value: Any, kind: ValueType) -> dict[str, Any]:
    if value is None:
        return {"type": kind.value, "value": "" if kind is ValueType.text else None}
    if isinstance(value, tuple):
        several = kind if kind in ITEM else _kind(value)
        return {"type": several.value, "value": [as_json(item) for item in value]}
    own = kind_of(value)
    option = kind in {ValueType.option, ValueType.id}
    return {"type": kind.value if option else own.value, "value": as_json(value)}


def as_json(value: Any) -> Any:  # noqa: PLR0911 one case after the other
    """Return a value as JSON: decimals and ids as text, dates in ISO."""
    match value:
        case bool() | None | str():
            return value
        case Decimal():
            plain = format(value, "f")
            plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
            return "0" if plain == "-0" else plain
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case ErrorValue(code):
            return code
        case tuple():
            return [as_json(item) for item in value]
    return str(value)
