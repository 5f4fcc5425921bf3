"""The grammar with its kinds filled in: tagged unions, JSON Schema, and the walk over references."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal, Union, cast, get_args

from pydantic import BaseModel, Field, create_model
from pydantic.json_schema import GenerateJsonSchema

from schemas.elements import App, FieldOptions, Form, Ref
from schemas.kinds import Kind, Registry

Pointer = tuple[str | int, ...]


class Grammar:
    """The app model whose unions hold exactly the kinds of one installation."""

    def __init__(self, fields: Registry[Any]) -> None:
        self.fields: Registry[Any] = fields

    @cached_property
    def app(self) -> type[App]:
        """Return the model that an app definition must satisfy."""
        leaves = [_tagged(each) for each in self.fields.values() if not _is_container(each)]
        leaf_union = _union(leaves)
        containers = [_tagged(each, leaf_union) for each in self.fields.values() if _is_container(each)]
        fields: Any = (tuple[_union(leaves + containers), ...], ())  # type: ignore[misc]  # made at run time
        form = create_model("Form", __base__=Form, __module__=__name__, fields=fields)
        return create_model("App", __base__=App, __module__=__name__, forms=(tuple[form, ...], ()))

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of an app definition."""
        schema = self.app.model_json_schema(schema_generator=_Schema, by_alias=True)
        return {"$schema": GenerateJsonSchema.schema_dialect, "title": "Weftwright app definition", **schema}


class _Schema(GenerateJsonSchema):
    """Drops nothing; sorts nothing: the order of the grammar is the order of the file."""

    def sort(self, value: Any, parent_key: str | None = None) -> Any:
        return value


def _is_container(each: Kind) -> bool:
    return "fields" in each.Options.model_fields


def _tagged(each: Kind, leaf_union: Any = None) -> type[FieldOptions]:
    extra: dict[str, Any] = {"type": (Literal[each.name], ...)}
    if leaf_union is not None:
        extra["fields"] = (tuple[leaf_union, ...], ())
    name = "".join(part.title() for part in each.name.split("_")) + "Field"
    return cast("type[FieldOptions]", create_model(name, __base__=each.Options, __module__=__name__, **extra))


def _union(models: list[type[FieldOptions]]) -> Any:
    return Annotated[Union[tuple(models)], Field(discriminator="type")]  # noqa: UP007 - built at run time


def references(model: BaseModel, at: Pointer = ()) -> Iterator[tuple[Pointer, str, str, BaseModel]]:
    """Yield every reference below ``model``: its place, what it names (``Ref.what``), the key, its holder."""
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        here = (*at, info.alias or name)
        ref = _ref_of(info.metadata, info.annotation)
        yield from _references(value, here, ref, model)


def _references(value: Any, at: Pointer, ref: Ref | None, holder: BaseModel) -> Iterator[Any]:
    if isinstance(value, BaseModel):
        yield from references(value, at)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _references(item, (*at, index), ref, holder)
    elif ref is not None and isinstance(value, str):
        yield at, ref.what, value, holder


def _ref_of(metadata: list[Any], annotation: Any) -> Ref | None:
    for each in metadata:
        if isinstance(each, Ref):
            return each
    for arg in get_args(annotation):
        if isinstance(arg, Ref):
            return arg
        if (found := _ref_of([], arg)) is not None:
            return found
    return None
