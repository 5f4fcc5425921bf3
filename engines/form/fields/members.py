"""Members: several people of the organisation."""

from __future__ import annotations

from engines.form.field import Example
from engines.form.links import ManyIds
from schemas.elements import FieldOptions
from schemas.kinds import kind


@kind
class Members(ManyIds[FieldOptions]):
    """People, in the order in which they were chosen."""

    name, icon, group = "members", "users", "organisation"
    target = "user"
    examples = (
        Example(raw=["7", 8, "7"], value=(7, 8), json=["7", "8"]),
        Example(raw="7, 8", value=(7, 8), json=["7", "8"]),
        Example(raw=["", "9"], value=(9,), json=["9"]),
        Example(raw="", value=(), json=[]),
        Example(raw=["7", "Ann"], error="field.not_an_id"),
        Example(raw=7, error="field.not_a_list"),
        Example(raw=list(range(1, 1002)), error="field.too_many"),
    )
