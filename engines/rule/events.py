"""What happened to one record, as triggers and conditions see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
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


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to one record.

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


def differs(one: Any, other: Any) -> bool:
    """Tell whether two values of a field are different: blank to blank is no change, nor 1.0 to 1.00."""
    if isinstance(one, tuple | list) or isinstance(other, tuple | list):
        return tuple(one or ()) != tuple(other or ())
    return bool(one != other)
