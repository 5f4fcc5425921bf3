"""Member: one person of the organisation."""

from __future__ import annotations

from engines.form.field import Example
from engines.form.links import OneId
from schemas.elements import FieldOptions
from schemas.kinds import kind


@kind
class Member(OneId[FieldOptions]):
    """One person; names the owner of a record, an approver, a contact inside the house."""

    name, icon, group = "member", "user", "organisation"
    target = "user"
    examples = (
        Example(raw="418205340557312", value=418205340557312),
        Example(raw=7, value=7, json="7"),
        Example(raw="", value=None),
        Example(raw="Ann", error="field.not_an_id"),
        Example(raw="٧", error="field.not_an_id"),
        Example(raw="-1", error="field.not_an_id"),
        Example(raw=0, error="field.not_an_id"),
        Example(raw=7.0, error="field.not_an_id"),
        Example(raw=True, error="field.not_an_id"),
        Example(raw=2**63, error="field.not_an_id"),
        Example(raw=["7"], error="field.not_an_id"),
    )
