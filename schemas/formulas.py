"""Where the formulas of a definition stand: found by their marks, so that a new option is found by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from schemas.elements import App, FieldOptions, Form, Tagged, Translated, Yields
from schemas.grammar import Pointer
from schemas.marks import holders_of, marks_of
from schemas.naming import Names
from schemas.tags import Tag, Unclosed, split

_IN_TEXT = Yields()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a formula stands, or may stand.

    ``form``: path of the form whose fields it reads, blank where it reads none. ``holder``: the element or
    part that says ``option``. ``text``: None where nothing is written.
    """

    at: Pointer
    text: str | None
    mark: Yields
    form: str
    holder: BaseModel
    option: str


def places(app: App, family: str = "") -> Iterator[Place]:
    """Yield every place for a formula, in the order of the file; with a ``family`` (``rules``) only there."""
    walk = _Walk(Names.of(app))
    yield from walk.parts(getattr(app, family), (family,), "") if family else walk.below(app, (), "")


def formulas(app: App, family: str = "") -> Iterator[tuple[Place, str]]:
    """Yield every formula with its place; with a ``family`` only those of its elements."""
    for place in places(app, family):
        if place.text is not None:
            yield place, place.text


def subject(model: BaseModel, around: str) -> str:
    """Return the path of the form whose fields are meant inside ``model``, which stands inside ``around``."""
    if isinstance(model, Form):
        return model.key
    if around:
        return around
    for each in (model, getattr(model, "on", None)):
        named = getattr(each, "form", None)
        if isinstance(named, str):
            return named
    return ""


def inside(model: BaseModel, option: str, form: str) -> str:
    """Return the path of the form that what stands in an option is about: that of its rows in a subform."""
    rows = isinstance(model, FieldOptions) and option == "fields"
    return f"{form}.{model.key}" if rows else form  # type: ignore[attr-defined]  # a field has a key


def formula_in(value: object, mark: Yields) -> str | None:
    """Return the formula that an option says: itself or, if wrapped, that of ``{"formula": "TODAY()"}``."""
    if mark.wrapped:
        value = value["formula"] if isinstance(value, dict) and set(value) == {"formula"} else None
    return value if isinstance(value, str) else None


def read_by(mark: Yields, holder: BaseModel, form: str, names: Names) -> str:
    """Return the path of the form whose fields a formula of ``holder`` reads, blank where it reads none."""
    return "" if mark.reads == "nothing" else names.target(mark.reads, holder, form) or ""


def texts(value: Any) -> Iterator[tuple[Pointer, str]]:
    """Yield what a text says: itself, or its languages by their names in the file."""
    if isinstance(value, str):
        yield (), value
    elif isinstance(value, Translated):
        for name, said in (("zh-CN", value.zh), ("en", value.en)):
            if said is not None:
                yield (name,), said


def tags(text: str) -> list[Tag]:
    """Return the formulas within a text; of a tag that never ends, which is refused elsewhere, none."""
    try:
        return [each for each in split(text) if isinstance(each, Tag)]
    except Unclosed:
        return []


@dataclass(frozen=True, slots=True)
class _Walk:
    names: Names

    def below(self, model: BaseModel, at: Pointer, around: str) -> Iterator[Place]:
        form, kind = subject(model, around), type(model)
        marks, tagged = marks_of(Yields, kind), marks_of(Tagged, kind)
        for name, said in _looked_into(kind).items():
            value, here = getattr(model, name), (*at, said)
            mark = marks.get(name)
            if name in tagged:
                for where, text in texts(value):
                    for tag in tags(text):
                        yield Place((*here, *where), tag.formula, _IN_TEXT, form, model, name)
                continue
            if mark is None:
                yield from self.parts(value, here, inside(model, name, form))
                continue
            reads = read_by(mark, model, form, self.names)
            for place, each in _written(value, here, mark):
                yield Place(place, each, mark, reads, model, name)

    def parts(self, value: Any, at: Pointer, form: str) -> Iterator[Place]:
        if isinstance(value, BaseModel):
            yield from self.below(value, at, form)
        elif isinstance(value, tuple):
            for index, item in enumerate(value):
                yield from self.parts(item, (*at, index), form)
        elif isinstance(value, dict):
            for key, item in value.items():
                yield from self.parts(item, (*at, key), form)


@lru_cache(maxsize=2048)
def _looked_into(kind: type[BaseModel]) -> Mapping[str, str]:
    """Return the options where formulas are or may stand further below, in their order, with their names."""
    wanted = {*marks_of(Yields, kind), *marks_of(Tagged, kind), *holders_of(kind)}
    return {name: info.alias or name for name, info in kind.model_fields.items() if name in wanted}


def _written(value: Any, at: Pointer, mark: Yields) -> Iterator[tuple[Pointer, str | None]]:
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _written(item, (*at, index), mark)
    elif isinstance(value, dict) and mark.keyed:
        for key, item in value.items():
            yield (*at, key, "formula"), formula_in(item, mark)
    elif isinstance(value, dict) and not mark.wrapped:
        for key, item in value.items():
            yield from _written(item, (*at, key), mark)
    else:
        yield (*at, "formula") if mark.wrapped else at, formula_in(value, mark)
