"""Stored computed fields, ready to run: in an order in which each finds what it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from engines.expression import Context, ErrorValue, ValueType, compile_python, references
from engines.form.sums import Part, split

if TYPE_CHECKING:
    from engines.form.computed import FormScope
    from engines.form.model import FieldModel

_MOST_DIGITS = 15
_LONGEST = 255


@dataclass(frozen=True, slots=True)
class FormulaModel:
    """One computed field. ``starts``: the fields of its own form at which its paths begin.

    ``parts``: figures that the database may give. ``near``: the paths outside of them.
    """

    field: FieldModel
    evaluate: Callable[[Mapping[str, Any], Context], Any]
    starts: frozenset[str]
    paths: frozenset[tuple[str, ...]]
    parts: tuple[Part, ...]
    near: frozenset[tuple[str, ...]]
    assemble: Callable[[Mapping[str, Any], Context], Any]

    def value(self, row: Mapping[str, Any], context: Context) -> Any:
        """Return the value as the field holds it; an error value, or what does not fit, is blank."""
        return fitted(self.field, self.evaluate(row, context), context)

    def assembled(self, row: Mapping[str, Any], context: Context) -> Any:
        """Return the value of a row that holds the parts under their keys."""
        return fitted(self.field, self.assemble(row, context), context)


def formulas(scope: FormScope, fields: Sequence[FieldModel]) -> tuple[FormulaModel, ...]:
    """Compile computed fields of a form, those first that others read."""
    return tuple(_ordered({each.key: _compiled(scope, each) for each in fields}))


def _compiled(scope: FormScope, field: FieldModel) -> FormulaModel:
    assert field.computed is not None  # noqa: S101 - computed fields are passed
    paths = field.computed.paths
    rest, parts = split(scope.fields, scope.form, field.computed.node)
    near = references(rest) - {(part.key,) for part in parts}
    starts = frozenset(path[0] for path in paths)
    evaluate = compile_python(field.computed.node)
    return FormulaModel(field, evaluate, starts, paths, parts, near, compile_python(rest))


def _ordered(found: dict[str, FormulaModel]) -> Iterator[FormulaModel]:
    done: set[str] = set()
    waiting = [*found]
    while waiting:  # definitions without circles only, so each round settles one
        key = next(key for key in waiting if not (found[key].starts & found.keys()) - done)
        waiting.remove(key)
        done.add(key)
        yield found[key]


def fitted(field: FieldModel, value: Any, context: Context) -> Any:
    """Return a result in the shape of the field's values."""
    if isinstance(value, tuple):
        value = value[0] if value else None
    if value is None or isinstance(value, ErrorValue) or value == "":
        return None
    return _FITS.get(field.kind.value_type, _same)(value, field.options, context)


def _number(value: Any, options: Any, _: Context) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        return None
    places = getattr(options, "decimals", 0)
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return rounded if rounded.is_zero() or rounded.adjusted() < _MOST_DIGITS else None


def _text(value: Any, options: Any, _: Context) -> str | None:
    if isinstance(value, Decimal):
        value = format(value.normalize(), "f")
    elif isinstance(value, bool):
        value = "TRUE" if value else "FALSE"
    elif isinstance(value, date | time):
        value = value.isoformat()
    return str(value)[: getattr(options, "max_length", None) or _LONGEST]


def _date(value: Any, _: Any, context: Context) -> date | None:
    if isinstance(value, datetime):
        return value.astimezone(context.zone).date()
    return value if isinstance(value, date) else None


def _datetime(value: Any, _: Any, context: Context) -> datetime | None:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, date):
        return None
    return datetime(value.year, value.month, value.day, tzinfo=context.zone).astimezone(UTC)


def _bool(value: Any, _: Any, __: Context) -> bool | None:
    return value if isinstance(value, bool) else None


def _time(value: Any, _: Any, __: Context) -> time | None:
    return value if isinstance(value, time) else None


def _same(value: Any, _: Any, __: Context) -> Any:
    return value


_FITS: Mapping[ValueType, Callable[[Any, Any, Context], Any]] = {
    ValueType.number: _number,
    ValueType.text: _text,
    ValueType.date: _date,
    ValueType.datetime: _datetime,
    ValueType.bool: _bool,
    ValueType.time: _time,
}
