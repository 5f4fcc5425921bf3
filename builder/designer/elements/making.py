"""New elements: what one must say to be one, filled from what is there; the designer says the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from annotated_types import MinLen
from pydantic.fields import FieldInfo

from builder.designer.elements.shapes import Shape, family_of, named, shape_of, usual
from builder.designer.keys import propose_key
from builder.designer.panel import Surroundings
from builder.designer.reading import Json, literals
from frontend.texts import Texts
from schemas.elements import Ref, Yields
from schemas.kinds import Options
from schemas.marks import mark_of

_PREFERRED = ("created", "role", "end", "")


def kind_label(model: type[Options], tag: str, texts: Texts) -> str:
    """Return what a kind of element is called; blank for an element that has no kinds."""
    code = f"{family_of(model)}.{tag}.label"
    return texts.t(code) if tag and texts.has(code) else tag


def new_element(
    shape: Shape, tag: str, label: str, taken: Collection[str], around: Surroundings, texts: Texts
) -> Json:
    """Return an element of a kind with everything that it must say."""
    model = shape.models[tag]
    found: Json = {}
    if "key" in model.model_fields:
        found["key"] = propose_key(label, set(taken), 40, tag or "element")
    if tag and tag != usual(model):
        found["type"] = tag
    if "label" in model.model_fields and model.model_fields["label"].is_required():
        found["label"] = label
    for name, info in named(model).items():
        if info.is_required() and name not in found:
            found[name] = _needed(info, label, found, around, texts)
            if name == "form" and family_of(model) == "widget":
                around = replace(around, form=str(found[name]))
    if family_of(model) == "" and model.__name__ == "Flow":
        found["nodes"] = _first_nodes()
    return found


def _first_nodes() -> list[Json]:
    """Return the nodes without which a flow is none."""
    return [{"key": "start", "type": "start", "next": "end"}, {"key": "end", "type": "end"}]


def _needed(info: FieldInfo, label: str, element: Json, around: Surroundings, texts: Texts) -> Any:
    shape, ref, mark = shape_of(info.annotation), mark_of(Ref, info), mark_of(Yields, info)
    inside = shape if shape.models else shape.item if shape.item and shape.item.models else None
    if inside is not None:
        tag = next((each for each in _PREFERRED if each in inside.models), next(iter(inside.models)))
        if shape.models:
            return new_element(inside, tag, label, (), around, texts)
        return list(_several(info, inside, tag, label, around, texts))
    if ref is not None:
        first = _first(ref.what, element, around)
        return [first] if shape.item else {first: ""} if shape.values else first
    if mark is not None and shape.values is None:
        return "TRUE" if mark.what == "condition" else "0"
    words = literals(info)
    return words[0] if words else _plain(info, label, element, around)


def _first(what: str, element: Json, around: Surroundings) -> str:
    """Return what is named until the designer says better: a field with options tells most about records."""
    offered = [each.key for each in around.named(what, element)]
    if what == "form" and around.latest in offered:
        return around.latest
    form = str(element.get("form") or around.form)
    told = (each for each in offered if f"{form}.{each}" in around.options)
    return next(told, offered[0] if offered else "id") if what == "field" else (offered or ["id"])[0]


def _several(
    info: FieldInfo, shape: Shape, tag: str, label: str, around: Surroundings, texts: Texts
) -> Iterator[Json]:
    """Yield as many elements as there must be."""
    taken: list[str] = []
    for _ in range(max((mark.min_length for mark in info.metadata if isinstance(mark, MinLen)), default=1)):
        made = new_element(shape, tag, label, taken, around, texts)
        taken.append(str(made.get("key")))
        yield made


def _plain(info: FieldInfo, label: str, element: Json, around: Surroundings) -> Any:
    shape = shape_of(info.annotation)
    if shape.values is not None:
        return {each.key: "" for each in around.fields.get(around.within, ())[:1]}
    if shape.item is not None:
        said = around.options.get(f"{element.get('form') or around.form}.{element.get('field')}", ())
        return [each.key for each in said[:1]] or [label]
    return 1 if info.annotation is int else label


def compatible(element: Json, made: Json, model: type[Options]) -> Json:
    """Return the ``set`` that turns an element into another kind and keeps what both may say."""
    allowed = named(model)
    gone: Json = {name: None for name in element if name not in allowed or name == "type"}
    return gone | {name: value for name, value in made.items() if name not in element or name == "type"}
