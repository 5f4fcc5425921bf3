"""Lookup: a field of the record that a relation names, always as it is there."""

from __future__ import annotations

from typing import Annotated

from engines.expression import Node, Ref
from engines.form.computed import ComputedType, Fields, Resolved
from schemas.elements import FieldKey, FieldOptions
from schemas.elements import Ref as Names
from schemas.kinds import kind


class LookupOptions(FieldOptions):
    """Over which relation, which field."""

    via: Annotated[FieldKey, Names("field")]
    field: Annotated[FieldKey, Names("field>via")]
    expose: bool = False


@kind
class Lookup(ComputedType[LookupOptions]):
    """A value that lives in another record and is shown here."""

    name, icon = "lookup", "arrow-bar-to-right"
    Options = LookupOptions
    looked_up = True

    def borrows(self, options: LookupOptions, fields: Fields, form: str) -> Resolved | None:
        """Borrow the type of the field over there."""
        target = fields.beyond(form, options.via)
        relation = fields.find(form, options.via)
        if target is None or relation is None or relation.many:
            return None
        return fields.find(target, options.field)

    def tree(self, options: LookupOptions) -> Node:
        """Return the path to the field."""
        return Ref((options.via, options.field))
