"""What kinds that show a system column share: the platform writes them, people read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engines.expression import ValueType
from engines.form.columns import iso
from engines.form.field import FieldType, Labels, Storage
from schemas.elements import FieldOptions

SYSTEM_TYPES: Mapping[str, ValueType] = {
    "_id": ValueType.id,
    "_version": ValueType.number,
    "_created_at": ValueType.datetime,
    "_created_by": ValueType.id,
    "_updated_at": ValueType.datetime,
    "_updated_by": ValueType.id,
    "_trashed_at": ValueType.datetime,
    "_parent_id": ValueType.id,
    "_pos": ValueType.number,
}


class SystemInstant(FieldType[FieldOptions, datetime]):
    """When something happened to the record."""

    group = "system"
    value_type = ValueType.datetime
    storage = Storage.system

    def to_json(self, value: datetime, options: FieldOptions) -> str:
        """Return ISO with ``Z``."""
        return iso(value)

    def to_text(self, value: datetime, options: FieldOptions, labels: Labels) -> str:
        """Return wall-clock time."""
        return labels.date_time(value)


class SystemUser(FieldType[FieldOptions, int]):
    """Who did something to the record."""

    group = "system"
    value_type = ValueType.id
    storage = Storage.system
    target = "user"

    def to_json(self, value: int, options: FieldOptions) -> str:
        """Return the id as text."""
        return str(value)

    def to_text(self, value: int, options: FieldOptions, labels: Labels) -> str:
        """Return the name."""
        return labels.record(options.key, value)
