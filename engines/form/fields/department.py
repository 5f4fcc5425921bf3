"""Department: one department of the organisation."""

from __future__ import annotations

from engines.form.field import Example
from engines.form.links import OneId
from schemas.elements import FieldOptions
from schemas.kinds import kind


@kind
class Department(OneId[FieldOptions]):
    """One department."""

    name, icon, group = "department", "hierarchy", "organisation"
    target = "department"
    examples = (
        Example(raw="12", value=12),
        Example(raw="", value=None),
        Example(raw="Sales", error="field.not_an_id"),
    )
