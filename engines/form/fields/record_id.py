"""Record id: the number by which every door knows the record."""

from __future__ import annotations

from engines.expression import ValueType
from engines.form.field import FieldType, Storage
from schemas.elements import FieldOptions
from schemas.kinds import kind


@kind
class RecordId(FieldType[FieldOptions, int]):
    """The id of the record itself."""

    name, icon, group = "record_id", "id", "system"
    value_type = ValueType.id
    storage = Storage.system
    system_column = "_id"

    def to_json(self, value: int, options: FieldOptions) -> str:
        """Return the id as text: JavaScript would round it."""
        return str(value)
