"""Marks that options carry in their annotations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

M = TypeVar("M")


@lru_cache(maxsize=2048)
def marks_of(kind: type[M], model: type[BaseModel]) -> Mapping[str, M]:
    """Return the marks of that kind by the options of a model that carry one."""
    found = ((name, mark_of(kind, info)) for name, info in model.model_fields.items())
    return {name: mark for name, mark in found if mark is not None}


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


@lru_cache(maxsize=2048)
def holders_of(model: type[BaseModel]) -> Mapping[str, str]:
    """Return the options of a model in which other models may stand, each with its name in a file.

    Most options are words and numbers: whoever walks through a definition need not look into them.
    """
    return {name: info.alias or name for name, info in model.model_fields.items() if _holds(info.annotation)}


def _holds(annotation: Any) -> bool:
    parts = get_args(annotation)
    if get_origin(annotation) is Literal:
        return False
    if parts:
        return any(map(_holds, parts))
    if isinstance(annotation, type):
        return annotation is object or issubclass(annotation, BaseModel)
    return annotation is Any or isinstance(annotation, TypeVar)
