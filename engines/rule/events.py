"""What happened to one record, as triggers and conditions see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from engines.form import FormModel


class What(StrEnum):
    """What can happen."""

    create = "create"
    update = "update"
    delete = "delete"
    restore = "restore"
    activity = "activity"  # something of another form that belongs to the record
    button = "button"
    time = "time"


@dataclass(frozen=True)
class Event:
    """One thing that happened to one record; a hundred rules may be asked about it.

    ``row``: the record as it is now, field keys and system keys to values. ``old``: as it was, None for a new
    one. ``changed``: the fields that differ. ``own``: the rule that is asked wrote it itself.
    """

    what: What
    form: FormModel
    id: int
    row: Mapping[str, Any]
    now: datetime
    old: Mapping[str, Any] | None = None
    changed: frozenset[str] = field(default_factory=frozenset)
    own: bool = False

    @cached_property
    def changes(self) -> list[list[Any]]:
        """Return uid, old and new value of every changed field, as JSON."""
        old: Mapping[str, Any] = self.old or {}
        fields = [self.form.fields[key] for key in sorted(self.changed) if key in self.form.fields]
        return [
            [each.uid, each.to_json(old.get(each.key)), each.to_json(self.row.get(each.key))]
            for each in fields
        ]


def filled(values: Mapping[str, Any]) -> list[str]:
    """Return the fields that are not blank."""
    return [key for key, value in values.items() if value is not None and value != ()]


def differs(one: Any, other: Any) -> bool:
    """Tell whether two values of a field are different: blank to blank is no change, nor 1.0 to 1.00."""
    if isinstance(one, tuple | list) or isinstance(other, tuple | list):
        return tuple(one or ()) != tuple(other or ())
    return bool(one != other)
