"""What an expression meets: types of values, the fields around it, the moment and person it runs for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from typing import Protocol


class ValueType(StrEnum):
    """A plural holds several values of its singular; ``any`` is a blank or a value of unknown type."""

    text = "text"
    number = "number"
    bool = "bool"
    date = "date"
    datetime = "datetime"
    time = "time"
    option = "option"
    options = "options"
    id = "id"
    ids = "ids"
    file = "file"
    any = "any"
    texts = "texts"
    numbers = "numbers"
    bools = "bools"
    dates = "dates"
    datetimes = "datetimes"
    times = "times"
    list = "list"


ITEM = {
    ValueType.options: ValueType.option,
    ValueType.ids: ValueType.id,
    ValueType.texts: ValueType.text,
    ValueType.numbers: ValueType.number,
    ValueType.bools: ValueType.bool,
    ValueType.dates: ValueType.date,
    ValueType.datetimes: ValueType.datetime,
    ValueType.times: ValueType.time,
    ValueType.list: ValueType.any,
}
PLURAL = {item: several for several, item in ITEM.items()}


class FieldScope(Protocol):
    """The fields an expression may name."""

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        """Return the type of the field at ``path``, or None when there is none to see.

        Over a to-many relation a path has the plural of the type at its end.
        """
        ...


class Directory(Protocol):
    """People and departments, as the functions about them ask. Unknown ids answer blank."""

    def roles(self, user_id: int) -> tuple[str, ...]:
        """Return the keys of the roles a person has."""
        ...

    def department(self, user_id: int) -> int | None:
        """Return the main department of a person."""
        ...

    def manager(self, user_id: int, levels: int) -> int | None:
        """Return the manager so many levels up."""
        ...

    def head(self, department_id: int, levels: int) -> int | None:
        """Return the head of the department so many levels above the given one."""
        ...

    def members(self, department_id: int) -> tuple[int, ...]:
        """Return the people of a department."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """What is injected and fixed for one evaluation.

    ``zone`` says when a day begins. ``old`` holds the values before a change, None for a new record.
    """

    user_id: int | None
    department_id: int | None
    now: datetime
    today: date
    zone: tzinfo = UTC
    old: Mapping[str, object] | None = None
    directory: Directory | None = None
