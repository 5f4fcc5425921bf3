"""Groups and figures as an address says them: ``group=stage,-signed_on:month``, ``totals=amount:sum``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import quote, unquote

from engines.access import FormAccess
from engines.expression import ValueType
from engines.form import FieldModel, FormModel
from engines.form.families import buckets_of
from engines.form.shapes import SORTED
from engines.query import Order
from engines.report.outline import Level, Path, Total, needs_bucket
from engines.store.reading.buckets import BUCKETS
from engines.store.reading.levels import LEVELS

MOST_LEVELS = 3
_DIGITS = 30  # of a number that an address may name
NONE = "none"  # a word that no field is called by
CLOSED = "!"  # no path: quoted texts hold none
_ORDERS = {"-": Order.last, "^": Order.largest, "_": Order.smallest}
_SIGNS = {order: sign for sign, order in _ORDERS.items()}
_ORDERED = {ValueType.number, ValueType.date, ValueType.datetime, ValueType.time}
_SEVERAL = {ValueType.ids, ValueType.options, ValueType.file, ValueType.any}


@dataclass(frozen=True, slots=True)
class Able:
    """What one reader may group and total by in one form."""

    form: FormModel
    rights: FormAccess

    def groupable(self, key: str) -> bool:
        """Tell whether records can be put in groups by a field."""
        field = self._usable(key)
        if field is None or field.kind.value_type in _SEVERAL or key in self.rights.outline:
            return False
        return key in self.form.sortable or (field.storage in SORTED and field.target is not None)

    def functions(self, key: str) -> tuple[str, ...]:
        """Return the figures there are of a field."""
        field = self._usable(key)
        if field is None or field.storage not in SORTED:
            return ()
        kind = field.kind.value_type
        found = ["sum", "average"] if kind is ValueType.number else []
        found += ["min", "max"] if kind in _ORDERED else []
        found += ["filled", "blank"]
        return (*found, "distinct") if self.groupable(key) else tuple(found)

    def _usable(self, key: str) -> FieldModel | None:
        field = self.form.fields.get(key)
        return field if field is not None and self.rights.usable(key) and not field.options.hidden else None

    def levels(self, wanted: Iterable[Level]) -> tuple[Level, ...]:
        """Return what of some levels there is for this reader, days in stretches of some length."""
        found: dict[str, Level] = {}
        for each in wanted:
            if each.field not in found and self.groupable(each.field):
                kind = self.form.fields[each.field].kind
                usual = "day" if needs_bucket(kind.value_type) else None
                bucket = each.bucket if each.bucket in buckets_of(kind.value_type, kind.family) else usual
                found[each.field] = replace(each, bucket=bucket)
        return tuple(found.values())[:MOST_LEVELS]

    def totals(self, wanted: Iterable[Total]) -> tuple[Total, ...]:
        """Return what of some figures there is for this reader."""
        return tuple(dict.fromkeys(each for each in wanted if each.function in self.functions(each.field)))


def read_levels(text: str) -> Iterator[Level]:
    """Yield the levels that a parameter says; what cannot be one is left out."""
    for part in text[:200].split(",") if text not in {"", NONE} else ():
        order = _ORDERS.get(part[:1], Order.first)
        field, _, bucket = part.lstrip("-^_").partition(":")
        if field and (not bucket or bucket in {*BUCKETS, *LEVELS}):
            yield Level(field, bucket or None, order)


def chosen_levels(said: Mapping[str, str]) -> str | None:
    """Return the levels that the menu of groups sends, as ``group`` says them; None where it was not sent."""
    if "by.0" not in said:
        return None
    levels = []
    for place in range(MOST_LEVELS):
        field, _, part = said.get(f"by.{place}", "").partition(":")  # of regions: the level
        bucket = part if part in LEVELS else said.get(f"by.{place}.bucket", "")
        order = said.get(f"by.{place}.order", "")
        if field:
            way = Order(order) if order in set(Order) else Order.first
            levels.append(Level(field, bucket if bucket in {*BUCKETS, *LEVELS} else None, way))
    return write_levels(levels)


def write_levels(levels: Sequence[Level]) -> str:
    """Write levels as ``read_levels`` reads them."""
    parts = (f"{_SIGNS.get(each.order, '')}{each.dimension.key}" for each in levels)
    return ",".join(parts) or NONE


def read_totals(text: str) -> Iterator[Total]:
    """Yield the figures that a parameter says."""
    for part in text[:1000].split(",") if text not in {"", NONE} else ():
        field, _, function = part.partition(":")
        if field and function:
            yield Total(field, function)


def write_totals(totals: Sequence[Total]) -> str:
    """Write figures as ``read_totals`` reads them."""
    return ",".join(f"{each.field}:{each.function}" for each in totals) or NONE


def write_path(field_values: Path) -> str:
    """Write the path of a group; a blank value is a blank part."""
    return "/".join(map(_part, field_values))


def _part(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return quote(value.isoformat() if isinstance(value, date | datetime | time) else str(value), safe="")


def read_path(form: FormModel, levels: Sequence[Level], text: str) -> Path | None:
    """Read the path of a group, None for what cannot be one."""
    parts = text.split("/")
    if len(parts) > len(levels):
        return None
    try:
        return tuple(
            _value(each, form.fields[each.field], unquote(part)) if part else None
            for each, part in zip(levels, parts, strict=False)
        )
    except (ValueError, InvalidOperation):
        return None


def _number(text: str) -> Decimal:
    """Return a number that a value may be. Raises ValueError, InvalidOperation."""
    found = Decimal(text)
    if not found.is_finite() or abs(found.adjusted()) > _DIGITS:
        raise ValueError(text)
    return found


def _value(level: Level, field: FieldModel, text: str) -> Any:
    if level.bucket in BUCKETS:
        return date.fromisoformat(text)
    match field.kind.value_type:
        case ValueType.number:
            return _number(text)
        case ValueType.bool:
            return text == "true"
        case ValueType.time:
            return time.fromisoformat(text)
        case ValueType.id:
            return int(text)
    return text
