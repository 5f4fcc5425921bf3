"""Relations: several records of another form."""

from __future__ import annotations

from engines.form.field import Example
from engines.form.fields.relation import RelationOptions
from engines.form.links import ManyIds
from schemas.errors import Issue
from schemas.kinds import kind


@kind
class Relations(ManyIds[RelationOptions]):
    """Links to records, in the order in which they were chosen."""

    name, icon, group = "relations", "vector", "relation"
    Options = RelationOptions
    target = "form"
    examples = (
        Example(raw=["6", "5", "6"], value=(6, 5), json=["6", "5"], options={"form": "item"}),
        Example(raw="", value=(), json=[], options={"form": "item"}),
        Example(raw=["x"], error="field.not_an_id", options={"form": "item"}),
        Example(raw={"5": 6}, error="field.not_a_list", options={"form": "item"}),
    )

    def verify(self, options: RelationOptions) -> tuple[Issue, ...]:
        """Refuse to fill one field from several records."""
        issues = super().verify(options)
        if options.fill:
            return (*issues, Issue("fill", "definition.not_for_this_type", {"name": "fill"}))
        return issues
