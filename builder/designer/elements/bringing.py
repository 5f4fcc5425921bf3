"""What a choice brings along: a field here is paired with the one over there that is called the same."""

from __future__ import annotations

from builder.designer.elements.shapes import named
from builder.designer.panel import Surroundings
from builder.designer.reading import Json
from schemas.elements import Ref, Yields
from schemas.kinds import Options
from schemas.marks import mark_of


def matched(model: type[Options], element: Json, wanted: Json, around: Surroundings) -> None:
    """Let rows that were only just added name a field of the other form, instead of nothing yet."""
    for name, info in named(model).items():
        offered = around.brought(mark_of(Yields, info), {**element, **wanted})
        ref, rows = mark_of(Ref, info), wanted.get(name)
        if not offered or not isinstance(rows, dict) or ref is None:
            continue
        called = {each.key: each.text for each in around.named(ref.what, element)}
        for key in rows.keys() - (element.get(name) or {}).keys():
            same = (each.key for each in offered if each.text == called.get(key))
            rows[key] = next(same, offered[0].key)
