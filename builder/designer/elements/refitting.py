"""An element that speaks of another form from now on: what named fields of the former one is said anew."""

from __future__ import annotations

from dataclasses import replace

from pydantic import ValidationError

from builder.designer.elements.making import new_element
from builder.designer.elements.shapes import Shape, named
from builder.designer.panel import Surroundings
from builder.designer.reading import Json
from builder.drafting.places import Pointer
from frontend.texts import Texts
from schemas.grammar import references
from schemas.kinds import Options

_SPEAKING = frozenset({"dashboards", "rules"})  # there an element's own form is the one that it speaks of


def refitted(
    model: type[Options], element: Json, wanted: Json, pointer: Pointer, around: Surroundings, texts: Texts
) -> None:
    """Say anew what leads nowhere once another form is named; what need not be said is left unsaid."""
    form = wanted.get("form")
    if form is None or pointer[0] not in _SPEAKING:
        return
    lost = _lost(model, element, {each.key for each in around.fields.get(str(form), ())})
    kind = str(element.get("type", ""))
    around = replace(around, form=str(form), latest=str(form))
    made = new_element(Shape({kind: model}), kind, str(element.get("label", "")), (), around, texts)
    for name in lost - wanted.keys():
        wanted[name] = made.get(name) if named(model)[name].is_required() else None


def _lost(model: type[Options], element: Json, there: set[str]) -> set[str]:
    """Return the properties that name fields which are not there."""
    try:
        read = model.model_validate(element, by_alias=True, by_name=False)
    except ValidationError:
        return set()
    found = ((at, key) for at, what, key, _ in references(read) if what == "field")
    return {str(at[0]) for at, key in found if key not in there and not key.startswith("_")}
