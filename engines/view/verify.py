"""What the views of a definition ask of fields that cannot give it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engines.form.computed import Fields
from engines.view.fitting import Fitting
from engines.view.kind import ViewType
from schemas.elements import App
from schemas.errors import Issue
from schemas.grammar import Grammar, Pointer
from schemas.kinds import Registry
from schemas.loader import pointer


def verify_views(app: App, grammar: Grammar) -> Iterator[Issue]:
    """Yield every problem of meaning; unknown fields are passed over, the loader reports them."""
    kinds: Registry[ViewType[Any]] = grammar.families["views"]
    fields = Fields.of(app, grammar.fields)
    for place, form in enumerate(app.forms):
        for number, view in enumerate(form.views):
            for issue in kinds[view.type].verify(view, Fitting(form.key, fields)):
                within = (int(each) if each.isdecimal() else each for each in issue.path.split("."))
                at: Pointer = ("forms", place, "views", number, *within)
                yield Issue(pointer(at), issue.code, issue.params, issue.suggestion)
