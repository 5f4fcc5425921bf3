"""What the columns of a sheet hold: which type of field takes every value, and reads best."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from engines.form.field import FieldContext, FieldType
from schemas.kinds import Registry

# What a column may become; a sheet never says more.
OFFERED = (
    "text", "long_text", "number", "money", "percent", "date", "datetime", "time", "select", "checkbox",
    "phone", "email", "url",
)  # fmt: skip
_MOST_OPTIONS = 12
_LONGEST_OPTION = 20
_LONG = 120
_KEPT = 5_000  # different values that are looked at; a column of more is no list of options
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_PHONE = re.compile(r"电话|手机|phone|mobile|(?<![a-z])tel", re.IGNORECASE)
_MONEY = re.compile(
    r"金额|费用|预算|单价|总价|价格|收入|支出|工资|amount|price|budget|cost|salary", re.IGNORECASE
)
_NUMERAL = re.compile(r"-?(0|[1-9][0-9,]*)(\.[0-9]+)?")
_LINK = ("http://", "https://", "www.")


@dataclass(eq=False)
class Column:
    """A column while it is read: its different values, in the order in which they came."""

    header: str
    values: dict[Any, int] = field(default_factory=dict)
    filled: int = 0
    more: bool = False

    def take(self, cells: Sequence[Any]) -> None:
        """Look at some cells."""
        for cell in cells:
            if cell in ("", None):
                continue
            self.filled += 1
            if cell in self.values or len(self.values) < _KEPT:
                self.values[cell] = self.values.get(cell, 0) + 1
            else:
                self.more = True

    @property
    def samples(self) -> tuple[str, ...]:
        """Return the first values as text."""
        return tuple(str(each)[:60] for each in list(self.values)[:3])


def options_of(column: Column, kind: str, keys: Iterator[str]) -> dict[str, Any]:
    """Return what a field of a type says besides its name, as the column suggests."""
    if kind in {"number", "money", "percent"}:
        places = max((_decimals(each) for each in column.values), default=0)
        return {"decimals": min(max(places, 2 if kind == "money" else 0), 8)}
    if kind == "select":
        return {"options": [{"key": next(keys), "label": str(each)[:100]} for each in column.values]}
    return {}


def propose(column: Column, kinds: Registry[FieldType[Any, Any]]) -> str:
    """Return the type that fits a column best; every value that was looked at can be imported into it."""
    values = list(column.values)
    if not values:
        return "text"
    for kind in _likely(column.header, values):
        if _takes(kinds, kind, values):
            return kind
    return _of_words(column, values)


def _likely(header: str, values: Sequence[Any]) -> Iterator[str]:
    texts = [str(each) for each in values]
    if all(isinstance(each, datetime) for each in values):
        midnight = all((each.hour, each.minute, each.second) == (0, 0, 0) for each in values)
        yield "date" if midnight else "datetime"
    elif any(isinstance(each, date) for each in values):
        yield "date"
        yield "datetime"
    if _PHONE.search(header) or all(_MOBILE.fullmatch(_plain(each)) for each in values):
        yield "phone"
    if all("@" in each for each in texts):
        yield "email"
    if all(each.startswith(_LINK) for each in texts):
        yield "url"
    if all(each.endswith("%") for each in texts):
        yield "percent"
    if all(_numeric(each) for each in values):
        yield "money" if _MONEY.search(header) else "number"
    elif not any(isinstance(each, int | float) for each in values):
        yield from ("date", "datetime", "time")


def _numeric(value: Any) -> bool:
    """Tell a number from a code of digits, whose zeros in front and length would be lost."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return abs(value) < 1e15
    text = str(value).strip()
    return bool(_NUMERAL.fullmatch(text)) and len(text) <= 15


def _plain(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _decimals(value: Any) -> int:
    text = str(value).rstrip("%").strip()
    return len(text.partition(".")[2].rstrip("0")) if _NUMERAL.fullmatch(text.replace(",", "")) else 0


def _takes(kinds: Registry[FieldType[Any, Any]], kind: str, values: Sequence[Any]) -> bool:
    found = kinds[kind]
    said: Mapping[str, Any] = {"key": "column", "label": "column", "type": kind}
    more = {"decimals": 8} if "decimals" in found.Options.model_fields else {}
    options = found.Options.model_validate({**said, **more})
    adapter: TypeAdapter[Any] = TypeAdapter(found.annotation(options, FieldContext()))
    try:
        for each in values:
            adapter.validate_python(each)
    except ValidationError:
        return False
    return True


def _of_words(column: Column, values: Sequence[Any]) -> str:
    longest = max(len(str(each)) for each in values)
    repeated = column.filled >= 2 * len(values) and not column.more
    if len(values) <= _MOST_OPTIONS and repeated and longest <= _LONGEST_OPTION:
        return "select"
    return "long_text" if longest > _LONG or any("\n" in str(each) for each in values) else "text"
