"""Related: the records of another form that point at this one."""

from __future__ import annotations

from typing import Annotated

from engines.expression import ValueType
from engines.form.field import FieldType, Storage
from schemas.elements import FieldKey, FieldOptions, FormKey, Ref
from schemas.kinds import kind


class RelatedOptions(FieldOptions):
    """Which form, and through which relation of it."""

    form: Annotated[FormKey, Ref("form")]
    via: Annotated[FieldKey, Ref("field@form")]


@kind
class Related(FieldType[RelatedOptions, tuple[int, ...]]):
    """A list that the other form keeps; it stores nothing here and is read by a query of its own."""

    name, icon, group = "related", "list-details", "relation"
    Options = RelatedOptions
    value_type = ValueType.ids
    storage = Storage.none
    target = "form"
    sortable = False
