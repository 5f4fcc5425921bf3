"""Related: the records of another form that point at this one."""

from __future__ import annotations

from typing import Annotated, Literal

from engines.expression import ValueType
from engines.form.field import FieldType, Storage
from schemas.elements import FieldKey, FieldOptions, FormKey, Ref
from schemas.kinds import kind


class RelatedOptions(FieldOptions):
    """Which form, and through which relation of it; how the records are shown, and what links them.

    ``links``: relations among these records, drawn as a picture.
    """

    form: Annotated[FormKey, Ref("form")]
    via: Annotated[FieldKey, Ref("field@form")]
    look: Literal["table", "cards", "list"] = "table"
    columns: tuple[Annotated[FieldKey, Ref("field@form")], ...] = ()
    links: tuple[Annotated[FieldKey, Ref("field@form")], ...] = ()


@kind
class Related(FieldType[RelatedOptions, tuple[int, ...]]):
    """A list that the other form keeps; it stores nothing here and is read by a query of its own."""

    name, icon, group = "related", "list-details", "relation"
    Options = RelatedOptions
    value_type = ValueType.ids
    storage = Storage.none
    target = "form"
    sortable = False
