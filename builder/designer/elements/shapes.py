"""What may stand at a place of a definition, read from the grammar: so no kind of element lacks an editor."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from builder.drafting.places import Pointer
from schemas.elements import Translated
from schemas.errors import NotFound
from schemas.kinds import Options

# The family of a model by the end of its name, as the grammar makes it.
_FAMILIES = ("Field", "View", "Node", "Trigger", "Action", "Widget", "Step", "Expectation", "Part")


@dataclass(frozen=True, slots=True)
class Shape:
    """What an annotation lets stand: an element, a list, a map, or, where all are blank, a value.

    ``models``: the kinds of element by their ``type``; under "" where there is but one. ``usual``: the type
    that goes without saying.
    """

    models: Mapping[str, type[Options]] = field(default_factory=dict)
    item: Shape | None = None
    values: Shape | None = None
    usual: str = ""

    def model(self, element: Any) -> type[Options] | None:
        """Return the model that an element of this shape follows."""
        only = self.models.get("")
        if only is not None or not isinstance(element, Mapping):
            return only
        return self.models.get(str(element.get("type") or self.usual))


def shape_of(annotation: Any) -> Shape:
    """Return the shape of an annotation."""
    parts = [each for each in _members(annotation) if each is not type(None)]
    models = [each for each in parts if is_element(each)]
    if models:
        return Shape({_tag(each): each for each in models}, usual=next(filter(None, map(usual, models)), ""))
    for each in parts:
        if get_origin(each) is tuple:
            return Shape(item=shape_of(get_args(each)[0]))
        if get_origin(each) is dict:
            return Shape(values=shape_of(get_args(each)[1]))
    return Shape()


def is_element(annotation: Any) -> bool:
    """Tell whether an annotation is a model with properties; a text in two languages is a value."""
    return isinstance(annotation, type) and issubclass(annotation, Options) and annotation is not Translated


def _members(annotation: Any) -> Iterator[Any]:
    """Yield what a union offers, without the marks around."""
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _members(get_args(annotation)[0])
    elif origin in {Union, types.UnionType}:
        for each in get_args(annotation):
            yield from _members(each)
    else:
        yield annotation


def _tag(model: type[Options]) -> str:
    info = model.model_fields.get("type")
    said = get_args(info.annotation) if info and get_origin(info.annotation) is Literal else ()
    return str(said[0]) if len(said) == 1 else ""


def usual(model: type[Options]) -> str:
    """Return the type of a kind of element that need not say it; blank for every other."""
    info = model.model_fields.get("type")
    return str(info.default) if info is not None and not info.is_required() else ""


def type_of(model: type[Options], element: Any) -> str:
    """Return the type of an element, said or not; blank where it has none."""
    return str(element.get("type") or usual(model)) if isinstance(element, Mapping) else ""


@lru_cache(maxsize=512)
def named(model: type[Options]) -> Mapping[str, FieldInfo]:
    """Return the properties of a model by the names that files use."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def shape_at(app: type[Options], document: Any, pointer: Pointer) -> Shape:
    """Return what may stand at a pointer, which need not be said yet. Raises NotFound."""
    shape, here = Shape({"": app}), document
    for step in pointer:
        inner = _inner(shape, here, step)
        if inner is None:
            raise NotFound("draft.nothing_there", name="/".join(map(str, pointer)))
        shape = inner
        here = stepped(here, step)
    return shape


def stepped(here: Any, step: str | int) -> Any:
    """Return what stands at a step of a definition; None where nothing does."""
    if isinstance(here, dict):
        return here.get(str(step))
    return here[step] if isinstance(here, list) and isinstance(step, int) and step < len(here) else None


def _inner(shape: Shape, here: Any, step: str | int) -> Shape | None:
    if isinstance(step, int):
        return shape.item
    if shape.values is not None:
        return shape.values
    model = shape.model(here)
    info = named(model).get(step) if model else None
    return shape_of(info.annotation) if info else None


def family_of(model: type[Options]) -> str:
    """Return under which name the texts of a kind stand: ``node``, ``action``, … ``who``."""
    found = next((each for each in _FAMILIES if model.__name__.endswith(each)), "")
    return found.lower() if found else "who" if model.__module__ == "schemas.who" else ""
