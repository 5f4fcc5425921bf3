"""What an expression meets: types of values, the fields around it, the moment and person it runs for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from typing import Protocol


class ValueType(StrEnum):
    """``options`` and ``ids`` hold several values; ``any`` is a blank or a value of unknown type."""

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


class FieldScope(Protocol):
    """The fields an expression may name."""

    def type_of(self, path: tuple[str, ...]) -> ValueType | None:
        """Return the type of the field at ``path``, or None when there is none to see."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """What is injected and fixed for one evaluation. ``zone`` says when a day begins."""

    user_id: int | None
    department_id: int | None
    now: datetime
    today: date
    zone: tzinfo = UTC
