"""What makes two records of a form the same thing, and what one record lends another of the same name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from schemas.kinds import Options
from schemas.words import FieldKey, FormKey, Formula, Ref, Text, Yields

# How values are compared: as they are, but for how they are written, as names of companies, as phone numbers,
# or by likeness.
By = Literal["exact", "same", "company", "phone", "similar"]


class DuplicateRule(Options):
    """Records that agree in all of some fields are one thing that was recorded twice.

    ``alike``: from how many percent on similar texts count. ``unseen``: what is told of a record that the
    person may not see.
    """

    label: Text | None = None
    fields: Annotated[tuple[Annotated[FieldKey, Ref("field")], ...], Field(min_length=1, max_length=4)]
    by: By = "same"
    alike: Annotated[int, Field(ge=50, le=100)] = 85
    policy: Literal["refuse", "warn", "allow"] = "warn"
    unseen: Literal["silent", "exists", "owner"] = "silent"


class Enrichment(Options):
    """Blank fields of a new record are filled from a record of ``form`` that has the same values.

    ``match``: own fields and the fields over there that must agree. ``fill``: own fields and where their
    values come from.
    """

    form: Annotated[FormKey, Ref("form")]
    match: Annotated[
        dict[Annotated[FieldKey, Ref("field")], Annotated[Formula, Yields(reads="@form")]],
        Field(min_length=1),
    ]
    by: Literal["exact", "same", "company", "phone"] = "same"
    fill: Annotated[
        dict[Annotated[FieldKey, Ref("field")], Annotated[Formula, Yields(reads="@form")]],
        Field(min_length=1),
    ]
