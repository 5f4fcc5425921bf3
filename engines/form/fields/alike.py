"""Alike: the other records of the same form that hold the same in one field."""

from __future__ import annotations

from typing import Annotated, Literal

from engines.expression import ValueType
from engines.form.field import FieldType, Storage
from schemas.elements import FieldKey, FieldOptions, Ref
from schemas.kinds import kind


class AlikeOptions(FieldOptions):
    """Which field says that records belong together, and how the others are shown, the latest first."""

    by: Annotated[FieldKey, Ref("field")]
    look: Literal["table", "cards", "list"] = "table"
    columns: tuple[Annotated[FieldKey, Ref("field")], ...] = ()


@kind
class Alike(FieldType[AlikeOptions, tuple[int, ...]]):
    """A list for the page of a record; it stores nothing, and no expression reads it."""

    name, icon, group = "alike", "copy", "relation"
    Options = AlikeOptions
    value_type = ValueType.any
    storage = Storage.none
    sortable = False
    listed_only = True
