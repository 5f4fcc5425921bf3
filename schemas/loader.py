"""Bytes to a checked ``App``: every problem at once, each with its pointer."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pydantic import ValidationError

from schemas.elements import App
from schemas.errors import Invalid, Issue
from schemas.grammar import Grammar, Pointer
from schemas.linker import link
from schemas.problems import pointer, problems
from schemas.upgrade import upgrade

__all__ = ["MAX_BYTES", "link", "load", "parse", "pointer"]

MAX_BYTES = 5_000_000


def load(data: bytes, grammar: Grammar, verify: Callable[[App], Iterable[Issue]] = lambda _: ()) -> App:
    """Read a definition. Raises ``Invalid`` with every problem; nothing is changed anywhere.

    ``verify``: what the engines find wrong, reported together with what is wrong with keys and references.
    """
    if len(data) > MAX_BYTES:
        raise _invalid(Issue("", "definition.too_big", {"limit": MAX_BYTES}))
    raw = upgrade(parse(data))
    try:
        app = grammar.app.model_validate(raw, by_alias=True, by_name=False)
    except ValidationError as error:
        raise _invalid(*problems(error, raw, grammar)) from None
    if issues := [*link(app), *verify(app)]:
        raise _invalid(*issues)
    return app


def parse(data: bytes) -> dict[str, Any]:
    """Parse strictly: UTF-8, no repeated keys, no NaN, no halves of characters, an object."""
    repeated: list[tuple[dict[str, Any], str]] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            counts = Counter(key for key, _ in items)
            repeated.extend((found, key) for key, count in counts.items() if count > 1)
        return found

    try:
        text = data.decode("utf-8-sig")
        raw = json.loads(text, object_pairs_hook=pairs, parse_constant=_finite, parse_float=_finite)
        json.dumps(raw, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        params = {"line": error.lineno, "column": error.colno}
        raise _invalid(Issue("", "definition.not_json", params)) from None
    except (ValueError, RecursionError):
        raise _invalid(Issue("", "definition.not_json", {"line": 1, "column": 1})) from None
    if not isinstance(raw, dict):
        raise _invalid(Issue("", "definition.not_an_object"))
    if repeated:
        raise _invalid(*(_repetition(raw, holder, key) for holder, key in repeated))
    return raw


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _repetition(raw: Any, holder: dict[str, Any], key: str) -> Issue:
    # An object that was itself overwritten by a later one is nowhere; its owner is reported beside it.
    where = next((at for at, each in _objects(raw) if each is holder), ())
    return Issue(pointer((*where, key)), "definition.repeated_key", {"name": key})


def _objects(root: Any) -> Iterator[tuple[Pointer, Any]]:
    waiting: list[tuple[Pointer, Any]] = [((), root)]
    while waiting:  # as deep as the document is, which is deeper than Python may call
        at, value = waiting.pop()
        yield at, value
        if isinstance(value, dict):
            waiting.extend(((*at, key), each) for key, each in value.items())
        elif isinstance(value, list):
            waiting.extend(((*at, index), each) for index, each in enumerate(value))


def _invalid(*issues: Issue) -> Invalid:
    return Invalid(issues, "definition.invalid")
