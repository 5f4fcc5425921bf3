"""A draft as the grammar reads it: looked at by every page, and changed by few."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import orjson
from pydantic import ValidationError

from engines.form.verify import load_verified
from schemas.elements import App
from schemas.errors import Invalid, Issue
from schemas.grammar import Grammar

_KEPT = 8  # drafts that are worked on at a time


def issues_of(grammar: Grammar, document: dict[str, Any]) -> tuple[Issue, ...]:
    """Return everything that stands in the way of publishing a document."""
    return _issues(grammar, orjson.dumps(document))


def app_of(grammar: Grammar, document: dict[str, Any]) -> App | None:
    """Return a document as an app, whose names may still lead nowhere; None for one that is none."""
    return _app(grammar, orjson.dumps(document))


@lru_cache(maxsize=_KEPT)
def _issues(grammar: Grammar, data: bytes) -> tuple[Issue, ...]:
    try:
        load_verified(data, grammar)
    except Invalid as error:
        return tuple(error.issues)
    return ()


@lru_cache(maxsize=_KEPT)
def _app(grammar: Grammar, data: bytes) -> App | None:
    try:
        return grammar.app.model_validate(orjson.loads(data), by_alias=True, by_name=False)
    except ValidationError:
        return None
