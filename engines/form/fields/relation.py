"""Relation: one record of another form."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from engines.form.field import Example
from engines.form.links import OneId
from schemas.elements import FieldKey, FieldOptions, FormKey, Formula, Ref, Yields
from schemas.kinds import kind


class OnDelete(StrEnum):
    """What happens here when the other record is deleted."""

    refuse = "refuse"
    clear = "clear"
    with_ = "with"


class RelationOptions(FieldOptions):
    """Which form, which of its records, what a deletion there does, and what a choice brings along.

    ``where``: over the other form's fields; ``THIS.x`` is a field of the record that is being filled.
    ``fill``: own fields and the paths, from the other form on, of what is filled in.
    """

    form: Annotated[FormKey, Ref("form")]
    where: Annotated[Formula, Yields("condition", reads="@form", in_sql=True)] | None = None
    fill: dict[Annotated[FieldKey, Ref("field")], Annotated[Formula, Yields(reads="@form")]] = {}
    on_delete: OnDelete = OnDelete.refuse
    allow_new: bool = False


@kind
class Relation(OneId[RelationOptions]):
    """A link to one record."""

    name, icon, group = "relation", "link", "relation"
    Options = RelationOptions
    target = "form"
    examples = (
        Example(raw="418205340557312", value=418205340557312, options={"form": "item"}),
        Example(raw=" 5 ", value=5, json="5", options={"form": "item"}),
        Example(raw="", value=None, options={"form": "item"}),
        Example(raw="some title", error="field.not_an_id", options={"form": "item"}),
        Example(raw="99999999999999999999", error="field.not_an_id", options={"form": "item"}),
    )
