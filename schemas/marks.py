"""Marks that options carry in their annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar, cast, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

M = TypeVar("M")


def mark_of(kind: type[M], info: FieldInfo) -> M | None:
    """Return the mark of that kind anywhere in an annotation; the outermost of several decides."""
    return _in(kind, info.metadata, info.annotation)


def _in(kind: type[M], marks: Sequence[Any], annotation: Any) -> M | None:
    parts = get_args(annotation)
    found = [each for each in (*parts, *marks) if isinstance(each, kind)]
    if found:
        return found[-1]
    inner = (_in(kind, (), part) for part in parts)
    return next((each for each in inner if each is not None), None)


def marked(kind: type[M], model: type[BaseModel]) -> Mapping[str, M]:
    """Return the options of a model that carry a mark of that kind."""
    found: object = _marked(kind, model)  # type: ignore[arg-type]  # a class is hashable, whatever it marks
    return cast("Mapping[str, M]", found)


@lru_cache(maxsize=4000)  # a definition of hundreds of elements has a few dozen kinds of them
def _marked(kind: type[object], model: type[BaseModel]) -> Mapping[str, object]:
    found = ((name, mark_of(kind, info)) for name, info in model.model_fields.items())
    return {name: mark for name, mark in found if mark is not None}
