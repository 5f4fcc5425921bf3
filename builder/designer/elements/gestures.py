"""Gestures on the parts of an element: one more, another place, another kind."""

from __future__ import annotations

from typing import Any

from builder.designer.desk import Desk
from builder.designer.elements.around import surroundings
from builder.designer.elements.making import compatible, kind_label, new_element
from builder.designer.elements.pages import LAST, pointer_of
from builder.designer.elements.shapes import Shape, family_of, shape_at
from builder.designer.reading import Json
from builder.designer.views.fits import Fits
from builder.drafting.places import Pointer, locate, value_at
from schemas.errors import Invalid, Issue, NotFound


def part_gesture(desk: Desk, name: str) -> Json:
    """Return a gesture as a command. Raises NotFound, Invalid."""
    call = desk.call
    if name == "part_move":
        before = call.field("before")
        return {"do": "move", "at": call.field("place"), "before": None if before == LAST else before}
    return _add(desk, call.field("to")) if name == "part_add" else _become(desk, call.field("place"))


def _add(desk: Desk, place: str) -> Json:
    document = desk.draft.document
    pointer = pointer_of(document, place)
    shape = shape_at(desk.call.installation.grammar.app, document, pointer)
    above, _, name = place.rpartition("/")
    if shape.values is not None:
        return _add_to_map(desk, place, shape.values, pointer)
    if shape.item is None:
        return {"do": "update", "at": above, "set": {name: _new(desk, shape, pointer, [])}}
    said = value_at(document, pointer) if _is_said(document, place) else []
    value = _new(desk, shape.item, (*pointer, len(said)), said)
    return {"do": "add", "to": place, "value": value, "before": desk.call.field("before") or None}


def _add_to_map(desk: Desk, place: str, shape: Shape, pointer: Pointer) -> Json:
    """Return what puts a part under the name that was asked for."""
    above, _, name = place.rpartition("/")
    document, key = desk.draft.document, desk.call.field("kind")
    if "" not in shape.models:
        raise Invalid([Issue("kind", "definition.unknown_type", {"name": key})], "draft.refused")
    said: Json = value_at(document, pointer) if _is_said(document, place) else {}
    label, around = key, surroundings(document, (*pointer, key), desk.texts)
    made = new_element(shape, "", label, (), around, desk.texts)
    return {"do": "update", "at": above, "set": {name: {**said, key: said.get(key, made)}}}


def _is_said(document: Any, place: str) -> bool:
    above, _, name = place.rpartition("/")
    return name in value_at(document, locate(document, above))


def _new(desk: Desk, shape: Shape, pointer: Any, said: list[Any]) -> Json:
    """Return a new element of the kind that was asked for, named so that it differs from those there."""
    texts, tag = desk.texts, desk.call.field("kind") or next(iter(shape.models), "")
    if tag not in shape.models:
        raise Invalid([Issue("kind", "definition.unknown_type", {"name": tag})], "draft.refused")
    taken = [str(each["key"]) for each in said if isinstance(each, dict) and "key" in each]
    label = desk.call.field("label").strip() or kind_label(shape.models[tag], tag, texts)
    label = label or texts.t("design.new_part", number=len(said) + 1)
    made = new_element(shape, tag, label, taken, surroundings(desk.draft.document, pointer, texts), texts)
    if family_of(shape.models[tag]) != "view":
        return made
    form = str(desk.draft.document["forms"][pointer[1]]["key"])
    return Fits(desk, shape, form).fitted(made)


def _become(desk: Desk, place: str) -> Json:
    document = desk.draft.document
    pointer = locate(document, place)
    shape = shape_at(desk.call.installation.grammar.app, document, pointer)
    element: Json = value_at(document, pointer)
    made = _new(desk, shape, pointer, [])
    model = shape.model(made)
    if model is None:
        raise NotFound("draft.nothing_there", name=place)
    return {"do": "update", "at": place, "set": compatible(element, made, model)}
