"""What a person reads in a sheet for keys and ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from schemas.elements import FieldOptions, label_of


@dataclass(frozen=True, slots=True)
class SheetLabels:
    """Implements ``Labels``; ``names``: field key -> id -> title."""

    names: Mapping[str, Mapping[int, str]]
    locale: str
    zone: ZoneInfo

    def choice(self, options: FieldOptions, key: str) -> str:
        found = (each.label for each in getattr(options, "options", ()) if each.key == key)
        return label_of(next(found, key), self.locale)

    def record(self, field_key: str, record_id: int) -> str:
        return self.names.get(field_key, {}).get(record_id, "")

    def date_time(self, value: datetime) -> str:
        return value.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S")
