"""The grammar with its kinds filled in: tagged unions, JSON Schema, and the walk over references."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, Field, create_model
from pydantic.json_schema import GenerateJsonSchema

from schemas.behaviour import Dashboard, Flow, KindOf, Rule
from schemas.elements import TABLE, App, Element, Form, Ref
from schemas.errors import Issue
from schemas.kinds import Kind, Options, Registry
from schemas.marks import holders_of, marks_of
from schemas.publics import PublicForm
from schemas.scenarios import Scenario

Pointer = tuple[str | int, ...]
Verifier = Callable[[App, "Grammar"], Iterator[Issue]]
# The attribute of an app and the element that stands there, once an engine brings the kinds it needs.
FAMILIES: dict[str, type[Element]] = {
    "flows": Flow, "rules": Rule, "dashboards": Dashboard, "publics": PublicForm, "tests": Scenario,
}  # fmt: skip


class Grammar:
    """The app model whose unions hold exactly the kinds of one installation.

    ``families``: beside the field types, ``views``, ``nodes``, ``triggers``, ``actions``, ``widgets``, and
    ``steps`` with ``expectations``.
    ``verifiers``: what the engines that brought them know to be wrong in a definition.
    """

    def __init__(
        self, fields: Registry[Any], verifiers: Sequence[Verifier] = (), **families: Registry[Any]
    ) -> None:
        self.fields: Registry[Any] = fields
        self.verifiers = verifiers
        self.families = families

    @cached_property
    def app(self) -> type[App]:
        """Return the model that an app definition must satisfy."""
        leaves = [_tagged(each, "Field") for each in self.fields.values() if not _is_container(each)]
        leaf_union = _union(leaves)
        inner: Any = (tuple[leaf_union, ...], ())  # type: ignore[valid-type]  # made at run time
        containers = [
            _tagged(each, "Field", fields=inner) for each in self.fields.values() if _is_container(each)
        ]
        fields: Any = (tuple[_union(leaves + containers), ...], ())  # type: ignore[misc]  # made at run time
        form = create_model("Form", __base__=Form, __module__=__name__, fields=fields, **self._views())
        said: dict[str, Any] = {"forms": (tuple[form, ...], ())} | self._behaviour()
        return create_model("App", __base__=App, __module__=__name__, **said)

    def _views(self) -> dict[str, Any]:
        """Return the views of a form, which are tables where they do not say what else they are."""
        if "views" not in self.families:
            return {}
        union: Any = Annotated[self._union_of("views"), BeforeValidator(_with_kind)]
        return {"views": (tuple[union, ...], ())}

    def _behaviour(self) -> dict[str, Any]:
        """Return flows, rules and the like; those whose kinds nobody brought stay envelopes."""
        said: dict[str, Any] = {}
        for name, element in FAMILIES.items():
            marked = {key: each for key, info in element.model_fields.items() for each in info.metadata
                      if isinstance(each, KindOf)}  # fmt: skip
            if all(each.family in self.families for each in marked.values()):
                filled = create_model(
                    element.__name__,
                    __base__=element,
                    __module__=__name__,
                    **{key: self._kinds(element, key, each.family) for key, each in marked.items()},
                )
                said[name] = (tuple[filled, ...], ())
        return said

    def _kinds(self, element: type[Element], key: str, family: str) -> Any:
        """Return type and default of an attribute that holds kinds: the union, or a list of it."""
        union = self._union_of(family)
        info = element.model_fields[key]
        if get_origin(info.annotation) is tuple:
            return (tuple[union, ...], info.default)  # type: ignore[valid-type]  # made at run time
        return (union, ...) if info.is_required() else (union | None, info.default)

    def _union_of(self, family: str) -> Any:
        """Return the union of a family, with the kinds that stand in a part of its kinds filled in."""
        suffix, kinds = family.removesuffix("s").title(), self.families[family]
        parts: dict[str, Any] = {}
        for each in kinds.values():
            for key, part in getattr(each.Options, "parts", {}).items():
                parts[key] = parts.get(key) or self._union_of(part.family)
        more = {key: (tuple[union, ...], ()) for key, union in parts.items()}  # type: ignore[valid-type]  # made at run time
        return _union([_tagged(each, suffix, **more) for each in kinds.values()])

    def element(self, family: str) -> type[Element]:
        """Return the model of one element of a family: of a flow, with the kinds of node filled in."""
        (found, *_) = get_args(self.app.model_fields[family].annotation)
        return cast("type[Element]", found)

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


def _tagged(each: Kind, suffix: str, **parts: Any) -> type[Options]:
    """Return the options of a kind with its name as their type; ``parts``: lists of other kinds in it."""
    usual = each.Options.model_fields["type"].default if "type" in each.Options.model_fields else None
    default = each.name if usual == each.name else ...
    extra: dict[str, Any] = {"type": (Literal[each.name], default), **parts}
    name = "".join(part.title() for part in each.name.split("_")) + suffix
    return cast("type[Options]", create_model(name, __base__=each.Options, __module__=__name__, **extra))


def _with_kind(said: Any) -> Any:
    return {"type": TABLE, **said} if isinstance(said, dict) else said


def _union(models: list[type[Options]]) -> Any:
    return Annotated[Union[tuple(models)], Field(discriminator="type")]  # noqa: UP007 - built at run time


def references(model: BaseModel, at: Pointer = ()) -> Iterator[tuple[Pointer, str, str, BaseModel]]:
    """Yield every reference below ``model``: its place, what it names (``Ref.what``), the key, its holder."""
    kind = type(model)
    marks = marks_of(Ref, kind)
    for name, said in referring(kind).items():
        yield from _references(getattr(model, name), (*at, said), marks.get(name), model)


@lru_cache(maxsize=2048)
def referring(kind: type[BaseModel]) -> Mapping[str, str]:
    """Return the options that refer, or in which others may, in their order, with their names in a file."""
    wanted = {*marks_of(Ref, kind), *holders_of(kind)}
    return {name: info.alias or name for name, info in kind.model_fields.items() if name in wanted}


def _references(value: Any, at: Pointer, ref: Ref | None, holder: BaseModel) -> Iterator[Any]:
    if isinstance(value, BaseModel):
        yield from references(value, at)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _references(item, (*at, index), ref, holder)
    elif isinstance(value, dict) and ref is not None:
        for key, item in value.items():
            yield (*at, key), ref.what, key, holder
            if isinstance(item, BaseModel):
                yield from references(item, (*at, key))
    elif ref is not None and isinstance(value, str):
        yield at, ref.what, value, holder
